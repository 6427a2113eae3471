"""Where names are read: the shortcut by text finds what a walk through the whole tree finds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from readlint.analysis.context import Context
from readlint.analysis.tree import last_name
from readlint.files.source import Source
from readlint.settings.model import Settings

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted([*ROOT.glob("tests/fixtures/*/*.py"), *ROOT.glob("src/readlint/*/*.py")])

TANGLED = """\
import time
class Timer(base(start)): start = time.time(); end = start
a = [
    start]; b = start; c = 'start'
@register(start)
class Outer:
    @start.setter
    def first(self): return self.start
    class Inner(start): pass
def f(x=start): x = \\
    start; return f"{x.start} {start}"
restart, started = getattr(x, "start"), setattr(x, "start", start)
"""


def context(text: str) -> Context:
    return Context(Source("a.py", text.encode()), ast.parse(text), Settings())


def read_in(tree: ast.AST) -> dict[str, set[ast.AST]]:
    found: dict[str, set[ast.AST]] = {}
    for node in ast.walk(tree):
        name = last_name(node)
        if name and isinstance(getattr(node, "ctx", None), ast.Load):
            found.setdefault(name, set()).add(node)
        if isinstance(node, ast.Call) and last_name(node.func) == "getattr":
            texts = (argument for argument in node.args[1:2] if isinstance(argument, ast.Constant))
            found.update({str(text.value): {*found.get(str(text.value), ()), text} for text in texts})
    return found


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_read_of_every_name(path: Path) -> None:
    try:
        ctx = context(path.read_text(encoding="utf-8"))
    except SyntaxError:
        pytest.skip("it is written for a newer Python")
    for name, nodes in read_in(ctx.tree).items():
        assert set(ctx.loads.of(name)) == nodes, name


def test_statements_that_share_lines() -> None:
    ctx = context(TANGLED)
    assert {name: set(ctx.loads.of(name)) for name in read_in(ctx.tree)} == read_in(ctx.tree)
    assert len(ctx.loads.of("start")) == 14


def test_a_name_that_is_not_read() -> None:
    ctx = context(TANGLED)
    assert ctx.loads.of("restart") == ctx.loads.of("tart") == ctx.loads.of("") == []
