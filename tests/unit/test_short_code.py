"""How code stands in the text of a message."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.analysis.short_code import short_code
from readlint.files.source import Source
from readlint.settings.model import Settings


def short_first(text: str) -> str:
    source = Source("a.py", text.encode())
    tree = ast.parse(text)
    return short_code(tree.body[0], Context(source, tree, Settings()))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f('a text', 1)", "f('a text', 1)"),
        ("f(\n    a,  # the first\n    b,\n)", "f(a, b)"),
        ("total = a + \\\n    b", "total = a + b"),
        ("f(\n    'a text',\n)", 'f("...")'),
        (f"f('{'x' * 60}', b'y', *z)", 'f("...", "...", *z)'),
        (f"f({{'{'x' * 60}': 'ä', 'ö': u}}, z)", 'f({"...": "...", "...": u}, z)'),
        ("f(f'" + "x" * 60 + '{a["key"]}\', z)', 'f("...", z)'),
        (f"f('{'x' * 60}' 'more',\n  z)", 'f("...", z)'),
        (f"{'name' * 20} = 1", f"{'name' * 14}n..."),
        ("with open(\n    name\n) as file:\n    f('text')", "with open(name) as file"),
        ("for item in f(\n    'a text', 1):\n    pass", 'for item in f("...", 1)'),
        ("def f(a,\n      b): pass", "def f"),
    ],
)
def test_is_on_one_line_and_short(code: str, expected: str) -> None:
    assert short_first(code) == expected


MARK = "Qz7" * 5
TEXTS = st.text("aé\n '\"\\{}", max_size=70)


@given(texts=st.lists(TEXTS, min_size=1, max_size=4), name=st.integers(1, 60), many=st.booleans())
def test_a_text_is_shown_whole_or_not_at_all(texts: list[str], name: int, many: bool) -> None:
    separator = ",\n " if many else ", "
    shown = short_first(f"{'n' * name}({separator.join(f'secret + {text + MARK!r}' for text in texts)})")
    assert len(shown) <= 60
    assert "\n" not in shown
    assert MARK not in shown or all(f"{text + MARK!r}" in shown for text in texts)


@given(position=st.integers(0, 60), length=st.integers(1, 90))
def test_a_long_one_shows_no_part(position: int, length: int) -> None:
    shown = short_first(f"{'n' * (position + 1)}('{'S' * length}')")
    assert f"'{'S' * length}'" in shown or "S" not in shown
