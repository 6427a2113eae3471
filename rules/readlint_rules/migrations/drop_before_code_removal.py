"""A column or table is dropped while code that is running still uses it.

## Why is this bad?
During a deploy, instances of the release before run beside the new schema. Their models still name the column, so that
every query of the model fails from the moment of the drop until the last of them has stopped, and again after a
rollback. The code has to forget the column first; the database may lose it one deploy later.

## Example
```python
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.RemoveField("order", "fax"),
    ]
```

Use instead:
```python
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("order", "fax")]),
    ]
```

Deploy that, and drop the column with a `RunSQL` in a migration of the next release. A column that is NOT NULL without a
default has to be made nullable first: without it in the code, nothing fills it any more.

## What is flagged
`RemoveField`, `DeleteModel`, `op.drop_column`, `op.drop_table`, `DROP COLUMN` and `DROP TABLE` in SQL. It is an error

- where the code of the project still maps the column or table: a model of Django, or a class or a `Table` of SQLAlchemy
  that code outside of migrations and tests uses;
- where the same change takes it out of the code, as with Django's `makemigrations`: in a run that compares with a
  commit (`--new-from`, `--new-from-merge-base`, `--staged`), which counts as deployed and still maps it;
- where SQL in the code still uses it: a string that is a whole statement, in which the column can be of no other table.
  SQL in tests, and in code that first looks whether the table is there, does not count.

Else it is a warning, and a question: was the code that used it removed in an earlier deploy? Where it was, say so:
`# readlint: assured[RL509] no release since 4.2 uses it`.
It is a warning too

- where what is mapped may be made again: by SQL in the migration or a later one that cannot be read, or by
  `create_all` in a later one; where a table is dropped, by `create_all` anywhere in the code;
- where it may be another table: where migrations in another folder make one of this name too, for a model that Django
  does not manage, and for a field whose class is the project's own, which may have no column;
- where nothing uses a mapping of SQLAlchemy but a module that the migration imports, which may be there to read the old
  rows one last time;
- where something other than the kind of database, and the presence of a table or a column, decides about the drop;
- where the migration itself is in the commit that is compared with: then it is deployed.

A loop over tables or columns has one warning, about the first of them, and an error for each that is still mapped.

## Not flagged
- What an earlier migration took out of Django's models with `state_operations`, and `state_operations` themselves. In a
  run that compares with a commit, that migration has to be in it: two steps in one change are one.
- Tables and columns that were made after that commit.
- Tables and columns that the same migration has created, or that it, or a later one, creates again, and tables in whose
  place it puts a view. Columns of a table that the same migration drops: they are part of that finding.
- Many-to-many fields with a `through`, and other fields that are no column: Django drops nothing for them.
- The first migration of an app, squashed migrations, those of `migrations.start-after` and before, downgrades.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from readlint.api import AllFiles, Answers, Category, Context, Finding, Level, Question, Rule, Severity
from readlint_rules.migrations import (
    _base,
    _drops,
    _history,
    _in_use,
    _judging,
    _mapping_uses,
    _sql_uses,
    _wording,
)
from readlint_rules.migrations._files import DROPS, may_be_migration, remember, remember_mappings, settles

SQL_USES, MAPPING_USES = "sql-uses", "mapping-uses"

_Ask = Callable[[Question], Any]

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL509",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "column-mapped": "`{owner}` still maps `{column}`, which this drops from `{table}`: all its queries fail from "
        "then on. Take it out of the code, deploy that, and drop the column in a later migration.",
        "table-mapped": "`{owner}` still maps `{table}`, which this drops: all its queries fail from then on. Take it "
        "out of the code, deploy that, and drop the table in a later migration.",
        "column-queried": "The SQL in {owner} still uses `{column}`, which this drops from `{table}`: it fails from "
        "then on. Take it out of the code, deploy that, and drop the column in a later migration.",
        "table-queried": "The SQL in {owner} still uses `{table}`, which this drops: it fails from then on. Take it "
        "out of the code, deploy that, and drop the table in a later migration.",
        "column-together": "The same change takes `{column}` out of `{owner}` and drops it from `{table}`: instances "
        "of the release before fail from then on, until the last one has stopped. {recipe}.",
        "table-together": "The same change takes `{owner}` out of the code and drops `{table}`: instances of the "
        "release before fail from then on, until the last one has stopped. {recipe}.",
        "column": "Instances of the release before fail from this drop of `{column}` from `{table}` on, until the last "
        "one has stopped, if their code still knows it. {recipe}; if that is done, say so: `{mark} readlint: "
        "assured[RL509] ...`.",
        "required": "`{column}` of `{table}` is NOT NULL without a default: code that knows it fails after this drop, "
        "and code that does not cannot insert rows before it. Make it nullable; {then}; if that is done, say "
        "so: `{mark} readlint: assured[RL509] ...`.",
        "joined": "This drops `{joined}`, the table of the many-to-many field `{column}`: instances of the release "
        "before fail from then on, until the last one has stopped, if their code still knows it. {recipe}; if that is "
        "done, say so: `{mark} readlint: assured[RL509] ...`.",
        "table": "Instances of the release before fail from this drop of `{table}` on, until the last one has stopped, "
        "if their code still uses it. {recipe}; if that is done, say so: `{mark} readlint: assured[RL509] ...`.",
    },
)
remember(RULE)
remember_mappings(RULE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in ctx.once(_drops.drops):
        yield _finding(one, ctx)


@RULE.collect_text(DROPS, "sql")
@RULE.collect(DROPS, ast.Module, mentions=may_be_migration)
def collect(module: object, ctx: Context) -> Iterator[str]:
    """`TABLE<tab>COLUMN` of what is dropped, of a table without a column: whether code uses it is worth a look."""
    for one in ctx.once(_drops.drops):
        yield from (f"{one.table}\t{column}" for column in one.statement.columns or ("",))


@RULE.search(SQL_USES)
def search(ask: _Ask, files: AllFiles) -> Any:
    return _sql_uses.search(ask, files)


@RULE.search(MAPPING_USES)
def search_mappings(ask: _Ask, files: AllFiles) -> Any:
    return _mapping_uses.search(ask, files)


def _finding(one: _judging.Candidate, ctx: Context) -> Finding:
    column = one.statement.columns[0] if one.statement.columns else ""
    migration = one.migration
    of_django = {"model": one.operation.model, "django": migration.is_django, "app": migration.app}
    asked = _judging.asking(one, ctx, asks=True, dropped=one.table, turn=one.operation.turn, **of_django)
    key = asked["data"]["key"]
    former = _judging.former(key, one, ctx) if one.operation.model else key
    return RULE.finding(
        one.operation.call,
        "column" if column else "table",
        severity=Severity.WARNING,
        column=column,
        table=one.table,
        owner="",
        mark=_wording.remark(one.migration),
        recipe=f"First {_recipe(one, column)}",
        then=f"then {_recipe(one, column)}",
        **{
            **asked,
            "questions": (*asked["questions"], *_base.ASKED, *_in_use.ASKED),
            "data": {**asked["data"], "names": _names(one, key, column), "former": former, **_in_use.data(one, ctx)},
        },
    )


def _names(one: _judging.Candidate, key: str, column: str) -> list[str]:
    """What the history and the models may call a column: Django's SQL knows `customer_id` of a field `customer`."""
    is_sql = one.migration.is_django and not one.operation.model
    return list(dict.fromkeys([key, column, *([column.removesuffix("_id")] if is_sql else [])])) if column else []


def _recipe(one: _judging.Candidate, column: str) -> str:
    what = "column" if column else "table"
    if one.migration.is_django:
        part = "field" if column else "model"
        return (
            f"remove the {part} in `state_operations` of a `SeparateDatabaseAndState`, deploy that, and drop the "
            f"{what} in a later migration"
        )
    return f"deploy code without it, and drop the {what} in a later migration"


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if not _judging.stands(finding, answers):
        return None
    known, data, path = _history.history(answers), finding.data, finding.path
    places: list[tuple[str, ...]] = [(data["table"], name) for name in data["names"]] or [(data["table"],)]
    if any(known.comes_back(path, *place) for place in places):
        return None
    # SQL names the table itself, where Django's operations before it name the model.
    called = [(table, *place[1:]) for place in places for table in known.models_of(path, place[0])]
    is_gone = any(known.is_gone_before(path, *place) for place in (*places, *called))
    base = _base.history(answers)
    shipped = None if base is None or base.knows(path) else base  # what was deployed before this migration
    if shipped is not None and any(_is_new(place, path, known, shipped) for place in places):
        return None
    is_over = is_gone and (shipped is None or any(shipped.stays(path, *place) is False for place in (*places, *called)))
    columns = [known.before(path, *place) for place in places] if data["names"] else []
    # What a `RenameField` of the same migration has renamed, the release before knows by its former name.
    deployed = [*columns, known.before(path, data["table"], data["former"])]
    is_required = any(column and column.is_required for column in deployed)
    if is_required:
        finding.arguments["recipe"] = f"It is NOT NULL without a default: make it nullable, {finding.arguments['then']}"
    if data["model"]:  # a field, whose column may have another name
        finding.arguments["column"] = next((one.name for one in deployed if one), finding.arguments["column"])
    use = _in_use.of(finding, answers, places, columns, is_new=shipped is not None and not is_over)
    if use is not None:
        finding.arguments["owner"], finding.related, finding.severity = use.owner, use.places, Severity.ERROR
        _say(finding, f"{finding.message_id}-{use.how}")
        return finding
    if is_gone or data["turn"]:  # a loop is told of once, but for what is proven
        return None
    relation = known.relation_before(path, data["table"], data["key"]) if data["model"] and not any(deployed) else None
    if relation is not None:
        is_dropped = relation.is_joined and not known.comes_back(path, data["table"], data["key"], _history.JOINED)
        return _of_relation(finding, known) if is_dropped else None
    _say(finding, "required" if is_required else finding.message_id)
    return finding


def _of_relation(finding: Finding, known: _history.History) -> Finding:
    """Have it speak of the table that joins two models."""
    finding.arguments["joined"] = known.joined_by(finding.path, finding.data["table"], finding.data["key"])
    finding.arguments["recipe"] = finding.arguments["recipe"].replace("drop the column", "drop the table")
    _say(finding, "joined")
    return finding


def _is_new(place: tuple[str, ...], path: str, known: _history.History, shipped: _history.History) -> bool:
    """Whether a table, or its column, has been made by migrations that are not deployed yet either."""
    return known.was_there_before(path, *place) and shipped.stays(path, *place) is None


def _say(finding: Finding, message: str) -> None:
    finding.message_id = message
    finding.message = RULE.messages[message].format(**finding.arguments)
