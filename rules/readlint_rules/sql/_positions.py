"""What the grammar of SQL wants in a hole, by the tokens around it."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from readlint_rules.sql._drivers import Driver
from readlint_rules.sql._model import Hole, Position, Skeleton
from readlint_rules.sql._tokens import NoTokens, Token, mark, tokens


class Placed(NamedTuple):
    position: Position
    context: str = ""
    prefix: str = ""
    suffix: str = ""


_COMPARING = frozenset(
    "= == < > <= >= <> != <=> LIKE ILIKE RLIKE REGEXP GLOB MATCH ~ ~* !~ !~* @> <@ -> ->> #> #>> @@ && ESCAPE".split()
) | {"SIMILAR TO"}
_ARITHMETIC = frozenset({"+", "-", "*", "/", "||", "%", "DIV", "MOD", "&", "|", "^", "<<", ">>"})
_BEFORE_VALUES = frozenset({"LIMIT", "OFFSET", "TOP", "THEN", "ELSE", "BETWEEN", "INTERVAL", "FIRST", "NEXT", "FETCH"})
_BEFORE_NAMES = frozenset(
    "FROM JOIN INTO UPDATE TABLE VIEW INDEX DATABASE SCHEMA COLUMN CONSTRAINT SEQUENCE TRIGGER FUNCTION PROCEDURE ROLE "
    "USER TYPE EXTENSION SELECT DISTINCT ALL BY USE DESCRIBE DESC TRUNCATE REFERENCES AS PRAGMA CALL EXEC EXECUTE "
    "LISTEN UNLISTEN NOTIFY SAVEPOINT RENAME USING ONLY COLLATE ADD DROP RETURNING PARTITION CHARACTER ENGINE OWNER "
    "CASCADE LATERAL WINDOW OVER ANALYZE VACUUM REINDEX POLICY DOMAIN PUBLICATION SUBSCRIPTION SERVER TABLESPACE "
    "LANGUAGE KEY STAGE WAREHOUSE COPY".split()
) | {"ORDER BY", "GROUP BY", "PARTITION BY", "CLUSTER BY", "DISTRIBUTE BY", "SORT BY", "NATURAL JOIN", "RETURNING"}
_BEFORE_CONDITIONS = frozenset({"WHERE", "AND", "OR", "NOT", "ON", "HAVING", "WHEN", "QUALIFY", "FILTER", "IF"})
_ENDS = frozenset(
    "AND OR WHERE ORDER GROUP HAVING LIMIT OFFSET UNION EXCEPT INTERSECT ON SET VALUES RETURNING FROM JOIN LEFT RIGHT "
    "INNER CROSS FULL USING AS THEN ELSE END WHEN BETWEEN IN IS LIKE ILIKE NOT FOR WINDOW".split()
) | {"ORDER BY", "GROUP BY"}
_CLAUSES = frozenset({"SELECT", "FROM", "WHERE", "SET", "VALUES", "ON", "HAVING", "ORDER BY", "GROUP BY", "LIMIT"})
#: Statements that no server binds parameters in; drivers that bind on the client can.
_UTILITY = frozenset(
    "CREATE ALTER DROP GRANT REVOKE COMMENT NOTIFY LISTEN UNLISTEN SHOW COPY TRUNCATE VACUUM ANALYZE KILL LOCK USE "
    "RENAME REINDEX REFRESH CLUSTER PREPARE DEALLOCATE DISCARD LOAD UNLOAD FLUSH OPTIMIZE REASSIGN SECURITY".split()
)
#: Functions of columns more than of values.
_AGGREGATES = frozenset(
    "COUNT SUM MIN MAX AVG ARRAY_AGG STRING_AGG GROUP_CONCAT JSON_AGG JSONB_AGG STDDEV VARIANCE MEDIAN FIRST LAST "
    "TOTAL FIRST_VALUE LAST_VALUE LAG LEAD RANK DENSE_RANK NTILE APPROX_COUNT_DISTINCT PERCENTILE_CONT TABLE_INFO "
    "INDEX_LIST INDEX_INFO FOREIGN_KEY_LIST".split()
)
#: Functions whose argument is a name, in quotes: regclass in PostgreSQL, `OBJECT_ID` in SQL Server.
_OF_NAMES = frozenset(
    "NEXTVAL CURRVAL SETVAL TO_REGCLASS PG_RELATION_SIZE PG_TOTAL_RELATION_SIZE PG_INDEXES_SIZE PG_TABLE_SIZE "
    "PG_GET_SERIAL_SEQUENCE OBJECT_ID SP_RENAME ADDGEOMETRYCOLUMN RECOVERGEOMETRYCOLUMN HAS_TABLE_PRIVILEGE".split()
)
#: What is called like this is meant to name something, where the grammar would take a value as well.
_NAMING = re.compile(
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


class _Grammar:
    def __init__(self, found: list[Token], skeleton: Skeleton, driver: Driver | None) -> None:
        self.tokens = found
        self.skeleton = skeleton
        self.driver = driver
        self.openers = _openers(found)

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

    # Small helpers

    def word(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def statement(self, index: int) -> str:
        """The first word of the statement that a token belongs to."""
        while index > 0 and self.word(index - 1) != ";":
            index -= 1
        return self.word(index)

    def is_word(self, index: int, *words: str) -> bool:
        return self.word(index) in words and self.tokens[index].kind in ("word", "symbol")

    # Values

    def quoted(self, index: int, prefix: str, suffix: str) -> Placed:
        """Inside of a literal."""
        before, owner = self.word(index - 1), self.word(self.openers[index] - 1) if self.openers[index] > 0 else ""
        if owner in _OF_NAMES or (self.word(index + 1) == "::" and self.word(index + 2) in ("REGCLASS", "REGTYPE")):
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
        if first in _UTILITY and not self.in_query(index):
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
            return Placed(Position.LIST if hole.many else Position.FRAGMENT, "VALUES")
        if before in ("(", ","):
            return self.listed(index, hole)
        if before in _COMPARING or before in _ARITHMETIC or before in _BEFORE_VALUES or before in ("IS", "DEFAULT"):
            return self.operand(index, hole)
        if before == "AND" and self.is_between(index):
            return Placed(Position.VALUE, "BETWEEN")
        if before in _BEFORE_CONDITIONS:
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
        if before in _COMPARING and self.is_value(index - 2):
            return Placed(Position.IDENTIFIER, before)  # `5 <= {name}`
        if _names(hole) and before not in _BEFORE_VALUES:
            return Placed(Position.IDENTIFIER, before)
        return Placed(Position.VALUE, before)

    def is_value(self, index: int) -> bool:
        """A literal, a placeholder or a number that is put in."""
        token = self.tokens[index] if index >= 0 else None
        if token is None or token.kind in ("number", "string", "placeholder"):
            return token is not None
        holes = [self.skeleton.pieces[number] for number in token.holes]
        return bool(holes) and all(isinstance(hole, Hole) and hole.spec.endswith("d") for hole in holes)

    def is_between(self, index: int) -> bool:
        depth = 0
        for number in range(index - 2, -1, -1):
            word = self.word(number)
            depth += (word == ")") - (word == "(")
            if depth < 0 or word in ("AND", "OR", "WHERE"):
                return False
            if word == "BETWEEN" and not depth:
                return True
        return False

    def condition(self, index: int) -> Placed:
        """After WHERE, AND, ON: a name with an operator behind it, else a condition."""
        after = self.word(index + 1)
        if after in _COMPARING or after in ("IN", "IS", "NOT", "BETWEEN") or after in _ARITHMETIC:
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
            opener - 1, *_BEFORE_CONDITIONS, "(", "AS", "EXISTS", "FROM", ""
        ):
            return self.condition(index) if self.word(index + 1) in _COMPARING else Placed(Position.FRAGMENT, owner)
        if self.statement(index) in ("CREATE", "ALTER", "PRAGMA", "COPY") or self.is_column_list(opener):
            return Placed(Position.IDENTIFIER, owner)
        if owner in _AGGREGATES or _names(hole) or hole.many:
            return Placed(Position.IDENTIFIER, owner)
        if self.tokens[opener - 1].kind != "word":
            return Placed(Position.FRAGMENT, owner)
        return Placed(Position.VALUE, f"{owner}()")

    def in_values(self, opener: int) -> bool:
        """Whether a parenthesis opens a row of VALUES."""
        owner = self.word(opener - 1)
        while owner == "," and opener >= 2 and self.word(opener - 2) == ")":
            depth, opener = 0, opener - 2
            while opener > 0:
                depth += (self.word(opener) == ")") - (self.word(opener) == "(")
                if not depth:
                    break
                opener -= 1
            owner = self.word(opener - 1)
        return owner in ("VALUES", "VALUE")

    def is_column_list(self, opener: int) -> bool:
        """`INSERT INTO t (a, b)`, `ON CONFLICT (a)`, `USING (a)`, `PARTITION (a)`"""
        if self.word(opener - 1) in ("CONFLICT", "USING", "KEY", "UNIQUE", "PARTITION", "OVER", "BY", "DISTINCT"):
            return True
        start = opener - 1
        while start > 0 and self.word(start) not in ("INTO", "REFERENCES", ";", ")", "("):
            start -= 1
            if opener - start > 8:
                return False
        return self.word(start) in ("INTO", "REFERENCES")

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

    def clause(self, index: int) -> str:
        depth = 0
        for number in range(index - 1, -1, -1):
            word = self.word(number)
            depth += (word == ")") - (word == "(")
            if (
                not depth
                and self.tokens[number].kind == "word"
                and (word in _CLAUSES or word in ("OFFSET", "EXEC", "EXECUTE", "NOTIFY", "JOIN", "RETURNING"))
            ):
                return word
            if depth < 0:
                return ""
        return ""

    def other(self, index: int, hole: Hole) -> Placed:
        before, after = self.word(index - 1), self.word(index + 1)
        previous = self.tokens[index - 1]
        if before == "SET":
            return Placed(Position.IDENTIFIER if after in ("=", "TO", ".") else Position.FRAGMENT, "SET")
        if before in ("EXISTS", "TO") and self.statement(index) in (*_UTILITY, "SET"):
            return self.of_utility(index)
        if before in _BEFORE_NAMES and previous.kind == "word":
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
        return is_value and self.tokens[index - 1].kind in ("word", "name") and self.word(index - 1) not in _ENDS


def _names(hole: Hole) -> bool:
    return _NAMING.search(ast.unparse(hole.node).rsplit("(", 1)[-1]) is not None


def _openers(found: list[Token]) -> list[int]:
    """For each token the parenthesis that it stands in, -1 for none."""
    stack: list[int] = []
    openers: list[int] = []
    for index, token in enumerate(found):
        if token.text == ")" and token.kind == "symbol" and stack:
            stack.pop()
        openers.append(stack[-1] if stack else -1)
        if token.text == "(" and token.kind == "symbol":
            stack.append(index)
    return openers
