"""Names and keywords that are put in. Seen in calibreweb, openupgradelib, guillotina, ckanext-xloader, lnbits, rucio."""

import enum
import sqlite3
from typing import Literal

import psycopg
from psycopg import sql

conn = sqlite3.connect("app.db")
SORTABLE = ("name", "created_at")


class Column(enum.Enum):
    NAME = "name"
    AGE = "age"


def sorted_by(column):  # verdict: defect - the order is anybody's
    return conn.execute(f"SELECT * FROM users ORDER BY {column}").fetchall()


def sorted_by_known(column):  # verdict: fine - checked against what is allowed
    if column not in SORTABLE:
        raise ValueError(column)
    return conn.execute(f"SELECT * FROM users ORDER BY {column}").fetchall()


def sorted_by_member(column: Column):  # verdict: fine - a member of an enumeration
    return conn.execute(f"SELECT * FROM users ORDER BY {column.value}").fetchall()


def directed(direction):  # verdict: defect - a keyword that is not checked
    return conn.execute(f"SELECT * FROM users ORDER BY name {direction}").fetchall()


def directed_by_choice(direction: Literal["ASC", "DESC"]):  # verdict: fine - one of two
    return conn.execute(f"SELECT * FROM users ORDER BY name {direction}").fetchall()


def directed_by_flag(descending):  # verdict: fine - one of two constants
    return conn.execute("SELECT * FROM users ORDER BY name " + ("DESC" if descending else "ASC")).fetchall()


def compared(operator, age: int):  # verdict: defect - an operator out of a form
    return conn.execute(f"SELECT * FROM users WHERE age {operator} ?", (age,)).fetchall()


def emptied(table):  # verdict: defect - any table
    conn.execute("DELETE FROM " + table)


def emptied_if_named_well(table):  # verdict: fine - an identifier cannot end the name
    if not table.isidentifier():
        raise ValueError(table)
    conn.execute(f"DELETE FROM {table}")


def copied(schema: str, table: str, pg: psycopg.Connection):  # verdict: defect - quotes around a name are no check
    pg.execute(f'CREATE TABLE "{schema}"."copy" AS SELECT * FROM "{schema}"."{table}"')


def copied_as_names(schema: str, table: str, pg: psycopg.Connection):  # verdict: fine - quoted as a name
    pg.execute(sql.SQL("CREATE TABLE copy AS SELECT * FROM {}").format(sql.Identifier(schema, table)))


def selected(columns, name):  # verdict: defect - the value is bound, the columns are not
    return conn.execute(f"SELECT {', '.join(columns)} FROM users WHERE name = ?", (name,)).fetchall()


def selected_of_known(columns, name):  # verdict: fine - only those that are allowed
    known = [column for column in columns if column in SORTABLE]
    return conn.execute(f"SELECT {', '.join(known)} FROM users WHERE name = ?", (name,)).fetchall()


def inserted(record: dict):  # verdict: defect - the keys of a record are names
    marks = ", ".join("?" for _ in record)
    conn.execute(f"INSERT INTO users ({', '.join(record)}) VALUES ({marks})", list(record.values()))


def used(database):  # verdict: defect - switches to any database
    conn.execute("ATTACH DATABASE 'other.db' AS " + database)
