from __future__ import annotations

import dataclasses
import pickle

import pytest

from readlint.findings import Safety
from readlint.settings.patterns import PathPatterns
from readlint.settings.selection import Choice, RuleSelection, Selectors, select


@dataclasses.dataclass(frozen=True)
class FakeRule:
    code: str
    name: str
    family: str
    preview: bool = False
    default_on: bool = True


RULES = (
    FakeRule("RL001", "unreadable-file", "engine"),
    FakeRule("RL101", "swallowed-exception", "errors"),
    FakeRule("RL102", "swallowed-operational-error", "errors"),
    FakeRule("RL110", "process-status-ignored", "errors", preview=True),
    FakeRule("RL301", "sql-value-interpolated", "sql"),
    FakeRule("RL909", "redundant-comment", "verification", default_on=False),
    FakeRule("AC101", "acme-thing", "acme"),
)
DEFAULT = "AC101 RL001 RL101 RL102 RL301"
SELECTORS = Selectors(RULES)


def on(*choices: Choice, preview: bool = False) -> str:
    return " ".join(sorted(select(SELECTORS, choices, preview=preview).enabled))


def test_all_rules_that_are_on_by_default() -> None:
    assert on() == DEFAULT


@pytest.mark.parametrize(
    ("chosen", "ignored", "expected"),
    [
        ("ALL", "", f"{DEFAULT} RL909"),
        ("DEFAULT", "", DEFAULT),
        ("RL101", "", "RL101"),
        ("swallowed-exception", "", "RL101"),
        ("RL10", "", "RL101 RL102"),
        ("RL1", "", "RL101 RL102"),
        ("RL", "", "RL001 RL101 RL102 RL301 RL909"),
        ("sql", "", "RL301"),
        ("AC", "", "AC101"),
        ("ALL", "RL", "AC101"),
        ("RL", "ALL", "RL001 RL101 RL102 RL301 RL909"),
        ("RL1", "RL", "RL101 RL102"),
        ("RL10", "RL1", "RL101 RL102"),
        ("RL1", "RL10", ""),
        ("RL101", "RL10", "RL101"),
        ("RL1", "RL101", "RL102"),
        ("RL1", "swallowed-exception", "RL102"),
        ("errors", "RL", "RL101 RL102"),
        ("errors", "RL101", "RL102"),
        ("errors", "RL1", ""),
        ("RL1", "errors", ""),
        ("RL10", "errors", "RL101 RL102"),
        ("RL101", "RL101", ""),
        ("RL101", "swallowed-exception", ""),
        ("RL", "errors sql", "RL001 RL909"),
        ("", "", ""),
    ],
)
def test_the_more_specific_wins_and_ignore_wins_a_tie(chosen: str, ignored: str, expected: str) -> None:
    assert on(Choice(tuple(chosen.split()), (), tuple(ignored.split()))) == expected


def test_extend_select_adds_and_ignore_takes_away() -> None:
    assert on(Choice(None, ("RL909",), ("RL101",))) == "AC101 RL001 RL102 RL301 RL909"


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (Choice(("RL101",)), "RL101"),
        (Choice(("RL1",)), "RL101 RL102"),
        (Choice(None, (), ("RL102",)), ""),
        (Choice(None, (), ("RL",)), ""),
        (Choice(None, ("RL101",)), "RL101 RL102"),
    ],
)
def test_a_later_choice_refines_or_starts_afresh(later: Choice, expected: str) -> None:
    assert on(Choice(("errors",), (), ("RL101",)), later) == expected


def test_preview_rules_need_preview() -> None:
    assert "RL110" not in on(Choice(("ALL",)))
    assert "RL110" not in on(Choice(("RL110",)))
    assert "RL110" in on(Choice(("RL110",)), preview=True)
    assert "RL110" in on(preview=True)


def test_a_name_wins_over_a_family_of_the_same_name() -> None:
    twins = (FakeRule("XX101", "sql", "other"), FakeRule("XX102", "b", "sql"), FakeRule("XX103", "c", "other"))
    for rules in (twins, twins[::-1]):
        assert Selectors(rules).codes("sql") == {"XX101"}


def test_unknown_selectors_have_a_neighbour() -> None:
    assert SELECTORS.nearest("swalowed-exception") == "; did you mean `swallowed-exception`?"
    assert SELECTORS.nearest("rl101") == "; did you mean `RL101`?"
    assert SELECTORS.nearest("default") == "; did you mean `DEFAULT`?"
    assert SELECTORS.nearest("zzzzzz") == ""


def test_rules_ignored_for_some_files() -> None:
    patterns = PathPatterns([("/r", "scripts/"), ("/r", "!src/")], "/r")
    selection = select(SELECTORS, [], patterns=patterns, ignored=[["errors"], ["RL301"]])
    for chosen in (selection, pickle.loads(pickle.dumps(selection))):
        assert sorted(chosen.for_path("src/a.py")) == DEFAULT.split()
        assert sorted(chosen.for_path("a.py")) == ["AC101", "RL001", "RL101", "RL102"]
        assert sorted(chosen.for_path("scripts/a.py")) == ["AC101", "RL001"]
        assert "RL301" in chosen.for_path("src/scripts/a.py")
        assert "RL101" not in chosen.for_path("src/scripts/a.py")
        assert chosen.for_path("x.py") is chosen.for_path("y.py")


def test_which_fixes_may_be_applied() -> None:
    selection = select(SELECTORS, [], fixable=["RL1", "RL301"], unfixable=["RL101", "sql"])
    assert [rule.code for rule in RULES if selection.fixable(rule.code)] == ["RL102", "RL110", "RL301"]
    assert selection.safety_of("RL101", Safety.SAFE) is Safety.NONE
    assert selection.safety_of("RL102", Safety.SAFE) is Safety.SAFE


def test_how_safe_fixes_count() -> None:
    selection = select(SELECTORS, [], safe=["RL1", "RL301"], unsafe=["RL101", "sql"])
    assert selection.safety_of("RL101", Safety.SAFE) is Safety.UNSAFE
    assert selection.safety_of("RL102", Safety.UNSAFE) is Safety.SAFE
    assert selection.safety_of("RL301", Safety.UNSAFE) is Safety.SAFE
    assert selection.safety_of("RL001", Safety.UNSAFE) is Safety.UNSAFE
    assert selection.safety_of("RL102", Safety.NONE) is Safety.NONE
    assert select(SELECTORS, [], safe=["RL101"], unsafe=["RL101"]).safety_of("RL101", Safety.SAFE) is Safety.UNSAFE


def test_the_key_is_about_rules_not_about_words() -> None:
    def key(*choices: Choice, preview: bool = False) -> str:
        return select(SELECTORS, choices, preview=preview).key

    assert key(Choice(("RL101",))) == key(Choice(("swallowed-exception",))) != key(Choice(("RL102",)))
    assert key() == key(Choice(("DEFAULT",))) != key(preview=True)


def test_nothing_is_on_in_an_empty_selection() -> None:
    assert RuleSelection().for_path("a.py") == frozenset()
