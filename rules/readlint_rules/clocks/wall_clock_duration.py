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
- Differences of calendar dates, and whole `.days`.
- Clock reads aligned to the epoch, as in `start % interval`.
- An elapsed time that is only compared with a limit, as in `while time.time() - start < 5`. That is a deadline.
- Test code.

## Fix safety
Safe when every use of the values is inside such differences and no test of the project replaces or freezes the clock:
all reads that take part move to `time.monotonic()` together, `.total_seconds()` is dropped, and `.seconds`, which
loses whole days, becomes `int(...)`. Imports that are no longer used stay.

Unsafe when the difference is used as a `timedelta`, when the start is kept where other files can see it, when it is
also used as a point in time (it then gets a second variable that ends in `_mono`), when only `.microseconds` is read
of it, and when a test replaces the clock.

There is no fix when a function of the project reads the clock, when the start can be `0` for "long ago", and when the
value goes to another process or where it cannot be followed.

## Options
`duration-clock`: `monotonic` (the default) or `perf_counter`. On Linux both are the same clock.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from readlint.api import (
    Answers,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Place,
    Question,
    Rule,
    Safety,
    Severity,
    last_name,
    uses,
)
from readlint_rules.clocks._clock_reads import Ask, Clock, Read, mentions_wall_clock, returned_clock
from readlint_rules.clocks._differences import (
    SUBTRACTING,
    Difference,
    difference,
    is_compared,
    is_fraction,
    is_shift,
    read_attributes,
)
from readlint_rules.clocks._monotonic_fix import plan
from readlint_rules.clocks._monotonic_fix import rewrite as rewrite  # a fix is looked up in its rule's module


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

_LONGEST = 60  # characters of code in a message
_RETURNS = "returns-wall-clock"
#: Units of a clock that measures durations; dates and time tuples are for calendars.
_MEASURED: frozenset[object] = frozenset({"seconds", "nanoseconds", "datetime", "datetime64", "instant"})
_PATCHED = Question("fact:patched-clock", "")
#: Names that a test can replace to stop the clock.
_CLOCKS = "(?:time(?:_ns)?|datetime|date|timezone|now|utcnow|today|clock)"
_PATCHABLE = re.compile(rf"(?:^|\.){_CLOCKS}$")
_PATCHABLE_TEXT = re.compile(rf"""\b{_CLOCKS}["']""")


@RULE.on(ast.BinOp)
def check_subtraction(node: ast.BinOp, ctx: Context) -> Iterator[Finding]:
    if not isinstance(node.op, ast.Sub) or isinstance(node.right, ast.Constant) or isinstance(node.left, ast.Constant):
        return
    if ctx.once(mentions_wall_clock):
        yield from _check(node, ctx)


@RULE.on_call(*SUBTRACTING)
def check_call(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if ctx.once(mentions_wall_clock):
        yield from _check(call, ctx)


def _check(node: ast.AST, ctx: Context) -> Iterator[Finding]:
    found = difference(node, ctx)
    if found is None or is_compared(found, ctx) or is_shift(found, ctx):
        return
    if _is_calendar(found, ctx) or _is_aligned(found, ctx) or is_fraction(found, ctx):
        return
    clock = f"time.{RULE.options(ctx).duration_clock}"
    fix, questions = _fix(found, clock, ctx)
    asks = (*found.end_clock.asks, *found.start_clock.asks)
    also = _also(found, ctx)
    yield RULE.finding(
        node,
        "more" if also else "default",
        related=_starts(found.start_clock),
        flow=_flow(found),
        fix=fix,
        questions=[*dict.fromkeys(Question(_RETURNS, ask.subject) for ask in asks), *questions],
        data={"path": ctx.path},
        difference=_short(node, ctx),
        clock=f"{clock}()",
        also=also,
    )


# What is left out


def _is_calendar(found: Difference, ctx: Context) -> bool:
    return "date" in found.units or read_attributes(found, ctx) == {"days"}


def _is_aligned(found: Difference, ctx: Context) -> bool:
    """`start % interval` somewhere: the value is meant to be a point on the calendar."""
    for clock in (found.end_clock, found.start_clock):
        for read in clock.reads:
            for place in (read.node, *(use for move in read.moves for use in uses(move.cell, ctx) or ())):
                parent = ctx.parent(place)
                if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.left is place:
                    return True
    return False


# What is said


def _short(node: ast.AST, ctx: Context) -> str:
    text = " ".join(ctx.text(node).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _also(found: Difference, ctx: Context) -> str:
    lost = sorted(read_attributes(found, ctx) & {"seconds", "microseconds"})
    drops = " and ".join(f"`.{name}`" for name in lost) + " also drops whole days" if lost == ["seconds"] else ""
    if "microseconds" in lost:
        drops = " and ".join(f"`.{name}`" for name in lost) + " are parts of a difference, not the whole of it"
    naive = any(read.naive for clock in (found.end_clock, found.start_clock) for read in clock.reads)
    local = "Local time jumps by an hour at daylight saving" if naive and "datetime" in found.units else ""
    return f"{local}, and {drops}" if local and drops else local or drops


def _starts(clock: Clock) -> list[Place]:
    return [Place(one.node, _reading(one)) for one in clock.sources]


def _reading(one: Read | Ask) -> str:
    return f"the start is read from `{one.clock if isinstance(one, Read) else one.subject}`"


def _flow(found: Difference) -> list[Place]:
    start = found.start_clock.sources[0]
    end = found.end_clock.sources[0]
    steps = [Place(start.node, _reading(start))]
    steps += [Place(move.write, f"it is kept in `{_name(move.cell.name, move.cell.parts)}`") for move in start.moves]
    steps.append(Place(end.node, "the end is read"))
    steps.append(Place(found.node, "the difference is taken"))
    return steps


def _name(name: str, parts: tuple[tuple[str, object], ...]) -> str:
    named = [str(key) for kind, key in parts if kind in ("attr", "key")]
    return ".".join([name, *named] if name else named)


# The fix


def _fix(found: Difference, clock: str, ctx: Context) -> tuple[Fix | None, list[Question]]:
    made = plan(found, f"Measure with `{clock}()`", clock.removeprefix("time."), ctx)
    if made is None:
        return None, []
    fix, is_safe = made
    return fix, [_PATCHED] if is_safe else []


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
    if not texts or not _PATCHABLE.search(texts[0]):
        return
    if isinstance(call.args[0], ast.Constant):
        yield texts[0]
    else:
        yield f"{ctx.qualified_name(call.args[0])}.{texts[0]}"


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    units = {answers.get(question) for question in finding.questions if question.kind == _RETURNS}
    if not units <= _MEASURED:
        return None
    if _PATCHED in finding.questions and finding.fix is not None:
        patched = answers.get(_PATCHED)
        if patched is None or any(_stops(target, finding.data["path"]) for target in patched):
            finding.fix.safety = Safety.UNSAFE
    return finding


def _stops(target: str, path: str) -> bool:
    """Whether a test's patch reaches the clock of a file."""
    if target == "freeze" or re.search(
        r"(?:^|\.)(?:time\.time(?:_ns)?|datetime\.(?:datetime|date)|timezone\.now)\b", target
    ):
        return True
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    owner = target.rpartition(".")[0]
    return _PATCHABLE.search(target) is not None and f".{module}".endswith(f".{owner}")


@RULE.answers(_RETURNS)
def answer_returns(node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> str | None:
    """The unit of the wall clock that a function of another file reads, whichever way through it is taken."""
    clock = returned_clock(node, ctx)
    if clock is None:
        return None
    units = {*(read.unit for read in clock.reads), *(ask(Question(_RETURNS, one.subject)) for one in clock.asks)}
    return clock.unit or str(*units) if units <= _MEASURED and len(units) == 1 else None
