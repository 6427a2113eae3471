"""Where a file reads a name: as a variable, as an attribute, or as the text in `getattr(job, "start")`.

Questions are about a few names, and most names are mentioned in a few functions: only those are looked through.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from readlint.analysis.tree import last_name, walk

if TYPE_CHECKING:
    from readlint.analysis.context import Context


class Loads:
    def __init__(self, ctx: Context) -> None:
        self.source = ctx.source
        self.parents = ctx.parents
        self._in_statement: dict[ast.AST, dict[str, list[ast.expr]]] = {}

    def of(self, name: str) -> list[ast.expr]:
        """The `Name`, `Attribute` or, of `getattr`, `Constant` nodes."""
        mentioning: dict[ast.AST, None] = {}
        for offset in self.source.mentions(name):
            mentioning.update(dict.fromkeys(self.parents.statements_at(self.source.position(offset)[0])))
        found = [load for statement in mentioning for load in self._loads_in(statement).get(name, ())]
        return list(dict.fromkeys(found))  # the head of a class stands for all of it, so for its methods too

    def _loads_in(self, statement: ast.AST) -> dict[str, list[ast.expr]]:
        if statement not in self._in_statement:
            loads = self._in_statement[statement] = {}
            for node in walk(statement):
                if isinstance(node, ast.Name):
                    if isinstance(node.ctx, ast.Load):
                        loads.setdefault(node.id, []).append(node)
                elif isinstance(node, ast.Attribute):
                    if isinstance(node.ctx, ast.Load):
                        loads.setdefault(node.attr, []).append(node)
                elif isinstance(node, ast.Call) and last_name(node.func) == "getattr":
                    for name in node.args[1:2]:
                        if isinstance(name, ast.Constant):
                            loads.setdefault(str(name.value), []).append(name)
        return self._in_statement[statement]
