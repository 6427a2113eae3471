"""SQL as tokens, in the dialects of the drivers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readlint_rules.sql._tokens import NoTokens, mark, tokens

DIALECTS = ("", "bigquery", "duckdb", "mysql", "oracle", "postgres", "snowflake", "sqlite", "tsql")


def shown(text: str, dialect: str = "postgres") -> str:
    return " ".join(f"{token.kind}:{token.raw}" for token in tokens(text, dialect))


def test_words_are_in_capitals_and_pairs_are_one() -> None:
    found = tokens("select a order\n by b primary key", "postgres")
    assert [token.text for token in found] == ["SELECT", "A", "ORDER BY", "B", "PRIMARY KEY"]
    assert [token.text for token in tokens("border by_day", "postgres")] == ["BORDER", "BY_DAY"]


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("postgres", "'it''s' \"a\"\"b\"", "string:'it''s' name:\"a\"\"b\""),
        ("postgres", r"'\' e'\'' x", r"string:'\' string:e'\'' word:x"),
        ("postgres", "$$ ' $$ $a$ $$ $a$", "body:$$ ' $$ body:$a$ $$ $a$"),
        ("postgres", "a->>'b'::text", "word:a symbol:->> string:'b' symbol::: word:text"),
        ("postgres", "a=1.5e3 -.5 t.1", "word:a symbol:= number:1.5e3 symbol:- number:.5 word:t symbol:. number:1"),
        ("postgres", "a -- '\n/* \" */ b ? %s", "word:a word:b placeholder:? symbol:% word:s"),
        ("postgres", "x /* to the end", "word:x"),
        ("postgres", "größe b'1' X'ff'", "word:größe string:b'1' string:X'ff'"),
        ("mysql", r"""`a` 'it\'s' "\"" b""", r"""name:`a` string:'it\'s' string:"\"" word:b"""),
        ("mysql", "a # '\n$$", "word:a symbol:$ symbol:$"),
        ("bigquery", '`a.b` "c" # d', 'name:`a.b` string:"c"'),
        ("snowflake", r"'\'' // '", r"string:'\''"),
        ("sqlite", "[a b] `c` \"d\" '\\'", "name:[a b] name:`c` name:\"d\" string:'\\'"),
        ("tsql", "[a] #found @b N'c' a#b", "name:[a] word:#found symbol:@ word:b string:N'c' word:a#b"),
        ("oracle", "q'[it's]' nq'!a'b!' v$session", "string:q'[it's]' string:nq'!a'b!' word:v$session"),
        ("duckdb", "$x$a$x$", "body:$x$a$x$"),
        ("", "`a`", "name:`a`"),
        ("", '"a"', 'name:"a"'),
    ],
)
def test_dialects(dialect: str, text: str, expected: str) -> None:
    assert shown(text, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "text"), [("postgres", "a 'b"), ("postgres", 'a "b'), ("sqlite", "[b"), ("mysql", r"'a\'")]
)
def test_what_has_no_end_is_no_sql(dialect: str, text: str) -> None:
    with pytest.raises(NoTokens):
        tokens(text, dialect)


def test_holes_are_found_where_they_are() -> None:
    text = f"SELECT {mark(1)} FROM t_{mark(12)} WHERE a = '{mark(3)}%{mark(4)}'"
    assert [(token.raw, token.holes) for token in tokens(text, "") if token.holes] == [
        (mark(1), (1,)),
        (f"t_{mark(12)}", (12,)),
        (f"'{mark(3)}%{mark(4)}'", (3, 4)),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=st.text(alphabet="aeqN'\"$-/*#[]`\\? \n1.<>%:é", max_size=30))
def test_every_text_comes_apart(dialect: str, text: str) -> None:
    try:
        found = tokens(text, dialect)
    except NoTokens:
        return
    assert all(text[token.start : token.end] == token.raw != "" for token in found)
    ends = [0, *(token.end for token in found)]
    starts = [*(token.start for token in found), len(text)]
    assert ends == sorted(ends)
    for gap in (text[end:start].strip() for end, start in zip(ends, starts, strict=True)):
        assert gap.startswith(("-", "/", "#")) or not gap
