"""What an object was made by."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any, cast

import pytest

from readlint.analysis.context import Context
from readlint.analysis.makers import annotated_class, makers, returned_makers
from readlint.files.source import Source

HEAD = "import m\nimport contextlib\nimport functools\nfrom typing import Iterator, Optional\nfrom .clients import shared\n"


def context(code: str) -> Context:
    settings = cast(Any, SimpleNamespace(target_version=(3, 10), options={}))
    return Context(Source("pkg/module.py", code.encode()), ast.parse(code), settings)


def made(code: str) -> set[str]:
    """What made the receiver of the only call of the method `use`; calls with brackets."""
    ctx = context(HEAD + code)
    (call,) = [n for n in ast.walk(ctx.tree) if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "use"]
    return {maker.name + "()" * bool(maker.call) for maker in makers(cast(ast.Attribute, call.func).value, ctx)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m.S().use()", {"m.S()"}),
        ("m.use()", {"m"}),
        ("shared.use()", {".clients.shared"}),
        ("s = m.S()\ns.use()", {"m.S()"}),
        ("s = m.S() if a else m.T()\ns.use()", {"m.S()", "m.T()"}),
        ("s = None\ns = m.S()\ns.use()", {"m.S()"}),
        ("def f():\n    with m.S() as s:\n        s.use()", {"m.S()"}),
        ("async def f():\n    async with m.S() as s:\n        await s.use()", {"m.S()"}),
        ("with m.S() as s, s.use() as r:\n    pass", {"m.S()"}),
        ("with s.use() as r, m.S() as s:\n    pass", set()),
        ("async def f():\n    s = await m.open()\n    s.use()", {"m.open()"}),
        ("def f(stack):\n    s = stack.enter_context(m.S())\n    s.use()", {"m.S()"}),
        ("def f(s: m.S):\n    s.use()", {"m.S"}),
        ("def f(s: 'm.S'):\n    s.use()", {"m.S"}),
        ("def f(s: m.S | None = None):\n    s.use()", {"m.S"}),
        ("def f(s: 'm.S | None' = None):\n    s.use()", {"m.S"}),
        ("def f(s: Optional[m.S] = None):\n    s.use()", {"m.S"}),
        ("def f(s: tuple[()]):\n    s.use()", set()),
        ("def f(s: m.S | None = None):\n    s = s or m.T()\n    s.use()", {"m.S", "m.T()"}),
        ("def f(s):\n    s.use()", set()),
        ("def f(s: list[m.S]):\n    s.use()", set()),
        ("def f(s):\n    s = s or m.S()\n    s.use()", set()),
        ("def make():\n    return m.S()\ndef f():\n    make().use()", {"m.S()"}),
        ("def make() -> m.S:\n    return other(1)\ndef f():\n    make().use()", {"m.S"}),
        ("def make():\n    return other(1)\ndef f():\n    make().use()", set()),
        (
            "@contextlib.contextmanager\ndef make():\n    yield m.S()\ndef f():\n    with make() as s:\n        s.use()",
            {"m.S()"},
        ),
        ("def make() -> Iterator[m.S]:\n    yield other(1)\ndef f():\n    with make() as s:\n        s.use()", {"m.S"}),
        ("def make():\n    return make()\nmake().use()", set()),
        ("for s in [m.S()]:\n    s.use()", set()),
        ("a, s = m.S()\ns.use()", set()),
        ("undefined.use()", set()),
    ],
)
def test_of_a_name_or_a_call(code: str, expected: set[str]) -> None:
    assert made(code) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def __init__(self):\n    self.s = m.S()", {"m.S()"}),
        ("def __init__(self):\n    self.s = None\ndef open(self):\n    self.s = m.S()", {"m.S()"}),
        ("def __init__(self, s: m.S):\n    self.s = s", {"m.S"}),
        ("def __init__(self, s):\n    self.s = s", set()),
        ("def __init__(self):\n    self.s: m.S | None = None", {"m.S"}),
        ("s: m.S", {"m.S"}),
        ("s: m.S | None = None", {"m.S"}),
        ("s = m.S()", {"m.S()"}),
        ("@property\ndef s(self):\n    return m.S()", {"m.S()"}),
        ("@functools.cached_property\ndef s(self) -> m.S:\n    return other(self)", {"m.S"}),
        ("def s(self):\n    return m.S()", set()),
        ("", set()),
    ],
)
def test_of_an_attribute(body: str, expected: set[str]) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    assert made(f"class C:\n{lines}    def go(self):\n        self.s.use()\n") == expected


def test_of_what_a_function_returns() -> None:
    ctx = context(HEAD + "def make():\n    s = m.S()\n    s.verify = False\n    return s\n")
    assert [maker.name for maker in returned_makers(ctx.tree.body[-1], ctx)] == ["m.S"]
    assert returned_makers(ctx.tree.body[0], ctx) == ()


def test_the_class_of_an_annotation_needs_a_name_that_is_known() -> None:
    ctx = context(HEAD + "x: 'unknown.S'\ny: 'm.S'\nz: 'not a name'\n")
    found = [annotated_class(cast(ast.AnnAssign, node).annotation, ctx) for node in ctx.tree.body[-3:]]
    assert found == [None, "m.S", None]


def test_a_value_with_endless_ways_is_given_up() -> None:
    chain = "".join(f"x{n + 1} = x{n}\n" for n in range(100))
    assert made("x0 = m.S()\n" + chain + "x100.use()") == set()
