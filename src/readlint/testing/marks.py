"""Marks in fixtures: what a line should make the rules say.

x = f()  # expect: RL101
x = f()  # expect: RL101:5 part of the message, RL201   (columns count from 1)
x = f()  # expect: RL101[note]    with this severity
# expect-next: RL101    for a line that cannot hold a comment
x = f()  # miss: RL101   the rule does not see this yet; fails when it starts to
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.files.kinds import KINDS
from readlint.files.source import Comment, Source
from readlint.suppress.layout import Layout
from readlint.testing.failures import CheckFailed, place

_MARK = re.compile(r"\s*#\s*(?P<word>expect|miss)(?P<next>-next)?\s*:\s*(?P<items>.*?)\s*(?=#\s*(?:expect|miss)\b|$)")
_BETWEEN_ITEMS = re.compile(r",\s*(?=[A-Z]{2}[0-9]{3}\b)")
_ITEM = re.compile(
    r"(?P<code>[A-Z]{2}[0-9]{3})(?:\[(?P<severity>error|warning|note)\])?(?::(?P<column>[0-9]+))?(?:\s+(?P<text>.*))?"
)


class Mark(NamedTuple):
    """One finding that a line should give, or of which it is known that it does not."""

    line: int
    code: str
    column: int | None = None  # counted from 0
    text: str = ""  # part of the message
    miss: bool = False
    severity: str = ""

    def __str__(self) -> str:
        severity = f"[{self.severity}]" if self.severity else ""
        column = f":{self.column + 1}" if self.column is not None else ""
        return f"{self.code}{severity}{column}{' ' if self.text else ''}{self.text}"


class Marked(NamedTuple):
    """A fixture's text without its marks. Lines and columns are the same."""

    source: Source
    marks: tuple[Mark, ...]


def read_marks(path: str, data: bytes) -> Marked:
    """Take the marks out of a file, so that rules which read comments do not see them."""
    marked = Source(path, data)
    comments = [comment for comment in marked.comments.values() if _MARK.search(comment.text)]
    if not comments:
        return Marked(marked, ())
    lines = list(marked.lines)
    own_lines = set()
    for comment in comments:
        bare = lines[comment.line - 1].rstrip("\r\n")
        found = _MARK.search(comment.text)
        kept = bare[: comment.column + (found.start() if found else 0)].rstrip()
        if not kept:
            own_lines.add(comment.line)
        lines[comment.line - 1] = kept + lines[comment.line - 1][len(bare) :]
    marks = tuple(mark for comment in comments for mark in _of_comment(path, comment, own_lines, marked))
    return Marked(Source(path, marked.encode("".join(lines))), marks)


def _of_comment(path: str, comment: Comment, own_lines: set[int], source: Source) -> Iterator[Mark]:
    for match in _MARK.finditer(comment.text):
        line = comment.line
        if match["next"]:
            line = next(number for number in range(line + 1, len(source.lines) + 2) if number not in own_lines)
        for item in _BETWEEN_ITEMS.split(match["items"]):
            parts = _ITEM.fullmatch(item)
            if not parts:
                raise CheckFailed(
                    [f"{place(path, comment.line)}: `{item}` is no mark; write `# expect: RL101:5 part of the message`"]
                )
            column = int(parts["column"]) - 1 if parts["column"] else None
            missed = match["word"] == "miss"
            yield Mark(line, parts["code"], column, parts["text"] or "", missed, parts["severity"] or "")


def how_to_mark(source: Source, line: int, code: str) -> str:
    """The text that makes a finding expected, and where to put it."""
    mark = (KINDS[source.kind].marks or ("#",))[0]
    if Layout(source).takes_comment(line):
        return f"put at the end of line {line}:  {mark} expect: {code}"
    return f"put on a line of its own above line {line}:  {mark} expect-next: {code}"
