"""The fixes of RL301 and RL302 run: on a database, with harmless values and with those that an attacker would send.

Each line of `SHAPES` is a way to put something into a query. It is put into a file for each library, fixed, and both
files are run. A fix has to give the same rows for harmless values, and for hostile ones the rows that the original
gives when its author had escaped them by hand; and it has to leave the tables as they are.

To add a shape, add a line. `x` is what is put in: a text, a number, a list of either, or a name. `;;` parts statements, the
last of which is the query; behind `<-` stand parameters that the call has already. A library in front of `:` restricts
the line to it, `unsafe` in front of it says that `--fix` alone leaves it.
"""

from __future__ import annotations

import asyncio
import importlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from databases import django_connection, mariadb, odbc_driver, postgresql
from harness import Readlint
from readlint_rules.sql._binding import MEASURED

SHAPES = {
    "text": r"""
f"SELECT id FROM users WHERE name = '{x}' ORDER BY id"
f'SELECT id FROM users WHERE name = \'{x}\' ORDER BY id'
rf"SELECT id FROM users WHERE name = '{x}' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x!s}' ORDER BY id"
f"SELECT id FROM users WHERE name = '{str(x)}' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x.strip()}' ORDER BY id"
f"SELECT id FROM users WHERE name='{x}'"
f"SELECT id FROM users WHERE 'x{x}' = 'x' || name"
"SELECT id FROM users WHERE name = '%s' ORDER BY id" % x
f"SELECT id FROM {TABLE} WHERE name = '{x}' ORDER BY id"
"SELECT id FROM users WHERE name = '%s' AND city = '%s'" % (x, x)
"SELECT id FROM users WHERE name = '%(name)s'" % {"name": x}
"SELECT id FROM users WHERE name = '%s' AND age > %d" % (x, 17)
"SELECT id FROM users WHERE name LIKE '%%%s%%' ORDER BY id" % x
"SELECT id FROM users WHERE name = '{}' ORDER BY id".format(x)
"SELECT id FROM users WHERE name = '{0}' OR city = '{0}' ORDER BY id".format(x)
"SELECT id FROM users WHERE name = '{name}' ORDER BY id".format(name=x)
"SELECT id, '{{}}' AS braces FROM users WHERE name = '{}' ORDER BY id".format(x)
f"SELECT id, '{{}}' AS braces FROM users WHERE name = '{x}' ORDER BY id"
"SELECT id FROM users WHERE name = '" + x + "' ORDER BY id"
"SELECT id FROM users WHERE name = '" + x + "'"
"SELECT id FROM users WHERE name = '" + str(x) + "' OR city = '" + x + "' ORDER BY id"
"SELECT id FROM users " "WHERE name = '" + x + "' " "ORDER BY id"
("SELECT id FROM users " f"WHERE name = '{x}' " "ORDER BY id")
f"SELECT id FROM users WHERE name = '{x}' AND age > {len('sixteen')}"
f"SELECT id FROM users WHERE name LIKE '%{x}%' ORDER BY id"
f"SELECT id FROM users WHERE name LIKE '{x}%' ORDER BY id"
f"SELECT id FROM users WHERE name LIKE '%{x}' ORDER BY id"
f"SELECT id FROM users WHERE name NOT LIKE '{x}' ORDER BY id"
"SELECT id FROM users WHERE name LIKE '%" + x + "%' ORDER BY id"
"SELECT id FROM users WHERE name LIKE '%{}%' ORDER BY id".format(x)
f"SELECT id FROM users WHERE name = '{x}' AND city LIKE 'B%' ORDER BY id"
f"SELECT id FROM users WHERE city LIKE '%%' AND name = '{x}' ORDER BY id"
f"SELECT id, 100 % age FROM users WHERE name = '{x}' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x}' AND city <> 'what?' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x}' AND city <> '12:30' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x}' /* it's 5% */ ORDER BY id"
f"SELECT id FROM users WHERE city = 'O''Hara' OR name = '{x}' ORDER BY id"
f"SELECT id FROM users WHERE name = 'O''{x}' ORDER BY id"
f"SELECT id FROM users WHERE name = '{x} {x}' ORDER BY id"
f"SELECT id FROM users WHERE name || ' ' || city = '{x} Berlin' ORDER BY id"
f"SELECT id FROM users WHERE name IN ('{x}', 'Bob') ORDER BY id"
f"SELECT id FROM users WHERE name BETWEEN '{x}' AND 'Bz' ORDER BY id"
f"SELECT id FROM users WHERE (name = '{x}') AND (age > 5)"
f"SELECT id FROM users WHERE NOT name = '{x}' ORDER BY id"
f"SELECT id FROM users WHERE lower(name) = lower('{x}') ORDER BY id"
f"SELECT id FROM users WHERE name <> '{x}' AND age >= 18 ORDER BY id LIMIT 2"
f"SELECT id, CASE WHEN name = '{x}' THEN 1 ELSE 0 END FROM users ORDER BY id"
f"SELECT id, CASE WHEN age > 20 THEN '{x}' ELSE name END FROM users ORDER BY id"
f"SELECT id FROM users WHERE id IN (SELECT id FROM users WHERE name = '{x}') ORDER BY id"
f"WITH found AS (SELECT * FROM users WHERE name = '{x}') SELECT id FROM found ORDER BY id"
f"SELECT count(*) FROM users WHERE name = '{x}'"
f"SELECT u.id FROM users u JOIN users v ON u.id = v.id AND v.name = '{x}' ORDER BY 1"
f"INSERT INTO users (id, name, age, city) VALUES (90, '{x}', 5, 'Rome')"
f"UPDATE users SET name = '{x}' WHERE id = 1"
f"UPDATE users SET name = '{x}', city = '{x}!' WHERE name = 'Bob'"
f"DELETE FROM users WHERE name = '{x}'"
f"INSERT INTO users (id, name) SELECT id + 50, '{x}' FROM users WHERE name = '{x}'"
f"SELECT '{x}' AS shown"
f"SELECT id, '{x}' FROM users UNION SELECT 0, '{x}' ORDER BY 1"
f"SELECT DISTINCT '{x}' FROM users"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"VALUES ('{x}', 1)"
f"SELECT id FROM users ORDER BY name = '{x}', id"
f"SELECT id FROM users WHERE id = 1 OR EXISTS (SELECT 1 FROM users WHERE name = '{x}') ORDER BY id"
f"  -- who\n SELECT id FROM users WHERE name = '{x}';"
query = f"SELECT id FROM users WHERE name = '{x}'" ;; query
query = "SELECT id FROM users" ;; query += " WHERE name = '" + x + "'" ;; query += " ORDER BY id" ;; query
query = "SELECT id FROM users WHERE name = '%s'" % x ;; query
table = "users" ;; f"SELECT id FROM {table} WHERE name = '{x}' ORDER BY id"
user = {"name": x} ;; f"SELECT id FROM users WHERE name = '{user['name']}' ORDER BY id"
user = {"name": x} ;; f"SELECT id FROM users WHERE name LIKE '%{user['name']}%' ORDER BY id"
low = x.lower() ;; f"SELECT id FROM users WHERE lower(name) = '{low}' ORDER BY id"
first = f"{x}" ;; f"SELECT id FROM users WHERE name = '{first}' ORDER BY id"
both = f"{x} Ann" ;; f"SELECT id FROM users WHERE name = '{both}' ORDER BY id"
both = x + " " + x ;; f"SELECT id FROM users WHERE name LIKE '{both}%' ORDER BY id"
import textwrap ;; textwrap.dedent(f"SELECT id FROM users WHERE name = '{x}' ORDER BY id")
unsafe psycopg SQLAlchemy Django pyodbc: f"SELECT id FROM users WHERE coalesce(name, '{x}') = '{x}' ORDER BY id"
unsafe: f"SELECT id FROM users WHERE name = {x!r}"
sqlite3 pyodbc: f"SELECT id FROM users WHERE name = '{x}' AND age > ? ORDER BY id" <- (17,)
sqlite3 pyodbc: f"SELECT id FROM users WHERE age > ? AND name = '{x}' AND city = ? ORDER BY id" <- [17, "Berlin"]
sqlite3: f"SELECT id FROM users WHERE age > :age AND name = '{x}' ORDER BY id" <- {"age": 17}
sqlite3: f"SELECT id FROM users WHERE name GLOB '{x}*' ORDER BY id"
psycopg2 psycopg Django PyMySQL mysqlclient: f"SELECT id FROM users WHERE age > %s AND name = '{x}' AND city = %s ORDER BY id" <- (17, "Berlin")
psycopg2 psycopg Django PyMySQL mysqlclient: f"SELECT id FROM users WHERE age > %s AND name LIKE '%%{x}%%' ORDER BY id" <- [17]
psycopg2 psycopg PyMySQL mysqlclient: f"SELECT id FROM users WHERE age > %(age)s AND name = '{x}' ORDER BY id" <- {"age": 17}
psycopg2 psycopg SQLAlchemy: f"SELECT id FROM users WHERE name::text = '{x}'::text ORDER BY id"
psycopg2 psycopg Django SQLAlchemy: f"SELECT id FROM users WHERE name ILIKE '{x}%' ORDER BY id"
psycopg2 psycopg Django SQLAlchemy: f"SELECT id FROM users WHERE (to_json(users) ->> 'name') = '{x}' ORDER BY id"
psycopg2 psycopg Django SQLAlchemy: f"SELECT to_json(users) ->> '{x}' FROM users ORDER BY id"
psycopg2 PyMySQL mysqlclient: f"SELECT id FROM users WHERE concat(name, '') = concat('{x}', '') ORDER BY id"
sqlite3 psycopg2 PyMySQL mysqlclient: f"SELECT id FROM users WHERE coalesce(name, '{x}') = '{x}' ORDER BY id"
unsafe psycopg SQLAlchemy pyodbc: f"SELECT id FROM users WHERE name || '' = '{x}' GROUP BY id ORDER BY id"
SQLAlchemy: f"SELECT id FROM users WHERE age > :age AND name = '{x}' ORDER BY id" <- {"age": 17}
SQLAlchemy: f"SELECT id FROM users WHERE age > :name AND name = '{x}' ORDER BY id" <- {"name": 17}
PyMySQL mysqlclient: f'SELECT id FROM users WHERE name = "{x}" ORDER BY id'
PyMySQL mysqlclient: f"SELECT id FROM users WHERE name REGEXP '^{x}$' ORDER BY id"
PyMySQL mysqlclient: f"SELECT id, 100 %% age FROM users WHERE name = '{x}' AND age > %s ORDER BY id" <- [17]
PyMySQL mysqlclient: f"SET @shown = '{x}'"
psycopg2: f"SET application_name TO '{x}'"
psycopg2: f"SELECT text '{x}' AS shown"
psycopg2: f"CREATE TEMPORARY TABLE made (name TEXT DEFAULT '{x}')"
psycopg2: f"COMMENT ON TABLE users IS '{x}'"
psycopg2: f"CREATE TEMPORARY TABLE made AS SELECT id FROM users WHERE name = '{x}'"
psycopg2: f"SELECT id FROM users WHERE name = ANY(ARRAY['{x}', 'Bob']) ORDER BY id"
name = str(x) ;; f"SELECT id FROM users WHERE name = {name!r} ORDER BY id"
asyncpg: f"SELECT id FROM users WHERE age > $1 AND name = '{x}' AND city = $2 ORDER BY id" <- 17, "Berlin"
""",
    "number": r"""
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT id FROM users WHERE id = '{x}'"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT id FROM users WHERE age > '{x}' ORDER BY id"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT id FROM users WHERE age BETWEEN '{x}' AND '30' ORDER BY id"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT id FROM users WHERE age IN ('{x}', '31') ORDER BY id"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"UPDATE users SET age = '{x}' WHERE name = 'Bob'"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"INSERT INTO users (id, name, age) VALUES ('{x}', 'new', '{x}')"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT id FROM users WHERE age + '{x}' > 20 ORDER BY id"
sqlite3 psycopg2 psycopg Django SQLAlchemy PyMySQL mysqlclient pyodbc: f"SELECT CASE WHEN age > 20 THEN '{x}' ELSE age END FROM users ORDER BY id"
psycopg2 psycopg SQLAlchemy Django: f"SELECT id FROM users ORDER BY id LIMIT '{x}'"
unsafe: f"SELECT id FROM users WHERE id = {x}"
unsafe: f"SELECT id FROM users WHERE age > {x} ORDER BY id"
unsafe: f"SELECT id FROM users WHERE age BETWEEN {x} AND {x} + 20 ORDER BY id"
unsafe: "SELECT id FROM users WHERE id = %s" % x
unsafe: "SELECT id FROM users WHERE id = {} ORDER BY id".format(x)
unsafe: "SELECT id FROM users WHERE id = " + str(x)
unsafe: f"SELECT id FROM users ORDER BY id LIMIT {x}"
unsafe: f"SELECT id FROM users ORDER BY id LIMIT 2 OFFSET {x}"
unsafe: f"UPDATE users SET age = {x} WHERE name = 'Bob'"
unsafe: f"INSERT INTO users (id, name, age) VALUES ({x} + 100, 'new', {x})"
unsafe: f"SELECT id FROM users WHERE age > {x} + 1 ORDER BY id"
""",
    "numbers": r"""
unsafe: f"SELECT id FROM users WHERE id IN ({','.join(map(str, x))}) ORDER BY id"
unsafe: f"SELECT id FROM users WHERE id NOT IN ({', '.join(str(i) for i in x)}) ORDER BY id"
unsafe: "SELECT id FROM users WHERE id IN (" + ", ".join([str(i) for i in x]) + ") ORDER BY id"
unsafe: f"SELECT id FROM users WHERE id IN {tuple(x)} ORDER BY id"
""",
    "texts": r"""
unsafe: "SELECT id FROM users WHERE name IN (" + ", ".join(f"'{i}'" for i in x) + ") ORDER BY id"
unsafe: "SELECT id FROM users WHERE name IN (" + ", ".join(["'" + i + "'" for i in x]) + ") ORDER BY id"
""",
    "table": r"""
unsafe psycopg2 psycopg: f"SELECT id FROM {x} ORDER BY id"
unsafe psycopg2 psycopg: f'SELECT id, \'{{}}\' FROM "{x}" ORDER BY id'
unsafe psycopg2 psycopg: "SELECT id FROM " + x + " WHERE name LIKE 'A%' ORDER BY id"
unsafe psycopg2 psycopg: "SELECT id FROM {} ORDER BY id".format(x)
unsafe psycopg2 psycopg: f"SELECT id FROM {x} WHERE name = %s ORDER BY id" <- ("Ann",)
""",
    "column": r"""
unsafe psycopg2 psycopg: f"SELECT id FROM users ORDER BY {x}"
unsafe psycopg2 psycopg: "SELECT id FROM users u ORDER BY u.%s" % x
""",
}

HARMLESS: dict[str, list[Any]] = {
    "text": ["Ann", "Bob", "Zoë", "nobody", "Berlin", "", "n"],
    "number": [1, 2, 17],
    "numbers": [[1, 2], [3, 4, 5]],
    "texts": [["Ann", "Bob"], ["nobody", "Zoë", "Ann"]],
    "table": ["users"],
    "column": ["id", "name", "age"],
}
HOSTILE = [
    "O'Brien",
    "' OR '1'='1",
    "' OR 1=1 --",
    "' OR 1=1 #",
    "' OR 1=1 /*",
    "x'/**/OR/**/1=1 --",
    "'; DROP TABLE vault; --",
    "'; DELETE FROM users; SELECT '",
    "1; DELETE FROM users",
    "1 OR 1=1",
    "1) OR (1=1",
    "' UNION SELECT secret FROM vault --",
    "0 UNION SELECT secret FROM vault",
    "\\",
    "\\'",
    "\\' OR 1=1 --",
    "a\\b",
    "100%",
    "%",
    "%s",
    "%(name)s",
    "%%",
    "_",
    "?",
    "$1",
    ":name",
    "{x}",
    "$$",
    '"',
    "''",
    "'",
    "\u02bc OR 1=1 --",
    "\u2019 OR 1=1 --",
    "\uff07 OR 1=1 --",
    "line\n' OR 1=1 --",
    "--",
]

ROWS = [
    (1, "Ann", 31, "Berlin"),
    (2, "Bob", 17, "Bonn"),
    (3, "Zoë", 45, "Ann"),
    (4, "O'Brien", 22, "Dublin"),
    (5, "100%", 60, "Rome"),
    (6, "a\\b", 18, "Berlin"),
    (7, "Ann Ann", 5, "Berlin"),
]
TABLES = "CREATE TABLE users (id INTEGER, name TEXT, age INTEGER, city TEXT); CREATE TABLE vault (secret TEXT)"
FILL = "".join(
    "INSERT INTO users VALUES ({}, '{}', {}, '{}');".format(i, name.replace("'", "''"), age, city)
    for i, name, age, city in ROWS
)
SETUP = f"{TABLES}; {FILL} INSERT INTO vault VALUES ('s3cret')"
DUMP = "SELECT id, name, age, city FROM users ORDER BY id, name"

Find = Callable[[Any], list[tuple[Any, ...]]]


class Library:
    """How a query is run with a library: `source` is a file with the shape in it."""

    name = ""
    module = ""
    source = ""
    given = ", {}"
    needs = "postgresql"
    is_async = False

    def __init__(self, server: Path) -> None:
        self.server = server
        self.connection: Any = None

    def open(self) -> None:
        raise NotImplementedError

    def run(self, function: Callable[..., Any], x: Any) -> Any:
        return [tuple(row) for row in function(self.connection, x)]

    def query(self, text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.connection.execute(text).fetchall()]

    def rollback(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def escaped(self, x: Any, has_parameters: bool) -> Any:
        """What careful authors would do by hand; numbers are what they are."""
        if isinstance(x, list):
            return [self.escaped(one, has_parameters) for one in x]
        return x.replace("'", "''") if isinstance(x, str) else x


class Sqlite(Library):
    name = module = "sqlite3"
    needs = ""
    source = """\
import sqlite3

def find(connection: sqlite3.Connection, x):
    {before}
    return connection.execute({query}{given}).fetchall()
"""

    def open(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.executescript(SETUP)
        self.connection.execute("PRAGMA case_sensitive_like = ON")


class Psycopg2(Library):
    name = module = "psycopg2"
    source = """\
import psycopg2

def find(connection: "psycopg2.extensions.connection", x):
    {before}
    cursor = connection.cursor()
    cursor.execute({query}{given})
    return cursor.fetchall() if cursor.description else []
"""

    def open(self) -> None:
        self.connection = importlib.import_module(self.module).connect(
            host=self.server, user="postgres", dbname="postgres"
        )

    def query(self, text: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall())

    def escaped(self, x: Any, has_parameters: bool) -> Any:
        found = super().escaped(x, has_parameters)
        return found.replace("%", "%%") if isinstance(found, str) and has_parameters else found


class Psycopg(Psycopg2):
    name = module = "psycopg"
    source = Psycopg2.source.replace('"psycopg2.extensions.connection"', "psycopg.Connection").replace(
        "psycopg2", "psycopg"
    )


class Django(Psycopg2):
    name, module = "Django", "django"
    source = """\
from django.db import connection

def find(_, x):
    {before}
    with connection.cursor() as cursor:
        cursor.execute({query}{given})
        return cursor.fetchall() if cursor.description else []
"""

    def open(self) -> None:
        self.connection = django_connection(str(self.server))
        self.connection.set_autocommit(False)


class SqlAlchemy(Library):
    name, module = "SQLAlchemy", "sqlalchemy"
    source = """\
import sqlalchemy
from sqlalchemy import text

def find(connection: sqlalchemy.Connection, x):
    {before}
    result = connection.execute(text({query}){given})
    return result.fetchall() if result.returns_rows else []
"""

    def open(self) -> None:
        sqlalchemy = importlib.import_module("sqlalchemy")
        self.text = sqlalchemy.text
        self.connection = sqlalchemy.create_engine(
            f"postgresql+psycopg://postgres@/postgres?host={self.server}"
        ).connect()

    def query(self, text: str) -> list[tuple[Any, ...]]:
        return super().query(self.text(text))

    def escaped(self, x: Any, has_parameters: bool) -> Any:
        found = super().escaped(x, has_parameters)
        return found.replace(":", "\\:") if isinstance(found, str) else found


class Asyncpg(Library):
    name = module = "asyncpg"
    is_async = True
    source = """\
import asyncpg

async def find(connection: asyncpg.Connection, x):
    {before}
    return await connection.fetch({query}{given})
"""

    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        asyncpg = importlib.import_module("asyncpg")
        self.connection = self.wait(asyncpg.connect(host=str(self.server), user="postgres", database="postgres"))
        self.begin()

    def wait(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def begin(self) -> None:
        self.transaction = self.connection.transaction()
        self.wait(self.transaction.start())

    def run(self, function: Callable[..., Any], x: Any) -> Any:
        return [tuple(row) for row in self.wait(function(self.connection, x))]

    def query(self, text: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.wait(self.connection.fetch(text))]

    def rollback(self) -> None:
        self.wait(self.transaction.rollback())
        self.begin()

    def close(self) -> None:
        self.wait(self.connection.close())
        self.loop.close()


class PyMySql(Psycopg2):
    name, module = "PyMySQL", "pymysql"
    needs = "mariadb-server"
    source = Psycopg2.source.replace("psycopg2.extensions.connection", "pymysql.connections.Connection").replace(
        "psycopg2", "pymysql"
    )

    def open(self) -> None:
        connect = importlib.import_module(self.module).connect
        self.connection = connect(
            unix_socket=str(self.server / "socket"), user="root", database="shop", charset="utf8mb4"
        )

    def escaped(self, x: Any, has_parameters: bool) -> Any:
        if not isinstance(x, str):
            return super().escaped(x, has_parameters)
        found = re.sub(r"[\\'\"]", r"\\\g<0>", x)
        return found.replace("%", "%%") if has_parameters else found


class MySqlClient(PyMySql):
    name, module = "mysqlclient", "MySQLdb"
    source = PyMySql.source.replace("pymysql", "MySQLdb")


class Pyodbc(Library):
    name = module = "pyodbc"
    source = """\
import pyodbc

def find(connection: pyodbc.Connection, x):
    {before}
    cursor = connection.execute({query}{given})
    return cursor.fetchall() if cursor.description else []
"""

    def open(self) -> None:
        driver = odbc_driver("psqlodbcw.so")
        if driver is None:
            pytest.skip("the ODBC driver of PostgreSQL is not installed here: apt-get install odbc-postgresql")
        self.connection = importlib.import_module("pyodbc").connect(
            f"Driver={driver};Servername={self.server};Port=5432;Database=postgres;UID=postgres"
        )


LIBRARIES = [Sqlite, Psycopg2, Psycopg, SqlAlchemy, Django, Asyncpg, PyMySql, MySqlClient, Pyodbc]


class Shape(NamedTuple):
    number: int
    kind: str
    line: str
    libraries: tuple[str, ...]
    is_safe: bool
    before: str
    query: str
    given: str

    def __str__(self) -> str:
        return f"{self.number}-{self.query[:50]}"

    def source(self, library: type[Library]) -> str:
        given = library.given.format(self.given) if self.given else ""
        source = library.source.format(before=self.before, query=self.query, given=given)
        return f'{source}\n\nTABLE = "users"\n'


def shapes() -> Iterator[Shape]:
    names = {library.name for library in LIBRARIES}
    for kind, text in SHAPES.items():
        for number, line in enumerate(text.strip().splitlines(), 1):
            head, found, rest = line.partition(": ")
            words = set(head.split())
            has_head = bool(found) and words <= names | {"unsafe"}
            code, _, given = (rest if has_head else line).partition(" <- ")
            *before, query = code.split(" ;; ")
            only = tuple(words - {"unsafe"}) if has_head else ()
            is_safe = not has_head or "unsafe" not in words
            yield Shape(number, kind, line, only or tuple(names), is_safe, "; ".join(before) or "pass", query, given)


CASES = [(library, shape) for library in LIBRARIES for shape in shapes() if library.name in shape.libraries]


# The server


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Path | None]]:
    with postgresql(SETUP) as first, mariadb(SETUP) as second:
        yield {"postgresql": first, "mariadb-server": second, "": Path()}


@pytest.fixture(scope="module")
def libraries(servers: dict[str, Path | None]) -> Iterator[Callable[[type[Library]], Library]]:
    """The libraries with an open connection, each opened once."""
    opened: dict[type[Library], Library] = {}

    def get(library: type[Library]) -> Library:
        if library not in opened:
            # Not found, or what it links to is not: pyodbc needs the driver manager.
            pytest.importorskip(library.module, reason=f"{library.name} cannot be used here", exc_type=ImportError)
            server = servers[library.needs]
            if server is None:
                pytest.skip(f"there is no server here: apt-get install {library.needs}")
            made = library(server)
            made.open()
            opened[library] = made
        return opened[library]

    yield get
    for library in opened.values():
        library.rollback()
        library.close()


class Fixed(NamedTuple):
    """The files of all shapes, as they were and as the fixes made them."""

    folder: Path

    def text(self, state: str, library: type[Library], shape: Shape) -> str:
        return (self.folder / state / library.name / f"{shape.kind}_{shape.number}.py").read_text(encoding="utf-8")

    def load(self, state: str, library: type[Library], shape: Shape) -> Callable[..., Any]:
        names: dict[str, Any] = {}
        exec(compile(self.text(state, library, shape), f"{state} {shape}", "exec"), names)
        found: Callable[..., Any] = names["find"]
        return found


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Fixed:
    """All shapes, fixed in one run with safe fixes and one with all."""
    folder = tmp_path_factory.mktemp("shapes")
    for state in ("original", "safe", "unsafe"):
        for library, shape in CASES:
            path = folder / state / library.name / f"{shape.kind}_{shape.number}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(shape.source(library), encoding="utf-8")
    readlint = Readlint(folder)
    for state, options in (("safe", ()), ("unsafe", ("--unsafe-fixes",))):
        readlint("--isolated", "--no-cache", "--select", "RL301,RL302,RL304", "--fix", *options, folder / state)
    return Fixed(folder)


# The tests

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("sql-fixes")]


class Came(NamedTuple):
    """What a query came to: its rows and the table behind it, or that it failed."""

    rows: list[tuple[Any, ...]] | None
    users: list[tuple[Any, ...]]
    vault: list[tuple[Any, ...]]


def came(library: Library, function: Callable[..., Any], x: Any) -> Came:
    rows = None
    try:
        rows = library.run(function, x)
    except (NameError, AttributeError, SyntaxError):
        raise  # a mistake in the code, not in the query
    except Exception:
        library.rollback()  # what a failed query did is gone
    try:
        return Came(rows, library.query(DUMP), library.query("SELECT secret FROM vault"))
    finally:
        library.rollback()


@pytest.mark.parametrize(("library", "shape"), CASES, ids=lambda one: getattr(one, "name", None) or str(one))
def test_a_fix_keeps_the_rows_and_stops_the_attack(
    library: type[Library], shape: Shape, fixed: Fixed, libraries: Callable[[type[Library]], Library]
) -> None:
    original = fixed.text("original", library, shape)
    is_safe = shape.is_safe and not library.is_async
    assert (fixed.text("safe", library, shape) != original) == is_safe, "whether the fix is safe"
    assert fixed.text("unsafe", library, shape) != original, "whether there is a fix"
    opened = libraries(library)
    before, after = (fixed.load(state, library, shape) for state in ("original", "unsafe"))
    for x in HARMLESS[shape.kind]:
        expected = came(opened, before, x)
        assert expected.rows is not None, "the shape itself does not run"
        assert came(opened, after, x) == expected, x
    untouched = came(opened, lambda *_: _nothing(library), None)
    for text in HOSTILE:
        x = [text, "Ann"] if shape.kind in ("numbers", "texts") else text
        found = came(opened, after, x)
        assert "s3cret" not in repr(found.rows)
        assert found.vault == [("s3cret",)]
        if shape.kind in ("text", "texts") and "!r" not in shape.query:
            assert found == came(opened, before, opened.escaped(x, bool(shape.given))), text
        else:
            assert len(found.users) >= len(untouched.users), "rows are gone"


def _nothing(library: type[Library]) -> Any:
    async def wait() -> list[Any]:
        return []

    return wait() if library.is_async else []


def test_there_are_enough_shapes() -> None:
    """Sixty ways for each library."""
    for library in LIBRARIES:
        assert sum(one is library for one, _ in CASES) >= 60, library.name


def test_only_drivers_that_were_run_have_safe_fixes() -> None:
    """Three hand queries on to a driver that is run."""
    assert {library.name for library in LIBRARIES} | {"aiosqlite", "aiopg", "aioodbc"} == MEASURED
