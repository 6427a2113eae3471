"""SQL that a migration runs, statement by statement.

The reader is a small one of its own: to import a parser of SQL takes as long as the migrations of a large project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from readlint.api import regex
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Default, Statement

_TOKEN = regex(
    r"""(?P<skip>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    |(?P<string>[eEbBxXnN]?'(?:[^']|'')*')
    |"(?P<name>(?:[^"]|"")*)"|`(?P<tick>[^`]*)`
    |(?P<word>[^\W\d][\w$]*)
    |(?P<number>\d[\d.]*)
    |(?P<symbol>::|.)""",
    re.VERBOSE | re.DOTALL,
)

#: Functions by how often PostgreSQL computes them in a default (`provolatile` in `pg_proc`, 15.18); `uuid` is MySQL's.
_STABLE = frozenset(
    "now current_timestamp transaction_timestamp statement_timestamp current_date current_time localtime "
    "localtimestamp current_user session_user user current_role current_catalog current_schema current_setting "
    "to_char to_timestamp to_date date_part extract age date_trunc timezone pg_backend_pid txid_current "
    "pg_current_xact_id txid_current_snapshot pg_current_snapshot current_database inet_client_addr "
    "inet_server_addr version format concat_ws to_json".split()
)
_VOLATILE = frozenset(
    "random gen_random_uuid uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 clock_timestamp "
    "timeofday nextval currval setseed gen_random_bytes".split()
)
_IMMUTABLE = frozenset(
    "lower upper md5 abs round floor ceil length trim btrim ltrim rtrim replace concat coalesce greatest least "
    "array_fill to_jsonb jsonb_build_object jsonb_build_array json_build_object json_build_array make_date "
    "make_interval decode encode repeat left right substring uuid_nil cast row array".split()
)


#: `{schema}` of `f"{schema}orders"`, which ends with a dot.
_SCHEMA = regex(r"^\{[^{}]*schema[^{}]*\}(?=[\w{])")


class Token(str):
    """Its text; words are in lower case."""

    kind: str
    start: int
    end: int

    @classmethod
    def of(cls, match: re.Match[str]) -> Token:
        kind = match.lastgroup or ""
        text = match[kind]
        token = cls(text.lower() if kind == "word" else text)
        token.kind = "name" if kind == "tick" else kind
        token.start, token.end = match.span()
        return token

    @property
    def is_name(self) -> bool:
        return self.kind in ("word", "name")

    def is_part_of_name_with(self, after: Token) -> bool:
        """Whether both are one name, of which an f-string fills in a part: `"{table}"_email_idx`."""
        is_touching = self.end == after.start and self.is_name and (after.is_name or after.kind == "number")
        return is_touching and ("{" in self or "{" in after)

    def joined(self, after: Token) -> Token:
        whole = Token(f"{self}{after}")
        whole.kind, whole.start, whole.end = "name", self.start, after.end
        return whole


def default_of(text: str) -> str:
    """What kind of default an expression in SQL is."""
    tokens = list(_tokens(text))
    words = [token for token in tokens if token.kind == "word"]
    called = {word for word, after in pairwise(tokens) if after == "(" and word.is_name}
    if not tokens or words == ["null"]:
        return Default.NONE
    if not called.isdisjoint(_VOLATILE):
        return Default.VOLATILE
    types = {after for before, after in pairwise(tokens) if before == "::"}
    if called - types - _STABLE - _IMMUTABLE:
        return Default.UNKNOWN
    return Default.CONSTANT if _STABLE.isdisjoint(words) else Default.STABLE


def _tokens(text: str) -> Iterator[Token]:
    last: Token | None = None
    for match in _TOKEN.finditer(text):
        if match["skip"] is not None:
            continue
        token = Token.of(match)
        if last is not None and last.is_part_of_name_with(token):
            last = last.joined(token)
            continue
        if last is not None:
            yield last
        last = token
    if last is not None:
        yield last


def statements(text: str, node: ast.AST) -> list[Statement]:
    """The statements of a text, as far as each is known."""
    found: list[Statement] = []
    for tokens in split(text):
        sql = text[tokens[0].start : tokens[-1].end]
        found += Reader(tokens, sql, node).statements()
    return found


def split(text: str) -> Iterator[list[Token]]:
    """The statements of a text. `BEGIN ATOMIC ... END` is the body of a function, which holds others."""
    part: list[Token] = []
    depth = 0
    for token in _tokens(text):
        if token == ";" and token.kind == "symbol" and not depth:
            if part:
                yield part
            part = []
            continue
        if token.kind == "word":
            is_body = token == "atomic" and part[-1:] == ["begin"]
            depth += 1 if is_body or (depth and token == "case") else -1 if depth and token == "end" else 0
        part.append(token)
    if part:
        yield part


#: Statements by how they begin, of which nothing more has to be known.
_HEADS = {
    "comment": Kind.HARMLESS,
    "grant": Kind.HARMLESS,
    "revoke": Kind.HARMLESS,
    "analyze": Kind.HARMLESS,
    "notify": Kind.HARMLESS,
    "select": Kind.SELECT,
    "values": Kind.SELECT,
    "show": Kind.SELECT,
    "insert": Kind.INSERT,
    "commit": Kind.COMMIT,
    "end": Kind.COMMIT,
    "begin": Kind.SETTING,
    "start": Kind.SETTING,
    "set": Kind.SETTING,
    "reset": Kind.SETTING,
    "pragma": Kind.SETTING,
    "savepoint": Kind.SETTING,
    "release": Kind.SETTING,
    "rollback": Kind.SETTING,
    "copy": Kind.INSERT,
    "refresh": Kind.HARMLESS,
    "cluster": Kind.CLUSTER,
    "truncate": Kind.TRUNCATE,
    "reindex": Kind.REINDEX,
    "update": Kind.UPDATE,
    "delete": Kind.DELETE,
}
_HARMLESS_OBJECTS = frozenset(
    "extension function procedure type sequence view schema role user domain policy aggregate operator cast collation "
    "statistics publication subscription event server foreign text rule language".split()
)


class Reader:
    """Reads one statement from left to right."""

    def __init__(self, tokens: list[Token], sql: str, node: ast.AST) -> None:
        self.tokens = tokens
        self.sql = sql
        self.node = node
        self.at = 0

    def statements(self) -> list[Statement]:
        if self.skip("alter", "table"):
            return list(self._alter_table())
        made = self._one()
        return self._create_table(made) if made.kind is Kind.CREATE_TABLE else [made]

    def _one(self) -> Statement:
        head = self.tokens[0]
        if self.skip("create"):
            return self._create()
        if self.skip("drop"):
            return self._drop()
        if self.skip("alter"):
            return self._alter_other()
        if self.skip("vacuum"):
            return self.made(Kind.VACUUM_FULL if "full" in self.tokens else Kind.HARMLESS, self._last_name())
        if head == "with":
            verbs = {"update": Kind.UPDATE, "delete": Kind.DELETE, "insert": Kind.INSERT}
            return self.made(next((verbs[word] for word in self.tokens if word in verbs), Kind.SELECT))
        kind = _HEADS.get(head, Kind.UNKNOWN)
        self.at = 1
        self.skip("table") or self.skip("index") or self.skip("into") or self.skip("from")
        made = self.made(kind)
        made.concurrently = self.skip("concurrently")
        self.skip("only")
        made.table = self.name() if kind in _WITH_TABLE else ""
        return made

    # Moving

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def skip(self, *words: str) -> bool:
        """Go beyond these words, if they come next."""
        if tuple(self.tokens[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def name(self) -> str:
        """A name, with its schema if that is not the usual one, or one that only the settings know."""
        if self.at >= len(self.tokens) or not self.tokens[self.at].is_name:
            return ""
        found = _SCHEMA.sub("", self.tokens[self.at])
        self.at += 1
        while self.skip("."):
            schema, found = found, str(self.peek())
            found = found if schema == "public" or schema.startswith("{") else f"{schema}.{found}"
            self.at += 1
        return found

    def in_parentheses(self) -> list[Token]:
        """The tokens between the parentheses that come next."""
        if not self.skip("("):
            return []
        start, depth = self.at, 1
        while self.at < len(self.tokens) and depth:
            depth += {"(": 1, ")": -1}.get(self.tokens[self.at], 0)
            self.at += 1
        return self.tokens[start : self.at - 1]

    def made(self, kind: Kind, table: str = "", **more: object) -> Statement:
        return Statement(kind, table, self.node, text=self.sql, **more)  # type: ignore[arg-type]

    def _last_name(self) -> str:
        self.at = len(self.tokens) - 1
        return self.name()

    def _existence(self) -> bool:
        return self.skip("if", "not", "exists") or self.skip("if", "exists")

    # Statements

    def _create(self) -> Statement:
        is_replaced = self.skip("or", "replace")
        is_temporary = self.skip("temporary") or self.skip("temp")
        is_unique = self.skip("unique")
        self.skip("unlogged")
        if self.skip("index"):
            return self._create_index(is_unique)
        if self.skip("table"):
            more = {"if_not_exists": self._existence(), "is_temporary": is_temporary}
            return self.made(Kind.CREATE_TABLE, self.name(), on_new_table=True, **more)
        if self.skip("trigger") or self.skip("constraint", "trigger"):
            while self.peek() and not self.skip("on"):
                self.at += 1
            return self.made(Kind.CREATE_TRIGGER, self.name())
        if self.skip("view") or self.skip("materialized", "view"):
            self._existence()
            return self.made(Kind.CREATE_VIEW, self.name())
        # Only SQLite has virtual tables.
        if is_replaced or is_temporary or self.peek() in _HARMLESS_OBJECTS or self.peek() == "virtual":
            return self.made(Kind.HARMLESS)
        return self.made(Kind.UNKNOWN)

    def _create_table(self, made: Statement) -> list[Statement]:
        """The table, and its foreign keys, which lock the tables that they point to."""
        from readlint_rules.migrations._sql_tables import listed

        keys = []
        for part in parts(self.in_parentheses()):
            column, key = listed(Reader(part, self.sql, self.node), made.table)
            made.described += (column,) if column else ()
            keys += [key] if key else []
        return [made, *keys]

    def _create_index(self, is_unique: bool) -> Statement:
        if self.peek().startswith("{") and "concurrently" in self.peek().lower():
            return self.made(Kind.UNKNOWN)  # an f-string decides it when it runs
        made = self.made(Kind.CREATE_INDEX, unique=is_unique, concurrently=self.skip("concurrently"))
        made.if_not_exists = self._existence()
        made.name = "" if self.peek() == "on" else self.name()
        self.skip("on")
        # An index on the parent of partitions alone builds nothing.
        made.using_index = self.skip("only")
        made.table = self.name()
        if self.skip("using"):
            self.at += 1
        inner = self.in_parentheses()
        made.columns = plain_names(inner)
        return made

    def _drop(self) -> Statement:
        kinds = {"table": Kind.DROP_TABLE, "index": Kind.DROP_INDEX, "trigger": Kind.DROP_TRIGGER}
        what = self.peek()
        self.at += 1
        made = self.made(kinds.get(what, Kind.HARMLESS if what in _HARMLESS_OBJECTS else Kind.UNKNOWN))
        if what == "materialized":
            made.kind = Kind.HARMLESS
        made.concurrently = self.skip("concurrently")
        made.if_exists = self._existence()
        made.name = self.name()
        made.table = made.name if what == "table" else ""
        if self.skip("on"):
            made.table = self.name()
        return made

    def _alter_other(self) -> Statement:
        what = self.peek()
        if what == "type" and "value" in self.tokens and "add" in self.tokens:
            return self.made(Kind.ADD_ENUM_VALUE)
        if what == "index":
            return self.made(Kind.RENAME_OTHER if "rename" in self.tokens else Kind.SET_STORAGE)
        if what == "trigger":
            return self.made(Kind.RENAME_OTHER)  # or what extension it belongs to
        is_harmless = what in _HARMLESS_OBJECTS or what in ("database", "default")  # `ALTER DEFAULT PRIVILEGES`
        return self.made(Kind.HARMLESS if is_harmless else Kind.UNKNOWN)

    def _alter_table(self) -> Iterator[Statement]:
        from readlint_rules.migrations._sql_tables import action

        self._existence()
        self.skip("only")
        table = self.name()
        for part in parts(self.tokens[self.at :]):
            yield action(Reader(part, self.sql, self.node), table)


_WITH_TABLE = frozenset({Kind.CLUSTER, Kind.TRUNCATE, Kind.REINDEX, Kind.UPDATE, Kind.DELETE, Kind.INSERT})


def parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """The actions of an ALTER TABLE, which commas outside of parentheses part."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0) if token.kind == "symbol" else 0
        if token == "," and not depth:
            yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def plain_names(tokens: list[Token]) -> tuple[str, ...]:
    return tuple(str(part[0]) for part in parts(tokens) if part and part[0].is_name and "(" not in part)
