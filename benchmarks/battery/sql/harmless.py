"""Queries that nobody can change, and text that is no query. Seen in cashu, lnbits, anki, trac, plaso, glances, faradaysec."""

import enum
import logging
import sqlite3
import uuid
from datetime import date

logger = logging.getLogger(__name__)
conn = sqlite3.connect("app.db")
TABLE = "tokens"
STATES = ("paid", "unpaid")
NEWEST = "ORDER BY created_at DESC LIMIT 1"


class State(enum.Enum):
    PAID = "paid"
    UNPAID = "unpaid"


class Store:
    table = "tokens"

    def __init__(self):
        self.conn = sqlite3.connect("app.db")

    def all(self):  # verdict: fine - a constant of the class
        return self.conn.execute(f"SELECT * FROM {self.table}").fetchall()

    def in_state(self, state: State):  # verdict: fine - a member of an enumeration
        return self.conn.execute(f"SELECT * FROM {TABLE} WHERE state = '{state.value}'").fetchall()


def newest():  # verdict: fine - two constants of the module
    return conn.execute(f"SELECT * FROM {TABLE} {NEWEST}").fetchone()


def each_state():  # verdict: fine - a loop over constants
    for state in STATES:
        yield conn.execute(f"SELECT COUNT(*) FROM tokens WHERE state = '{state}'").fetchone()


def counted(names):  # verdict: fine - a length
    return conn.execute("SELECT * FROM tokens LIMIT %d" % len(names)).fetchall()


def of_day(day: date, key: uuid.UUID):  # verdict: fine - a date and a UUID hold no quote
    return conn.execute(f"SELECT * FROM tokens WHERE day = '{day}' AND key = '{key}'").fetchall()


def logged(name):  # verdict: fine - a line of the log
    logger.info(f"SELECT * FROM tokens WHERE name = '{name}' gave nothing")


def asked(name):  # verdict: fine - prose
    print(f"Please select a token from {name}, or delete from it what is old")


def refused(name, tables):  # verdict: fine - the text of an error
    if name not in tables:
        raise LookupError(f"cannot SELECT from {name}: no such table")


def documented(command, target):  # verdict: fine - a help text that begins like SQL
    return f"Update {target} and set it as the default of {command}."


def executed(runner, name):  # verdict: fine - another kind of `execute`
    runner.execute(f"delete {name} from the queue")


def expected(rows, name):  # verdict: fine - compared, not run
    return rows.statement == f"SELECT * FROM tokens WHERE name = '{name}'"


def only_constants():
    _drop("tokens")
    _drop("keys")


def _drop(table):  # verdict: fine - all callers give constants
    conn.execute(f"DROP TABLE IF EXISTS {table}")


def escaped(name):  # verdict: fine - quotes are doubled, as SQLite wants it
    return conn.execute("SELECT * FROM tokens WHERE name = '%s'" % name.replace("'", "''")).fetchone()
