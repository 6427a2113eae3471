"""Source lines as a terminal shows them: numbered, clipped to its width, the region marked with carets."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right

from readlint.findings import Span
from readlint.report.terminal import Style, command_marks, escape, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TAB = 4
MARGIN = 8  # columns kept before the region when a line is clipped
HEAD, TAIL = 3, 1  # the lines kept of a long region


class Gutter:
    """Draws the rows of one finding, with line numbers of one width."""

    __slots__ = ("bar", "digits", "ellipsis", "role", "room", "style")

    def __init__(self, style: Style, digits: int, role: str) -> None:
        self.style = style
        self.digits = digits
        self.role = role
        self.bar = style.glyph("│", "|")
        self.ellipsis = style.glyph("…", "...")
        self.room = style.width - digits - 5

    def row(self, number: int | None, text: str) -> str:
        label = "" if number is None else number
        lead = f"{label:>{self.digits + 2}} {self.bar}"
        return f"{self.style.paint('faint', lead)} {text}" if text else self.style.paint("faint", lead)

    def gap(self) -> str:
        return self.style.paint("faint", f"{self.style.glyph('⋮', '...'):>{self.digits + 2}}")

    def label(self, head: str, text: str) -> str:
        """A line of words that belongs to the rows below it."""
        branch = self.style.paint("faint", f"{' ' * (self.digits + 3)}{self.style.glyph('├', '|')}")
        indent = self.digits + 5
        if self.style.wrap:
            text = wrap(text, indent + len(head) + 1, indent, self.style.width)
        return f"{branch} {self.style.paint('strong', head)} {text}"

    def cut(self, line: Line, low: int, room: int) -> str:
        return line.cut(low, room, self.ellipsis)

    def mark(self, text: str) -> str:
        return text if text == " " else self.style.paint(self.role, text)


class Line:
    """One source line, laid out: what each of its characters looks like and in which column it starts."""

    __slots__ = ("cells", "starts")

    def __init__(self, text: str) -> None:
        self.cells: Sequence[str] = text
        self.starts: Sequence[int] = range(len(text) + 1)
        if not (text.isascii() and text.isprintable()) or "##" in text:
            self.cells, self.starts = _lay_out(text)

    @property
    def width(self) -> int:
        return self.starts[-1]

    def column(self, index: int) -> int:
        """Where a character is shown: a combining mark, where its base is."""
        index = min(max(index, 0), len(self.cells))
        while 0 < index < len(self.cells) and self.starts[index] == self.starts[index + 1]:
            index -= 1
        return self.starts[index]

    def cut(self, low: int, room: int, ellipsis: str) -> str:
        """What is visible through a window of `room` columns from column `low` on."""
        if low == 0 and self.width <= room:
            return "".join(self.cells)
        before = ellipsis if low and self.width else ""
        after = ellipsis if self.width > low + room else ""
        first = bisect_left(self.starts, low + len(before))
        while first < len(self.cells) and self.starts[first] == self.starts[first + 1]:
            first += 1  # a mark whose base is out of sight
        last = bisect_right(self.starts, low + room - len(after)) - 1
        if first > last:
            return before
        padding = " " * (self.starts[first] - low - len(before))  # half of a wide character
        return before + padding + "".join(self.cells[first:last]) + after


def _lay_out(text: str) -> tuple[list[str], list[int]]:
    cells, starts, column = [], [0], 0
    marks = {match.start() for match in command_marks().finditer(text)} if "##" in text else ()
    for index, character in enumerate(text):
        if index in marks:
            cell, columns = r"\x23", 4
        elif " " <= character <= "~":
            cell, columns = character, 1
        else:
            cell = " " * (TAB - column % TAB) if character == "\t" else escape(character)
            columns = width(cell)
        column += columns
        cells.append(cell)
        starts.append(column)
    return cells, starts


def window(start: int, end: int, total: int, room: int) -> int:
    """The first column to show of a line with `total` columns, so that the region is in sight."""
    if total <= room or end + MARGIN <= room:
        return 0
    around = max(MARGIN, (room - (end - start)) // 2)
    return max(0, min(start - around, total - room))


def frame(lines: list[str], span: Span, gutter: Gutter, context: int) -> list[str]:
    """The region's lines and `context` lines on either side; nothing where the file has changed under us."""
    if not 1 <= span.line <= len(lines):
        return []
    if last_line(span, len(lines)) > span.line:
        return _many(lines, span, gutter, context)
    return _one(lines, span, gutter, context)


def last_line(span: Span, total: int) -> int:
    """A region that ends before a line's first character does not reach into that line."""
    return min(max(span.line, span.end_line - 1 if span.end_column == 0 else span.end_line), total)


def numbers(span: Span, total: int, context: int) -> Iterator[int | None]:
    """The lines to show of a region and around it; None stands for those left out of a long one."""
    last = last_line(span, total)
    for number in range(max(span.line - context, 1), min(last + context, total) + 1):
        if span.line + HEAD <= number <= last - TAIL and last - span.line >= HEAD + TAIL + 1:
            if number == span.line + HEAD:
                yield None
        else:
            yield number


def _one(lines: list[str], span: Span, gutter: Gutter, context: int) -> list[str]:
    room = gutter.room
    lay = functools.partial(_line, lines, around=span.column, room=room)
    line, base = lay(span.line)
    end_index = span.end_column if span.end_line == span.line else len(line.cells) + base
    low, carets = _carets(line, span.column - base, end_index - base, room, gutter)
    rows = [gutter.row(span.line, gutter.cut(line, low, room)), gutter.row(None, carets)]
    before = range(max(span.line - context, 1), span.line)
    after = range(span.line + 1, min(span.line + context, len(lines)) + 1)
    return [
        *(gutter.row(number, gutter.cut(lay(number)[0], low, room)) for number in before),
        *rows,
        *(gutter.row(number, gutter.cut(lay(number)[0], low, room)) for number in after),
    ]


def _many(lines: list[str], span: Span, gutter: Gutter, context: int) -> list[str]:
    """A bracket beside the region's lines, and carets where it starts."""
    room = gutter.room - 2
    lay = functools.partial(_line, lines, around=span.column, room=room)
    line, base = lay(span.line)
    low, carets = _carets(line, span.column - base, len(line.cells), room, gutter)
    bar = gutter.style.glyph("│", "|")
    rows = []
    last = last_line(span, len(lines))
    for number in numbers(span, len(lines), context):
        if number is None:
            rows.append(gutter.gap())
            continue
        side = _bracket(number, span.line, last, gutter.style)
        text = gutter.cut(lay(number)[0], low, room)
        marked = gutter.mark(side)
        rows.append(gutter.row(number, f"{marked} {text}" if text else marked.rstrip()))
        if number == span.line:
            rows.append(gutter.row(None, f"{gutter.mark(bar)} {carets}"))
    return rows


def _bracket(number: int, first: int, last: int, style: Style) -> str:
    if not first <= number <= last:
        return " "
    return (
        style.glyph("╭", "/")
        if number == first
        else style.glyph("╰", "\\")
        if number == last
        else style.glyph("│", "|")
    )


def _line(lines: list[str], number: int, *, around: int, room: int) -> tuple[Line, int]:
    """A line laid out, and the index of its first character: of a minified file only the neighbourhood is."""
    text = lines[number - 1].rstrip("\r\n")
    base = max(0, around - 2 * room) if len(text) > 8 * room else 0
    return Line(text[base : base + 8 * room]), base


def _carets(line: Line, start: int, end: int, room: int, gutter: Gutter) -> tuple[int, str]:
    """The first column to show, and the carets below it."""
    first = line.column(start)
    beyond = max(line.starts[min(max(end, 0), len(line.cells))], first + 1)
    low = window(first, beyond, max(line.width, beyond), room)  # a caret may stand behind the line's end
    visible = room - (len(gutter.ellipsis) if line.width > low + room else 0)
    length = max(1, min(beyond - low, visible) - (first - low))
    return low, " " * (first - low) + gutter.mark("^" * length)
