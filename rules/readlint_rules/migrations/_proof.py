"""What shows that migrations are run on PostgreSQL, or that they may be run on other databases."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from readlint.api import regex

#: What only PostgreSQL has, and what names it, in migrations and in `env.py`.
_POSTGRESQL = regex(
    r"django\.contrib\.postgres\b|\bpsqlextra\b|dialects(?:\.| import )\(?\s*postgresql\b|\bplpgsql\b"
    r"|\bpostgres(?:ql)?(?:\+\w+)?://|\bcreate extension\b|\bpg_catalog\b",
    re.IGNORECASE,
)
#: Who asks for the database, names another one, or gives a type a variant, has more than one.
_OTHERS = regex(
    r"dialects(?:\.| import )\(?\s*(?:mysql|sqlite|mssql|oracle)\b|\bwith_variant\b|\brender_as_batch\s*=\s*True"
    r"|\b(?:mysql|mariadb|sqlite|mssql|oracle)(?:_\w+\s*=|(?:\+\w+)?:/)|\bbackends\.(?:mysql|sqlite3|oracle)\b"
    r"|\bdialect\.name\b|\bdialect_name\b|\bdrivername\b|\bconnection\.vendor\b",
    re.IGNORECASE,
)
#: One of these is in whatever the two find: plain texts are found much faster than a pattern.
_WORDS = ("postgres", "psqlextra", "plpgsql", "create extension", "pg_catalog")
_OTHER_WORDS = (
    *("mysql", "mariadb", "sqlite", "mssql", "oracle", "with_variant", "render_as_batch", "dialect.name"),
    *("dialect_name", "drivername", "connection.vendor"),
)
_URL = regex(r"^[ \t]*sqlalchemy\.url[ \t]*=[ \t]*(\w+)", re.MULTILINE)
#: What a project cannot be installed without, of PEP 621 and of Poetry.
_REQUIRED = regex(
    r"^dependencies\s*=\s*\[[^\n]*\]$|^dependencies\s*=\s*\[.*?^\s*\]|^\[tool\.poetry\.dependencies\]$.*?(?=^\[|\Z)",
    re.MULTILINE | re.DOTALL,
)
_OPTIONAL = regex(r"^.*\boptional\s*=\s*true\b.*$", re.MULTILINE)
_DRIVERS = regex(r"(?<![\w-])(?:psycopg(?:2|2-binary|2cffi)?|asyncpg|pg8000|aiopg)(?![\w-])", re.IGNORECASE)
_OTHER_DRIVERS = regex(
    r"(?<![\w-])(?:mysqlclient|pymysql|aiomysql|asyncmy|mysql-connector-python|mariadb|aiosqlite|oracledb|cx-oracle"
    r"|pyodbc|aioodbc|pymssql|mssql-django)(?![\w-])",
    re.IGNORECASE,
)


def of_code(text: str) -> bool | None:
    """Of a migration or of what sets up its database: whether it shows PostgreSQL; None where it shows nothing."""
    lower = text.lower()
    if any(word in lower for word in _OTHER_WORDS) and _OTHERS.search(text):
        return False
    return True if any(word in lower for word in _WORDS) and _POSTGRESQL.search(text) else None


def of_settings(kind: str, text: str) -> bool | None:
    """The same of `alembic.ini` and of `pyproject.toml`."""
    if kind == "ini":
        url = _URL.search(text)
        return None if url is None or url[1] == "driver" else url[1].startswith("postgres")
    required = _OPTIONAL.sub("", "\n".join(found[0] for found in _REQUIRED.finditer(text)))
    return False if _OTHER_DRIVERS.search(required) else True if _DRIVERS.search(required) else None


def is_shown(marks: Iterable[tuple[str, bool]], site: str, folder: str) -> bool:
    """Whether the marks that concern a place show PostgreSQL, and nothing else.

    Those are its own, those of the migrations in `folder`, and those of the settings of the folders around it.
    """
    return {shows for path, shows in marks if _concerns(path, site, folder)} == {True}


def _concerns(path: str, site: str, folder: str) -> bool:
    if path.endswith(".py"):
        return path.startswith(folder)
    above = os.path.dirname(path)
    return not above or site.startswith(f"{above}/")
