"""Applying fixes over several passes, and accepting only what proves right."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import libcst as cst
import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source, Unreadable
from readlint.findings import Finding, Safety, Severity, Target
from readlint.fixes.apply import FixOutcome, fix_text
from readlint.fixes.context import FixContext
from readlint.rules import Category, Fix, Level, Rule

RULE: Rule[None] = Rule(
    __name__,
    "A toy.",
    code="XX001",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    messages={"default": "`{name}` is old."},
    since="0",
    fix=Safety.SAFE,
)


def rename(node: cst.Call, fix: FixContext) -> cst.BaseExpression:
    """`old(...)` becomes `new(...)`; `stay` shows what a fixer can do wrong."""
    name = fix.data["name"]
    if name == "old_stay":
        return node.with_changes(args=[*node.args, cst.Arg(cst.Name("more"))])
    if name == "old_other":
        return cst.Call(cst.Name("worse"), node.args)
    if name == "old_crash":
        raise ZeroDivisionError
    if name == "old_refuse" or (name == "old_late" and "new" not in fix.ctx.source.text):
        fix.refuse("not here")
    if name == "old_hmac":
        return cst.Call(fix.name_for("hmac.new"), node.args)
    if name == "old_euro":
        return fix.expression("'€'")
    return node.with_changes(func=cst.Name("new"))


def context(source: Source) -> Context:
    try:
        tree = ast.parse(source.text)
    except SyntaxError:
        raise Unreadable("broken") from None
    return Context(source, tree, SimpleNamespace(target_version=(3, 10), options={}))  # type: ignore[arg-type]


def screen(source: Source) -> list[Finding]:
    ctx = context(source)
    return list(_found(ctx))


def _found(ctx: Context) -> Iterator[Finding]:
    for node in ast.walk(ctx.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith(("old", "worse")):
            name = node.func.id
            fix = Fix(rename, "Rename", node, data={"name": name}) if name.startswith("old") else None
            finding = RULE.finding(node, name=name, fix=fix)
            finding.rule = "XX002" if name == "worse" else finding.rule
            finding.span, finding.path = ctx.span(node), ctx.path
            finding.definition, finding.shape = ctx.definition_name(node), ast.dump(ctx.statement(node))
            if finding.fix:
                finding.fix.targets = (Target("Call", ctx.source.span(node)),)
            yield finding


def fix(
    text: str | bytes, allowed: Callable[[Finding], bool] = lambda finding: True, screener: Any = screen
) -> FixOutcome:
    source = Source("toy.py", text if isinstance(text, bytes) else text.encode())
    return fix_text(source, screen(source), screener, allowed, context=context, rules={"XX001": RULE})


def test_every_fix_is_applied() -> None:
    outcome = fix("a = old(1)\n\n\ndef f():\n    return old(2)\n")
    assert outcome.source.text == "a = new(1)\n\n\ndef f():\n    return new(2)\n"
    assert [finding.span.line for finding in outcome.fixed] == [1, 5]
    assert not outcome.left
    assert not outcome.refused


def test_nothing_to_do_returns_the_very_source() -> None:
    source = Source("toy.py", b"a = 1\n")
    outcome = fix_text(source, [], screen, lambda f: True, context=context, rules={})
    assert outcome.source is source


def test_overlapping_fixes_take_several_passes() -> None:
    assert fix("a = old(old(old(1)), old(2))\n").source.text == "a = new(new(new(1)), new(2))\n"


def test_what_is_not_allowed_stays() -> None:
    outcome = fix("a = old(1)\nb = old_b(1)\n", lambda finding: "_b" in finding.message)
    assert outcome.source.text == "a = old(1)\nb = new(1)\n"
    assert len(outcome.left) == 1
    assert not outcome.refused


def test_one_import_serves_all() -> None:
    text = "import os\n\n\ndef f():\n    return old_hmac(1), old_hmac(2)\n"
    assert fix(text).source.text == "import hmac\n" + text.replace("old_hmac", "hmac.new")


def test_a_finding_that_stays_is_refused_and_the_others_are_fixed() -> None:
    outcome = fix("a = old(1)\nb = old_stay(1)\nc = old(2)\n")
    assert outcome.source.text == "a = new(1)\nb = old_stay(1)\nc = new(2)\n"
    assert [(refused.finding.span.line, refused.reason) for refused in outcome.refused] == [
        (2, "the finding would stay")
    ]


def test_a_fix_that_brings_another_finding_is_refused() -> None:
    outcome = fix("b = old_other(1)\n")
    assert outcome.source.text == "b = old_other(1)\n"
    assert [refused.reason for refused in outcome.refused] == ["it would bring a new XX002 finding"]


def test_a_refusal_keeps_its_reason() -> None:
    outcome = fix("a = old_refuse(1)\nb = old(1)\n")
    assert outcome.source.text == "a = old_refuse(1)\nb = new(1)\n"
    assert [refused.reason for refused in outcome.refused] == ["not here"]
    assert [finding.edits for finding in outcome.left] == [()] or outcome.left[0].edits is None


def test_a_crash_is_told_and_stops_nothing() -> None:
    outcome = fix("a = old_crash(1)\nb = old(1)\n")
    assert outcome.source.text == "a = old_crash(1)\nb = new(1)\n"
    assert [type(crashed.error) for crashed in outcome.crashed] == [ZeroDivisionError]


def test_a_character_that_the_encoding_lacks_is_refused() -> None:
    outcome = fix("# coding: latin-1\na = old_euro('ü')\nb = old(1)\n".encode("latin-1"))
    assert outcome.source.data == "# coding: latin-1\na = old_euro('ü')\nb = new(1)\n".encode("latin-1")
    assert [refused.reason for refused in outcome.refused] == ["latin-1 cannot hold the fixed text"]


def test_a_second_run_changes_nothing() -> None:
    first = fix("a = old(old_stay(1))\nb = old_refuse(old(1))\n")
    again = fix(first.source.data)
    assert again.source.data == first.source.data
    assert not again.fixed


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfa = old(1)\r\n",
        b"a = old(1)",
        b"# coding: latin-1\nb = '\xfc'; a = old('\xfc')\n",
        b"\x0ca = old(1)\n\x0c\nb = '\x0c'\n",
        b"if x:\r\n\ta = old(1)\r\n",
        b"a = old(1)\rb = 2\r",
    ],
)
def test_bytes_outside_the_edit_stay(text: bytes) -> None:
    assert fix(text).source.data == text.replace(b"old", b"new")


def test_what_was_refused_is_tried_again_beside_what_was_fixed() -> None:
    # Else the next run would fix it, and a second run has to change nothing.
    outcome = fix("old_late()\nold_refuse()\nold(1)\n")
    assert outcome.source.text == "new()\nold_refuse()\nnew(1)\n"
    assert [refused.finding.span.line for refused in outcome.refused] == [2]
    alone = fix("old_late()\nold_refuse()\n")
    assert len(alone.refused) == 2
