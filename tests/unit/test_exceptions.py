"""What an `except` clause catches, and how much that is."""

from __future__ import annotations

import ast

import pytest

from readlint.analysis.context import Context
from readlint.analysis.exceptions import Breadth, breadth, caught_classes, may_be_broad, suppressed_classes
from readlint.files.source import Source
from readlint.settings.model import Settings


def handler(clause: str, before: str = "", settings: Settings | None = None) -> tuple[ast.ExceptHandler, Context]:
    """The one handler of a module, which may stand in a class or function of `before`."""
    text = before if "CLAUSE" in before else f"{before}\ntry:\n    work()\nexcept CLAUSE:\n    pass\n"
    text = text.replace("except CLAUSE", f"except {clause}".rstrip())
    tree = ast.parse(text)
    ctx = Context(Source("acme/app.py", text.encode()), tree, settings or Settings())
    (found,) = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return found, ctx


@pytest.mark.parametrize(
    ("clause", "before", "expected"),
    [
        ("", "", Breadth.BARE),
        ("BaseException", "", Breadth.BASE),
        ("BaseExceptionGroup", "", Breadth.BASE),
        ("(BaseException, Exception)", "", Breadth.BASE),
        ("Exception", "", Breadth.BROAD),
        ("ExceptionGroup", "", Breadth.BROAD),
        ("builtins.Exception", "import builtins", Breadth.BROAD),
        ("(ValueError, Exception)", "", Breadth.BROAD),
        ("Any", "Any = Exception", Breadth.BROAD),
        ("ALL", "ALL = (ValueError, Exception)", Breadth.BROAD),
        ("(OSError, *ALL)", "ALL = (Exception,)", Breadth.BROAD),
        ("FEW + ALL", "FEW = (KeyError,)\nALL = (Exception,)", Breadth.BROAD),
        ("Error", "from builtins import Exception as Error", Breadth.BROAD),
        ("OSError", "", Breadth.OPERATIONAL),
        ("(KeyError, OSError)", "", Breadth.OPERATIONAL),
        ("socket.timeout", "import socket", Breadth.OPERATIONAL),
        ("requests.RequestException", "import requests", Breadth.OPERATIONAL),
        ("RequestException", "from requests.exceptions import RequestException", Breadth.OPERATIONAL),
        ("ClientError", "from botocore.exceptions import ClientError", Breadth.OPERATIONAL),
        ("IntegrityError", "from django.db import IntegrityError", Breadth.OPERATIONAL),
        ("Mine", "class Mine(OSError): pass", Breadth.OPERATIONAL),
        ("Mine", "class Base(OSError): pass\nclass Mine(Base): pass", Breadth.OPERATIONAL),
        ("KeyError", "", Breadth.CONTROL),
        ("(KeyError, ValueError)", "", Breadth.CONTROL),
        ("FileNotFoundError", "", Breadth.CONTROL),
        ("json.JSONDecodeError", "import json", Breadth.CONTROL),
        ("NoResultFound", "from sqlalchemy.exc import NoResultFound", Breadth.CONTROL),
        ("NoSuchTableError", "from sqlalchemy.exc import NoSuchTableError", Breadth.CONTROL),
        ("WatchError", "from redis import WatchError", Breadth.CONTROL),
        ("User.DoesNotExist", "from acme.models import User", Breadth.CONTROL),
        ("Mine", "class Mine(KeyError): pass", Breadth.CONTROL),
        ("Mine", "class Mine(Exception): pass", Breadth.NARROW),
        ("errors.Custom", "from acme import errors", Breadth.NARROW),
        ("AssertionError", "", Breadth.NARROW),
        ("some()", "", Breadth.UNKNOWN),
        ("nobody_knows", "", Breadth.UNKNOWN),
    ],
)
def test_breadth(clause: str, before: str, expected: Breadth) -> None:
    node, ctx = handler(clause, before)
    assert breadth(node.type, ctx) is expected


def test_a_tuple_of_the_class() -> None:
    text = "class A:\n  ERRORS = (Exception,)\n  def f(self):\n    try: work()\n    except CLAUSE: pass\n"
    node, ctx = handler("self.ERRORS", text)
    assert may_be_broad(node.type, ctx)
    assert breadth(node.type, ctx) is Breadth.BROAD


def test_a_parameter_is_unknown() -> None:
    node, ctx = handler("errors", "def f(errors):\n  try: work()\n  except CLAUSE: pass\n")
    assert breadth(node.type, ctx) is Breadth.UNKNOWN


def test_exceptions_of_the_settings() -> None:
    settings = Settings(operational_exceptions=("acme.rpc.RpcError",))
    node, ctx = handler("RpcError", "from acme.rpc import RpcError", settings)
    assert breadth(node.type, ctx) is Breadth.OPERATIONAL


def test_a_cycle_of_aliases_ends() -> None:
    node, ctx = handler("A", "A = (B,)\nB = (A,)")
    assert breadth(node.type, ctx) is Breadth.UNKNOWN


@pytest.mark.parametrize("clause", ["KeyError", "OSError", "(KeyError, ValueError)", "errors.Custom", "some()"])
def test_the_first_look_spares_most_handlers(clause: str) -> None:
    node, ctx = handler(clause)
    assert not may_be_broad(node.type, ctx)
    assert "parents" not in vars(ctx), "a look at the text must not compute anything for the file"


def test_names_of_the_classes() -> None:
    node, ctx = handler(
        "(KeyError, net.Error, some(), scope())", "import net\nfrom anyio import get_cancelled_exc_class as scope"
    )
    assert node.type is not None
    assert list(caught_classes(node.type, ctx)) == ["KeyError", "net.Error", None, "anyio.get_cancelled_exc_class"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("import contextlib\ncontextlib.suppress(OSError, KeyError)", 2),
        ("from contextlib import suppress as quiet\nquiet(OSError)", 1),
        ("from contextlib import suppress\nclass quiet(suppress): pass\nquiet(OSError)", 1),
        ("from acme import suppress\nsuppress(OSError)", None),
        ("x", None),
    ],
)
def test_suppressed_classes(text: str, count: int | None) -> None:
    tree = ast.parse(text)
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    found = suppressed_classes(last.value, Context(Source("app.py", text.encode()), tree, Settings()))
    assert (None if found is None else len(found)) == count
