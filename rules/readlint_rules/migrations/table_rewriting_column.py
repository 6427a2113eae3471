"""A column is added, or a table changed, in a way that writes the whole table anew while nobody can use it.

## Why is this bad?
A default that differs from row to row, an identity, a stored generated column: PostgreSQL writes every row anew and
builds all indexes anew, under an ACCESS EXCLUSIVE lock. Even reads wait, minutes to hours on a large table.

## Example
```python
import sqlalchemy as sa
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.add_column("orders", sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()")))
```

Use instead:
```python
import sqlalchemy as sa
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.add_column("orders", sa.Column("token", sa.Uuid()))
    op.alter_column("orders", "token", server_default=sa.text("gen_random_uuid()"))
```

New rows have the default then; the old ones get theirs in batches, in a later step.

## What is flagged
Added columns with a volatile default (`random()`, `gen_random_uuid()`, `clock_timestamp()`, `nextval()`), a warning
where nothing is known of the function; `SERIAL`, identities, `AutoField`; stored generated columns; any default before
PostgreSQL 11 (`pg-version`). In SQL also `CLUSTER`, `VACUUM FULL`, `REINDEX` without `CONCURRENTLY`, `SET LOGGED`,
`SET UNLOGGED`, `SET TABLESPACE`.

With `database = "mysql"`: what copies the table while writes wait, that is stored generated columns, an added
`AutoField`, a default that is another one for every row (`uuid()`), `CONVERT TO CHARACTER SET`. From the manual's
"Online DDL Operations"; run on MariaDB 10.11, not on MySQL.

## Not flagged
- Constants, also arrays, JSON and enumerations, and functions that are computed once: `now()`, `CURRENT_TIMESTAMP`.
- Defaults of Python in Django: one value is sent for all rows. Virtual generated columns, for SQLAlchemy 2.1 and
  PostgreSQL 18 (`pg-version = 18`) also a `Computed` without `persisted`.
- MySQL: virtual columns, constants, `CURRENT_TIMESTAMP`, statements with `ALGORITHM=INPLACE`, `ALGORITHM=INSTANT` or
  `LOCK=NONE`, which fail where they would block.
- New and small tables, first migrations of an app, `TRUNCATE`, which empties the table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity, regex
from readlint_rules.migrations import _judging, _model, _mysql
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL503",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "Adding `{column}` writes all of `{table}`{size} and its indexes anew under an ACCESS EXCLUSIVE "
        "lock, because {why}: reads and writes wait, the longer the larger it is. {recipe}.",
        "copy": "{what} copies all of `{table}`{size}, because {why}: writes wait until that is done, the longer the "
        "larger it is. {recipe}.",
        "maintenance": "`{sql}`{size} {does} under {lock} lock: {blocks} wait, the longer the larger it is. {recipe}.",
    },
)
remember(RULE)

_BATCHES = "Add it without a default, then set the default, and fill the old rows in batches"
#: What else goes through a whole table, and what to do instead.
_MAINTENANCE = {
    Kind.CLUSTER: "Use pg_repack",
    Kind.VACUUM_FULL: "Use pg_repack, or a plain `VACUUM`",
    Kind.REINDEX: "Write `REINDEX ... CONCURRENTLY`, outside of a transaction",
    Kind.SET_LOGGED: "Do it while nobody needs the table",
    Kind.SET_TABLESPACE: "Use pg_repack with a tablespace",
}


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.ADD_COLUMN, *_MAINTENANCE):
        column = one.statement.column
        if column is not None:
            if one.effect.rewrite:
                yield _rewriting(one, column, ctx)
        elif one.statement.kind in _MAINTENANCE and not one.statement.concurrently:
            yield RULE.finding(
                one.operation.call,
                "maintenance",
                sql=f"{one.statement.kind.value} {one.table}".strip(),
                size=one.shown_size,
                does="writes the whole table anew" if one.effect.rewrite else "builds indexes anew",
                lock=f"{'an' if one.effect.lock.sql[0] == 'A' else 'a'} {one.effect.lock.sql}",
                blocks=one.effect.lock.blocks,
                recipe=_MAINTENANCE[one.statement.kind],
                **_judging.asking(one, ctx),
            )
    yield from _copying(ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _judging.stands(finding, answers) else None


def _rewriting(one: _judging.Candidate, column: _model.Column, ctx: Context) -> Finding:
    is_guess = column.default == _model.Default.UNKNOWN and not column.generated and not column.identity
    why, recipe = _why(column)
    return RULE.finding(
        one.operation.call,
        severity=Severity.WARNING if is_guess else Severity.ERROR,
        column=column.name,
        table=one.table,
        size=one.shown_size,
        why=why,
        recipe=recipe,
        **_judging.asking(one, ctx),
    )


# MySQL

#: `ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4`.
_CONVERT = regex(r"^alter\s+table\s+[`\"]?([\w.]+)[`\"]?\s+convert\s+to\s+char", re.IGNORECASE)
_TOOLS = "Use gh-ost or pt-online-schema-change"


def _copying(ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.ADD_COLUMN, Kind.UNKNOWN, on="mysql"):
        column = one.statement.column
        if _mysql.is_refused(one.statement):
            continue
        if column is not None:
            why, recipe = _why_copied(one, column)
            what = f"Adding `{column.name}`"
            if why:
                yield _copy(one, ctx, what=what, table=one.table, size=one.shown_size, why=why, recipe=recipe)
        elif found := _CONVERT.match(one.statement.text.strip()):
            yield from _converting(one, found[1], ctx)


def _converting(one: _judging.Candidate, table: str, ctx: Context) -> Iterator[Finding]:
    sizes, small = ctx.settings.table_sizes, ctx.settings.migrations_small_tables
    new = {other.table for other in one.migration.of_kind(Kind.CREATE_TABLE)}
    if table not in new and table not in small and not sizes.is_small(table):
        why, what = "its texts get other bytes", "`CONVERT TO CHARACTER SET`"
        yield _copy(one, ctx, what=what, table=table, size=_judging.shown_size(sizes.of(table)), why=why, recipe=_TOOLS)


def _copy(one: _judging.Candidate, ctx: Context, **about: Any) -> Finding:
    return RULE.finding(one.operation.call, "copy", **_judging.asking(one, ctx), **about)


def _why_copied(one: _judging.Candidate, column: _model.Column) -> tuple[str, str]:
    if column.generated == "stored":
        return "a stored generated column has to be computed for every row", f"Make it virtual, or {_lower(_TOOLS)}"
    if column.identity and one.migration.is_django:  # SQLAlchemy leaves an `Identity` out
        return "every row gets a number of its own", _TOOLS
    if column.default == _model.Default.VOLATILE:
        return "its default is another one for every row", _BATCHES
    return "", ""


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


# PostgreSQL


def _why(column: _model.Column) -> tuple[str, str]:
    if column.generated:
        return "a stored generated column has to be computed for every row", (
            "Add a plain column, fill it with a trigger and in batches, or make it virtual (PostgreSQL 18)"
        )
    if column.identity:
        return "every row gets a number of its own", (
            "Add a plain nullable column, give it a sequence as default, and fill the old rows in batches"
        )
    if column.default == _model.Default.VOLATILE:
        return "its default is another one for every row", _BATCHES
    if column.default == _model.Default.UNKNOWN:
        return "nothing says that its default is the same for every row", _BATCHES
    return "PostgreSQL before 11 stores the default in every row", _BATCHES
