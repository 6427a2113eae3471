"""What a fix would change, as a small unified diff."""

from __future__ import annotations

from readlint.findings import Edit, Span
from readlint.report.frame import Gutter, Line, window
from readlint.report.model import split_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 40  # rows; a bigger rewrite is better read with --diff


class Change:
    """Lines `old` from line `first` on become `new`."""

    __slots__ = ("first", "new", "old")

    def __init__(self, first: int, old: list[str], new: list[str]) -> None:
        self.first = first
        self.old = old
        self.new = new

    @property
    def after(self) -> int:
        return self.first + len(self.old)

    @property
    def start(self) -> int:
        """How many characters the first lines have in common."""
        if not (self.old and self.new):
            return 0
        one, other = self.old[0], self.new[0]
        pairs = enumerate(zip(one, other, strict=False))
        return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def diff(lines: list[str], edits: Sequence[Edit], gutter: Gutter) -> list[str]:
    rows: list[str] = []
    for part in parts(lines, edits):
        if part is None:
            rows.append(gutter.gap())
        elif isinstance(part, Change):
            rows += _rows(part, gutter)
        else:
            rows.append(_context(lines, part, gutter))
    if len(rows) > LONGEST:
        rows[LONGEST:] = [gutter.row(None, f"{gutter.ellipsis} {len(rows) - LONGEST} more lines")]
    return rows


def parts(lines: list[str], edits: Sequence[Edit]) -> Iterator[Change | int | None]:
    """The changes, the numbers of the lines around them, and None for lines left out.

    Nothing where the edits reach beyond the file: it has changed under us.
    """
    if not all(1 <= edit.span.line <= edit.span.end_line <= len(lines) + 1 for edit in edits):
        return
    shown = 0  # the last line of the file that has a row, or is gone
    changes = list(changed_lines(lines, edits))
    for index, change in enumerate(changes):
        if change.first - 1 > shown:
            if shown and change.first - 2 > shown:
                yield None
            yield change.first - 1
        yield change
        shown = change.after - 1
        following = changes[index + 1].first if index + 1 < len(changes) else len(lines) + 1
        if change.after < following:
            yield change.after
            shown = change.after


def changed_lines(lines: list[str], edits: Sequence[Edit]) -> Iterator[Change]:
    """The changes, without the lines that an edit covers and leaves as they were."""
    for group in _groups(edits):
        first = group[0].span.line
        old = lines[first - 1 : group[-1].span.end_line]
        change = Change(first, _bare(old), _bare(split_lines(_apply(old, first, group))))
        _trim(change)
        if change.old or change.new:
            yield change


def _groups(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits that share a line belong together."""
    group: list[Edit] = []
    for edit in edits:
        if group and edit.span.line > group[-1].span.end_line:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _apply(old: list[str], first: int, edits: list[Edit]) -> str:
    text = "".join(old)
    for edit in reversed(edits):
        start, end = _offsets(old, first, edit.span)
        text = text[:start] + edit.text + text[end:]
    return text


def _offsets(lines: list[str], first: int, span: Span) -> tuple[int, int]:
    start = sum(map(len, lines[: span.line - first])) + span.column
    return start, max(start, sum(map(len, lines[: span.end_line - first])) + span.end_column)


def _bare(lines: list[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines]


def _trim(change: Change) -> None:
    old, new = change.old, change.new
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    change.first += same
    del old[:same], new[:same]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]


def _context(lines: list[str], number: int, gutter: Gutter) -> str:
    text = gutter.cut(Line(lines[number - 1].rstrip("\r\n")), 0, gutter.room - 2)
    return gutter.row(number, gutter.style.paint("faint", f"  {text}") if text else "")


def _rows(change: Change, gutter: Gutter) -> Iterator[str]:
    room = gutter.room - 2
    old, new = list(map(Line, change.old)), list(map(Line, change.new))
    low = 0
    if old and new:  # of a long line, show where it changes
        start = old[0].column(change.start)
        low = window(start, start + 1, max(old[0].width, new[0].width), room)
    for number, line in enumerate(old, change.first):
        yield gutter.row(number, gutter.style.paint("removed", f"- {gutter.cut(line, low, room)}".rstrip()))
    for line in new:
        yield gutter.row(None, gutter.style.paint("added", f"+ {gutter.cut(line, low, room)}".rstrip()))
