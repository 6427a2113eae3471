"""Gives peers that read SQL what the migrations of a folder send, and prints what they say: `FILE:LINE:CODE`.

A report is about a migration: the line is that of its class, or of its `upgrade`. Run in an environment of the peers.
"""

from __future__ import annotations

import importlib.util
import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import django
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.state import ProjectState
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements
from psycopg import sql
from sqlalchemy.exc import SQLAlchemyError

# Not about what a migration does: spelling, types by taste, statements that can be repeated, timeouts.
SQUAWK_EXCLUDED = (
    "prefer-text-field,prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-identity,prefer-robust-stmts,"
    "prefer-timestamp-tz,ban-char-field,require-lock-timeout,require-statement-timeout,require-timeout-settings"
)
START = re.compile(r"^class Migration\(|^def upgrade\(", re.MULTILINE)


def main(tool: str, folder: str) -> None:
    set_up()
    for path, statements, migration in sent(Path(folder)):
        line = START.search(text := path.read_text(encoding="utf-8"))
        row = text.count("\n", 0, line.start()) + 1 if line else 1
        for code in sorted(set(TOOLS[tool](statements, migration))):
            print(f"{path}:{row}:{code}")


def set_up() -> None:
    """Django as for a PostgreSQL that nobody connects to."""
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.postgres"],
    )
    django.setup()
    DatabaseWrapper.pg_version = 140000
    DatabaseWrapper.get_database_version = lambda self: (14,)
    connection.introspection.get_constraints = lambda cursor, table: {}  # nothing is there to be dropped first
    connection.introspection.get_sequences = lambda cursor, table: []
    DatabaseWrapper.cursor = lambda self: io.BytesIO()  # a context without a connection
    connection.ops.compose_sql = with_values
    for name in ("shop", "shop.models", "shop.constants", "project", "project.models", "project.migrations"):
        sys.modules[name] = MagicMock()  # what migrations of the battery import from their project


def with_values(statement: str, values: Sequence[object] | None) -> str:
    return statement % tuple(map(sql.quote, values)) if values else statement


def sent(folder: Path) -> Iterator[tuple[Path, list[str], Any]]:
    for place in sorted(folder.glob("*/migrations")):
        yield from sent_by_django(place)
    for place in sorted(folder.glob("*/alembic/versions")):
        yield from ((path, sent_by_alembic(loaded(path)), None) for path in in_order(place))


def in_order(place: Path) -> list[Path]:
    return sorted(place.glob("*.py"))


def loaded(path: Path) -> ModuleType:
    name = f"project.migrations.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # the linter reads the source of its functions
    spec.loader.exec_module(module)
    return module


def sent_by_django(place: Path) -> Iterator[tuple[Path, list[str], Any]]:
    """As `sqlmigrate` prints it, which would need a server to ask what has been applied."""
    state = ProjectState()
    for path in in_order(place):
        migration = loaded(path).Migration(path.stem, place.parent.name)
        editor = connection.SchemaEditorClass(connection, collect_sql=True, atomic=False)
        editor.deferred_sql, editor.atomic_migration = [], True  # opens no transaction of its own
        state = migration.apply(state, editor, collect_sql=True)
        for statement in editor.deferred_sql:
            editor.execute(statement)
        statements = [line for line in editor.collected_sql if not line.startswith("--")]
        yield path, (["BEGIN;", *statements, "COMMIT;"] if migration.atomic else statements), migration


def sent_by_alembic(module: ModuleType) -> list[str]:
    output = io.StringIO()
    options = {"as_sql": True, "literal_binds": True, "output_buffer": output}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with context.begin_transaction(), Operations.context(context):
        try:
            module.upgrade()
        except (AttributeError, TypeError, SQLAlchemyError) as error:
            # What asks the database gets no answer. The statements before that are there.
            print(f"{module.__name__}: {error}", file=sys.stderr)
    return [part + ";" for part in re.split(r";\s*\n", output.getvalue()) if part.strip()]


# Tools


def squawk(statements: list[str], migration: Any) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(statements))
        file.flush()
        program = str(Path(sys.executable).with_name("squawk"))
        argv = [program, "--reporter", "json", "--pg-version", "14.0", "--exclude", SQUAWK_EXCLUDED, file.name]
        done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    yield from (one["rule_name"] for one in json.loads(done.stdout or "[]"))


def migration_linter(statements: list[str], migration: Any) -> Iterator[str]:
    """What `lintmigrations` does with each migration; alembic-migration-linter asks the same analyser."""
    reports = [analyse_sql_statements(PostgresqlAnalyser, statements, [])]
    if migration is not None:
        linter = MigrationLinter.__new__(MigrationLinter)  # its own beginning reads a project and its database
        linter.exclude_migration_tests, linter.sql_analyser_class = [], PostgresqlAnalyser
        reports.append(linter.analyse_data_migration(migration))
    yield from (issue.code for errors, _, warnings in reports for issue in [*errors, *warnings])


TOOLS = {"squawk": squawk, "migration-linter": migration_linter}

if __name__ == "__main__":
    main(*sys.argv[1:])
