"""Cancellation: what catches it, where it can come from, what a handler decides about it, and what comes after."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from readlint.api import (
    Breadth,
    Context,
    Rank,
    after_step,
    breadth,
    caught_classes,
    is_cleanup,
    is_only_cleanup,
    last_name,
    may_be_broad,
    regex,
    walk,
    walk_own,
)
from readlint_rules.errors._tasks import END_NAME, is_cancelled, is_own_task, waits

_NAMES = frozenset({"CancelledError", "Cancelled", "get_cancelled_exc_class"})
#: CPython 3.14 `asyncio`, trio 0.27, anyio 4.
_CANCELLED = frozenset(
    [
        "asyncio.CancelledError",
        "asyncio.exceptions.CancelledError",
        "asyncio.futures.CancelledError",
        "trio.Cancelled",
        "anyio.get_cancelled_exc_class",
    ]
)
#: Context managers that wait for nothing: asyncio, async-timeout 4, anyio 4, trio 0.27.
_TIMEOUTS = frozenset({"timeout", "timeout_at", "move_on_after", "fail_after", "CancelScope"})
_WRAPPERS = frozenset({"asyncio.gather", "asyncio.wait_for", "asyncio.shield"})
_SHIELD = regex(
    r"ignor\w+ (?:\w+ ){0,2}cancel|(?:even if|although|regardless)[^.]{0,60}cancel|uninterrupt|shielded|uncancel|"
    r"restart\w* (?:\w+ ){0,3}(?:on|when|after)\b[^.]{0,30} cancel",
    re.IGNORECASE,
)
#: Functions that tell whose cancellation it is.
_ASKING = frozenset({"current_task", "uncancel", "cancelling"})
_FAILED = regex(r"error|fail|cancel|abort", re.IGNORECASE)
_LEAVES: tuple[type[ast.stmt], ...] = (ast.Raise, ast.Return, ast.Break)
_TELLING = frozenset(
    ["debug", "info", "warning", "warn", "error", "exception", "critical", "log", "trace", "print", "str", "repr"]
)


# What is caught


def is_worth_a_look(handler: ast.ExceptHandler, ctx: Context) -> bool:
    return may_be_broad(handler.type, ctx) or handler.type is None or may_name(handler.type, ctx)


def may_name(node: ast.expr, ctx: Context) -> bool:
    names = {last_name(part) for part in walk(node)}
    return not names.isdisjoint(_NAMES) or (None not in names and not names.isdisjoint(ctx.once(_aliases)))


def _aliases(ctx: Context) -> frozenset[str]:
    """Names that the module binds to something made of the cancellation: `STOPPED = (CancelledError, OSError)`."""
    if "Cancelled" not in ctx.source.text:
        return frozenset()
    found = [statement for statement in ctx.tree.body if isinstance(statement, ast.Assign)]
    return frozenset(
        target.id
        for statement in found
        if any(last_name(part) in _NAMES for part in walk(statement.value))
        for target in statement.targets
        if isinstance(target, ast.Name)
    )


def is_cancellation(node: ast.expr, ctx: Context) -> bool:
    return may_name(node, ctx) and any(name in _CANCELLED for name in caught_classes(node, ctx))


def is_all(handler: ast.ExceptHandler) -> bool:
    """A group of exceptions is another thing: a cancelled task group raises the cancellation itself."""
    return handler.type is None or last_name(handler.type) == "BaseException"


def catches(handler: ast.ExceptHandler, ctx: Context) -> bool:
    if handler.type is not None and is_cancellation(handler.type, ctx):
        return True
    return is_all(handler) and breadth(handler.type, ctx) >= Breadth.BASE


def can_be_cancelled(body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a suite waits for anything but tasks that were cancelled, or that perhaps are by somebody else."""
    return any(_waits_for_others(wait, ctx) for wait in waits(body))


def _waits_for_others(wait: ast.AST, ctx: Context) -> bool:
    if isinstance(wait, ast.AsyncWith):
        calls = [item.context_expr for item in wait.items]
        return not all(isinstance(call, ast.Call) and last_name(call.func) in _TIMEOUTS for call in calls)
    if not isinstance(wait, ast.Await):
        return True
    if is_cancelled(wait.value, wait, ctx):
        return False
    if isinstance(wait.value, ast.Call) and "shield" in (last_name(wait.value.func) or ""):
        return False  # what must not be cancelled is waited for all the same
    return any(isinstance(one, ast.Call) or is_own_task(one, ctx) for one in _awaited(wait.value, ctx))


def _awaited(node: ast.expr, ctx: Context) -> list[ast.expr]:
    """What is waited for in the end. `asyncio.wait` itself raises no cancellation but one's own."""
    if isinstance(node, ast.Starred):
        return _awaited(node.value, ctx)
    if isinstance(node, ast.Call) and _wraps(node.func, ctx):
        given = node.args if last_name(node.func) == "gather" else node.args[:1]
        return [part for one in given for part in _awaited(one, ctx)]
    return [node]


def _wraps(function: ast.expr, ctx: Context) -> bool:
    """Projects have a `wait_for` of their own."""
    return ctx.qualified_name(function) in _WRAPPERS or (isinstance(function, ast.Name) and function.id == "wait_for")


def announces_shield(function: ast.AsyncFunctionDef) -> bool:
    """The function tells its callers that it cannot be cancelled, or that it starts again then."""
    return _SHIELD.search(f"{function.name.replace('_', ' ')}\n{ast.get_docstring(function) or ''}") is not None


# What the handler does


def is_decided(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether the handler asks whose cancellation it is, hands it on, or chooses by the state of things.

    A clause that catches all is left to RL101 unless it reports.
    """
    parts = [part for statement in handler.body for part in walk_own(statement)]
    jumps = (*_LEAVES, ast.Continue) if any(isinstance(part, ast.Raise) for part in handler.body) else _LEAVES
    if any(last_name(part) in _ASKING for part in parts) or any(_is_choice(part, jumps) for part in parts):
        return True
    if any(_hands_on(part, handler.name, ctx) for part in parts if isinstance(part, ast.Name)):
        return True
    if _sets_a_flag(handler, ctx) or _says_so(handler.body[-1]):
        return True
    return is_all(handler) and ctx.outcome(handler).verdict(Rank.HIDE) is not False


def _says_so(statement: ast.stmt) -> bool:
    """`return False`, `return error_response("client left")`: the caller is told, and decides."""
    value = statement.value if isinstance(statement, ast.Return) else None
    if isinstance(value, ast.Call):
        return _FAILED.search(last_name(value.func) or "") is not None
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def _sets_a_flag(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`stopped = True`, which ends the loop around it, or is asked or returned later."""
    parts = [part for statement in handler.body for part in walk_own(statement)]
    names = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    function = ctx.function(handler)
    if not names or function is None:
        return False
    reads = [part for part in walk(function) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
    return any(read.id in names and read not in parts for read in reads)


def _is_choice(node: ast.AST, jumps: tuple[type[ast.stmt], ...]) -> bool:
    """`if self.closing: return`, where the other way goes on. `if DEBUG: raise` is for developers."""
    if not isinstance(node, ast.If) or isinstance(node.test, ast.Constant):
        return False
    names = [name for part in walk(node.test) if (name := last_name(part))]
    leaves = any(isinstance(part, jumps) for statement in [*node.body, *node.orelse] for part in walk_own(statement))
    return leaves and not any(name.isupper() or name.lower() == "debug" for name in names)


def _hands_on(name: ast.Name, caught: str | None, ctx: Context) -> bool:
    if name.id != caught:
        return False
    calls = [parent for parent in ctx.ancestors(name) if isinstance(parent, (ast.Call, ast.ExceptHandler))]
    return not (isinstance(calls[0], ast.Call) and last_name(calls[0].func) in _TELLING)


# What the function does after it


def work_in(nodes: Iterable[ast.AST | None], where: ast.AST, ctx: Context) -> Iterator[ast.stmt]:
    """The statements behind the handler that wait for something, but for cleanup."""
    for node in nodes:
        if not isinstance(node, ast.stmt) or is_part(node, where, ctx) or is_only_cleanup([node], ctx):
            continue
        own = [wait for wait in waits([node]) if wait is node or ctx.statement(wait) is node]
        if own and not all(map(_ends_something, own)) and not is_cleanup(node, ctx):
            yield node


def _ends_something(wait: ast.AST) -> bool:
    """`await self._cancel_workers()`"""
    called = wait.value if isinstance(wait, ast.Await) else None
    name = last_name(called.func) if isinstance(called, ast.Call) else None
    return bool(name and END_NAME.match(name))


def is_part(node: ast.AST, where: ast.AST, ctx: Context) -> bool:
    """Whether a step belongs to the handler."""
    return isinstance(where, ast.ExceptHandler) and where in ctx.ancestors(node)


def goes_on(site: ast.Await, ctx: Context) -> bool:
    """Whether the function that awaits another one has more to wait for afterwards."""
    caller, statement = ctx.function(site), ctx.statement(site)
    if caller is None or isinstance(statement, ast.Return):
        return False
    nodes = [step.node for step in after_step(statement, caller, ctx)]
    return statement in nodes or any(work_in(nodes, site, ctx))
