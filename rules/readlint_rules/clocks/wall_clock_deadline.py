"""A timeout is measured with the wall clock, which can jump.

## Why is this bad?
The wall clock is corrected while the program runs: by NTP, by an administrator, after a virtual machine was paused. A
deadline taken from it then passes at once, or not for hours: loops give up before they tried, or spin on, locks time
out early, and a retry that was to wait a second waits until the clock has caught up.

## Example
```python
import time


def wait_until_ready(service, timeout):
    deadline = time.time() + timeout
    while time.time() < deadline:
        if service.is_ready():
            return True
        time.sleep(0.1)
    return False
```

Use instead:
```python
import time


def wait_until_ready(service, timeout):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if service.is_ready():
            return True
        time.sleep(0.1)
    return False
```

## What is flagged
- A deadline that is a read of this process's wall clock and a span, where it is compared with another read or where
  what is left of it is worked out: `time.time() < deadline`, `wait(timeout=deadline - time.time())`,
  `self.last_seen < now - timedelta(minutes=5)`. One deadline is one finding, at its first such place.
- An elapsed time that is compared with a limit: `while time.time() - start < limit`. Other rules about durations are
  silent there.

Reads and deadlines are followed as by wall-clock-duration, through the same clocks and the same containers.

## Not flagged
- A deadline that leaves the process: put into a token, a cookie, a cache, a database, a header, a message.
- The expiry of a token (`self._token_expires`, a comparison in `refresh_token`, `self.expires` set beside
  `self.token` or `self.user_key`): its issuer goes by the wall clock, and so does time that passes while a machine
  sleeps.
- One that comes from outside: a parameter, a `Retry-After` date, a claim `exp`, a stored row.
- A point on the calendar, as in `while datetime.now() < midnight`, whole dates, and clock reads aligned to the epoch.
- The age of a stored thing: a file's time, a database field.
- A deadline beside the very reading that it was made of: `end - start` behind `start = end - timedelta(days=1)`.
- What outlives the process: `self.db.ends`, `task.persistence["ends"]`, attributes of a `Persistent`.
- A comparison whose comment says that it notices a machine that was asleep: the other clock may stand still then. Nor
  what looks for jumps of the clock: an elapsed time that is asked for being less than zero (`if now - start < 0`), and
  a function with such a name, as `check_for_system_time_change`.
- Test code, also a class derived from a `TestCase` or from a module of tests wherever it stands, generated files, and
  copies of other projects (`vendor/`).

## Fix safety
Safe when every use of the values is inside such places and no test of the project replaces or freezes the clock:
all reads that take part move to `time.monotonic()` together, those of durations too. Where the clock gave datetimes,
the `timedelta`s become seconds. A `0` that stands for "long ago" becomes `float("-inf")`, because the monotonic clock
may have begun to count just now.

Unsafe when the deadline is kept where other files can see it, when it is also used as a point in time (it then gets a
second variable that ends in `_mono`), when a span is not known to be a `timedelta`, and when a test replaces the clock.

There is no fix when a function of the project reads the clock, when a value that can be `0` is asked whether it is
true or is shown, when another file uses the attribute that the value is kept in, and when the value goes where it
cannot be followed.

## Options
The clock to use is that of wall-clock-duration, `duration-clock`: what shares a start must share a clock.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readlint.api import (
    Category,
    Context,
    Finding,
    Level,
    Place,
    Rule,
    Safety,
    Severity,
    is_skipped,
    last_name,
    regex,
    short_code,
)
from readlint_rules.clocks import _clock_reads, _differences, _flows, _leaving, wall_clock_duration
from readlint_rules.clocks._clock_tables import READING
from readlint_rules.clocks._findings import fix_of, kept_steps, questions_about, reading, settle

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL202",
    severity=Severity.WARNING,
    level=Level.L6,
    category=Category.SAFETY,
    fix=Safety.SAFE,
    tags=("clocks", "time"),
    since="0.1",
    replaces=("RL201",),
    messages={
        "default": "`{code}` compares a deadline with the wall clock, which can jump: the time is up too early or too "
        "late; use `{clock}` for both.",
        "remaining": "`{code}` takes what is left of a deadline from the wall clock, which can jump: it may be "
        "negative, or hours; use `{clock}` for both.",
        "passed": "`{code}` takes from the wall clock what has passed since a time, and the clock can jump: it may be "
        "negative, or hours; use `{clock}` for both.",
        "elapsed": "`{code}` is held against a limit, and the wall clock can jump: the time is up too early or too "
        "late; use `{clock}` at both ends.",
    },
)
RULE.settle(settle)

_TOKEN = regex(r"token|jwt", re.IGNORECASE)
#: What somebody else gives out until a time, where that time is kept beside it.
_GIVEN_OUT = regex(r"token|jwt|credential|(?:user|access|secret|session|sign(?:ing|er)?)_key", re.IGNORECASE)


@RULE.on_call(*READING)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    """All of a file at its first clock read: a deadline may be far from the reads that it is compared with."""
    if _flows.may_matter(call, ctx):
        yield from ctx.once(_all)


def _all(ctx: Context) -> Iterator[Finding]:
    """An iterator, so that only the first read gets the findings."""
    deadlines: list[list[_differences.Comparison | _differences.Difference]] = []
    for found in ctx.once(_differences.places):
        if (
            _differences.is_for_the_calendar(found, ctx)
            or _differences.outlives_process(found, ctx)
            or _differences.is_of_tests(found, ctx)
            or _differences.looks_for_jumps(found, ctx)
            or _is_of_token(found, ctx)
            or is_skipped(found.node, ctx)
            or _notices_sleep(found, ctx)
        ):
            continue
        if isinstance(found, _differences.Difference) and not _shifts(found):
            if (
                _differences.is_limited(found, ctx)
                and not _differences.is_fraction(found, ctx)
                and not _differences.is_shift(found, ctx)
            ):
                yield _finding([found], ctx)
        elif _is_deadline(found) and not _leaves(found, ctx) and not _differences.is_of_one_reading(found, ctx):
            _gather(found, deadlines)
    for same in deadlines:
        yield _finding(same, ctx)


def _is_deadline(found: _differences.Comparison | _differences.Difference) -> bool:
    return isinstance(found, _differences.Comparison) or found.is_deadline


def _leaves(found: _differences.Comparison | _differences.Difference, ctx: Context) -> bool:
    """Whether the deadline is also told to somebody outside, who knows the wall clock only."""
    return any(
        next(_leaving.departures(shift, ctx), None) is not None
        for clock in found.clocks
        for shift in clock.shifts
        if isinstance(shift, ast.BinOp)
    )


def _is_of_token(found: _differences.Comparison | _differences.Difference, ctx: Context) -> bool:
    """Whether a token expires, going by the names: its issuer goes by the wall clock."""
    moves = [move for clock in found.clocks for read in clock.reads for move in read.moves]
    cells = [move.cell.name for move in moves]
    if any(map(_TOKEN.search, (*cells, ctx.definition_name(found.node).rpartition(".")[2]))):
        return True
    return any("expir" in move.cell.name and _keeps_token(move.write, ctx) for move in moves)


def _keeps_token(write: ast.AST | None, ctx: Context) -> bool:
    """`self.token = answer["access_token"]`, right beside `self.expires = time.time() + answer["expires_in"]`."""
    block = ctx.parent(write) if write is not None else None
    statements = [one for one in getattr(block, "body", ()) if isinstance(one, ast.Assign)]
    return any(_GIVEN_OUT.search(last_name(target) or "") for one in statements for target in one.targets)


def _notices_sleep(found: _differences.Comparison | _differences.Difference, ctx: Context) -> bool:
    """Whether a comment says that the jump of the clock is what is looked for: the machine was asleep."""
    around = ctx.enclosing(found.node, ast.If)
    if not isinstance(around, ast.If):
        return False
    lines = range(max(around.lineno - 2, 1), around.body[0].lineno + 1)
    return any(_ASLEEP.search(comment.text) for comment in ctx.comments_on(lines))


_ASLEEP = regex(r"hibernat|\b(?:after|from) (?:sleep|suspen)|\b(?:was|were|been) (?:asleep|suspended)", re.IGNORECASE)


def _gather(
    found: _differences.Comparison | _differences.Difference,
    deadlines: list[list[_differences.Comparison | _differences.Difference]],
) -> None:
    """Beside the places that the same deadline has already."""
    for same in deadlines:
        if not _shifts(same[0]).isdisjoint(_shifts(found)):
            same.append(found)
            return
    deadlines.append([found])


def _shifts(found: _differences.Comparison | _differences.Difference) -> set[ast.AST]:
    return {shift for clock in found.clocks for shift in clock.shifts}


def _finding(same: list[_differences.Comparison | _differences.Difference], ctx: Context) -> Finding:
    found = same[0]
    clock = f"time.{wall_clock_duration.RULE.options(ctx).duration_clock}"
    fix, questions = fix_of(found, clock, ctx)
    return RULE.finding(
        found.node,
        _message(found),
        related=[*_starts(found), *(Place(other.node, "the same deadline is used here") for other in same[1:])],
        flow=_flow(found),
        fix=fix,
        questions=[*questions_about(found.clocks), *questions],
        data={"path": ctx.path},
        code=short_code(found.node, ctx),
        clock=f"{clock}()",
    )


# What is said


def _message(found: _differences.Comparison | _differences.Difference) -> str:
    if isinstance(found, _differences.Comparison):
        return "default"
    if not found.is_deadline:
        return "elapsed"
    return "remaining" if found.end_clock.shifts else "passed"


def _origin(found: _differences.Comparison | _differences.Difference) -> tuple[_clock_reads.Clock, str]:
    """The clock that began it all, and what it was read for."""
    if isinstance(found, _differences.Difference) and not found.is_deadline:
        return found.start_clock, "start"
    return next(clock for clock in found.clocks if clock.shifts), "deadline"


def _starts(found: _differences.Comparison | _differences.Difference) -> list[Place]:
    clock, what = _origin(found)
    return [Place(one.node, reading(one, what)) for one in clock.sources]


def _flow(found: _differences.Comparison | _differences.Difference) -> list[Place]:
    clock, what = _origin(found)
    first = clock.sources[0]
    end = "it is compared with the clock" if isinstance(found, _differences.Comparison) else "the difference is taken"
    return [Place(first.node, reading(first, what)), *kept_steps(first), Place(found.node, end)]
