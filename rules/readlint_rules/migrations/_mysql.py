"""What InnoDB does for a statement, in MySQL 8 and MariaDB: whether it copies the table, and whether writes wait.

Sources: "Online DDL Operations" of the manuals of MySQL 8.0 and 8.4, which were not run, and MariaDB 10.11.19, which
was: each row was sent with `ALGORITHM=INSTANT`, then `INPLACE, LOCK=NONE`, then `INPLACE, LOCK=SHARED`,
then `COPY`, until the server took it. Where the two differ, the row is what blocks less: a check that comes with a new
column is a copy in MySQL (its bug 117450) and instant in MariaDB.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.migrations._locks import Effect, Lock, rows
from readlint_rules.migrations._model import Statement
from readlint_rules.migrations._type_changes import Type, parsed

NAMES = frozenset({"mysql", "mariadb"})
_INSTANT = Effect(Lock.NONE)
_ONLINE = Effect(Lock.NONE, build=True)  # in place, and others go on reading and writing
_COPY = Effect(Lock.SHARE, rewrite=True, build=True)  # others may read

EFFECTS = {
    "ADD COLUMN": _INSTANT,  # 8.0.12, 10.3
    "ADD COLUMN, constant default": _INSTANT,
    "ADD COLUMN, stable default": _INSTANT,
    "ADD COLUMN, volatile default": _COPY,  # `DEFAULT (uuid())`
    "ADD COLUMN, identity": _COPY,  # in place, but LOCK=SHARED is the weakest: AUTO_INCREMENT
    "ADD COLUMN, generated stored": _COPY,
    "ADD COLUMN, generated virtual": _INSTANT,
    "ADD COLUMN, unique": _ONLINE,
    "ADD COLUMN, check": _INSTANT,
    "ADD COLUMN, references": _COPY,
    "ADD COLUMN, references, default": _COPY,
    "DROP COLUMN": _ONLINE,  # instant from 8.0.29, 10.4
    "SET DEFAULT": _INSTANT,
    "DROP DEFAULT": _INSTANT,
    "SET NOT NULL": _ONLINE,
    "DROP NOT NULL": _ONLINE,
    "TYPE, rewriting": _COPY,
    "ADD CHECK": _COPY,
    "ADD FOREIGN KEY": _COPY,  # INPLACE, LOCK=NONE with `foreign_key_checks = 0`
    "ADD UNIQUE": _ONLINE,
    "ADD PRIMARY KEY": _ONLINE,
    "CREATE INDEX": _ONLINE,
    "DROP INDEX": _ONLINE,
    "RENAME COLUMN": _INSTANT,
    "RENAME TABLE": _INSTANT,
    "UPDATE": Effect(Lock.NONE, scan=True),  # of rows, until it commits
    "DELETE": Effect(Lock.NONE, scan=True),
}
_VERSION = 14  # of PostgreSQL, whose old versions have rows of their own


def effect(statement: Statement) -> Effect:
    found = [EFFECTS.get(name, _INSTANT) for name in rows(statement, _VERSION)]
    return Effect(*map(max, zip(*found, strict=True)))


#: The server refuses what it cannot do so, instead of making others wait.
_REFUSING = regex(r"\balgorithm\W{1,3}(?:instant|inplace|nocopy)\b|\block\W{1,3}none\b", re.IGNORECASE)


def is_refused(statement: Statement) -> bool:
    """Whether it would fail where it would block."""
    return bool(_REFUSING.search(statement.text))


# Types


#: What MySQL keeps in the same way.
_SAME = {"timestamptz": "timestamp", "jsonb": "json", "timetz": "time"}
_KNOWN = frozenset(
    "smallint integer bigint numeric real boolean varchar char text bytea date time timestamp json uuid".split()
) | {"double precision"}
#: Whose parameters say how a value is kept.
_SIZED = frozenset({"numeric", "char"})
#: Names that differ from those of PostgreSQL.
_SHOWN = {"timestamp": "datetime", "numeric": "decimal", "double precision": "double", "bytea": "blob"}


class Types(NamedTuple):
    old: str
    new: str


def copied_types(old_text: str, new_text: str) -> Types | None:
    """The types of a change that copies the table, as MySQL calls them; None where it does not, or may not."""
    old, new = _type(old_text), _type(new_text)
    if not {old.head, new.head} <= _KNOWN or old == new:
        return None
    if old.head == new.head and not _is_other_size(old, new):
        return None
    return Types(_shown(old), _shown(new))


def _type(text: str) -> Type:
    found = parsed(text)
    return found._replace(head=_SAME.get(found.head, found.head))


def _is_other_size(old: Type, new: Type) -> bool:
    """A longer `varchar` is instant in MariaDB, and in MySQL unless its length takes another byte."""
    if old.head == "varchar":
        return bool(old.parameters and new.parameters) and new.parameters < old.parameters
    return old.head in _SIZED


def _shown(one: Type) -> str:
    limits = f"({', '.join(map(str, one.parameters))})" if one.parameters else ""
    return _SHOWN.get(one.head, one.head) + limits
