"""Marks in fixtures: what they say, and that the rules do not see them."""

from __future__ import annotations

import pytest

from readlint.files.source import Source
from readlint.findings import Span
from readlint.testing.failures import CheckFailed, frame
from readlint.testing.marks import Mark, how_to_mark, read_marks


def marks(text: str) -> list[tuple[int, str]]:
    return [(mark.line, str(mark)) for mark in read_marks("a.py", text.encode()).marks]


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# expect: RL101", ["RL101"]),
        ("# expect: RL101:5", ["RL101:5"]),
        ("# expect: RL101[note]", ["RL101[note]"]),
        ("# expect: RL101[note]:5 part, RL201[error]", ["RL101[note]:5 part", "RL201[error]"]),
        ("# expect: RL101 part of the message", ["RL101 part of the message"]),
        ("# expect: RL101:5 part, of the message, RL201", ["RL101:5 part, of the message", "RL201"]),
        ("# expect: RL101, RL101:7,RL201 text", ["RL101", "RL101:7", "RL201 text"]),
        ("# expect: RL101 # expect: RL201 that", ["RL101", "RL201 that"]),
        ("# a comment of its own  # expect: RL101", ["RL101"]),
        ("# readlint: ignore[RL101] reason  # expect: RL002", ["RL002"]),
        ("# this is what we expect: RL101", []),
    ],
)
def test_what_they_say(comment: str, found: list[str]) -> None:
    assert marks(f"x = 1  {comment}\n") == [(1, text) for text in found]


def test_column_counts_from_one_and_misses() -> None:
    text = "x = 1  # expect: RL101:5\ny = 1  # miss: RL201\n"
    assert read_marks("a.py", text.encode()).marks == (Mark(1, "RL101", 4), Mark(2, "RL201", miss=True))


def test_next_is_the_next_line_that_is_no_mark() -> None:
    text = 'x = """\n  # expect: RL101\n"""\n# expect-next: RL101\n# miss-next: RL201\ny = """\n"""\n'
    assert marks(text) == [(6, "RL101"), (6, "RL201")]


@pytest.mark.parametrize("items", ["", "RL1", "swallowed-exception", "RL101 x, RL201:y"])
def test_marks_that_are_none(items: str) -> None:
    with pytest.raises(CheckFailed, match=r"a\.py:1: `.*` is no mark; write `# expect: RL101:5"):
        marks(f"x = 1  # expect: {items}\n")


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("x = 1  # expect: RL101\ny\n", "x = 1\ny\n"),
        ("x = 1\t# mine # expect: RL101\r\n", "x = 1\t# mine\r\n"),
        ("x = 1  # expect: RL101", "x = 1"),
        ("\tx\n    # expect-next: RL101\ny\n".replace("\tx", "if x:"), "if x:\n\ny\n"),
        ("x = '# expect: RL101'\n", "x = '# expect: RL101'\n"),
        ("x = 'é'  # expect: RL101 é\ny = 1\n", "x = 'é'\ny = 1\n"),
    ],
)
def test_rules_do_not_see_them(text: str, stripped: str) -> None:
    source = read_marks("a.py", text.encode()).source
    assert source.text == stripped
    assert source.data == stripped.encode()


def test_byte_order_mark_and_encoding_stay() -> None:
    data = "\ufeffx = 1  # expect: RL101\n".encode()
    assert read_marks("a.py", data).source.data == "\ufeffx = 1\n".encode()
    latin = "# coding: latin-1\nx = 'é'  # expect: RL101\n".encode("latin-1")
    assert read_marks("a.py", latin).source.data == "# coding: latin-1\nx = 'é'\n".encode("latin-1")


def test_how_to_mark() -> None:
    source = Source("a.py", b'x = """\n"""\ny = 1\n')
    assert how_to_mark(source, 1, "RL101") == "put on a line of its own above line 1:  # expect-next: RL101"
    assert how_to_mark(source, 3, "RL101") == "put at the end of line 3:  # expect: RL101"


def test_carets() -> None:
    lines = ["\tx = f(1)\n", "y\n"]
    assert frame(lines, Span(1, 5, 1, 9)) == "1 | \tx = f(1)\n  | \t    ^^^^"
    assert frame(lines, Span(1, 5, 2, 1)) == "1 | \tx = f(1)\n  | \t    ^^^^"
    assert frame([], Span(1, 0, 1, 0)) == "1 | \n  | ^"
