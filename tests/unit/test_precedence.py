"""Of several rules that speak of the same place, the strongest is heard."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from readlint.analysis.context import Context
from readlint.errors import UserError
from readlint.files.source import Source
from readlint.findings import Finding, Question, Severity
from readlint.packs import RuleSet
from readlint.rules import Answers, Category, Level, Rule
from readlint.testing.engine import Project, rule_set, settings_for

CODE = "def f():\n    one()\n    two(one())\n"


def toy(code: str, replaces: Iterable[str] = ()) -> Rule[None]:
    return Rule(
        f"toys.family.toy_{code.lower()}", "A toy.", code=code, severity=Severity.NOTE, level=Level.L0,
        category=Category.SAFETY, messages={"default": "It is."}, since="0", replaces=replaces,
    )  # fmt: skip


def on_calls(rule: Rule[None], *names: str) -> Rule[None]:
    @rule.on(ast.Call)
    def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
        if ctx.text(call.func) in names:
            yield rule.finding(call)

    return rule


def found(text: str, *rules: Rule[None], select: Iterable[str] = ()) -> list[str]:
    every = rule_set(rules)
    codes = set(select) or {rule.code for rule in rules}
    project = Project([Source("a.py", text.encode())], settings_for(every, codes), every)
    return [f"{finding.rule}:{finding.span.line}" for finding in project.findings()["a.py"]]


def test_the_same_place_only() -> None:
    strong = on_calls(toy("TY001", replaces=["TY002"]), "two")
    weak = on_calls(toy("TY002"), "one", "two")
    assert found(CODE, strong, weak) == ["TY002:2", "TY001:3", "TY002:3"]
    assert found("two()\n", strong, weak) == ["TY001:1"]


def test_the_order_of_the_codes_does_not_matter() -> None:
    strong, weak = on_calls(toy("TY009", replaces=["TY002"]), "one"), on_calls(toy("TY002"), "one")
    assert found("one()\n", strong, weak) == ["TY009:1"]


def test_of_a_chain_the_strongest_is_left() -> None:
    rules = [
        on_calls(toy("TY001", replaces=["TY002", "TY003"]), "one"),
        on_calls(toy("TY002", replaces=["TY003"]), "one"),
        on_calls(toy("TY003"), "one"),
    ]
    assert found("one()\n", *rules) == ["TY001:1"]
    assert found("one()\n", *rules, select=["TY002", "TY003"]) == ["TY002:1"]


def test_a_rule_that_is_off_replaces_nothing() -> None:
    strong, weak = on_calls(toy("TY001", replaces=["TY002"]), "one"), on_calls(toy("TY002"), "one")
    assert found("one()\n", strong, weak, select=["TY002"]) == ["TY002:1"]


@pytest.mark.parametrize(("stands", "expected"), [(True, ["TY001:1"]), (False, ["TY002:1"])])
def test_a_conditional_finding_replaces_once_it_stands(stands: bool, expected: list[str]) -> None:
    strong, weak = toy("TY001", replaces=["TY002"]), on_calls(toy("TY002"), "one")

    @strong.on(ast.Call)
    def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
        yield strong.finding(call, questions=[Question("nobody-knows", "one")])

    @strong.settle
    def settle(finding: Finding, answers: Answers) -> Finding | None:
        return finding if stands else None

    assert found("one()\n", strong, weak) == expected


def test_a_suppressed_finding_has_replaced_the_weaker_one() -> None:
    strong, weak = on_calls(toy("TY001", replaces=["TY002"]), "one"), on_calls(toy("TY002"), "one")
    assert found("one()  # readlint: ignore[TY001] the first one is never lost\n", strong, weak) == []
    # What is left to suppress is the stronger one: a reason for the weaker one is none for it.
    assert found("one()  # readlint: ignore[TY002] the first one is never lost\n", strong, weak) == ["TY001:1"]


@pytest.mark.parametrize(
    "pairs",
    [
        [("TY001", ["TY001"])],
        [("TY001", ["TY002"]), ("TY002", ["TY001"])],
        [("TY001", ["TY002"]), ("TY002", ["TY003"]), ("TY003", ["TY001"])],
    ],
)
def test_rules_that_replace_each_other_are_refused(pairs: list[tuple[str, list[str]]]) -> None:
    with pytest.raises(UserError, match="toy_ty001 replaces itself"):
        RuleSet([toy(code, replaces) for code, replaces in pairs])


def test_a_rule_may_name_one_that_is_not_installed() -> None:
    assert found("one()\n", on_calls(toy("TY001", replaces=["QQ777"]), "one")) == ["TY001:1"]


def test_a_note_takes_no_error_s_place() -> None:
    strong, weak = on_calls(toy("TY001", replaces=["TY002"]), "one"), toy("TY002")

    @weak.on(ast.Call)
    def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
        yield weak.finding(call, severity=Severity.ERROR)

    assert found("one()\n", strong, weak) == ["TY002:1"]


def test_a_batch_that_partly_fails_is_told_once() -> None:
    text = (
        "from pymongo.errors import BulkWriteError\n\n\ndef write(users, writes):\n    try:\n"
        "        users.bulk_write(writes, ordered=False)\n    except BulkWriteError:\n        pass\n"
    )
    assert found(text, select={"RL102", "RL112"}) == ["RL112:7"]
