"""What a migration does to tables and columns, as it is remembered for later migrations."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from readlint.api import Context, regex
from readlint_rules.migrations._alembic_types import column_of as column_of_call
from readlint_rules.migrations._django_fields import is_column, is_joined, is_open
from readlint_rules.migrations._django_sql import together
from readlint_rules.migrations._expressions import arguments, is_empty_suite, is_false, is_true, name
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Default, Migration, Operation, Statement

#: Names of events are those of the methods of `History`.
Event = list[Any]

#: `Base.metadata.create_all(engine)`, `Order.__table__.create(engine)`: what is mapped is made.
MAKES_TABLES = regex(r"\bcreate_all\(|\b__table__\.create\(")


def events(migration: Migration, ctx: Context) -> list[Event]:
    found: list[Event] = []
    if migration.is_for_other_database():
        found.append(["foreign", ""])
    if migration.downgrade_node is not None and not is_empty_suite(migration.downgrade_node.body):
        found.append(["reversible", ""])
    is_unread = any(statement.kind is Kind.UNKNOWN for _, statement in migration.statements())
    if is_unread or MAKES_TABLES.search(ctx.source.text):
        found.append(["opaque", ""])
    for operation in migration.operations:
        if not migration.is_django:
            found += _of_create_table(operation, ctx)
        else:
            # What only the database is told is no change of the models.
            if not operation.is_database_only or operation.name == "RunSQL":
                found += _of_model(operation, table_key(operation, migration), ctx)
        found += [
            event for statement in operation.statements for event in _of_statement(statement, migration.is_django)
        ]
    return found


def table_key(operation: Operation, migration: Migration) -> str:
    """What the table of an operation is called in the history: other migrations do not know of a `db_table`."""
    return f"{migration.app}_{operation.model.lower()}" if operation.model else operation.table


def _of_create_table(operation: Operation, ctx: Context) -> Iterator[Event]:
    for argument in operation.call.args[1:] if operation.name == "create_table" else ():
        column = column_of_call(argument, ctx)
        if column is not None:
            yield ["column", operation.table, column.name, column.parts()]


def _of_field(table: str, key: str, field: ast.expr, column: Column | None, ctx: Context) -> Event:
    if column is None or not is_column(field):
        options = arguments(field, ()) if isinstance(field, ast.Call) else {}
        return ["relation", table, key, is_joined(field), name(options.get("db_table"), ctx)]
    return ["unclear", table, key] if is_open(field) else ["column", table, key, column.parts()]


def _of_model(operation: Operation, table: str, ctx: Context) -> Iterator[Event]:
    given = operation.arguments
    key = name(given.get("name"), ctx)
    if operation.name in ("AddField", "AlterField") and operation.column is not None:
        yield _of_field(table, key, given["field"], operation.column, ctx)
    elif operation.name == "CreateModel":
        options = given.get("options")
        has_table = not is_true(_item(options, "proxy")) and not is_false(_item(options, "managed"))
        yield ["born" if has_table else "gone", table]
        for called, field, column in operation.fields:
            yield _of_field(table, called, field, column, ctx)
        for key in ("unique_together", "index_together"):
            yield ["together", table, key, together(_item(options, key), ctx)]
        yield ["named", table, name(_item(options, "db_table"), ctx)]
    elif operation.name in ("AlterUniqueTogether", "AlterIndexTogether"):
        key = "unique_together" if "Unique" in operation.name else "index_together"
        yield ["together", table, key, together(given.get(key), ctx)]
    elif operation.name == "AlterModelTable":
        yield ["named", table, name(given.get("table"), ctx)]
    elif operation.name == "DeleteModel":
        yield ["gone", table]
    elif operation.name == "RemoveField":
        yield ["drop", table, key]
    elif operation.name == "RenameField":
        yield ["rename", table, name(given.get("old_name"), ctx), name(given.get("new_name"), ctx)]
    elif operation.name == "RenameModel":
        app = table.removesuffix(operation.model.lower())
        yield ["move", table, app + name(given.get("new_name"), ctx).lower()]


def _item(node: ast.expr | None, key: str) -> ast.expr | None:
    """The value under a key of a dictionary's display."""
    if not isinstance(node, ast.Dict):
        return None
    pairs = zip(node.keys, node.values, strict=True)
    return next((item for at, item in pairs if isinstance(at, ast.Constant) and at.value == key), None)


def _of_statement(statement: Statement, is_django: bool) -> Iterator[Event]:
    """Alembic's statements, and of Django's those that constrain: its models say the rest better."""
    table, kind = statement.table, statement.kind
    column = statement.columns[0] if statement.columns else ""
    if kind in (Kind.ADD_CHECK, Kind.ADD_NOT_NULL, Kind.ADD_FOREIGN_KEY):
        yield ["check", table, statement.name, _proved(statement), not statement.not_valid]
    elif kind is Kind.VALIDATE:
        yield ["validate", table, statement.name]
    elif kind is Kind.CREATE_VIEW:
        yield ["born", table]
    elif is_django:
        return
    elif kind in (Kind.CREATE_TABLE, Kind.DROP_TABLE):
        yield ["born" if kind is Kind.CREATE_TABLE else "gone", table]
        for made in statement.described:
            yield ["column", table, made.name, made.parts()]
    elif kind is Kind.ADD_COLUMN and statement.column is not None:
        yield ["column", table, column, statement.column.parts()]
    elif kind is Kind.DROP_COLUMN:
        yield ["drop", table, column]
    elif kind is Kind.RENAME_COLUMN:
        yield ["rename", table, column, statement.other]
    elif kind is Kind.RENAME_TABLE:
        yield ["move", table, statement.other]
    elif kind in _CHANGES:
        yield ["change", table, column, _CHANGES[kind](statement.column)]


def _proved(statement: Statement) -> str:
    """The column that a constraint keeps from being null."""
    if statement.kind is Kind.ADD_NOT_NULL:
        return statement.columns[0]
    words = statement.condition.replace('"', "").replace("(", " ").replace(")", " ").lower().split()
    return words[0] if words[1:] == ["is", "not", "null"] else ""


_CHANGES: dict[Kind, Callable[[Column | None], dict[str, Any]]] = {
    Kind.SET_NOT_NULL: lambda column: {"null": False},
    Kind.DROP_NOT_NULL: lambda column: {"null": True},
    Kind.SET_DEFAULT: lambda column: {"default": column.default if column else Default.UNKNOWN},
    Kind.DROP_DEFAULT: lambda column: {"default": Default.NONE},
    Kind.CHANGE_TYPE: lambda column: {"type": column.type if column else ""},
}
