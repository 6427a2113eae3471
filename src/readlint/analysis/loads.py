"""Where a file reads a name: as a variable, as an attribute, or as the text in `getattr(job, "start")`.

Questions are about a few names, and most names are mentioned in a few functions: only those are looked through.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from readlint.analysis.tree import FIELDS, LEAVES, last_name, own_parts

if TYPE_CHECKING:
    from readlint.analysis.context import Context


_NOTHING = re.compile(r"(?!)")


class Loads:
    def __init__(self, ctx: Context) -> None:
        self.source = ctx.source
        self.parents = ctx.parents
        self._in_statement: dict[ast.AST, dict[str, list[ast.expr]]] = {}

    def of(self, name: str, below: ast.AST | None = None, *, unless: re.Pattern[str] = _NOTHING) -> list[ast.expr]:
        """The `Name`, `Attribute` or, of `getattr`, `Constant` nodes, in all of the file or below one node.

        What is only mentioned with text behind it that fits `unless` need not be found.
        """
        if below is not None:
            return self._loads_in(below).get(name, [])
        return [load for part in self.mentioning(name, unless) for load in self._loads_in(part).get(name, ())]

    def mentioning(self, name: str, unless: re.Pattern[str] = _NOTHING) -> list[ast.stmt]:
        """The statements of the module and of its classes with a name in their text. A class stands for its head."""
        found: dict[ast.stmt, None] = {}
        looked_at = 0
        for offset in self.source.mentions(name):
            if offset >= looked_at and not unless.match(self.source.text, offset + len(name)):
                line = self.source.position(offset)[0]
                statements = self.parents.statements_at(line)
                found.update(dict.fromkeys(statements))
                # The next statement may begin on the last line of this one.
                ends = [
                    statement.end_lineno or line for statement in statements if statement.__class__ is not ast.ClassDef
                ]
                looked_at = self.source.offset(max(ends, default=line), 0)
        return [*found]

    def _loads_in(self, statement: ast.AST) -> dict[str, list[ast.expr]]:
        if statement not in self._in_statement:
            self._in_statement[statement] = _loads_below(statement)
        return self._in_statement[statement]


def _loads_below(top: ast.AST) -> dict[str, list[ast.expr]]:
    loads: dict[str, list[ast.expr]] = {}
    stack: list[Any] = own_parts(top)
    pop, push, extend, fields, leaves = stack.pop, stack.append, stack.extend, FIELDS, LEAVES
    while stack:
        node = pop()
        cls = node.__class__
        if cls is ast.Name:
            if node.ctx.__class__ is ast.Load:
                loads.setdefault(node.id, []).append(node)
            continue
        if cls in leaves:
            continue
        if cls is ast.Attribute:
            if node.ctx.__class__ is ast.Load:
                loads.setdefault(node.attr, []).append(node)
        elif cls is ast.Call and last_name(node.func) == "getattr" and _names_attribute(node):
            loads.setdefault(str(node.args[1].value), []).append(node.args[1])
        single, lists = fields[cls]
        for field in single:
            push(getattr(node, field))
        for field in lists:
            extend(getattr(node, field))
    return loads


def _names_attribute(call: ast.Call) -> bool:
    return len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
