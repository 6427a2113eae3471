"""How messages speak of tables and columns."""

from __future__ import annotations

from collections.abc import Iterable

from readlint_rules.migrations._model import Statement


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def columns_of(statement: Statement) -> str:
    """`email`, or what else a statement is about."""
    if statement.columns:
        return listed(statement.columns)
    return f"`{statement.name}`" if statement.name else "an expression"
