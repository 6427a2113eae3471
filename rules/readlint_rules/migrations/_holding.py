"""Which lock of a transaction is still held while one of its later statements runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from readlint.api import Context
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._exempt import is_harmless
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._locks import Lock, effect
from readlint_rules.migrations._model import Operation, Statement


class Held(NamedTuple):
    """A lock that keeps others from a table that may be large and in use."""

    operation: Operation
    statement: Statement
    table: str
    lock: Lock

    @property
    def is_certain(self) -> bool:
        """Whether its statement is sent whatever earlier migrations say."""
        return not self.statement.changes


class Locks:
    """The locks of one migration. Ask through `ctx.once`."""

    def __init__(self, ctx: Context) -> None:
        migration = ctx.once(migration_of)
        #: By the identity of a statement: its operation, the locks of its transaction, and how many come before it.
        self._before: dict[int, tuple[Operation, list[Held], int]] = {}
        held: dict[int, list[Held]] = {}  # by transaction
        sent = list(migration.statements()) if migration else []
        # Nobody waits for a table that is new, or about to be gone.
        unused = {one.table for _, one in sent if one.on_new_table or one.kind is Kind.DROP_TABLE}
        for operation, statement in sent:
            if statement.transaction is None:
                continue
            taken = held.setdefault(statement.transaction, [])
            self._before[id(statement)] = (operation, taken, len(taken))
            taken += (one for one in _taken(operation, statement, ctx) if one.table not in unused)

    def gravest_at(self, statement: Statement) -> Held | None:
        """The first one of `held_at`."""
        if id(statement) not in self._before:
            return None
        operation, taken, count = self._before[id(statement)]
        return max(taken[:count], key=partial(_rank, operation, statement), default=None)

    def held_at(self, statement: Statement) -> list[Held]:
        """The locks that are held when a statement begins, the gravest first."""
        if id(statement) not in self._before:
            return []
        operation, taken, count = self._before[id(statement)]
        return sorted(taken[:count], key=partial(_rank, operation, statement), reverse=True)


def _rank(operation: Operation, statement: Statement, one: Held) -> tuple[bool, int, bool, bool]:
    """The certain before the possible, the gravest first, then what has to do with the statement."""
    return (one.is_certain, one.lock, one.operation is operation, one.table == statement.table)


def _taken(operation: Operation, statement: Statement, ctx: Context) -> Iterator[Held]:
    what = effect(statement, ctx.settings.pg_version)
    tables = [(statement.other, what.parent)]
    if not is_harmless(operation, statement, ctx):
        tables.append((statement.table, what.lock))
    for table, lock in tables:
        if table and lock.blocks and table not in ctx.settings.migrations_small_tables:
            yield Held(operation, statement, table, lock)
