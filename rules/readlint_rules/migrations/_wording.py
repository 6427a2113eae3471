"""How messages speak of tables and columns, and of what the frameworks have each their own words for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from readlint_rules.migrations._kinds import Framework
from readlint_rules.migrations._model import Migration, Statement


def listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def columns_of(statement: Statement) -> str:
    """`email`, or what else a statement is about."""
    if statement.columns:
        return listed(statement.columns)
    return f"`{statement.name}`" if statement.name else "an expression"


_OUTSIDE = {
    Framework.DJANGO: "with `atomic = False`",
    Framework.ALEMBIC: "inside of `op.get_context().autocommit_block()`",
    Framework.DBMATE: "with `-- migrate:up transaction:false`",
    Framework.SQL: "which its runner does not put into a transaction",
}


def outside(migration: Migration) -> str:
    """How a migration runs a statement in no transaction."""
    if migration.framework is Framework.YOYO:
        return "with `-- transactional: false`" if migration.is_text else "with `__transactional__ = False`"
    return _OUTSIDE[migration.framework]


def up_and_down(migration: Migration) -> dict[str, Any]:
    """What the parts of a migration are called that do something and that take it back."""
    up, down = "upgrade", "downgrade"
    if migration.framework is Framework.DBMATE:
        up, down = "-- migrate:up", "-- migrate:down"
    elif migration.framework is Framework.YOYO:
        file = migration.name
        up, down = (f"{file}.sql", f"{file}.rollback.sql") if migration.is_text else ("apply", "rollback")
    return {"up": up, "down": down}


def remark(migration: Migration) -> str:
    """What a comment begins with."""
    return "--" if migration.is_text else "#"
