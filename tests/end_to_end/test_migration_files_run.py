"""Which transaction a statement of a migration's file is in: run the way that its runner runs it.

A concurrent build shows it, which PostgreSQL refuses inside of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from databases import postgresql
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._model import Migration

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings
from readlint.syntax.parse import parse

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("migration-files-run")]

BUILD = "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (x)"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    pytest.importorskip("psycopg")
    with postgresql("CREATE TABLE orders (x int)") as folder:
        if folder is None:
            pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
        yield str(folder)


def model_of(path: str, text: str) -> Migration:
    source = Source(path, text.encode())
    found = migration_of(Context(source, parse(source), Settings()))
    assert found is not None
    return found


def is_refused_by_model(migration: Migration) -> bool:
    found = [statement.transaction for _, statement in migration.statements() if statement.concurrently]
    assert found
    return any(transaction is not None for transaction in found)


def fresh_database(host: str) -> str:
    """A copy of the first one: yoyo remembers in it what it has run."""
    import psycopg

    name = f"d{next(_NUMBERS)}"
    with psycopg.connect(host=host, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
    return name


_NUMBERS = count()


@pytest.mark.parametrize("option", ["", " transaction:false"])
@pytest.mark.parametrize(
    "block",
    [
        f"{BUILD};",
        f"-- a comment\n{BUILD}",
        f"SET lock_timeout = '5s';\n{BUILD};",
        f"{BUILD};\nSELECT 1;",
        f"COMMIT;\n{BUILD};",
        f"BEGIN;\nSELECT 1;\nCOMMIT;\n{BUILD};",
        f"BEGIN;\n{BUILD};\nCOMMIT;",
    ],
)
def test_dbmate(block: str, option: str, host: str) -> None:
    """It sends a block as one text, in a transaction unless the mark says otherwise."""
    import psycopg

    text = f"-- migrate:up{option}\n{block}\n\n-- migrate:down\n"
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        try:
            if not option:
                connection.execute("BEGIN")
            connection.execute(text.partition("-- migrate:down")[0].encode())
            refused = False
        except psycopg.errors.ActiveSqlTransaction:
            refused = True
    assert is_refused_by_model(model_of("db/1.sql", text)) == refused


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("1.sql", f"-- depends:\n{BUILD};\n"),
        ("1.sql", f"-- transactional: false\n{BUILD};\n"),
        ("1.sql", f"-- transactional: FALSE\nSET lock_timeout = '5s';\n{BUILD};\nSELECT 1;\n"),
        ("1.sql", f"-- transactional: false\nBEGIN;\nSELECT 1;\nCOMMIT;\n{BUILD};\n"),
        ("1.sql", f"-- transactional: false\nBEGIN;\n{BUILD};\nCOMMIT;\n"),
        ("1.py", f'from yoyo import step\nsteps = [step("{BUILD}")]\n'),
        ("1.py", f'from yoyo import step\n__transactional__ = False\nsteps = [step("{BUILD}")]\n'),
        ("1.py", f'from yoyo import step\n__transactional__ = False\nsteps = [step("SELECT 1; {BUILD}")]\n'),
        ("1.py", f'from yoyo import step\n__transactional__ = False\nstep("SELECT 1")\nstep("{BUILD}")\n'),
        ("1.py", f'from yoyo import group, step\nsteps = [group(step("SELECT 1"), step("{BUILD}"))]\n'),
    ],
)
def test_yoyo(name: str, text: str, host: str, tmp_path: Path) -> None:
    yoyo: Any = pytest.importorskip("yoyo")
    pytest.importorskip("psycopg2")
    (tmp_path / name).write_text(text, encoding="utf-8")
    backend = yoyo.get_backend(f"postgresql://postgres@/{fresh_database(host)}?host={host}")
    refused = ""
    try:
        backend.apply_migrations(backend.to_apply(yoyo.read_migrations(str(tmp_path))))
    except backend.DatabaseError as error:
        refused = str(error)
    finally:
        backend.connection.close()
    assert not refused or "cannot run inside a transaction block" in refused
    assert is_refused_by_model(model_of(f"db/{name}", text)) == bool(refused)
