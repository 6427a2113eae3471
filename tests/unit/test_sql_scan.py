"""Files of SQL: their statements, and which comments are about them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readlint.files.source import Source
from readlint.files.sql import Scan
from readlint.suppress.layout import Layout


def statements(text: str) -> list[str]:
    return [text[start:end] for start, end in Scan(text).statements]


def test_statements_end_where_sql_ends_them() -> None:
    text = "SELECT ';' -- ;\n, 1;\n/* ; */ SELECT $a$ ; $$ ; $a$;;\nSELECT e'\\';', \"a;\", b$c$ ; SELECT 'open;"
    assert statements(text) == [
        "SELECT ';' -- ;\n, 1;",
        "SELECT $a$ ; $$ ; $a$;",
        ";",
        "SELECT e'\\';', \"a;\", b$c$ ;",
        "SELECT 'open;",
    ]


@given(st.text(alphabet="ae'\"$-/*; \nE\\`1", max_size=40))
def test_every_text_comes_apart(text: str) -> None:
    scan = Scan(text)
    places = [*scan.statements, *scan.comments]
    covered = {at for start, end in places for at in range(start, end)}
    texts = {at for start, end in scan.texts for at in range(start, end)}
    assert all(character.isspace() for at, character in enumerate(text) if at not in covered | texts)
    assert all(one[1] <= other[0] for one, other in zip(scan.statements, scan.statements[1:], strict=False))


def layout(text: str) -> Layout:
    return Layout(Source("db/1.sql", text.encode()))


def test_a_comment_is_about_the_whole_statement() -> None:
    found = layout("-- one\n\nALTER TABLE a\n  ADD b int;\nSELECT '\n';\n")
    assert found.below(1) == (3, 4)
    assert found.around(4) == (3, 4)
    assert found.around(6) == (5, 6)


def test_no_comment_stands_inside_of_a_text() -> None:
    found = layout("SELECT '\nx';\nDO $$\nx\n$$;\n/* a\nb */ SELECT 1;\n")
    assert [line for line in range(1, 8) if found.takes_comment(line)] == [2, 5, 7]


def test_remarks_in_one_comment() -> None:
    source = Source("a.sql", b"SELECT 1; -- why -- readlint: ignore[RL501] because -- really\n")
    comment = source.comments[1]
    assert comment.text == "#  why #  readlint: ignore[RL501] because -- really"
    assert len(comment.text) == len(source.lines[0].rstrip()) - comment.column
