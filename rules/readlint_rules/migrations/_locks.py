"""What PostgreSQL does for a statement: the locks it takes, and whether it reads, rewrites or indexes the whole table.

Each row was measured on PostgreSQL 15.18 and 18.6: locks in `pg_locks`, scans, rewrites and builds by the server's own
messages at DEBUG1, rewrites also by the file node. What differs between versions says so in its key.
"""

from __future__ import annotations

import enum
from functools import cache
from typing import NamedTuple

from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Default, Statement


class Lock(enum.IntEnum):
    """Modes of locks on tables, the weakest first."""

    NONE = 0
    ROW_SHARE = 1
    ROW_EXCLUSIVE = 2
    SHARE_UPDATE_EXCLUSIVE = 3
    SHARE = 4
    SHARE_ROW_EXCLUSIVE = 5
    ACCESS_EXCLUSIVE = 6

    @property
    def sql(self) -> str:
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """What else has to wait; empty if that is neither reads nor writes."""
        if self is Lock.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self in (Lock.SHARE, Lock.SHARE_ROW_EXCLUSIVE) else ""


class Effect(NamedTuple):
    lock: Lock
    parent: Lock = Lock.NONE  # on the table that a foreign key points to
    scan: bool = False
    rewrite: bool = False  # and all its indexes are built anew
    build: bool = False

    @property
    def is_slow(self) -> bool:
        """Whether it takes longer the larger the table is."""
        return self.scan or self.rewrite or self.build


_NONE, _RS, _RE, _SUE = Lock.NONE, Lock.ROW_SHARE, Lock.ROW_EXCLUSIVE, Lock.SHARE_UPDATE_EXCLUSIVE
_S, _SRE, _AE = Lock.SHARE, Lock.SHARE_ROW_EXCLUSIVE, Lock.ACCESS_EXCLUSIVE

EFFECTS = {
    "ADD COLUMN": Effect(_AE),
    "ADD COLUMN, constant default": Effect(_AE),
    "ADD COLUMN, constant default, before 11": Effect(_AE, rewrite=True, build=True),
    "ADD COLUMN, stable default": Effect(_AE),
    "ADD COLUMN, volatile default": Effect(_AE, rewrite=True, build=True),
    "ADD COLUMN, identity": Effect(_AE, rewrite=True, build=True),
    "ADD COLUMN, generated stored": Effect(_AE, rewrite=True, build=True),
    "ADD COLUMN, generated virtual": Effect(_AE),
    "ADD COLUMN, generated unsaid": Effect(_AE),
    "ADD COLUMN, generated unsaid, before 18": Effect(_AE, rewrite=True, build=True),
    "ADD COLUMN, unique": Effect(_AE, build=True),
    "ADD COLUMN, check": Effect(_AE, scan=True),
    "ADD COLUMN, references": Effect(_AE, _SRE),
    "ADD COLUMN, references, default": Effect(_AE, _SRE, scan=True),
    "DROP COLUMN": Effect(_AE),
    "SET DEFAULT": Effect(_AE),
    "DROP DEFAULT": Effect(_AE),
    "SET NOT NULL": Effect(_AE, scan=True),
    "SET NOT NULL, proved by a check": Effect(_AE),  # from 12; settled with the history of the column
    "DROP NOT NULL": Effect(_AE),
    "TYPE, rewriting": Effect(_AE, rewrite=True, build=True),
    "TYPE, compatible": Effect(_AE),
    "TYPE, compatible, with check": Effect(_AE, scan=True),
    "ADD CHECK": Effect(_AE, scan=True),
    "ADD CHECK, not valid": Effect(_AE),
    "ADD NOT NULL": Effect(_AE, scan=True),  # 18
    "ADD NOT NULL, not valid": Effect(_AE),  # 18
    "ADD FOREIGN KEY": Effect(_SRE, _SRE, scan=True),
    "ADD FOREIGN KEY, not valid": Effect(_SRE, _SRE),
    "VALIDATE CONSTRAINT": Effect(_SUE, _RS, scan=True),  # the parent's only for a foreign key
    "DROP CONSTRAINT": Effect(_AE, _AE),  # the parent's only for a foreign key
    "ADD UNIQUE": Effect(_AE, build=True),
    "ADD UNIQUE, using index": Effect(_AE),
    "ADD PRIMARY KEY": Effect(_AE, build=True),
    "ADD PRIMARY KEY, using index": Effect(_AE, scan=True),  # no scan when the columns are NOT NULL already
    "ADD EXCLUDE": Effect(_AE, build=True),
    "CREATE INDEX": Effect(_S, build=True),
    "CREATE INDEX, concurrently": Effect(_SUE, build=True),
    "DROP INDEX": Effect(_AE),
    "DROP INDEX, concurrently": Effect(_SUE),
    "REINDEX": Effect(_S, build=True),
    "REINDEX, concurrently": Effect(_SUE, build=True),
    "RENAME COLUMN": Effect(_AE),
    "RENAME TABLE": Effect(_AE),
    "RENAME": Effect(_AE),
    "CREATE TABLE": Effect(_NONE, _SRE),
    "DROP TABLE": Effect(_AE, _AE),
    "TRUNCATE": Effect(_AE, rewrite=True, build=True),
    "CLUSTER": Effect(_AE, rewrite=True, build=True),
    "VACUUM FULL": Effect(_AE, rewrite=True, build=True),
    "SET LOGGED": Effect(_AE, rewrite=True, build=True),
    "SET TABLESPACE": Effect(_AE, rewrite=True),
    "SET STORAGE": Effect(_SUE),
    "ROW LEVEL SECURITY": Effect(_AE),
    "CREATE TRIGGER": Effect(_SRE),
    "DROP TRIGGER": Effect(_AE),
    "UPDATE": Effect(_RE, scan=True),
    "DELETE": Effect(_RE, scan=True),
    "INSERT": Effect(_RE),
}
_NOTHING = Effect(_NONE)
#: Of each kind, the attributes of a statement that make it another row, the first one that holds.
_VARIANTS = {
    kind: [
        (trait, name)
        for trait in ("concurrently", "not_valid", "using_index")
        for name in [f"{kind.value}, {trait.replace('_', ' ')}"]
        if name in EFFECTS
    ]
    for kind in Kind
}


def effect(statement: Statement, version: int) -> Effect:
    """What a statement does on a table with rows in it, for a major version of PostgreSQL."""
    names = rows(statement, version)
    return EFFECTS.get(names[0], _NOTHING) if len(names) == 1 else _together(tuple(names))


@cache
def _together(names: tuple[str, ...]) -> Effect:
    """An added column may have a default, a check and a foreign key at once: it does what each of them does."""
    found = [EFFECTS.get(name, _NOTHING) for name in names]
    return Effect(*map(max, zip(*found, strict=True)))


def row(statement: Statement, version: int) -> str:
    """The key of `EFFECTS` that says most of a statement."""
    return rows(statement, version)[0]


def rows(statement: Statement, version: int) -> list[str]:
    """The keys of `EFFECTS` that a statement falls under."""
    kind = statement.kind
    if kind is Kind.ADD_COLUMN and statement.column is not None:
        return [f"ADD COLUMN, {trait}" for trait in _traits(statement.column, version)] or ["ADD COLUMN"]
    for trait, name in _VARIANTS.get(kind, ()):
        if getattr(statement, trait):
            return [name]
    return ["TYPE, rewriting" if kind is Kind.CHANGE_TYPE else kind.value]


def _traits(column: Column, version: int) -> list[str]:
    """What makes adding a column slow, the slowest first."""
    default = "" if column.default == Default.NONE else f"{column.default} default"
    if column.default == Default.UNKNOWN:
        default = "volatile default"
    references = ("references, default" if default else "references") if column.references else ""
    traits = [
        "generated unsaid, before 18" if column.generated == "unsaid" and version < 18 else "",
        f"generated {column.generated}" if column.generated else "",
        "identity" if column.identity else "",
        default if default == "volatile default" else "",
        "constant default, before 11" if default and version < 11 else "",
        "unique" if column.unique or column.primary_key else "",
        "check" if column.check else "",
        references if column.constrained else "",
        default,
    ]
    return list(dict.fromkeys(filter(None, traits)))
