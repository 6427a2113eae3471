"""Where a failure does not matter, shared by the rules about results that nobody looks at."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, comments_at

_MEANT = re.compile(
    r"\bignor|best[- ]effort|\bfail(?:s|ure|ures|ing)?\b|\bfatal\b|(?:don'?t|do not|doesn'?t) (?:care|matter|check)"
    r"|\bno matter\b|\boptional|fire[- ]and[- ]forget|\bdetach|\bbackground"
    r"|in case\b|\bharmless",
    re.IGNORECASE,
)
_TEST_SUPPORT = re.compile(r"^(?:(?:import|from) pytest|import unittest)\b", re.MULTILINE)


def is_meant(call: ast.Call, ctx: Context) -> bool:
    """A comment on the statement, or in the lines right above it, says that a failure does not matter."""
    return any(map(_MEANT.search, comments_at(ctx.statement(call), ctx)))


def is_test_support(ctx: Context) -> bool:
    """Fixtures, plugins and cases of a test framework that stand outside of the tests: tests are not services."""
    return _TEST_SUPPORT.search(ctx.source.text) is not None
