"""The fix that all rules about secrets share: the value moves into the environment, and is written nowhere."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from readlint.api import Fix, dotted
from readlint_rules.secrets import _places, _values

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

TITLE = "Read it from the environment"


def variable_of(name: str) -> str:
    """What the variable of the environment is called."""
    return "_".join(_values.words_of(name)).upper() if re.fullmatch(r"[\w-]+", name) else ""


def move_out(bound: _places.Bound | None, literal: ast.AST, chain: list[ast.AST]) -> Fix | None:
    """Where the value is given a name in the body of something. A parameter's default would be read on import."""
    if bound is None or isinstance(bound.node, (ast.arguments, ast.Compare)) or not isinstance(literal, ast.Constant):
        return None
    if isinstance(bound.node, ast.AnnAssign) and is_settings_field(chain):
        return require_field(bound.node)
    if bound.value is not literal and not isinstance(bound.value, ast.Call):
        return None  # one of several values
    if isinstance(bound.node, ast.keyword) and bound.node.arg == "default":
        return None
    data = {"variable": variable_of(bound.name), "bytes": isinstance(literal.value, bytes)}
    return Fix(read_environment, TITLE, literal, data=data) if data["variable"] else None


def require_field(field: ast.AnnAssign) -> Fix | None:
    """Without its default. What else `Field(...)` is given, such as an alias, must stay."""
    if isinstance(field.value, ast.Call) and len(field.value.args) + len(field.value.keywords) > 1:
        return None
    return Fix(drop_default, "Require it from the environment", field)


def is_settings_field(chain: list[ast.AST]) -> bool:
    """Whether a place is in the body of a class of pydantic-settings, which reads its fields from the environment."""
    return any((dotted(base) or "").rpartition(".")[2].endswith("BaseSettings") for base in _places.bases_around(chain))


def read_environment(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    import libcst as cst

    if fix.ctx.enclosing(fix.node, ast.JoinedStr) is not None:
        fix.refuse("before Python 3.12 an f-string takes no quotes of its own kind")
    key = cst.SubscriptElement(cst.Index(cst.SimpleString(f'"{fix.data["variable"]}"')))
    value = cst.Subscript(fix.name_for("os.environ"), [key])
    return cst.Call(cst.Attribute(value, cst.Name("encode"))) if fix.data.get("bytes") else value


def drop_default(node: cst.AnnAssign, fix: FixContext) -> cst.AnnAssign:
    import libcst as cst

    return node.with_changes(value=None, equal=cst.MaybeSentinel.DEFAULT)
