"""What each database library calls the ways to run SQL, how it marks parameters and what it takes them in.

Rows were read in the libraries' documentation and, for PostgreSQL, SQLite and SQLAlchemy, measured: psycopg 3.2,
psycopg2 2.9, asyncpg 0.30, PyMySQL 1.1, sqlite3 of CPython 3.11, SQLAlchemy 2.1, Django 5.2.
"""

from __future__ import annotations

from typing import NamedTuple

QMARK, PERCENT, DOLLAR, COLON, NUMBERED = "?", "%s", "$1", ":name", ":1"


class Driver(NamedTuple):
    """`styles` are the placeholders that it takes, the usual one first; `dialect` is how its SQL is taken apart."""

    name: str
    styles: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()  # what the parameters may be written in: tuple, list, dict; varargs for asyncpg
    dialect: str = ""
    binds_on_client: bool = False  # a parameter may then stand wherever a literal may
    percent_is_special: bool = False  # a literal % must be doubled once parameters are given
    expands_sequences: bool = False  # `IN %s` takes a tuple


_SEQUENCE = ("tuple", "list")
_ANY = ("tuple", "list", "dict")
_SQLITE = Driver("sqlite3", (QMARK, COLON), _ANY, "sqlite")
_PSYCOPG2 = Driver("psycopg2", (PERCENT,), _ANY, "postgres", True, True, True)
_PSYCOPG = Driver("psycopg", (PERCENT,), _ANY, "postgres", percent_is_special=True)
_ASYNCPG = Driver("asyncpg", (DOLLAR,), ("varargs",), "postgres")
_MYSQL = Driver("MySQL", (PERCENT,), _ANY, "mysql", True, True, True)
_ORACLE = Driver("Oracle", (NUMBERED, COLON), _ANY, "oracle")
_SQLALCHEMY = Driver("SQLAlchemy", (COLON,), ("dict",))
_DJANGO = Driver("Django", (PERCENT,), _ANY, percent_is_special=True)

#: By the package that made the connection, the cursor, the engine or the session.
DRIVERS: dict[str, Driver] = {
    "sqlite3": _SQLITE,
    "aiosqlite": _SQLITE._replace(name="aiosqlite"),
    "pysqlite2": _SQLITE,
    "sqlcipher3": _SQLITE,
    "pysqlcipher3": _SQLITE,
    "apsw": _SQLITE._replace(name="apsw"),
    "psycopg2": _PSYCOPG2,
    "aiopg": _PSYCOPG2._replace(name="aiopg"),
    "psycopg": _PSYCOPG,
    "psycopg_pool": _PSYCOPG,
    "asyncpg": _ASYNCPG,
    "pymysql": _MYSQL._replace(name="PyMySQL"),
    "MySQLdb": _MYSQL._replace(name="mysqlclient"),
    "aiomysql": _MYSQL._replace(name="aiomysql"),
    "asyncmy": _MYSQL._replace(name="asyncmy"),
    "mysql": _MYSQL._replace(name="mysql-connector", expands_sequences=False),
    "oracledb": _ORACLE._replace(name="oracledb"),
    "cx_Oracle": _ORACLE._replace(name="cx_Oracle"),
    "pyodbc": Driver("pyodbc", (QMARK,), _SEQUENCE, "tsql"),
    "aioodbc": Driver("aioodbc", (QMARK,), _SEQUENCE, "tsql"),
    "pymssql": Driver("pymssql", (PERCENT,), _ANY, "tsql", True, True),
    "duckdb": Driver("duckdb", (QMARK, DOLLAR), _ANY, "duckdb"),
    "snowflake": Driver("snowflake", (), (), "snowflake"),  # the style is a setting of the module
    "sqlalchemy": _SQLALCHEMY,
    "sqlmodel": _SQLALCHEMY,
    "flask_sqlalchemy": _SQLALCHEMY,
    "databases": Driver("databases", (COLON,), ("dict",)),
    "alembic": _SQLALCHEMY._replace(name="Alembic", containers=()),
    "django": _DJANGO,
    "pg8000": Driver("pg8000"),
    "redshift_connector": Driver("redshift_connector"),
    "clickhouse_driver": Driver("clickhouse-driver"),
    "clickhouse_connect": Driver("clickhouse-connect"),
    "trino": Driver("trino"),
    "prestodb": Driver("presto"),
    "pyhive": Driver("PyHive"),
    "impala": Driver("impyla"),
    "pyathena": Driver("PyAthena"),
    "boto3": Driver("boto3"),
    "google": Driver("BigQuery", (), (), "bigquery"),
    "pyspark": Driver("Spark"),
    "databricks": Driver("Databricks"),
    "vertica_python": Driver("vertica-python"),
    "teradatasql": Driver("teradatasql"),
    "hdbcli": Driver("hdbcli"),
    "ibm_db_dbi": Driver("ibm_db"),
    "firebird": Driver("firebird"),
    "peewee": Driver("peewee"),
    "playhouse": Driver("peewee"),
    "tortoise": Driver("tortoise"),
    "piccolo": Driver("piccolo"),
    "pony": Driver("pony"),
    "records": Driver("records", (COLON,)),
    "pandas": Driver("pandas"),
    "polars": Driver("polars"),
    "dataset": Driver("dataset", (COLON,)),
}
#: Packages with many other things in them: these names in them give connections.
ONLY_IN = {
    "django": ("django.db.connection", "django.db.connections", "django.db.transaction.get_connection"),
    "google": ("google.cloud.bigquery", "google.cloud.spanner"),
    "alembic": ("alembic.op", "alembic.context"),
    "pandas": (),
    "boto3": (),
}
#: What makes a connection, of the packages that also make statements.
MAKERS = {
    "sqlalchemy": frozenset(
        "create_engine create_async_engine engine_from_config async_engine_from_config Engine Connection AsyncEngine "
        "AsyncConnection Session AsyncSession sessionmaker async_sessionmaker scoped_session async_scoped_session "
        "object_session create_mock_engine create_pool_from_url".split()
    ),
    "sqlmodel": frozenset({"create_engine", "Session"}),
}
#: Methods that give something that runs SQL on the same database.
HANDS_ON = frozenset(
    "acquire begin begin_nested connect connection cursor dict_cursor engine execution_options get_bind "
    "get_connection getconn raw_connection scoped_session session session_factory sessionmaker transaction "
    "__enter__ __aenter__ get_raw_connection driver_connection bind db".split()
)


class Sink(NamedTuple):
    """A call that runs SQL: where the query stands and where its parameters do.

    `needs`: `receiver` when the receiver is known to be a database or the text begins like SQL, `verb` when the text
    must begin like SQL in any case, `both` when it takes both, nothing when the function is known by its name.
    """

    query: int = 0
    names: tuple[str, ...] = ("sql", "query", "statement", "operation", "command", "stmt")
    parameters: int | None = 1
    parameter_names: tuple[str, ...] = ("parameters", "params", "args", "vars", "values", "seq_of_parameters")
    needs: str = "receiver"
    many: bool = False
    driver: str = ""


#: Methods, whatever the receiver is called.
METHODS: dict[str, Sink] = {
    "execute": Sink(),
    "executemany": Sink(many=True),
    "executescript": Sink(names=("sql_script",), parameters=None),
    "mogrify": Sink(),
    "stream": Sink(needs="both"),
    "copy_expert": Sink(parameters=None),
    "exec_driver_sql": Sink(),
    "fetch": Sink(needs="both"),
    "fetchrow": Sink(),
    "fetchval": Sink(),
    "fetch_all": Sink(),
    "fetch_one": Sink(),
    "fetch_val": Sink(),
    "execute_query": Sink(),
    "execute_query_dict": Sink(),
    "execute_script": Sink(parameters=None),
    "prepare": Sink(parameters=None, needs="both"),
    "raw": Sink(names=("raw_query", "sql"), needs="verb"),
    "from_statement": Sink(parameters=None, needs="verb"),
    "query": Sink(parameters=None, needs="verb"),
    "query_df": Sink(parameters=None, needs="verb"),
    "sql": Sink(names=("sqlQuery",), parameters=None, needs="verb"),
    "start_query_execution": Sink(query=-1, names=("QueryString",), parameters=None),
    "execute_sql": Sink(),
    "read_sql": Sink(parameters=None, parameter_names=("params",)),
    "read_sql_query": Sink(parameters=None, parameter_names=("params",)),
    "read_database": Sink(parameters=None),
    "read_database_uri": Sink(parameters=None),
}
_TEXT = Sink(names=("text",), parameters=None, needs="", driver="sqlalchemy")
_PANDAS = Sink(parameters=None, parameter_names=("params",), needs="")
#: Functions and classes, by their qualified name.
FUNCTIONS: dict[str, Sink] = {
    **{f"{module}.text": _TEXT for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression", "sqlmodel")},
    **{
        f"{module}.literal_column": _TEXT
        for module in ("sqlalchemy", "sqlalchemy.sql", "sqlalchemy.sql.expression", "sqlmodel")
    },
    "sqlalchemy.DDL": _TEXT._replace(names=("statement",)),
    "sqlalchemy.schema.DDL": _TEXT._replace(names=("statement",)),
    "psycopg2.sql.SQL": Sink(names=("string",), parameters=None, needs="", driver="psycopg2"),
    "psycopg.sql.SQL": Sink(names=("obj",), parameters=None, needs="", driver="psycopg"),
    "psycopg2.extras.execute_values": Sink(1, parameters=None, needs="", many=True, driver="psycopg2"),
    "psycopg2.extras.execute_batch": Sink(1, parameters=None, needs="", many=True, driver="psycopg2"),
    "django.db.models.expressions.RawSQL": Sink(needs="", driver="django"),
    "django.db.models.RawSQL": Sink(needs="", driver="django"),
    "django.db.migrations.RunSQL": Sink(parameters=None, needs="", driver="django"),
    "django.db.migrations.operations.RunSQL": Sink(parameters=None, needs="", driver="django"),
    "alembic.op.execute": Sink(names=("sqltext",), parameters=None, needs="", driver="alembic"),
    "pandas.read_sql": _PANDAS,
    "pandas.read_sql_query": _PANDAS,
    "polars.read_database": _PANDAS,
    "polars.read_database_uri": _PANDAS,
    "pony.orm.raw_sql": Sink(parameters=None, needs="", driver="pony"),
}
#: Keyword arguments of Django's `QuerySet.extra` that are SQL.
EXTRA = ("select", "where", "tables", "order_by")
#: What all these are called, without the modules: the names that the screen looks for.
CALLED = tuple(sorted({f"*.{name.rpartition('.')[2]}" for name in (*METHODS, *FUNCTIONS, "extra", "Func")}))
