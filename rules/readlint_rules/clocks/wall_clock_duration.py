"""A duration is measured with the wall clock, which can jump.

## Why is this bad?
The wall clock is corrected while the program runs: by NTP, by an administrator, after a virtual machine was paused. A
duration measured with it can then be negative, or hours long, and timings, rates and alerts made from it are wrong in
just the minutes in which somebody looks at them. Local time without a zone also jumps when daylight saving begins or
ends.

## Example
```python
import time


def handle(request):
    start = time.time()
    response = serve(request)
    logger.info("served", extra={"seconds": time.time() - start})
    return response
```

Use instead:
```python
import time


def handle(request):
    start = time.monotonic()
    response = serve(request)
    logger.info("served", extra={"seconds": time.monotonic() - start})
    return response
```

## What is flagged
A subtraction both of whose ends are proven reads of this process's wall clock: `time.time()`, `time.time_ns()`,
`datetime.now()`, `datetime.utcnow()`, `django.utils.timezone.now()`, and those of arrow, pendulum, whenever, pandas and
numpy. The start is followed through variables, attributes of `self`, module globals, closures, dictionaries and lists,
`flask.g`, `request.state`, `conn.info`, `threading.local`, context variables, data class defaults, and functions of the
project that return a read, in other files too.

## Not flagged
- A difference one of whose ends is not proven: a parameter, a database field, a file's time, a token's `iat`, a header.
- `now() - timedelta(days=7)`: a point in time, no duration.
- The age of a record: attributes of classes that a database or a parser fills.
- What outlives the process: `self.db.started`, `task.persistence["started"]`, attributes of a `Persistent`.
- The offset of the time zone, `datetime.now() - datetime.utcnow()`.
- Two reads with one of another clock between them, which tell how far apart the clocks are.
- Differences of calendar dates, and whole `.days`.
- Clock reads aligned to the epoch, as in `start % interval`.
- What looks for jumps of the clock: an elapsed time that is asked for being less than zero, and a function with such a
  name, as `check_for_system_time_change`.
- An elapsed time that is held against a limit, as in `while time.time() - start < 5`. That is a deadline (RL202).
- Test code, also a class derived from a `TestCase` or from a module of tests wherever it stands, generated files, and
  copies of other projects (`vendor/`).

## Fix safety
Safe when every use of the values is inside such differences, or deadlines (RL202) that share them, and no test of the
project replaces or freezes the clock: all reads that take part move to `time.monotonic()` together, `.total_seconds()`
is dropped, and `.seconds`, which loses whole days, becomes `int(...)`. Imports that are no longer used stay.

Unsafe when the difference is used as a `timedelta`, when the start is kept where other files can see it, when it is
also used as a point in time (it then gets a second variable that ends in `_mono`), when only `.microseconds` is read
of it, and when a test replaces the clock.

There is no fix when a function of the project reads the clock, when the start can be `0` for "long ago", when another
file uses the attribute that the start is kept in, and when the value goes to another process or where it cannot be
followed.

## Options
`duration-clock`: `monotonic` (the default) or `perf_counter`. On Linux both are the same clock.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from readlint.api import (
    Category,
    Context,
    Finding,
    Level,
    Place,
    Question,
    Rule,
    Safety,
    Severity,
    is_skipped,
    last_name,
    regex,
    short_code,
)
from readlint_rules.clocks import _clock_reads, _differences, _elsewhere, _flows
from readlint_rules.clocks._clock_tables import READING
from readlint_rules.clocks._findings import (
    CLOCKS,
    MEASURED,
    PATCHABLE,
    RETURNS,
    fix_of,
    kept_steps,
    questions_about,
    reading,
    settle,
)


@dataclass(frozen=True)
class Options:
    duration_clock: Literal["monotonic", "perf_counter"] = "monotonic"


RULE = Rule(
    __name__,
    __doc__,
    code="RL201",
    severity=Severity.WARNING,
    level=Level.L6,
    category=Category.OBSERVABILITY,
    fix=Safety.SAFE,
    tags=("clocks", "time"),
    since="0.1",
    options=Options(),
    messages={
        "default": "`{difference}` measures a duration with the wall clock, which can jump; "
        "use `{clock}` at both ends.",
        "more": "`{difference}` measures a duration with the wall clock, which can jump; "
        "use `{clock}` at both ends. {also}.",
    },
)

_PATCHABLE_TEXT = regex(rf"""["'](?:[\w.]*\.)?{CLOCKS}["']""")

RULE.settle(settle)


@RULE.on_call(*READING)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    """All of a file at its first clock read: a difference may be far from both of its reads."""
    if _flows.may_matter(call, ctx):
        yield from ctx.once(_all)


def _all(ctx: Context) -> Iterator[Finding]:
    """An iterator, so that only the first read gets the findings."""
    return (_finding(found, ctx) for found in ctx.once(_differences.differences) if _is_duration(found, ctx))


def _is_duration(found: _differences.Difference, ctx: Context) -> bool:
    if any(clock.shifts for clock in found.clocks) or _differences.is_compared(found, ctx):
        return False
    if (
        _differences.is_shift(found, ctx)
        or _differences.is_around_other_clock(found, ctx)
        or _differences.is_for_the_calendar(found, ctx)
        or _differences.outlives_process(found, ctx)
        or is_skipped(found.node, ctx)
        or _differences.is_of_tests(found, ctx)
        or _differences.looks_for_jumps(found, ctx)
    ):
        return False
    return _differences.read_attributes(found, ctx) != {"days"} and not _differences.is_fraction(found, ctx)


def _finding(found: _differences.Difference, ctx: Context) -> Finding:
    clock = f"time.{RULE.options(ctx).duration_clock}"
    fix, questions = fix_of(found, clock, ctx)
    also = _also(found, ctx)
    return RULE.finding(
        found.node,
        "more" if also else "default",
        related=[Place(one.node, reading(one, "start")) for one in found.start_clock.sources],
        flow=_flow(found),
        fix=fix,
        questions=[*questions_about(found.clocks), *questions],
        data={"path": ctx.path},
        difference=short_code(found.node, ctx),
        clock=f"{clock}()",
        also=also,
    )


# What is said


def _also(found: _differences.Difference, ctx: Context) -> str:
    lost = sorted(_differences.read_attributes(found, ctx) & {"seconds", "microseconds"})
    drops = " and ".join(f"`.{name}`" for name in lost) + " also drops whole days" if lost == ["seconds"] else ""
    if "microseconds" in lost:
        drops = " and ".join(f"`.{name}`" for name in lost) + " are parts of a difference, not the whole of it"
    naive = any(read.naive for clock in found.clocks for read in clock.reads)
    local = "Local time jumps by an hour at daylight saving" if naive and "datetime" in found.units else ""
    return f"{local}, and {drops}" if local and drops else local or drops


def _flow(found: _differences.Difference) -> list[Place]:
    start = found.start_clock.sources[0]
    end = found.end_clock.sources[0]
    return [
        Place(start.node, reading(start, "start")),
        *kept_steps(start),
        Place(end.node, "the end is read"),
        Place(found.node, "the difference is taken"),
    ]


# What the project is asked


def _mentions_patched_clock(text: str) -> bool:
    if "freeze_time" in text or "travel(" in text:
        return True
    return ("patch" in text or "setattr" in text) and _PATCHABLE_TEXT.search(text) is not None


@RULE.collect_call(
    *("patched-clock", "*.patch", "*.object", "*.setattr", "*.freeze_time", "*.travel"),
    mentions=_mentions_patched_clock,
)
def collect_patch(call: ast.Call, ctx: Context) -> Iterator[str]:
    """What tests replace, as `pkg.mod.time`, or `freeze` where they stop every clock.

    Test suites patch a thousand things: what is not called like a clock is passed over without a look at its names.
    """
    if last_name(call.func) in ("freeze_time", "travel"):
        yield "freeze"
        return
    texts = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if not texts or not PATCHABLE.search(texts[0]):
        return
    if isinstance(call.args[0], ast.Constant):
        yield texts[0]
    else:
        yield f"{ctx.qualified_name(call.args[0])}.{texts[0]}"


RULE.collect_call(_elsewhere.KEPT, *READING)(_elsewhere.kept_attributes)
RULE.search(_elsewhere.READ_ELSEWHERE.kind)(_elsewhere.search)


@RULE.answers(RETURNS)
def answer_returns(node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> str | None:
    """The unit of the wall clock that a function of another file reads, whichever way through it is taken."""
    clock = _clock_reads.returned_clock(node, ctx)
    if clock is None:
        return None
    units = {*(read.unit for read in clock.reads), *(ask(Question(RETURNS, one.subject)) for one in clock.asks)}
    return clock.unit or str(*units) if units <= MEASURED and len(units) == 1 else None
