"""Which tables and columns a statement of SQL uses beyond doubt."""

from __future__ import annotations

import pytest
from readlint_rules.migrations._sql_names import HOLE, statements


def used(sql: str) -> dict[str, set[str]]:
    return {table: set(statement.columns_of(table)) for statement in statements(sql) for table in statement.tables}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a, t.b FROM t WHERE c IS NULL ORDER BY d DESC", {"t": {"a", "b", "c", "d"}}),
        ('SELECT "a" FROM "t" WHERE lower("b") LIKE \'x\'', {"t": {"a", "b"}}),
        ("SELECT `a` FROM `t`", {"t": {"a"}}),
        ("SELECT x.a, y.b, c FROM t x JOIN u AS y ON x.id = y.id", {"t": {"a", "id"}, "u": {"b", "id"}}),
        ("SELECT x.a, b FROM t x, u", {"t": {"a"}, "u": set()}),
        ("SELECT a FROM t WHERE b IN (SELECT u.c FROM u)", {"t": set(), "u": {"c"}}),
        ("INSERT INTO t (a, b) VALUES (%s, %(c)s)", {"t": {"a", "b"}}),
        ("INSERT INTO t (a) SELECT u.b FROM u", {"t": set(), "u": {"b"}}),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1", {"t": {"a", "b"}}),
        ("UPDATE t SET a = b + 1 WHERE c = :d", {"t": {"a", "b", "c"}}),
        ("UPDATE ONLY t AS x SET a = x.b", {"t": {"a", "b"}}),
        ("DELETE FROM t USING u WHERE t.a = u.b", {"t": {"a"}, "u": {"b"}}),
        ("SELECT a FROM t FOR UPDATE", {"t": {"a"}}),
        ("SELECT a FROM t WHERE b IS DISTINCT FROM c", {"t": {"a", "b", "c"}}),
        ("SELECT a FROM t JOIN u USING (b)", {"t": set(), "u": set()}),
        ("SELECT count(*) AS a, b c FROM t GROUP BY a", {"t": {"b"}}),
        ("SELECT a::date, substring(b FROM 2) FROM t", {"t": {"a", "b"}}),
        ("SELECT a FROM s.t", {"s.t": {"a"}}),
        ("SELECT a FROM public.t", {"t": {"a"}}),
        ("SELECT a FROM t; DELETE FROM u", {"t": {"a"}, "u": set()}),
        (f"SELECT a FROM t WHERE b = {HOLE} AND c IN ({HOLE}) LIMIT {HOLE}", {"t": {"a", "b", "c"}}),
        (f"SELECT {HOLE}, a FROM t WHERE {HOLE}", {"t": {"a"}}),
        (f"SELECT a, t.b FROM t {HOLE}", {"t": {"b"}}),
        (f"SELECT a FROM t{HOLE}", {}),
        (f"SELECT a FROM {HOLE}.t", {}),
        ("SELECT a FROM %s", {}),
        ("SELECT a FROM generate_series(1, 2)", {}),
        ("WITH u AS (SELECT a FROM t) SELECT b FROM u", {"t": set()}),
        ("SELECT a FROM (SELECT b FROM t) x", {"t": set()}),
        ("SELECT x.a, (SELECT x.b FROM t x) FROM (SELECT c FROM u) AS x", {"t": set(), "u": set()}),
        ("SELECT x.a, (SELECT x.b FROM t x) FROM (SELECT c FROM u) x", {"t": set(), "u": set()}),
        ("SELECT x.a FROM t x WHERE EXISTS (SELECT x.b FROM u x)", {"t": set(), "u": set()}),
        ("SELECT a FROM t WHERE b = ?c FETCH FIRST 3 ROWS ONLY", {"t": {"a", "b"}}),
        ("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE b = 2", {"t": {"a", "b"}}),
        ("select a page from t of ours", {}),
        ("update t and set a", {}),
        ("delete the rows from t", {}),
        ("insert a coin", {}),
        ("CREATE TABLE t (a text)", {}),
        ("SELECT", {}),
        ("", {}),
    ],
)
def test_what_a_statement_uses(sql: str, expected: dict[str, set[str]]) -> None:
    assert used(sql) == expected
