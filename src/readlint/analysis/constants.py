"""Constant folding: the value of an expression when the file alone decides it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readlint.analysis.context import Context


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        return False


UNKNOWN = _Unknown()
_LARGEST = 10_000  # characters or digits: what no source file spells out is not worth its memory
_DEPTH = 12

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}


def fold(node: ast.expr, ctx: Context, depth: int = _DEPTH) -> Any:
    """Strings, bytes, numbers, booleans, None and tuples of them, or UNKNOWN."""
    if not depth:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple):
        items = [fold(item, ctx, depth - 1) for item in node.elts]
        return UNKNOWN if UNKNOWN in items else tuple(items)
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _apply(_UNARY[type(node.op)], fold(node.operand, ctx, depth - 1))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        left, right = fold(node.left, ctx, depth - 1), fold(node.right, ctx, depth - 1)
        if isinstance(node.op, ast.Mult) and not _small_product(left, right):
            return UNKNOWN
        return _apply(_BINARY[type(node.op)], left, right)
    if isinstance(node, ast.JoinedStr):
        return _joined(node, ctx, depth)
    if isinstance(node, ast.Name):
        return _name(node, ctx, depth)
    return UNKNOWN


def _apply(function: Callable[..., Any], *values: Any) -> Any:
    if any(value is UNKNOWN for value in values):
        return UNKNOWN
    try:
        result = function(*values)
    except Exception:  # readlint: ignore[RL101] the linted program's own mistake; its value stays unknown
        return UNKNOWN
    return UNKNOWN if isinstance(result, (str, bytes, tuple)) and len(result) > _LARGEST else result


def _small_product(left: Any, right: Any) -> bool:
    def size(value: Any) -> int:
        return len(value) if isinstance(value, (str, bytes, tuple)) else abs(int(value))

    try:
        return size(left) * size(right) <= 2**64 and (
            (isinstance(left, (int, float)) and isinstance(right, (int, float))) or size(left) * size(right) <= _LARGEST
        )
    except (TypeError, ValueError, OverflowError):
        return False


def _joined(node: ast.JoinedStr, ctx: Context, depth: int) -> Any:
    parts: list[str] = []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            value = fold(part.value, ctx, depth - 1)
            if part.conversion != -1 or part.format_spec is not None or not isinstance(value, (str, int)):
                return UNKNOWN
            parts.append(str(value))
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def _name(node: ast.Name, ctx: Context, depth: int) -> Any:
    """A name bound exactly once, to a constant, and rebound by no `global` statement."""
    owner = ctx.scope(node).lookup(node.id)
    if owner is None:
        return UNKNOWN
    bindings = [binding for binding in owner.bindings[node.id] if binding.how != "annotate"]
    if len(bindings) != 1 or bindings[0].how != "assign" or bindings[0].value is None:
        return UNKNOWN
    if owner.is_module and node.id in ctx.rebound_globals:
        return UNKNOWN
    return fold(bindings[0].value, ctx, depth - 1)
