"""A column that must have a value is added without a default in the database.

## Why is this bad?
During a deployment, and after it is rolled back, the old version of the program goes on inserting rows. It does not
know the column, the database has no default for it, and every insert fails. Without any default, the migration itself
fails as soon as the table has one row.

Django's `default=` does not help: it is sent to fill the old rows, and the next statement drops it again.

    ALTER TABLE "shop_order" ADD COLUMN "paid" boolean DEFAULT false NOT NULL;
    ALTER TABLE "shop_order" ALTER COLUMN "paid" DROP DEFAULT;

Alembic's `default=` never reaches the database.

## Example
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AddField("order", "paid", models.BooleanField(default=False)),
    ]
```

Use instead:
```python
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0041_order_email")]
    operations = [
        migrations.AddField("order", "paid", models.BooleanField(default=False, db_default=False)),
    ]
```

Before Django 5.0: add it with `null=True`, and make it required once all running versions fill it. With Alembic:
`server_default`.

## What is flagged
`AddField` of a field that is not null, whose default is Django's, or implied (`blank=True` is the empty text), or that
has none; `op.add_column` with `nullable=False` and no `server_default`; the same in SQL. A constraint that demands a
value of a column which the same migration adds, also when it is `NOT VALID`: the old version's inserts fail at once. A
default that the same migration drops again, as in `op.alter_column(..., server_default=None)`.

With `database = "mysql"` too: there the migration passes, and old rows get an empty value, but inserts of the old
version fail.

## Not flagged
- MySQL: enumerations, whose first value is the default.
- `null=True`, `db_default`, `server_default`, generated columns, identities, many-to-many fields.
- A default that the same migration sets afterwards in SQL, or with `AddDefaultValue` of django-add-default-value.
- Constraints on a column that the same migration gives the name of one that it drops: the old version fills it.
- Constraints in a migration that makes a trigger, or the function of one: that may fill the column.
- New and small tables, the first migration of an app. Fields of classes that nobody knows, unless they have a default.

## Fix safety
Unsafe: `db_default` needs Django 5.0, and the model has to get it too. Offered where the default is a constant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Rule, Safety, Severity
from readlint_rules.migrations import _judging, _model
from readlint_rules.migrations._files import may_be_migration, remember, settles
from readlint_rules.migrations._kinds import Kind

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL504",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.DATA,
    fix=Safety.UNSAFE,
    tags=("migrations", "postgresql", "django", "alembic", "yoyo", "dbmate"),
    since="0.2",
    messages={
        "default": "`{column}` of `{table}` is NOT NULL and has no default: this fails as soon as the table has a row. "
        "{recipe}.",
        "dropped": "Django sends `ADD COLUMN {column} ... DEFAULT ... NOT NULL`, then `DROP DEFAULT`: during the "
        "deployment and after a rollback, every insert of the old version into `{table}` fails. {recipe}.",
        "ignored": "`default=` never reaches the database: adding `{column}`, which is NOT NULL, fails as soon as "
        "`{table}` has a row. {recipe}.",
        "mysql": "`{column}` of `{table}` is NOT NULL and has no default in the database: during the deployment and "
        "after a rollback, every insert of the old version fails. {recipe}.",
        "lost": "`{column}` of `{table}` is NOT NULL, and the same migration drops its default: during the deployment "
        "and after a rollback, every insert of the old version fails. Drop the default in a later deployment.",
        "constraint": "This demands a value of `{column}`, which the same migration adds without a default: every "
        "insert of the old version into `{table}` fails, `NOT VALID` or not. Deploy what fills the column first.",
    },
)
remember(RULE)


@RULE.on_text("sql")
@RULE.on(ast.Module, mentions=may_be_migration)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    mysql = _judging.is_mysql(ctx)
    for one in _judging.candidates(ctx, Kind.ADD_COLUMN, on="mysql" if mysql else "postgresql", of_any_size=True):
        column = one.operation.column or one.statement.column
        if column is not None and _loses_default(one, column):
            yield RULE.finding(
                one.operation.call, "lost", column=column.name, table=one.table, **_judging.asking(one, ctx)
            )
        elif column is not None and _is_required(column) and not _gets_default(one, column):
            message = _message(one, column)
            if mysql and message != "dropped":
                # Old rows get an empty value of the type there, and an enumeration always has one.
                if column.type.startswith("enum"):
                    continue
                message = "mysql"
            yield RULE.finding(
                one.operation.call,
                message,
                fix=_fix(one, column) if message != "mysql" else None,
                column=column.name,
                table=one.table,
                recipe=_recipe(one, column),
                **_judging.asking(one, ctx),
            )
    yield from _constraints(ctx)


@settles(RULE)
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _judging.stands(finding, answers) else None


def _is_required(column: _model.Column) -> bool:
    return column.is_required and (column.known or bool(column.python_default))


def _loses_default(one: _judging.Candidate, column: _model.Column) -> bool:
    """Whether the same migration goes on to drop the default that it adds a required column with."""
    if column.null or column.default == _model.Default.NONE:
        return False
    kinds = (Kind.SET_DEFAULT, Kind.DROP_DEFAULT)
    later = [
        statement.kind
        for _, statement in one.migration.statements()
        if statement.kind in kinds
        and not statement.changes
        and (statement.table, statement.columns) == (one.table, (column.name,))
    ]
    return later[-1:] == [Kind.DROP_DEFAULT]


def _gets_default(one: _judging.Candidate, column: _model.Column) -> bool:
    """Whether the same migration goes on to give it one."""
    later = one.migration.of_kind(Kind.SET_DEFAULT)
    if any(statement.columns == (column.name,) and not statement.changes for statement in later):
        return True
    return any(operation.name == "AddDefaultValue" for operation in one.migration.operations)


def _message(one: _judging.Candidate, column: _model.Column) -> str:
    if not column.python_default:
        return "default"
    return "dropped" if one.migration.is_django else "ignored"


def _recipe(one: _judging.Candidate, column: _model.Column) -> str:
    if one.statement.text:
        return f"Give `{column.name}` a `DEFAULT`, or add it nullable and fill it in batches"
    if not one.migration.is_django:
        return f"Give `{column.name}` a `server_default`, or add it nullable and fill it in batches"
    if column.references:
        return "Add it with `null=True`, fill it in batches, and make it required in a later deployment"
    return "Give it a `db_default` (Django 5.0), or add it with `null=True` and make it required in a later deployment"


def _constraints(ctx: Context) -> Iterator[Finding]:
    """Constraints that demand a value of a column of the same migration."""
    for one in _judging.candidates(ctx, Kind.ADD_CHECK, Kind.ADD_NOT_NULL, Kind.SET_NOT_NULL, of_any_size=True):
        statement = one.statement
        demands = statement.kind is not Kind.ADD_CHECK or statement.condition.lower().endswith("is not null")
        is_open = demands and not statement.changes and statement.on_new_column
        if is_open and not _has_default(one) and not _has_trigger(one.migration) and not _takes_a_name(one):
            column = statement.columns[0]
            yield RULE.finding(
                one.operation.call, "constraint", column=column, table=one.table, **_judging.asking(one, ctx)
            )


def _has_default(one: _judging.Candidate) -> bool:
    added = [
        statement.column
        for statement in one.migration.of_kind(Kind.ADD_COLUMN)
        if statement.columns == one.statement.columns and statement.column
    ]
    if any(column.default != _model.Default.NONE and not column.python_default for column in added):
        return True
    return any(_gets_default(one, column) for column in added)


def _takes_a_name(one: _judging.Candidate) -> bool:
    """Whether the column gets the name of one that the migration drops: under it, the old version fills it."""
    column = one.statement.columns
    beside = [other for _, other in one.migration.statements() if other.table == one.statement.table]
    new = {(other.other,) for other in beside if other.kind is Kind.RENAME_COLUMN and other.columns == column}
    return any(other.columns in new for other in beside if other.kind in (Kind.DROP_COLUMN, Kind.RENAME_COLUMN))


def _has_trigger(migration: _model.Migration) -> bool:
    """Whether it makes a trigger, or the function of one, which may fill a column whoever inserts."""
    return any("trigger" in statement.text.lower() for _, statement in migration.statements())


_LITERALS = (ast.Constant, ast.UnaryOp)


def _fix(one: _judging.Candidate, column: _model.Column) -> Fix | None:
    call = one.operation.arguments.get("field" if one.migration.is_django else "column")
    if not isinstance(call, ast.Call) or column.references or column.unique:
        return None
    default = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
    if not isinstance(default, _LITERALS):
        return None
    if one.migration.is_django:
        return Fix(with_db_default, "Give it a default in the database", call)
    return Fix(with_server_default, "Give it a default in the database", call) if _server_default(default) else None


def _server_default(node: ast.expr) -> str:
    """The constant as SQL, in a literal of Python."""
    found = ast.literal_eval(node)
    if isinstance(found, bool):
        return '"true"' if found else '"false"'
    text = str(found) if isinstance(found, (int, float, str)) else ""
    return f'"{text}"' if text and text.isascii() and text.isprintable() and not set(text) & set("\"\\'") else ""


def with_db_default(node: cst.Call, fix: FixContext) -> cst.Call:
    from readlint_rules.migrations._fixing import with_keywords

    return with_keywords(node, [("db_default", _text_of_default(node))])


def with_server_default(node: cst.Call, fix: FixContext) -> cst.Call:
    from readlint_rules.migrations._fixing import with_keywords

    default = ast.parse(_text_of_default(node), mode="eval").body
    return with_keywords(node, [("server_default", _server_default(default))])


def _text_of_default(call: cst.Call) -> str:
    """Read where the fix is made: what a fix is told ahead is kept in the cache, and a default may be a secret."""
    import libcst as cst

    value = next(each.value for each in call.args if each.keyword and each.keyword.value == "default")
    return cst.Module([]).code_for_node(value)
