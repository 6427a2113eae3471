"""The smallest edits between two texts."""

from __future__ import annotations

from readlint.fixes.edits import Cut, apply_cuts, meet, newline_at, smallest


def cuts(old: str, new: str) -> list[Cut]:
    made = smallest(old, 0, len(old), new)
    assert apply_cuts(old, made) == new
    return made


def test_equal_texts_have_no_cuts() -> None:
    assert cuts("a\nb\n", "a\nb\n") == []


def test_a_changed_word() -> None:
    assert cuts("x = time.time()\n", "x = time.monotonic()\n") == [Cut(9, 13, "monotonic")]


def test_changes_apart_stay_apart() -> None:
    assert cuts("a\nb\nc\n", "x\nb\ny\n") == [Cut(0, 1, "x"), Cut(4, 5, "y")]


def test_punctuation_between_two_changes_is_taken_along() -> None:
    assert cuts("f(a, b)\n", "f(c, d)\n") == [Cut(2, 6, "c, d")]


def test_a_line_more_begins_at_the_end_of_the_line_before() -> None:
    assert cuts("if x:\n    a\n    b\n", "if x:\n    a\n    new\n    b\n") == [Cut(11, 11, "\n    new")]


def test_a_line_less_begins_at_the_end_of_the_line_before() -> None:
    assert cuts("if x:\r\n    a\r\n    b\r\n", "if x:\r\n    b\r\n") == [Cut(5, 12, "")]


def test_a_new_indentation_begins_at_the_end_of_the_line_before() -> None:
    made = cuts("if x:\n  a\n", "if x:\n    a\n")
    assert made == [Cut(5, 8, "\n    ")]


def test_a_line_behind_the_last() -> None:
    assert cuts("if x:\n    a\n", "if x:\n    a\n    b\n") == [Cut(11, 11, "\n    b")]


def test_cuts_that_touch_meet() -> None:
    assert meet(Cut(0, 1, ""), Cut(1, 1, "x"))
    assert meet(Cut(1, 1, "x"), Cut(1, 1, "y"))
    assert not meet(Cut(0, 1, ""), Cut(2, 3, ""))


def test_the_line_end_in_use() -> None:
    assert newline_at("a\r\nb\n", 0) == "\r\n"
    assert newline_at("a\r\nb\n", 3) == "\n"
    assert newline_at("a\r\nb", 3) == "\r\n"
    assert newline_at("a", 0) == "\n"
