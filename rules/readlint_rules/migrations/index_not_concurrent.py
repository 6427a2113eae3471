"""An index is built in a way that keeps everybody from writing to the table until it is done.

## Why is this bad?
`CREATE INDEX` takes a SHARE lock: every insert, update and delete on the table waits for as long as it takes to read
and sort all of its rows, seconds for a million of them, minutes to hours for a hundred million. Requests pile up behind
it, and the service is down.

## Example
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AddIndex("order", models.Index(fields=["email"], name="order_email_idx")),
    ]
```

Use instead:
```python
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0041_order_email")]
    operations = [
        AddIndexConcurrently("order", models.Index(fields=["email"], name="order_email_idx")),
    ]
```

With Alembic: `with op.get_context().autocommit_block(): op.create_index(..., postgresql_concurrently=True,
if_not_exists=True)`. With dbmate: `CREATE INDEX CONCURRENTLY IF NOT EXISTS ...` alone behind `-- migrate:up
transaction:false`. With yoyo: the same below `-- transactional: false`, or with `__transactional__ = False` in Python.

## What is flagged
`AddIndex`, `db_index=True` on a field that had none, `index_together`, unique constraints with a condition or an
expression, which are indexes, `op.create_index`, `index=True` on a column of `op.add_column`, `CREATE INDEX` in SQL.

All rules about migrations read SQL in Python, and files of SQL that are migrations: those with `-- migrate:up`
(dbmate), those with `-- depends:` or `-- transactional:` among their first comments (yoyo), and those that
`migrations.sql` names, of whose runner nothing is assumed. What is to be said of a statement there stands above it or
at its end, behind two dashes: `-- readlint: assured[RL501] two hundred rows`.

## Not flagged
- Indexes on tables and materialized views that the same migration creates, on tables of `migrations.small-tables`, and
  on those with at most 10,000 rows and 10 MB by `migrations.table-sizes`.
- The first migration of an app, squashed migrations, those of `migrations.start-after` and before, downgrades.
- Indexes of fields that `AddField` adds: Django builds them under a graver lock, which is a matter of its own.
- Indexes on the parent of partitions alone (`ON ONLY`), which build nothing. Other databases than PostgreSQL.

## Fix safety
Unsafe: a build that fails leaves an INVALID index behind, which has to be dropped before the next try. Django's is
offered where all operations of the migration are about indexes: nothing else may be in a migration that is not atomic.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Rule, Safety, Severity
from readlint_rules.migrations import _judging, _model, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL501",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    fix=Safety.UNSAFE,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "This builds {index} under a SHARE lock on `{table}`{size}: all writes to it wait "
        "until the whole table is read and sorted, minutes for tens of millions of rows. {recipe}.",
    },
)
remember(RULE)

#: Operations that have a concurrent form, and that may stand beside each other in a migration that is not atomic.
_CONCURRENT = {
    "AddIndex": "django.contrib.postgres.operations.AddIndexConcurrently",
    "RemoveIndex": "django.contrib.postgres.operations.RemoveIndexConcurrently",
}


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.CREATE_INDEX):
        # What Django defers to the migration's end belongs to an `AddField`, whose lock is the graver matter.
        is_harmless = one.statement.concurrently or one.statement.deferred or one.statement.using_index
        if not is_harmless:
            yield RULE.finding(
                one.operation.call,
                fix=_fix(one, ctx),
                table=one.table,
                size=one.shown_size,
                index=_index(one.statement),
                recipe=_recipe(one),
                **_judging.asking(one, ctx),
            )


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _judging.stands(finding, answers) else None


def _index(statement: _model.Statement) -> str:
    """How it is called: by its columns, or by its name where it is about an expression."""
    if statement.columns or not statement.name:
        return f"an index of {_wording.columns_of(statement)}"
    return f"the index `{statement.name}`"


def _recipe(one: _judging.Candidate) -> str:
    operation = one.operation.name
    if one.statement.text:
        place = _wording.outside(one.migration)
        return f"Write `CREATE INDEX CONCURRENTLY IF NOT EXISTS`, in a migration of its own {place}"
    if operation == "AddConstraint":
        return (
            "Build it with `CREATE UNIQUE INDEX CONCURRENTLY` in a `RunSQL`, and give the models the constraint with "
            "`SeparateDatabaseAndState`, in a migration with `atomic = False`"
        )
    if one.migration.is_django:
        return "Use `AddIndexConcurrently`, in a migration of its own with `atomic = False`"
    if operation == "add_column":
        columns = _wording.columns_of(one.statement)
        return (
            f"Leave `index=True` out, and create the index of {columns} in a later revision with "
            "`postgresql_concurrently=True` inside of `op.get_context().autocommit_block()`"
        )
    return (
        "Give it `postgresql_concurrently=True` and `if_not_exists=True`, inside of "
        "`with op.get_context().autocommit_block():`"
    )


def _fix(one: _judging.Candidate, ctx: Context) -> Fix | None:
    migration, operation = one.migration, one.operation
    if migration.is_django:
        is_alone = all(other.name in {*_CONCURRENT, "AddIndexConcurrently"} for other in migration.operations)
        title = "Build it concurrently, outside of a transaction"
        return Fix(concurrently, title, migration.node) if is_alone and operation.name == "AddIndex" else None
    statement = ctx.parent(operation.call)
    if operation.name != "create_index" or operation.batch or not isinstance(statement, ast.Expr):
        return None
    mirrored = _dropped(one, ctx)
    nodes = (statement, *((mirrored,) if mirrored else ()))
    return Fix(in_autocommit_block, "Build it concurrently in an autocommit block", *nodes)


def _dropped(one: _judging.Candidate, ctx: Context) -> ast.stmt | None:
    """Where the downgrade drops the index."""
    for operation in one.migration.read_downgrade():
        statement = ctx.parent(operation.call)
        names = [dropped.name for dropped in operation.statements if dropped.kind is Kind.DROP_INDEX]
        if operation.name == "drop_index" and not operation.batch and one.statement.name in names:
            return statement if isinstance(statement, ast.Expr) else None
    return None


def concurrently(node: cst.ClassDef, fix: FixContext) -> cst.ClassDef:
    """The migration with concurrent operations, and without a transaction."""
    from readlint_rules.migrations._fixing import not_atomic, rename_calls

    return not_atomic(rename_calls(node, _CONCURRENT, fix))


def in_autocommit_block(node: cst.Expr, fix: FixContext) -> cst.With:
    from readlint_rules.migrations._fixing import autocommitted

    is_created = "create_index" in fix.text(fix.node)
    exists = "if_not_exists" if is_created else "if_exists"
    return autocommitted(node, [("postgresql_concurrently", "True"), (exists, "True")], fix)
