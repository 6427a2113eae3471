"""What becomes of a value: how it is looked at, and whether it leaves our sight."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any, cast

import pytest

from readlint.analysis.context import Context
from readlint.analysis.fates import Fate, derived, fate, is_tested
from readlint.files.source import Source


def context(code: str) -> Context:
    settings = cast(Any, SimpleNamespace(target_version=(3, 10), options={}))
    return Context(Source("pkg/module.py", code.encode()), ast.parse(code), settings)


def made(ctx: Context) -> ast.expr:
    """The only call of `make`."""
    calls = [n for n in ast.walk(ctx.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "make"]
    assert len(calls) == 1
    return calls[0]


def fate_in(body: str) -> Fate:
    ctx = context("def f():\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    return fate(made(ctx), ctx)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("make().ok", {("attribute", "ok")}),
        ("make().close()", {("method", "close")}),
        ("x = make()\nx.ok", {("attribute", "ok")}),
        ("x = make()\ny = x\ny.ok", {("attribute", "ok")}),
        ("x: T = make()\nx.ok", {("attribute", "ok")}),
        ("(x := make()).ok\nx.status", {("attribute", "ok"), ("attribute", "status")}),
        ("x = make()\nif a:\n    x.ok\nelse:\n    x.text", {("attribute", "ok"), ("attribute", "text")}),
        ("x = make()\nx = other()\nx.ok", set()),
        ("x = other()\nx.ok\nx = make()", set()),
        ("while a:\n    x.ok\n    x = make()", {("attribute", "ok")}),
        ("x = make()\nx = x.text", {("attribute", "text")}),
        ("x = make()\ndef inner():\n    return x.ok", {("attribute", "ok")}),
        ("x = make()\nx.encoding = 'utf-8'", set()),
        ("x = make()\nif x is not None:\n    pass", set()),
        ("x = make()\nif x is not None and x.ok:\n    pass", {("attribute", "ok")}),
        ("if make():\n    pass", {("test", "")}),
        ("assert not make()", {("test", "")}),
        ("if make() != 0:\n    pass", {("test", "")}),
        ("x = make() or other()\nx.ok", {("test", ""), ("attribute", "ok")}),
        ("x = make() if a else None\nx.ok", {("attribute", "ok")}),
        ("x = 1 if make() else 2", {("test", "")}),
        ("make()['k']", {("part", "k")}),
        ("make().get('k')", {("part", "k"), ("method", "get")}),
        ("'k' in make()", {("part", "k")}),
        ("a, b = make()\nb.x", {("part", "1")}),
        ("for x in make():\n    pass", {("iterated", "")}),
        ("[x for x in make()]", {("iterated", "")}),
        ("with make():\n    pass", {("with", "")}),
        ("with make() as x:\n    x.ok", {("with", ""), ("attribute", "ok")}),
        ("with closing(make()) as x:\n    x.ok", {("with", ""), ("attribute", "ok")}),
        ("x = stack.enter_context(make())\nx.ok", {("attribute", "ok")}),
        ("make()", set()),
        ("x = make()", set()),
        ("_ = make()", set()),
        ("d[0].x = make().ok", {("attribute", "ok")}),
    ],
)
def test_a_value_that_stays_in_sight_has_these_uses(body: str, expected: set[tuple[str, str]]) -> None:
    found = fate_in(body)
    assert {(use.kind, use.name) for use in found.uses} == expected
    assert not found.escapes


@pytest.mark.parametrize(
    "body",
    [
        "return make()",
        "yield make()",
        "check(make())",
        "x = make()\ncheck(value=x)",
        "x = make()\ncheck(**x)",
        "self.done = make()",
        "done[0] = make()",
        "(a, self.b) = make()",
        "a, *b = make()",
        "x = [make()]",
        "x = make()\nreturn f'{x}'",
        "x = make()\nreturn lambda: x",
        "make()[key]",
        "d[make()] = 1",
        "global x\nx = make()",
        "n += make()",
        "match make():\n    case 1: pass",
    ],
)
def test_a_value_that_is_handed_on_leaves_our_sight(body: str) -> None:
    assert fate_in(body).escapes


def test_what_it_is_passed_to_is_known_and_so_are_the_uses_after_it() -> None:
    found = fate_in("x = make()\nprint(x)\nx.ok")
    assert {(use.kind, use.name) for use in found.uses} == {("passed", "print"), ("attribute", "ok")}


def test_a_name_that_is_unpacked_has_a_fate_of_its_own() -> None:
    ctx = context("def f():\n    a, b = make()\n    b.x\n    a.y\n")
    (use,) = fate(made(ctx), ctx).of("part", "1")
    assert fate(cast(ast.expr, use.node), ctx).names("attribute") == {"x"}


def test_a_parser_tests_what_it_is_given() -> None:
    ctx = context("def f():\n    return int(make().strip())\n")
    fates = list(derived(fate(made(ctx), ctx), ctx, ["strip"]))
    assert any(is_tested(found, ["int"]) for found in fates)
    assert not any(map(is_tested, fates))


def test_an_awaited_call_is_followed() -> None:
    ctx = context("async def f():\n    x = await make()\n    await x.json()\n")
    found = fate(made(ctx), ctx)
    (use,) = found.uses
    assert (use.kind, use.name, type(use.node)) == ("method", "json", ast.Await)


def test_a_name_of_a_class_body_is_an_attribute_that_anybody_may_read() -> None:
    ctx = context("class C:\n    x = make()\n")
    assert fate(made(ctx), ctx).escapes


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("make()", True),
        ("with make():\n    pass", True),
        ("with make() as x:\n    pass", True),
        ("make().ok", False),
        ("return make()", False),
    ],
)
def test_dropped_means_that_nobody_looks(body: str, expected: bool) -> None:
    assert fate_in(body).is_dropped is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if make():\n    pass", True),
        ("x = make().strip()\nif x == 'a':\n    pass", True),
        ("x = make().strip().lower()\nassert x", True),
        ("x = make().strip()[0]\nassert x", True),
        ("x, y = make()\nassert y", True),
        ("return strip(make()) or 'a'", True),
        ("return other(make()) or 'a'", False),
        ("assert 'a' in make().lower()", True),
        ("x = make().other()\nassert x", False),
        ("make().strip()", False),
    ],
)
def test_a_test_may_come_after_some_methods(body: str, expected: bool) -> None:
    ctx = context("def f():\n" + "".join(f"    {line}\n" for line in body.splitlines()))
    fates = derived(fate(made(ctx), ctx), ctx, ("strip", "lower"))
    assert any(map(is_tested, fates)) is expected


def test_uses_are_found_by_kind_and_name() -> None:
    found = fate_in("x = make()\nx.ok\nx.json()\nx['k']")
    assert found.names("attribute", "method") == {"ok", "json"}
    assert [use.name for use in found.of("method", "json", "text")] == ["json"]
    assert not list(found.of("method", "text"))


def test_a_value_with_endless_aliases_is_given_up() -> None:
    chain = "".join(f"x{n + 1} = x{n}\n" for n in range(300))
    assert fate_in("x0 = make()\n" + chain).escapes
