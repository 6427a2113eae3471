"""Work is started in the background, and nobody keeps what would tell that it failed.

## Why is this bad?
The event loop holds its tasks weakly: one that nobody keeps can be collected in the middle of its work. A future of a
thread pool keeps the exception for whoever asks for the result; where nobody does, it is gone, and no log knows of it.
A coroutine that nobody awaits does not even start.

## Example
```python
import asyncio


async def handle(request: Request) -> Response:
    asyncio.create_task(audit(request))
    return Response("ok")
```

Use instead:
```python
import asyncio

_tasks: set[asyncio.Task[object]] = set()


async def handle(request: Request) -> Response:
    task = asyncio.create_task(audit(request))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return Response("ok")
```

In an `asyncio.TaskGroup` the task is kept, and its exception is raised where the group ends.

## What is flagged
As errors:
- calls of coroutine functions of the project that are neither awaited nor kept;
- `executor.map(...)` that nobody iterates, where the work is a function of the project that lets exceptions out (else
  it is a note). One whose work stands in a `try` for everything counts as one that lets nothing out.

As warnings:
- tasks of `asyncio.create_task(...)`, `asyncio.ensure_future(...)` of a coroutine and `loop.create_task(...)` that are
  thrown away, or kept under a name that nobody reads. It is a note in `__del__` and what `weakref.finalize` calls, and
  where a comment on the statement, or above a `try` of its own, says why or names `RUF006`, the same rule of ruff.

As notes:
- futures that nobody asks, likewise or in a list that nobody looks into, of `executor.submit(...)`,
  `pool.apply_async(...)` (without `error_callback`), `asyncio.run_coroutine_threadsafe(...)` and
  `loop.run_in_executor(...)`: mostly they post a message, or work that sees to its own errors;
- a task that an object keeps in a private attribute which nobody in the file awaits, asks or gives a callback, of a
  coroutine function of the file that does not catch everything.

## Not flagged
- What a task group, a nursery or a framework makes and keeps: `group.create_task(...)`, `hass.async_create_task(...)`.
- A task with a callback, also where that only takes it out of a set, `add_done_callback(tasks.discard)`: when it leaves
  the set, the loop prints its exception at once.
- Futures that are returned, stored or given to somebody, and tasks that are cancelled.
- Work of which every exception is caught: functions of the project all of which stands in a `try` with a handler for
  every exception, or that have a decorator such as `@log_exceptions`. A task must be kept nonetheless.
- A task in a list that a handler uses as well: `add_signal_handler(SIGTERM, stop)` keeps `stop`, and what it keeps.
- `loop.create_task(main())` before `loop.run_forever()` in the same place.
- Executors that are not known to be one: `client.submit(...)`.
- Calls that are made only where the function is no coroutine function: under `if not iscoroutinefunction(work)`, or in
  a branch that this file never takes, as `if IS_SYNC:` behind `IS_SYNC = False` and the `else` of `if True:`.

## Fix safety
Safe: `await` in front of a coroutine function's call in an `async def`. Unsafe: a task is kept in a set of the module,
`list(...)` around `executor.map(...)` and `for future in futures: future.result()` behind the `with` statement raise
what was lost, and `await` in front of `run_in_executor` waits.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from readlint.api import (
    Answers,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Question,
    Rule,
    Safety,
    Severity,
    is_skipped,
)
from readlint_rules.errors import _failing, _futures, _intent, _keeping, _task_fixes
from readlint_rules.errors._coroutines import (
    is_coroutine,
    is_for_plain_functions,
    may_be_coroutine,
    may_be_coroutine_call,
)

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL109",
    severity=Severity.ERROR,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(252, 391),
    tags=("errors", "asyncio", "concurrency"),
    since="0.1",
    messages={
        "task": "The task of `{call}` is {fate}: the event loop holds it weakly, so that it can vanish in the middle "
        "of its work. Keep it until it is done, or use a task group.",
        "future": "The future of `{call}` is {fate}: if {work} fails, nobody hears of it. {remedy}.",
        "map": "`{call}` is never iterated: if {work} fails, nobody hears of it. Go through the results.",
        "attribute": "Nobody awaits `{name}` or asks it how it ended: if {work} fails, it just stops. "
        "Give it a callback that logs the exception, or await it.",
        "coroutine": "`{call}` is a coroutine that is never awaited, so it does not run. Await it.",
    },
)

_COROUTINE = "is-coroutine"
_CATCHES = "catches-all"


# Tasks


@RULE.on_call("asyncio.create_task", "asyncio.ensure_future", "*.create_task")
def check_task(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not _futures.makes_task(call, ctx) or is_skipped(call, ctx):
        return
    kept, statement = _keeping.kept_by(call, ctx), ctx.statement(call)
    if kept is _keeping.Kept.LOCAL and _keeping.is_held_by_function(call, ctx):
        return
    if kept is not _keeping.Kept.SOMEWHERE and not _futures.is_run_here(call, ctx):
        yield RULE.finding(
            call,
            "task",
            severity=Severity.NOTE if _intent.may_be_forgotten(statement, ctx) else Severity.WARNING,
            fix=Fix(_task_fixes.keep_task, "Keep the task", statement) if ctx.parent(call) is statement else None,
            call=ctx.text(call.func),
            fate=kept.value,
        )
    elif _keeping.is_unasked_attribute(call, ctx) and call.args and _failing.may_fail_here(call.args[0], ctx):
        assert isinstance(statement, ast.Assign)
        name, work = ctx.text(statement.targets[0]), _named(call.args[0], ctx)
        yield RULE.finding(call, "attribute", severity=Severity.NOTE, name=name, work=work)


# Futures


@RULE.on_call("*.submit", "*.apply_async", "*.map_async", "*.starmap_async")
def check_future(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    kept = _keeping.kept_by(call, ctx)
    if not isinstance(call.func, ast.Attribute) or kept is _keeping.Kept.SOMEWHERE or not call.args:
        return
    if any(one.arg in ("error_callback", None) for one in call.keywords):
        return
    classes = _futures.EXECUTORS if call.func.attr == "submit" else _futures.POOLS
    if _futures.is_one_of(call.func.value, classes, ctx):
        method = "result" if classes is _futures.EXECUTORS else "get"
        fix = _ask_fix(call, ctx) if kept is _keeping.Kept.LOCAL and classes is _futures.EXECUTORS else None
        yield from _future(call, call.args[0], kept, ctx, f"Call `{method}()`", fix)


def _ask_fix(call: ast.Call, ctx: Context) -> Fix | None:
    """For a list made in the `with` statement of its executor: it is asked behind that."""
    statement = ctx.statement(call)
    block = ctx.parent(statement)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if not isinstance(block, ast.With) or not isinstance(target, ast.Name):
        return None
    return Fix(_task_fixes.ask_all, "Ask the futures for their results", block, data={"name": target.id})


@RULE.on_call("asyncio.run_coroutine_threadsafe")
def check_threadsafe(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    kept = _keeping.kept_by(call, ctx)
    if kept is not _keeping.Kept.SOMEWHERE and call.args:
        remedy = "Give it a callback that logs the exception, or call `result()`"
        yield from _future(call, call.args[0], kept, ctx, remedy)


@RULE.on_call("*.run_in_executor")
def check_run_in_executor(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    kept = _keeping.kept_by(call, ctx)
    if not isinstance(call.func, ast.Attribute) or not _futures.is_loop(call.func.value, ctx):
        return
    if kept is not _keeping.Kept.SOMEWHERE and len(call.args) > 1:
        fix = (
            Fix(_task_fixes.await_it, "Await it", call)
            if kept is _keeping.Kept.DROPPED and ctx.in_async_function(call)
            else None
        )
        yield from _future(call, call.args[1], kept, ctx, "Await it", fix)


@RULE.on_call("*.map")
def check_map(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if not isinstance(call.func, ast.Attribute) or not call.args or not isinstance(ctx.parent(call), ast.Expr):
        return
    if not _futures.is_one_of(call.func.value, _futures.EXECUTORS, ctx):
        return
    if not _failing.cannot_fail(call.args[0], ctx) and not is_skipped(call, ctx):
        fix = Fix(_task_fixes.iterate, "Go through the results", call)
        names = {"call": ctx.text(call.func), "work": _named(call.args[0], ctx)}
        yield _asking(RULE.finding(call, "map", fix=fix, call=names["call"], work=names["work"]), call.args[0], ctx)


def _future(
    call: ast.Call, work: ast.expr, kept: _keeping.Kept, ctx: Context, remedy: str, fix: Fix | None = None
) -> Iterator[Finding]:
    if _failing.cannot_fail(work, ctx) or is_skipped(call, ctx) or _futures.is_run_here(call, ctx):
        return
    finding = RULE.finding(
        call,
        "future",
        severity=Severity.NOTE,
        fix=fix,
        call=ctx.text(call.func),
        fate=kept.value,
        work=_named(work, ctx),
        remedy=remedy,
    )
    yield _asking(finding, work, ctx)


def _asking(finding: Finding, work: ast.expr, ctx: Context) -> Finding:
    """Work of another file of the project may catch everything; work that nobody knows may not be able to fail."""
    if _failing.may_fail(work, ctx):
        return finding
    function = work.func if isinstance(work, ast.Call) else work
    name = ctx.qualified_name(function)
    if name and "." in name and ctx.local_definition(name) is None:
        finding.questions = (Question(_CATCHES, name),)
    else:
        finding.severity = Severity.NOTE
    return finding


def _named(work: ast.expr, ctx: Context) -> str:
    function = work.func if isinstance(work, ast.Call) else work
    return f"`{ctx.text(function)}`" if isinstance(function, (ast.Name, ast.Attribute)) else "the work"


@RULE.answers(_CATCHES)
def answer_catches(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> bool | None:
    return _failing.catches_all(node, ctx) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


# Coroutines


def _has_coroutines(text: str) -> bool:
    """One that somebody else's code makes is dropped in a coroutine, too."""
    return "async" in text


@RULE.on(ast.Expr, mentions=_has_coroutines)
def check_statement(statement: ast.Expr, ctx: Context) -> Iterable[Finding]:
    call = statement.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, (ast.Name, ast.Attribute)):
        return ()
    return _coroutine(call, ctx) if may_be_coroutine_call(call.func, ctx) else ()


def _coroutine(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    name = ctx.qualified_name(call.func)
    if name is None or is_skipped(call, ctx) or is_for_plain_functions(call, ctx):
        return
    fix = Fix(_task_fixes.await_it, "Await it", call, safety=Safety.SAFE) if ctx.in_async_function(call) else None
    finding = RULE.finding(call, "coroutine", fix=fix, call=ctx.text(call.func))
    local = ctx.local_definition(name)
    if local is not None and is_coroutine(local, ctx):
        yield finding
    elif local is None and ctx.in_async_function(call) and name.partition(".")[0] not in sys.stdlib_module_names:
        finding.questions = (Question(_COROUTINE, name),)
        yield finding


@RULE.answers(_COROUTINE, mentions=may_be_coroutine)
def answer_coroutine(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> bool:
    return is_coroutine(node, ctx)


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    """A function that nobody knows is no coroutine function, and perhaps it cannot fail."""
    known = [answers.get(question) for question in finding.questions]
    if finding.message_id == "coroutine":
        return finding if known == [True] else None
    if known == [None]:
        finding.severity = Severity.NOTE
    return None if known == [True] else finding


# The fixes
