"""The statements that Django 5.2 sends to PostgreSQL for each operation. Measured by running every one of them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from readlint.api import Context
from readlint_rules.migrations._django_fields import is_column, is_joined
from readlint_rules.migrations._expressions import arguments, last, name, names, sql_of, value
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Default, Migration, Operation, Statement


def emit(operation: Operation, migration: Migration, ctx: Context) -> None:
    """Give an operation its statements."""
    emitter = _EMITTERS.get(operation.name)
    if emitter is None:
        return
    made = emitter(operation, ctx)
    app = migration.app
    for statement in made:
        statement.transaction = operation.transaction
        if statement.kind is Kind.RENAME_TABLE and statement.other.startswith("_"):
            statement.other = f"{app}{statement.other}"
    operation.statements = made


def _one(operation: Operation, kind: Kind, table: str = "", **more: object) -> Statement:
    return Statement(kind, table or operation.table, operation.call, **more)  # type: ignore[arg-type]


def _create_model(operation: Operation, ctx: Context) -> list[Statement]:
    made = [_one(operation, Kind.CREATE_TABLE)]
    for called, field, column in operation.fields:
        if column is None:
            made += _join_table(operation, field, called, ctx)
        elif column.references and column.constrained:
            made.append(_foreign_key(operation, column, operation.table))
    return made


def _foreign_key(operation: Operation, column: Column, table: str) -> Statement:
    """A foreign key of a new table, which Django adds at the end."""
    return _one(operation, Kind.ADD_FOREIGN_KEY, table, columns=(column.name,), other=column.references, deferred=True)


def _join_table(operation: Operation, field: ast.expr, called: str, ctx: Context) -> list[Statement]:
    if not isinstance(field, ast.Call) or not is_joined(field):
        return []
    given = arguments(field, ("to",))
    table = f"{operation.table}_{called}"
    target = name(given.get("to"), ctx).replace(".", "_").lower()
    parents = [Column("", references=parent) for parent in (operation.table, target)]
    return [_one(operation, Kind.CREATE_TABLE, table), *(_foreign_key(operation, one, table) for one in parents)]


def _add_field(operation: Operation, ctx: Context) -> list[Statement]:
    column, field = operation.column, operation.arguments.get("field")
    if column is None or field is None:
        return []
    if not is_column(field):
        return _join_table(operation, field, name(operation.arguments.get("name"), ctx), ctx)
    is_dropped = bool(column.python_default)
    # The default of Python goes into the statement as a constant, and goes away with the next one.
    sent = column._replace(default=Default.CONSTANT) if is_dropped else column
    columns = (column.name,)
    made = [_one(operation, Kind.ADD_COLUMN, column=sent, columns=columns, other=_parent(column))]
    if is_dropped:
        made.append(_one(operation, Kind.DROP_DEFAULT, columns=columns))
    if column.indexed:
        made.append(_one(operation, Kind.CREATE_INDEX, columns=columns, deferred=True))
    return made


def _parent(column: Column) -> str:
    return column.references if column.constrained else ""


def _alter_field(operation: Operation, ctx: Context) -> list[Statement]:
    """All that an `AlterField` may send; `changes` says what must have been different before."""
    column, field = operation.column, operation.arguments.get("field")
    if column is None or field is None or not is_column(field):
        return []
    columns = (column.name,)
    made = [
        _one(operation, Kind.RENAME_COLUMN, other=column.name, changes="name"),
        _one(operation, Kind.CHANGE_TYPE, column=column, columns=columns, changes="type"),
    ]
    if column.null:
        made.append(_one(operation, Kind.DROP_NOT_NULL, columns=columns, changes="null"))
    else:
        made += _not_null(operation, column)
    if column.unique:
        made.append(_one(operation, Kind.ADD_UNIQUE, columns=columns, changes="unique"))
    if column.indexed:
        made.append(_one(operation, Kind.CREATE_INDEX, columns=columns, changes="indexed"))
    if column.references and column.constrained:
        parent = column.references
        made.append(_one(operation, Kind.DROP_CONSTRAINT, columns=columns, other=parent, changes="foreign key"))
        made.append(_one(operation, Kind.ADD_FOREIGN_KEY, columns=columns, other=parent, changes="references"))
    if column.check:
        check = column.check
        made.append(_one(operation, Kind.ADD_CHECK, columns=columns, condition=check, changes="check"))
    return made


def _not_null(operation: Operation, column: Column) -> list[Statement]:
    columns = (column.name,)
    kinds = [Kind.SET_NOT_NULL]
    if column.python_default or column.default != Default.NONE:
        kinds = [Kind.SET_DEFAULT, *([Kind.UPDATE] if fills_rows(column) else []), *kinds, Kind.DROP_DEFAULT]
    return [_one(operation, kind, column=column, columns=columns, changes="null") for kind in kinds]


def fills_rows(column: Column) -> bool:
    """Whether an `AlterField` to NOT NULL updates the old rows: not with what `auto_now` and `blank` imply."""
    return column.python_default not in ("", "implied") or column.default != Default.NONE


def _index(operation: Operation, ctx: Context) -> list[Statement]:
    index = operation.arguments.get("index")
    made = _one(operation, Kind.CREATE_INDEX, concurrently=operation.name.endswith("Concurrently"))
    if isinstance(index, ast.Call):
        given = arguments(index, ())
        made.name = name(given.get("name"), ctx)
        made.columns = tuple(one.lstrip("-") for one in names(given.get("fields"), ctx))
    return [made]


def _drop_index(operation: Operation, ctx: Context) -> list[Statement]:
    called = name(operation.arguments.get("name"), ctx)
    return [_one(operation, Kind.DROP_INDEX, name=called, concurrently=operation.name.endswith("Concurrently"))]


_CONSTRAINTS = {"ExclusionConstraint": Kind.ADD_EXCLUDE, "CheckConstraint": Kind.ADD_CHECK}


def _constraint(operation: Operation, ctx: Context) -> list[Statement]:
    constraint = operation.arguments.get("constraint")
    if not isinstance(constraint, ast.Call):
        return [_one(operation, Kind.UNKNOWN)]
    cls, given = last(constraint.func), arguments(constraint, ())
    kind = _CONSTRAINTS.get(cls, Kind.ADD_UNIQUE if cls == "UniqueConstraint" else Kind.UNKNOWN)
    is_index = cls == "UniqueConstraint" and (
        bool(constraint.args) or bool(given.keys() & {"condition", "include"} or "opclasses" in given)
    )
    made = _one(operation, Kind.CREATE_INDEX if is_index else kind, unique=is_index)
    made.name = name(given.get("name"), ctx)
    made.columns = names(given.get("fields"), ctx)
    made.not_valid = operation.name == "AddConstraintNotValid"
    condition = given.get("condition") or given.get("check")
    if kind is Kind.ADD_CHECK and condition is not None:
        made.condition, made.columns = _condition(condition, ctx)
    return [made]


def _condition(node: ast.expr, ctx: Context) -> tuple[str, tuple[str, ...]]:
    """`Q(email__isnull=False)` is `email is not null`; of other conditions only the text is kept."""
    if isinstance(node, ast.Call) and last(node.func) == "Q" and len(node.keywords) == 1 and not node.args:
        field, _, lookup = (node.keywords[0].arg or "").partition("__")
        if lookup == "isnull" and value(node.keywords[0].value, ctx) is False:
            return f"{field} is not null", (field,)
    return ctx.text(node), ()


def _together(operation: Operation, ctx: Context) -> list[Statement]:
    """`unique_together` and `index_together` give all sets that hold from now on."""
    key = "unique_together" if operation.name == "AlterUniqueTogether" else "index_together"
    kind = Kind.ADD_UNIQUE if key == "unique_together" else Kind.CREATE_INDEX
    found = together(operation.arguments.get(key), ctx)
    return [_one(operation, kind, columns=columns, changes=key) for columns in found]


def together(node: ast.expr | None, ctx: Context) -> list[tuple[str, ...]]:
    """The sets of a `unique_together`, which may also be a single one."""
    if isinstance(node, ast.Call) and node.args:
        node = node.args[0]  # `set([("event", "slug")])`
    items = node.elts if isinstance(node, (ast.Set, ast.List, ast.Tuple)) else []
    if items and all(isinstance(item, ast.Constant) for item in items):
        return [names(node, ctx)]
    return [names(item, ctx) for item in items]


def _run_sql(operation: Operation, ctx: Context) -> list[Statement]:
    from readlint_rules.migrations._sql import statements

    node = operation.arguments.get("sql")
    made: list[Statement] = []
    for text in _texts(node, ctx):
        sent = statements(text, operation.call) if text is not None else [_one(operation, Kind.UNKNOWN)]
        made += sent
    if len(made) > 1 and operation.transaction is None and not isinstance(node, (ast.List, ast.Tuple)):
        # Statements sent as one text are one transaction, also where the connection commits each text.
        operation.transaction = 1_000_000 + operation.call.lineno
    return made


def _texts(node: ast.expr | None, ctx: Context) -> list[str | None]:
    """The texts that are run, None for one that is not known here."""
    if isinstance(node, ast.Attribute) and node.attr == "noop":
        return []
    if not isinstance(node, (ast.List, ast.Tuple)):
        found = sql_of(node, ctx) if node is not None else ""
        return [found if isinstance(found, str) else None]
    texts: list[str | None] = []
    for item in node.elts:
        is_pair = isinstance(item, (ast.Tuple, ast.List)) and item.elts
        texts += _texts(item.elts[0] if is_pair else item, ctx)  # type: ignore[attr-defined]
    return texts


def _simple(kind: Kind) -> Callable[[Operation, Context], list[Statement]]:
    return lambda operation, ctx: [_one(operation, kind)]


def _remove_field(operation: Operation, ctx: Context) -> list[Statement]:
    return [_one(operation, Kind.DROP_COLUMN, columns=(name(operation.arguments.get("name"), ctx),))]


def _rename_field(operation: Operation, ctx: Context) -> list[Statement]:
    given = operation.arguments
    old, new = name(given.get("old_name"), ctx), name(given.get("new_name"), ctx)
    return [_one(operation, Kind.RENAME_COLUMN, columns=(old,), other=new)]


def _rename_model(operation: Operation, ctx: Context) -> list[Statement]:
    new = name(operation.arguments.get("new_name"), ctx).lower()
    return [_one(operation, Kind.RENAME_TABLE, other=f"_{new}")]


def _alter_table_name(operation: Operation, ctx: Context) -> list[Statement]:
    new = name(operation.arguments.get("table"), ctx)
    return [_one(operation, Kind.RENAME_TABLE, other=new or f"_{operation.model.lower()}")]


def _named(kind: Kind) -> Callable[[Operation, Context], list[Statement]]:
    return lambda operation, ctx: [_one(operation, kind, name=name(operation.arguments.get("name"), ctx))]


_EMITTERS: dict[str, Callable[[Operation, Context], list[Statement]]] = {
    "CreateModel": _create_model,
    "DeleteModel": _simple(Kind.DROP_TABLE),
    "RenameModel": _rename_model,
    "AlterModelTable": _alter_table_name,
    "AddField": _add_field,
    "AlterField": _alter_field,
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
    "AddIndex": _index,
    "AddIndexConcurrently": _index,
    "RemoveIndex": _drop_index,
    "RemoveIndexConcurrently": _drop_index,
    "RenameIndex": _simple(Kind.RENAME_OTHER),
    "AddConstraint": _constraint,
    "AddConstraintNotValid": _constraint,
    "ValidateConstraint": _named(Kind.VALIDATE),
    "RemoveConstraint": _named(Kind.DROP_CONSTRAINT),
    "AlterUniqueTogether": _together,
    "AlterIndexTogether": _together,
    "RunSQL": _run_sql,
    "RunPython": _simple(Kind.CODE),
}
