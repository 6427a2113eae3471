"""What of a migration cannot hurt: tables and columns that it creates itself."""

from __future__ import annotations

from collections.abc import Iterable

from readlint.api import Context
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Operation, Statement


def mark_new(operations: Iterable[Operation]) -> None:
    """Say of each statement whether the same migration has created its table or its columns."""
    tables: set[str] = set()
    columns: set[tuple[str, str]] = set()
    pairs = [(operation, statement) for operation in operations for statement in operation.statements]
    for _, statement in pairs:
        if statement.kind in (Kind.CREATE_TABLE, Kind.CREATE_VIEW):
            tables.add(statement.table)
        elif _empties(statement):
            tables.add(statement.table)  # nothing is left to scan, and whoever empties a table knows who uses it
        elif statement.kind is Kind.RENAME_TABLE and statement.table in tables:
            tables.add(statement.other)
        elif statement.kind is Kind.ADD_COLUMN and statement.column is not None:
            columns.add((statement.table, statement.column.name))
        statement.on_new_table = statement.table in tables
        if columns and statement.columns and statement.kind is not Kind.ADD_COLUMN:
            statement.on_new_column = all((statement.table, name) in columns for name in statement.columns)


def _empties(statement: Statement) -> bool:
    if statement.kind is not Kind.DELETE:
        return statement.kind is Kind.TRUNCATE
    words = statement.text.lower().split()
    return bool(words and statement.table) and "where" not in words


def is_harmless(operation: Operation, statement: Statement, ctx: Context) -> bool:
    """Whether a table is new, or known to be small."""
    small = ctx.settings.migrations_small_tables
    return statement.on_new_table or statement.table in small or (bool(operation.model) and operation.model in small)
