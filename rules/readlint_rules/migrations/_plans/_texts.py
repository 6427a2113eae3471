"""What the steps of safe sequences say in SQL. Names are given as they stand there, quoted where that is needed."""

from __future__ import annotations

from collections.abc import Iterable


def build_index(name: str, table: str, columns: Iterable[str], *, unique: bool) -> str:
    what = "UNIQUE INDEX" if unique else "INDEX"
    return f"CREATE {what} CONCURRENTLY IF NOT EXISTS {name} ON {table} ({', '.join(columns)})"


def drop_index(name: str) -> str:
    return f"DROP INDEX CONCURRENTLY IF EXISTS {name}"


def attach_index(name: str, table: str, kind: str = "UNIQUE", *, index: str = "") -> str:
    """PostgreSQL gives the index the name of the constraint, if it has another one."""
    return f"ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {index or name}"


def validate(name: str, table: str) -> str:
    return f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"


def drop_constraint(name: str, table: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


def check_not_null(name: str, table: str, column: str) -> str:
    """A check that proves it lets `SET NOT NULL` pass without a look at the rows."""
    return f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID"


def set_null(table: str, column: str, to: str) -> str:
    """`to`: SET or DROP."""
    return f"ALTER TABLE {table} ALTER COLUMN {column} {to} NOT NULL"


def fill_batch(table: str, column: str) -> str:
    """Give some of the rows that have no value yet the default."""
    batch = f"SELECT ctid FROM {table} WHERE {column} IS NULL LIMIT 1000"
    return f"UPDATE {table} SET {column} = DEFAULT WHERE ctid = ANY (ARRAY ({batch}))"


def fill(table: str, column: str) -> str:
    """All of them, in batches, each of which commits by itself. From PostgreSQL 11, outside of a transaction."""
    loop = f"{fill_batch(table, column)};\n        EXIT WHEN NOT FOUND;\n        COMMIT;"
    return f"DO $$\nBEGIN\n    LOOP\n        {loop}\n    END LOOP;\nEND\n$$"
