"""Which names a scope binds, how, and what a use of a name means."""

from __future__ import annotations

import ast
import symtable
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.analysis.scopes import Binding, Scope
from readlint.analysis.tree import COMPREHENSIONS, DEFINITIONS
from readlint.files.source import Source
from readlint.settings.model import Settings

MODULES = sorted(Path(ast.__file__).parent.glob("*.py"))[::5]


def context(text: str) -> Context:
    return Context(Source("acme/app.py", text.encode()), ast.parse(text), Settings())


def bound(text: str) -> list[tuple[str, str]]:
    """The names that a module binds, with how."""
    ctx = context(text)
    scope = ctx.scope_of(ctx.tree)
    return [(binding.name, binding.how) for bindings in scope.bindings.values() for binding in bindings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1", [("a", "assign")]),
        ("a = b = 1", [("a", "assign"), ("b", "assign")]),
        ("a, (b, *c) = x", [("a", "unpack"), ("b", "unpack"), ("c", "unpack")]),
        ("a: int = 1", [("a", "assign")]),
        ("a: int", [("a", "annotate")]),
        ("a += 1", [("a", "augment")]),
        ("a.b = c[0] = 1", []),
        ("for a, b in x: c = 1\nelse: d = 1", [("a", "for"), ("b", "for"), ("c", "assign"), ("d", "assign")]),
        ("while x: a = 1", [("a", "assign")]),
        ("with x as a, y as (b, c): d = 1", [("a", "with"), ("b", "with"), ("c", "with"), ("d", "assign")]),
        ("import a, b.c, d.e as f", [("a", "import"), ("b", "import"), ("f", "import")]),
        ("from x import a, b as c", [("a", "import"), ("c", "import")]),
        ("def a(b): c = 1", [("a", "def")]),
        ("async def a(): ...", [("a", "def")]),
        ("class a(b): c = 1", [("a", "class")]),
        ("try: a = 1\nexcept X as b: c = 1\nelse: d = 1\nfinally: e = 1",
         [("a", "assign"), ("b", "except"), ("c", "assign"), ("d", "assign"), ("e", "assign")]),
        ("if (a := 1): b = 1\nelif c: d = 1", [("a", "walrus"), ("b", "assign"), ("d", "assign")]),
        ("f(x, [a := 1])", [("a", "walrus")]),
        ("match x:\n case [a, *b]: c = 1\n case {'k': d, **e}: ...\n case C(f, g=h) | i: ...\n case j if (k := 1): ...",
         [(n, "match") for n in "ab"] + [("c", "assign")] + [(n, "match") for n in "dehfij"] + [("k", "walrus")]),
        ("del a", [("a", "delete")]),
        ("[a for a in b]", []),
        ("lambda a: (b := 1)", []),
    ],
)  # fmt: skip
def test_bindings(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(bound(text)) == sorted(expected)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="needs except*")
def test_bindings_of_exception_groups() -> None:
    assert sorted(bound("try: a = 1\nexcept* X as b: c = 1")) == [("a", "assign"), ("b", "except"), ("c", "assign")]


def test_where_an_unpacked_name_sits() -> None:
    scope = Scope(ast.parse("a, (b, c), *d, e = x"), None)
    assert {name: bindings[0].path for name, bindings in scope.bindings.items()} == {
        "a": (0,), "b": (1, 0), "c": (1, 1), "d": (2,), "e": (3,)
    }  # fmt: skip
    assert scope.bindings["b"][0].value is not None
    assert scope.bindings["e"][0].value is None  # behind the star nobody knows


def test_parameters() -> None:
    function = ast.parse("def f(a, /, b, *c, d=1, **e): g = 1").body[0]
    scope = Scope(function, None)
    assert {name for name, (binding,) in scope.bindings.items() if binding.how == "param"} == set("abcde")


def owner(text: str) -> str:
    """The scope that the only `use` in a text means."""
    ctx = context(text)
    (use,) = (node for node in ast.walk(ctx.tree) if isinstance(node, ast.Name) and node.id == "use")
    scope = ctx.scope(use).lookup("use")
    return "" if scope is None else getattr(scope.node, "name", type(scope.node).__name__)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("use", ""),
        ("import use as x\nuse", ""),
        ("def use(): ...\nuse", "Module"),
        ("def f(use): use", "f"),
        ("def f(use):\n def g(): use", "f"),
        ("def use(): ...\nclass A:\n def use(self): ...\n def f(self): use", "Module"),  # not the class's
        ("class A:\n def use(self): ...\n x = use", "A"),
        ("class A:\n def use(self): ...\n x = [use for y in z]", ""),
        ("class A:\n def use(self): ...\n x = [y for y in use]", "A"),  # evaluated outside of the comprehension
        ("def f(use=1): ...\ndef g():\n import use.x\n def h(a=use): ...", "g"),
        ("def f(use):\n @use\n def g(use): ...", "f"),
        ("def f(use):\n def g(use) -> 'x': ...\n lambda use=1: 0\n use", "f"),
        ("def f():\n import use.x\n def g():\n  global use\n  use.a", ""),
        ("import use.x\ndef f():\n def use(): ...\n def g():\n  global use\n  use.a", "Module"),
        ("def f():\n import use.x\n def g():\n  nonlocal use\n  import use.y\n  use.a", "f"),
        ("lambda use: use", "Lambda"),
        ("def f(): return (use for _ in x if (y := 1))", ""),
    ],
)
def test_what_a_name_means(text: str, expected: str) -> None:
    assert owner(text) == expected


def check_shortcut(text: str) -> None:
    """Expressions are looked through only on lines with a `:=`; that must not make a difference."""
    ctx = context(text)
    every_line = range(1, text.count("\n") + 2)
    for node in ast.walk(ctx.tree):
        if isinstance(node, (ast.Module, ast.Lambda, *DEFINITIONS, *COMPREHENSIONS)):
            quick, full = ctx.scope_of(node), Scope(node, None, every_line)
            assert {name: _set(bindings) for name, bindings in quick.bindings.items()} == {
                name: _set(bindings) for name, bindings in full.bindings.items()
            }
            assert (quick.global_names, quick.nonlocal_names) == (full.global_names, full.nonlocal_names)


def _set(bindings: list[Binding]) -> set[tuple[str, int]]:
    return {(binding.how, id(binding.node)) for binding in bindings}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_the_shortcut_in_real_code(path: Path) -> None:
    check_shortcut(path.read_text("utf-8"))


STATEMENTS = (
    *("a = 1", "b: int = a", "c += 1", "d, *e = f", "import g", "from h import i as j", "del k", "pass", "x.y = z"),
    *(
        "[a for a in b]",
        "(s := 1)",
        "f(t, [u := 1, *(\n  v := w\n)])",
        "[x for y in (z := a)]",
        "lambda: (t := 1)",
        "global m",
        "print(n, *o, p=q)",
        "return r",
    ),
)
HEADS = (
    *(
        "if a:",
        "if (\n a1 := b1\n):",
        "while b:",
        "for c, d in e:",
        "with f as g:",
        "def h(i, *j, k=l, **m):",
        "@(b2 := c2)\ndef d2(e2=(f2 := 1)):",
        "class n(o):",
        "async def p():",
    ),
    *("try:\n{0}except q as r:", "try:\n{0}finally:", "match s:\n case [t, *u] | {{'v': w, **x}}:", "if a:\n{0}else:"),
)


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def suites(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.lists(inside, min_size=1, max_size=3).map("\n".join)
    return st.builds(
        lambda head, one, two: head.format(indented(one)) + "\n" + indented(two), st.sampled_from(HEADS), block, block
    )


programs = st.lists(st.recursive(st.sampled_from(STATEMENTS), suites, max_leaves=12), max_size=4).map("\n".join)


@given(programs)
def test_the_shortcut(text: str) -> None:
    check_shortcut(text)


@given(programs)
def test_functions_bind_what_python_says(text: str) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(text, "x", "exec")
    except SyntaxError:  # `return` outside of a function, a parameter that is global
        return
    _compare(table, ast.parse(text))


def _compare(table: symtable.SymbolTable, node: ast.AST) -> None:
    scope = Scope(node, None, range(1, 1_000))
    local = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported() or s.is_parameter()}
    # A `global` name is bound in the module, whoever assigns it; what is only annotated or deleted is bound here too.
    ours = {name for name, bound in scope.bindings.items() if any(b.how not in ("annotate", "delete") for b in bound)}
    mangled = {name for name in local if not name.startswith(".")}
    if sys.version_info >= (3, 12):  # PEP 709: what a comprehension binds is listed where it stands
        mangled -= _bound_in_comprehensions(node) - set(scope.bindings)
    assert ours - scope.global_names <= mangled | {s.get_name() for s in table.get_symbols() if s.is_local()}
    assert mangled - scope.global_names <= set(scope.bindings)


def _bound_in_comprehensions(node: ast.AST) -> set[str]:
    targets = [part.target for part in ast.walk(node) if isinstance(part, ast.comprehension)]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
