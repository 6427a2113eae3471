"""Applying fixes to one text, over as many passes as it takes, and accepting only what proves right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from readlint.files.source import Source, Unreadable
from readlint.findings import Finding
from readlint.fixes.bindings import FixRefused
from readlint.fixes.edits import Cut, apply_cuts, meet, to_cuts
from readlint.fixes.verify import identity, same_elsewhere, unexpected

if TYPE_CHECKING:
    from readlint.analysis.context import Context
    from readlint.rules import Rule

PASSES = 100  # each applies what does not overlap; code that needs more is left for the next run


class Refused(NamedTuple):
    """A finding, in the coordinates of the final text, whose fix was not applied."""

    finding: Finding
    reason: str


class Crashed(NamedTuple):
    """A finding whose fixer raised: an error of the rule, to be reported as one."""

    finding: Finding
    error: BaseException


class FixOutcome(NamedTuple):
    source: Source  # the fixed text; the very object given where nothing was fixed
    fixed: list[Finding]  # as they were found, with the edits that were applied
    left: list[Finding]  # of the fixed text
    refused: list[Refused]
    crashed: list[Crashed]


class _Made(NamedTuple):
    """A finding with the edits of its fix, as cuts of the text of this pass."""

    finding: Finding
    cuts: tuple[Cut, ...]
    zones: tuple[tuple[int, int], ...]  # the nodes that it rewrites


def fix_text(
    source: Source,
    findings: Sequence[Finding],
    screen: Callable[[Source], list[Finding]],
    allowed: Callable[[Finding], bool],
    *,
    context: Callable[[Source], Context],
    rules: Mapping[str, Rule[Any]],
    passes: int = PASSES,
) -> FixOutcome:
    """Apply the fixes of those findings that are `allowed`.

    `screen` finds what is wrong with a text, `context` parses it (and raises `Unreadable` where it does not parse),
    `rules` holds them by code.
    """
    return _Run(screen, allowed, context, rules).run(source, list(findings), passes)


class _Run:
    def __init__(
        self,
        screen: Callable[[Source], list[Finding]],
        allowed: Callable[[Finding], bool],
        context: Callable[[Source], Context],
        rules: Mapping[str, Rule[Any]],
    ) -> None:
        self.screen = screen
        self.allowed = allowed
        self.context = context
        self.rules = rules
        self.refused: dict[tuple[str, ...], str] = {}
        self.crashed: dict[tuple[str, ...], BaseException] = {}

    def run(self, source: Source, findings: list[Finding], passes: int) -> FixOutcome:
        originals: dict[tuple[str, ...], list[Finding]] = {}
        for finding in findings:
            originals.setdefault(identity(finding), []).append(finding)
        fixed: list[Finding] = []
        changed = False
        for _ in range(passes):
            batch = self.batch(source, findings)
            if batch:
                applied, source, findings = self.apply(source, findings, batch)
                fixed += [_as_found(made.finding, originals) for made in applied]
                changed = changed or bool(applied)
            elif changed and self.refused:
                # It may work beside what was fixed since: a logger, say, is at hand now. The next run would fix it.
                self.refused.clear()
                changed = False
            else:
                break
        refused = [Refused(f, self.refused[identity(f)]) for f in findings if identity(f) in self.refused]
        crashed = [Crashed(f, self.crashed[identity(f)]) for f in findings if identity(f) in self.crashed]
        return FixOutcome(source, fixed, findings, refused, crashed)

    def batch(self, source: Source, findings: list[Finding]) -> list[_Made]:
        """The fixes that can be applied together. The first finding in the file has the first choice."""
        chosen: list[_Made] = []
        wanted = [f for f in sorted(findings, key=Finding.sort_key) if self.is_wanted(f)]
        if not wanted:
            return []
        if source.encode(source.text) != source.data:
            for finding in wanted:
                self.refused[identity(finding)] = f"{_name(source)} does not give back the bytes of this file"
            return []
        ctx = self.context(source)
        for finding in wanted:
            made = self.make(finding, ctx)
            if made and not any(_conflict(made, other) for other in chosen):
                chosen.append(made)
        return chosen

    def is_wanted(self, finding: Finding) -> bool:
        known = identity(finding)
        return bool(finding.fix) and known not in self.refused and known not in self.crashed and self.allowed(finding)

    def make(self, finding: Finding, ctx: Context) -> _Made | None:
        from readlint.fixes.build import make_edits

        assert finding.fix is not None
        try:
            finding.edits = make_edits(finding, self.rules[finding.rule], ctx)
        except FixRefused as refusal:
            finding.edits = ()
            self.refused[identity(finding)] = refusal.reason
            return None
        except RecursionError:
            self.refused[identity(finding)] = "the code is nested too deeply"
            return None
        except (Exception, SystemExit) as error:
            self.crashed[identity(finding)] = error
            return None
        offset = ctx.source.offset
        spans = [target.span for target in finding.fix.targets]
        zones = tuple((offset(s.line, s.column), offset(s.end_line, s.end_column)) for s in spans)
        return _Made(finding, tuple(to_cuts(ctx.source, finding.edits)), zones)

    def apply(
        self, source: Source, findings: list[Finding], batch: list[_Made]
    ) -> tuple[list[_Made], Source, list[Finding]]:
        """As many of the batch as hold up. Halving it finds a culprit in few attempts."""
        while batch:
            try:
                return (batch, *self.attempt(source, findings, batch))
            except FixRefused as refusal:
                if len(batch) == 1:
                    self.refused[identity(batch[0].finding)] = refusal.reason
                batch = batch[: len(batch) // 2]
        return [], source, findings

    def attempt(self, source: Source, findings: list[Finding], batch: list[_Made]) -> tuple[Source, list[Finding]]:
        cuts = sorted({cut for made in batch for cut in made.cuts})
        new = _encoded(source, apply_cuts(source.text, cuts))
        try:
            before, after = self.context(source).tree, self.context(new).tree
        except Unreadable:
            raise FixRefused("the fixed file would not parse") from None
        if not same_elsewhere(source, before, new, after, cuts):
            raise FixRefused("it would change code elsewhere in the file")
        left = self.screen(new)
        extra = unexpected(findings, [made.finding for made in batch], left, self.rules)
        if extra:
            rules = {made.finding.rule for made in batch}
            still = all(finding.rule in rules for finding in extra)
            raise FixRefused("the finding would stay" if still else f"it would bring a new {extra[0].rule} finding")
        return new, left


def _encoded(source: Source, text: str) -> Source:
    try:
        new = Source(source.path, source.encode(text))
    except UnicodeEncodeError:
        raise FixRefused(f"{_name(source)} cannot hold the fixed text") from None
    except Unreadable:
        raise FixRefused("the fixed file could not be read") from None
    if new.text != text or new.encoding != source.encoding:
        raise FixRefused("the fixed file would be read differently")
    return new


def _name(source: Source) -> str:
    return source.encoding.replace("_", "-")


def _conflict(one: _Made, other: _Made) -> bool:
    """Overlapping fixes wait for the next pass. Both may ask for the same import."""
    if any(a < d and c < b for a, b in one.zones for c, d in other.zones):
        return True
    return any(meet(a, b) and a != b for a in one.cuts for b in other.cuts)


def _as_found(finding: Finding, originals: dict[tuple[str, ...], list[Finding]]) -> Finding:
    """The finding of the first pass that this one is, so that it is reported where the user has it."""
    known = originals.get(identity(finding))
    return known.pop(0) if known else finding
