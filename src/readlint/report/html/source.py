"""Source text in a page: a region in its lines, and what a fix changes."""

from __future__ import annotations

from readlint.report.diff import LONGEST, Change, parts
from readlint.report.frame import last_line, numbers, window
from readlint.report.html.markup import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readlint.findings import Edit, Span

ROOM = 200  # characters of a line; a page may scroll, but not through a minified file
GAP = "<i>&#8942;</i>\n"
MORE = "&#8230;"


def excerpt(lines: list[str], span: Span, context: int) -> str:
    """The region's lines and `context` lines on either side; nothing where the file has changed under us."""
    if not 1 <= span.line <= len(lines):
        return ""
    text = lines[span.line - 1]
    low = window(span.column, span.column + 1, len(text), ROOM)
    shown = numbers(span, len(lines), context)
    rows = (GAP if number is None else _row(number, _marked(lines, number, span, low)) for number in shown)
    return f"<pre>{''.join(rows)}</pre>"


def diff(lines: list[str], edits: Sequence[Edit]) -> str:
    """A small unified diff; nothing where the file has changed under us."""
    rows = list(_diff_rows(lines, edits))
    if len(rows) > LONGEST:
        rows[LONGEST:] = [f"<i></i>{MORE} {len(rows) - LONGEST} more lines\n"]
    return f"<pre>{''.join(rows)}</pre>" if rows else ""


def _diff_rows(lines: list[str], edits: Sequence[Edit]) -> Iterator[str]:
    for part in parts(lines, edits):
        if part is None:
            yield GAP
        elif isinstance(part, Change):
            yield from _changed(part)
        else:
            yield _row(part, f"  {_cut(lines[part - 1].rstrip(_ENDS), 0)}")


def _changed(change: Change) -> Iterator[str]:
    longest = max(map(len, change.old[:1] + change.new[:1]))
    low = window(change.start, change.start + 1, longest, ROOM)  # of a long line, show where it changes
    for number, text in enumerate(change.old, change.first):
        yield _row(number, f"<del>- {_cut(text, low)}</del>")
    for text in change.new:
        yield _row("", f"<ins>+ {_cut(text, low)}</ins>")


_ENDS = "\r\n"


def _row(number: int | str, content: str) -> str:
    return f"<i>{number}</i> {content}\n"


def _marked(lines: list[str], number: int, span: Span, low: int) -> str:
    """A line with the part of it that belongs to the region in `<mark>`."""
    text = lines[number - 1].rstrip(_ENDS)
    last = last_line(span, len(lines))
    if not span.line <= number <= last:
        return _cut(text, low)
    start = span.column if number == span.line else len(text) - len(text.lstrip())
    end = span.end_column if number == span.end_line else len(text)
    end = max(end, start + 1)
    high = low + ROOM
    marked = _visible(text[max(start, low) : min(end, high)]) or " "  # a place behind the line's end
    before = MORE if low and text else ""
    after = MORE if len(text) > high else ""
    return f"{before}{_visible(text[low : max(start, low)])}<mark>{marked}</mark>{_visible(text[end:high])}{after}"


def _cut(text: str, low: int) -> str:
    """What is to be seen of a line from column `low` on."""
    before = MORE if low and text else ""
    after = MORE if len(text) > low + ROOM else ""
    return before + _visible(text[low : low + ROOM]) + after


def _visible(text: str) -> str:
    return "\t".join(map(escape, text.split("\t")))
