"""Types of SQLAlchemy: what each is on PostgreSQL. Read in SQLAlchemy 2.1's `dialects/postgresql/base.py`."""

from __future__ import annotations

import ast

from readlint.api import Context
from readlint_rules.migrations._expressions import arguments, is_false, is_true, last, name, resolved, value
from readlint_rules.migrations._model import Column, Default
from readlint_rules.migrations._sql import default_of

TYPES = {
    "String": "varchar",
    "Unicode": "varchar",
    "VARCHAR": "varchar",
    "NVARCHAR": "varchar",
    "CHAR": "char",
    "AutoString": "varchar",  # sqlmodel
    "Text": "text",
    "UnicodeText": "text",
    "TEXT": "text",
    "Integer": "integer",
    "INTEGER": "integer",
    "INT": "integer",
    "BigInteger": "bigint",
    "BIGINT": "bigint",
    "SmallInteger": "smallint",
    "SMALLINT": "smallint",
    "Boolean": "boolean",
    "BOOLEAN": "boolean",
    "Date": "date",
    "DATE": "date",
    "DateTime": "timestamp",
    "DATETIME": "timestamp",
    "TIMESTAMP": "timestamp",
    "Time": "time",
    "TIME": "time",
    "Interval": "interval",
    "INTERVAL": "interval",
    "Float": "double precision",
    "FLOAT": "double precision",
    "DOUBLE_PRECISION": "double precision",
    "Double": "double precision",
    "REAL": "real",
    "Numeric": "numeric",
    "NUMERIC": "numeric",
    "DECIMAL": "numeric",
    "JSON": "json",
    "JSONB": "jsonb",
    "UUID": "uuid",
    "Uuid": "uuid",
    "LargeBinary": "bytea",
    "BYTEA": "bytea",
    "INET": "inet",
    "CIDR": "cidr",
    "TSVECTOR": "tsvector",
    "HSTORE": "hstore",
    "CITEXT": "citext",
    "Enum": "enum",
    "ENUM": "enum",
    "ARRAY": "array",
    "PickleType": "bytea",
}
_TEXTS = ("text", "literal_column", "Text", "quoted_name")


def type_of(node: ast.expr | None, ctx: Context) -> str:
    """What PostgreSQL calls a type; empty when that is not known."""
    if node is None:
        return ""
    call = node if isinstance(node, ast.Call) else None
    cls = last(call.func if call else node)
    found = TYPES.get(cls, "")
    if call is None or not found:
        return found
    if found in ("varchar", "char"):
        return _with(found, [arguments(call, ("length",)).get("length")], ctx)
    if found == "numeric":
        given = arguments(call, ("precision", "scale"))
        return _with(found, [given.get("precision"), given.get("scale")], ctx)
    is_zoned = is_true(arguments(call, ("timezone",)).get("timezone"))
    return f"{found}tz" if found in ("timestamp", "time") and is_zoned else found


def _with(head: str, parameters: list[ast.expr | None], ctx: Context) -> str:
    given = [value(one, ctx) for one in parameters if one is not None]
    numbers = [str(one) for one in given if isinstance(one, int)]
    if len(numbers) != len([one for one in given if one is not None]):
        return ""
    return f"{head}({','.join(numbers)})" if numbers else head


def default_kind(node: ast.expr | None, ctx: Context) -> str:
    """What kind a `server_default` is."""
    if node is None or (isinstance(node, ast.Constant) and node.value in (None, False)):
        return Default.NONE
    call = node if isinstance(node, ast.Call) else None
    if call is None:
        return Default.CONSTANT  # a text; a name of Python mostly stands for one too
    cls = last(call.func)
    if cls in _TEXTS or cls == "DefaultClause":
        inner = call.args[0] if call.args else None
        text = value(inner, ctx)
        if isinstance(text, str):
            return default_of(text) if cls != "DefaultClause" else Default.CONSTANT
        return default_kind(inner, ctx)
    if cls in ("true", "false"):
        return Default.CONSTANT
    if cls == "null":
        return Default.NONE
    if cls in ("Identity", "Sequence", "next_value"):
        return Default.VOLATILE
    if cls in ("literal", "cast", "str", "utcnow"):
        return Default.STABLE if cls == "utcnow" else Default.CONSTANT
    return default_of(f"{cls}()")  # `func.now()`


def column_of(node: ast.expr | None, ctx: Context) -> Column | None:
    """The column that `sa.Column(...)` describes."""
    node = resolved(node, ctx)
    if not isinstance(node, ast.Call) or last(node.func) not in ("Column", "mapped_column"):
        return None
    positional = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    given = arguments(node, ("name",))
    is_primary = is_true(given.get("primary_key"))
    type_ = given.get("type_") or (positional[1] if len(positional) > 1 and not _is_part(positional[1]) else None)
    column = Column(
        name(given.get("name"), ctx),
        type=type_of(type_, ctx),
        # What is neither `True` nor absent is not known, and then a column may as well be nullable.
        null=not is_false(given["nullable"]) if "nullable" in given else not is_primary,
        default=default_kind(given.get("server_default"), ctx),
        python_default="constant" if "default" in given else "",
        unique=is_true(given.get("unique")),
        indexed=is_true(given.get("index")),
        primary_key=is_primary,
        known=type_ is not None,
    )
    for part in positional[1:]:
        column = _with_part(column, part, ctx)
    return column


_PARTS = frozenset("ForeignKey CheckConstraint Identity Computed Sequence".split())


def _is_part(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last(node.func) in _PARTS


def _with_part(column: Column, part: ast.expr, ctx: Context) -> Column:
    if not isinstance(part, ast.Call):
        return column
    cls = last(part.func)
    if cls == "ForeignKey":
        return column._replace(references=name(part.args[0] if part.args else None, ctx).rpartition(".")[0] or "?")
    if cls == "CheckConstraint":
        return column._replace(check=name(part.args[0] if part.args else None, ctx))
    if cls in ("Identity", "Sequence"):
        return column._replace(identity=True)
    if cls == "Computed":
        persisted = arguments(part, ("sqltext", "persisted")).get("persisted")
        said = "stored" if is_true(persisted) else "virtual" if is_false(persisted) else "unsaid"
        return column._replace(generated=said)
    return column
