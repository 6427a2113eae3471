"""Obeying suppression comments, and finding those that are of no use (RL002) or not right as written (RL003)."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from readlint import fingerprint
from readlint.findings import Edit, Finding, FixPlan, Place, Severity, Span
from readlint.settings.selection import Selectors
from readlint.suppress.directives import WITH_REASON, WORDS, Directive
from readlint.suppress.rules import SUPPRESSION_WITHOUT_REASON, UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from readlint.packs import RuleSet

MIGRATIONS = "migrations"
SHORTEST_REASON = 10
#: Which of several directives about one finding has the use of it: the nearest, and where the finding stands before one
#: at another end of it.
_REACH = {"file-ignore": 2, "disable": 1}
_DELETE = "delete"


class Judged(NamedTuple):
    """What the findings of one file come to."""

    kept: list[Finding]  # with what is wrong with the directives themselves
    suppressed: list[Finding]  # each with its reason in `data["suppression"]`
    until: str  # the first day on which it would be something else, as in 2027-02-01; empty: never


def suppress(
    findings: list[Finding],
    directives: list[Directive],
    *,
    path: str,
    rules: RuleSet,
    active: Collection[str],
    today: datetime.date,
    narrowed: bool = False,
) -> Judged:
    """Separate the findings of one file that its directives silence.

    `active` are the codes of the rules that are on for the file. `narrowed`: the user asked for some rules only, so
    that no directive can be called unused.
    """
    if not directives:
        return Judged(findings, [], "")
    return _File(path, directives, _selectors(rules), active, today).judge(findings, narrowed)


def deletions(plan: FixPlan) -> tuple[Edit, ...] | None:
    """The edits of a fix that only takes text away, which needs no function of a rule; None for any other."""
    spans = plan.data.get(_DELETE) if not plan.apply else None
    return None if spans is None else tuple(Edit(Span(*span), "") for span in spans)


@lru_cache(maxsize=4)
def _selectors(rules: RuleSet) -> Selectors:
    return Selectors(rules.rules)


class _Part:
    """One selector of a directive, with the codes that it means."""

    __slots__ = ("codes", "directive", "index", "used")

    def __init__(self, directive: Directive, index: int, codes: frozenset[str]) -> None:
        self.directive = directive
        self.index = index
        self.codes = codes
        self.used = False

    @property
    def text(self) -> str:
        return self.directive.selectors[self.index].text


class _File:
    def __init__(
        self,
        path: str,
        directives: list[Directive],
        selectors: Selectors,
        active: Collection[str],
        today: datetime.date,
    ) -> None:
        self.path = path
        self.directives = directives
        self.selectors = selectors
        self.active = active
        self.today = today
        self.migrations = frozenset(rule.code for rule in selectors.rules if rule.family == MIGRATIONS)
        self.parts = [part for directive in directives if directive.holds for part in self.parts_of(directive)]
        self.enables = [part for part in self.parts if part.directive.word == "enable"]

    def parts_of(self, directive: Directive) -> Iterator[_Part]:
        for index, selector in enumerate(directive.selectors):
            codes = self.selectors.codes(selector.text) if selector.text in self.selectors else frozenset()
            yield _Part(directive, index, codes & self.migrations if directive.word == "assured" else codes)

    def judge(self, findings: list[Finding], narrowed: bool) -> Judged:
        kept, suppressed = self.divide(findings)
        # What is wrong with directives can itself be suppressed, but only by another directive. So it is looked for
        # in this order: reasons first, since they depend on nothing; then use, and last the use of what silences that.
        about: list[Finding] = []
        checks = [self.badly_written()] if SUPPRESSION_WITHOUT_REASON.code in self.active else []
        if UNUSED_SUPPRESSION.code in self.active and not narrowed:
            checks += [self.unused(about_own=False), self.unused(about_own=True)]
        for check in checks:
            left, silenced = self.divide(list(check))
            about += left
            suppressed += silenced
        about.sort(key=Finding.sort_key)
        fingerprint.assign(about)
        days = [d.until for d in self.directives if d.holds and d.until and not d.is_expired(self.today)]
        change = datetime.date.fromisoformat(min(days)) + datetime.timedelta(days=1) if days else ""
        return Judged(kept + about, suppressed, str(change))

    def divide(self, findings: list[Finding]) -> tuple[list[Finding], list[Finding]]:
        kept, suppressed = [], []
        for finding in findings:
            matching = [part for part in self.parts if self.matches(part, finding)]
            matching.sort(key=lambda part: _distance(part.directive, finding))
            live = [part for part in matching if not part.directive.is_expired(self.today)]
            for part in live[:1] or matching:
                part.used = True
            if live:
                finding = finding.copy()
                finding.data["suppression"] = live[0].directive.reason
                suppressed.append(finding)
            else:
                kept.append(_with_ends(finding, matching) if matching else finding)
        return kept, suppressed

    def matches(self, part: _Part, finding: Finding) -> bool:
        directive = part.directive
        if finding.rule not in part.codes or directive.word == "enable" or not directive.covers(finding):
            return False
        if finding.rule in _OWN and finding.span == directive.span:
            return False
        return directive.word != "disable" or any(
            directive.reaches(span) and not self.is_enabled(directive, finding.rule, span.line)
            for span in finding.silenced_at()
        )

    def is_enabled(self, disable: Directive, rule: str, line: int) -> bool:
        """Whether a range has ended before a line."""
        return any(disable.line < one.directive.line <= line and rule in one.codes for one in self.enables)

    # RL003

    def badly_written(self) -> Iterator[Finding]:
        for directive in self.directives:
            if directive.word == "foreign":
                continue
            if directive.problem:
                yield self.ill_formed(directive)
                continue
            wrong = [finding for part in self.parts_of(directive) if (finding := self.wrong_rule(part))]
            yield from wrong
            if not wrong and directive.word in WITH_REASON and not is_reason(directive.reason):
                yield self.about(directive, SUPPRESSION_WITHOUT_REASON.finding(directive.span))

    def ill_formed(self, directive: Directive) -> Finding:
        from difflib import get_close_matches

        problem, detail = directive.problem, directive.detail
        near = get_close_matches(detail.lower(), WORDS, 1)
        finding = SUPPRESSION_WITHOUT_REASON.finding(
            directive.span,
            problem,
            severity=Severity.WARNING if problem == "bad-date" else Severity.ERROR,
            word=detail,
            date=detail,
            nearest=f"# readlint: {near[0] if near else 'ignore'}[RL101] reason",
        )
        return self.about(directive, finding)

    def wrong_rule(self, part: _Part) -> Finding | None:
        """A rule that does not exist, or is not one for the directive's word."""
        directive, text = part.directive, part.text
        if directive.word == "noqa" or part.codes:
            return None
        if text in self.selectors:
            key, nearest = "not-migration", ""
        elif self.is_of_missing_pack(text):
            return None
        else:
            key, nearest = "unknown-rule", self.nearest(text)
        finding = SUPPRESSION_WITHOUT_REASON.finding(
            directive.span, key, severity=Severity.ERROR, selector=text, nearest=nearest
        )
        return self.about(directive, finding)

    def is_of_missing_pack(self, text: str) -> bool:
        """A code of a pack that is not installed here, as in an editor beside the project, is no mistake."""
        return text[:2].isupper() and text[2:].isdigit() and text[:2] not in self.selectors

    def nearest(self, text: str) -> str:
        from difflib import get_close_matches

        known = [name for rule in self.selectors.rules for name in (rule.code, rule.name)]
        near = get_close_matches(text.replace("_", "-"), known, 1) or get_close_matches(text.upper(), known, 1)
        return near[0] if near else "the code or the name of a rule, as `readlint rules` lists them"

    # RL002

    def unused(self, *, about_own: bool) -> Iterator[Finding]:
        """Directives of which some selectors were of no use. A selector counts only if all its rules are on."""
        for directive in self.directives:
            parts = [part for part in self.parts if part.directive is directive]
            idle = [p for p in parts if not self.is_used(p) and p.codes and p.codes <= set(self.active)]
            idle = [p for p in idle if (p.codes <= _OWN) is about_own]
            if idle and directive.word != "foreign":
                yield self.unused_finding(directive, idle)

    def is_used(self, part: _Part) -> bool:
        if part.directive.word != "enable":
            return part.used
        return any(
            other.directive.word == "disable"
            and other.directive.line < part.directive.line
            and other.codes & part.codes
            for other in self.parts
        )

    def unused_finding(self, directive: Directive, idle: list[_Part]) -> Finding:
        expired = directive.is_expired(self.today)
        key = "enable" if directive.word == "enable" else "expired" if expired else "default"
        rules = _listed([part.text for part in idle], "and" if key == "expired" else "or")
        finding = UNUSED_SUPPRESSION.finding(directive.span, key, rules=rules, until=directive.until)
        spans = removal(directive, {part.index for part in idle})
        title = f"Remove {_listed([part.text for part in idle], 'and')} from the suppression"
        if spans == [directive.removal]:
            title = "Remove the suppression"
        finding.fix = FixPlan("", title, UNUSED_SUPPRESSION.fix, (), {_DELETE: [list(span.key()) for span in spans]})
        return self.about(directive, finding)

    def about(self, directive: Directive, finding: Finding) -> Finding:
        finding.path = self.path
        finding.definition = directive.definition
        finding.shape = f"{directive.word}[{','.join(selector.text for selector in directive.selectors)}]"
        return finding


_OWN = frozenset({UNUSED_SUPPRESSION.code, SUPPRESSION_WITHOUT_REASON.code})


def is_reason(text: str) -> bool:
    """Whether a text says why, rather than that."""
    bare = text.strip(" .:-!").lower()
    return len(bare) >= SHORTEST_REASON and bare not in ("false positive", "false positives", "false-positive")


def removal(directive: Directive, indexes: Collection[int]) -> list[Span]:
    """What to delete so that these selectors of a directive are gone."""
    selectors, line = directive.selectors, directive.line
    kept = [index for index in range(len(selectors)) if index not in indexes]
    if not kept:
        return [directive.removal]
    spans = []
    for index in sorted(indexes):
        if index > kept[-1]:  # behind the last one that stays: with the comma before it
            spans.append(Span(line, selectors[index - 1].end_column, line, selectors[index].end_column))
        else:
            spans.append(Span(line, selectors[index].column, line, selectors[index + 1].column))
    return _joined(spans)


def _joined(spans: list[Span]) -> list[Span]:
    joined = spans[:1]
    for span in spans[1:]:
        last = joined[-1]
        if last.end_column == span.column:
            joined[-1] = Span(span.line, last.column, span.line, span.end_column)
        else:
            joined.append(span)
    return joined


def _distance(directive: Directive, finding: Finding) -> tuple[int, bool]:
    return _REACH.get(directive.word, 0), not directive.reaches(finding.span)


def _with_ends(finding: Finding, parts: Iterable[_Part]) -> Finding:
    """The finding with a note at every suppression of it that has run out."""
    ends = dict.fromkeys(part.directive for part in parts)
    copy = finding.copy()
    notes = (Place(d.span, f"This suppression ended on {d.until} and holds no longer.") for d in ends)
    copy.related = (*copy.related, *notes)
    return copy


def _listed(words: list[str], last: str) -> str:
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
