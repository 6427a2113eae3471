"""A coroutine catches the request to stop, and goes on.

## Why is this bad?
`task.cancel()` raises `CancelledError` at the `await` where the task waits. A handler that keeps it takes the request
for done: the loop starts its next round, or the caller goes on as if its call had succeeded. Then a shutdown hangs, a
timeout does not end what it was set for, and a task group waits for ever.

## Example
```python
import asyncio
import logging

logger = logging.getLogger(__name__)


async def fetch(client: Client) -> None:
    try:
        await client.refresh()
    except asyncio.CancelledError:
        logger.info("refresh was cancelled")


async def poll(client: Client) -> None:
    while True:
        await fetch(client)
        await asyncio.sleep(60)
```

Use instead:
```python
import asyncio
import logging

logger = logging.getLogger(__name__)


async def fetch(client: Client) -> None:
    try:
        await client.refresh()
    except asyncio.CancelledError:
        logger.info("refresh was cancelled")
        raise


async def poll(client: Client) -> None:
    while True:
        await fetch(client)
        await asyncio.sleep(60)
```

## What is flagged
In an `async def`, a handler that catches `asyncio.CancelledError`, `trio.Cancelled` or
`anyio.get_cancelled_exc_class()` around an `await` without raising on every way through it, and
`with suppress(asyncio.CancelledError)`, where
- the loop around it goes on, so that the task cannot be stopped;
- the function goes on with another `await`;
- a caller in the same file awaits the function and goes on;
- nobody in the file calls the function, which ends as if it were done: who awaits it elsewhere goes on.

A bare `except` and `except BaseException` catch it too; they are reported here where the handler logs and goes on, and
as RL101 where it tells nobody.

Also flagged, though hardly anybody cancels these by themselves: results of
`gather(..., return_exceptions=True)` that are used as values where `isinstance(result, Exception)` is false.
`CancelledError` is no `Exception`.

All are notes: whether a task is ever cancelled is for those to say who start it, and who catches the cancellation has
mostly thought about it.

## Not flagged
- The end of a task: `task.cancel()`, then `await task` in the `try` body. What counts is that it is the same task, by
  whatever name, in a collection or as an attribute of the object: `for t in tasks: t.cancel()`, then
  `await gather(*tasks)`.
- A coroutine that is a task of its own (it is given to `asyncio.run`, `create_task` and the like) and comes to its end.
- A handler that asks whose cancellation it is (`uncancel()`, `cancelling()`, `current_task()`), that hands the
  exception on (`future.set_exception(error)`), or that raises or stops depending on the state:
  `if self.closing: raise`, but not `if DEBUG: raise`. Nor one that sets a variable that is read elsewhere.
- Waiting for a task that was made elsewhere: its own cancellation may be meant.
- `await asyncio.shield(...)`: the work must not be cancelled, and its end is waited for all the same.
- A function that says in its name or docstring that it cannot be cancelled, "Waits even if the caller is cancelled", or
  that it starts again: `restart_on_cancel`.
- A `try` body that does not wait: `task.result()` raises the cancellation of another task.
- `except Exception`, which does not catch it since Python 3.8.

## Fix safety
Safe: `raise` is put at the end of a handler behind which the function has no more code, where a caller goes on.
Unsafe: the same elsewhere, and `except Exception` in the place of a bare `except` or `except BaseException`. There is
no fix for a clause that catches other exceptions beside the cancellation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple, cast

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
    Step,
    after_step,
    after_suppressed,
    can_fall,
    caught_classes,
    is_skipped,
    last_name,
    short_code,
    suppressed_classes,
)
from readlint_rules.errors import _cancellation, _cancellation_fixes, _failing, _results, _tasks, _wording

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL107",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.SAFE,
    cwe=(391,),
    replaces=("RL104",),
    tags=("errors", "asyncio", "exceptions"),
    since="0.1",
    messages={
        "loop": "`{clause}` keeps `{name}` from being cancelled: the loop goes on. {remedy}.",
        "on": "`{clause}` swallows the cancellation of `{name}`, which goes on with `{work}`. {remedy}.",
        "caller": "`{clause}` swallows the cancellation of `{name}`, and `{caller}`, which awaits it, goes on. "
        "{remedy}.",
        "end": "`{clause}` swallows the cancellation of `{name}`, which ends as if it were done: "
        "whoever awaits it goes on. {remedy}.",
        "result": "`{test}` does not see a cancellation, which is no `Exception`: it is then used as a result. "
        "Test for `BaseException`.",
    },
)


@RULE.on(ast.ExceptHandler)
def check_handler(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    if not _cancellation.is_worth_a_look(handler, ctx):
        return
    function = ctx.function(handler)
    statement = cast(ast.Try, ctx.parents[handler])
    if not isinstance(function, ast.AsyncFunctionDef) or not _cancellation.can_be_cancelled(statement.body, ctx):
        return
    earlier = statement.handlers[: statement.handlers.index(handler)]
    if not _cancellation.catches(handler, ctx) or any(_cancellation.catches(other, ctx) for other in earlier):
        return
    if _cancellation.is_decided(handler, ctx) or is_skipped(handler, ctx):
        return
    yield from _judge(_Case(handler, statement, function, ctx), after_step(handler, function, ctx))


@RULE.on(ast.With)
def check_suppress(node: ast.With, ctx: Context) -> Iterator[Finding]:
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call) or not any(_cancellation.may_name(one, ctx) for one in call.args):
            continue
        classes = suppressed_classes(call, ctx) or []
        function = ctx.function(node)
        if not isinstance(function, ast.AsyncFunctionDef) or not any(
            _cancellation.is_cancellation(one, ctx) for one in classes
        ):
            continue
        if _cancellation.can_be_cancelled(node.body, ctx) and not is_skipped(node, ctx):
            yield from _judge(_Case(call, node, function, ctx), after_suppressed(node, function, ctx))


@RULE.on_call("asyncio.gather")
def check_results(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    value = _results.waited(call, ctx) if _results.collects(call, ctx) else None
    looked = _results.fate_of(value, ctx) if value is not None else None
    if (
        looked is None
        or looked.fate is not _results.Fate.EXCEPTION
        or is_skipped(call, ctx)
        or _runs_in_threads(call, ctx)
    ):
        return
    for test in looked.at:
        assert isinstance(test, ast.Call)
        name = test.args[1]
        fix = Fix(_cancellation_fixes.test_for_all, "Test for `BaseException`", name, safety=Safety.UNSAFE)
        yield RULE.finding(
            test,
            "result",
            related=[Place(call, "collected here")],
            fix=fix if isinstance(name, ast.Name) else None,
            test=ctx.text(test),
        )


def _runs_in_threads(call: ast.Call, ctx: Context) -> bool:
    """Nobody cancels the future of a thread by the way."""
    made = [one for work in call.args for one in _failing.made_by(work, ctx)]
    return bool(made) and all(one is not None and last_name(one) == "run_in_executor" for one in made)


# What happens then


class _Case(NamedTuple):
    """A cancellation that does not go on: `where` catches it, around the suite of `statement`."""

    where: ast.ExceptHandler | ast.Call
    statement: ast.Try | ast.With
    function: ast.AsyncFunctionDef
    ctx: Context

    def finding(
        self,
        message: str,
        fix: Safety,
        *,
        related: Iterable[Place] = (),
        work: str = "",
        caller: str = "",
    ) -> Finding:
        return RULE.finding(
            self.where,
            message,
            fix=_fix(self.where, fix, self.ctx),
            related=related,
            clause=_wording.head(self.where, self.ctx),
            name=self.function.name,
            remedy=_remedy(self.where),
            work=work,
            caller=caller,
        )


def _judge(case: _Case, steps: list[Step]) -> Iterator[Finding]:
    where, ctx = case.where, case.ctx
    if _cancellation.announces_shield(case.function):
        return
    nodes = [step.node for step in steps]
    if case.statement in nodes:
        yield case.finding("loop", Safety.UNSAFE)
        return
    if not any(step.exit for step in steps):
        return
    sites = _tasks.call_sites(case.function, ctx)
    is_task = bool(sites) and not any(isinstance(one, ast.Await) for one in sites)
    work = None if is_task else next(_cancellation.work_in(nodes, where, ctx), None)
    if work is not None:
        yield case.finding("on", Safety.UNSAFE, related=[Place(work, "goes on with this")], work=short_code(work, ctx))
        return
    site = next((one for one in sites if isinstance(one, ast.Await) and _cancellation.goes_on(one, ctx)), None)
    if site is not None:
        is_last = all(node is None or _cancellation.is_part(node, where, ctx) for node in nodes)
        caller = ctx.definition_name(site).rpartition(".")[2]
        safety = Safety.SAFE if is_last else Safety.UNSAFE
        yield case.finding("caller", safety, related=[Place(site, "awaited here")], caller=caller)
    elif not sites:
        yield case.finding("end", Safety.UNSAFE)


# The fix


def _remedy(where: ast.ExceptHandler | ast.Call) -> str:
    if isinstance(where, ast.Call):
        return "Let it pass, or suppress it only around a task that you have cancelled"
    return "Catch `Exception`" if _cancellation.is_all(where) else "End the handler with `raise`"


def _fix(where: ast.ExceptHandler | ast.Call, safety: Safety, ctx: Context) -> Fix | None:
    if not isinstance(where, ast.ExceptHandler):
        return None
    if _cancellation.is_all(where):
        return Fix(_cancellation_fixes.catch_exception, "Catch `Exception`", where, safety=Safety.UNSAFE)
    if where.type is not None and len(list(caught_classes(where.type, ctx))) > 1:
        return None
    return (
        Fix(_cancellation_fixes.raise_again, "Raise the cancellation again", where, safety=safety)
        if can_fall(where.body, ctx)
        else None
    )
