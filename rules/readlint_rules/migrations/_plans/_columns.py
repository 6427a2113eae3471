"""A column as SQL describes it, in the parts that a plan takes apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from readlint_rules.migrations._sql import Token


class Attribute(NamedTuple):
    """`NOT NULL`, `DEFAULT 5`, `CONSTRAINT positive CHECK (total > 0)`."""

    kind: str  # its first word, that behind the name of a constraint
    name: str  # of a constraint, as written
    clause: str  # without that name
    text: str


#: What begins an attribute, where it is no part of the one before.
_STARTS = frozenset("not null default unique primary references check generated collate constraint".split())
#: `ON DELETE SET NULL`, `NOT NULL`, `DEFAULT NULL`.
_GOES_ON = ("set", "not", "default")
_NO_START = ("deferrable", "distinct")  # behind `not`


def described(tokens: Sequence[Token], sql: str) -> tuple[str, list[Attribute]]:
    """The name and the type of a column, and its attributes. `tokens` begin with the name."""
    first, *more = _parted(tokens)
    return sql[first[0].start : first[-1].end], [_attribute(part, sql) for part in more]


def _parted(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part = [tokens[0]]
    depth = 0
    for token, after in pairwise([*tokens[1:], None]):
        assert token is not None
        if not depth and _begins(token, after, part):
            yield part
            part = []
        part.append(token)
        depth += {"(": 1, ")": -1}.get(token, 0) if token.kind == "symbol" else 0
    yield part


def _begins(token: Token, after: Token | None, part: list[Token]) -> bool:
    if token.kind != "word" or token not in _STARTS:
        return False
    if part[-1].kind == "word" and part[-1] in _GOES_ON:
        return False
    return not (part[0] == "constraint" and len(part) == 2) and not (token == "not" and after in _NO_START)


def _attribute(part: list[Token], sql: str) -> Attribute:
    name, end = "", part[-1].end
    text = sql[part[0].start : end]
    if part[0] == "constraint":
        name, part = sql[part[1].start : part[1].end], part[2:]
    return Attribute(str(part[0]), name, sql[part[0].start : end], text)
