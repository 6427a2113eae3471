"""Where a failure does not matter, shared by the rules about results that nobody looks at."""

from __future__ import annotations

import ast
import re

from readlint.api import Context

_MEANT = re.compile(
    r"\bignor|best[- ]effort|\bfail(?:s|ure|ures|ing)?\b|\bfatal\b|(?:don'?t|do not|doesn'?t) (?:care|matter|check)"
    r"|\bno matter\b|\boptional|fire[- ]and[- ]forget|\bdetach|\bbackground"
    r"|in case\b|\bharmless",
    re.IGNORECASE,
)
_TEST_SUPPORT = re.compile(r"^(?:import|from) pytest\b", re.MULTILINE)


def is_meant(call: ast.Call, ctx: Context) -> bool:
    """A comment on the statement, or in the lines right above it, says that a failure does not matter."""
    statement = ctx.statement(call)
    first = statement.lineno
    while first > 1 and ctx.source.lines[first - 2].lstrip().startswith("#") and ctx.source.comment_at(first - 1):
        first -= 1
    lines = range(first, (statement.end_lineno or statement.lineno) + 1)
    return any(_MEANT.search(comment.text) for line in lines if (comment := ctx.source.comment_at(line)))


def is_test_support(ctx: Context) -> bool:
    """Fixtures and plugins of pytest that stand outside of the tests: tests are not services."""
    return _TEST_SUPPORT.search(ctx.source.text) is not None
