"""What holds for every fix of every statement: only the edited node changes, whatever the file looks like."""

from __future__ import annotations

import ast
import copy
import functools
import textwrap
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Edit, Finding, Safety, Severity, Target
from readlint.fixes.apply import fix_text
from readlint.fixes.bindings import FixRefused, Needs, spell
from readlint.fixes.build import make_edits
from readlint.fixes.context import FixContext
from readlint.fixes.edits import apply_cuts, apply_edits, smallest
from readlint.fixes.imports import needed_cuts
from readlint.rules import Category, Fix, Level, Rule

RULE: Rule[None] = Rule(
    __name__,
    "A toy.",
    code="XX001",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    messages={"default": "It is a toy."},
    since="0",
    fix=Safety.SAFE,
)
SETTINGS = SimpleNamespace(target_version=(3, 10), options={})

OWN = textwrap.dedent('''\
    """Ein Beispiel, groß und breit: 日本 😀."""
    import os  # Pfade
    \f
    class Zähler(Base):
        grenze: int = 3

        @property
        def wert(self):
            """Größe
          mal
            Breite"""
            try:
                x = self.a[0]; y = f"{x:>{self.b}} ü {x!r}"
                if x: return y
                elif y == (
                    "a"
                    # warum
                    "b"
                ): raise ValueError(x) from None
                else:
                    x += \\
                        y
            except (KeyError, OSError) as fehler:  # so
                # allein
                self.log(fehler, *x, größe=1, **y)
            except Exception: pass
            finally:
                del x

            with open(x) as a, open(
                y
            ) as b:
                return [i for i in a if i not in (yield b)]
    \f
    async def f(*args, key=lambda v=1: v):
        async with lock: await g()
        while True:
            match key:
                case {"a": [1, *rest]} if rest: break
                case _: continue
        return not args == key, (n := 1)
    ''')
SAMPLES = [OWN, *(Path(m.__file__ or "").read_text(encoding="utf-8") for m in (textwrap, functools, copy))]
VARIANTS = {
    "plain": lambda text: text.encode(),
    "carriage returns": lambda text: text.replace("\n", "\r\n").encode(),
    "byte-order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "latin-1": lambda text: ("# coding: latin-1\n" + text).encode("latin-1", "replace"),
    "no final newline": lambda text: text.rstrip("\n").encode(),
    "old Mac": lambda text: text.replace("\n", "\r").encode(),
}


@functools.cache
def context(sample: int, variant: str) -> Context:
    source = Source("toy.py", VARIANTS[variant](SAMPLES[sample]))
    return Context(source, ast.parse(source.text), SETTINGS)  # type: ignore[arg-type]


def plan(ctx: Context, fixer: object, node: ast.AST) -> Finding:
    finding = RULE.finding(node, fix=Fix(fixer, "Do it", node))  # type: ignore[arg-type]
    assert finding.fix is not None
    finding.fix.targets = (Target(type(node).__name__, ctx.source.span(node)),)
    finding.span, finding.path = ctx.source.span(node), "toy.py"
    return finding


def wrap(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return cst.Call(cst.Name("wrap"), [cst.Arg(node)])


def negate(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return cst.UnaryOperation(cst.Not(), node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))


def announce(node: cst.CSTNode, fix: FixContext) -> cst.FlattenSentinel[cst.CSTNode]:
    return cst.FlattenSentinel([fix.statement("log()"), node])


class Swap(ast.NodeTransformer):
    """What the fixers do, done to the syntax tree."""

    def __init__(self, old: ast.AST, new: list[ast.AST]) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> object:
        if node is self.old:
            return self.new if isinstance(node, ast.stmt) else self.new[0]
        return self.generic_visit(node)


def expected(ctx: Context, fixer: object, node: ast.AST) -> str:
    memo: dict[int, object] = {}
    tree = copy.deepcopy(ctx.tree, memo)
    twin = memo[id(node)]
    inner = copy.copy(twin)
    new: list[ast.AST]
    if fixer is wrap:
        new = [ast.Call(ast.Name("wrap", ast.Load()), [inner], [])]  # type: ignore[list-item]
    elif fixer is negate:
        new = [ast.UnaryOp(ast.Not(), inner)]  # type: ignore[arg-type]
    else:
        new = [*ast.parse("log()").body, inner]  # type: ignore[list-item]
    return ast.dump(Swap(twin, new).visit(tree))  # type: ignore[arg-type]


def check_edits(source: Source, edits: tuple[Edit, ...]) -> None:
    for one, other in pairwise(edits):
        assert one.span.key()[2:] < other.span.key()[:2], "edits are sorted and do not meet"
    for edit in edits:
        old = source.slice(edit.span)
        assert old != edit.text
        line = source.lines[edit.span.line - 1] if edit.span.line <= len(source.lines) else ""
        margin = len(line) - len(line.lstrip(" \t\f"))
        assert edit.span.column >= margin or not line.strip(), "no edit begins in an indentation"


def in_f_string(ctx: Context, node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or any(isinstance(a, ast.JoinedStr) for a in ctx.ancestors(node))


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_expression_changes_alone(variant: str, data: st.DataObject) -> None:
    ctx = context(data.draw(st.integers(0, len(SAMPLES) - 1)), variant)
    kinds = (
        ast.Call,
        ast.Compare,
        ast.Name,
        ast.BinOp,
        ast.Attribute,
        ast.Constant,
        ast.Await,
        ast.Tuple,
        ast.NamedExpr,
    )
    nodes = [n for n in ast.walk(ctx.tree) if isinstance(n, kinds)]
    node = data.draw(st.sampled_from(nodes))
    fixer = data.draw(st.sampled_from([wrap, negate]))
    try:
        edits = make_edits(plan(ctx, fixer, node), RULE, ctx)
    except FixRefused:
        stored = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))
        pattern = any(isinstance(a, (ast.pattern, ast.match_case)) for a in ctx.ancestors(node))
        assert stored or pattern or in_f_string(ctx, node) or isinstance(node, ast.Constant) or "\f" in ctx.text(node)
        return
    check_edits(ctx.source, edits)
    assert ast.dump(ast.parse(apply_edits(ctx.source, edits))) == expected(ctx, fixer, node)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_line_before_a_statement_is_all_that_changes(variant: str, data: st.DataObject) -> None:
    ctx = context(data.draw(st.integers(0, len(SAMPLES) - 1)), variant)
    nodes = [n for n in ast.walk(ctx.tree) if isinstance(n, ast.stmt)]
    node = data.draw(st.sampled_from(nodes))
    try:
        edits = make_edits(plan(ctx, announce, node), RULE, ctx)
    except FixRefused:
        beside_others = ":" in ctx.source.lines[node.lineno - 1] or ";" in ctx.source.lines[node.lineno - 1]
        assert beside_others or isinstance(node, ast.If), ast.unparse(node)
        return
    check_edits(ctx.source, edits)
    assert len(edits) == 1
    assert ast.dump(ast.parse(apply_edits(ctx.source, edits))) == expected(ctx, announce, node)


@pytest.mark.parametrize("variant", VARIANTS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_outside_the_edits_stay_and_a_second_run_is_idle(variant: str, data: st.DataObject) -> None:
    ctx = context(data.draw(st.integers(0, len(SAMPLES) - 1)), variant)
    names = sorted({n.id for n in ast.walk(ctx.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)})
    wanted = set(data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)))

    def screen(source: Source) -> list[Finding]:
        found = Context(source, ast.parse(source.text), SETTINGS)  # type: ignore[arg-type]
        calls = {
            id(a)
            for c in ast.walk(found.tree)
            if isinstance(c, ast.Call) and ast.unparse(c.func) == "wrap"
            for a in c.args
        }
        nodes = [n for n in ast.walk(found.tree) if isinstance(n, ast.Name) and n.id in wanted and id(n) not in calls]
        return [plan(found, wrap, n) for n in nodes if isinstance(n.ctx, ast.Load)]

    def run(source: Source) -> Source:
        return fix_text(
            source,
            screen(source),
            screen,
            lambda finding: True,
            context=lambda new: Context(new, ast.parse(new.text), SETTINGS),  # type: ignore[arg-type]
            rules={"XX001": RULE},
        ).source

    fixed = run(ctx.source)
    back = fixed.data
    for name in wanted:
        part = name.encode(fixed.encoding)
        back = back.replace(b"wrap(" + part + b")", part)
    assert back == ctx.source.data
    assert run(Source("toy.py", fixed.data)).data == fixed.data


@settings(max_examples=300, deadline=None)
@given(
    old=st.text(alphabet="ab (\n\r\t#é", max_size=30),
    new=st.text(alphabet="ab (\n\r\t#é", max_size=30),
    around=st.sampled_from(["", "x\n", "  x\r\n"]),
)
def test_the_smallest_edits_give_the_new_text(old: str, new: str, around: str) -> None:
    text = around + old + around
    cuts = smallest(text, len(around), len(around) + len(old), new)
    assert all(one.end < other.start for one, other in pairwise(cuts))
    assert apply_cuts(text, cuts) == around + new + around


HEADERS = st.lists(
    st.sampled_from(
        [
            "#!/usr/bin/env python",
            "# Copyright",
            "",
            "import os",
            "import os, sys",
            "import abc; import ast",
            "import django",
            "from abc import ABC",
            "from hmac import new",
            "from hmac import (\n    HMAC,\n    new  # why\n)",
            "from hmac import HMAC, \\\n    digest",
            "from . import x",
            "if os:\n    import hmac",
            "try:\n    import json\nexcept ImportError:\n    json = None",
            "__all__ = ['a']",
            "X = 1",
            "def f(hmac): return 1",
            "class C:\n    compare_digest = 1",
            "import os; X = 2",
            "import os  # paths",
        ]
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=HEADERS,
    docstring=st.sampled_from(["", '"""Doc."""\n', "'''Doc\n\n'''; Y = 1\n"]),
    future=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    final=st.booleans(),
    dotted=st.sampled_from(["hmac.compare_digest", "concurrent.futures.wait", "django.utils.html.escape", "time"]),
    statement=st.booleans(),
)
def test_an_import_parses_and_binds_its_name(
    lines: list[str], docstring: str, future: bool, newline: str, final: bool, dotted: str, statement: bool
) -> None:
    code = "from __future__ import annotations\n" * future + "".join(line + "\n" for line in lines)
    text = docstring + code + "\ndef g():\n    return 1\n"
    text = (text if final else text.rstrip("\n")).replace("\n", newline)
    source = Source("toy.py", text.encode())
    ctx = Context(source, ast.parse(text), SETTINGS)  # type: ignore[arg-type]
    inside = ctx.tree.body[-1].body[0]  # type: ignore[attr-defined]
    needs = Needs()
    name = spell(dotted, inside, ctx, needs)
    if statement:
        needs.statements.append("logger = 1")
    cuts = needed_cuts(ctx, needs)
    edited = Source("toy.py", apply_cuts(text, cuts).encode())
    after = Context(edited, ast.parse(edited.text), SETTINGS)  # type: ignore[arg-type]
    last = after.tree.body[-1].body[0]  # type: ignore[attr-defined]
    again = Needs()
    assert spell(dotted, last, after, again) == name
    assert not again.imports, "the import is there and in force"
    assert edited.text.endswith(("\n", "\r")) == final
    assert newline == "\r\n" or "\r\n" not in edited.text
    kept = [ast.dump(s) for s in ctx.tree.body if not isinstance(s, ast.ImportFrom)]
    assert [d for d in map(ast.dump, after.tree.body) if d in kept] == kept or needs.imports
    assert ast.get_docstring(after.tree) == ast.get_docstring(ctx.tree)
