"""The safe sequences of SQL, in which the author's names and texts are kept as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Default, Statement
from readlint_rules.migrations._plans import _texts
from readlint_rules.migrations._plans._columns import Attribute, described
from readlint_rules.migrations._plans._plan import Plan, Step, name_for, name_of, proof_name, quoted
from readlint_rules.migrations._sql import Reader, Token, parts, split

FILLS = "readlint: assured[RL516] each batch commits by itself"


class Action(NamedTuple):
    """One statement, or one of the changes that an `ALTER TABLE` lists."""

    text: str
    head: str  # `ALTER TABLE ONLY orders`, or nothing
    table: str
    statement: Statement

    @property
    def sql(self) -> str:
        return f"{self.head} {self.text}".lstrip()

    @property
    def tokens(self) -> list[Token]:
        return next(split(self.text))


def actions_of(sql: str, found: Sequence[Statement]) -> list[Action]:
    tokens = next(split(sql))
    reader = Reader(tokens, sql, found[0].node)
    if not reader.skip("alter", "table"):
        return [Action(sql, "", "", found[0])]
    reader.skip("if", "exists")
    reader.skip("only")
    start = tokens[reader.at].start
    reader.name()
    end = tokens[reader.at - 1].end
    texts = [sql[part[0].start : part[-1].end] for part in parts(tokens[reader.at :])]
    return [Action(text, sql[:end], sql[start:end], one) for text, one in zip(texts, found, strict=True)]


# Texts


def made(sql: list[str], undo: Sequence[str] = (), *, atomic: bool = True) -> Step:
    return Step([f"{one};" for one in sql], [f"{one};" for one in undo], atomic)


def _name(text: str) -> str:
    """A name of our own making, as SQL has it."""
    return text if re.fullmatch(r"[a-z_][a-z0-9_]*", text) else quoted(text)


def _constraint(action: Action, ending: str) -> tuple[str, str]:
    """The name of a constraint and what is behind it; a name of our own making, where the author gives none."""
    text, tokens = action.text, action.tokens
    if tokens[:2] == ["add", "constraint"]:
        return text[tokens[2].start : tokens[2].end], text[tokens[3].start :]
    columns = action.statement.columns if ending != "pkey" else ()
    return _name(name_for(action.statement.table, columns, ending)), text[tokens[1].start :]


def _beside(table: str, index: str) -> str:
    """An index is in the schema of its table."""
    schema, dot, _ = table.rpartition(".")
    return f"{schema}{dot}{index}"


# Sequences


def _index(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    text, tokens = action.text, action.tokens
    at = next(number for number, token in enumerate(tokens) if token == "index")
    on = next(number for number, token in enumerate(tokens) if token == "on" and token.kind == "word")
    named = tokens[at + (4 if action.statement.if_not_exists else 1) : on]
    name = text[named[0].start : named[-1].end] if named else _name(name_of(action.statement, "idx"))
    end = on + 2
    while tokens[end : end + 1] == ["."]:
        end += 2
    table = text[tokens[on + 1].start : tokens[end - 1].end]
    build = f"{text[: tokens[at].end]} CONCURRENTLY IF NOT EXISTS {name} {text[tokens[on].start :]}"
    return [made([build], [_texts.drop_index(_beside(table, name))], atomic=False)]


def _reindex(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    what = next((token for token in action.tokens if token in ("index", "table", "schema", "database")), None)
    if what is None or plan.ctx.settings.pg_version < 12:
        return []
    return [made([f"{action.text[: what.end]} CONCURRENTLY{action.text[what.end :]}"], atomic=False)]


def _moved(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    """To a migration of its own, in which nothing is locked."""
    return [made([action.sql])]


def _not_valid(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    is_key = action.statement.kind is Kind.ADD_FOREIGN_KEY
    return _validated(action, *_constraint(action, "fkey" if is_key else "check"))


def _validated(action: Action, name: str, clause: str) -> list[Step]:
    add = f"{action.head} ADD CONSTRAINT {name} {clause} NOT VALID"
    drop = _texts.drop_constraint(name, action.table)
    return [made([add], [drop]), made([_texts.validate(name, action.table)])]


def _unique(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    return _attached(action, *_constraint(action, "key"))


def _primary_key(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    """Its columns must be NOT NULL before, or they are read under the lock."""
    attached = _attached(action, *_constraint(action, "pkey"))
    known = {one: plan.past.before(plan.ctx.path, action.statement.table, one) for one in action.statement.columns}
    proven = [_proven(action, _name(one), one) for one, column in known.items() if column is None or column.null]
    return [*map(at_once, zip(*proven, strict=True)), *attached] if attached else []


def at_once(steps: Sequence[Step]) -> Step:
    return Step([line for step in steps for line in step.lines], [line for step in steps for line in step.undo])


#: What stands behind the columns: that of the index, and that of the constraint.
_BEHIND = regex(
    r"((?:\s*include\s*\([^()]*\))?(?:\s*with\s*\([^()]*\))?)((?:\s*\b(?:not|deferrable|initially|deferred|immediate))*)\s*",
    re.IGNORECASE,
)


def _attached(action: Action, name: str, clause: str) -> list[Step]:
    """`UNIQUE (email) DEFERRABLE` by an index that is built before."""
    tokens = next(split(clause))
    kind = "UNIQUE" if tokens[0] == "unique" else "PRIMARY KEY"
    first = len(kind.split())
    if tokens[first : first + 1] != ["("]:
        return []
    last = next(token for token in tokens if token == ")" and token.kind == "symbol")
    behind = _BEHIND.fullmatch(clause, last.end)
    if behind is None:
        return []
    columns = clause[tokens[first].end : last.start]
    build = f"{_texts.build_index(name, action.table, [columns], unique=True)}{behind[1]}"
    return [
        made([build], [_texts.drop_index(_beside(action.table, name))], atomic=False),
        made(
            [f"{_texts.attach_index(name, action.table, kind)}{behind[2]}"],
            [_texts.drop_constraint(name, action.table)],
        ),
    ]


def _not_null(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    tokens = action.tokens
    token = tokens[2 if tokens[1] == "column" else 1]
    return _proven(action, action.text[token.start : token.end], action.statement.columns[0], action.sql)


def _proven(action: Action, column: str, plain: str, final: str = "") -> list[Step]:
    """A column is NOT NULL once a check has proven it. `plain`: its name without quotes."""
    table = action.table
    name = _name(proof_name(action.statement.table, plain))
    check, drop = _texts.check_not_null(name, table, column), _texts.drop_constraint(name, table)
    return [
        made([check], [drop]),
        made([_texts.validate(name, table)]),
        made(
            [final or _texts.set_null(table, column, "SET"), drop],
            [check, _texts.set_null(table, column, "DROP")],
        ),
    ]


def _add_column(action: Action, hazards: Collection[str], plan: Plan) -> list[Step]:
    """The plain column first, then all that would read, write or index its rows."""
    column, tokens = action.statement.column, action.tokens
    if column is None or column.identity or column.generated or column.primary_key:
        return []
    is_filled = "RL503" in hazards
    if is_filled and (column.default == Default.NONE or plan.ctx.settings.pg_version < 11):
        return []
    at = next(number for number, token in enumerate(tokens) if token not in _BEFORE_NAME or token.kind == "name")
    name = action.text[tokens[at].start : tokens[at].end]
    first, attributes = described(tokens[at:], action.text)
    stays: list[str] = []
    later: list[Step] = []
    for one in sorted(attributes, key=_order):
        steps = _apart(action, one, name, is_filled=is_filled)
        if one.kind == "unique" and not steps:
            return []
        later += steps
        stays += [] if steps else [one.text]
    plain = " ".join([action.head, action.text[: tokens[at].start].rstrip(), first, *stays])
    return [made([plain], [f"ALTER TABLE {action.table} DROP COLUMN {name}"]), *later] if later else []


_BEFORE_NAME = frozenset("add column if not exists".split())


def _order(attribute: Attribute) -> int:
    """A column has its values before something is said of them; what the type is part of comes first."""
    return {"collate": 0, "default": 1, "not": 2}.get(attribute.kind, 3)


def _apart(action: Action, one: Attribute, name: str, *, is_filled: bool) -> list[Step]:
    """What an attribute becomes that is not added together with its column; nothing for one that is."""
    column, table = action.statement.columns[0], action.table
    if one.kind == "default" and is_filled:
        change = f"ALTER TABLE {table} ALTER COLUMN {name}"
        return [
            made([f"{change} SET {one.clause}"], [f"{change} DROP DEFAULT"]),
            made([f"-- {FILLS}\n{_texts.fill(table, name)}"], atomic=False),
        ]
    if one.kind == "not" and is_filled:
        return _proven(action, name, column)
    if one.kind == "check":
        return _validated(action, one.name or _name(name_of(action.statement, "check")), one.clause)
    if one.kind == "unique":
        _, _, more = one.clause.partition(" ")
        return _attached(action, one.name or _name(name_of(action.statement, "key")), f"UNIQUE ({name}) {more}")
    described_by = action.statement.column
    has_value = described_by is not None and described_by.default != Default.NONE
    if one.kind == "references" and has_value and not is_filled:
        key = one.name or _name(name_of(action.statement, "fkey"))
        return _validated(action, key, f"FOREIGN KEY ({name}) {one.clause}")
    return []


#: What an action becomes, by its kind; a kind without a sequence is not here.
SEQUENCES: dict[Kind, Callable[[Action, Collection[str], Plan], list[Step]]] = {
    Kind.CREATE_INDEX: _index,
    Kind.REINDEX: _reindex,
    Kind.ADD_COLUMN: _add_column,
    Kind.ADD_CHECK: _not_valid,
    Kind.ADD_NOT_NULL: _not_valid,
    Kind.ADD_FOREIGN_KEY: _not_valid,
    Kind.ADD_UNIQUE: _unique,
    Kind.ADD_PRIMARY_KEY: _primary_key,
    Kind.SET_NOT_NULL: _not_null,
    **dict.fromkeys((Kind.VALIDATE, Kind.UPDATE, Kind.DELETE, Kind.INSERT), _moved),
}
