"""Handlers that do nothing at all, in whatever form."""

from __future__ import annotations

import ast


def is_nothing(statement: ast.stmt) -> bool:
    """`pass`, `...`, a docstring, `continue`, `return` and `return None`."""
    if isinstance(statement, ast.Return):
        return not has_value(statement)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, (ast.Pass, ast.Continue))


def has_value(node: ast.Return) -> bool:
    return node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None)
