"""The exceptions of concurrent work are collected, and nobody looks at them.

## Why is this bad?
`gather(..., return_exceptions=True)` raises nothing: a failed call leaves its exception in the list of results. Where
nobody looks for it there, the work is not done, no log says so, and the caller goes on. `wait` is the same: it tells
what is done, not whether it went well.

## Example
```python
import asyncio
import logging

logger = logging.getLogger(__name__)


async def sync(clients: list[Client]) -> None:
    await asyncio.gather(*(client.push() for client in clients), return_exceptions=True)
```

Use instead:
```python
import asyncio
import logging

logger = logging.getLogger(__name__)


async def sync(clients: list[Client]) -> None:
    results = await asyncio.gather(*(client.push() for client in clients), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            logger.error("sync: client.push failed", exc_info=result)
```

Without `return_exceptions`, or in an `asyncio.TaskGroup`, the first exception is raised, which is often what is meant.

## What is flagged
- Results of `asyncio.gather(..., return_exceptions=True)` that are thrown away, kept under a name that nobody reads,
  only counted, or read one by one without any use that can tell an exception from a value.
- Results of which only some classes of exceptions are looked for, `if isinstance(result, ClientError):`, and nothing
  else, so that every other exception vanishes.
- `concurrent.futures.wait` and `as_completed` where nobody asks a future for its result.
- `asyncio.wait` and `asyncio.as_completed` where nobody asks the tasks that the function made. A task's exception is
  printed when the task is collected, but whoever waited goes on as if all was well.

All of it is a note: only five of the 13 that were read first in code that nobody tuned the rule on were worth a line
to their authors (docs/precision.md).

## Not flagged
- Results that are returned, stored or given to another function, and tests for `Exception` or `BaseException`.
- Tasks that were cancelled before: nobody wants to know how they ended.
- `return_exceptions` given by a variable.
- Work that takes care of its own errors: functions of the same file all of which stands in a `try` with a handler for
  every exception, and waiting for a signal (`event.wait()`).
- Tasks that somebody else may ask: those that the function was given, that an object keeps, or that have a callback.

## Fix safety
Unsafe: failures are now logged, or raised. Where all arguments are calls of coroutine functions of the same file and
the project needs Python 3.11 at least, the statement becomes an `asyncio.TaskGroup`, else the results are looked
through and exceptions logged by the logger at hand. There is no fix for results that are used already, nor for `wait`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import (
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Place,
    Rule,
    Safety,
    Severity,
    is_skipped,
    walk_own,
)
from readlint_rules.errors import _failing, _logging, _tasks
from readlint_rules.errors._results import Fate, Looked, collects, fate_of, of_name, waited

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL108",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(252, 390),
    tags=("errors", "asyncio", "concurrency"),
    since="0.1",
    messages={
        "discarded": "`{call}` collects the exceptions of {work}, and its results are thrown away. {remedy}.",
        "unread": "`{call}` collects the exceptions of {work} in `{name}`, which nobody reads. {remedy}.",
        "counted": "`{call}` collects the exceptions of {work}, and its results are only counted. {remedy}.",
        "blind": "`{call}` collects the exceptions of {work}, and the code takes each for a value. {remedy}.",
        "narrow": "`{call}` collects the exceptions of {work}, and only some classes are looked for: "
        "any other one vanishes. {remedy}.",
        "wait": "`{call}` does not say which of {work} failed, and nobody asks them. "
        "Call `result()` or `exception()` on those that are done.",
    },
)
_REMEDY = "Log or raise each that is a `BaseException`"
_KNOWN = (Fate.SEEN, Fate.EXCEPTION)
_NAMES = ("results", "result")


@RULE.on_call("asyncio.gather")
def check_gather(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not collects(call, ctx):
        return
    value = waited(call, ctx)
    looked = fate_of(value, ctx) if value is not None else None
    if value is None or looked is None or looked.fate in _KNOWN or is_skipped(call, ctx):
        return
    if (
        not call.args
        or _tasks.is_cancelled(call, call, ctx)
        or all(_failing.cannot_fail(work, ctx) for work in call.args)
    ):
        return
    if any(_tasks.is_kept_elsewhere(work, call, ctx) for work in call.args):
        return
    statement = ctx.statement(call)
    yield RULE.finding(
        call,
        looked.fate.value,
        related=_places(looked),
        fix=_fix(call, statement, looked, ctx),
        call=f"{ctx.text(call.func)}(..., return_exceptions=True)",
        work=_work(call),
        name=getattr(getattr(statement, "targets", [None])[0], "id", ""),
        remedy=_REMEDY,
    )


@RULE.on_call("asyncio.wait", "concurrent.futures.wait")
def check_wait(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    in_threads = ctx.qualified_name(call.func) != "asyncio.wait"
    value: ast.expr | None = call
    if not in_threads:
        value = waited(call, ctx)
    if value is None or not call.args or is_skipped(call, ctx) or not _is_done_unread(value, ctx):
        return
    if (
        _tasks.is_observed(call.args[0], call, ctx)
        or _tasks.is_cancelled(call, call, ctx)
        or _failing.cannot_fail(call.args[0], ctx)
    ):
        return
    yield RULE.finding(
        call,
        "wait",
        call=ctx.text(call.func),
        work="the futures" if in_threads else "the tasks",
    )


@RULE.on_call("concurrent.futures.as_completed", "asyncio.as_completed")
def check_as_completed(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    loop = ctx.parent(call)
    if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name) or not call.args:
        return
    if of_name(loop.target, ctx).fate is not Fate.UNREAD or is_skipped(call, ctx):
        return
    if not _tasks.is_observed(call.args[0], call, ctx) and not _failing.cannot_fail(call.args[0], ctx):
        in_threads = ctx.qualified_name(call.func) != "asyncio.as_completed"
        yield RULE.finding(call, "wait", call=ctx.text(call.func), work="the futures" if in_threads else "the tasks")


# Where the results go


def _is_done_unread(value: ast.expr, ctx: Context) -> bool:
    """Whether nobody looks into the set of what is done."""
    parent = ctx.parent(value)
    if isinstance(parent, ast.Expr):
        return True
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    done = target.elts[0] if isinstance(target, ast.Tuple) and len(target.elts) == 2 else None
    return isinstance(done, ast.Name) and of_name(done, ctx).fate in (Fate.UNREAD, Fate.COUNTED)


def _places(looked: Looked) -> list[Place]:
    words = "looks at a result here" if looked.fate is Fate.BLIND else "looks at this much"
    return [Place(place, words) for place in looked.at[:3]]


def _work(call: ast.Call) -> str:
    names = _called(call)
    return f"`{names[0]}`" if names else "the work"


def _called(call: ast.Call) -> list[str]:
    """What the arguments call, beside the functions that make tasks."""
    inside = [ast.Expr(argument) for argument in call.args]
    made = ("create_task", "ensure_future", "range", "zip", "enumerate", "list", "values", "items", "wait_for")
    return [name for name in _logging.calls_in(list(inside)) if name.rpartition(".")[2] not in made]


# The fix


def _fix(call: ast.Call, statement: ast.stmt, looked: Looked, ctx: Context) -> Fix | None:
    if looked.fate not in (Fate.DISCARDED, Fate.UNREAD) or not isinstance(ctx.parent(call), ast.Await):
        return None
    names = list(dict.fromkeys(_called(call))) or ["gather"]
    called = names[0] if len(names) == 1 or len(call.args) == 1 else ""  # of several, any may have failed
    if looked.fate is Fate.DISCARDED and ctx.target_version >= (3, 11) and _are_coroutines(call, ctx):
        return Fix(into_task_group, "Run them in a `TaskGroup`", statement)
    if isinstance(statement, (ast.Expr, ast.Assign)) and _logging.may_log(statement, ctx):
        return Fix(log_failures, "Log the exceptions", statement, data={"called": called})
    return None


def _are_coroutines(call: ast.Call, ctx: Context) -> bool:
    """Whether all arguments call coroutine functions of the file."""
    names = [ctx.qualified_name(one.func) if isinstance(one, ast.Call) else None for one in call.args]
    found = [ctx.local_definition(name) if name else None for name in names]
    return all(isinstance(one, ast.AsyncFunctionDef) and not _yields(one) for one in found)


def _yields(function: ast.AsyncFunctionDef) -> bool:
    inside = (part for statement in function.body for part in walk_own(statement))
    return any(isinstance(part, ast.Yield) for part in inside)


def into_task_group(node: cst.Expr, fix: FixContext) -> cst.BaseCompoundStatement:
    import libcst as cst

    assert isinstance(fix.node, ast.Expr)
    assert isinstance(fix.node.value, ast.Await)
    call = fix.node.value.value
    assert isinstance(call, ast.Call)
    _check_free(("group",), fix)
    lines = [fix.statement(f"group.create_task({fix.text(argument)})") for argument in call.args]
    group = cst.Call(fix.name_for("asyncio.TaskGroup"))
    item = cst.WithItem(group, cst.AsName(cst.Name("group")))
    return cst.With([item], cst.IndentedBlock(lines), asynchronous=cst.Asynchronous())


def log_failures(
    node: cst.Expr | cst.Assign, fix: FixContext
) -> cst.FlattenSentinel[cst.BaseSmallStatement | cst.BaseStatement]:
    """A loop over the results behind the statement, which keeps them now if it did not."""
    import libcst as cst

    is_kept = isinstance(fix.node, ast.Assign) and isinstance(fix.node.targets[0], ast.Name)
    assert isinstance(fix.node, (ast.Expr, ast.Assign))
    kept = fix.node.targets[0].id if isinstance(fix.node, ast.Assign) and is_kept else _NAMES[0]  # type: ignore[attr-defined]
    _check_free(_NAMES[1:] if is_kept else _NAMES, fix)
    first = node if isinstance(node, cst.Assign) else cst.Assign([cst.AssignTarget(cst.Name(kept))], node.value)
    where = fix.ctx.definition_name(fix.node).rpartition(".")[2]
    text = ": ".join(filter(None, (where, fix.data["called"])))
    report = _logging.error_line(fix, f"{text} failed", _NAMES[1])
    test = cst.If(fix.expression(f"isinstance({_NAMES[1]}, BaseException)"), cst.IndentedBlock([report]))
    loop = cst.For(cst.Name(_NAMES[1]), cst.Name(kept), cst.IndentedBlock([test]))
    return cst.FlattenSentinel([first, loop])


def _check_free(names: tuple[str, ...], fix: FixContext) -> None:
    scope = fix.ctx.scope(fix.node)
    if any(scope.lookup(name) is not None for name in names):
        fix.refuse("the name that it needs is taken")
