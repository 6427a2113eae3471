"""Placeholders and parameters. Seen in awswrangler, indico, snowflake-cli, trac, lnbits, sqlite-utils."""

import sqlite3

import asyncpg
import psycopg
import psycopg2
import pymysql
from sqlalchemy import create_engine, text

conn = sqlite3.connect("app.db")
engine = create_engine("sqlite://")


def in_quotes(name):  # verdict: defect - looks for users called `?`
    return conn.execute("SELECT * FROM users WHERE name = '?'", (name,)).fetchall()


def without_quotes(name):  # verdict: fine - bound
    return conn.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchall()


def in_quotes_of_psycopg(dsn, name):  # verdict: defect - `''x''` is no SQL
    with psycopg2.connect(dsn).cursor() as cur:
        cur.execute("SELECT * FROM users WHERE name = '%s'", (name,))


def searched(dsn, word):  # verdict: fine - the pattern is the parameter
    with psycopg2.connect(dsn).cursor() as cur:
        cur.execute("SELECT * FROM users WHERE name LIKE %s", (f"%{word}%",))


def lacks_a_comma(name: str):  # verdict: defect - each letter is taken for a parameter
    return conn.execute("SELECT * FROM users WHERE name = ?", (name)).fetchone()


def has_a_comma(name: str):  # verdict: fine - a tuple of one
    return conn.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()


def of_another_driver(name):  # verdict: defect - SQLite knows no `%s`
    return conn.execute("SELECT * FROM users WHERE name = %s", (name,)).fetchone()


def of_this_driver(settings, name):  # verdict: fine - PyMySQL wants `%s`
    cursor = pymysql.connect(**settings).cursor()
    cursor.execute("SELECT * FROM users WHERE name = %s", (name,))


def one_too_few(name, age):  # verdict: defect - two placeholders, one parameter
    return conn.execute("SELECT * FROM users WHERE name = ? AND age > ?", (name,)).fetchone()


def as_many(name, age):  # verdict: fine - two and two
    return conn.execute("SELECT * FROM users WHERE name = ? AND age > ?", (name, age)).fetchone()


def lone_percent(pg: psycopg.Connection, name):  # verdict: defect - `%'` begins a placeholder as soon as there are parameters
    return pg.execute("SELECT * FROM users WHERE name LIKE 'A%' AND city = %s", (name,)).fetchall()


def doubled_percent(pg: psycopg.Connection, name):  # verdict: fine - doubled
    return pg.execute("SELECT * FROM users WHERE name LIKE 'A%%' AND city = %s", (name,)).fetchall()


def ordered(column):  # verdict: defect - orders by a constant, which is no order
    return conn.execute("SELECT * FROM users ORDER BY ?", (column,)).fetchall()


def ordered_beside(age, column):  # verdict: fine - compared with a value in the order
    return conn.execute("SELECT * FROM users ORDER BY age = ?", (age,)).fetchall()


async def in_a_tuple(pool_url, name, age):  # verdict: defect - asyncpg takes each parameter by itself
    connection = await asyncpg.connect(pool_url)
    return await connection.fetch("SELECT * FROM users WHERE name = $1 AND age = $2", (name, age))


async def by_themselves(pool_url, name, age):  # verdict: fine - each by itself
    connection = await asyncpg.connect(pool_url)
    return await connection.fetch("SELECT * FROM users WHERE name = $1 AND age = $2", name, age)


def not_given(name):  # verdict: defect - `:name` has no value
    with engine.connect() as c:
        return c.execute(text("SELECT * FROM users WHERE name = :name")).all()


def given(name):  # verdict: fine - given by name
    with engine.connect() as c:
        return c.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name}).all()
