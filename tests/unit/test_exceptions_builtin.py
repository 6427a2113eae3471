"""A built-in exception is recognised without a look at the scopes, but not where the file gives its name to another."""

from __future__ import annotations

import ast

import pytest

from readlint.analysis.context import Context
from readlint.analysis.exceptions import caught_classes
from readlint.files.source import Source
from readlint.settings.model import Settings


def caught(text: str) -> list[str | None]:
    ctx = Context(Source("acme/app.py", text.encode()), ast.parse(text), Settings())
    (handler,) = ctx.nodes_of(ast.ExceptHandler)
    assert isinstance(handler, ast.ExceptHandler)
    assert handler.type is not None
    return list(caught_classes(handler.type, ctx))


TRY = "try: a()\nexcept TimeoutError: raise TimeoutError('x') from TimeoutError(1)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TRY, ["TimeoutError"]),
        ("isinstance(a, TimeoutError)\n" + TRY, ["TimeoutError"]),
        ("try: a()\nexcept (OSError, ValueError): ...\n", ["OSError", "ValueError"]),
        ("from asyncio import TimeoutError\n" + TRY, ["asyncio.TimeoutError"]),
        ("from asyncio import gather, TimeoutError\n" + TRY, ["asyncio.TimeoutError"]),
        ("from asyncio import (\n    gather, TimeoutError)\n" + TRY, ["asyncio.TimeoutError"]),
        ("from asyncio import (\n    TimeoutError,\n)\n" + TRY, ["asyncio.TimeoutError"]),
        ("from asyncio import CancelledError as TimeoutError\n" + TRY, ["asyncio.CancelledError"]),
        ("class TimeoutError(Exception): ...\n" + TRY, [".app.TimeoutError"]),
        ("a = 1; TimeoutError = b.c\n" + TRY, [None]),
        ("if a: TimeoutError = b.c\n" + TRY, [None]),
        ("def f(TimeoutError):\n    try: a()\n    except TimeoutError: ...\n", [None]),
        ("def f(a,\n      TimeoutError):\n    try: a()\n    except TimeoutError: ...\n", [None]),
        ("a, TimeoutError = b\n" + TRY, [None]),
    ],
)
def test_caught(text: str, expected: list[str | None]) -> None:
    assert caught(text) == expected
