"""Where statements begin and end in a file's lines: what a comment on one of them is about."""

from __future__ import annotations

import token
import tokenize
from functools import cached_property
from typing import NamedTuple

from readlint.files.kinds import COMMENTS_BEHIND_VALUES, PYTHON
from readlint.files.source import Source

_LAYOUT = frozenset({token.INDENT, token.DEDENT, token.NEWLINE, token.NL, token.COMMENT, token.ENDMARKER})
# f-strings come in parts since 3.12, t-strings since 3.14.
_OPENERS = frozenset(getattr(token, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(token, name))
_CLOSERS = frozenset(getattr(token, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(token, name))


class Lines(NamedTuple):
    """A logical line: the head of a compound statement, or simple statements, from first to last physical line."""

    first: int
    last: int


class Layout:
    """The logical lines of a file. Where it cannot be read as tokens, every line is one of its own."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.logical: list[Lines] = []
        self.decorators: set[int] = set()  # the first lines of logical lines that are decorators
        self.in_string: set[int] = set()  # lines whose end is inside a string
        self.code: set[int] = set()  # lines on which a token of code begins or ends
        try:
            {PYTHON: self._read, "sql": self._read_sql}.get(source.kind, self._read_text)()
        except (SyntaxError, tokenize.TokenError):
            self.logical = []

    def _read_text(self) -> None:
        """Of other files every line is one of its own, unless there is nothing but a comment on it."""
        for number, line in enumerate(self.source.lines, 1):
            comment = self.source.comments.get(number)
            if line[: comment.column if comment else None].strip():
                self.logical.append(Lines(number, number))
                self.code.add(number)

    def _read_sql(self) -> None:
        """A statement is a logical line."""
        from readlint.files.sql import Scan

        scan = Scan(self.source.text)
        line_of = self.source.position
        self.logical = [Lines(line_of(start)[0], line_of(end - 1)[0]) for start, end in scan.statements]
        self.code = {line for lines in self.logical for line in range(lines.first, lines.last + 1)}
        self.in_string = {line for start, end in scan.texts for line in range(line_of(start)[0], line_of(end - 1)[0])}

    def _read(self) -> None:
        # Line ends are made equal for the tokenizer; see `readlint.files.source.read_comments`.
        feed = (line.rstrip("\r\n") + "\n" for line in self.source.lines)
        first, opened = 0, []
        for item in tokenize.generate_tokens(lambda: next(feed, "")):
            start, end = item.start[0], item.end[0]
            if item.type == token.NEWLINE and first:
                self.logical.append(Lines(first, start))
                first = 0
            if item.type in _LAYOUT:
                continue
            if not first:
                first = start
                if item.string == "@":
                    self.decorators.add(start)
            self.code.update((start, end))
            if item.type in _OPENERS:
                opened.append(start)
            elif item.type in _CLOSERS:
                self.in_string.update(range(opened.pop(), end))
            elif item.type == token.STRING:
                self.in_string.update(range(start, end))

    @cached_property
    def _by_line(self) -> dict[int, Lines]:
        return {line: lines for lines in self.logical for line in range(lines.first, lines.last + 1)}

    def around(self, line: int) -> Lines:
        """The logical line that a line is part of."""
        return self._by_line.get(line, Lines(line, line))

    def below(self, line: int) -> Lines:
        """What a comment that stands alone on a line is about: the next statement's head and its decorators.

        Between brackets it is the next line with code.
        """
        if line in self._by_line:
            following = next((number for number in sorted(self.code) if number > line), line)
            return Lines(following, following)
        ahead = [lines for lines in self.logical if lines.first > line]
        if not ahead:
            return Lines(line, line)
        head = next((lines for lines in ahead if lines.first not in self.decorators), ahead[-1])
        return Lines(ahead[0].first, head.last)

    def takes_comment(self, line: int) -> bool:
        """Whether a comment at the end of a line is a comment."""
        text = self.source.lines[line - 1].rstrip("\r\n")
        if self.source.kind != PYTHON:
            return self.source.kind in COMMENTS_BEHIND_VALUES and line not in self.in_string
        return line not in self.in_string and not (text.endswith("\\") and line not in self.source.comments)
