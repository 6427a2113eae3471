"""Edits of a text: applying them, and finding the smallest ones that turn one text into another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from readlint.findings import Edit, Span

if TYPE_CHECKING:
    from readlint.files.source import Source

_TOKEN = re.compile(r"\w+|[^\S\r\n]+|\r\n|\r|\n|.", re.DOTALL)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LARGEST = 4_000_000  # pairs of tokens; a rewrite beyond that is one edit instead of seconds of comparing


class Cut(NamedTuple):
    """An edit in offsets: what stands from `start` to `end` becomes `text`."""

    start: int
    end: int
    text: str


def to_edits(source: Source, cuts: Iterable[Cut]) -> tuple[Edit, ...]:
    return tuple(Edit(Span(*source.position(c.start), *source.position(c.end)), c.text) for c in cuts)


def to_cuts(source: Source, edits: Iterable[Edit]) -> list[Cut]:
    spans = [(edit.span, edit.text) for edit in edits]
    return sorted(
        Cut(source.offset(s.line, s.column), source.offset(s.end_line, s.end_column), text) for s, text in spans
    )


def apply_cuts(text: str, cuts: Iterable[Cut]) -> str:
    """The text after the cuts, which are sorted and do not overlap."""
    parts: list[str] = []
    at = 0
    for cut in cuts:
        parts += (text[at : cut.start], cut.text)
        at = cut.end
    return "".join([*parts, text[at:]])


def apply_edits(source: Source, edits: Iterable[Edit]) -> str:
    return apply_cuts(source.text, to_cuts(source, edits))


def meet(one: Cut, other: Cut) -> bool:
    """Whether two cuts overlap or touch: which of them comes first would then matter."""
    return one.start <= other.end and other.start <= one.end


def overlap(cuts: list[Cut]) -> bool:
    """Whether any of these sorted cuts meet."""
    return any(meet(one, other) for one, other in pairwise(cuts))


def line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line's own text ends, before its line end."""
    match = re.compile(r"[\r\n]").search(text, offset)
    return match.start() if match else len(text)


def newline_at(text: str, offset: int) -> str:
    """The line end in use around here: that of this line, else the first of the file."""
    match = re.compile(r"\r\n|\r|\n").match(text, line_end(text, offset)) or re.search(r"\r\n|\r|\n", text)
    return match[0] if match else "\n"


def smallest(text: str, start: int, end: int, new: str) -> list[Cut]:
    """The cuts that turn `text[start:end]` into `new` and touch nothing that stays the same."""
    cuts = [_off_the_margin(cut, text) for cut in _differences(text[start:end], new, start)]
    joined: list[Cut] = []
    for cut in cuts:
        if joined and cut.start <= joined[-1].end:
            last = joined.pop()
            cut = Cut(last.start, cut.end, last.text + cut.text)
        joined.append(cut)
    return joined


def _differences(old: str, new: str, base: int) -> Iterator[Cut]:
    """Line by line first: most lines are the same and unique, which keeps the comparison cheap."""
    old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    at = 0
    starts = [at := at + len(line) for line in ["", *old_lines]]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag != "equal":
            before, after = _TOKEN.findall("".join(old_lines[i1:i2])), _TOKEN.findall("".join(new_lines[j1:j2]))
            yield from _token_cuts(before, after, base + starts[i1])


def _token_cuts(old: list[str], new: list[str], base: int) -> Iterator[Cut]:
    pending: Cut | None = None
    at = base
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        kept = "".join(old[i1:i2])
        if tag == "equal":
            if pending and i2 < len(old) and not re.search(r"[\w\r\n]", kept):
                # Punctuation alone between two changes: one edit is easier to read.
                pending = Cut(pending.start, at + len(kept), pending.text + kept)
            elif pending:
                yield pending
                pending = None
        else:
            pending = Cut(
                pending.start if pending else at,
                at + len(kept),
                (pending.text if pending else "") + "".join(new[j1:j2]),
            )
        at += len(kept)
    if pending:
        yield pending


def _opcodes(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) * len(new) <= _LARGEST:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [("replace", 0, len(old), 0, len(new))]


def _off_the_margin(cut: Cut, text: str) -> Cut:
    """Never begin in an indentation: the SARIF viewer of VS Code moves such a start to the line's first token.

    The cut then begins at the end of the line before. So does one behind the last line, which has no position.
    """
    start, end, new = cut
    beside_margin = text[start : start + 1] in (" ", "\t", "\f", "") or new[:1] in (" ", "\t", "\f")
    if not start or text[start - 1] not in "\r\n" or not beside_margin:
        return cut
    newline = "\r\n" if text[:start].endswith("\r\n") else text[start - 1]
    old = text[start:end]
    if all(not part or part.endswith(newline) for part in (old, new)):
        return Cut(start - len(newline), end - len(newline), newline + new[: -len(newline)] if new else "")
    return Cut(start - len(newline), end, newline + new)
