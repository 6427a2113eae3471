"""A migration cannot be taken back, or taking it back leaves things behind.

## Why is this bad?
When a release has to be rolled back, so has its migration: Django refuses to go back past an operation without a
reverse, and an empty `downgrade` says that all went well while the tables are still the new ones. The next `upgrade`
then fails, because what it creates is there already.

## Example
```python
from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("shop", "Order").objects.filter(pk=1).update(paid=True)


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_paid")]
    operations = [migrations.RunPython(fill)]
```

Use instead:
```python
from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("shop", "Order").objects.filter(pk=1).update(paid=True)


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_paid")]
    operations = [migrations.RunPython(fill, reverse_code=migrations.RunPython.noop)]
```

## What is flagged
`RunPython` without `reverse_code`; `RunSQL` without `reverse_sql`; an Alembic `downgrade` that is missing, empty or
only raises although `upgrade` creates, drops or renames something; one that does not drop a table, a column, an index
or a constraint which `upgrade` creates. The same of `-- migrate:down` of dbmate and of the second arguments of yoyo's
`step`; a file of yoyo's without a `NAME.rollback.sql` that does something.

A note: `RemoveField` of a field that is required and has no default, because putting it back fails on a table with
rows; a `downgrade` that drops a column which `upgrade` filled, and brings the one that it dropped back empty.

## Not flagged
- `RunPython.noop` and `RunSQL.noop`: somebody has decided that nothing is to be undone. So has a comment in an empty
  `downgrade`, and the text of an error that it raises.
- An empty `downgrade` behind an `upgrade` that only changes rows, drops indexes or constraints, or changes a type.
- An empty `downgrade`, or no file for it, where most other revisions have none either: the project never goes back.
- What `downgrade` does with names or functions that are not in the file: it may undo anything.
- Temporary tables, and what `upgrade` creates only where an inspector does not find it.
- The first migration of an app, squashed migrations, what goes away with its table or its column. Fields of a model
  that the same migration deletes: its table comes back without rows.

## Fix safety
Unsafe: going back then leaves the rows as they are. Offered for code, and for SQL that only changes rows.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Rule, Safety, Severity
from readlint_rules.migrations import _events, _expressions, _history, _judging, _model, _reverting, _wording
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL511",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    tags=("migrations", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "`{operation}` has no `{argument}`, so Django refuses to migrate back past it and a rollback of the "
        "release stops here. Write what undoes it, or `{noop}` if nothing has to be undone.",
        "field": "Putting `{field}` of `{model}` back fails as soon as the table has a row: it is required and has no "
        "default. Make it nullable before it is removed.",
        "downgrade": "`{down}` {does} although `{up}` {changes}: after a rollback the tables are still new. "
        "Undo it there, or say in a comment why it cannot be undone.",
        "left": "`{down}` leaves {what} behind, which `{up}` creates: after a rollback, the next upgrade fails "
        "because it exists. Drop it in `{down}`.",
        "lossy": "`{up}` fills {new} and drops {old}; `{down}` drops {new} and brings {old} back empty: its "
        "values are lost. Copy them back before the column is dropped.",
    },
)
remember(RULE)

_ROWS = (
    *(Kind.UPDATE, Kind.DELETE, Kind.INSERT, Kind.SELECT),
    *(Kind.SETTING, Kind.COMMIT, Kind.HARMLESS, Kind.CREATE_VIEW),
)
#: What the old version of the program, or the next upgrade, stumbles over. Both can live with a constraint less.
_CHANGES = frozenset(
    {
        *(Kind.CREATE_TABLE, Kind.DROP_TABLE, Kind.RENAME_TABLE),
        *(Kind.ADD_COLUMN, Kind.DROP_COLUMN, Kind.RENAME_COLUMN, Kind.SET_NOT_NULL, Kind.CREATE_INDEX),
        *(Kind.ADD_CHECK, Kind.ADD_NOT_NULL, Kind.ADD_FOREIGN_KEY, Kind.ADD_UNIQUE, Kind.ADD_PRIMARY_KEY),
        *(Kind.ADD_EXCLUDE, Kind.CREATE_TRIGGER),
    }
)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    migration = _judging.judged_migration(ctx)
    if migration is None:
        return
    if migration.is_django:
        yield from _of_operations(migration, ctx)
        # Of a table that goes too: it comes back without rows.
        gone = {statement.table for statement in migration.of_kind(Kind.DROP_TABLE)}
        for one in _judging.candidates(ctx, Kind.DROP_COLUMN, everywhere=True, of_any_size=True):
            if one.operation.name == "RemoveField" and not one.statement.on_new_column and one.table not in gone:
                yield _of_field(one, ctx)
    else:
        yield from _of_revision(migration, ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if not _judging.stands(finding, answers):
        return None
    if finding.message_id == "downgrade":
        # Without any `downgrade` to compare with, a missing one is meant: Alembic's own template has one.
        least = 1 if finding.arguments["does"] == "is missing" else 0
        past = _history.history(answers)
        if finding.data["beside"] and past.is_reversible(finding.path):
            return None
        return finding if past.goes_back(finding.path, least) else None
    if finding.message_id != "field":
        return finding
    old = _history.history(answers).before(finding.path, finding.data["table"], finding.data["key"])
    return finding if old is not None and _is_required(old) else None


def _is_required(old: _model.Column) -> bool:
    return old.is_required and old.known and not old.python_default


# Django


def _of_operations(migration: _model.Migration, ctx: Context) -> Iterator[Finding]:
    for operation in migration.operations:
        argument = _REVERSES.get(operation.name)
        if argument is None or operation.is_state_only or not _is_irreversible(operation, argument):
            continue
        first = next(iter(operation.arguments.values()))
        shown = f"{operation.name}({ctx.text(first)})" if isinstance(first, ast.Name) else operation.name
        noop = f"{operation.name}.noop"
        fix = _fix(operation, argument, ctx)
        yield RULE.finding(
            operation.call,
            fix=fix,
            operation=shown,
            argument=argument,
            noop=noop,
            **_judging.asking_over(ctx),
        )


_REVERSES = {"RunPython": "reverse_code", "RunSQL": "reverse_sql"}


def _is_irreversible(operation: _model.Operation, argument: str) -> bool:
    given = operation.arguments
    if any(keyword.arg is None for keyword in operation.call.keywords) or not given:
        return False
    first = next(iter(given.values()))
    if _expressions.last(first) == "noop" or (argument in given and not _expressions.is_none(given[argument])):
        return False
    if operation.name == "RunSQL":
        return any(statement.kind is not Kind.DROP_INDEX for statement in operation.statements)
    return True


def _fix(operation: _model.Operation, argument: str, ctx: Context) -> Fix | None:
    is_of_rows = all(statement.kind in (*_ROWS, Kind.CODE) for statement in operation.statements)
    if not is_of_rows or any(isinstance(given, ast.Starred) for given in operation.call.args):
        return None
    if len(operation.call.args) > 1:  # `RunPython(fill, None)`
        return None
    data = {"argument": argument, "noop": f"{ctx.text(operation.call.func)}.noop"}
    return Fix(with_noop, f"Add `{argument}={data['noop']}`", operation.call, data=data)


def _of_field(one: _judging.Candidate, ctx: Context) -> Finding:
    field = _expressions.name(one.operation.arguments.get("name"), ctx)
    return RULE.finding(
        one.operation.call,
        "field",
        severity=Severity.NOTE,
        field=field,
        model=one.operation.model,
        **_judging.asking_over(ctx, table=_events.table_key(one.operation, one.migration), key=field),
    )


# Alembic


def _of_revision(migration: _model.Migration, ctx: Context) -> Iterator[Finding]:
    changes = _changes(migration)
    if not changes or migration.framework is Framework.SQL:
        return
    more = _judging.asking_over(ctx)
    words = _wording.up_and_down(migration)
    downgrade = _reverting.Downgrade(migration, ctx)
    does = downgrade.does_nothing()
    if does:
        if not downgrade.is_excused():
            node = migration.downgrade_mark or migration.downgrade_node or migration.node
            asked = _judging.asking_over(ctx, asks=True, beside=migration.has_own_file_back)
            yield RULE.finding(node, "downgrade", does=does, changes=changes, **words, **asked)
        return
    for operation, what in _reverting.left_behind(migration, downgrade):
        yield RULE.finding(operation.call, "left", what=what, **words, **more)
    lost = _reverting.is_lossy(migration, downgrade)
    if lost and migration.downgrade_node is not None:
        old, new = lost
        node = migration.downgrade_mark or migration.downgrade_node
        names = {**words, "old": _wording.listed([old]), "new": _wording.listed([new])}
        yield RULE.finding(node, "lossy", severity=Severity.NOTE, **names, **more)


def _changes(migration: _model.Migration) -> str:
    """The first change of a table that has to be undone, for a message."""
    for _, statement in migration.statements():
        if statement.kind in _CHANGES:
            where = f" on `{statement.table}`" if statement.table else ""
            return f"runs `{statement.kind.value}`{where}"
    return ""


def with_noop(node: cst.Call, fix: FixContext) -> cst.Call:
    from readlint_rules.migrations._fixing import with_keywords

    return with_keywords(node, [(fix.data["argument"], fix.data["noop"])])
