"""Which calls make a coroutine: what the names in the file leave open, and what a definition says."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, last_name, regex, walk_own

_COROUTINE_HEAD = regex(r"async[ \t]+def[ \t]+(\w+)")
_IMPORTED = regex(r"import[ \t]+(\([^)]*\)|(?:.*\\\r?\n)*.*)")
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
