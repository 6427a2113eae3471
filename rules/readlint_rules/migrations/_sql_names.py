"""Which tables one statement of SQL uses, and which of their columns, as far as that is beyond doubt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from readlint_rules.migrations._sql import Token, split

#: What stands for something put into a text: a letter that nobody writes, so that it becomes part of names around it.
HOLE = "\N{LATIN LETTER RETROFLEX CLICK}"
#: Words that are no names where they are not quoted.
_RESERVED = frozenset(
    "all and any as asc between both by case cast collate conflict cross current_date current_time "
    "current_timestamp default delete desc distinct do duplicate else end escape except exists false fetch filter "
    "for from full group having ilike in inner insert intersect interval into is join lateral leading left like "
    "limit natural not nothing null offset on only or order outer over partition returning right rows select set "
    "similar some table tablesample then to trailing true union unique update using values when where window with "
    "within".split()
)
_ARTICLES = frozenset("a an the one your".split())  # of prose that begins like a query
_ALIKE = frozenset("= < > ! ~ | like ilike".split())  # in some databases, what is in double quotes behind is a text


class _Reference(NamedTuple):
    """A table in a statement, known by its alias or else by its name; without a name it is not known which."""

    table: str
    alias: str
    end: int


class Statement:
    """One statement that reads or changes rows; of any other nothing is known."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self._owners = list(_owners(tokens))
        self._inside: set[int] = set()  # the tokens that name tables
        self._references = list(self._read_references()) if self._is_of_rows() else []
        self._made = set(self._read_made())

    @property
    def tables(self) -> set[str]:
        return {one.table for one in self._references} - {"", *self._made}

    def columns_of(self, table: str) -> Iterator[str]:
        # A query inside of another may use an alias anew.
        others = {one.alias for one in self._references if one.table != table}
        aliases = {one.alias for one in self._references if one.table == table} - others - self._made
        is_only = len(self._references) == 1 and not _is(self.tokens[0], "with") and not self._has_open_end()
        for number, token in enumerate(self.tokens):
            if number in self._inside or not _is_name(token) or self._word(number + 1) in ("(", "."):
                continue
            if self._word(number - 1) == ".":
                if self._word(number - 2) in aliases:
                    yield str(token)
            elif is_only and token not in self._made and self._is_column(number):
                yield str(token)

    def _word(self, number: int) -> str:
        return self.tokens[number] if 0 <= number < len(self.tokens) else ""

    def _read_made(self) -> Iterator[str]:
        """What the statement gives a name by itself: `count(*) AS x`, `(SELECT ...) x`, `WITH x AS (SELECT ...)`."""
        has_queries = bool(self.tokens) and _is(self.tokens[0], "with")
        for number, token in enumerate(self.tokens):
            if number not in self._inside and _is_name(token):
                is_behind = self._word(number - 1) in ("as", "with", "recursive", ")")
                if is_behind or (has_queries and self._word(number + 1) == "as"):
                    yield str(token)

    def _is_of_rows(self) -> bool:
        """Prose can begin with these words too."""
        first, second = self.tokens[0], self._word(1)
        if _is(first, "insert", "delete"):
            return second in ("into", "from")
        is_prose = second in _ARTICLES and any(map(_is_name, self.tokens[2:3]))
        return _is(first, "with", "update") or (_is(first, "select") and not is_prose)

    def _read_references(self) -> Iterator[_Reference]:
        for number, token in enumerate(self.tokens):
            if not self._names_table(number, token):
                continue
            found = self._reference(number + 1, is_target=token == "into")
            if token == "update" and not self._sets(found.end):
                return
            yield found
            while found.table and token == "from" and self._word(found.end) == ",":
                found = self._reference(found.end + 1, is_target=False)
                yield found

    def _names_table(self, number: int, token: Token) -> bool:
        """Whether a table follows: none does in `extract(day FROM x)`, `IS DISTINCT FROM x` and `FOR UPDATE`."""
        if _is(token, "update"):
            return number == 0
        if _is(token, "using"):
            return self._word(number + 1) != "("
        return _is(token, "from", "join", "into") and not self._owners[number] and self._word(number - 1) != "distinct"

    def _sets(self, number: int) -> bool:
        return self._word(number) == "set" and "=" in self.tokens[number + 2 : number + 5]

    def _reference(self, number: int, *, is_target: bool) -> _Reference:
        start = number = number + (self._word(number) == "only")
        parts: list[str] = []
        while number < len(self.tokens) and _is_name(self.tokens[number]) and HOLE not in self.tokens[number]:
            parts.append(self.tokens[number])
            number += 2 if self._word(number + 1) == "." else 1
            if self._word(number - 1) != ".":
                break
        is_known = parts and (is_target or self._word(number) != "(") and self._word(number - 1) != "."
        if not is_known:
            return _Reference("", "", number)
        alias = parts[-1]
        number += self._word(number) == "as"
        if number < len(self.tokens) and _is_name(self.tokens[number]) and HOLE not in self.tokens[number]:
            alias = self.tokens[number]
            number += 1
        self._inside.update(range(start, number))
        table = ".".join(parts[-2:] if parts[-2:-1] != ["public"] else parts[-1:])
        return _Reference(table if self._is_end(number) else "", alias, number)

    def _is_end(self, number: int) -> bool:
        """Whether a reference to a table may end here: in prose, any word follows."""
        token = self.tokens[number] if number < len(self.tokens) else None
        return token is None or not token.is_name or not _is_name(token) or HOLE in token

    def _has_open_end(self) -> bool:
        """Whether something is put in where another table may be joined."""
        put_in = (before for before, token in pairwise(self.tokens) if HOLE in token or token in ("%", "{"))
        return any(_is_name(before) or before == ")" for before in put_in)

    def _is_column(self, number: int) -> bool:
        """Whether a name without anything in front is that of a column: not an alias, a parameter or a type."""
        token, before = self.tokens[number], self._word(number - 1)
        if (
            HOLE in token
            or before in ("as", "fetch", "duplicate", "::", ":", "@", "$", "%", "?", "{", ")")
            or self._owners[number] == "%"
        ):
            return False
        if token.kind == "name" and (before in _ALIKE or self._owners[number] in ("in", "values")):
            return False
        previous = self.tokens[number - 1]
        return previous.kind not in ("number", "string") and not _is_name(previous)


def statements(text: str) -> Iterator[Statement]:
    return map(Statement, split(text))


def _is(token: Token, *words: str) -> bool:
    return token.kind == "word" and token in words


def _is_name(token: Token) -> bool:
    return token.kind == "name" or (token.kind == "word" and token not in _RESERVED)


def _owners(tokens: list[Token]) -> Iterator[str]:
    """For each token what stands before the parentheses that it is in; nothing in a query of its own."""
    stack: list[str] = []
    for number, token in enumerate(tokens):
        if token == ")" and token.kind == "symbol" and stack:
            stack.pop()
        yield stack[-1] if stack else ""
        if token == "(" and token.kind == "symbol":
            is_query = number + 1 < len(tokens) and _is(tokens[number + 1], "select")
            stack.append("" if is_query or not number else tokens[number - 1])
