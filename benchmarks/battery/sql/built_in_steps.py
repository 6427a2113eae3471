"""Queries that are put together over several lines. Seen in cloudkitty, nautobot-ssot, weewx, modin, invokeai, openmetadata."""

import sqlite3
import textwrap
from string import Template

conn = sqlite3.connect("app.db")
BY_NAME = "SELECT * FROM nodes WHERE name = '%s'"
INSERT = "INSERT INTO nodes (name, kind) VALUES ('{name}', '{kind}')"


def in_a_variable(name: str):  # verdict: defect - built first, run later
    query = f"SELECT id FROM nodes WHERE name = '{name}'"
    rows = conn.execute(query)
    return rows.fetchall()


def grown(name: str, only_open: bool):  # verdict: defect - grown by `+=`
    query = "SELECT id FROM nodes WHERE "
    if only_open:
        query += "state = 'open' AND "
    query += "name = '"
    query += name
    query += "'"
    return conn.execute(query).fetchall()


def grown_from_constants(only_open: bool, newest: bool):  # verdict: fine - every part is a constant
    query = "SELECT id FROM nodes"
    if only_open:
        query += " WHERE state = 'open'"
    query += " ORDER BY id " + ("DESC" if newest else "ASC")
    return conn.execute(query).fetchall()


def from_parts(name: str):  # verdict: defect - joined parts
    return conn.execute(" ".join(["SELECT id FROM nodes", "WHERE name = '" + name + "'"])).fetchall()


def from_bound_parts(name, kind):  # verdict: fine - joined parts, each with a placeholder
    parts, given = [], []
    if name:
        parts.append("name = ?")
        given.append(name)
    if kind:
        parts.append("kind = ?")
        given.append(kind)
    return conn.execute("SELECT id FROM nodes WHERE " + " AND ".join(parts), given).fetchall()


def from_a_constant(name: str):  # verdict: defect - the template stands at the top of the module
    return conn.execute(BY_NAME % name).fetchall()


def from_named_fields(name: str, kind: str):  # verdict: defect - two fields of a template
    conn.execute(INSERT.format(name=name, kind=kind))


def from_a_template(name: str):  # verdict: defect - `string.Template` knows nothing of SQL
    conn.execute(Template("DELETE FROM nodes WHERE name = '$name'").substitute(name=name))


def dedented(name: str):  # verdict: defect - indented, and stripped of it
    query = textwrap.dedent(
        f"""
        SELECT id
        FROM nodes
        WHERE name = '{name}'
        """
    )
    return conn.execute(query.strip()).fetchone()


def replaced(name: str):  # verdict: defect - a mark in the text is replaced by the value
    return conn.execute("SELECT id FROM nodes WHERE name = '@NAME@'".replace("@NAME@", name)).fetchone()


def _condition(name):
    return f"name = '{name}'"


def by_helper(name: str):  # verdict: defect - a function of the same file puts the value in
    return conn.execute(f"SELECT id FROM nodes WHERE {_condition(name)}").fetchone()


def from_a_table_of_queries(name: str):  # verdict: defect - kept in a dictionary before it is run
    queries = {"one": f"SELECT id FROM nodes WHERE name = '{name}'"}
    return conn.execute(queries["one"]).fetchone()


def split_quotes(name: str):  # verdict: defect - the quotes stand in other literals than the rest
    return conn.execute("SELECT id FROM nodes WHERE " "name = " "'" + name + "'").fetchone()


def called(name: str):  # verdict: defect - a procedure with a text
    conn.execute(f"CALL rename_node('{name}')")
