"""Where the failure of anything at all is an answer, or has been thought of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readlint.api import (
    Breadth,
    Context,
    announces_fallback,
    has_reason,
    is_cleanup,
    is_only_cleanup,
    is_only_telemetry,
    last_name,
    regex,
    statements,
    walk_own,
)
from readlint_rules.errors._tolerance import is_tolerant

Node = ast.ExceptHandler | ast.With

_WORD = regex(r"[A-Z]?[a-z]+|[A-Z]+")
_FAILURE = frozenset(["error", "errors", "exception", "exceptions", "failure", "failures"])
#: Words of a comment whose author thought of the failure.
_MAY_FAIL = regex(
    r"\bexceptions?\b|\bfail(?:s|ure|ures)?\b|\bunreachable\b|\bdefensive|\bin case\b|\b(?:may|might) not\b"
    r"|\bbest[- ]effort|\bignor|\bif (?:possible|available|any)\b|\boptional",
    re.IGNORECASE,
)
_LOADERS = frozenset(["__import__", "import_module"])


def is_expected(node: Node, body: list[ast.stmt], caught: Breadth, ctx: Context) -> bool:
    """Failures of which nobody would want a line in the log."""
    if is_only_telemetry(body, ctx) or announces_fallback(node, ctx):
        return True
    if has_reason(node, ctx) or _speaks_of_failure(node, ctx):
        return True
    return caught is Breadth.BROAD and _is_attempt(node, body, ctx)


def cleans_up(node: Node, body: list[ast.stmt], ctx: Context) -> bool:
    """A second error that must not mask the first one, unless the handler's value becomes that of the function."""
    if not (is_only_cleanup(body, ctx) or is_cleanup(node, ctx) or _is_about_errors(node, ctx)):
        return False
    return not (isinstance(node, ast.ExceptHandler) and _gives_a_value(node))


def _gives_a_value(handler: ast.ExceptHandler) -> bool:
    inside = (part for statement in handler.body for part in statements(statement, own=True))
    return any(isinstance(part, ast.Return) and part.value is not None for part in inside)


def _is_attempt(node: Node, body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a failure is one of the ways that it may go: one candidate of many, a detail, what is not installed."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if _is_candidate(statement, body, ctx) or _needs_an_import(body) or _is_detail(node, body):
        return True
    return is_tolerant(node, ctx)


def _is_candidate(statement: ast.AST, body: list[ast.stmt], ctx: Context) -> bool:
    """One of many: `for path in paths: try: return load(path) / except Exception: continue`."""
    loop = ctx.enclosing(statement, ast.For, ast.AsyncFor, ast.While)
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or ctx.function(loop) is not ctx.function(statement):
        return False
    success = [*body, *getattr(statement, "orelse", [])]
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    if handlers and isinstance(handlers[-1].body[-1], ast.Continue):
        suite: list[ast.stmt] = getattr(ctx.parents[statement], "body", [])
        success += suite[suite.index(statement) + 1 :] if statement in suite else []
    return any(isinstance(part, (ast.Return, ast.Break)) for part in _inside(success))


def _needs_an_import(body: list[ast.stmt]) -> bool:
    if any(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in body):
        return True
    return any(isinstance(part, ast.Call) and last_name(part.func) in _LOADERS for part in _inside(body))


def _is_detail(node: Node, body: list[ast.stmt]) -> bool:
    """`info["load"] = os.getloadavg()` and nothing else: what it is a part of is there without it."""
    handled = node.body if isinstance(node, ast.ExceptHandler) else []
    simple = (ast.Assign, ast.AnnAssign, ast.If)
    if not all(isinstance(part, ast.Pass) for part in handled) or not all(isinstance(part, simple) for part in body):
        return False
    parts = [part for part in _inside(body) if isinstance(part, (ast.Attribute, ast.Subscript))]
    stored = [part for part in parts if isinstance(part.ctx, ast.Store)]
    return bool(stored) and all(isinstance(p, ast.Subscript) and isinstance(p.slice, ast.Constant) for p in stored)


def _is_about_errors(node: ast.AST, ctx: Context) -> bool:
    """In `handle_exception` or `_error_response` there is an error already."""
    return not _words(getattr(ctx.function(node), "name", "")).isdisjoint(_FAILURE)


def _speaks_of_failure(node: Node, ctx: Context) -> bool:
    """A comment above a `try`, or between its statements: "we eat the exception here because ..."."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    line: int = getattr(statement, "lineno", 0)
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    end = handlers[0].lineno if handlers else line
    while line > 1 and ctx.source.lines[line - 2].lstrip().startswith("#"):
        line -= 1
    texts = " ".join(comment.text for comment in ctx.comments_on(range(line, end)))
    return _MAY_FAIL.search(texts) is not None


def _inside(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (part for statement in body for part in walk_own(statement))


def _words(name: str | None) -> set[str]:
    return {word.lower() for word in _WORD.findall(name or "")}
