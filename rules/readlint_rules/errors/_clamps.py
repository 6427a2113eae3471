"""Amounts that come in from outside and are changed before anything else happens to them."""

from __future__ import annotations

import ast
from typing import NamedTuple

from readlint.api import Context, last_name, parameters, walk
from readlint_rules.errors._lossy_text import words_of

_AMOUNTS = frozenset("amount balance discount fee price qty quantity".split())
#: Words that also mean how often or how much of something a program handles: only their sign says that they are wrong.
_COUNTS = frozenset("age count rate total".split())
#: What makes a number a setting of the program and not data.
_SETTINGS = frozenset(
    "audio baud batch bit cache chunk concurrency cpu decay delay drop error frame learning limit max min page pixel "
    "poll preview refresh repeat replica retry row sample sampling speed step thread timeout trace worker zoom".split()
)
_REQUESTS = frozenset("args body data form json params payload query query_params req request".split())
_CONVERSIONS = frozenset({"Decimal", "float", "int"})


class Clamp(NamedTuple):
    """`node` changes the amount called `name` by `change`."""

    node: ast.expr | ast.stmt
    name: str
    change: str


def is_amount(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in _AMOUNTS and _SETTINGS.isdisjoint(words)


def _is_count(name: str) -> bool:
    words = words_of(name)
    return bool(words) and words[-1] in _COUNTS and _SETTINGS.isdisjoint(words)


def clamp_in_call(call: ast.Call, ctx: Context) -> Clamp | None:
    """`amount = max(amount, 0)`, `amount = abs(int(request.form["amount"]))`"""
    if call.keywords or len(call.args) > 2 or not call.args:
        return None
    parent = ctx.parent(call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name):
        return None
    function = last_name(call.func) or ""
    only_sign = function == "abs" or any(_is_zero(argument) for argument in call.args)
    if not is_amount(target.id) and not (only_sign and function != "min" and _is_count(target.id)):
        return None
    if any(_comes_in(argument, target.id, ctx) for argument in call.args) and _is_first(target.id, call, ctx):
        return Clamp(call, target.id, f"{function}()")
    return None


def clamp_in_choice(node: ast.IfExp, ctx: Context) -> Clamp | None:
    """`amount = amount if amount > 0 else 0`"""
    sides = (node.body, node.orelse)
    if not isinstance(node.test, ast.Compare) or not any(map(_is_zero, sides)):
        return None
    parent = ctx.parent(node)
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if not isinstance(target, ast.Name) or not (is_amount(target.id) or _is_count(target.id)):
        return None
    if not _is_sign_test(node.test, target.id):
        return None
    if any(_comes_in(side, target.id, ctx) for side in sides) and _is_first(target.id, node, ctx):
        return Clamp(node, target.id, "if ... else 0")
    return None


def clamp_in_if(node: ast.If, ctx: Context) -> Clamp | None:
    """`if amount < 0: amount = 0`"""
    change = node.body[0] if len(node.body) == 1 and not node.orelse else None
    if not isinstance(change, ast.Assign) or not _is_zero(change.value) or not isinstance(node.test, ast.Compare):
        return None
    target = change.targets[0]
    if not isinstance(target, ast.Name) or not (is_amount(target.id) or _is_count(target.id)):
        return None
    if _is_sign_test(node.test, target.id) and _is_parameter(target.id, ctx, node) and _is_first(target.id, node, ctx):
        return Clamp(node, target.id, f"{target.id} = 0")
    return None


def _is_zero(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and last_name(node.func) in _CONVERSIONS and len(node.args) == 1:
        node = node.args[0]
    return isinstance(node, ast.Constant) and type(node.value) in (int, float, str) and node.value in (0, "0")


def _is_sign_test(test: ast.expr, name: str) -> bool:
    """`amount < 0` and the like."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    sides = (test.left, test.comparators[0])
    orders = isinstance(test.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    return orders and any(map(_is_zero, sides)) and any(isinstance(s, ast.Name) and s.id == name for s in sides)


def _comes_in(node: ast.expr, name: str, ctx: Context) -> bool:
    """The parameter of that name, or a part of a request of that name, as it came or as a number."""
    while isinstance(node, ast.Call) and last_name(node.func) in _CONVERSIONS and node.args:
        node = node.args[0]
    if isinstance(node, ast.Name):
        return node.id == name and _is_parameter(name, ctx, node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        return _is_request(node.func.value) and _is_key(node.args[0])
    return isinstance(node, ast.Subscript) and _is_request(node.value) and _is_key(node.slice)


def _is_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and is_amount(node.value)


def _is_request(node: ast.expr) -> bool:
    return any(last_name(part) in _REQUESTS for part in walk(node))


def _is_parameter(name: str, ctx: Context, node: ast.AST) -> bool:
    function = ctx.function(node)
    return function is not None and any(arg.arg == name for arg in parameters(function))


def _is_first(name: str, node: ast.AST, ctx: Context) -> bool:
    """Whether nothing looked at the value before."""
    function = ctx.function(node)
    if function is None or isinstance(function, ast.Lambda):
        return False
    before = getattr(node, "lineno", 0)
    parts = (part for statement in function.body for part in walk(statement) if isinstance(part, ast.Name))
    return not any(part.id == name and part.lineno < before for part in parts)
