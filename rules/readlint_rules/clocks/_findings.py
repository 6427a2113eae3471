"""What the rules about the wall clock share: what they ask the project, and what they say of a value's way."""

from __future__ import annotations

import re

from readlint.api import Answers, Context, Finding, Fix, Place, Question, Safety, regex
from readlint_rules.clocks import _clock_reads, _differences, _elsewhere, _monotonic_fix

RETURNS = "returns-wall-clock"
PATCHED = Question("fact:patched-clock", "")
#: Units of a clock that measures durations; dates and time tuples are for calendars.
MEASURED: frozenset[object] = frozenset({"seconds", "nanoseconds", "datetime", "datetime64", "instant"})
#: Names that a test can replace to stop the clock.
CLOCKS = "(?:time(?:_ns)?|datetime|date|timezone|now|utcnow|today|clock)"
PATCHABLE = regex(rf"(?:^|\.){CLOCKS}$")


def reading(one: _clock_reads.Read | _clock_reads.Ask, what: str) -> str:
    return f"the {what} is read from `{one.clock if isinstance(one, _clock_reads.Read) else one.subject}`"


def kept_steps(one: _clock_reads.Read | _clock_reads.Ask) -> list[Place]:
    return [Place(move.write, f"it is kept in `{_name(move.cell.name, move.cell.parts)}`") for move in one.moves]


def _name(name: str, parts: tuple[tuple[str, object], ...]) -> str:
    named = [str(key) for kind, key in parts if kind in ("attr", "key")]
    return ".".join([name, *named] if name else named)


def questions_about(clocks: tuple[_clock_reads.Clock, ...]) -> list[Question]:
    return [*dict.fromkeys(Question(RETURNS, ask.subject) for clock in clocks for ask in clock.asks)]


def fix_of(found: _differences.Place, clock: str, ctx: Context) -> tuple[Fix | None, list[Question]]:
    made = _monotonic_fix.plan(found, f"Measure with `{clock}()`", clock.removeprefix("time."), ctx)
    if made is None:
        return None, []
    return made.fix, [PATCHED] if made.is_safe else [_elsewhere.READ_ELSEWHERE] if made.is_shown else []


def settle(finding: Finding, answers: Answers) -> Finding | None:
    units = {answers.get(question) for question in finding.questions if question.kind == RETURNS}
    if not units <= MEASURED:
        return None
    if PATCHED in finding.questions and finding.fix is not None:
        patched = answers.get(PATCHED)
        if patched is None or any(_stops(target, finding.data["path"]) for target in patched):
            finding.fix.safety = Safety.UNSAFE
    if finding.fix is not None and _elsewhere.READ_ELSEWHERE in finding.questions:
        uses = answers.get(_elsewhere.READ_ELSEWHERE)
        if uses is None or _elsewhere.is_used(finding.fix.data["shown"], finding.data["path"], uses):
            finding.fix = None
    return finding


def _stops(target: str, path: str) -> bool:
    """Whether a test's patch reaches the clock of a file."""
    if target == "freeze" or re.search(
        r"(?:^|\.)(?:time\.time(?:_ns)?|datetime\.(?:datetime|date)|timezone\.now)\b", target
    ):
        return True
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    owner = target.rpartition(".")[0]
    return PATCHABLE.search(target) is not None and f".{module}".endswith(f".{owner}")
