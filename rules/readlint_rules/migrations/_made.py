"""Syntax that stands for what is written in another way: rules know `op.execute` in `upgrade` and `downgrade`."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def made_call(argument: ast.expr) -> ast.Call:
    """`op.execute(argument)`, without a place."""
    return ast.Call(ast.Attribute(ast.Name("op", ast.Load()), "execute", ast.Load()), [argument], [])


def made_function(name: str, body: Iterable[ast.Call] = ()) -> ast.FunctionDef:
    """A function of these calls, without a place."""
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.FunctionDef(name, nothing, [ast.Expr(call) for call in body], [])
