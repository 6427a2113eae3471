"""Words for what a handler does, shared by the rules about handlers that keep an exception to themselves."""

from __future__ import annotations

import ast

from readlint.api import Context, Rank, dotted, short_code
from readlint_rules.errors._logging import calls_in, is_minor


def head(node: ast.AST, ctx: Context) -> str:
    """`except ValueError`, without a name."""
    return short_code(node, ctx).partition(" as ")[0]


def source_of(body: list[ast.stmt], keyword: str) -> str:
    """What may have failed: the call that matters, or the suite."""
    names = calls_in(body)
    if not names:
        return f"the `{keyword}` body"
    alone = len(body) == 1 and all(map(is_minor, names[1:]))
    return f"`{names[0]}`" if alone else f"`{names[0]}` or the rest of the `{keyword}` body"


def doing(handler: ast.ExceptHandler, rank: Rank, silent: bool) -> str:
    """What the handler does instead, in words of its own."""
    idle = (ast.Pass, ast.Import, ast.ImportFrom)
    body = [s for s in handler.body if not isinstance(s, idle) and not _is_constant(s)]
    if not body:
        return "the handler does nothing"
    if rank is Rank.HIDE:
        return "it is logged below `warning` at most"
    if not silent:
        return "one way through the handler neither raises nor reports"
    last = body[-1]
    if isinstance(last, ast.Continue):
        return "the loop goes on as if nothing had happened"
    if isinstance(last, ast.Break):
        return "the loop ends as if it were done"
    if isinstance(last, ast.Return):
        return f"the caller gets {_shown(last.value)}"
    if isinstance(last, ast.Assign) and (name := dotted(last.targets[0])):
        return f"`{name}` becomes {_shown(last.value)}"
    return "the handler neither raises nor reports"


def _is_constant(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _shown(value: ast.expr | None) -> str:
    """Only values that cannot be secret are shown."""
    if value is None or (isinstance(value, ast.Constant) and (value.value is None or isinstance(value.value, bool))):
        return f"`{getattr(value, 'value', None)}`"
    empty = {ast.List: "`[]`", ast.Dict: "`{}`", ast.Tuple: "`()`"}.get(type(value))
    return empty if empty and not list(ast.iter_child_nodes(value))[1:] else "a default"
