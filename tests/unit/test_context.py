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
