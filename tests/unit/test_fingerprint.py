"""The identity of a finding: what it survives, and what makes it another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Finding, Severity
from readlint.packs import RuleSet, load_rules
from readlint.rules import Category, Level, Rule
from readlint.settings.model import Settings
from readlint.settings.selection import RuleSelection
from readlint.syntax.screen import Screen

TOY: Rule[None] = Rule(
    "toys.family.toy", "A toy.", code="TY001", severity=Severity.NOTE, level=Level.L0, category=Category.SAFETY,
    messages={"default": "It is."}, since="0",
)  # fmt: skip


@TOY.on(ast.Call, ast.ExceptHandler)
def check(node: ast.AST, ctx: Context) -> Iterator[Finding]:
    yield TOY.finding(node)


def fingerprints(text: str) -> list[str]:
    screen = Screen(RuleSet([*load_rules().rules, TOY]))
    found = screen.file(Source("a.py", text.encode()), Settings(rules=RuleSelection({"TY001"}))).findings
    return [finding.fingerprint for finding in found]


TEXT = "def f():\n    x = g(1, 'a')\n"


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\n\ndef e(): ...\n\n\n" + TEXT,
        "def f():\n    # a comment\n    y = 2\n    x = g(1, 'a')\n    return x\n",
        'def f():\n    x = (g(\n        1,\n        "a",\n    ))\n',
        "def f(a, *, b=1) -> None:\n    if a:\n        x = g(1, 'a')\n",
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_the_same_finding(text: str) -> None:
    assert fingerprints(TEXT)[0] in fingerprints(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("1", "2"),
        TEXT.replace("'a'", "'b'"),
        TEXT.replace("'a'", "b'a'"),
        TEXT.replace("g(", "h("),
        TEXT.replace("x =", "y ="),
        TEXT.replace("def f", "def e"),
        "class A:\n    def f():\n        x = g(1, 'a')\n",
    ],
)
def test_another_finding(text: str) -> None:
    assert fingerprints(TEXT)[0] not in fingerprints(text)


def test_equal_statements_differ() -> None:
    three = fingerprints("x = g()\nx = g()\nx = g()\n")
    assert len(set(three)) == 3
    assert three[:2] == fingerprints("x = g()\ny = 1\nx = g()\n")


def test_the_body_of_a_compound_statement_is_no_part_of_it() -> None:
    assert fingerprints("if g():\n    a\n") == fingerprints("if g():\n    b\nelse:\n    c\n")
    assert fingerprints("try:\n    f\nexcept A:\n    pass\n") == fingerprints("try:\n    f\nexcept A:\n    b\n")


def test_handlers_are_told_apart_by_what_they_guard() -> None:
    text = "try:\n    a\nexcept A:\n    pass\n"
    assert fingerprints(text) != fingerprints(text.replace("    a", "    b"))
    assert fingerprints(text) != fingerprints(text.replace(" A", " B"))


def test_baselines_of_earlier_versions_hold() -> None:
    """What a shape is made of must not change: every finding that somebody has put into a baseline would come back."""
    text = (
        "@f(1, None, ..., b'a', key=not x)\ndef g(a, *b, c=1.5, **d): ...\n\n\n"
        "x: int = {**a, 'b': -c}[d:e] if (f := g) else [h async for h in i if j]\n"
        "try:\n    pass\nexcept (A, B) as e:\n    print('s', e)\n"
    )
    ctx = Context(Source("a.py", text.encode()), ast.parse(text), Settings())
    assert [ctx.shapes.of(statement) for statement in ctx.tree.body] == [
        "1e47c930e3e85981",
        "1f7cea20cf50c02a",
        "94c2f1379320ea54",
    ]
    handler = ctx.tree.body[2].handlers[0]  # type: ignore[attr-defined]
    assert ctx.shapes.of(handler) == "3c18d4f989da5eb9:71968ec59c264f2b"
    assert ctx.shapes.of(handler.body[0], secret=True) == "477a47ffc88b3b68"
