"""Values in queries of PostgreSQL. Seen in geonode, aiida-core, open-webui, cashu, lnbits, faradaysec."""

import asyncpg
import psycopg
import psycopg2
from psycopg2.extras import execute_values


def forget_layer(dsn, layer):  # verdict: defect - the name of a layer, which its owner chooses
    conn = psycopg2.connect(dsn)
    with conn.cursor() as cur:
        cur.execute(f"SELECT forget_layer('{layer}')")


def layer_of(dsn, title):  # verdict: fine - bound
    with psycopg2.connect(dsn) as conn, conn.cursor() as cur:
        cur.execute("SELECT id FROM layers WHERE title = %s", (title,))
        return cur.fetchone()


def many_layers(dsn, titles):  # verdict: fine - psycopg2 makes a list of a tuple
    with psycopg2.connect(dsn) as conn, conn.cursor() as cur:
        cur.execute("SELECT id FROM layers WHERE title IN %s", (tuple(titles),))
        return cur.fetchall()


def many_titles(dsn, titles):  # verdict: defect - the text of a Python tuple is nearly SQL, and not quoted as SQL is
    with psycopg2.connect(dsn) as conn, conn.cursor() as cur:
        cur.execute(f"SELECT id FROM layers WHERE title IN {tuple(titles)}")
        return cur.fetchall()


def save_states(cur: "psycopg2.extensions.cursor", states):  # verdict: fine - the rows are bound by `execute_values`
    execute_values(cur, "INSERT INTO states (quote, state) VALUES %s", states)


def set_state(conn: psycopg.Connection, quote: str, state: str):  # verdict: defect - two values in quotes
    conn.execute(f"UPDATE quotes SET state = '{state}' WHERE quote = '{quote}'")


def set_state_bound(conn: psycopg.Connection, quote: str, state: str):  # verdict: fine - named parameters
    conn.execute("UPDATE quotes SET state = %(state)s WHERE quote = %(quote)s", {"state": state, "quote": quote})


def has_key(conn: psycopg.Connection, path: str):  # verdict: defect - a path into JSON ends at the first quote
    return conn.execute("SELECT 1 FROM nodes WHERE extras #> '{%s}' IS NOT NULL" % path).fetchone()


def announce(conn: psycopg.Connection, message: str):  # verdict: defect - NOTIFY cannot bind, but `pg_notify` can
    conn.execute(f"NOTIFY jobs, '{message}'")


def announce_bound(conn: psycopg.Connection, message: str):  # verdict: fine - the function takes parameters
    conn.execute("SELECT pg_notify('jobs', %s)", (message,))


async def wallet(pool: asyncpg.Pool, owner: str):  # verdict: defect - fetched with the name of its owner in the text
    return await pool.fetchrow(f"SELECT * FROM wallets WHERE owner = '{owner}'")


async def wallets(pool: asyncpg.Pool, owners: list[str]):  # verdict: fine - numbered placeholders, made by counting
    marks = ", ".join(f"${number}" for number in range(1, len(owners) + 1))
    return await pool.fetch(f"SELECT * FROM wallets WHERE owner IN ({marks})", *owners)


async def recent(conn: asyncpg.Connection, days: int):  # verdict: fine - an interval of a number
    return await conn.fetch(f"SELECT * FROM payments WHERE at > now() - interval '{days} days'")


class Notes:
    def __init__(self, dsn):
        self.conn = psycopg2.connect(dsn)

    def tagged(self, key, value):  # verdict: defect - the value is bound, and the key that stands beside it is not
        with self.conn.cursor() as cur:
            cur.execute(f"SELECT * FROM notes WHERE meta ->> '{key}' = %s", (value,))
            return cur.fetchall()
