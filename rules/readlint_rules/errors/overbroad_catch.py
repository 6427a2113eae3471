"""A handler catches more than it can answer for: requests to stop, or every failure as if it were one harmless kind.

## Why is this bad?
A bare `except` and `except BaseException` also catch `KeyboardInterrupt`, `SystemExit` and, in coroutines, the
cancellation. A handler that logs them and goes on makes a process that cannot be stopped. And a handler that answers
every exception with "not found" or "wrong password" tells the client a lie whenever the database is down, while no
alarm goes off: nobody counts 404s.

## Example
```python
import logging

logger = logging.getLogger(__name__)


def work(jobs: Jobs) -> None:
    for job in jobs:
        try:
            job.run()
        except:
            logger.exception("work: job.run failed")
```

Use instead:
```python
import logging

logger = logging.getLogger(__name__)


def work(jobs: Jobs) -> None:
    for job in jobs:
        try:
            job.run()
        except Exception:
            logger.exception("work: job.run failed")
```

## What is flagged
- A bare `except` and `except BaseException` that report and go on, on some way through the handler: a note, because
  most of those in code that nobody tuned the rule on stand where no request to stop arrives, or are meant. Where nobody
  is told either, that is [swallowed-exception](swallowed-exception.md).
- `except Exception` around a call of a database or of another service, where every way through the handler is an
  answer that blames the caller, and nothing is logged with the exception: HTTP 4xx (`HTTPException(404)`, `abort(400)`,
  `Http404`, `NotFound`, `PermissionDenied`, `return HttpResponseBadRequest()`), `ValueError`, `ValidationError` and
  `DoesNotExist` raised `from None`, and `return False` in a function such as `verify_token`, `authenticate` or
  `is_allowed`, where it takes the place of swallowed-exception. "Not found" is a lie too where any object was asked,
  with `store.load(key)` or `articles.find(slug)`: it may be a store that is down. A note too: some 10 of 16 were right
  where nobody had tuned the rule.
- With `strict-broad`, also `except Exception` that logs the exception and goes on.

## Not flagged
- A handler that re-raises or ends the process, on every way: `except BaseException: rollback(); raise`, or
  `with save_and_reraise_exception()`.
- A handler that hands the exception itself to somebody: `queue.put(error)`, `future.set_exception(error)`,
  `self.error = error`, `return error`. A function of the project that is given it, and what an unknown one does.
- `KeyboardInterrupt` and `SystemExit` that an earlier clause of the same `try` takes.
- The target of a thread or process: signals do not arrive there, and it is about to end anyway. Nor the end of a
  coroutine that the file starts as a task of its own.
- Cleanup inside a handler that raises again in any case, and a `try` whose `finally` ends the process.
- `except BaseExceptionGroup`: a request to stop by itself is no group.
- The last thing that a program does, in `main()` or below `if __name__ == "__main__"`, outside of a loop.
- `except BaseException` around the code of others that may well call `sys.exit()`: `exec`, `import_module`.
- A broad clause that answers HTTP 4xx around code that only parses and checks what the client sent.
- A broad clause beside one that takes the failures of the database or service.
- A chain that keeps the cause: `raise ValueError("...") from error`.
- With `strict-broad`: process boundaries, such as a worker's endless loop, `main`, a middleware or a thread's target.

## Options
`strict-broad` asks for narrower classes, or for `raise`, wherever `except Exception` only logs.

## Fix safety
Unsafe: `KeyboardInterrupt` and `SystemExit` now pass, which is the point. With `strict-broad`, and for a look-up with
`objects.get`, `Exception` becomes the class that the documentation of the one call in the `try` names; others pass.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

from readlint.api import (
    Answers,
    Breadth,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Outcome,
    Rank,
    Rule,
    Safety,
    Severity,
    answer_outcome,
    breadth,
    is_at_boundary,
    is_import_probe,
    is_skipped,
    may_be_broad,
)
from readlint_rules.errors import _exits, _misattribution, _wording


@dataclasses.dataclass(frozen=True)
class Options:
    strict_broad: bool = False


RULE: Rule[Options] = Rule(
    __name__,
    __doc__,
    code="RL104",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(396,),
    tags=("errors", "exceptions"),
    since="0.1",
    # These say less about the same handler: that it swallows, or that it tells too little.
    replaces=("RL101", "RL103"),
    options=Options(),
    messages={
        "exits": "`{clause}` also catches {exits}, and the handler {doing}: what should stop the code does not. "
        "Catch `Exception`, or re-raise at the end of the handler.",
        "blame": "`{clause}` turns every failure, an outage too, into {meaning}. "
        "Catch only the exceptions that mean this, and let the others pass or log them.",
        "strict": "`{clause}` only logs what it catches, bugs too, and goes on. "
        "Catch the exceptions you expect, or re-raise it.",
    },
)
RULE.answers("outcome")(answer_outcome)

_LOGS = "only reports it"
_TELLS = "treats it as an ordinary failure"


@RULE.on(ast.ExceptHandler)
def check(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    if not may_be_broad(handler.type, ctx):
        return
    caught = breadth(handler.type, ctx)
    if caught > Breadth.BROAD:
        yield from _of_exits(handler, caught, ctx)
    elif caught is Breadth.BROAD:
        yield from _blame(handler, ctx)
        if RULE.options(ctx).strict_broad:
            yield from _strict(handler, ctx)


# Requests to stop


def _of_exits(handler: ast.ExceptHandler, caught: Breadth, ctx: Context) -> Iterator[Finding]:
    outcome = ctx.outcome(handler)
    if outcome.verdict(Rank.HIDE) is True or outcome.lowest is Rank.RAISE:
        return
    exits = _exits.passed_exits(handler, ctx)
    if not exits or not _goes_on(handler, outcome.lowest, ctx):
        return
    if is_skipped(handler, ctx) or _exits.ends_anyway(handler, caught, ctx):
        return
    may_fix = _exits.can_narrow(handler, ctx) and (not RULE.options(ctx).strict_broad or is_at_boundary(handler, ctx))
    open_ends = outcome.worst is None
    yield RULE.finding(
        handler,
        "exits",
        fix=Fix(_exits.catch, "Catch `Exception`", handler, data={"class": "Exception"}) if may_fix else None,
        questions=outcome.questions if open_ends else (),
        data={"outcome": outcome.to_json(), "above": int(Rank.HIDE)} if open_ends else None,
        clause=_wording.head(handler, ctx),
        exits=exits,
        doing=_TELLS if outcome.lowest is Rank.PROPAGATE else _LOGS,
    )


def _goes_on(handler: ast.ExceptHandler, lowest: Rank, ctx: Context) -> bool:
    """Whether the request to stop ends in this handler, going by what it does at least."""
    if _exits.forwards(handler, ctx):
        return False
    if lowest is Rank.UNKNOWN:
        return _exits.goes_on(handler, ctx)
    return lowest is not Rank.WEAK or not _exits.may_raise_inside(handler, ctx)


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    """A helper that reports leaves the finding as it is; one that hands the exception on or raises ends it."""
    rank = Outcome.from_json(finding.data["outcome"]).settle(answers)
    return finding if finding.data["above"] < rank <= Rank.STRONG else None


# Blame and strictness


def _blame(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    meaning = _misattribution.blamed_on_caller(handler, ctx)
    if not meaning or is_skipped(handler, ctx):
        return
    narrow = _exits.documented_exception(handler, ctx) or ""
    may_fix = narrow.endswith(".DoesNotExist")
    yield RULE.finding(
        handler,
        "blame",
        fix=Fix(_exits.catch, f"Catch `{narrow}`", handler, data={"class": narrow}) if may_fix else None,
        clause=_wording.head(handler, ctx),
        meaning=meaning,
    )


def _strict(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    outcome = ctx.outcome(handler)
    if outcome.lowest > Rank.STRONG or outcome.verdict(Rank.WEAK) is True:
        return
    if is_import_probe(body) or is_at_boundary(handler, ctx) or is_skipped(handler, ctx):
        return
    narrow = _exits.documented_exception(handler, ctx)
    open_ends = outcome.worst is None
    yield RULE.finding(
        handler,
        "strict",
        severity=Severity.WARNING,
        fix=Fix(_exits.catch, f"Catch `{narrow}`", handler, data={"class": narrow}) if narrow else None,
        questions=outcome.questions if open_ends else (),
        data={"outcome": outcome.to_json(), "above": int(Rank.WEAK)} if open_ends else None,
        clause=_wording.head(handler, ctx),
    )
