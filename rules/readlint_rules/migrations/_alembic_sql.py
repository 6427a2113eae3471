"""The statements that Alembic 1.20 sends to PostgreSQL for each operation. Measured by running every one of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from readlint.api import UNKNOWN, Context
from readlint_rules.migrations._alembic_types import column_of, default_kind, type_of
from readlint_rules.migrations._expressions import (
    is_false,
    is_none,
    is_true,
    last,
    name,
    names,
    sql_of,
    statements_below,
    table_name,
    value,
)
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Default, Operation, Statement
from readlint_rules.migrations._sql import statements

#: The parameters of each operation, in their order. In a batch those that name its table are left out.
OPERATIONS = {
    "add_column": ("table_name", "column"),
    "alter_column": ("table_name", "column_name"),
    "bulk_insert": ("table", "rows"),
    "create_check_constraint": ("constraint_name", "table_name", "condition"),
    "create_exclude_constraint": ("constraint_name", "table_name"),
    "create_foreign_key": ("constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"),
    "create_index": ("index_name", "table_name", "columns"),
    "create_primary_key": ("constraint_name", "table_name", "columns"),
    "create_table": ("table_name",),
    "create_unique_constraint": ("constraint_name", "table_name", "columns"),
    "drop_column": ("table_name", "column_name"),
    "drop_constraint": ("constraint_name", "table_name", "type_"),
    "drop_index": ("index_name", "table_name"),
    "drop_table": ("table_name",),
    "rename_table": ("old_table_name", "new_table_name"),
}


def emit(operation: Operation, ctx: Context) -> None:
    """Give an operation its statements."""
    operation.statements = _EMITTERS[operation.name](operation, ctx)


def sql_statements(operation: Operation, ctx: Context) -> list[Statement]:
    """What `op.execute("...")`, `op.execute(sa.text("..."))` and `connection.execute(table.update())` run."""
    node = _assigned(operation.arguments.get("sqltext"), ctx)
    is_sql = operation.name == "execute"  # what another object's `execute` is given says nothing of a database
    while isinstance(node, ast.Call) and last(node.func) in ("text", "bindparams", "DDL", "dedent"):
        is_sql = True
        # `text("...").bindparams(...)`: the query is what the method is called on.
        inner = node.func.value if last(node.func) == "bindparams" else node.args[0] if node.args else None  # type: ignore[attr-defined]
        node = _assigned(inner, ctx)
    text = sql_of(node, ctx) if node is not None else UNKNOWN
    if isinstance(text, str):
        return statements(text, operation.call)
    if isinstance(node, ast.Call):
        kind = _built(node)
        # `op.execute(CreateSequence(...))` is a construct of SQLAlchemy; what a function gives back is not known.
        is_opaque = is_sql and not last(node.func)[:1].isupper()
        return [_one(operation, kind or Kind.UNKNOWN)] if kind or is_opaque else []
    return [_one(operation, Kind.UNKNOWN)] if is_sql or isinstance(node, ast.JoinedStr) else []


def _assigned(node: ast.expr | None, ctx: Context) -> ast.expr | None:
    """What a variable has been given, if the node is one."""
    return assigned(node, ctx) or node if isinstance(node, ast.Name) else node


def assigned(used: ast.Name, ctx: Context) -> ast.expr | None:
    """What a name was given last above its use: a revision runs from top to bottom."""
    above = [value for value in ctx.once(_assignments).get(used.id, ()) if value.lineno < used.lineno]
    return max(above, key=lambda one: one.lineno, default=None)


def _assignments(ctx: Context) -> dict[str, list[ast.expr]]:
    """What is assigned in the file, by the name that is bound. Ask through `ctx.once`."""
    found: dict[str, list[ast.expr]] = {}
    for node in statements_below(ctx.tree):
        if isinstance(node, ast.Assign):
            found.setdefault(last(node.targets[0]), []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found.setdefault(last(node.target), []).append(node.value)
    return found


_BUILDERS = {"update": Kind.UPDATE, "delete": Kind.DELETE, "insert": Kind.INSERT, "select": Kind.SELECT}


def _built(node: ast.expr) -> Kind | None:
    """The verb of a query that SQLAlchemy builds: `table.update().where(...)`, `sa.update(table)`."""
    while isinstance(node, ast.Call):
        if last(node.func) in _BUILDERS:
            return _BUILDERS[last(node.func)]
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return None


def _one(operation: Operation, kind: Kind, table: str = "", **more: object) -> Statement:
    return Statement(kind, table or operation.table, operation.call, **more)  # type: ignore[arg-type]


def _add_column(operation: Operation, ctx: Context) -> list[Statement]:
    column = column_of(operation.arguments.get("column"), ctx)
    if column is None:
        return []
    operation.column = column
    columns = (column.name,)
    if column.primary_key and column.type in _NUMBERED and _is_numbered(column, operation.arguments["column"]):
        operation.column = column = column._replace(identity=True)  # as `SERIAL`
    # Alembic sends the foreign key, the unique constraint and the index as statements of their own.
    sent = column._replace(references="", unique=False, indexed=False)
    exists = is_true(operation.arguments.get("if_not_exists"))
    made = [_one(operation, Kind.ADD_COLUMN, column=sent, columns=columns, if_not_exists=exists)]
    if column.references:
        made.append(_one(operation, Kind.ADD_FOREIGN_KEY, columns=columns, other=column.references))
    if column.unique and not column.indexed:
        made.append(_one(operation, Kind.ADD_UNIQUE, columns=columns))
    if column.indexed:
        made.append(_one(operation, Kind.CREATE_INDEX, columns=columns, unique=column.unique))
    return made


_NUMBERED = ("smallint", "integer", "bigint")


def _is_numbered(column: Column, node: ast.expr) -> bool:
    """Whether SQLAlchemy has the database number the rows by a key that is added to a table."""
    keywords = node.keywords if isinstance(node, ast.Call) else ()
    is_asked_not_to = any(one.arg == "autoincrement" and is_false(one.value) for one in keywords)
    is_given = column.references or column.python_default or column.default != Default.NONE
    return not is_given and not is_asked_not_to


def _alter_column(operation: Operation, ctx: Context) -> list[Statement]:
    given = operation.arguments
    called = name(given.get("column_name"), ctx)
    columns = (called,)
    old = Column(called, type_of(given.get("existing_type"), ctx))
    made = []
    if "type_" in given and not is_none(given["type_"]):
        column = Column(called, type_of(given["type_"], ctx))
        using = name(given.get("postgresql_using"), ctx)
        made.append(_one(operation, Kind.CHANGE_TYPE, column=column, columns=columns, condition=using))
    nullable = value(given.get("nullable"), ctx)
    # Autogenerated revisions repeat what holds already.
    if nullable in (True, False) and value(given.get("existing_nullable"), ctx) is not nullable:
        kind = Kind.DROP_NOT_NULL if nullable else Kind.SET_NOT_NULL
        made.append(_one(operation, kind, columns=columns))
    if "server_default" in given:
        default = default_kind(given["server_default"], ctx)
        kind = Kind.DROP_DEFAULT if default == Default.NONE else Kind.SET_DEFAULT
        made.append(_one(operation, kind, column=Column(called, default=default), columns=columns))
    if "new_column_name" in given and not is_none(given["new_column_name"]):
        new = name(given["new_column_name"], ctx)
        if new != called:
            made.append(_one(operation, Kind.RENAME_COLUMN, columns=columns, other=new))
    operation.column = old
    return made


def _create_index(operation: Operation, ctx: Context) -> list[Statement]:
    given = operation.arguments
    how = given.get("postgresql_concurrently")
    if how is not None and not isinstance(how, ast.Constant):
        return []  # the revision decides it when it runs
    made = _one(operation, Kind.CREATE_INDEX, name=name(given.get("index_name"), ctx))
    made.columns = names(given.get("columns"), ctx)
    made.unique = is_true(given.get("unique"))
    made.concurrently = is_true(given.get("postgresql_concurrently"))
    made.if_not_exists = is_true(given.get("if_not_exists"))
    return [made]


def _drop_index(operation: Operation, ctx: Context) -> list[Statement]:
    given = operation.arguments
    is_concurrent = is_true(given.get("postgresql_concurrently"))
    return [_one(operation, Kind.DROP_INDEX, name=name(given.get("index_name"), ctx), concurrently=is_concurrent)]


def _create_foreign_key(operation: Operation, ctx: Context) -> list[Statement]:
    given = operation.arguments
    made = _constraint(operation, Kind.ADD_FOREIGN_KEY, "local_cols", ctx)
    made.other = table_name(given.get("referent_table"), given.get("referent_schema"), ctx)
    return [made]


def _constraint(operation: Operation, kind: Kind, key: str, ctx: Context) -> Statement:
    given = operation.arguments
    made = _one(operation, kind, name=name(given.get("constraint_name"), ctx), columns=names(given.get(key), ctx))
    made.not_valid = is_true(given.get("postgresql_not_valid"))
    return made


def _create_check(operation: Operation, ctx: Context) -> list[Statement]:
    made = _constraint(operation, Kind.ADD_CHECK, "", ctx)
    node = operation.arguments.get("condition")
    node = node.args[0] if isinstance(node, ast.Call) and node.args and last(node.func) == "text" else node
    made.condition = name(node, ctx)
    words = made.condition.replace('"', "").lower().split()
    if words[1:] == ["is", "not", "null"]:
        made.columns = (words[0],)
    return [made]


def _create_table(operation: Operation, ctx: Context) -> list[Statement]:
    exists = is_true(operation.arguments.get("if_not_exists"))
    made = [_one(operation, Kind.CREATE_TABLE, if_not_exists=exists)]
    for argument in operation.call.args[1:]:
        column = column_of(argument, ctx)
        if column is not None and column.references:
            made.append(_one(operation, Kind.ADD_FOREIGN_KEY, columns=(column.name,), other=column.references))
        elif (
            isinstance(argument, ast.Call) and last(argument.func) == "ForeignKeyConstraint" and len(argument.args) > 1
        ):
            parents = names(argument.args[1], ctx)
            parent = parents[0].rpartition(".")[0] if parents else ""
            made.append(_one(operation, Kind.ADD_FOREIGN_KEY, columns=names(argument.args[0], ctx), other=parent))
    return made


def _drop_column(operation: Operation, ctx: Context) -> list[Statement]:
    return [_one(operation, Kind.DROP_COLUMN, columns=(name(operation.arguments.get("column_name"), ctx),))]


def _rename_table(operation: Operation, ctx: Context) -> list[Statement]:
    return [_one(operation, Kind.RENAME_TABLE, other=name(operation.arguments.get("new_table_name"), ctx))]


def _drop_constraint(operation: Operation, ctx: Context) -> list[Statement]:
    return [_one(operation, Kind.DROP_CONSTRAINT, name=name(operation.arguments.get("constraint_name"), ctx))]


def _named(kind: Kind) -> Callable[[Operation, Context], list[Statement]]:
    return lambda operation, ctx: [_constraint(operation, kind, "columns", ctx)]


_EMITTERS: dict[str, Callable[[Operation, Context], list[Statement]]] = {
    "add_column": _add_column,
    "alter_column": _alter_column,
    "bulk_insert": lambda operation, ctx: [_one(operation, Kind.INSERT)],
    "create_check_constraint": _create_check,
    "create_exclude_constraint": _named(Kind.ADD_EXCLUDE),
    "create_foreign_key": _create_foreign_key,
    "create_index": _create_index,
    "create_primary_key": _named(Kind.ADD_PRIMARY_KEY),
    "create_table": _create_table,
    "create_unique_constraint": _named(Kind.ADD_UNIQUE),
    "drop_column": _drop_column,
    "drop_constraint": _drop_constraint,
    "drop_index": _drop_index,
    "drop_table": lambda operation, ctx: [_one(operation, Kind.DROP_TABLE)],
    "rename_table": _rename_table,
}
