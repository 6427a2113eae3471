"""What the grammar of SQL wants in a hole, by the tokens around it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from readlint.api import last_name, regex
from readlint_rules.sql._drivers import Driver
from readlint_rules.sql._model import Hole, Position, Skeleton
from readlint_rules.sql._sentence import Sentence
from readlint_rules.sql._tokens import NoTokens, Token, mark, tokens
from readlint_rules.sql._words import (
    AGGREGATES,
    ARITHMETIC,
    BEFORE_CONDITIONS,
    BEFORE_NAMES,
    BEFORE_VALUES,
    COMPARING,
    ENDS,
    OF_NAMES,
    UTILITY,
)


class Placed(NamedTuple):
    position: Position
    context: str = ""
    prefix: str = ""
    suffix: str = ""


#: What is called like this is meant to name something, where the grammar would take a value as well.
_NAMING = regex(
    r"(?i)(?:^|_|\b)(?:alias|attr|attribute|clause|col|colname|cols|column|columns|cond|condition|db_column|expr|"
    r"expression|field|fieldname|fields|ident|identifier|qn|schema|select|sql|subquery|table|tablename|tbl|where)"
    r"(?:$|_|\b|\d)"
)


def place(skeleton: Skeleton, driver: Driver | None) -> dict[int, Placed]:
    """The position of each hole, by its number among the pieces; empty where its text cannot be taken apart."""
    if len(skeleton.pieces) == 1:
        return {0: Placed(Position.FRAGMENT)}  # all of it, which needs no tokens
    text = "".join(mark(n) if isinstance(piece, Hole) else piece.text for n, piece in enumerate(skeleton.pieces))
    try:
        found = tokens(text, driver.dialect if driver else "")
    except NoTokens:
        return {}
    return _Grammar(found, skeleton, driver).all()


class _Grammar(Sentence):
    def __init__(self, found: list[Token], skeleton: Skeleton, driver: Driver | None) -> None:
        super().__init__(found, skeleton)
        self.driver = driver

    def all(self) -> dict[int, Placed]:
        placed: dict[int, Placed] = {}
        for index, token in enumerate(self.tokens):
            for number in token.holes:
                hole = self.skeleton.pieces[number]
                assert isinstance(hole, Hole)
                placed[number] = self.of(index, number, hole)
        return placed

    def of(self, index: int, number: int, hole: Hole) -> Placed:
        token = self.tokens[index]
        before, _, after = token.raw.partition(mark(number))
        if token.kind == "string":
            return self.quoted(index, before[1:], after[:-1])
        if token.kind == "body":
            is_alone = not before.strip("$") and not after.strip("$")
            return self.bound(index, Placed(Position.QUOTED, "$$")) if is_alone else Placed(Position.FRAGMENT, "$$")
        if token.kind == "name":
            return Placed(Position.IDENTIFIER, "quoted", before[1:], after[:-1])
        if before or after:
            return Placed(Position.IDENTIFIER, "part", before, after)
        placed = self.bare(index, hole)
        return placed if placed.position is not Position.VALUE else self.bound(index, placed)

    # Values

    def quoted(self, index: int, prefix: str, suffix: str) -> Placed:
        """Inside of a literal."""
        before, owner = self.word(index - 1), self.word(self.openers[index] - 1) if self.openers[index] > 0 else ""
        is_name = owner in OF_NAMES or (owner and self.statement(index) == "PRAGMA")  # `PRAGMA table_info('users')`
        if is_name or (self.word(index + 1) == "::" and self.word(index + 2) in ("REGCLASS", "REGTYPE")):
            return Placed(Position.IDENTIFIER, owner, prefix, suffix)
        placed = Placed(
            Position.QUOTED, before if before in ("LIKE", "ILIKE", "INTERVAL", "IN") else "", prefix, suffix
        )
        if before == "AS" or (
            before in ("FROM", "JOIN", "INTO", "UPDATE", "TABLE") and self.statement(index) != "COPY"
        ):
            return placed._replace(position=Position.IDENTIFIER)  # MySQL and SQLite take names in such quotes
        return self.bound(index, placed)

    def bound(self, index: int, placed: Placed) -> Placed:
        """A value, unless nothing can be bound in such a statement."""
        first = self.statement(index)
        is_bare = placed.position is Position.VALUE
        is_bound = first == "SET" or not (is_bare or first == "COPY")
        if self.driver is not None and self.driver.binds_on_client and is_bound:
            return placed._replace(context=first) if first == "SET" else placed
        if first == "SET" or (first == "PRAGMA" and "=" in (self.word(index - 1), self.word(index - 2))):
            return placed._replace(position=Position.UNBINDABLE, context=first)
        if first in UTILITY and not self.in_query(index):
            kind = first if first in ("NOTIFY", "KILL") else "DDL"
            return placed._replace(position=Position.UNBINDABLE, context=f"{kind} option" if is_bare else kind)
        server = self.driver is not None and self.driver.name in ("psycopg", "asyncpg")
        if server and self.word(index - 1) in ("INTERVAL", "IS"):
            return placed._replace(position=Position.UNBINDABLE, context=self.word(index - 1))
        return placed

    def in_query(self, index: int) -> bool:
        """`CREATE TABLE t AS SELECT ... WHERE x = 1`"""
        return any(self.is_word(number, "SELECT") for number in range(index)) and self.driver is None

    # Bare holes

    def bare(self, index: int, hole: Hole) -> Placed:
        before, after = self.word(index - 1), self.word(index + 1)
        is_call = (
            after == "(" and before not in ("IN", "VALUES") and self.tokens[index + 1].start == self.tokens[index].end
        )
        if before == "." or after == "." or is_call or before == "::" or (before == "[" and after == "]"):
            return Placed(Position.IDENTIFIER, before)
        if index == 0:
            return Placed(Position.FRAGMENT)
        if before == "IN" and self.statement(index) == "SHOW":
            return Placed(Position.IDENTIFIER, "SHOW")
        if before == "IN" or (before == "(" and self.word(index - 2) == "IN"):
            return Placed(Position.LIST if self.is_alone(index) or before == "IN" else Position.VALUE, "IN")
        if before in ("VALUES", "VALUE"):
            is_list = hole.many or prints_tuple(hole.node)
            return Placed(Position.LIST if is_list else Position.FRAGMENT, "VALUES")
        if before in ("(", ","):
            return self.listed(index, hole)
        if before in COMPARING or before in ARITHMETIC or before in BEFORE_VALUES or before in ("IS", "DEFAULT"):
            return self.operand(index, hole)
        if before == "AND" and self.is_between(index):
            return Placed(Position.VALUE, "BETWEEN")
        if before in BEFORE_CONDITIONS:
            return self.condition(index)
        return self.other(index, hole)

    def is_alone(self, index: int) -> bool:
        return self.word(index - 1) in ("(", "") and self.word(index + 1) in (")", "")

    def operand(self, index: int, hole: Hole) -> Placed:
        before = self.word(index - 1)
        if before == "*" and self.word(index - 2) in ("SELECT", "DISTINCT", ","):
            return Placed(Position.FRAGMENT, "SELECT")
        if before == "MOD" or (before == "-" and self.word(index - 2) in ("", ";")):
            return Placed(Position.FRAGMENT)
        if before in COMPARING and self.is_value(index - 2) and self.word(index - 3) not in COMPARING:
            return Placed(Position.IDENTIFIER, before)  # `5 <= {name}`, and not `data ->> 'name' = {name}`
        if _names(hole) and before not in BEFORE_VALUES:
            return Placed(Position.IDENTIFIER, before)
        return Placed(Position.VALUE, before)

    def condition(self, index: int) -> Placed:
        """After WHERE, AND, ON: a name with an operator behind it, else a condition."""
        after = self.word(index + 1)
        if after in COMPARING or after in ("IN", "IS", "NOT", "BETWEEN") or after in ARITHMETIC:
            return Placed(Position.IDENTIFIER, self.word(index - 1))
        first = self.statement(index)
        if self.word(index - 1) == "ON" and first in ("CREATE", "DROP", "GRANT", "REVOKE", "COMMENT", "ALTER"):
            return Placed(Position.IDENTIFIER, "ON")
        if self.word(index - 1) == "ON" and after == "(":
            return Placed(Position.IDENTIFIER, "ON")
        return Placed(Position.FRAGMENT, self.word(index - 1))

    def listed(self, index: int, hole: Hole) -> Placed:
        """In parentheses, or after a comma."""
        opener = self.openers[index]
        if opener < 0:
            return self.after_comma(index, hole)
        owner = self.word(opener - 1)
        if owner == "IN":
            return Placed(Position.LIST if self.is_alone(index) else Position.VALUE, "IN")
        if self.in_values(opener):
            if self.is_alone(index):
                return Placed(Position.LIST if hole.many else Position.FRAGMENT, "VALUES")
            return Placed(Position.VALUE, "VALUES")
        if self.word(index - 1) == "(" and self.is_word(
            opener - 1, *BEFORE_CONDITIONS, "(", "AS", "EXISTS", "FROM", ""
        ):
            return self.condition(index) if self.word(index + 1) in COMPARING else Placed(Position.FRAGMENT, owner)
        if self.statement(index) in ("CREATE", "ALTER", "PRAGMA", "COPY") or self.is_column_list(opener):
            return Placed(Position.IDENTIFIER, owner)
        if owner in AGGREGATES or _names(hole) or hole.many:
            return Placed(Position.IDENTIFIER, owner)
        if self.tokens[opener - 1].kind != "word":
            return Placed(Position.FRAGMENT, owner)
        return Placed(Position.VALUE, f"{owner}()")

    def after_comma(self, index: int, hole: Hole) -> Placed:
        """Outside of all parentheses: in the list of whatever clause it is."""
        clause = self.clause(index)
        if clause in ("LIMIT", "OFFSET", "EXEC", "EXECUTE", "NOTIFY"):
            return Placed(Position.VALUE, clause)
        if clause == "SET" and self.word(index + 1) != "=":
            return Placed(Position.FRAGMENT, "SET")
        if clause in ("WHERE", "HAVING"):
            return Placed(Position.FRAGMENT, clause)
        return Placed(Position.IDENTIFIER, clause)

    def other(self, index: int, hole: Hole) -> Placed:
        before, after = self.word(index - 1), self.word(index + 1)
        previous = self.tokens[index - 1]
        if before == "SET":
            return Placed(Position.IDENTIFIER if after in ("=", "TO", ".") else Position.FRAGMENT, "SET")
        if before in ("EXISTS", "TO") and self.statement(index) in (*UTILITY, "SET"):
            return self.of_utility(index)
        if before in BEFORE_NAMES and previous.kind == "word":
            # `FROM {a} {b}` is a table and something more; `SELECT {columns}` a list of names
            return Placed(Position.IDENTIFIER, before)
        if before in ("PASSWORD", "IDENTIFIED BY") or (before == "BY" and self.word(index - 2) == "IDENTIFIED"):
            return Placed(Position.VALUE, before)
        if self.is_direction(index) or self.is_operator(index):
            return Placed(Position.KEYWORD, before)
        if after in ("JOIN", "INDEX", "TABLE", "VIEW") and previous.kind in ("word", "name"):
            return Placed(Position.KEYWORD, after)
        if before in ("KILL", "CONNECTION") or (self.word(index - 2) == "EXEC" and self.statement(index) == "EXEC"):
            return Placed(Position.VALUE, self.statement(index))
        return Placed(Position.FRAGMENT, before)

    def of_utility(self, index: int) -> Placed:
        """`DROP TABLE IF EXISTS {t}`, `GRANT x TO {user}`, `SET timezone TO {zone}`"""
        if self.statement(index) != "SET" or self.word(index - 1) == "EXISTS":
            return Placed(Position.IDENTIFIER, self.word(index - 1))
        is_name = any(self.is_word(number, "SEARCH_PATH", "ROLE", "SCHEMA") for number in range(index))
        return Placed(Position.IDENTIFIER, "SET") if is_name else Placed(Position.VALUE, "SET")

    def is_direction(self, index: int) -> bool:
        """`ORDER BY name {direction}`"""
        if self.clause(index) != "ORDER BY" or self.word(index + 1) not in (
            *("", ",", "LIMIT", "OFFSET", "NULLS", ";", ")", "FETCH"),
        ):
            return False
        previous = self.tokens[index - 1]
        return previous.kind in ("word", "name", "number") or previous.text == ")"

    def is_operator(self, index: int) -> bool:
        """`WHERE name {operator} 5`"""
        if self.clause(index) not in ("WHERE", "HAVING", "ON") or index + 1 >= len(self.tokens):
            return False
        following = self.tokens[index + 1]
        is_value = following.kind in ("string", "number", "placeholder") or following.text in ("%", ":", "$", "@", "(")
        is_value = is_value or bool(following.holes) or (following.kind == "name")
        return is_value and self.tokens[index - 1].kind in ("word", "name") and self.word(index - 1) not in ENDS


def prints_tuple(node: ast.expr) -> bool:
    """`VALUES {tuple(row)}`: the text that Python has for a tuple, which is nearly SQL."""
    if isinstance(node, ast.Call) and last_name(node.func) == "str" and len(node.args) == 1:
        return prints_tuple(node.args[0])
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tuple"


def _names(hole: Hole) -> bool:
    return _NAMING.search(ast.unparse(hole.node).rsplit("(", 1)[-1]) is not None
