"""A table or a column gets another name while the old version of the program still uses it.

## Why is this bad?
A rename takes an instant, and from then on every statement of the running version fails, until the last instance is
replaced. Deploying the program first does not help: then the new version fails until the migration has run.

## Example
```python
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [migrations.RenameField("order", "mail", "email")]
```

Use instead:
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AlterField("order", "mail", models.TextField(db_column="mail")),
        migrations.RenameField("order", "mail", "email"),
    ]
```

The name in the program changes, the name in the database stays: `db_column` and `db_table` for Django,
`mapped_column("mail")` and `__tablename__` for SQLAlchemy. Where the database must change too: add a new column, write
both, copy in batches, read the new one, drop the old one in a later deployment. For a table, a view under the old name,
made in the same transaction, serves the old version.

## What is flagged
`RenameField` (of a many-to-many field too, whose table it renames), `RenameModel`, `AlterModelTable` and an
`AlterField` with another `db_column`, `new_column_name=` and `op.rename_table`, and `RENAME COLUMN` and `RENAME TO` in
SQL.

## Not flagged
- Fields that have a `db_column`, models that have a `db_table`, many-to-many fields that have a `db_table` or a
  `through`: Django sends nothing.
- A rename under which something else takes the old name in the same transaction: a view, a new table, a new column.
- A rename of what the migration has created, or onto a name that it has freed (a copy takes the place of the original).
- Indexes, constraints and sequences: the program does not name them.
- New and small tables, the first migration of an app.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from readlint.api import Answers, Category, Context, Finding, Level, Rule, Severity, regex
from readlint_rules.migrations import _history, _judging, _model
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Framework, Kind

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL510",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "Renaming `{old}` of `{table}` to `{new}` breaks all running instances of the old version, and new "
        "ones that start before it has run. {recipe}.",
        "altered": "This `AlterField` renames the column of `{table}` to `{new}`, which breaks all running "
        "instances of the old version. {recipe}.",
        "joined": "Renaming the many-to-many field `{old}` of `{table}` renames its table `{joined}` to "
        "`{joined_new}`, which breaks all running instances of the old version, and new ones that start before it has "
        'run. Put an `AlterField` of `{old}` with `db_table="{joined}"` before it, and the table stays.',
        "table": "Renaming `{table}` to `{new}` breaks all running instances of the old version, and new ones "
        "that start before it has run. {recipe}.",
    },
)
remember(RULE)

_VIEW = regex(r'\bcreate\s+(?:or\s+replace\s+)?view\s+(?:"?public"?\.)?"?([\w.]+)', re.IGNORECASE)
#: `ALTER TABLE` renames these too, by the names that PostgreSQL gives them.
_NO_TABLE = ("_seq", "_idx", "_pkey")


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    for one in _judging.candidates(ctx, Kind.RENAME_COLUMN, everywhere=True, of_any_size=True):
        if not one.statement.on_new_column and not _is_covered(one, ctx):
            yield _of_column(one, ctx)
    for one in _judging.candidates(ctx, Kind.RENAME_TABLE, everywhere=True, of_any_size=True):
        if one.statement.other != one.table and not one.table.endswith(_NO_TABLE) and not _is_covered(one, ctx):
            recipe = _recipe_for_table(one)
            more = _asking(one, ctx)
            yield RULE.finding(
                one.operation.call, "table", table=one.table, new=one.statement.other, recipe=recipe, **more
            )


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    if not _judging.stands(finding, answers):
        return None
    return finding if not finding.questions or _reaches_database(finding, answers) else None


def _asking(one: _judging.Candidate, ctx: Context) -> dict[str, Any]:
    return _judging.asking(one, ctx, asks=one.migration.is_django, by=one.operation.name)


def _reaches_database(finding: Finding, answers: Answers) -> bool:
    """Whether Django sends anything for it."""
    past, data = _history.history(answers), finding.data
    if finding.message_id == "table":
        named = past.table_before(finding.path, data["table"])
        return not named or (data["by"] != "RenameModel" and named != finding.arguments["new"])
    old = past.before(finding.path, data["table"], data["key"])
    if data["changes"]:
        # A field of a class that nobody knows may be a foreign key, whose column ends in `_id`.
        return old is not None and old.known and _model.Column(*data["column"]).known
    if data["by"] != "RenameField":
        return True
    relation = past.relation_before(finding.path, data["table"], data["key"]) if old is None else None
    if relation is not None:
        _name_tables(finding, past)
        return relation.is_joined and not relation.table
    if old is None:
        return not past.knows_table(finding.path, data["table"])
    _name_column(finding, data["key"], old.name)
    return not old.is_named


def _name_tables(finding: Finding, past: _history.History) -> None:
    """Have the message name the table that joins two models, before and after."""
    arguments, key = finding.arguments, finding.data["key"]
    arguments["joined"] = past.joined_by(finding.path, finding.data["table"], key)
    arguments["joined_new"] = arguments["joined"].removesuffix(key) + arguments["new"]
    finding.message_id = "joined"
    finding.message = RULE.messages["joined"].format(**arguments)


def _name_column(finding: Finding, field: str, column: str) -> None:
    """Have the recipe name the column of a foreign key, which is not the field's name."""
    finding.message = finding.message.replace(f'db_column="{field}"', f'db_column="{column}"')
    finding.arguments["recipe"] = finding.arguments["recipe"].replace(f'db_column="{field}"', f'db_column="{column}"')


def _of_column(one: _judging.Candidate, ctx: Context) -> Finding:
    old = one.statement.columns[0] if one.statement.columns else ""
    return RULE.finding(
        one.operation.call,
        "default" if old else "altered",
        table=one.table,
        old=old,
        new=one.statement.other,
        recipe=_recipe_for_column(one, old),
        **_asking(one, ctx),
    )


def _recipe_for_column(one: _judging.Candidate, old: str) -> str:
    new = one.statement.other
    if one.operation.name == "RenameField":
        return f'Put an `AlterField` of `{old}` with `db_column="{old}"` before it, and the column stays'
    if not old:
        return (
            "Keep the `db_column` that it has, or add a column, write both, copy in batches and drop the old one later"
        )
    if one.migration.framework is Framework.ALEMBIC:
        return (
            f'Map `{new} = mapped_column("{old}")`, or add `{new}`, write both, copy in batches and drop `{old}` later'
        )
    return f"Add `{new}`, write both, copy in batches, and drop `{old}` in a later deployment"


def _recipe_for_table(one: _judging.Candidate) -> str:
    if one.operation.name in ("RenameModel", "AlterModelTable"):
        return f'Keep `db_table = "{one.table}"`, or leave a view of that name behind in the same transaction'
    keep = "" if one.migration.framework is not Framework.ALEMBIC else f'Keep `__tablename__ = "{one.table}"`, or leave'
    return f"{keep or 'Leave'} a view named `{one.table}` behind in the same transaction"


def _is_covered(one: _judging.Candidate, ctx: Context) -> bool:
    """Whether the old name still leads somewhere once the migration is done, or the new one did before."""
    if one.migration.is_django and _is_kept(one):
        return True
    if one.statement.transaction is None:
        return False
    names, covers = {one.table}, _frees
    views: set[str] = set()
    for other in ctx.once(_moving):
        if other is one.statement:
            covers = _occupies  # those that come behind it
        elif other.transaction == one.statement.transaction:
            if covers(one.statement, other):
                return True
            if other.kind is Kind.RENAME_TABLE:
                names.add(other.table)
            views.update(match[1] for match in _VIEW.finditer(other.text))
    return not names.isdisjoint(views)


_MOVES = frozenset(
    {
        *(Kind.RENAME_TABLE, Kind.CREATE_TABLE, Kind.DROP_TABLE),
        *(Kind.RENAME_COLUMN, Kind.ADD_COLUMN, Kind.DROP_COLUMN),
    }
)


def _moving(ctx: Context) -> list[_model.Statement]:
    """The statements that may give or take a name, in their order. Ask through `ctx.once`."""
    migration = _judging.judged_migration(ctx)
    sent = migration.statements() if migration else ()
    return [statement for _, statement in sent if statement.text or statement.kind in _MOVES]


def _occupies(statement: _model.Statement, other: _model.Statement) -> bool:
    """Whether `other` gives the old name to something else."""
    if statement.kind is Kind.RENAME_TABLE:
        made = other.other if other.kind is Kind.RENAME_TABLE else other.table
        return other.kind in (Kind.RENAME_TABLE, Kind.CREATE_TABLE) and made == statement.table
    if other.table != statement.table:
        return False
    made = other.other if other.kind is Kind.RENAME_COLUMN else "".join(other.columns[:1])
    return other.kind in (Kind.RENAME_COLUMN, Kind.ADD_COLUMN) and made == "".join(statement.columns)


def _frees(statement: _model.Statement, other: _model.Statement) -> bool:
    """Whether `other` took the new name away from something else, or gave the old one, which nobody knows yet."""
    if statement.kind is Kind.RENAME_TABLE:
        if _gives(other, statement.table):
            return True
        return other.kind in (Kind.RENAME_TABLE, Kind.DROP_TABLE) and other.table == statement.other
    is_freeing = other.kind in (Kind.RENAME_COLUMN, Kind.DROP_COLUMN) and other.table == statement.table
    return is_freeing and other.columns == (statement.other,)


_HOLE = regex(r"\{[^{}]*\}")


def _gives(other: _model.Statement, name: str) -> bool:
    """Whether a table may have got its name from `other`, as `orders_new` from `CREATE TABLE {table}_new`."""
    if other.kind is Kind.RENAME_TABLE:
        return other.other == name
    if other.kind is not Kind.CREATE_TABLE or "{" not in other.table:
        return False
    return re.fullmatch(".*".join(map(re.escape, _HOLE.split(other.table))), name) is not None


def _is_kept(one: _judging.Candidate) -> bool:
    """Whether an operation before it in the same migration has given the field a column, or the model a table."""
    for operation in one.migration.operations:
        if operation is one.operation:
            return False
        if operation.model.lower() == one.operation.model.lower() and _names(operation, one):
            return True
    return False


def _has_table(operation: _model.Operation) -> bool:
    """Whether a many-to-many field has a `db_table`."""
    field = operation.arguments.get("field")
    return isinstance(field, ast.Call) and any(one.arg == "db_table" for one in field.keywords)


def _names(operation: _model.Operation, one: _judging.Candidate) -> bool:
    if one.operation.name == "RenameField":
        column = operation.column
        node = operation.arguments.get("name")
        is_same = isinstance(node, ast.Constant) and (node.value,) == one.statement.columns
        return column is not None and (column.is_named or _has_table(operation)) and is_same
    table = operation.arguments.get("table") if operation.name == "AlterModelTable" else None
    return one.operation.name == "RenameModel" and isinstance(table, ast.Constant) and bool(table.value)
