"""A unique, primary key or exclusion constraint builds its index while nobody can use the table.

## Why is this bad?
The constraint needs an index, and `ADD CONSTRAINT` builds it under an ACCESS EXCLUSIVE lock: reads and writes wait
until all rows are read and sorted. If two rows are equal, it fails at the end of that.

## Example
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    op.create_unique_constraint("orders_code_key", "orders", ["code"])
```

Use instead:
```python
from alembic import op

revision = "3f1c9a7be2d0"
down_revision = "1d2e3f4a5b6c"


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(
            "orders_code_key", "orders", ["code"], unique=True, postgresql_concurrently=True, if_not_exists=True
        )
    op.execute("ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE USING INDEX orders_code_key")
```

Django: `RunSQL` with the same two statements in a `SeparateDatabaseAndState`, in a migration with `atomic = False`.

## What is flagged
`UniqueConstraint` of plain fields, `unique=True` on a field that was not unique, `unique_together`, `OneToOneField`,
`ExclusionConstraint`, `create_unique_constraint`, `unique=True` on a column of `op.add_column`, `create_primary_key`,
`create_exclude_constraint`, the same in SQL. A note where the column is new and all null: the build is quick then, but
goes through the whole table. An `AddField` of a unique field with a default: all rows get the same value, and it fails.

## Not flagged
- `USING INDEX`; new and small tables; the first migration of an app.
- Unique constraints with a condition or an expression: they are indexes (RL501).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity
from readlint_rules.migrations import _judging, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL506",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "`{sql}`{columns} on `{table}`{size} builds an index under an ACCESS EXCLUSIVE lock: reads and "
        "writes wait until the whole table is read and sorted. {recipe}.",
        "exclude": "`{sql}` on `{table}`{size} builds an index under an ACCESS EXCLUSIVE lock, and has no other form: "
        "reads and writes wait until the whole table is read. Do it while nobody needs the table, or in a new table.",
        "same-value": "{column} is unique, and its default is computed once: all rows of `{table}` get the same "
        "value, and the migration fails when it has two. Add it with `null=True`, fill it, and make it unique later.",
    },
)
remember(RULE)

_KINDS = (Kind.ADD_UNIQUE, Kind.ADD_PRIMARY_KEY, Kind.ADD_EXCLUDE, Kind.ADD_COLUMN)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, *_KINDS, of_any_size=True):
        statement, column = one.statement, one.operation.column
        is_column = statement.kind is Kind.ADD_COLUMN
        if statement.using_index or (is_column and (statement.column is None or not statement.column.unique)):
            continue
        if is_column and column is not None and column.python_default:
            shown = _wording.columns_of(statement)
            yield RULE.finding(
                one.operation.call, "same-value", column=shown, table=one.table, **_judging.asking(one, ctx)
            )
        elif not one.is_quick:
            yield _blocking(one, ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _judging.stands(finding, answers) else None


def _blocking(one: _judging.Candidate, ctx: Context) -> Finding:
    kind = one.statement.kind
    is_empty = kind is Kind.ADD_COLUMN or (one.statement.on_new_column and len(one.statement.columns) == 1)
    return RULE.finding(
        one.operation.call,
        "exclude" if kind is Kind.ADD_EXCLUDE else "default",
        severity=Severity.NOTE if is_empty and not _is_filled(one) else Severity.ERROR,
        sql=kind.value if kind is not Kind.ADD_COLUMN else "ADD COLUMN ... UNIQUE",
        table=one.table,
        size=one.shown_size,
        columns=f" ({_wording.listed(one.statement.columns)})" if one.statement.columns else "",
        recipe=_recipe(one),
        **_judging.asking(one, ctx),
    )


def _is_filled(one: _judging.Candidate) -> bool:
    """Whether the same migration writes to the table before: then its new column is not all null."""
    for _, statement in one.migration.statements():
        if statement is one.statement:
            return False
        if statement.kind in (Kind.UPDATE, Kind.CODE, Kind.UNKNOWN) and not statement.changes:
            return True
    return False


_PLACES = {
    Framework.DJANGO: "",
    Framework.ALEMBIC: ", in an `autocommit_block`",
    Framework.SQL: ", in a migration which its runner does not put into a transaction",
}


def _recipe(one: _judging.Candidate) -> str:
    key = "PRIMARY KEY" if one.statement.kind is Kind.ADD_PRIMARY_KEY else "UNIQUE"
    steps = f"build a unique index with `CONCURRENTLY` first, then `ADD CONSTRAINT ... {key} USING INDEX`"
    if one.migration.is_django and not one.statement.text:
        return (
            f"In a migration with `atomic = False`, {steps}, both in `RunSQL`; give the models the constraint with "
            "`SeparateDatabaseAndState`"
        )
    place = _PLACES.get(one.migration.framework, f", {_wording.outside(one.migration)}")
    return f"{steps[0].upper()}{steps[1:]}{place}"
