"""How a failed check says where, what, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Sequence

from readlint.findings import Finding, Span


class CheckFailed(AssertionError):
    """One or more things that are not as they should be, each a paragraph for people."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n\n".join(problems))
        self.problems = tuple(problems)


def fail_if(problems: Sequence[str]) -> None:
    if problems:
        raise CheckFailed(problems)


def frame(lines: Sequence[str], span: Span) -> str:
    """The line where a region begins, with carets under it."""
    number = max(span.line, 1)
    text = lines[number - 1].rstrip("\r\n") if number <= len(lines) else ""
    end = span.end_column if span.end_line == number else len(text)
    # Tabs are kept before the carets, so that they stand below their text however wide a tab is shown.
    margin = "".join("\t" if char == "\t" else " " for char in text[: span.column])
    label = f"{number} | "
    blank = f"{' ' * len(str(number))} | "
    return f"{label}{text}\n{blank}{margin}{'^' * max(end - span.column, 1)}"


def shown(finding: Finding, lines: Sequence[str]) -> str:
    """A finding as people read it: its place in the source and its message."""
    return f"{frame(lines, finding.span)}\n{finding.rule} {finding.message}"


def near(path: str) -> str:
    """A path as people type it: seen from the current directory, where it is below."""
    below = os.path.relpath(path)
    return path if below.startswith("..") else below


def place(path: str, line: int, column: int | None = None) -> str:
    return f"{near(path)}:{line}" if column is None else f"{near(path)}:{line}:{column + 1}"
