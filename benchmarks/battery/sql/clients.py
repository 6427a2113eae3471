"""What clients send. Seen in calibreweb, apache-superset, composio, geonode, open-webui."""

import os
import sqlite3
import sys

from fastapi import FastAPI
from flask import Flask, request

flask_app = Flask(__name__)
api = FastAPI()
conn = sqlite3.connect("app.db")
COLUMNS = {"name": "name", "newest": "created_at DESC"}


@flask_app.route("/books")
def books():  # verdict: defect - the text that a client searches for
    word = request.args.get("q", "").strip()
    return conn.execute(f"SELECT * FROM books WHERE title LIKE '%{word}%'").fetchall()


@flask_app.route("/books/bound")
def books_bound():  # verdict: fine - the same, bound
    word = request.args.get("q", "").strip()
    return conn.execute("SELECT * FROM books WHERE title LIKE ?", (f"%{word}%",)).fetchall()


@flask_app.route("/page")
def page():  # verdict: defect - a client can send anything for a number
    return conn.execute(f"SELECT * FROM books LIMIT 20 OFFSET {request.args['offset']}").fetchall()


@flask_app.route("/page/number")
def page_number():  # verdict: fine - made a number
    offset = int(request.args["offset"])
    return conn.execute(f"SELECT * FROM books LIMIT 20 OFFSET {offset}").fetchall()


@flask_app.route("/sorted")
def sorted_books():  # verdict: defect - the order is a name, and comes from a client
    return conn.execute(f"SELECT * FROM books ORDER BY {request.args.get('sort', 'name')}").fetchall()


@flask_app.route("/sorted/known")
def sorted_known():  # verdict: fine - looked up in a table of constants
    order = COLUMNS[request.args.get("sort", "name")]
    return conn.execute(f"SELECT * FROM books ORDER BY {order}").fetchall()


@flask_app.route("/report")
def report():  # verdict: defect - a client writes the condition
    return conn.execute("SELECT COUNT(*) FROM books WHERE " + request.form["filter"]).fetchone()


@api.get("/users/{name}")
async def one_user(name: str):  # verdict: defect - a part of the path
    return conn.execute(f"SELECT id FROM users WHERE name = '{name}'").fetchone()


@api.get("/items/{number}")
async def one_item(number: int):  # verdict: fine - the framework makes it a number
    return conn.execute(f"SELECT id FROM items WHERE number = {number}").fetchone()


def view(request):
    return _found(request.GET["name"])


def _found(name):  # verdict: defect - the view above hands on what a client sends
    return conn.execute(f"SELECT id FROM users WHERE name = '{name}'").fetchone()


def main():  # verdict: defect - the first argument of a command
    conn.execute("DELETE FROM users WHERE name = '%s'" % sys.argv[1])


def of_environment():  # verdict: fine (flagged) - whoever sets the environment has the database anyway
    conn.execute(f"DELETE FROM users WHERE host = '{os.environ['HOSTNAME']}'")
