"""Asking about each fix."""

from __future__ import annotations

import io

import pytest

from readlint.errors import UserError
from readlint.findings import Finding, Severity, Span
from readlint.fixes.ask import ask


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def findings() -> list[Finding]:
    made = []
    for index, rule in enumerate(["X", "Y", "X", "Y"]):
        finding = Finding(rule, "toy", Severity.NOTE, Span(index + 1, 0, index + 1, 1), f"m{index}")
        finding.path = "a.py"
        made.append(finding)
    return made


def chosen(answers: str) -> tuple[list[int], str]:
    out = io.StringIO()
    offered = findings()
    accepted = ask(offered, lambda finding: f"[{finding.message}]\n", Terminal(answers), out)
    return [index for index, finding in enumerate(offered) if finding in accepted], out.getvalue()


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("y\nn\nyes\nNO\n", [0, 2]),
        ("a\n", [0, 1, 2, 3]),
        ("n\nall\n", [1, 2, 3]),
        ("r\nn\ny\n", [0, 2, 3]),
        ("s\ny\nn\n", [1]),
        ("y\nq\n", [0]),
        ("y\n", [0]),
        ("", []),
        ("?\n\ny\nq\n", [0]),
    ],
)
def test_answers(answers: str, expected: list[int]) -> None:
    assert chosen(answers)[0] == expected


def test_each_fix_is_shown_before_its_question() -> None:
    _, text = chosen("y\nq\n")
    assert text.startswith("[m0]\napply this fix? [y]es [n]o [a]ll [r]ule (all of X) [s]kip rule [q]uit: [m1]\n")


def test_a_wrong_answer_gets_help() -> None:
    assert "q  leave this finding and all that follow" in chosen("what\nq\n")[1]


def test_what_was_settled_is_not_asked() -> None:
    _, text = chosen("r\nn\ny\n")
    assert text.count("apply this fix?") == 3


def test_without_a_terminal_it_is_an_error() -> None:
    with pytest.raises(UserError, match="terminal"):
        ask(findings(), lambda finding: "", io.StringIO("y\n"), io.StringIO())


def test_the_same_finding_of_another_file_is_another() -> None:
    one, two = findings()[0], findings()[0]
    two.path = "b.py"
    accepted = ask([one, two], lambda finding: "", Terminal("y\nn\n"), io.StringIO())
    assert one in accepted
    assert two not in accepted
