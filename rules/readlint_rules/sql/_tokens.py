"""SQL as tokens, by sqlglot's tokenizers. Importing sqlglot takes 0.2 s: only this module does, and only when asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlglot.tokens import Tokenizer

#: What stands for a hole in the text that is taken apart: a name in every dialect.
_MARK = "rlhole"


def mark(number: int) -> str:
    return f"{_MARK}{number}x"


class Token(NamedTuple):
    """`kind`: word, name (in quotes), string, body (between `$$`), number, placeholder, symbol.

    `text` is in capitals for words.
    """

    kind: str
    text: str
    start: int
    end: int  # behind it
    holes: tuple[int, ...] = ()
    raw: str = ""


_KINDS = {"IDENTIFIER": "name", "NUMBER": "number", "PLACEHOLDER": "placeholder", "HEREDOC_STRING": "body"}


class NoTokens(Exception):
    """The text is not SQL, or not all of it."""


def tokens(text: str, dialect: str) -> list[Token]:
    """The tokens of a query in which `mark(n)` stands for hole n."""
    from sqlglot.errors import SqlglotError

    try:
        found = _tokenizer(dialect or ("mysql" if "`" in text else "postgres")).tokenize(text)
    except (SqlglotError, ValueError):
        raise NoTokens from None
    made: list[Token] = []
    for token in found:
        raw = text[token.start : token.end + 1]
        kind = _kind(token.token_type.name, raw)
        shown = " ".join(raw.split()).upper() if kind == "word" else token.text
        made.append(Token(kind, shown, token.start, token.end + 1, _holes(raw), raw))
    return made


def _kind(token_type: str, raw: str) -> str:
    if token_type in _KINDS:
        return _KINDS[token_type]
    if token_type.endswith("STRING"):
        return "string"
    return "word" if raw[:1].isalpha() or raw[:1] == "_" else "symbol"


def _holes(raw: str) -> tuple[int, ...]:
    parts = raw.split(_MARK)[1:]
    return tuple(int(part.partition("x")[0]) for part in parts)


@cache
def _tokenizer(dialect: str) -> Tokenizer:
    from sqlglot.dialects.dialect import Dialect

    base: type[Tokenizer] = Dialect.get_or_raise(dialect).tokenizer_class
    # A command such as CALL is no single token: what is put into it is looked at too.
    made: type[Tokenizer] = type("Plain", (base,), {"COMMANDS": set()})
    return made()
