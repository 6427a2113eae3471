"""A migration changes all rows of a table in one transaction.

## Why is this bad?
Every row that is changed stays locked until the migration commits: whoever writes one of them waits, for as long as
all the others take. A table of 100 million rows is written twice, replicas fall behind, and when the migration fails,
all of it is undone.

## Example
```python
from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("shop", "Order").objects.filter(email=None).update(email="")


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
```

Use instead:
```python
from django.db import migrations


def fill(apps, schema_editor):
    orders = apps.get_model("shop", "Order").objects.filter(email=None)
    while keys := list(orders.values_list("pk", flat=True)[:1000]):
        orders.filter(pk__in=keys).update(email="")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0041_order_email")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
```

Alembic: the same loop in an `autocommit_block`, or in a program that is no migration.

## What is flagged
`update` and `delete` of a query set or of a session's query without a key or a slice; a loop over all rows that
writes each; `bulk_update` without `batch_size`; `UPDATE` and `DELETE` in SQL, or built by SQLAlchemy, without
a key, a range or a `LIMIT`. Functions of the file that `RunPython` or `upgrade` calls are read too, and those of
other files of the project that `RunPython` is given.

## Not flagged
- Conditions on a primary key, on one parent's key, or on a name, a slug, a code and the like: a few rows.
- Loops that save row by row in a migration with `atomic = False`, or that commit: no row waits for the others.
- `bulk_update` in a loop, and of the rest of the list that a loop hands to it.
- New and small tables, those that the same migration empties (`TRUNCATE`, `DELETE` without a condition), and those that
  Django keeps small: content types, permissions, groups, sites.
- The first migration of an app, squashed migrations, what undoes a migration.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Answers, Category, Context, Finding, Level, Question, Rule, Severity
from readlint_rules.migrations import _backfills, _code, _expressions, _judging, _model
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL512",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "This {does} of {table}{size} that match in one transaction: whoever writes one of them waits until "
        "the migration is done. {recipe}.",
        "loop": "This loop writes row after row of {table}{size}, all in one transaction: whoever writes one of them "
        "waits until the migration is done. {recipe}.",
        "imported": "`{function}` writes all rows of a table in one transaction: whoever writes one of them waits "
        "until the migration is done. {recipe}.",
        "bulk": "Without `batch_size`, this updates all these rows of {table}{size} by one statement: whoever writes "
        "one of them waits until the migration is done. {recipe}.",
    },
)
remember(RULE)

#: Of a function of another file.
BACKFILL = "whole-table-writes"
_VERBS = {"update": "updates all rows", "delete": "deletes all rows"}


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    migration = _judging.judged_migration(ctx)
    if migration is None:
        return
    for one in _judging.candidates(ctx, Kind.UPDATE, Kind.DELETE, everywhere=True):
        if not one.statement.changes:
            yield from _of_statement(one, ctx)
    new = {statement.table for statement in migration.of_kind(Kind.CREATE_TABLE)}
    told: set[ast.AST] = set()  # two operations may call one function
    for function, is_atomic in _functions(migration, ctx):
        for found in _backfills.backfills(function, ctx):
            if found.node not in told and found.table not in new and _locks(found.what, is_atomic):
                told.add(found.node)
                yield _of_code(found, migration, ctx)
    for operation, name in _imported(migration, ctx):
        yield _of_import(operation, name, migration, ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if finding.message_id == "imported":
        found = answers[Question(BACKFILL, finding.data["name"])] or []
        if not any(table not in finding.data["new"] and _locks(what, finding.data["atomic"]) for table, what in found):
            return None
    return finding if _judging.stands(finding, answers) else None


@RULE.answers(BACKFILL, mentions=lambda text, name: _backfills.may_query(text))
def written(node: ast.AST, ctx: Context, ask: object) -> list[list[str]]:
    """The tables that a function, or what it calls in its file, writes as a whole, and how."""
    found = _backfills.backfills(node, ctx) if isinstance(node, ast.FunctionDef) else ()
    return [[one.table, one.what] for one in found]


def _locks(what: str, is_atomic: bool) -> bool:
    """Whether the rows stay locked until all are written: a loop in no transaction commits each of them."""
    return is_atomic or what != "loop"


def _functions(migration: _model.Migration, ctx: Context) -> Iterator[tuple[ast.FunctionDef, bool]]:
    """The functions that run, each with whether they run in one transaction."""
    if migration.framework is Framework.ALEMBIC:
        assert isinstance(migration.node, ast.FunctionDef)
        yield migration.node, True
        return
    functions = ctx.once(_code.functions_of)
    seen: set[str] = set()
    for operation, code in _given(migration):
        called = _expressions.last(code)
        if called in functions and called not in seen:
            seen.add(called)
            yield functions[called], operation.transaction is not None


def _given(migration: _model.Migration) -> Iterator[tuple[_model.Operation, ast.expr]]:
    """The operations that run code, and what names it."""
    for operation in migration.operations:
        code = operation.arguments.get("code")
        is_code = operation.name in ("RunPython", "step") and not operation.is_state_only
        if is_code and isinstance(code, (ast.Name, ast.Attribute)):
            yield operation, code


def _imported(migration: _model.Migration, ctx: Context) -> Iterator[tuple[_model.Operation, str]]:
    """The operations that run a function of another file, and where that is."""
    local = ctx.once(_code.functions_of)
    for operation, code in _given(migration):
        name = ctx.qualified_name(code) if _expressions.last(code) not in local else None
        if name is not None and "." in name and not name.startswith("django."):
            yield operation, name


# SQL


def _of_statement(one: _judging.Candidate, ctx: Context) -> Iterator[Finding]:
    verb = "update" if one.statement.kind is Kind.UPDATE else "delete"
    table = one.table if one.table != "{?}" else ""
    if not one.statement.text:
        table = ctx.once(_backfills.tables_of).get(_built_table(one.operation.call, verb), "")
    small = {*_backfills.SMALL, *ctx.settings.migrations_small_tables}
    new = {other.table for other in one.migration.of_kind(Kind.CREATE_TABLE)}
    sizes = ctx.settings.table_sizes
    if _backfills.is_picked(one, ctx) or table in small or table in new or sizes.is_small(table):
        return
    yield RULE.finding(
        one.operation.call,
        does=_VERBS[verb],
        table=f"`{table}`" if table else "the table",
        size=_judging.shown_size(sizes.of(table)),
        recipe=_recipe(one.migration),
        **_judging.asking(one, ctx),
    )


def _built_table(call: ast.Call, verb: str) -> str:
    """The name that stands for the table in `orders.update().where(...)` and `sa.update(orders)`."""
    for node in ast.walk(call):
        if isinstance(node, ast.Call) and _expressions.last(node.func) == verb:
            owner = _expressions.last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            is_function = isinstance(node.func, ast.Name) or owner in ("sa", "sqlalchemy", "sql")
            return _expressions.last(node.args[0]) if is_function and node.args else owner
    return ""


#: Where the framework can run a loop that commits. A file of SQL cannot: that is for a program.
_PLACES = {
    Framework.DJANGO: " (`atomic = False`)",
    Framework.ALEMBIC: " (`autocommit_block`)",
    Framework.YOYO: " (`__transactional__ = False`)",
    Framework.DBMATE: ", in a program that is no migration",
    Framework.SQL: ", in a program that is no migration",
}


def _recipe(migration: _model.Migration) -> str:
    batches = "Go through it by key, some thousand rows at a time, and commit each batch"
    return f"{batches}{_PLACES.get(migration.framework, '')}"


# Code


def _of_code(found: _backfills.Backfill, migration: _model.Migration, ctx: Context) -> Finding:
    message = {"loop": "loop", "bulk_update": "bulk"}.get(found.what, "default")
    return RULE.finding(
        found.node,
        message,
        does=_VERBS.get(found.what, ""),
        table=f"`{found.model}`",
        size=_judging.shown_size(ctx.settings.table_sizes.of(found.table)),
        recipe=_recipe(migration),
        **_judging.asking_over_table(found.table, ctx),
    )


def _of_import(operation: _model.Operation, name: str, migration: _model.Migration, ctx: Context) -> Finding:
    new = [statement.table for statement in migration.of_kind(Kind.CREATE_TABLE)]
    asked = _judging.asking_over(ctx, name=name, new=new, atomic=operation.transaction is not None)
    asked["questions"] = (*asked["questions"], Question(BACKFILL, name))
    recipe = _recipe(migration)
    return RULE.finding(operation.call, "imported", function=name.rpartition(".")[2], recipe=recipe, **asked)
