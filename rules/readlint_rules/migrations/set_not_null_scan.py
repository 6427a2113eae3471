"""A column that may be null is made NOT NULL, which reads the whole table while nobody can use it.

## Why is this bad?
`SET NOT NULL` looks at every row under an ACCESS EXCLUSIVE lock: reads and writes wait. PostgreSQL 12 and later skip
that where a validated `CHECK (column IS NOT NULL)` proves it, and validating a check lets others read and write.

Django with a `default` does more: in the same transaction it also updates every row that is null.

## Example
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.alter_column("orders", "email", nullable=False)
```

Use instead:
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.create_check_constraint("orders_email_set", "orders", "email IS NOT NULL", postgresql_not_valid=True)
```

Then, each in a revision of its own: fill the old rows in batches; `VALIDATE CONSTRAINT`; `SET NOT NULL`, which is
instant now, and drop the check.

## What is flagged
`AlterField` from `null=True` to a field that is not null, `op.alter_column(nullable=False)`, `SET NOT NULL` in SQL.

## Not flagged
- Columns with a validated check in an earlier migration, or with the native form of PostgreSQL 18.
- `AlterField` where the field was required before, or where no migration says what it was.
- Columns that earlier migrations know as NOT NULL, and where `alter_column` also changes the name or the type, those of
  which they know nothing: revisions for MySQL repeat all of a column.
- Columns that the same migration adds (RL504). New, emptied and small tables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity
from readlint_rules.migrations import _django_sql, _history, _judging
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL508",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "`SET NOT NULL` on `{column}` reads all of `{table}`{size} under an ACCESS EXCLUSIVE lock: reads "
        "and writes wait, the longer the larger it is. {recipe}.",
        "update": "Django sends an `UPDATE` of every row of `{table}`{size} whose `{column}` is null, then `SET NOT "
        "NULL`, which reads the whole table, in one transaction, under an ACCESS EXCLUSIVE lock: nobody reads or "
        "writes. {recipe}.",
    },
)
remember(RULE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.SET_NOT_NULL):
        if one.statement.on_new_column:
            continue
        column = one.statement.column
        fills = one.statement.changes and column is not None and _django_sql.fills_rows(column)
        yield RULE.finding(
            one.operation.call,
            "update" if fills else "default",
            column=one.statement.columns[0],
            table=one.table,
            size=one.shown_size,
            recipe=_recipe(one, ctx.settings.pg_version),
            **_judging.asking(one, ctx, asks=True, proves=ctx.settings.pg_version >= 12, restates=_restates(one)),
        )


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if not _judging.stands(finding, answers):
        return None
    past, data = _history.history(answers), finding.data
    names = {data["key"], *data["columns"]}
    if data["proves"] and any(past.has_proof_of_not_null(finding.path, data["table"], name) for name in names):
        return None
    old = _judging.column_before(finding, answers)
    was_null = old.null if old is not None else not data["restates"]
    return finding if was_null else None


def _restates(one: _judging.Candidate) -> bool:
    """Whether `nullable=False` may only repeat what holds: MySQL wants to hear all of a column that is changed."""
    return not {"new_column_name", "type_"}.isdisjoint(one.operation.arguments)


def _recipe(one: _judging.Candidate, version: int) -> str:
    column = one.statement.columns[0]
    if version >= 18:
        first = f"`ADD CONSTRAINT ... NOT NULL {column} NOT VALID`"
        return f"Add {first}, fill the old rows in batches, then `VALIDATE CONSTRAINT`, each in a migration of its own"
    return (
        f"First add `CHECK ({column} IS NOT NULL) NOT VALID`, fill the old rows in batches, `VALIDATE CONSTRAINT`, and "
        "only then make it NOT NULL, each in a migration of its own"
    )
