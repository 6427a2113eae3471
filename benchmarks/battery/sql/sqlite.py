"""Values in queries of SQLite. Seen in invokeai, eth-brownie, volatility3, chia-blockchain, anki, modelscope, dfvfs."""

import sqlite3
import uuid
from datetime import datetime, timezone

import aiosqlite

SCHEMA_VERSION = 7


class Gallery:
    def __init__(self, path):
        self.conn = sqlite3.connect(path)
        self.cursor = self.conn.cursor()

    def has_picture(self, name):  # verdict: defect - a file called `o'neill.png` ends the literal
        self.cursor.execute(f"SELECT name FROM pictures WHERE name='{name}'")
        return self.cursor.fetchone() is not None

    def add_album(self, title):  # verdict: defect - the title is what somebody typed
        key = str(uuid.uuid4())
        self.cursor.execute(f"INSERT INTO albums (id, title) VALUES ('{key}', '{title}')")
        return key

    def add_picture(self, name, width, height):  # verdict: fine - everything is bound
        self.cursor.execute("INSERT INTO pictures VALUES (?, ?, ?)", (name, width, height))

    def of_album(self, album, limit: int):  # verdict: fine - a number is put in, the rest is bound
        return self.cursor.execute(f"SELECT name FROM pictures WHERE album = ? LIMIT {limit}", (album,)).fetchall()

    def set_version(self):  # verdict: fine - a constant of the module, where nothing can be bound
        self.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def named_like(self, word):  # verdict: defect - the pattern is part of the literal
        return self.conn.execute("SELECT name FROM pictures WHERE name LIKE '%" + word + "%'").fetchall()

    def drop_many(self, names):  # verdict: fine - as many placeholders as names
        marks = ",".join("?" * len(names))
        self.conn.execute(f"DELETE FROM pictures WHERE name IN ({marks})", names)

    def drop_listed(self, names):  # verdict: defect - each name is quoted by hand
        listed = ", ".join(f"'{name}'" for name in names)
        self.conn.execute(f"DELETE FROM pictures WHERE name IN ({listed})")

    def columns(self):  # verdict: fine - the names of tables that the database itself gave
        for (table,) in self.conn.execute("SELECT name FROM sqlite_master").fetchall():
            yield table, self.conn.execute(f"PRAGMA table_info('{table}')").fetchall()


async def spent_at(path, coin):  # verdict: defect - a value of a caller, awaited or not
    async with aiosqlite.connect(path) as db:
        async with db.execute("SELECT height FROM coins WHERE name = '%s'" % coin) as cursor:
            return await cursor.fetchone()


async def prune(path):  # verdict: fine - a time that the program reads itself
    now = datetime.now(timezone.utc).isoformat()
    async with aiosqlite.connect(path) as db:
        await db.execute(f"DELETE FROM jobs WHERE until < '{now}'")


def of_system(conn: sqlite3.Connection, system: str, local: bool):  # verdict: defect - one of several conditions, joined
    conditions = []
    if local:
        conditions.append("local = 1")
    if system:
        conditions.append(f"system = '{system}'")
    return conn.execute("SELECT place FROM cache WHERE " + " AND ".join(conditions)).fetchall()
