"""Which writes of a variable reach a use."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.analysis.reaching import Reached, anchor, reaching, region_of
from readlint.files.source import Source


def context(code: str) -> Context:
    settings = cast(Any, SimpleNamespace(target_version=(3, 10), options={}))
    return Context(Source("module.py", code.encode()), ast.parse(code), settings)


class Written:
    def __init__(self, node: ast.AST, weak: bool = False) -> None:
        self.node = node
        self.weak = weak


def reached(body: str) -> set[str]:
    """The values of `x` that reach `use(x)`; `initial` for the one from before."""
    ctx = context("def f():\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    function = cast(ast.FunctionDef, ctx.tree.body[0])
    bindings = [b for b in ctx.scope_of(function).bindings.get("x", []) if b.how != "annotate"]
    use = next(n for n in ast.walk(ctx.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "use")
    found = reaching(ctx, function, [Written(b.node) for b in bindings], use.args[0])
    assert found is not None
    values = {ast.unparse(cast(ast.expr, bindings[number].value)) for number in found.writes}
    return values | ({"initial"} if found.initial else set())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1\nuse(x)", {"1"}),
        ("x = 1\nx = 2\nuse(x)", {"2"}),
        ("use(x)\nx = 1", {"initial"}),
        ("x = 1\nif a:\n    x = 2\nuse(x)", {"1", "2"}),
        ("if a:\n    x = 1\nelse:\n    x = 2\nuse(x)", {"1", "2"}),
        ("if a:\n    x = 1\nelse:\n    return\nuse(x)", {"1"}),
        ("x = 1\nwhile a:\n    use(x)\n    x = 2", {"1", "2"}),
        ("x = 1\nfor x in xs:\n    pass\nuse(x)", {"1", "xs"}),
        ("x = 1\ntry:\n    x = 2\nexcept E:\n    use(x)", {"1", "2"}),
        ("try:\n    x = 1\nfinally:\n    x = 2\nuse(x)", {"2"}),
        ("x = 1\ntry:\n    x = 2\nfinally:\n    use(x)", {"1", "2"}),
        ("with a as b:\n    x = 1\nuse(x)", {"1"}),
        ("x = 0\nuse(x) if (x := 1) else 0", {"0", "1"}),
        ("x = 0\na and (x := 1)\nuse(x)", {"0", "1"}),
        ("x = 0\n(x := 1)\nuse(x)", {"1"}),
        ("x = 1\nx += 2\nuse(x)", {"2"}),
        ("x = 1\nx = g(use(x))", {"1"}),
    ],
)
def test_writes_that_reach_a_use(body: str, expected: set[str]) -> None:
    assert reached(body) == expected


def test_a_weak_write_leaves_the_old_value() -> None:
    ctx = context("def f():\n    d.x = 1\n    d[k] = 2\n    d.x\n")
    function = cast(ast.FunctionDef, ctx.tree.body[0])
    first, second, use = function.body
    found = reaching(ctx, function, [Written(first), Written(second, weak=True)], cast(ast.Expr, use).value)
    assert found == Reached((0, 1), False)


def test_a_use_in_another_function_or_after_a_return_has_no_answer() -> None:
    ctx = context("def f():\n    x = 1\n    return\n    x\ndef g():\n    x\n")
    first, second = (cast(ast.FunctionDef, node) for node in ctx.tree.body)
    writes = [Written(first.body[0])]
    assert reaching(ctx, first, writes, cast(ast.Expr, first.body[2]).value) is None
    assert reaching(ctx, first, writes, cast(ast.Expr, second.body[0]).value) is None


def test_the_module_is_a_region_and_a_class_body_is_none() -> None:
    ctx = context("x = 1\nclass A:\n    y = x\n    def f(self, z=x):\n        return x\n")
    names = [node for node in ast.walk(ctx.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    regions = {(node.lineno): region_of(ctx, node) for node in names}
    assert regions[3] is None
    assert regions[4] is None
    assert isinstance(regions[5], ast.FunctionDef)
    assert region_of(ctx, ctx.tree.body[0]) is ctx.tree


def test_the_anchor_of_a_node_is_what_its_step_stands_for() -> None:
    ctx = context("try:\n    pass\nexcept E as e:\n    pass\nwhile (x := 1):\n    pass\n")
    handler = next(node for node in ast.walk(ctx.tree) if isinstance(node, ast.ExceptHandler))
    assert anchor(ctx, cast(ast.expr, handler.type)) is handler
    walrus = next(node for node in ast.walk(ctx.tree) if isinstance(node, ast.NamedExpr))
    assert isinstance(anchor(ctx, walrus), ast.While)


@given(st.lists(st.sampled_from(["x = {n}", "pass", "y = {n}"]), max_size=6))
def test_in_a_straight_line_the_last_write_is_the_only_one(lines: list[str]) -> None:
    body = [line.format(n=number) for number, line in enumerate(lines)]
    last = [line.partition(" = ")[2] for line in body if line.startswith("x")][-1:]
    assert reached("\n".join([*body, "use(x)"])) == ({last[0]} if last else {"initial"})
