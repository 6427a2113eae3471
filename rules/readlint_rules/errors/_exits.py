"""What becomes of requests to stop in a handler that catches them, and what a narrower clause would name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import (
    Breadth,
    Context,
    Rank,
    breadth,
    caught_classes,
    dotted,
    is_in_thread,
    is_report,
    last_name,
    regex,
    walk,
    walk_own,
)
from readlint_rules.errors._tasks import is_started

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_CANCELLED = ("asyncio.CancelledError", "asyncio.exceptions.CancelledError", "trio.Cancelled")
_CANCELLED_CALL = "anyio.get_cancelled_exc_class"
#: Calls that give the exception being handled.
_SOURCES = ("sys.exc_info", "sys.exception")
_TEXT = frozenset({"str", "repr", "type", "print", "format", "isinstance", "issubclass", "len", "id", "getattr"})
#: Words in the name of a function that may raise or end the process.
_ENDING = regex(
    r"abort|bail|crash|die|error|exit|fail|fatal|handle|kill|panic|quit|raise|stop|terminate|throw", re.IGNORECASE
)
#: Calls that run code of which nobody knows whether it calls `sys.exit()`.
_RUNNERS = frozenset({"exec", "eval", "execfile", "compile", "__import__", "import_module", "exec_module", "run_path"})
_ENTRY_POINT = regex(r"(?:\w+\.)*(?:\w+_)?(?:ep|entry_?point|plugin)\.load")
_EXITS = frozenset({"os._exit", "sys.exit", "exit", "quit"})
_RERAISING = "save_and_reraise_exception"  # oslo.utils 9 `excutils`
_MAIN = regex(r"_*(?:main|cli|run_main|main_?\w*)")


def passed_exits(handler: ast.ExceptHandler, ctx: Context) -> str:
    """The requests to stop that reach a clause for everything: those that no earlier clause of the `try` takes."""
    if handler.type is not None and _is_group(handler.type, ctx):
        return ""
    statement = ctx.parents[handler]
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    earlier = handlers[: handlers.index(handler)]
    taken = {name for one in earlier if one.type for name in caught_classes(one.type, ctx)}
    left = [name for name in ("KeyboardInterrupt", "SystemExit") if name not in taken]
    if ctx.in_async_function(handler) and taken.isdisjoint((*_CANCELLED, _CANCELLED_CALL)):
        left.append("CancelledError")
    quoted = [f"`{name}`" for name in left]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _is_group(caught: ast.expr, ctx: Context) -> bool:
    """`BaseExceptionGroup`, from wherever it is imported: a request to stop that stands by itself passes it."""
    return {(name or "").rpartition(".")[2] for name in caught_classes(caught, ctx)} == {"BaseExceptionGroup"}


def forwards(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether the exception itself, and not only its text, goes to somebody who may raise it again."""
    if next(_managers_that_raise(handler), None) is not None:
        return True
    return any(_is_passed_on(part, ctx) for part in _mentions(handler, ctx))


def raises_behind(handler: ast.ExceptHandler) -> bool:
    """`with save_and_reraise_exception():`, and nothing that could tell it not to."""
    return any(item.optional_vars is None for item in _managers_that_raise(handler))


def _managers_that_raise(handler: ast.ExceptHandler) -> Iterator[ast.withitem]:
    for item in (item for one in handler.body if isinstance(one, ast.With) for item in one.items):
        if isinstance(item.context_expr, ast.Call) and last_name(item.context_expr.func) == _RERAISING:
            yield item


def _mentions(handler: ast.ExceptHandler, ctx: Context) -> Iterator[ast.AST]:
    for statement in handler.body:
        for part in walk(statement):
            name = ctx.qualified_name(part.func) if isinstance(part, ast.Call) else None
            if name in _SOURCES or (isinstance(part, ast.Name) and part.id == handler.name):
                yield part


def _is_passed_on(part: ast.AST, ctx: Context) -> bool:
    parent = ctx.parent(part)
    while isinstance(parent, (ast.Tuple, ast.List, ast.Dict, ast.Starred, ast.keyword, ast.Subscript, ast.Await)):
        part, parent = parent, ctx.parent(parent)
    if isinstance(parent, ast.Call):
        is_text = last_name(parent.func) in _TEXT or is_report(parent, ctx)
        return part is not parent.func and not is_text
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.Yield, ast.Raise))


def goes_on(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """A handler whose outcome is not known only because of calls of which none seems to raise again."""
    parts = [part for statement in handler.body for part in walk_own(statement)]
    if any(isinstance(part, (ast.Raise, ast.With, ast.AsyncWith, ast.Assert)) for part in parts):
        return False
    if any(isinstance(part, (ast.If, ast.Match)) and _asks_for(handler, part) for part in parts):
        return False
    told = any(
        is_report(statement.value, ctx, Rank.WEAK) for statement in handler.body if isinstance(statement, ast.Expr)
    )
    return told and not may_raise_inside(handler, ctx)


def may_raise_inside(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether it calls something that may raise the exception again, going by its name: `self.handle_failure()`."""
    parts = (part for statement in handler.body for part in walk_own(statement) if isinstance(part, ast.Call))
    return any(_ENDING.search(last_name(call.func) or "") and not is_report(call, ctx) for call in parts)


def _asks_for(handler: ast.ExceptHandler, node: ast.If | ast.Match) -> bool:
    tested = node.test if isinstance(node, ast.If) else node.subject
    return any(isinstance(part, ast.Name) and part.id == handler.name for part in walk(tested))


def ends_anyway(handler: ast.ExceptHandler, caught: Breadth, ctx: Context) -> bool:
    """Whether nothing is left to stop, or what was run is the code of others, which may have asked to."""
    if is_in_thread(handler, ctx) or _is_last_of_program(handler, ctx) or _is_end_of_task(handler, ctx):
        return True
    if _ends_in_finally(handler, ctx) or _is_raised_around(handler, ctx):
        return True
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    called = {last_name(part.func) for part in _inside(body) if isinstance(part, ast.Call)}
    loads = any(
        isinstance(part, ast.Call) and _ENTRY_POINT.fullmatch(dotted(part.func) or "") for part in _inside(body)
    )
    return caught is Breadth.BASE and (loads or not _RUNNERS.isdisjoint(name for name in called if name))


def _inside(body: list[ast.stmt]) -> Iterator[ast.AST]:
    return (part for statement in body for part in walk(statement))


def _is_last_of_program(handler: ast.ExceptHandler, ctx: Context) -> bool:
    for parent in ctx.ancestors(handler):
        if isinstance(parent, _LOOPS):
            return False
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return _MAIN.fullmatch(parent.name) is not None
        if isinstance(parent, ast.If) and "__main__" in ast.dump(parent.test):
            return True
    return False


def _is_end_of_task(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Outside of a loop, in a coroutine function that the file starts as a task and awaits nowhere."""
    loop_or_function = ctx.enclosing(handler, *_LOOPS, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return isinstance(loop_or_function, ast.AsyncFunctionDef) and is_started(loop_or_function, ctx)


def _ends_in_finally(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`finally: os._exit(status)`"""
    steps: list[ast.stmt] = getattr(ctx.parents[handler], "finalbody", [])
    last = steps[-1].value if steps and isinstance(steps[-1], ast.Expr) else None
    return isinstance(last, ast.Call) and ctx.qualified_name(last.func) in _EXITS


def _is_raised_around(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Cleanup inside of a handler that raises what it caught whatever comes of the cleanup."""
    outer = ctx.enclosing(handler, ast.ExceptHandler, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return isinstance(outer, ast.ExceptHandler) and ctx.outcome(outer).lowest is Rank.RAISE


# Narrower clauses

#: What a call raises, by its documentation, when what it is given is malformed or missing.
_DOCUMENTED = {
    "json.loads": "json.JSONDecodeError",  # https://docs.python.org/3/library/json.html
    "json.load": "json.JSONDecodeError",
    "int": "ValueError",  # https://docs.python.org/3/library/exceptions.html#ValueError
    "float": "ValueError",
    "uuid.UUID": "ValueError",
    "open": "OSError",  # https://docs.python.org/3/library/functions.html#open
}
_REQUESTS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})


def documented_exception(handler: ast.ExceptHandler, ctx: Context) -> str | None:
    """The class that the documentation names for the only call, or look-up by a key, that a `try` makes."""
    if not isinstance(handler.type, ast.Name):
        return None
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    parts = [part for statement in body for part in walk(statement)]
    if len(body) != 1 or not isinstance(body[0], (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)):
        return None
    calls = [part for part in parts if isinstance(part, ast.Call)]
    keys = [part for part in parts if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Load)]
    if len(calls) == 1 and not keys:
        return _documented_for(calls[0], ctx)
    return "KeyError" if len(keys) == 1 and not calls and _is_text_key(keys[0]) else None


def _documented_for(call: ast.Call, ctx: Context) -> str | None:
    name = ctx.qualified_name(call.func) or ""
    written = dotted(call.func) or ""
    if written.endswith(".objects.get"):
        return written.removesuffix(".objects.get") + ".DoesNotExist"  # Django 5.2: QuerySet.get
    if name.startswith("requests.") and name.removeprefix("requests.") in _REQUESTS:
        return "requests.RequestException"  # requests 2.32: all that it raises explicitly
    return _DOCUMENTED.get(name)


def _is_text_key(node: ast.Subscript) -> bool:
    """A list takes no text: this is a mapping."""
    return isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)


def can_narrow(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether the clause is one class, or none, and `Exception` in its place would still catch what it is there for."""
    statement = ctx.parents[handler]
    handlers: list[ast.ExceptHandler] = getattr(statement, "handlers", [])
    earlier = handlers[: handlers.index(handler)]
    if any(breadth(one.type, ctx) >= Breadth.BROAD for one in earlier):
        return False
    if any(_raises_base(inner) for part in getattr(statement, "body", []) for inner in walk_own(part)):
        return False
    return handler.type is None or isinstance(handler.type, (ast.Name, ast.Attribute))


def _raises_base(node: ast.AST) -> bool:
    """`raise BaseException("wrong tag")`, for the handler of the same `try` (inginious)."""
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    return last_name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc) == "BaseException"


def catch(node: cst.ExceptHandler | cst.ExceptStarHandler, fix: FixContext) -> cst.CSTNode:
    """Catch a class in the place of everything."""
    import libcst as cst

    name = fix.data["class"]
    module = name.partition(".")[0]
    new = fix.name_for(name) if module in ("json", "requests") else fix.expression(name)
    if isinstance(node, cst.ExceptHandler) and node.type is None:
        return node.with_changes(type=new, whitespace_after_except=cst.SimpleWhitespace(" "))
    return node.with_changes(type=new)
