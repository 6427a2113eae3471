"""On which line of a TOML file a key or a list's item stands.

`tomllib` keeps no positions. This scan runs only for an error, over text that `tomllib` has accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readlint.regex import regex
from readlint.settings.documents import parse

Path = tuple["str | int", ...]

_TOKEN = regex(
    r'''(?P<skip>[ \t\r]+|\#[^\n]*)
      | (?P<newline>\n)
      | (?P<text>"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
      | (?P<mark>[\[\]{}=,.])
      | (?P<bare>[^\s\[\]{}=,."'\#]+)''',
    re.VERBOSE | re.DOTALL,
)


class _Tokens:
    """The tokens of a text, one ahead, with the line each starts on."""

    def __init__(self, text: str) -> None:
        self._rest = self._scan(text)
        self.line = 1
        self.kind = self.text = ""
        self.advance()

    def _scan(self, text: str) -> Iterator[tuple[str, str, int]]:
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "skip":
                yield match.lastgroup or "", match[0], line
            line += match[0].count("\n")
        yield "end", "", line

    def advance(self) -> None:
        self.kind, self.text, self.line = next(self._rest, ("end", "", self.line))

    def accept(self, *texts: str) -> bool:
        found = self.kind in ("mark", "newline") and self.text in texts
        if found:
            self.advance()
        return found


def line_of(text: str, path: Path) -> int | None:
    """The line of `path`, or of the longest beginning of it that the text holds."""
    places = positions(text)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


def positions(text: str) -> dict[Path, int]:
    """The line of every key, and of every item of a list, by its way down from the top."""
    places: dict[Path, int] = {}
    tokens = _Tokens(text)
    table: Path = ()
    while tokens.kind != "end":
        if tokens.accept("\n"):
            continue
        if tokens.accept("["):
            table = _header(tokens, places)
        else:
            _pair(tokens, table, places)
    return places


def _header(tokens: _Tokens, places: dict[Path, int]) -> Path:
    """`[a.b]` or `[[a.b]]`; no setting is a list of tables, so the second is not counted."""
    tokens.accept("[")
    table = _key(tokens, (), places)
    while tokens.accept("]"):
        pass
    return table


def _pair(tokens: _Tokens, table: Path, places: dict[Path, int]) -> None:
    path = _key(tokens, table, places)
    tokens.accept("=")
    _value(tokens, path, places)


def _key(tokens: _Tokens, table: Path, places: dict[Path, int]) -> Path:
    """A dotted key. Each of its parts gets a place, the first time it comes up."""
    path = table
    while True:
        path = (*path, _unquoted(tokens.text))
        places.setdefault(path, tokens.line)
        tokens.advance()
        if not tokens.accept("."):
            return path


def _unquoted(text: str) -> str:
    """A key as the parser has it, which knows all the escapes."""
    return str(next(iter(parse(f"{text} = 0")))) if text.startswith(("'", '"')) else text


def _value(tokens: _Tokens, path: Path, places: dict[Path, int]) -> None:
    if tokens.accept("["):
        _list(tokens, path, places)
    elif tokens.accept("{"):
        _inline_table(tokens, path, places)
    else:
        # A number or a date may be several tokens: 1.5.
        while tokens.kind in ("bare", "text") or tokens.text == ".":
            tokens.advance()


def _list(tokens: _Tokens, path: Path, places: dict[Path, int]) -> None:
    index = 0
    while tokens.kind != "end" and not tokens.accept("]"):
        if tokens.accept("\n"):
            continue
        if tokens.accept(","):
            index += 1
            continue
        item = (*path, index)
        places[item] = tokens.line
        _value(tokens, item, places)


def _inline_table(tokens: _Tokens, path: Path, places: dict[Path, int]) -> None:
    while tokens.kind != "end" and not tokens.accept("}"):
        if not tokens.accept(",", "\n"):
            _pair(tokens, path, places)
