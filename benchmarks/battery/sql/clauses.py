"""Clauses and whole queries as text. Seen in anki, acryl-datahub, geonode, pycsw, composio, redshift-connector."""

import pathlib
import sqlite3

import psycopg
from django.db import models
from flask import request
from psycopg import sql
from sqlalchemy import select, text

conn = sqlite3.connect("app.db")
HERE = pathlib.Path(__file__).parent


def counted(condition):  # verdict: defect - whoever calls it writes SQL
    return conn.execute(f"SELECT COUNT(*) FROM cards WHERE {condition}").fetchone()


def counted_open():  # verdict: fine - a constant condition
    condition = "state = 'open'"
    return conn.execute(f"SELECT COUNT(*) FROM cards WHERE {condition}").fetchone()


def moved(deck, limits):  # verdict: defect - a list of conditions, joined
    conn.execute("UPDATE cards SET deck = ? WHERE " + " AND ".join(limits), (deck,))


def moved_by_words(deck, words):  # verdict: fine - a condition with a placeholder for each word
    condition = " OR ".join(["front LIKE ?"] * len(words))
    conn.execute(f"UPDATE cards SET deck = ? WHERE {condition}", [deck, *words])


def console():  # verdict: defect - a client's query
    return conn.execute(request.form["query"]).fetchall()


def of_file():  # verdict: fine - a file of the project
    conn.executescript((HERE / "schema.sql").read_text())


def composed(fragment: str, pg: psycopg.Connection):  # verdict: defect - `sql.SQL` is for constants, it quotes nothing
    pg.execute(sql.SQL(fragment))


def composed_of_constants(pg: psycopg.Connection):  # verdict: fine - what it is for
    pg.execute(sql.SQL("SELECT 1 FROM cards LIMIT {}").format(sql.Literal(5)))


def narrowed(queryset: "models.QuerySet", where):  # verdict: defect - a condition without a way for its values
    return queryset.extra(where=[where])


def by_builder(session, cards):  # verdict: fine - a statement that was built
    statement = select(cards).where(cards.c.state == "open")
    return session.execute(statement)


def joined(session, joins):  # verdict: defect - any tables, any conditions
    return session.execute(text(f"SELECT cards.* FROM cards {joins} LIMIT 100")).all()
