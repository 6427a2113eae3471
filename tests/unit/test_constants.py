"""Constant folding: never another value than Python's, and never at a price."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.constants import UNKNOWN
from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings


def constant(text: str) -> Any:
    """The value of the last expression of a text."""
    ctx = Context(Source("a.py", text.encode("utf-8", "surrogatepass")), ast.parse(text), Settings())
    last = ctx.tree.body[-1]
    assert isinstance(last, ast.Expr)
    return ctx.constant(last.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("not 1", False),
        ("'a' 'b'", "ab"),
        ("'a' + 'b' * 3", "abbb"),
        ("b'a' + b'b'", b"ab"),
        ("60 * 60 * 24", 86400),
        ("7 // 2 - 1 % 2", 2),
        ("(1, 'a', None)", (1, "a", None)),
        ("x = 1\nx + 1", 2),
        ("x = 'a'\ny = x + 'b'\nf'{y}-{1}'", "ab-1"),
        ("x: int = 1\nx", 1),
        ("f'a{1}b'", "a1b"),
        ("'%s' % 'a'", "a"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert constant(text) == value
    assert type(constant(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("x", "f()", "a.b", "[1]", "{}", "1 / 0", "1 + 'a'", "'%d' % 'a'", "f'{x}'", "f'{1!r}'", "f'{1:03}'", "x[0]"),
        *("x = 1\nx = 2\nx", "x = 1\nx += 1\nx", "for x in y: ...\nx", "x: int\nx", "import x\nx", "x, y = 1, 2\nx"),
        *("x = 1\ndef f():\n    global x\n    x = 2\nx", "x = 1\ndel x\nx", "x = x\nx", "x = y\ny = x\nx", "(1, x)"),
        *(
            "'a' * 10 ** 9",
            "'a' * 100_000",
            "10 ** 10",
            "2 ** 2 ** 2 ** 2",
            "(1,) * 1_000_000",
            "'a' * -1 * 'b'",
            "1 << 1",
        ),
        *("9 * " * 13 + "9", "'%1000000s' % 'a'", "'%*d' % (1000000, 1)", "1e300 * 1e300 // 0"),
    ],
)
def test_what_is_not_known(text: str) -> None:
    assert constant(text) is UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "x = 'ab' * 5000\n" + " + ".join(["x"] * 12),
        "'%9999s%9999s' % ('a', 'b')",
        "'%999999999d' % 1",
        "9" * 4000 + "*" + "9" * 4000,
    ],
)
def test_what_is_known_stays_small(text: str) -> None:
    value = constant(text)
    assert value is UNKNOWN or len(str(value)) <= 10_000


def test_unknown_is_false_and_says_its_name() -> None:
    assert not UNKNOWN
    assert repr(UNKNOWN) == "UNKNOWN"


literals = st.one_of(
    st.integers(-20, 20).map(str),
    st.floats(-9, 9, allow_nan=False).map(lambda number: repr(round(number, 2))),
    st.text("ab%sd{}", max_size=4).map(repr),
    st.sampled_from(["True", "False", "None", "b'a'", "()", "x", "y"]),
)


def operations(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.builds(
        "({} {} {})".format, inside, st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "and"]), inside
    )
    unary = st.builds("({} {})".format, st.sampled_from(["-", "+", "not", "~"]), inside)
    return st.one_of(
        binary,
        unary,
        st.builds("({}, {})".format, inside, inside),
        st.builds("f'{{{}}}'".format, st.sampled_from(["1", "x", "2.5", "True"])),
    )


@given(st.recursive(literals, operations, max_leaves=10))
def test_python_has_the_same_value(expression: str) -> None:
    value = constant(f"x = 'x'\ny = 3\n{expression}")
    if value is not UNKNOWN:
        expected = eval(expression, {"x": "x", "y": 3})
        assert value == expected
        assert type(value) is type(expected)
