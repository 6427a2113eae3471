"""Suppression comments: how they are read and what they are about."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Finding, Severity, Span
from readlint.settings.model import Settings
from readlint.suppress.directives import Directive, may_have_directives, read_directives


def context(text: str, **settings: object) -> Context:
    return Context(Source("a.py", text.encode()), ast.parse(text), Settings(**settings))  # type: ignore[arg-type]


def read(text: str, **settings: object) -> list[Directive]:
    return read_directives(context(text, **settings))


def one(text: str, **settings: object) -> Directive:
    (directive,) = read(text, **settings)
    return directive


def at(line: int, end_line: int = 0) -> Finding:
    return Finding("RL101", "swallowed-exception", Severity.ERROR, Span(line, 0, end_line or line, 1), "Text.")


def covered(directive: Directive, lines: int) -> list[int]:
    return [line for line in range(1, lines + 1) if directive.covers(at(line))]


def texts(directive: Directive) -> list[str]:
    return [selector.text for selector in directive.selectors]


def test_codes_names_prefixes_reason() -> None:
    directive = one("x = 1  # readlint: ignore[RL101, RL2,swallowed-exception] callers log it\n")
    assert directive.word == "ignore"
    assert texts(directive) == ["RL101", "RL2", "swallowed-exception"]
    assert directive.reason == "callers log it"
    assert (directive.until, directive.problem) == ("", "")


@pytest.mark.parametrize(
    ("tail", "reason", "until"),
    [
        ("until=2027-01-31 the old client goes", "the old client goes", "2027-01-31"),
        ("the old client goes until=2027-01-31", "the old client goes", "2027-01-31"),
        ("the old until=2027-01-31 client goes", "the old client goes", "2027-01-31"),
        ("see issue #12 of the client", "see issue #12 of the client", ""),
        ("wait until then", "wait until then", ""),
    ],
)
def test_reason_and_end(tail: str, reason: str, until: str) -> None:
    directive = one(f"x = 1  # readlint: ignore[RL101] {tail}\n")
    assert (directive.reason, directive.until, directive.problem) == (reason, until, "")


@pytest.mark.parametrize("day", ["soon", "2027-02-30", "31.1.2027", "20270131", ""])
def test_bad_date(day: str) -> None:
    directive = one(f"x = 1  # readlint: ignore[RL101] until={day} the old client goes\n")
    assert (directive.problem, directive.detail, directive.holds) == ("bad-date", day, True)


@pytest.mark.parametrize(
    ("comment", "problem", "detail"),
    [
        ("readlint: ignroe[RL101] why not", "unknown-word", "ignroe"),
        ("readlint: ignore", "blanket", "ignore"),
        ("readlint: ignore RL101 because", "blanket", "ignore"),
        ("readlint: ignore(RL101) because", "blanket", "ignore"),
        ("readlint: ignore[] because it must", "blanket", "ignore"),
        ("readlint: file-ignore[ALL] because it must", "blanket", "file-ignore"),
        ("readlint: disable[RL] because it must", "blanket", "disable"),
        ("readlint: ignore[RL101 because it must", "unclosed", "ignore"),
        ("readlint:", "unknown-word", ""),
    ],
)
def test_ill_formed_directives_suppress_nothing(comment: str, problem: str, detail: str) -> None:
    directive = one(f"x = 1  # {comment}\n")
    assert (directive.problem, directive.detail, directive.holds) == (problem, detail, False)


def test_not_in_strings() -> None:
    assert read('x = "# readlint: ignore[RL101] no comment at all"\ny = """\n# noqa: RL101\n"""\n') == []


def test_several_in_one_comment() -> None:
    first, second = read("x = 1  # type: ignore  # readlint: ignore[RL101] callers log it  # noqa: RL201, F401 # x\n")
    assert (first.word, first.reason) == ("ignore", "callers log it")
    assert (second.word, texts(second)) == ("noqa", ["RL201", "F401"])


@pytest.mark.parametrize("comment", ["noqa", "noqa: F401", "flake8: noqa", "ruff: noqa: RL101", "noqa : E501,F401"])
def test_noqa_that_is_not_ours(comment: str) -> None:
    assert read(f"import x  # {comment}\n") == []


@pytest.mark.parametrize("comment", ["noqa: RL101", "NOQA:RL101", "noqa: E501, rl101 and so on", "noqa: E501 RL101"])
def test_noqa(comment: str) -> None:
    directive = one(f"import x  # {comment}\n")
    assert directive.word == "noqa"
    assert texts(directive)[-1] == "RL101"
    assert directive.holds


def test_assured_is_the_same_object() -> None:
    directive = one("x = 1  # readlint: assured[RL501] the table has 200 rows\n")
    assert (directive.word, directive.reason) == ("assured", "the table has 200 rows")


@pytest.mark.parametrize("comment", ["noqa: E501, BLE001", "nosec B110", "nosec: B608,B110", "pylint: disable=W0718"])
def test_foreign_suppressions_are_honoured_only_when_listed(comment: str) -> None:
    text = f"x = f()  # {comment}\n"
    assert read(text) == []
    directive = one(text, honour_foreign_suppressions=("BLE001", "B110", "W0718"))
    assert directive.word == "foreign"
    assert directive.covers(at(1))


# What a directive is about

TRY = """\
import os

try:
    os.remove(
        "a",
    )
except (
    OSError,
):{}
    pass
"""


def test_end_of_a_statements_head() -> None:
    directive = one(TRY.format("  # readlint: ignore[RL101] gone already"))
    assert covered(directive, 10) == [7, 8, 9]


def test_on_the_line_itself() -> None:
    directive = one("f(\n    1,  # readlint: ignore[RL101] callers log it\n    2,\n)\n")
    assert covered(directive, 4) == [2]
    assert directive.covers(at(1, 2)), "the region ends there"
    assert not directive.covers(at(1, 4))


def test_end_of_a_multiline_string() -> None:
    directive = one('x = """\na\nb\n"""  # readlint: ignore[RL101] callers log it\ny = 2\n')
    assert covered(directive, 5) == [1, 2, 3, 4]


@pytest.mark.skipif("sys.version_info < (3, 12)", reason="f-strings are single tokens before")
def test_end_of_a_multiline_f_string() -> None:
    directive = one('x = f"""\n{1}\nb\n"""  # readlint: ignore[RL101] callers log it\ny = 2\n')
    assert covered(directive, 5) == [1, 2, 3, 4]


def test_backslash_continuation() -> None:
    directive = one("x = 1 + \\\n    2  # readlint: ignore[RL101] callers log it\n")
    assert covered(directive, 2) == [1, 2]


def test_alone_is_about_the_next_statements_head() -> None:
    text = "# readlint: ignore[RL101] callers log it\n\n# more\n@a\n@b(\n    1)\ndef f(\n    x,\n):\n    return g(x)\n"
    assert covered(one(text), 11) == [4, 5, 6, 7, 8, 9]


def test_alone_before_a_handler() -> None:
    text = "try:\n    f()\n# readlint: ignore[RL101] callers log it\nexcept E:\n    pass\n"
    assert covered(one(text), 5) == [4]


def test_alone_between_brackets() -> None:
    text = "f(\n    1,\n    # readlint: ignore[RL101] callers log it\n\n    2,\n    3,\n)\n"
    assert covered(one(text), 7) == [5]


def test_alone_at_the_end() -> None:
    assert covered(one("x = 1\n# readlint: ignore[RL101] callers log it\n"), 3) == [2]


def test_noqa_alone_is_about_nothing_else() -> None:
    assert covered(one("# noqa: RL101\nx = 1\n"), 2) == [1]


def test_ranges_and_files() -> None:
    disable, whole = read("x\n# readlint: disable[RL2] as it is\ny\n# readlint: file-ignore[RL1] as it is\n")
    assert covered(disable, 5) == [2, 3, 4, 5]
    assert covered(whole, 5) == [1, 2, 3, 4, 5]


def test_definition() -> None:
    text = "class A:\n    def f(self):\n        pass  # readlint: ignore[RL101] callers log it\n"
    assert one(text).definition == "A.f"


# What goes when it goes


def without(text: str) -> str:
    directive = read(text)[0]
    source = Source("a.py", text.encode())
    span = directive.removal
    cut = (source.offset(span.line, span.column), source.offset(span.end_line, span.end_column))
    return text[: cut[0]] + text[cut[1] :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # readlint: ignore[RL101] why not\ny\n", "x = 1\ny\n"),
        ("x = 1  # readlint: ignore[RL101] why not", "x = 1"),
        ("x\r\n    # readlint: ignore[RL101] why not\r\ny\r\n".replace("    ", ""), "x\r\ny\r\n"),
        ("x\n# readlint: ignore[RL101] why not", "x"),
        ("if x:\n    # readlint: ignore[RL101] why not\n    y\n", "if x:\n    y\n"),
        ("# readlint: ignore[RL101] why not\nx\n", "x\n"),
        ("# readlint: ignore[RL101] why not", ""),
        ("x  # type: ignore # readlint: ignore[RL101] why not\n", "x  # type: ignore\n"),
        ("x  # readlint: ignore[RL101] why not # type: ignore\n", "x  # type: ignore\n"),
        ("# readlint: ignore[RL101] why not # type: ignore\nx\n", "# type: ignore\nx\n"),
    ],
)
def test_removal(before: str, after: str) -> None:
    assert without(before) == after


# Cheap and lasting


def test_only_files_that_mention_it_are_looked_at() -> None:
    assert may_have_directives("x = 1  # readlint: ignore[RL101] why")
    assert may_have_directives("x = 1  # noqa: E501, RL101")
    assert not may_have_directives("import x  # noqa: F401\nimport readlint\ny  # nosec B110\n")
    assert may_have_directives("y  # nosec B110\n", honoured=("B110",))


@given(st.text(max_size=60))
def test_any_comment_is_read_and_survives_the_cache(words: str) -> None:
    words = "".join(char for char in words if char.isprintable())
    for lead in ("readlint: ignore[", "readlint: ", "noqa: RL101 "):
        for directive in read(f"x = 1  # {lead}{words}\n", honour_foreign_suppressions=("B110",)):
            again = Directive.from_json(json.loads(json.dumps(directive.to_json())))
            assert again.to_json() == directive.to_json()
            assert again.covers(at(1))
