"""What a fixer gets beside its node."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import libcst as cst

from readlint.fixes.bindings import FixRefused, Needs, runs_at_import, spell
from readlint.fixes.concrete import read_expression
from readlint.fixes.imports import last_import

if TYPE_CHECKING:
    from readlint.analysis.context import Context


class FixContext:
    """Helps one fixer with one node. What it adds elsewhere in the file is kept in `needs`."""

    def __init__(self, ctx: Context, node: ast.AST, data: Mapping[str, Any], needs: Needs, indent: str) -> None:
        self.ctx = ctx
        self.node = node  # the syntax node; the fixer's own argument is the concrete one in its place
        self.data = data
        self.needs = needs
        self._layout = cst.Module([], default_indent=indent, default_newline=ctx.source.newline)

    def refuse(self, reason: str) -> NoReturn:
        """Give up this fix; the finding stays."""
        raise FixRefused(reason)

    def name_for(self, dotted: str, *, below_imports: bool = False) -> cst.BaseExpression:
        """What to write for `hmac.compare_digest` here: by an import of the file, or by one that is then added.

        With `below_imports` the name is for a statement given to `module_level`.
        """
        if below_imports:
            last = last_import(self.ctx.tree.body)
            line = (last.end_lineno or last.lineno) + 1 if last else 1
            return read_expression(spell(dotted, self.ctx.tree, self.ctx, self.needs, line))
        line = getattr(self.node, "lineno", 0) if runs_at_import(self.node, self.ctx) else 0
        return read_expression(spell(dotted, self.node, self.ctx, self.needs, line))

    def module_level(self, code: str) -> None:
        """Have this statement below the imports, unless the module has it already."""
        statement = ast.parse(code).body[0]
        dump = ast.dump(statement)
        present = any(ast.dump(node) == dump for node in self.ctx.tree.body)
        for name in _bound_by(statement):
            owner = self.ctx.scope(self.node).lookup(name)
            taken = not owner.is_module or not present if owner else False
            if taken or name in self.ctx.rebound_globals:
                self.refuse(f"`{name}` means something else here")
        if not present and code not in self.needs.statements:
            self.needs.statements.append(code)

    def text(self, node: ast.AST | cst.CSTNode) -> str:
        """The source text of a syntax node, as written, or of a concrete node."""
        return self.ctx.text(node) if isinstance(node, ast.AST) else self._layout.code_for_node(node)

    def expression(self, code: str) -> cst.BaseExpression:
        return read_expression(code)

    def statement(self, code: str) -> cst.SimpleStatementLine | cst.BaseCompoundStatement:
        return cst.parse_statement(code)


def _bound_by(statement: ast.stmt) -> list[str]:
    return [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
