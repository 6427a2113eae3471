"""Values in queries of other databases. Seen in trove, open-webui, dlt, ibis, nautobot-ssot, awswrangler, acryl-datahub."""

import cx_Oracle
import duckdb
import MySQLdb
import mysql.connector
import oracledb
import pymssql
import pymysql
import pyodbc


def wait_for(host, position):  # verdict: defect - what the other server says is put into a call
    with pymysql.connect(host=host).cursor() as cursor:
        cursor.execute("SELECT WAIT_FOR_POSITION('%s')" % position)


def position_of(host, channel):  # verdict: fine - a single parameter, which this driver takes as it is
    with pymysql.connect(host=host).cursor() as cursor:
        cursor.execute("SELECT position FROM channels WHERE name = %s", channel)
        return cursor.fetchone()


def grants(host, user):  # verdict: defect - in double quotes, which MySQL takes for text
    cursor = MySQLdb.connect(host=host).cursor()
    cursor.execute('SELECT level FROM grants WHERE account = "{}"'.format(user))
    return cursor.fetchall()


def escaped(host, user):  # verdict: fine - quoted by the driver
    conn = MySQLdb.connect(host=host)
    conn.cursor().execute("SELECT level FROM grants WHERE account = " + conn.literal(user))


def containers(settings, name):  # verdict: defect - concatenated around the quotes
    cursor = mysql.connector.connect(**settings).cursor()
    cursor.execute("SELECT id FROM containers WHERE name = '" + name + "'")
    return cursor.fetchall()


def counted(settings, names):  # verdict: fine - a placeholder for each
    cursor = mysql.connector.connect(**settings).cursor()
    cursor.execute("SELECT COUNT(*) FROM containers WHERE name IN (%s)" % ", ".join(["%s"] * len(names)), tuple(names))
    return cursor.fetchone()


def documents(dsn, filters, limit):  # verdict: defect - the values are bound, but not the keys
    query, given = "SELECT id FROM documents WHERE 1 = 1", {"limit": limit}
    for number, (key, value) in enumerate(filters.items()):
        query += f" AND JSON_VALUE(meta, '$.{key}') = :value_{number}"
        given[f"value_{number}"] = value
    with oracledb.connect(dsn).cursor() as cursor:
        cursor.execute(query + " FETCH FIRST :limit ROWS ONLY", given)


def document(dsn, key):  # verdict: fine - bound by position
    with cx_Oracle.connect(dsn).cursor() as cursor:
        cursor.execute("SELECT body FROM documents WHERE id = :1", [key])
        return cursor.fetchone()


def jobs_of(dsn, database: str):  # verdict: defect - a name, but here it is compared with a column
    return pyodbc.connect(dsn).execute(f"SELECT job FROM steps WHERE owner = '{database}'").fetchall()


def has_table(cursor: "pyodbc.Cursor", table: str):  # verdict: fine - pyodbc takes its parameters one by one as well
    cursor.execute("SELECT 1 FROM known_tables WHERE name = ?", table)
    return cursor.fetchone() is not None


def device(server, serial):  # verdict: defect - a percent operator where a comma was meant
    cursor = pymssql.connect(server).cursor()
    cursor.execute("SELECT id FROM devices WHERE serial = '%s'" % (serial,))
    return cursor.fetchone()


def load(target, path: str):  # verdict: defect - a folder may have an apostrophe in its name
    duckdb.connect(target).execute(f"INSERT INTO events SELECT * FROM read_parquet('{path}')")


def load_bound(target, path: str):  # verdict: fine - DuckDB binds the argument of its functions
    duckdb.connect(target).execute("INSERT INTO events SELECT * FROM read_parquet(?)", [path])
