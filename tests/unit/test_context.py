"""What a context looks up in a part of the file is what all of the file would say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings

ROOT = Path(__file__).parents[2]


def opened(text: str) -> Context:
    return Context(Source("acme/app.py", text.encode()), ast.parse(text), Settings())


@pytest.mark.parametrize(
    "text",
    [
        "# a\n\nx = 1  # b\n# c\n",
        'x = """\n# no\n"""; y = 2  # yes\n',
        'x = 1; y = """ # no\n# no\n"""  # yes\nz = 1  # z',
        'class A(  # a\n    B,  # b\n):  # c\n    "# no"  # d\n    # e\n\n    x = 1  # f\n    # g\n# h\ny = 1',
        "class A:\n    class B:\n        x = '#'\n        # c\n    # d\n    @f(1)  # e\n    # f\n    def g(self): ...  # g\n",
        "@f  # a\n# b\nclass A: x = 1  # c\n",
        "if x:  # a\n    pass\n    # b\nelse:  # c\n    é = '#é'  # d\n",
        "def f(): 'é'; x = '''\n# no'''  # yes\n",
        "# only\n",
    ],
)
def test_the_comment_of_a_line(text: str) -> None:
    ctx = opened(text)
    said = {number: ctx.comment_at(number) for number in range(len(ctx.source.lines), 0, -1)}
    places = {number: (comment.column, comment.text) for number, comment in said.items() if comment}
    assert places == {line: (one.column, one.text) for line, one in opened(text).source.comments.items()}


def test_the_comments_of_all_fixtures() -> None:
    for path in sorted(ROOT.glob("tests/fixtures/*/*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            ctx = opened(text)
        except SyntaxError:
            continue  # of a later Python
        said = [comment.text for line in range(1, len(ctx.source.lines) + 1) if (comment := ctx.comment_at(line))]
        assert said == [comment.text for comment in opened(text).source.comments.values()], path


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f():\n    global a, b\n    a = 1", {"a", "b"}),
        ("class A:\n    def f(self):\n        x = 1; global a\n    global c", {"a", "c"}),
        ("def f():\n    if x: global a", {"a"}),
        ("global a", {"a"}),
        ("x = 'global a'\n# global b\nglobals()\n", set()),
    ],
)
def test_names_that_are_global(text: str, names: set[str]) -> None:
    assert opened(text).rebound_globals == names


def test_names_of_a_function_around() -> None:
    ctx = opened("def f():\n    a = b = 1\n    def g():\n        nonlocal a\n        a = 2\n")
    assert [scope.nonlocal_names for scope in ctx.rebinding_scopes] == [{"a"}]


@pytest.mark.parametrize("step", [1, 3, 10])
def test_the_parents_of_all_fixtures(step: int) -> None:
    """Those of a few nodes are looked for one by one, those of many by a look at all of their statement."""
    for path in sorted(ROOT.glob("tests/fixtures/*/*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            ctx = opened(text)
        except SyntaxError:
            continue  # of a later Python
        real = {child: node for node in ast.walk(ctx.tree) for child in ast.iter_child_nodes(node)}
        asked = [node for node in real if isinstance(node, (ast.expr, ast.stmt))][::step]
        assert [ctx.parent(node) for node in asked] == [real[node] for node in asked], path


def test_the_identity_of_what_stands_at_a_function() -> None:
    """Its decorator and its default are no part of its body, and still of it, and it is a part of what is around it."""
    ctx = opened("class A:\n    @g(1)\n    def f(a=h(2)):\n        return k(3)\n\n\n@g(1)\ndef f(): ...\n")
    calls = [node for node in ast.walk(ctx.tree) if isinstance(node, (ast.Call, ast.FunctionDef, ast.Return))]
    for node in (*calls, *calls[::-1]):  # also in another order
        assert ctx.identity(node) == (ctx.definition_name(node), ctx.shapes.of(node))
    method = ctx.tree.body[0].body[0]  # type: ignore[attr-defined]
    assert [ctx.identity(one)[0] for one in (method, method.decorator_list[0])] == ["A", "A.f"]
