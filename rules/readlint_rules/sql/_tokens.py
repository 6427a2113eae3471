"""SQL as tokens, as far as the dialects differ in what is a literal, a name or a comment.

A reader of its own: to import a parser of SQL takes as long as to lint thirty files, and whoever works with data has
pinned the version of one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

#: What stands for a hole in the text that is taken apart: a name in every dialect.
_MARK = "rlhole"


def mark(number: int) -> str:
    return f"{_MARK}{number}x"


class Token(NamedTuple):
    """`kind`: word, name (in quotes), string, body (between `$$`), number, placeholder, symbol.

    `text` is in capitals for words, and as written for all others: no literal is taken for a word of SQL.
    """

    kind: str
    text: str
    start: int
    end: int  # behind it
    holes: tuple[int, ...] = ()
    raw: str = ""


class NoTokens(Exception):
    """The text is not SQL, or not all of it."""


def tokens(text: str, dialect: str) -> list[Token]:
    """The tokens of a query in which `mark(n)` stands for hole n."""
    made: list[Token] = []
    for match in _pattern(dialect or ("mysql" if "`" in text else "postgres")).finditer(text):
        kind, raw = match.lastgroup or "", match[0]
        if kind == "broken":
            raise NoTokens
        if kind != "skip":
            shown = " ".join(raw.split()).upper() if kind == "word" else raw
            made.append(Token(kind, shown, match.start(), match.end(), _holes(raw), raw))
    return made


def _holes(raw: str) -> tuple[int, ...]:
    parts = raw.split(_MARK)[1:]
    return tuple(int(part.partition("x")[0]) for part in parts)


_NOTHING = "(?!)"


class _Dialect(NamedTuple):
    """What of a dialect decides where its tokens end."""

    strings: str = "'"  # the quotes of literals
    names: str = '"'  # and of names; `[` ends with `]`
    escapes: bool = False  # whether a backslash in a literal takes the quote behind it
    comments: str = "--"
    bodies: str = _NOTHING
    literals: str = _NOTHING  # more of them
    words: str = r"[^\W\d][\w$]*"


_DOLLARS = r"\$(?P<tag>\w*)\$.*?\$(?P=tag)\$"
_OWN_QUOTES = r"n?q'(?:\[.*?\]|\{.*?\}|\(.*?\)|<.*?>|(?P<quote>[^\s\[{(<]).*?(?P=quote))'"
_DIALECTS = {
    "bigquery": _Dialect("'\"", "`", escapes=True, comments="--|#"),
    "duckdb": _Dialect(bodies=_DOLLARS),
    "mysql": _Dialect("'\"", "`", escapes=True, comments="--|#"),
    "oracle": _Dialect(literals=_OWN_QUOTES, words=r"[^\W\d][\w$#@]*"),
    "postgres": _Dialect(bodies=_DOLLARS),
    "snowflake": _Dialect(escapes=True, comments="--|//", bodies=_DOLLARS),
    "sqlite": _Dialect(names='"`['),
    "tsql": _Dialect(names='"[', words=r"(?:[^\W\d]|#+(?=\w))[\w$#@]*"),
}
#: Words that mean something only together.
_PAIRS = (
    r"(?:order|group|partition|cluster|distribute|sort)\s+by|(?:primary|foreign)\s+key|similar\s+to|double\s+precision"
)
#: Those of more than one character, the longest first.
_SYMBOLS = "->> #>> <=> !~* ~~* :: -> => #> <= >= <> != == || && @> <@ @@ ~* !~ ~~ << >> := **"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    dialect = _DIALECTS[name]
    strings = "|".join(_quoted(quote, dialect.escapes) for quote in dialect.strings)
    escaped = _quoted("'", escapes=True)
    kinds = {
        "skip": rf"\s+|(?:{dialect.comments})[^\n]*|/\*.*?(?:\*/|\Z)",
        "body": dialect.bodies,
        "string": rf"e{escaped}|[bnrx]?(?:{strings})|{dialect.literals}",
        "name": "|".join(map(_quoted, dialect.names)),
        "broken": f"[{re.escape(dialect.strings + dialect.names)}]",
        "word": rf"\b(?:{_PAIRS})\b|{dialect.words}",
        "number": r"\d+(?:\.\d*)?(?:e[-+]?\d+)?|(?<![\w).])\.\d+",
        "placeholder": r"\?",
        "symbol": "|".join(map(re.escape, _SYMBOLS.split())) + "|.",
    }
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()), re.DOTALL | re.IGNORECASE)


def _quoted(quote: str, escapes: bool = False) -> str:
    """A quote within stands for itself when it is doubled."""
    if quote == "[":
        return r"\[[^\]]*\]"
    backslash = r"\\." if escapes else r"\\"
    return rf"{quote}(?:[^{quote}\\]|{quote}{quote}|{backslash})*{quote}"
