"""The columns and tables that a migration takes away for good."""

from __future__ import annotations

from readlint.api import Context
from readlint_rules.migrations import _judging, _model
from readlint_rules.migrations._kinds import Kind


def drops(ctx: Context) -> list[_judging.Candidate]:
    """Ask through `ctx.once`."""
    migration = _judging.judged_migration(ctx)
    created: set[tuple[str, ...]] = set()
    found = []
    for operation, statement in migration.statements() if migration else ():
        if statement.kind is Kind.CREATE_TABLE:
            created.add((statement.table,))
        elif statement.kind is Kind.ADD_COLUMN:
            created.add((statement.table, *statement.columns))
        elif statement.kind in (Kind.DROP_TABLE, Kind.DROP_COLUMN) and migration is not None:
            dropped = (statement.table, *statement.columns)
            # What a batch of Alembic left behind on SQLite is nobody's table.
            is_known = (
                statement.table and "{" not in "".join(dropped) and not statement.table.startswith("_alembic_tmp_")
            )
            if is_known and created.isdisjoint({dropped, dropped[:1]}) and not _is_replaced(statement, migration):
                found.append(_judging.candidate(migration, operation, statement, ctx, everywhere=True))
    return found


def _is_replaced(dropped: _model.Statement, migration: _model.Migration) -> bool:
    """Whether the same migration puts another one of the same name in its place, or drops all of the table."""
    everything = [statement for _, statement in migration.statements()]
    later = everything[everything.index(dropped) + 1 :]
    return any(_replaces(one, dropped.table, dropped.columns) for one in later)


def _replaces(one: _model.Statement, table: str, columns: tuple[str, ...]) -> bool:
    if not columns:
        # A view of that name serves those who still query the table.
        is_created = one.kind in (Kind.CREATE_TABLE, Kind.CREATE_VIEW) and one.table == table
        return is_created or (one.kind is Kind.RENAME_TABLE and one.other == table)
    if one.table != table:
        return False
    is_added = one.kind is Kind.ADD_COLUMN and one.columns == columns
    is_renamed = one.kind is Kind.RENAME_COLUMN and (one.other,) == columns
    return is_added or is_renamed or one.kind is Kind.DROP_TABLE
