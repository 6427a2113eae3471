"""Whether an expression is known to be a `str`."""

from __future__ import annotations

import ast

from readlint.api import Context, cell_of, reaching_writes

_METHODS = frozenset(
    "strip lstrip rstrip lower upper title capitalize casefold format join isoformat strftime hexdigest "
    "removeprefix removesuffix zfill ljust rjust center swapcase".split()
)


def is_text(node: ast.expr, ctx: Context) -> bool:
    if _is_literal(node):
        return True
    if isinstance(node, ast.Call):
        return _is_call(node, ctx)
    if not isinstance(node, ast.Name):
        return False
    cell = cell_of(node, ctx)
    written = reaching_writes(cell, node, ctx) if cell is not None else None
    if written is None or not written.complete or not (written.found or written.parameter):
        return False
    if written.parameter is not None and not _is_declared(written.parameter.annotation):
        return False
    return all(
        write.value is not None and not rest and not isinstance(write.value, ast.Name) and is_text(write.value, ctx)
        for write, rest in written.found
    )


def _is_call(node: ast.Call, ctx: Context) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id in ("str", "input") and ctx.qualified_name(node.func) in ("str", "input")
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in _METHODS:
        return False
    # bytes have `join` too, and anything may have `format`
    return node.func.attr not in ("join", "format") or _is_constant(node.func.value)


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or _is_constant(node)


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_declared(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Constant):
        return annotation.value == "str"
    return isinstance(annotation, ast.Name) and annotation.id == "str"
