"""Where a failure does not matter, shared by the rules about results that nobody looks at."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, comments_at, has_reason, last_name, regex

_MEANT = regex(
    r"\bignor|best[- ]effort|\bfail(?:s|ure|ures|ing)?\b|\bfatal\b|(?:don'?t|do not|doesn'?t) (?:care|matter|check)"
    r"|\bno matter\b|\boptional|fire[- ]and[- ]forget|\bdetach|\bbackground"
    r"|in case\b|\bharmless"
    r"|(?:return|exit)[ -]?(?:code|status)\b.{0,20}\b(?:always|never|useless|meaningless|unreliable)",
    re.IGNORECASE,
)
#: `ipfw_noexit()` (sshuttle)
_UNCHECKED = regex(r"(?:^|_)(?:no_?(?:check|exit|fail|raise)|unchecked)(?:_|$)")
#: ruff's rule for tasks that nobody keeps, and words for not wanting to know.
_CONSIDERED = regex(r"RUF006|fire[- ]and[- ]forget|best[- ]effort", re.IGNORECASE)
_TEST_SUPPORT = regex(r"^(?:(?:import|from) pytest|import unittest)\b", re.MULTILINE, ("pytest", "unittest"))


def is_meant(call: ast.Call, ctx: Context) -> bool:
    """A comment on the statement, or in the lines right above it, says that a failure does not matter.

    So does the name of the function, and a comment above the `with` that is there for the statement alone.
    """
    if _UNCHECKED.search(ctx.definition_name(call).rpartition(".")[2]):
        return True
    statement = ctx.statement(call)
    comments, block = comments_at(statement, ctx), ctx.parent(statement)
    if isinstance(block, ast.With) and block.body == [statement]:
        comments += comments_at(block, ctx)
    return any(map(_MEANT.search, comments))


def is_test_support(ctx: Context) -> bool:
    """Fixtures, plugins and cases of a test framework that stand outside of the tests: tests are not services."""
    return _TEST_SUPPORT.search(ctx.source.text) is not None


def may_be_forgotten(statement: ast.stmt, ctx: Context) -> bool:
    """With a reason, with an answer to the same question of another tool, or where nobody is left to keep the task."""
    function = ctx.function(statement)
    if isinstance(function, ast.FunctionDef) and (function.name == "__del__" or _is_finalizer(function, ctx)):
        return True
    comments, block = comments_at(statement, ctx), ctx.parent(statement)
    if isinstance(block, ast.Try) and block.body == [statement]:
        comments += comments_at(block, ctx)
    return has_reason(statement, ctx) or any(map(_CONSIDERED.search, comments))


def _is_finalizer(function: ast.FunctionDef, ctx: Context) -> bool:
    """`weakref.finalize(self, self.close_session, loop)`"""
    if not ctx.mentions("finalize"):
        return False
    calls = (node for node in ctx.nodes_of(ast.Call) if isinstance(node, ast.Call) and len(node.args) > 1)
    return any(last_name(one.func) == "finalize" and last_name(one.args[1]) == function.name for one in calls)
