"""What a migration says of its database: plain words are looked for before the patterns, and must miss none of these."""

from __future__ import annotations

import pytest
from readlint_rules.migrations._proof import of_code


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("from django.contrib.postgres.fields import ArrayField", True),
        ("import psqlextra.backend", True),
        ("from sqlalchemy.dialects import postgresql", True),
        ("from sqlalchemy.dialects.postgresql import JSONB", True),
        ("LANGUAGE plpgsql", True),
        ("URL = 'Postgres+psycopg://db/app'", True),
        ('op.execute("CREATE EXTENSION citext")', True),
        ("select * from pg_catalog.pg_class", True),
        ("from sqlalchemy.dialects import mysql", False),
        ("from sqlalchemy.dialects.mssql import BIT", False),
        ("sa.JSON().with_variant(JSONB, name)", False),
        ("render_as_batch=True", False),
        ("op.create_index('a', 'b', ['c'], mysql_length=10)", False),
        ("sqlite_where=None", False),
        ("url = 'mariadb://db/app'", False),
        ("from django.db.backends.oracle import base", False),
        ("if bind.dialect.name == name:", False),
        ("dialect_name = None", False),
        ("url.drivername", False),
        ("schema_editor.connection.vendor", False),
        ("op.add_column('orders', sa.Column('note', sa.Text()))", None),
    ],
)
def test_what_shows_the_database(text: str, shows: bool | None) -> None:
    assert of_code(text) is shows
