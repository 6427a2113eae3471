"""Writing suppression comments: what `--add-ignore` does."""

from __future__ import annotations

import ast
import datetime
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from readlint.errors import UserError
from readlint.files.kinds import KINDS, PYTHON, may_hold_comment
from readlint.files.source import Source, Unreadable
from readlint.findings import Edit, Finding, Span
from readlint.fixes.edits import apply_edits
from readlint.fixes.verify import identity, unexpected
from readlint.suppress.apply import SHORTEST_REASON, is_reason
from readlint.suppress.directives import Directive, read_directives
from readlint.suppress.layout import Layout
from readlint.suppress.rules import ENGINE_RULES
from readlint.syntax.parse import parse

if TYPE_CHECKING:
    from readlint.analysis.context import Context

_ENGINE = frozenset(rule.code for rule in ENGINE_RULES)


def check_reason(reason: str) -> str:
    """A reason as it can stand in a comment; `UserError` where RL003 would report it."""
    text = " ".join(reason.split())
    if not is_reason(text):
        raise UserError(
            f"a suppression needs a reason of at least {SHORTEST_REASON} characters that says why, "
            'as in --add-ignore="the caller logs every failure"'
        )
    if re.search(r"(?:^|\s)(?:#|until=)", text):
        raise UserError("the reason of a suppression cannot hold a word that begins with `#` or `until=`")
    return text


def check_until(until: str | None, today: datetime.date) -> str:
    """The last day of a suppression; empty if it has none."""
    if until is None:
        return ""
    try:
        day = datetime.date.fromisoformat(until) if re.fullmatch(r"\d{4}-\d\d-\d\d", until) else None
    except ValueError:  # such as February the 30th
        day = None
    if day is None:
        raise UserError(f"`--until {until}` is not a day; write it as in --until 2027-01-31")
    if day < today:
        raise UserError(f"`--until {until}` is over: a suppression that has ended silences nothing")
    return until


class Annotated(NamedTuple):
    """A file with suppressions."""

    source: Source
    suppressed: list[Finding]
    left: list[Finding]  # of the new text
    missed: int  # comments that would not have been right


def annotate(
    ctx: Context, findings: list[Finding], edits: list[Edit], recheck: Callable[[Source], list[Finding]]
) -> Annotated | None:
    """The file with as many of these comments as prove right, alone or together; None where none does.

    Right is a comment that changes nothing of the program, silences a finding and brings up none.
    """
    best = _tried(ctx, findings, edits, recheck)
    if best is not None and {finding.rule for finding in best.left} <= _ENGINE:
        return best
    best, kept = None, list[Edit]()
    for edit in edits:
        tried = _tried(ctx, findings, [*kept, edit], recheck)
        if tried is not None and len(tried.suppressed) > (len(best.suppressed) if best else 0):
            best, kept = tried, [*kept, edit]
    return best and best._replace(missed=len(edits) - len(kept))


def _tried(
    ctx: Context, findings: list[Finding], edits: list[Edit], recheck: Callable[[Source], list[Finding]]
) -> Annotated | None:
    source = ctx.source
    try:
        new = Source(source.path, source.encode(apply_edits(source, edits)))
        same = new.encoding == source.encoding and (source.kind != PYTHON or ast.dump(parse(new)) == ast.dump(ctx.tree))
    except (UnicodeEncodeError, Unreadable):
        return None
    if not same or source.encode(source.text) != source.data:
        return None
    left = recheck(new)
    if unexpected(findings, [], left, {}):
        return None
    kept = set(map(identity, left))
    return Annotated(new, [finding for finding in findings if identity(finding) not in kept], left, 0)


def add_ignores(findings: Iterable[Finding], ctx: Context, reason: str, until: str = "") -> list[Edit]:
    """The edits that suppress these findings of one file, one for each place, sorted.

    One that is suppressed already gives none, and neither does what the engine says of suppressions themselves: a
    comment beside a bad comment would not make it better. Nor does a place where no comment can stand.
    """
    writer = _Writer(ctx, check_reason(reason), until)
    codes: dict[tuple[int, bool] | Directive, list[str]] = {}
    for finding in findings:
        if finding.rule in _ENGINE or writer.is_suppressed(finding):
            continue
        place = writer.place(finding)
        if place is None:
            continue
        if finding.rule not in codes.setdefault(place, []):
            codes[place].append(finding.rule)
    edits = [writer.edit(place, sorted(rules)) for place, rules in codes.items()]
    return sorted(filter(None, edits), key=lambda edit: edit.span.key())


def add_ignore(finding: Finding, ctx: Context, reason: str, until: str = "") -> Edit | None:
    """The edit that suppresses one finding; None where it is suppressed already."""
    return next(iter(add_ignores([finding], ctx, reason, until)), None)


class _Writer:
    def __init__(self, ctx: Context, reason: str, until: str) -> None:
        self.source = ctx.source
        self.reason = reason
        self.until = until
        self.layout = Layout(ctx.source)
        self.directives = [
            directive for directive in read_directives(ctx) if directive.word == "ignore" and directive.holds
        ]

    def is_suppressed(self, finding: Finding) -> bool:
        return any(
            not directive.until and directive.covers(finding) and finding.rule in {s.text for s in directive.selectors}
            for directive in self.directives
        )

    def place(self, finding: Finding) -> Directive | tuple[int, bool] | None:
        """A directive about the finding that says the same of another rule.

        Else a line, and whether the comment comes above it instead of behind it.
        """
        said = (self.reason, self.until)
        same = (directive for directive in self.directives if (directive.reason, directive.until) == said)
        known = next((directive for directive in same if directive.covers(finding)), None)
        if known:
            return known
        line = finding.span.line
        if self.source.kind != PYTHON and not may_hold_comment(self.source, line):
            return None
        if self.layout.takes_comment(line):
            return line, False
        return self.layout.around(line).first, True

    def edit(self, place: Directive | tuple[int, bool], rules: list[str]) -> Edit | None:
        if isinstance(place, Directive):
            return self.extended(place, rules)
        line, above = place
        text = self.source.lines[line - 1]
        bare = text.rstrip("\r\n")
        until = f"until={self.until} " if self.until else ""
        mark = KINDS[self.source.kind].marks[0]
        comment = f"{mark} readlint: ignore[{', '.join(rules)}] {until}{self.reason}"
        if above:
            indent = bare[: len(bare) - len(bare.lstrip())]
            return Edit(Span(line, 0, line, 0), f"{indent}{comment}{self.source.newline}")
        gap = len(bare) - len(bare.rstrip())  # blanks that stand there already stay
        return Edit(Span(line, len(bare), line, len(bare)), " " * (2 - gap) + comment)

    def extended(self, directive: Directive, rules: list[str]) -> Edit | None:
        known = {selector.text for selector in directive.selectors}
        new = [rule for rule in rules if rule not in known]
        end = directive.selectors[-1].end_column
        return Edit(Span(directive.line, end, directive.line, end), "".join(f", {r}" for r in new)) if new else None
