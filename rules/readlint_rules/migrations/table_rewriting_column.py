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

## Not flagged
- Constants, also arrays, JSON and enumerations, and functions that are computed once: `now()`, `CURRENT_TIMESTAMP`.
- Defaults of Python in Django: one value is sent for all rows. Virtual generated columns.
- New and small tables, first migrations of an app, `TRUNCATE`, which empties the table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity
from readlint_rules.migrations import _judging, _model
from readlint_rules.migrations._files import may_be_migration, remember
from readlint_rules.migrations._kinds import Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL503",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic"),
    since="0.2",
    messages={
        "default": "Adding `{column}` writes all of `{table}`{size} and its indexes anew under an ACCESS EXCLUSIVE "
        "lock, because {why}: reads and writes wait, the longer the larger it is. {recipe}.",
        "maintenance": "`{sql}`{size} {does} under {lock} lock: {blocks} wait, the longer the larger it is. {recipe}.",
    },
)
remember(RULE)

#: What else goes through a whole table, and what to do instead.
_MAINTENANCE = {
    Kind.CLUSTER: "Use pg_repack",
    Kind.VACUUM_FULL: "Use pg_repack, or a plain `VACUUM`",
    Kind.REINDEX: "Write `REINDEX ... CONCURRENTLY`, outside of a transaction",
    Kind.SET_LOGGED: "Do it while nobody needs the table",
    Kind.SET_TABLESPACE: "Use pg_repack with a tablespace",
}


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


@RULE.settle
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


def _why(column: _model.Column) -> tuple[str, str]:
    if column.generated:
        return "a stored generated column has to be computed for every row", (
            "Add a plain column, fill it with a trigger and in batches, or make it virtual (PostgreSQL 18)"
        )
    if column.identity:
        return "every row gets a number of its own", (
            "Add a plain nullable column, give it a sequence as default, and fill the old rows in batches"
        )
    batches = "Add it without a default, then set the default, and fill the old rows in batches"
    if column.default == _model.Default.VOLATILE:
        return "its default is another one for every row", batches
    if column.default == _model.Default.UNKNOWN:
        return "nothing says that its default is the same for every row", batches
    return "PostgreSQL before 11 stores the default in every row", batches
