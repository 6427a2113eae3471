"""Whether a fixed text is what the fixes meant: the same program outside the edited statements."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from readlint.fixes.edits import Cut
from readlint.fixes.locate import first_line

if TYPE_CHECKING:
    from readlint.files.source import Source
    from readlint.findings import Finding
    from readlint.rules import Rule


def same_elsewhere(old: Source, before: ast.Module, new: Source, after: ast.Module, cuts: Sequence[Cut]) -> bool:
    """Whether every statement that no cut touches is still there, whole and in its place.

    The text outside the cuts is the same by construction. A statement of the same class that begins and ends
    there at the same characters, in a suite of the same statement, is therefore the same tree. A compound statement
    may end later than it did: a line put behind the last one of its suite makes it longer.
    """
    moved = _Moved(cuts)
    known = {(type(s), _start(s, new), _end(s, new), _start(parent, new)) for s, parent in _statements(after)}
    longer = {(cls, start, place) for cls, start, _, place in known}
    for statement, parent in _statements(before):
        start, end = _start(statement, old), _end(statement, old)
        if not moved.touches(old.offset(first_line(statement), 0), end):
            place = moved.to_new(_start(parent, old), at_start=True)
            head = (type(statement), moved.to_new(start, at_start=True))
            grows = hasattr(statement, "body") and (*head, place) in longer
            if not grows and (*head, moved.to_new(end), place) not in known:
                return False
    return True


def _statements(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.AST]]:
    stack: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while stack:
        node, parent = stack.pop()
        if isinstance(node, ast.stmt):
            yield node, parent
        for field in ("body", "orelse", "handlers", "finalbody", "cases"):
            suite = getattr(node, field, None)
            if isinstance(suite, list):
                stack.extend((child, node) for child in suite)


def _start(node: ast.AST, source: Source) -> int:
    if isinstance(node, ast.Module):
        return -1  # what is put at the top of a file does not move the file
    span = source.span(node)
    return source.offset(span.line, span.column)


def _end(node: ast.AST, source: Source) -> int:
    span = source.span(node)
    return source.offset(span.end_line, span.end_column)


class _Moved:
    """Where a place of the old text is in the new one."""

    def __init__(self, cuts: Sequence[Cut]) -> None:
        self.cuts = cuts
        self.starts = [cut.start for cut in cuts]
        self.shifts = [0, *accumulate(len(cut.text) - (cut.end - cut.start) for cut in cuts)]

    def to_new(self, offset: int, *, at_start: bool = False) -> int:
        """`at_start`: what is inserted exactly here comes before the place."""
        index = bisect_right(self.starts, offset)
        if index and self.cuts[index - 1].start == offset and not (at_start and self.cuts[index - 1].end == offset):
            index -= 1
        return offset + self.shifts[index]

    def touches(self, start: int, end: int) -> bool:
        """Whether a cut changes something from `start` to `end`; whole lines put before or behind do not."""
        index = max(bisect_right(self.starts, start) - 1, 0)
        for cut in self.cuts[index:]:
            if cut.start > end:
                return False
            if cut.end < start or self._is_beside(cut, start, end):
                continue
            return True
        return False

    @staticmethod
    def _is_beside(cut: Cut, start: int, end: int) -> bool:
        above = cut.start == cut.end == start and cut.text.endswith(("\n", "\r"))
        below = cut.start == cut.end == end and cut.text.startswith(("\n", "\r"))
        return above or below


def identity(finding: Finding) -> tuple[str, ...]:
    """What a finding is known by, in this file, while other places of it change."""
    if finding.fingerprint:
        return (finding.rule, finding.fingerprint)
    return (finding.rule, finding.definition, finding.shape, finding.message)


def unexpected(
    before: Iterable[Finding],
    fixed: Sequence[Finding],
    after: Iterable[Finding],
    rules: Mapping[str, Rule[Any]],
) -> tuple[Finding, ...]:
    """The findings that a text should not have after these were fixed: those still there, and new ones.

    They are counted by rule and definition: where two rules find something in one statement, mending the one changes
    the words and the statement of the other. A finding that a fixed one replaced may come to light.
    """
    allowed = Counter((f.rule, f.definition) for f in before)
    allowed.subtract(Counter((f.rule, f.definition) for f in fixed))
    allowed.update((code, f.definition) for f in fixed for code in rules[f.rule].replaces)
    left: list[Finding] = []
    for finding in after:
        allowed[finding.rule, finding.definition] -= 1
        if allowed[finding.rule, finding.definition] < 0:
            left.append(finding)
    return tuple(left)
