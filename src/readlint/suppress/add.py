"""Writing suppression comments: what `--add-ignore` does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readlint.errors import UserError
from readlint.files.kinds import PYTHON, may_hold_comment
from readlint.findings import Edit, Finding, Span
from readlint.suppress.apply import SHORTEST_REASON, is_reason
from readlint.suppress.directives import Directive, read_directives
from readlint.suppress.layout import Layout
from readlint.suppress.rules import ENGINE_RULES

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


def add_ignores(findings: Iterable[Finding], ctx: Context, reason: str) -> list[Edit]:
    """The edits that suppress these findings of one file, one for each place, sorted.

    One that is suppressed already gives none, and neither does what the engine says of suppressions themselves: a
    comment beside a bad comment would not make it better. Nor does a place where no comment can stand.
    """
    writer = _Writer(ctx, check_reason(reason))
    codes: dict[tuple[int, bool] | Directive, list[str]] = {}
    for finding in findings:
        if finding.rule in _ENGINE:
            continue
        place = writer.place(finding)
        if place is None:
            continue
        if finding.rule not in codes.setdefault(place, []):
            codes[place].append(finding.rule)
    edits = [writer.edit(place, sorted(rules)) for place, rules in codes.items()]
    return sorted(filter(None, edits), key=lambda edit: edit.span.key())


def add_ignore(finding: Finding, ctx: Context, reason: str) -> Edit | None:
    """The edit that suppresses one finding; None where it is suppressed already."""
    return next(iter(add_ignores([finding], ctx, reason)), None)


class _Writer:
    def __init__(self, ctx: Context, reason: str) -> None:
        self.source = ctx.source
        self.reason = reason
        self.layout = Layout(ctx.source)
        self.directives = [d for d in read_directives(ctx) if d.word == "ignore" and d.holds and not d.until]

    def place(self, finding: Finding) -> Directive | tuple[int, bool] | None:
        """A directive about the finding; else a line, and whether the comment comes above it instead of behind it."""
        known = next((directive for directive in self.directives if directive.covers(finding)), None)
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
        comment = f"# readlint: ignore[{', '.join(rules)}] {self.reason}"
        if above:
            indent = bare[: len(bare) - len(bare.lstrip())]
            return Edit(Span(line, 0, line, 0), f"{indent}{comment}{self.source.newline}")
        end = len(bare.rstrip())
        return Edit(Span(line, end, line, len(bare)), f"  {comment}")

    def extended(self, directive: Directive, rules: list[str]) -> Edit | None:
        known = {selector.text for selector in directive.selectors}
        new = [rule for rule in rules if rule not in known]
        end = directive.selectors[-1].end_column
        return Edit(Span(directive.line, end, directive.line, end), "".join(f", {r}" for r in new)) if new else None
