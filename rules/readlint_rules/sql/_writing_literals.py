"""The literals of a query with placeholders for what was put in, each character as it was written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from readlint.api import regex
from readlint_rules.sql._drivers import PERCENT
from readlint_rules.sql._layout import Cell, Slot
from readlint_rules.sql._plan import Plan

if TYPE_CHECKING:
    from readlint.api import FixContext

_UNITS = regex(r"(?s)\\(?:N\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r\n|.)|\r\n|.")
_RAW_UNITS = regex(r"(?s)\r\n|.")
_BRACED = regex(r"\{\{|\}\}")
_STRANGE = "the literal is written in a way that is not understood"


class LiteralWriter:
    """`codes` are the expressions of f-strings, as they were written."""

    def __init__(self, plan: Plan, fix: FixContext) -> None:
        self.plan, self.fix = plan, fix
        self.codes: dict[Slot, str] = {}

    def code(self, leaf: ast.expr) -> str:
        cells = iter([cell for cell in self.plan.layout.cells if cell.leaf is leaf])
        code = self.part(self.fix.expression(self.fix.text(leaf)), cells)
        if next(cells, None) is not None:
            self.fix.refuse(_STRANGE)
        return code

    def part(self, node: cst.BaseExpression, cells: Iterator[Cell]) -> str:
        if isinstance(node, cst.ConcatenatedString):
            left = self.part(node.left, cells)
            between = self.fix.text(node.whitespace_between)
            return f"{left}{between}{self.part(node.right, cells)}"
        if isinstance(node, cst.SimpleString):
            inner = "".join(text for text, _ in self.units(node.raw_value, node.prefix, cells, None))
            return f"{node.prefix}{node.quote}{inner}{node.quote}"
        if isinstance(node, cst.FormattedString):
            return self.formatted(node, cells)
        return self.fix.refuse("the query is not written as plain text")

    def formatted(self, node: cst.FormattedString, cells: Iterator[Cell]) -> str:
        texts: list[tuple[str, bool]] = []
        has_holes = False
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText):
                texts += self.units(part.value, node.prefix, cells, _BRACED)
            elif isinstance(part, cst.FormattedStringExpression):
                text, is_hole = self.hole(part, self.next(cells), node)
                texts.append((text, False))
                has_holes = has_holes or is_hole
        prefix = node.prefix if has_holes else re.sub("[fF]", "", node.prefix)
        inner = "".join(text if has_holes or not is_own else _single(text) for text, is_own in texts)
        return f"{prefix}{node.start[len(node.prefix) :]}{inner}{node.end}"

    def hole(self, part: cst.FormattedStringExpression, cell: Cell, node: cst.FormattedString) -> tuple[str, bool]:
        """What stands for it, and whether that is put in again."""
        if cell.slot is None:
            self.fix.refuse(_STRANGE)
        self.codes[cell.slot] = self.fix.text(part.expression)
        if cell.spreads is not None:
            code = f"{{{placeholders(cell.spreads, _other(node.start), self.plan)}}}"
            # in the parentheses of `IN`, where what was put in brought them: `IN {tuple(ids)}`
            return (f"({code})" if cell.brings_parentheses else code), True
        return (self.fix.text(part), True) if cell.stays else (f"{cell.head}{cell.text}{cell.tail}", False)

    def units(
        self, raw: str, prefix: str, cells: Iterator[Cell], braces: re.Pattern[str] | None
    ) -> Iterator[tuple[str, bool]]:
        """What is written for each character, and whether it is as it was: the query may have something else there."""
        pattern = _RAW_UNITS if "r" in prefix.lower() else _UNITS
        at = 0
        while at < len(raw):
            match = (braces.match(raw, at) if braces else None) or pattern.match(raw, at)
            assert match is not None
            at = match.end()
            if match[0] in ("\\\n", "\\\r\n") and pattern is _UNITS:
                yield match[0], True
                continue
            cell = self.next(cells)
            is_own = cell.text == cell.old
            yield cell.head, False
            yield match[0] if is_own else cell.text, is_own
            yield cell.tail, False

    def next(self, cells: Iterator[Cell]) -> Cell:
        cell = next(cells, None)
        return cell or self.fix.refuse(_STRANGE)


def placeholders(items: ast.expr, quote: str, plan: Plan) -> str:
    """`", ".join("?" * len(ids))`"""
    many = f"[{quote}%s{quote}]" if plan.style == PERCENT else f"{quote}{plan.style}{quote}"
    return f"{quote}, {quote}.join({many} * len({ast.unparse(items)}))"


def _other(quotes: str) -> str:
    return "'" if '"' in quotes else '"'


def _single(text: str) -> str:
    return {"{{": "{", "}}": "}"}.get(text, text)
