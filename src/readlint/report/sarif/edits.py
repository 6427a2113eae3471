"""Edits that come out right where they are applied by position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from readlint.findings import Edit, Span


def off_the_indentation(edits: Iterable[Edit], lines: Sequence[str]) -> list[Edit] | None:
    """The same change by edits of which none begins in the indentation of its line.

    The SARIF viewer of VS Code moves such a start to the line's first character that is not blank. The edit then
    begins at the end of the line before, and repeats the line end and what stood before it. The first line has none
    before it: None.
    """
    moved: list[Edit] = []
    for edit in edits:
        if not _in_indentation(edit.span, lines):
            moved.append(edit)
            continue
        if edit.span.line == 1:
            return None
        before = lines[edit.span.line - 2]
        end = len(before.rstrip("\r\n"))
        margin = before[end:] + lines[edit.span.line - 1][: edit.span.column]
        start = (edit.span.line - 1, end)
        if moved and (moved[-1].span.end_line, moved[-1].span.end_column) >= start:
            last = moved.pop()
            margin = last.text + margin[_length_between(start, last.span, len(before)) :]
            start = (last.span.line, last.span.column)
        moved.append(Edit(Span(*start, edit.span.end_line, edit.span.end_column), margin + edit.text))
    return moved


def _in_indentation(span: Span, lines: Sequence[str]) -> bool:
    if not 0 < span.line <= len(lines):
        return False
    start = lines[span.line - 1][: span.column + 1]
    return start.isspace() and start[-1] not in "\r\n" and len(start) > span.column


def _length_between(start: tuple[int, int], last: Span, line_length: int) -> int:
    """Characters from `start`, at the end of a line of this length, to the end of `last`, there or on the next line."""
    line, column = start
    return last.end_column - column if last.end_line == line else line_length - column + last.end_column
