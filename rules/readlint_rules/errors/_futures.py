"""Where tasks and futures are made: by the event loop, by pools of threads and processes."""

from __future__ import annotations

import ast

from readlint.api import Context, Origin, last_name, regex, walk
from readlint_rules.errors._tasks import bindings

#: CPython 3.14 `concurrent.futures` and `multiprocessing`.
EXECUTORS = frozenset(
    [
        "concurrent.futures.Executor",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "concurrent.futures.InterpreterPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
        "concurrent.futures.process.ProcessPoolExecutor",
    ]
)
POOLS = frozenset(
    [
        "multiprocessing.Pool",
        "multiprocessing.pool.Pool",
        "multiprocessing.pool.ThreadPool",
        "multiprocessing.dummy.Pool",
    ]
)
_RUNNING = frozenset({"run_forever", "run_until_complete", "run"})
_LOOPS = frozenset(["asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop"])
_LOOP_NAME = regex(r"_*(?:(?:event|aio|asyncio)_)?loop")


def makes_task(call: ast.Call, ctx: Context) -> bool:
    """`asyncio.create_task(...)`, `ensure_future` of a coroutine and `loop.create_task(...)`.

    A task group, a nursery and a framework's `create_task` keep what they make.
    """
    name = ctx.qualified_name(call.func)
    if name == "asyncio.create_task":
        return True
    if name == "asyncio.ensure_future":
        return bool(call.args) and isinstance(call.args[0], ast.Call)
    method = call.func
    return isinstance(method, ast.Attribute) and method.attr == "create_task" and is_loop(method.value, ctx)


def is_loop(node: ast.expr, ctx: Context) -> bool:
    if isinstance(node, ast.Call):
        return ctx.qualified_name(node.func) in _LOOPS
    return _LOOP_NAME.fullmatch(last_name(node) or "") is not None


def is_one_of(receiver: ast.expr, classes: frozenset[str], ctx: Context) -> bool:
    """Whether an expression is surely an instance of one of these classes, by where it comes from or its annotation."""
    if isinstance(receiver, ast.Name):
        made = bindings(receiver, ctx)
        if made and all(one.how == "with" for one in made):
            return all(_makes(one.value, classes, ctx) for one in made)
    found = ctx.origins(receiver)
    values = [origin for origin in found.values if not _is_none(origin)]
    return found.complete and bool(values) and all(_makes(origin.node, classes, ctx) for origin in values)


def _is_none(origin: Origin) -> bool:
    return isinstance(origin.node, ast.Constant) and origin.node.value is None


def _makes(node: ast.AST | None, classes: frozenset[str], ctx: Context) -> bool:
    if isinstance(node, ast.arg):
        return node.annotation is not None and ctx.qualified_name(node.annotation) in classes
    return isinstance(node, ast.Call) and ctx.qualified_name(node.func) in classes


def is_run_here(call: ast.Call, ctx: Context) -> bool:
    """The same function (or module) then runs the loop, until the end of the program."""
    around = ctx.function(call) or ctx.tree
    calls = (part for part in walk(around) if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute))
    return any(part.func.attr in _RUNNING and is_loop(part.func.value, ctx) for part in calls)  # type: ignore[attr-defined]
