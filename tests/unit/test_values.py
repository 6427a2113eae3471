"""Where values come from, and where they are read again."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any, cast

import pytest

from readlint.analysis.context import Context
from readlint.analysis.values import cell_of, is_record, uses, writes, written_origins
from readlint.files.source import Source


def context(code: str) -> Context:
    settings = cast(Any, SimpleNamespace(target_version=(3, 10), options={}))
    return Context(Source("pkg/module.py", code.encode()), ast.parse(code), settings)


def used(ctx: Context) -> ast.expr:
    """The argument of the only call of `use`."""
    calls = [n for n in ast.walk(ctx.tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "use"]
    assert len(calls) == 1
    return calls[0].args[0]


def origins(code: str) -> list[str] | None:
    """What `use(...)` gets, as source; None if not everything is known. `?` marks what is not an expression."""
    ctx = context(code)
    found = ctx.origins(used(ctx))
    if not found.complete:
        return None
    return sorted(
        (ast.unparse(o.node) + "()" * o.called) if isinstance(o.node, ast.expr) else f"?{type(o.node).__name__}"
        for o in found.values
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("use(1)", ["1"]),
        ("x = 1\nuse(x)", ["1"]),
        ("x = 1\nx = 2\nuse(x)", ["2"]),
        ("x = y = make()\nuse(y)", ["make()"]),
        ("a, (b, c) = 1, (2, 3)\nuse(c)", ["3"]),
        ("a, *b = 1, 2\nuse(b)", None),
        ("(x := 5)\nuse(x)", ["5"]),
        ("use(1 if a else 2)", ["1", "2"]),
        ("use(1 or 2)", ["1", "2"]),
        ("import m\nuse(m.y)", ["m.y"]),
        ("use(undefined)", ["undefined"]),
        ("x = 1\nx += 2\nuse(x)", ["?AugAssign"]),
        ("for x in [1, 2]:\n    use(x)", ["1", "2"]),
        ("for x in xs():\n    use(x)", None),
        ("with m() as x:\n    use(x)", None),
        ("def f(a):\n    use(a)", ["?arg"]),
        ("def f(a):\n    a = a or 1\n    use(a)", ["1", "?arg"]),
        ("def f(a):\n    a = 1\n    use(a)", ["1"]),
        ("x = 1\ndef f():\n    use(x)", ["1"]),
        ("x = 1\ndef f():\n    global x\n    x = 2\ndef g():\n    use(x)", ["1", "2"]),
        ("x = 1\ndef f():\n    global x\n    x = 2\n    use(x)", ["2"]),
        ("def f():\n    x = 1\n    def g():\n        use(x)\n    x = 2", ["1", "2"]),
        ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    use(x)", ["1", "2"]),
        ("x = [y for y in z]\nuse(x)", ["[y for y in z]"]),
    ],
)
def test_names(code: str, expected: list[str] | None) -> None:
    assert origins(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f():\n    return 1\nuse(f())", ["1"]),
        ("def f(a):\n    if a:\n        return 1\n    return 2\nuse(f(0))", ["1", "2"]),
        ("def f():\n    return 1, 2\na, b = f()\nuse(b)", ["2"]),
        ("def f():\n    yield 1\nuse(f())", ["f()"]),
        ("@other\ndef f():\n    return 1\nuse(f())", ["f()"]),
        ("async def f():\n    return 1\nuse(f())", ["f()"]),
        ("async def f():\n    return 1\nasync def g():\n    use(await f())", ["1"]),
        ("f = lambda: 1\nuse(f())", ["1"]),
        ("def f():\n    return f()\nuse(f())", []),
        ("from typing import cast\nx = 1\nuse(cast(int, x))", ["1"]),
        ("class A:\n    def f(self):\n        return 1\n    def g(self):\n        use(self.f())", ["1"]),
        ("class A:\n    @property\n    def f(self):\n        return 1\n    def g(self):\n        use(self.f)", ["1"]),
        ("class A:\n    def f(self):\n        return 1\n    def g(self):\n        use(self.f)", None),
    ],
)
def test_functions(code: str, expected: list[str] | None) -> None:
    assert origins(code) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    def __init__(self):\n        self.x = None\n    def g(self):\n        self.x = 1", ["1", "None"]),
        ("    def __init__(self, x):\n        self.x = x", ["?arg"]),
        ("    x = 0\n    @classmethod\n    def g(cls):\n        cls.x = 1", ["0", "1"]),
        ("    x: int", ["self.x"]),
        (
            "    def g(self, **kw):\n        self.x = 1\n        for k in kw:\n            setattr(self, k, kw[k])",
            None,
        ),
        ("    def g(self, kw):\n        self.x = 1\n        self.__dict__.update(kw)", None),
        ("    def g(self):\n        self.x = 1\n        setattr(self, 'x', 2)", ["1", "2"]),
        ("    def g(self):\n        self.x, self.y = 1, 2", ["1"]),
        ("    def g(self, fs):\n        for self.x in fs:\n            pass", None),
    ],
)
def test_attributes_of_self(body: str, expected: list[str] | None) -> None:
    found = origins(f"class A:\n{body}\n    def read(self):\n        use(self.x)")
    assert found == (None if expected == ["self.x"] else expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class A:\n    def f(self):\n        self.x = 1\nclass B(A):\n    def g(self):\n        use(self.x)", ["1"]),
        (
            "class A:\n    def f(self):\n        self.x = 1\n        use(self.x)\n"
            "class B(A):\n    def g(self):\n        self.x = 2",
            ["1"],
        ),
        (
            "class A:\n    def f(self):\n        self.x = 1\n    def r(self):\n        use(self.x)\n"
            "class B(A):\n    def g(self):\n        self.x = 2",
            ["1", "2"],
        ),
        (
            "class A:\n    def f(self):\n        self.x = 1\n    def r(self):\n        use(self.x)\nmake().x = 2",
            ["1", "2"],
        ),
        (
            "class A:\n    def f(self):\n        self.x = 1\n    def r(self):\n        use(self.x)\n"
            "class B: ...\nb = B()\nb.x = 2",
            ["1"],
        ),
        (
            "class A:\n    def __init__(self):\n        self.d = {}\n    def f(self, k):\n"
            "        self.d[k] = {'a': 1}\n    def r(self, k):\n        use(self.d[k]['a'])",
            ["1"],
        ),
        ("class A(db.Model):\n    def f(self):\n        self.x = 1\n    def r(self):\n        use(self.x)", None),
        ("class A(db.Model):\n    def f(self):\n        self.x = 1\n        use(self.x)", ["1"]),
        ("class A:\n    def __init__(self):\n        self.x = 1\na = A()\nuse(a.x)", ["1"]),
        (
            "from dataclasses import dataclass, field\nimport m\n"
            "@dataclass\nclass A:\n    x: int = field(default_factory=m.f)\n"
            "    def g(self):\n        use(self.x)",
            ["m.f()"],
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass A:\n"
            "    x: int = 1\n    def g(self):\n        use(self.x)\n"
            "A(x=row.x)",
            None,
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n    def g(self):\n"
            "        use(self.x)",
            None,
        ),
    ],
)
def test_classes(code: str, expected: list[str] | None) -> None:
    assert origins(code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("d = {'a': 1, 'b': 2}\nuse(d['a'])", ["1"]),
        ("d = {}\nd['a'] = 1\nd['b'] = 2\nuse(d['a'])", ["1"]),
        ("d = {'a': 0}\nd['a'] = 1\nuse(d['a'])", ["1"]),
        ("d = dict(a=1)\nuse(d['a'])", ["1"]),
        ("d = load()\nuse(d['a'])", None),
        ("d = load()\nd['a'] = 1\nuse(d['a'])", ["1"]),
        ("d = {**other}\nuse(d['a'])", None),
        ("d = {}\nd[k] = 1\nuse(d[j])", ["1"]),
        ("d = {}\nd.update(a=1)\nuse(d['a'])", ["1"]),
        ("d = {'a': 1}\nd.update(other)\nuse(d['a'])", None),
        ("d = {}\nd.setdefault('a', []).append(1)\nuse(d['a'].pop())", ["1"]),
        ("d = {}\nd['a'] = 1\nuse(d.get('a', 2))", ["1", "2"]),
        ("l = [1]\nl.append(2)\nuse(l[-1])", ["1", "2"]),
        ("l = []\nl.insert(0, 1)\nfor x in l:\n    use(x)", ["1"]),
        ("l = []\nl.extend([1, 2])\nuse(l[0])", ["1", "2"]),
        ("d = {}\nd['a'] = 1\nfor k in d:\n    use(k)", None),
        ("d = {}\nd['a'] = 1\nfor k, v in d.items():\n    use(v)", ["1"]),
        ("d = {}\nd['a'] = 1\nfor v in d.values():\n    use(v)", ["1"]),
        ("d = {'a': {'b': 1}}\nuse(d['a']['b'])", ["1"]),
        ("d = {}\ne = d['a']\ne['b'] = 1\nuse(d['a']['b'])", ["1"]),
        ("import threading\nt = threading.local()\ndef f():\n    t.x = 1\ndef g():\n    use(t.x)", ["1"]),
        (
            "import threading\nt = threading.local()\ndef f():\n    t.x = 1\ndef g():\n    use(getattr(t, 'x', 2))",
            ["1", "2"],
        ),
        ("from contextvars import ContextVar\nv = ContextVar('v', default=2)\nv.set(1)\nuse(v.get())", ["1"]),
        ("import flask\ndef f():\n    flask.g.x = 1\ndef g():\n    use(flask.g.x)", ["1"]),
        (
            "from contextvars import ContextVar\nv = ContextVar('v', default=2)\n"
            "def f():\n    v.set(1)\ndef g():\n    use(v.get())",
            ["1", "2"],
        ),
        ("from flask import g\ndef f():\n    g.x = 1\ndef h():\n    use(g.x)", ["1"]),
        ("def f(request):\n    request.x = 1\ndef h(request):\n    use(request.x)", ["1"]),
        ("def f(row):\n    row.x = 1\ndef h(row):\n    use(row.x)", None),
        ("def f(row):\n    row.x = 1\n    use(row.x)", ["1"]),
        ("def f(row, other):\n    row.x = 1\n    row = other\n    use(row.x)", None),
        ("def f(session):\n    session.x = 1\ndef h(session):\n    use(session.x)", None),
        ("def f(session):\n    session.info['x'] = 1\ndef h(session):\n    use(session.info['x'])", ["1"]),
    ],
)
def test_containers(code: str, expected: list[str] | None) -> None:
    assert origins(code) == expected


def test_the_way_of_a_value_is_told_in_order() -> None:
    ctx = context("def f():\n    a = 1\n    b = a\n    use(b)")
    (origin,) = ctx.origins(used(ctx)).values
    assert [move.cell.name for move in origin.moves] == ["a", "b"]
    assert [getattr(move.write, "lineno", 0) for move in origin.moves] == [2, 3]
    assert [move.read.lineno for move in origin.moves] == [3, 4]


def test_a_cycle_and_a_long_chain_end() -> None:
    assert origins("def f(a):\n    while a:\n        x = y\n        y = x\n    use(x)") == []
    chain = "\n".join(f"x{n} = x{n - 1}" for n in range(1, 400))
    assert origins(f"x0 = 1\n{chain}\nuse(x399)") is None


def lines(found: list[ast.expr] | None) -> list[int] | None:
    return None if found is None else sorted(node.lineno for node in found)


def test_uses_of_a_variable_are_those_of_its_scope() -> None:
    ctx = context("x = 1\ndef f():\n    x = 2\n    return x\ndef g():\n    return x\nuse(x)")
    cell = cell_of(used(ctx), ctx)
    assert cell is not None
    assert lines(uses(cell, ctx)) == [6, 7]


def test_uses_of_an_attribute_include_those_on_unknown_objects() -> None:
    code = (
        "class A:\n    def f(self):\n        self.x = 1\n        use(self.x)\n"
        "class B:\n    def f(self):\n        self.x\ndef g(a):\n    a.x"
    )
    ctx = context(code)
    cell = cell_of(used(ctx), ctx)
    assert cell is not None
    assert lines(uses(cell, ctx)) == [4, 9]


def test_an_attribute_that_is_named_in_a_string_may_be_read_anywhere() -> None:
    ctx = context("class A:\n    def f(self):\n        use(self.x)\ngetattr(A(), 'x')")
    cell = cell_of(used(ctx), ctx)
    assert cell is not None
    assert uses(cell, ctx) is None


@pytest.mark.parametrize(
    ("rest", "expected"),
    [("", [2]), ("'a' in d", [2]), ("d['b']", [2]), ("d.pop('a')", [2, 3]), ("send(d)", None), ("e = d", None)],
)
def test_uses_of_an_entry_end_where_the_container_is_handed_on(rest: str, expected: list[int] | None) -> None:
    ctx = context(f"d = {{'a': 1}}\nuse(d['a'])\n{rest}")
    cell = cell_of(used(ctx), ctx)
    assert cell is not None
    assert lines(uses(cell, ctx)) == expected


def test_writes_and_written_origins_do_not_mind_the_order() -> None:
    ctx = context("x = 1\nx = make()\nuse(x)\nx = 3")
    cell = cell_of(used(ctx), ctx)
    assert cell is not None
    assert len(writes(cell, ctx).found) == 3
    assert [ast.unparse(origin.node) for origin in written_origins(cell, ctx).values] == ["1", "make()", "3"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("class A: ...", False),
        ("class A(Thread): ...", False),
        ("class A(models.Model): ...", True),
        ("class A(Base): ...", True),
        ("class A(NamedTuple): ...", True),
        ("class B(BaseModel): ...\nclass A(B): ...", True),
        ("class A(Mapped):\n    __tablename__ = 'a'", True),
    ],
)
def test_records_are_filled_from_outside(head: str, expected: bool) -> None:
    ctx = context(head)
    owner = ctx.tree.body[-1]
    assert isinstance(owner, ast.ClassDef)
    assert is_record(owner, ctx) is expected
