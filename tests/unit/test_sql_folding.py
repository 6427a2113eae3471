"""The texts that a query can be, and what SQL wants in their holes."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readlint_rules.sql._drivers import DRIVERS
from readlint_rules.sql._folding import skeletons
from readlint_rules.sql._model import Hole, Skeleton, Text
from readlint_rules.sql._positions import place
from readlint_rules.sql._runs import begins_like_sql

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings


def fold(code: str) -> list[Skeleton]:
    """What the argument of the last `run(...)` of a program can be."""
    text = textwrap.dedent(code)
    tree = ast.parse(text)
    ctx = Context(Source("app.py", text.encode()), tree, Settings())
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "run"]
    return skeletons(calls[-1].args[0], ctx)


def shown(skeleton: Skeleton) -> str:
    return "".join(p.text if isinstance(p, Text) else f"<{ast.unparse(p.node)}>" for p in skeleton.pieces)


def texts(code: str) -> set[str]:
    return {shown(one) for one in fold(code)}


FORMS = [
    ('run(f"a {x} b")', {"a <x> b"}),
    ('run("a %s b %% %d" % (x, y))', {"a <x> b % <y>"}),
    ('run("a %(k)s" % {"k": x})', {"a <x>"}),
    ('run("a %s" % x)', {"a <x>"}),
    ('run("{} {{}} {1}".format(x, y))', {"<x> {} <y>"}),
    ('run("{n.id:>5}".format(n=x))', {"<x>"}),
    ('run("a " + x + " b" " c")', {"a <x> b c"}),
    ('run("".join(["a ", x]))', {"a <x>"}),
    ('run(" ".join(["a", "b"] + [x]))', {"a b <x>"}),
    ('run(textwrap.dedent(f" a {x}").strip())', {" a <x>"}),
    ('import string\nrun(string.Template("a $x $$").substitute(x=y))', {"a <y> $"}),
    ('run("a TABLE".replace("TABLE", x))', {"a <x>"}),
    ('run("a" if x else f"b {y}")', {"a", "b <y>"}),
    ('A = "a"\nrun(A + x)', {"a<x>"}),
    ('def f(x):\n    q = "a"\n    q += x\n    run(q)', {"a<x>"}),
    ('def f(x):\n    q = "a"\n    if x:\n        q += " b"\n    run(q)', {"a", "a b"}),
    ('def f(xs):\n    q = "a"\n    for x in xs:\n        q += x\n    run(q)', {"a", "a<x>"}),
    ('def f(x):\n    p = ["a"]\n    p.append(x)\n    run(" ".join(p))', {"a <x>"}),
    ('def h(n):\n    return f"b {n}"\ndef f(x):\n    run("a " + h(x))', {"a b <x>"}),
    ('class C:\n    Q = "a %s"\n    def f(self, x):\n        run(self.Q % x)', {"a <x>"}),
    ("def f(x):\n    run(x)", {"<x>"}),
    ('run("a %s %s" % x)', {"<'a %s %s' % x>"}),
    ('run(b"a")', set()),
]


@pytest.mark.parametrize(("code", "expected"), FORMS)
def test_forms(code: str, expected: set[str]) -> None:
    imports = "import textwrap\n" if "textwrap" in code else ""
    assert texts(imports + code) == expected


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.booleans()), max_size=6))
def test_f_strings_keep_their_text(parts: list[tuple[str, bool]]) -> None:
    """Whatever stands around the holes, and each piece of text is where it says it is."""
    source = "".join("{x}" if hole else repr(text)[1:-1].replace("{", "{{").replace("}", "}}") for text, hole in parts)
    quote = '"' if any('"' not in text and "'" in text for text, hole in parts if not hole) else "'"
    try:
        found = fold(f"run(f{quote}{source}{quote})")
    except (SyntaxError, ValueError):
        return  # quotes of both kinds, or a null byte
    wanted = "".join("<x>" if hole else text for text, hole in parts)
    assert [shown(one) for one in found] == [wanted]
    for piece in found[0].pieces:
        if isinstance(piece, Text):
            assert isinstance(piece.node, ast.Constant)
            assert piece.node.value[piece.start : piece.end] == piece.text


def test_many_branches_keep_every_hole() -> None:
    lines = [f"    if c{i}:\n        q += x{i}\n" for i in range(12)]
    found = fold('def f(x):\n    q = "a"\n' + "".join(lines) + "    run(q)")
    assert {ast.unparse(h.node) for one in found for h in one.holes} == {f"x{i}" for i in range(12)}
    assert len(found) <= 8


HELPER = """
def helper(xs, sign, quoted=False, plain=None):
    if not quoted:
        if plain:
            return "c"
        return f" {sign} ".join(f"{x} = ?" for x in xs)
    return f" {sign} ".join(f"{x} = '{x}'" if plain else f"{x} = {x}" for x in xs)

"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("helper(a, s)", {"<x> = ?"}),
        ("helper(a, s, plain=True)", {"c"}),
        ("helper(a, s, True)", {"<x> = <x>"}),
        ("helper(a, s, quoted=True, plain=True)", {"<x> = '<x>'"}),
        ("helper(a, s, b)", {"<x> = ?", "<x> = <x>"}),
        ("helper(a, s, **b)", {"c", "<x> = ?", "<x> = <x>", "<x> = '<x>'"}),
        ("helper(a, s, True, b)", {"<x> = <x>", "<x> = '<x>'"}),
    ],
)
def test_constants_of_a_call_say_which_way_a_helper_takes(call: str, expected: set[str]) -> None:
    assert texts(f"{HELPER}def f(a, s, b):\n    run({call})") == expected


def positions(query: str, driver: str = "") -> list[str]:
    """`{x}` in the query is a hole."""
    found = fold(f"run(f{query!r})")[0]
    placed = place(found, DRIVERS.get(driver))
    return [placed[n].position.name for n, piece in enumerate(found.pieces) if isinstance(piece, Hole) and n in placed]


PLACES = [
    ("SELECT * FROM t WHERE a = {x}", "VALUE"),
    ("SELECT * FROM t WHERE a = '{x}'", "QUOTED"),
    ("SELECT * FROM t WHERE a LIKE '%{x}%'", "QUOTED"),
    ("SELECT * FROM t WHERE a IN ({x})", "LIST"),
    ("SELECT * FROM t WHERE a IN {x}", "LIST"),
    ("SELECT * FROM t WHERE a IN (1, {x})", "VALUE"),
    ("SELECT * FROM t WHERE a BETWEEN 1 AND {x}", "VALUE"),
    ("SELECT * FROM t LIMIT {x}", "VALUE"),
    ("INSERT INTO t (a) VALUES (1, {x})", "VALUE"),
    ("INSERT INTO t (a) VALUES (1, 2), (1, {x})", "VALUE"),
    ("INSERT INTO t ({x}) VALUES (1)", "IDENTIFIER"),
    ("UPDATE t SET a = {x} WHERE b = 1", "VALUE"),
    ("UPDATE t SET {x} = 1", "IDENTIFIER"),
    ("UPDATE t SET {x} WHERE b = 1", "FRAGMENT"),
    ("SELECT {x} FROM t", "IDENTIFIER"),
    ("SELECT a, {x} FROM t", "IDENTIFIER"),
    ("SELECT f({x})", "VALUE"),
    ("SELECT count({x}) FROM t", "IDENTIFIER"),
    ("SELECT * FROM {x}", "IDENTIFIER"),
    ("SELECT * FROM s.{x}", "IDENTIFIER"),
    ("SELECT * FROM t_{x}", "IDENTIFIER"),
    ('SELECT * FROM "{x}"', "IDENTIFIER"),
    ("SELECT * FROM t ORDER BY {x}", "IDENTIFIER"),
    ("SELECT * FROM t ORDER BY a {x}", "KEYWORD"),
    ("SELECT * FROM t WHERE a {x} 5", "KEYWORD"),
    ("SELECT * FROM t WHERE {x} = 5", "IDENTIFIER"),
    ("SELECT * FROM t WHERE {x}", "FRAGMENT"),
    ("SELECT * FROM t WHERE a = 1 AND ({x})", "FRAGMENT"),
    ("SELECT * FROM t {x}", "FRAGMENT"),
    ("{x}", "FRAGMENT"),
    ("EXPLAIN {x}", "FRAGMENT"),
    ("SET zone TO {x}", "UNBINDABLE"),
    ("NOTIFY jobs, '{x}'", "UNBINDABLE"),
    ("CREATE TABLE t (a text DEFAULT '{x}')", "UNBINDABLE"),
    ("SELECT nextval('{x}')", "IDENTIFIER"),
    ("SELECT CASE WHEN a THEN {x} END", "VALUE"),
    ("SELECT * FROM t WHERE a = 1 -- {x}", ""),
    ("SELECT * FROM t WHERE a = 'open {x}", ""),
]


@pytest.mark.parametrize(("query", "expected"), PLACES)
def test_positions(query: str, expected: str) -> None:
    assert positions(query) == ([expected] if expected else [])


def test_positions_by_driver() -> None:
    assert positions('SELECT * FROM t WHERE a = "{x}"', "pymysql") == ["QUOTED"]
    assert positions('SELECT * FROM t WHERE a = "{x}"', "psycopg") == ["IDENTIFIER"]
    assert positions("SET zone TO {x}", "psycopg2") == ["VALUE"]
    assert positions("SET zone TO {x}", "psycopg") == ["UNBINDABLE"]
    assert positions("SELECT INTERVAL '{x}'", "psycopg") == ["UNBINDABLE"]
    assert positions("SELECT INTERVAL '{x}'", "psycopg2") == ["QUOTED"]


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "  -- x\n SELECT 1",
        "(SELECT 1)",
        "/* a */ UPDATE t SET a = 1",
        "with a as (select 1) select 2",
        "CALL f(1)",
        "DROP TABLE IF EXISTS t",
        "create unique index i on t (a)",
        "PRAGMA x = 1",
        "Insert Into t values (1)",
    ],
)
def test_sql(text: str) -> None:
    assert begins_like_sql(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please select",
        "Select a value from x",
        "Selected",
        "update of x failed",
        "Delete from the list",
        "with love",
        "call me",
        "create a file",
        "drop it",
        "",
        "insert coin",
        "Set up",
        "CALL db.labels() YIELD label",
    ],
)
def test_prose(text: str) -> None:
    assert not begins_like_sql(text)
