"""Fixes that let a cancellation pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext


def catch_exception(node: cst.ExceptHandler, fix: FixContext) -> cst.ExceptHandler:
    import libcst as cst

    return node.with_changes(type=cst.Name("Exception"), whitespace_after_except=cst.SimpleWhitespace(" "))


def raise_again(node: cst.ExceptHandler | cst.ExceptStarHandler, fix: FixContext) -> cst.CSTNode:
    """`raise` behind the last statement, or in the place of a `pass`."""
    import libcst as cst

    suite = node.body
    if isinstance(suite, cst.SimpleStatementSuite):
        if len(suite.body) == 1 and isinstance(suite.body[0], cst.Pass):
            return node.with_changes(body=suite.with_changes(body=[cst.Raise()]))
        lines = [
            cst.SimpleStatementLine([part.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for part in suite.body
        ]
        again = cst.SimpleStatementLine([cst.Raise()])
        return node.with_changes(body=cst.IndentedBlock([*lines, again], header=suite.trailing_whitespace))
    last = suite.body[-1]
    if isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1 and isinstance(last.body[0], cst.Pass):
        kept = [*suite.body[:-1], last.with_changes(body=[cst.Raise()])]
        return node.with_changes(body=suite.with_changes(body=kept))
    return node.with_changes(body=suite.with_changes(body=[*suite.body, cst.SimpleStatementLine([cst.Raise()])]))


def test_for_all(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    return fix.expression("BaseException")
