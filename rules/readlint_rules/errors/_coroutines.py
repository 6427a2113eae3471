"""Which calls make a coroutine: what the names in the file leave open, and what a definition says."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, last_name, regex, walk_own

_COROUTINE_HEAD = regex(r"async[ \t]+def[ \t]+(\w+)")
_IMPORTED = regex(r"import[ \t]+(\([^)]*\)|(?:.*\\\r?\n)*.*)")
#: `_IS_SYNC = False`: the file is also made into one without coroutines, where the test is true.
_IN_TWO_KINDS = regex(r"sync", re.IGNORECASE)
_TRANSPARENT = frozenset({"staticmethod", "classmethod", "typing.override", "typing_extensions.override"})


def may_be_coroutine_call(function: ast.expr, ctx: Context) -> bool:
    """Whether the last name is that of a coroutine function of this file, or the first one is imported."""
    own, imported = ctx.once(_names)
    return bool(own) and (last_name(function) in own or _root(function) in imported)


def _names(ctx: Context) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the file's coroutine functions, and what it may import: only an `async def` asks about that."""
    if not ctx.mentions("async"):
        return frozenset(), frozenset()
    own = _COROUTINE_HEAD.findall(ctx.source.text)
    imported = _IMPORTED.findall(ctx.source.text) if own else []
    return frozenset(own), frozenset(name for names in imported for name in re.findall(r"\w+", names))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def may_be_coroutine(text: str, name: str) -> bool:
    return f"async def {name}" in text or f"def {name}" not in text  # then it comes from elsewhere


def is_coroutine(node: ast.AST, ctx: Context) -> bool:
    """A coroutine function that no decorator makes into something else."""
    if not isinstance(node, ast.AsyncFunctionDef):
        return False
    inside = (part for statement in node.body for part in walk_own(statement))
    generates = any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in inside)
    return not generates and all(ctx.qualified_name(one) in _TRANSPARENT for one in node.decorator_list)


# Calls that are not made where the function is a coroutine function


def is_for_plain_functions(call: ast.Call, ctx: Context) -> bool:
    """Whether a test around the call is never passed with a coroutine function: the call is for the other kind."""
    node: ast.AST = call
    for parent in ctx.ancestors(call):
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        if isinstance(parent, ast.If) and _truth(parent.test, call, ctx) is (node in parent.orelse):
            return True
        node = parent
    return False


def _truth(test: ast.expr, call: ast.Call, ctx: Context) -> bool | None:
    """What a test gives where the function that is called is a coroutine function; None if it may give either."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _truth(test.operand, call, ctx)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp):
        decides = isinstance(test.op, ast.Or)
        parts = {_truth(part, call, ctx) for part in test.values}
        return decides if decides in parts else None if None in parts else not decides
    if isinstance(test, ast.Call):
        asked = test.args[0] if last_name(test.func) == "iscoroutinefunction" and len(test.args) == 1 else None
        return True if asked is not None and ctx.text(asked) == ctx.text(call.func) else None
    if isinstance(test, ast.Constant) or _IN_TWO_KINDS.search(last_name(test) or ""):
        value = ctx.constant(test)
        return value if isinstance(value, bool) else None
    return None
