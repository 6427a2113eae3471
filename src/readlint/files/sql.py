"""What of SQL is a comment, and where its statements begin and end."""

from __future__ import annotations

import re

from readlint.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is not closed reaches to the end, as it does for the server.
_PART = regex(
    r"""(?P<comment>--[^\r\n]*)
    |(?P<block>/\*.*?(?:\*/|\Z))
    |(?P<body>(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z))
    |(?P<escaped>\b[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z))
    |(?P<string>'[^']*(?:'|\Z)|"[^"]*(?:"|\Z)|`[^`]*(?:`|\Z))
    |(?P<end>;)
    |(?P<code>[^\s;'"`$/eE-]+|\S)""",
    re.VERBOSE | re.DOTALL,
)
#: A comment may hold several remarks, each behind its own mark.
_REMARK = regex(r"(?:^|(?<=\s))--(?=\s*[\w-]+\s*:)")


class Scan:
    """The parts of a text, as offsets."""

    def __init__(self, text: str) -> None:
        self.comments: list[tuple[int, int]] = []  # to the end of their lines
        self.statements: list[tuple[int, int]] = []  # with their semicolons
        self.texts: list[tuple[int, int]] = []  # strings, bodies of functions, comments of several lines
        start = -1
        end = 0
        for match in _PART.finditer(text):
            kind = match.lastgroup
            if kind == "tag":
                kind = "body"
            if kind == "comment":
                self.comments.append(match.span())
                continue
            if kind in ("block", "body", "escaped", "string"):
                self.texts.append(match.span())
            if kind == "block":
                continue
            start = match.start() if start < 0 else start
            end = match.end()
            if kind == "end":
                self.statements.append((start, end))
                start = -1
        if start >= 0:
            self.statements.append((start, end))


def comments_of(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of those that end with their line. `--` is `# ` in the text: see `readlint.files.kinds`."""
    text = "".join(lines)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    number = 0
    for start, end in Scan(text).comments:
        while starts[number + 1] <= start:
            number += 1
        yield number + 1, start - starts[number], _REMARK.sub("# ", f"# {text[start + 2 : end]}")
