"""What says that a failure is meant to be borne: names, docstrings, comments, and what a handler does about it."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, body_of, comments_at, dotted, last_name, parameters, regex, statements, walk, walk_own

#: Names and docstrings of functions that announce silence beyond what `announces_fallback` knows.
_TOLERANT_NAME = regex(r"_*(?:\w+_)?(?:on|ignore|ignoring|suppress|catch|swallow)_(?:\w+_)?(?:errors?|failures?)")
_TOLERANT_PART = regex(r"cache|telemetry|usage|stats|metrics|analytics|heartbeat|warm_?up|prefetch|fallback")
_TOLERANT_PROBE = regex(r"_*(?:async_)?(?:check|ping|probe|test|discover|detect|wait)(?:_\w+)?")
_TRIES = regex(r"\s*(?:try|tries|attempts?)\b", re.IGNORECASE)
_PROMISE = regex(r"non-?fatal|\bfalls? back|best.?effort", re.IGNORECASE, ("fatal", "back", "effort"))
_SILENCE = regex(
    r"ignor|suppress|swallow|silent|prevent|best.?effort|harmless|optional|n.t (?:really )?care|doesn't matter"
    r"|not (?:critical|fatal)|expected|already|may (?:be|have|not)|might|not (?:all|every|have)|n.t have|fallback"
    r"|fall back|disconnect|gone|retry|try again|proceed|anyway|without it|continu|if (?:possible|available|supported)",
    re.IGNORECASE,
)
_DEFAULT = regex(r"default|fallback", re.IGNORECASE)
_READ_AGAIN = regex(
    r"_*(?:get|a?get|fetch|fetchone|fetchall|fetchrow|find|find_one|first|filter|query|scalar\w*|select|one|one_or_none"
    r"|read|load|refresh_from_db|refresh|exists)(?:_\w+)?"
)


def is_tolerant(node: ast.AST, ctx: Context) -> bool:
    """The file, the function or a comment at the head of the statement says that it only tries."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if any(says_silence(text) for text in comments_at(statement, ctx)):
        return True
    if _TOLERANT_PART.search(ctx.path.rpartition("/")[2]):
        return True
    function = ctx.function(node)
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    name = function.name
    if _TOLERANT_NAME.fullmatch(name) or _TOLERANT_PROBE.fullmatch(name) or _TOLERANT_PART.search(name.lower()):
        return True
    words = ast.get_docstring(function, clean=False) or ""
    return bool(_TRIES.match(words) or _PROMISE.search(words))


def says_silence(text: str) -> bool:
    """Words that say that a failure does not matter here, or that there is another way."""
    return _SILENCE.search(text) is not None


def gives_default(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`return DEFAULT_LIMITS`, or a parameter: a value that was made for this."""
    values = [part.value for part in handler.body if isinstance(part, (ast.Return, ast.Assign)) and part.value]
    following = _after(ctx.parents[handler], ctx) if not values else None
    if isinstance(following, ast.Return) and following.value is not None:
        values = [following.value]
    function = ctx.function(handler)
    given = {argument.arg for argument in parameters(function)} if function else set()
    return any(_DEFAULT.search(last_name(value) or "") or dotted(value) in given for value in values)


def _after(statement: ast.AST, ctx: Context) -> ast.stmt | None:
    suite = getattr(ctx.parent(statement), "body", [])
    index = suite.index(statement) + 1 if statement in suite else len(suite)
    return suite[index] if index < len(suite) else None


def says_failure_by_value(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`return True` at the end and `return False` in the handler: the failure is told, though not what it was."""
    last = handler.body[-1]
    if isinstance(last, ast.Assign):
        beside = getattr(ctx.parent(handler), "body", []) + getattr(ctx.parent(handler), "orelse", [])
        target = ast.dump(last.targets[0])
        stored = [part for part in beside if isinstance(part, ast.Assign) and ast.dump(part.targets[0]) == target]
        return _is(last.value, False) and any(_is(part.value, True) for part in stored)
    function = ctx.function(handler)
    if not (isinstance(last, ast.Return) and _is(last.value, False)) or function is None:
        return False
    inside = (part for statement in body_of(function) for part in statements(statement, own=True))
    return any(isinstance(part, ast.Return) and _is(part.value, True) for part in inside)


def _is(value: ast.expr | None, constant: bool) -> bool:
    return isinstance(value, ast.Constant) and value.value is constant


def looks_at_the_error(handler: ast.ExceptHandler) -> bool:
    """`if error.status == 404: ...`, or a call that is given the error: the handler knows what it deals with."""
    for part in (inner for statement in handler.body for inner in walk_own(statement)):
        if isinstance(part, (ast.If, ast.While, ast.IfExp)) and _names(part.test, handler.name):
            return True
        if isinstance(part, ast.Call) and any(isinstance(a, ast.Name) and a.id == handler.name for a in part.args):
            return True
        if isinstance(part, ast.Match) and _names(part.subject, handler.name):
            return True
    return False


def _names(node: ast.AST, name: str | None) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in walk(node))


def is_read_again(node: ast.stmt | ast.ExceptHandler, ctx: Context) -> bool:
    """Get or create: after the conflict the row of the winner is read, in the handler or behind the `try`.

    With `ignore_conflicts=True` nobody wants to know of one either.
    """
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if any(isinstance(part, ast.keyword) and part.arg == "ignore_conflicts" for part in walk(statement)):
        return True
    function = ctx.function(node) or ctx.tree
    after = (part for part in walk(function) if isinstance(part, ast.Call) and part.lineno > node.lineno)
    return any(_READ_AGAIN.fullmatch(last_name(call.func) or "") for call in after)
