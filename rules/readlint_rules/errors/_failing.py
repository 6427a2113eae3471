"""Which coroutines and functions can fail at all: one that catches and reports everything itself loses nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from readlint.api import Breadth, Context, breadth, cell_of, last_name, regex, statements, walk_own, writes
from readlint_rules.errors._tasks import bindings

_SPAWNING = frozenset(
    {"create_task", "ensure_future", "create_eager_task", "shield", "wait_for", "submit", "wrap_future"}
)
#: Waiting for a signal, for room or for time: asyncio's `Event.wait`, `Queue.get` and `sleep` fail for nobody.
_WAITING = frozenset({"wait", "get", "put", "join", "sleep"})
#: Methods of containers, locks, events and hashes, handed over as they are.
_PLAIN_METHODS = frozenset(
    "add append clear discard extend notify_all pop put_nowait release set set_exception set_result setdefault "
    "update".split()
)
_TELLING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "print"})
_TELLING_DECORATOR = regex(
    r"catch|_*wrap_with_logs?|_*(?:\w+_)?(?:capture|catch|handle|ignore|log|report|suppress|swallow)_?"
    r"(?:\w+_)?(?:error|exception|exc|failure)s?(?:_\w+)?",
    re.IGNORECASE,
)
_STARTING = _SPAWNING | {"min", "max", "range"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEPTH = 5
_CALLS = 3  # functions that call functions that call functions


def cannot_fail(work: ast.expr, ctx: Context) -> bool:
    """Whether every coroutine behind an expression (a task, a call, a list of them) takes care of its own errors."""
    calls = list(_made(work, ctx, _DEPTH))
    return bool(calls) and all(call is not None and _is_safe(call, ctx) for call in calls)


def may_fail(work: ast.expr, ctx: Context) -> bool:
    """Whether some of it is surely a function of this file that lets exceptions out."""
    calls = [call for call in _made(work, ctx, _DEPTH) if call is not None]
    found = [_definition(call, ctx) for call in calls]
    return any(isinstance(one, _FUNCTIONS) and not _is_careful_at_heart(one, ctx) for one in found)


def may_fail_here(work: ast.expr, ctx: Context) -> bool:
    """Whether work is a call of a coroutine function of the file that does not catch everything."""
    name = ctx.qualified_name(work.func) if isinstance(work, ast.Call) else None
    local = ctx.local_definition(name) if name else None
    return isinstance(local, ast.AsyncFunctionDef) and not catches_all(local, ctx)


def made_by(work: ast.expr, ctx: Context) -> Iterator[ast.expr | None]:
    """The functions whose calls make what an expression holds; None for what cannot be followed."""
    for one in _made(work, ctx, _DEPTH):
        yield one.func if isinstance(one, ast.Call) else one


def _made(node: ast.AST | None, ctx: Context, depth: int) -> Iterator[ast.expr | None]:
    """The calls that make what an expression holds; None for what cannot be followed."""
    if node is None or not depth:
        yield None
    elif isinstance(node, (ast.Starred, ast.Await)):
        yield from _made(node.value, ctx, depth)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for element in node.elts:
            yield from _made(element, ctx, depth)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield from _made(node.elt, ctx, depth - 1)
    elif isinstance(node, ast.Call):
        is_spawned = last_name(node.func) in _SPAWNING and node.args
        yield from _made(node.args[0], ctx, depth - 1) if is_spawned else [node]
    elif isinstance(node, ast.Name):
        yield from _written(node, ctx, depth)
    elif isinstance(node, ast.Attribute):
        yield node  # a method that is handed over
    else:
        yield None


def _written(name: ast.Name, ctx: Context, depth: int) -> Iterator[ast.expr | None]:
    made = bindings(name, ctx)
    if not made or any(binding.how in ("def", "import") for binding in made):
        yield name  # a function that is handed over
        return
    cell = cell_of(name, ctx)
    written = writes(cell, ctx) if cell is not None else None
    elements = [write.value for write, _ in written.found] if written else []
    if not elements:
        yield None
    for value in elements:
        yield from _made(value, ctx, depth - 1)


def _is_safe(work: ast.expr, ctx: Context) -> bool:
    function = work.func if isinstance(work, ast.Call) else work
    if last_name(function) in (_WAITING if isinstance(work, ast.Call) else _PLAIN_METHODS):
        return True
    local = _definition(work, ctx)
    return isinstance(local, _FUNCTIONS) and catches_all(local, ctx)


def _definition(work: ast.expr, ctx: Context) -> ast.AST | None:
    """The function of this file that a call runs, or that is handed over."""
    function = work.func if isinstance(work, ast.Call) else work
    name = ctx.qualified_name(function)
    local = ctx.local_definition(name) if name else _method(function, ctx)
    return _nested(function, ctx) if local is None and isinstance(function, ast.Name) else local


def _nested(function: ast.Name, ctx: Context) -> ast.AST | None:
    made = bindings(function, ctx)
    return made[0].node if len(made) == 1 and made[0].how == "def" else None


def _method(function: ast.expr, ctx: Context) -> ast.AST | None:
    """`request.send` after `request = Request(...)`, of a class in this file."""
    if not isinstance(function, ast.Attribute):
        return None
    made = [origin.node for origin in ctx.origins(function.value).values]
    names = {ctx.qualified_name(node.func) for node in made if isinstance(node, ast.Call)} - {None}
    name = names.pop() if len(names) == 1 else None
    return ctx.local_definition(f"{name}.{function.attr}") if name else None


def catches_all(function: ast.FunctionDef | ast.AsyncFunctionDef, ctx: Context, calls: int = _CALLS) -> bool:
    """Whether all that a function does stands in a `try` with a handler for every exception that does not raise.

    It may call other such functions of the file. One with a decorator for its exceptions tells of them as well.
    """
    if any(_tells(decorator) for decorator in function.decorator_list):
        return True
    return all(_is_harmless(statement, ctx, calls) for statement in function.body)


def _is_careful_at_heart(function: ast.FunctionDef | ast.AsyncFunctionDef, ctx: Context) -> bool:
    """Whether it only prepares values outside of a `try` that takes everything, or only starts other work."""
    if catches_all(function, ctx):
        return True
    parts = [part for statement in function.body for part in walk_own(statement)]
    careful = [part for part in parts if isinstance(part, ast.Try) and _takes_everything(part, ctx)]
    inside = {id(part) for block in careful for part in walk_own(block)}
    calls = [part for part in parts if isinstance(part, ast.Call) and not _is_harmless_call(part)]
    steps = [part for part in parts if isinstance(part, ast.Expr) and id(part) not in inside]
    if careful and not any(_is_risky_step(step) for step in steps):
        return any(id(call) in inside for call in calls)
    return bool(calls) and all(last_name(call.func) in _STARTING for call in calls)


def _is_risky_step(step: ast.Expr) -> bool:
    value = step.value.value if isinstance(step.value, ast.Await) else step.value
    return isinstance(value, ast.Call) and not _is_harmless_call(value) and last_name(value.func) not in _WAITING


def _takes_everything(node: ast.Try, ctx: Context) -> bool:
    return any(_catches_all(handler, ctx) for handler in node.handlers)


def _tells(decorator: ast.expr) -> bool:
    """`@log_exceptions(logger)`, `@logger.catch`"""
    name = last_name(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return name is not None and _TELLING_DECORATOR.fullmatch(name) is not None


def _is_harmless(statement: ast.stmt, ctx: Context, deeper: int) -> bool:
    if isinstance(statement, ast.Try):
        return _takes_everything(statement, ctx) and all(_is_harmless(one, ctx, deeper) for one in statement.orelse)
    if isinstance(statement, (ast.While, ast.For, ast.If, ast.With)) or _takes_a_lock(statement):
        return all(_is_harmless(one, ctx, deeper) for one in [*statement.body, *getattr(statement, "orelse", [])])
    parts = list(walk_own(statement))
    risky = any(isinstance(part, (ast.Await, ast.Raise, ast.AsyncFor, ast.AsyncWith)) for part in parts)
    calls = [part for part in parts if isinstance(part, ast.Call)]
    return (not risky and all(map(_is_harmless_call, calls))) or _is_careful(statement, ctx, deeper)


def _takes_a_lock(statement: ast.stmt) -> TypeGuard[ast.AsyncWith]:
    """`async with self.semaphore:`"""
    items = statement.items if isinstance(statement, ast.AsyncWith) else []
    return bool(items) and all(isinstance(item.context_expr, (ast.Name, ast.Attribute)) for item in items)


def _is_harmless_call(call: ast.Call) -> bool:
    """A line in the log, a new exception, or something like `errors.append(error)` and `time.time()`."""
    name = last_name(call.func) or ""
    return name in _TELLING | _PLAIN_METHODS or name.endswith("Error") or not (call.args or call.keywords)


def _is_careful(statement: ast.stmt, ctx: Context, deeper: int) -> bool:
    """`await event.wait()`, and a call of a function that catches everything itself."""
    value = statement.value if isinstance(statement, (ast.Expr, ast.Assign, ast.Return)) else None
    value = value.value if isinstance(value, ast.Await) else value
    if not isinstance(value, ast.Call):
        return False
    called = _definition(value, ctx) if deeper else None
    caught = isinstance(called, _FUNCTIONS) and catches_all(called, ctx, deeper - 1)
    return caught or last_name(value.func) in _WAITING


def _catches_all(handler: ast.ExceptHandler, ctx: Context) -> bool:
    if breadth(handler.type, ctx) < Breadth.BROAD:
        return False
    return not any(isinstance(part, ast.Raise) for one in handler.body for part in statements(one, own=True))
