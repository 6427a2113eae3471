"""Whether a fixed text is the same program outside the edited statements."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from readlint.files.source import Source
from readlint.findings import Finding, Severity, Span
from readlint.fixes.edits import Cut, apply_cuts
from readlint.fixes.verify import identity, same_elsewhere, unexpected
from readlint.rules import Category, Level, Rule


def same(text: str, *cuts: Cut) -> bool:
    new = apply_cuts(text, cuts)
    sources = Source("a.py", text.encode()), Source("a.py", new.encode())
    return same_elsewhere(sources[0], ast.parse(text), sources[1], ast.parse(new), cuts)


def at(text: str, part: str, new: str) -> Cut:
    start = text.index(part)
    return Cut(start, start + len(part), new)


TEXT = "import a\n\n\ndef f(x):\n    if x:\n        return 1\n    return 2\n\n\nclass C:\n    y = 3\n"


@pytest.mark.parametrize(
    "cut",
    [
        at(TEXT, "return 1", "return 9"),
        at(TEXT, "1", "one(\n'ü')"),
        Cut(8, 8, "\nimport b"),
        Cut(0, 0, "import b\n"),
        Cut(0, 0, '"""Doc."""\n\nimport b\n\n'),
        at(TEXT, "\n        return 1", "\n        log()\n        return 1"),
        at(TEXT, "if x:", "if x:\n        log()"),
        Cut(TEXT.index("class"), TEXT.index("class"), "@deco\n"),
        at(TEXT, "    y = 3", "    y = 3; z = 4"),
        at(TEXT, "    if x:\n        return 1\n", ""),
        at(TEXT, "        return 1", "        with a:\n            return 1"),
        Cut(TEXT.index("\n    return 2"), TEXT.index("\n    return 2"), "\n        log()"),
        Cut(TEXT.index("\n\n\nclass"), TEXT.index("\n\n\nclass"), "\n    log()"),
    ],
)
def test_a_change_in_its_place(cut: Cut) -> None:
    assert same(TEXT, cut)


def test_a_statement_that_is_swallowed_is_noticed() -> None:
    text = "a = 1\nb = 2\nc = '''\n'''\n"
    assert not same(text, at(text, "a = 1", "a = '''"), at(text, "c = '''\n'''", "'''"))


def test_a_line_behind_the_comment_at_the_end_of_a_suite() -> None:
    text = "if x:\n    a = 1  # one\nb = 2\n"
    assert same(text, Cut(text.index("\nb"), text.index("\nb"), "\n    log()"))


def test_a_statement_that_moves_into_another_is_noticed() -> None:
    text = "if x:\n    pass\n    b = 1\n"
    assert not same(text, at(text, "if x:\n    pass", "if x:\n   pass\n   if y:\n    pass"))


def finding(rule: str, definition: str, message: str = "m") -> Finding:
    made = Finding(rule, "toy", Severity.NOTE, Span(1, 0, 1, 1), message)
    made.definition = definition
    return made


def rule(code: str, replaces: Iterable[str] = ()) -> Rule[None]:
    return Rule(
        "toys.family.toy", "A toy.", code=code, severity=Severity.NOTE, level=Level.L0, category=Category.SAFETY,
        messages={"default": "It is."}, since="0", replaces=replaces,
    )  # fmt: skip


def test_findings_are_counted_by_rule_and_definition() -> None:
    one, two, other = finding("X", "f"), finding("X", "f", "n"), finding("Y", "f")
    rules = {"X": rule("TX001")}
    assert unexpected([one, two, other], [one], [two, other], rules) == ()
    assert unexpected([one, two], [one], [one, two], rules) == (two,)
    assert unexpected([one], [one], [other], rules) == (other,)
    assert unexpected([one], [one], [finding("X", "g")], rules)


def test_what_a_fixed_finding_replaced_may_come_to_light() -> None:
    one, weaker, elsewhere = finding("X", "f"), finding("Y", "f"), finding("Y", "g")
    rules = {"X": rule("TX001", replaces=["Y"])}
    assert unexpected([one], [one], [weaker], rules) == ()
    assert unexpected([one], [one], [weaker, weaker], rules) == (weaker,)
    assert unexpected([one], [one], [elsewhere], rules) == (elsewhere,)


def test_the_fingerprint_is_the_identity() -> None:
    one, two = finding("X", "f", "a"), finding("X", "f", "b")
    assert identity(one) != identity(two)
    one.fingerprint = two.fingerprint = "123"
    assert identity(one) == identity(two)
