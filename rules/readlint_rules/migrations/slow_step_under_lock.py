"""A step that takes long runs while the transaction still holds a lock that an earlier, instant step has taken.

## Why is this bad?
A transaction keeps its locks until it commits. Adding a column takes an ACCESS EXCLUSIVE lock for an instant, but when
the same migration goes on to build an index, to validate a constraint or to fill the column, everybody who wants to
read or to write that table waits until all of it is done. Django runs a migration in one transaction; Alembic runs all
revisions of an upgrade in one, unless `env.py` sets `transaction_per_migration=True`.

## Example
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AddField("order", "customer", models.ForeignKey("shop.Customer", models.CASCADE, null=True)),
    ]
```

Use instead:
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AddField(
            "order", "customer", models.ForeignKey("shop.Customer", models.CASCADE, null=True, db_index=False)
        ),
    ]
```

Then, in a migration of its own with `atomic = False`: `SeparateDatabaseAndState` with a `RunSQL` of
`CREATE INDEX CONCURRENTLY`, and an `AlterField` that takes `db_index=False` away again as its `state_operations`.

## What is flagged
After a statement that keeps others from writing to a table that is not new (ACCESS EXCLUSIVE, SHARE ROW EXCLUSIVE and
SHARE locks), in the same transaction: the index of a field that `AddField` adds, `VALIDATE CONSTRAINT`, `UPDATE`,
`DELETE`, `INSERT ... SELECT`, a `RunPython` whose function updates queries or saves in a loop. As a note: `AlterField`
from an indexed `CharField` to a `TextField`, which builds the index for `LIKE` anew.

## Not flagged
- Statements that are instant, and those on tables that the same migration creates, empties or drops, and on
  `migrations.small-tables`; slow steps on tables that `migrations.table-sizes` says are small.
- Slow steps that other rules report by themselves, such as an index that is not built concurrently: their findings
  point to the lock that is held.
- Further such steps of the same transaction: they move together.
- Migrations with `atomic = False`, where each statement commits by itself, and `autocommit_block`.
- A `RunPython` that only creates rows which the file names, or whose function is in another file.
- The first migration of an app, squashed migrations, those of `migrations.start-after` and before, downgrades. Other
  databases than PostgreSQL.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Place, Rule, Severity
from readlint_rules.migrations import _backfills, _code, _holding, _judging, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL513",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "index": "Adding {columns} locks `{table}`{size} with ACCESS EXCLUSIVE, and its index is built before the "
        "migration commits: reads and writes wait, the longer the larger the table is. Give the field "
        "`db_index=False`, and build the index concurrently in a migration of its own with `atomic = False`.",
        "step": "{step}{rows} while the {lock} lock that {holder} took on `{table}` is held: {blocks} wait until all "
        "of it is done. Move it to a {unit} of its own{more}.",
        "like": "Changing {columns} to `text` builds its index for `LIKE` anew on `{table}`{size} under the ACCESS "
        "EXCLUSIVE lock of the change: reads and writes wait. Drop that index with `RunSQL` first, and build it "
        "concurrently afterwards.",
    },
)
remember(RULE)

_STEPS = {
    Kind.VALIDATE: "This validates a constraint, which reads the whole table,",
    Kind.UPDATE: "This updates rows",
    Kind.DELETE: "This deletes rows",
    Kind.INSERT: "This copies rows",
    Kind.CODE: "This Python code changes rows",
}
_ROWS = (Kind.UPDATE, Kind.DELETE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    said: set[int | None] = set()  # transactions with a step that must move: others move with it
    for one in _judging.candidates(ctx, Kind.CREATE_INDEX, Kind.CHANGE_TYPE, *_STEPS):
        if one.statement.kind is Kind.CHANGE_TYPE:
            yield from _like(one, ctx)
        elif _is_slow(one, ctx):
            held = ctx.once(_holding.Locks).held_at(one.statement)
            is_step = one.statement.kind in _STEPS
            if held and not (is_step and one.statement.transaction in said):
                yield _finding(one, held, ctx)
                said |= {one.statement.transaction} if is_step and held[0].is_certain else set()


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if finding.message_id == "like":
        old = _judging.column_before(finding, answers)
        was_indexed = old is not None and old.type.startswith("varchar") and (old.indexed or old.unique)
        return finding if was_indexed and _judging.stands(finding, answers) else None
    for data in finding.data["holders"]:
        finding.data = data
        if _judging.stands(finding, answers):
            return finding
    return None


def _is_slow(one: _judging.Candidate, ctx: Context) -> bool:
    """Whether it is a slow step that no other rule reports by itself."""
    statement = one.statement
    if statement.kind is Kind.CREATE_INDEX:
        return statement.deferred
    if statement.kind is Kind.CODE:
        return _is_slow_code(one, ctx)
    if statement.kind is Kind.INSERT:
        return " select " in f" {' '.join(statement.text.lower().split())} "
    if statement.kind in _ROWS and _is_of_few_rows(one, ctx):
        return False
    # What Django updates for an `AlterField` is said with its SET NOT NULL.
    return not statement.changes


def _is_of_few_rows(one: _judging.Candidate, ctx: Context) -> bool:
    """Whether it picks its rows by key or by name, once."""
    loops = (ast.For, ast.AsyncFor, ast.While, ast.ListComp)
    return _backfills.is_picked(one, ctx) and not any(isinstance(up, loops) for up in ctx.ancestors(one.operation.call))


def _is_slow_code(one: _judging.Candidate, ctx: Context) -> bool:
    functions = _code.bodies(one.operation.arguments.get("code"), ctx)
    tables = {pair for function in functions for pair in _code.models_of(function, ctx)}
    new = {operation.model.lower() for operation in one.migration.operations if operation.name == "CreateModel"}
    small = {table.lower() for table in ctx.settings.migrations_small_tables}
    sizes = ctx.settings.table_sizes
    if tables and all(model in new | small or sizes.is_small(table) for model, table in tables):
        return False
    return any(_code.changes_many_rows(function, ctx) for function in functions)


def _finding(one: _judging.Candidate, held: list[_holding.Held], ctx: Context) -> Finding:
    first = held[0]
    # What depends on earlier migrations may be nothing at all: then the next one may still hold the table.
    same = [first] if first.is_certain else [other for other in held if other[2:] == first[2:]]
    asked = [_judging.asking(_candidate(other, one, ctx), ctx) for other in same]
    is_slow = {"is_slow": one.effect.is_slow}  # it is this step that a small table makes harmless
    questions = dict.fromkeys(question for more in asked for question in more["questions"])
    data = {"holders": [more["data"] | is_slow for more in asked]}
    if one.statement.kind is Kind.CREATE_INDEX:
        return RULE.finding(
            one.operation.call,
            "index",
            columns=_wording.columns_of(one.statement),
            table=one.table,
            size=one.shown_size,
            questions=questions,
            data=data,
        )
    alembic = one.migration.framework is Framework.ALEMBIC
    return RULE.finding(
        one.operation.call,
        "step",
        related=[Place(first.statement.node, f"this locks `{first.table}` until the migration commits")],
        step=_STEPS[one.statement.kind],
        rows=f" of `{one.table}`{one.shown_size}" if one.size and one.statement.kind in _ROWS else "",
        lock=first.lock.sql,
        blocks=first.lock.blocks,
        table=first.table.strip("{}") if one.migration.is_django else first.table,
        holder=f"`{first.operation.name}`" if not first.statement.text else f"`{first.statement.kind.value}`",
        unit="revision" if alembic else "migration",
        more="" if not alembic else ", with `transaction_per_migration=True` in `env.py`",
        questions=questions,
        data=data,
    )


def _candidate(held: _holding.Held, one: _judging.Candidate, ctx: Context) -> _judging.Candidate:
    return _judging.candidate(one.migration, held.operation, held.statement, ctx, everywhere=one.everywhere)


def _like(one: _judging.Candidate, ctx: Context) -> Iterator[Finding]:
    """An `AlterField` of an indexed field to `TextField`."""
    column = one.statement.column
    if one.statement.changes and column is not None and column.type == "text" and (column.indexed or column.unique):
        yield RULE.finding(
            one.operation.call,
            "like",
            severity=Severity.NOTE,
            columns=_wording.columns_of(one.statement),
            table=one.table,
            size=one.shown_size,
            **_judging.asking(one, ctx),
        )
