"""What is lost when any exception is swallowed: by what was tried, and by what came in the place of the result."""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterator

from readlint.api import Context, dotted, last_name, walk, walk_own
from readlint_rules.errors._operational import gives_default, is_tolerant, is_work

Node = ast.ExceptHandler | ast.With

#: Words of calls, and of what they are made on, that leave the process: files, the network, databases, programs.
_OUTSIDE = frozenset(
    [
        *("api", "bucket", "client", "conn", "connect", "connection", "cursor", "database", "db", "session", "socket"),
        *("commit", "create", "download", "exec", "execute", "fetch", "grpc", "http", "httpx", "insert", "inspect"),
        *("load", "login", "open", "popen", "post", "publish", "pull", "push", "query", "read", "receive", "recv"),
        *("redis", "request", "requests", "resolve", "rpc", "run", "save", "send", "service", "sql", "store"),
        *("submit", "subprocess", "subscribe", "sync", "upload", "urlopen", "write"),
    ]
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_FAILURE = frozenset(["error", "errors", "exception", "exceptions", "failure", "failures"])
#: Words of a comment whose author thought of the failure.
_MAY_FAIL = re.compile(
    r"\bexceptions?\b|\bfail(?:s|ure|ures)?\b|\bunreachable\b|\bdefensive|\bin case\b|\b(?:may|might) not\b"
    r"|\bbest[- ]effort|\bignor|\bif (?:possible|available|any)\b|\boptional",
    re.IGNORECASE,
)
_CONSTANT = re.compile(r"[A-Z_][A-Z0-9_]{2,}")
_UNKNOWN = re.compile(r"\bunknown\b|\bunavailable\b|\bn/?a\b|not available", re.IGNORECASE)
_LOADERS = frozenset(["__import__", "import_module"])
_EMPTY_CALLS = frozenset(["dict", "frozenset", "list", "set", "tuple"])


class Given(enum.Enum):
    """What a handler leaves behind in the place of the result."""

    NOTHING = enum.auto()  # the work is not done, or a variable keeps what it had
    NONE = enum.auto()  # `None` or "unknown" comes back, which say that there is nothing, or a default made for this
    UNSET = enum.auto()  # a variable is `None` from here on
    ANSWER = enum.auto()  # `False`, 0, an empty list or a default, as if that were the result


def loses(node: ast.ExceptHandler, body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a failure costs something: work that was to be done, an item, or what something outside has to say."""
    loop = _loop_around(node, ctx)
    if isinstance(loop, ast.While) and not _is_endless(loop):
        return False  # it goes on until it works
    answer = given(node, ctx)
    if answer is not Given.ANSWER and is_work(body):
        return True
    if answer is Given.NOTHING and loop is not None and _skips_an_item(node, body, loop):
        return True
    if answer is Given.NONE or not is_outside(body):
        return False
    return answer is not Given.NOTHING or _leaves_unset(node, body, ctx)


def is_attempt(node: Node, body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a failure is one of the ways that it may go: one candidate of many, a detail, what is not installed."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    if _is_candidate(statement, body, ctx) or _needs_an_import(body) or _is_detail(node, body):
        return True
    return is_tolerant(node, ctx)


def is_outside(body: list[ast.stmt]) -> bool:
    """Whether a `try` asks something outside of the process, going by the names of its calls, or waits for it."""
    return any(
        isinstance(part, (ast.Await, ast.Yield, ast.YieldFrom))
        or (isinstance(part, ast.Call) and not _words(dotted(part.func) or last_name(part.func)).isdisjoint(_OUTSIDE))
        for part in _inside(body)
    )


# What came instead


def given(handler: ast.ExceptHandler, ctx: Context) -> Given:
    last = handler.body[-1]
    if gives_default(handler, ctx):
        return Given.NONE
    if isinstance(last, ast.Return):
        return Given.NONE if _is_none(last.value) or _is_known_substitute(last.value) else Given.ANSWER
    if isinstance(last, ast.Assign):
        substitute = Given.NONE if _is_known_substitute(last.value) else Given.ANSWER
        return Given.UNSET if _is_none(last.value) else substitute
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and _collects(last.value):
        return Given.ANSWER  # `results.append(False)`
    return Given.NONE if isinstance(last, ast.Pass) and _comes_back_empty(handler, ctx) else Given.NOTHING


def _is_none(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Tuple) and value.elts:
        return all(map(_is_none, value.elts))
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _is_known_substitute(value: ast.expr | None) -> bool:
    """`DEFAULT_LIMITS`, which was made for this, or a text that says that nothing is known."""
    name = dotted(value) if value is not None else None
    if name is not None and _CONSTANT.fullmatch(name):
        return True
    text = value.value if isinstance(value, ast.Constant) else None
    return isinstance(text, str) and _UNKNOWN.search(text) is not None


def _comes_back_empty(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`try: return find() / except Exception: pass`, and the function ends there, or with `return None`."""
    statement = ctx.parents[handler]
    inside = _inside([*getattr(statement, "body", []), *getattr(statement, "orelse", [])])
    if not any(isinstance(part, ast.Return) and part.value is not None for part in inside):
        return False
    function = ctx.parents[statement]
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    rest = function.body[function.body.index(statement) + 1 :]  # type: ignore[arg-type]
    return not rest or (isinstance(rest[0], ast.Return) and _is_none(rest[0].value))


# What is lost


def _loop_around(node: ast.AST, ctx: Context) -> ast.For | ast.AsyncFor | ast.While | None:
    loop: ast.AST | None = ctx.enclosing(node, ast.For, ast.AsyncFor, ast.While)
    if not isinstance(loop, (ast.For, ast.AsyncFor, ast.While)):
        return None
    return loop if ctx.function(loop) is ctx.function(node) else None


def _is_endless(loop: ast.While) -> bool:
    return isinstance(loop.test, ast.Constant) and bool(loop.test.value)


def _skips_an_item(handler: ast.ExceptHandler, body: list[ast.stmt], loop: ast.AST) -> bool:
    """What is left out of the result of a loop, or the endless loop of a worker takes no notice of."""
    if isinstance(loop, ast.While):
        return not any(isinstance(part, (ast.Return, ast.Break)) for part in _inside(body))
    return isinstance(handler.body[-1], ast.Continue) or is_outside(body) or any(map(_collects, _inside(body)))


def _collects(part: ast.AST) -> bool:
    """`found.append(row)`, `row.total = 1`, `total += row.price`."""
    if isinstance(part, ast.Attribute):
        return isinstance(part.ctx, ast.Store)
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
        return part.func.attr in ("add", "append", "extend", "insert", "update")
    return isinstance(part, ast.AugAssign)


def _leaves_unset(handler: ast.ExceptHandler, body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a local variable that the `try` was to set is read later, with whatever it had before."""
    names = [part for part in _inside(body) if isinstance(part, ast.Name)]
    stored = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    function = ctx.function(handler)
    if not stored or function is None:
        return False
    end = ctx.parents[handler].end_lineno or 0  # type: ignore[attr-defined]
    return any(
        isinstance(part, ast.Name) and part.id in stored and isinstance(part.ctx, ast.Load) and part.lineno > end
        for part in walk(function)
    )


# What may go wrong


def _is_candidate(statement: ast.AST, body: list[ast.stmt], ctx: Context) -> bool:
    """One of many: `for path in paths: try: return load(path) / except Exception: continue`."""
    if not isinstance(_loop_around(statement, ctx), (ast.For, ast.AsyncFor)):
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


def is_about_errors(node: ast.AST, ctx: Context) -> bool:
    """In `handle_exception` or `_error_response` there is an error already."""
    return not _words(getattr(ctx.function(node), "name", "")).isdisjoint(_FAILURE)


def speaks_of_failure(node: Node, ctx: Context) -> bool:
    """A comment above a `try`, or between its statements: "we eat the exception here because ..."."""
    statement = ctx.parents[node] if isinstance(node, ast.ExceptHandler) else node
    line: int = getattr(statement, "lineno", 0)
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    end = handlers[0].lineno if handlers else line
    while line - 1 in ctx.source.comments and ctx.source.lines[line - 2].lstrip().startswith("#"):
        line -= 1
    texts = " ".join(ctx.source.comments[at].text for at in range(line, end) if at in ctx.source.comments)
    return _MAY_FAIL.search(texts) is not None


def _inside(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (part for statement in body for part in walk_own(statement))


def _words(name: str | None) -> set[str]:
    return {word.lower() for word in _WORD.findall(name or "")}
