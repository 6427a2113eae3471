"""A plan for parameters as code: the literals without what was put in, and the call with the parameters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import regex
from readlint_rules.sql._edited import Edited
from readlint_rules.sql._layout import Cell
from readlint_rules.sql._plan import Plan
from readlint_rules.sql._writing_literals import LiteralWriter, placeholders
from readlint_rules.sql._writing_parameters import ParameterWriter

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

_PLUS = regex(r"\s*(?:\\\r?\n\s*)?\+\s*(?:\\\r?\n\s*)?")
_PLAIN = regex(r"""(?s)([rR]?)(["'])((?:(?!\2)[^\\\n]|\\.)*)\2""")


def written(plan: Plan, node: ast.expr, fix: FixContext) -> cst.BaseExpression:
    """The new code of one node of a plan."""
    return fix.expression(_Writer(plan, fix).code(node))


class _Writer:
    def __init__(self, plan: Plan, fix: FixContext) -> None:
        self.plan, self.fix, self.ctx = plan, fix, fix.ctx
        self.edited = Edited(fix.ctx)
        self.literals = LiteralWriter(plan, fix)
        self.parameters = ParameterWriter(plan, fix, self.literals.codes)

    def code(self, node: ast.expr) -> str:
        edited = self.edited
        for leaf in self.plan.layout.leaves:
            edited.replace(*edited.extent(leaf), self.literals.code(leaf))
        for template in self.plan.layout.templates:
            self.template(template)
        for total, operands in reversed(self.plan.layout.sums):
            self.sum(total, operands)
        if node is self.plan.root:
            self.call()
        return edited.take(*edited.extent(node))

    # What puts literals together

    def template(self, node: ast.BinOp | ast.Call) -> None:
        """Only the template is left of `template % values` and `template.format(values)`."""
        is_call = isinstance(node, ast.Call)
        template = node.func.value if isinstance(node, ast.Call) else node.left  # type: ignore[attr-defined]
        _, end = self.edited.extent(template)
        last = self.edited.extent(node)[1]
        closing, found, _ = self.edited.text[end:last].partition("." if is_call else "%")
        if closing.strip(") \t\r\n") or not found:
            self.fix.refuse("a comment would be lost")
        self.edited.replace(end + len(closing.rstrip()), last, "")

    def sum(self, total: ast.BinOp, operands: list[ast.expr]) -> None:
        """The sum without the operands that are parameters now; literals that were parted by one are one again."""
        edited = self.edited
        slots = {cell.slot.node: cell for cell in self.plan.layout.cells if cell.slot and cell.leaf is None}
        made: list[str] = []
        gap, end = False, edited.extent(total)[0]
        for number, operand in enumerate(operands):
            start, stop = edited.extent(operand)
            between, end = edited.text[end:start], stop
            cell = slots.get(operand)
            code = edited.take(start, stop) if cell is None or cell.spreads is None else self.spread(cell)
            if number and not _PLUS.fullmatch(between):
                self.fix.refuse("there are parentheses in the sum")
            if (cell is not None and not cell.stays) or (code in ('""', "''") and edited.text[start:stop] != code):
                gap = True
                continue
            merged = _merged(made[-1], code) if made and gap and "\n" not in between else None
            if merged is not None:
                made[-1] = merged
            else:
                made += [between, code] if made else [code]
            gap = False
        if not made or edited.extent(total)[1] != end or edited.extent(operands[0])[0] != edited.extent(total)[0]:
            self.fix.refuse("nothing is left of the sum, or there are parentheses in it")
        edited.replace(*edited.extent(total), "".join(made))

    def spread(self, cell: Cell) -> str:
        assert cell.spreads is not None
        code = placeholders(cell.spreads, '"', self.plan)
        return f'"(" + {code} + ")"' if cell.brings_parentheses else code

    # The call

    def call(self) -> None:
        plan = self.plan
        if plan.way == "compose":
            self.compose()
        elif plan.way == "bindparams":
            _, end = self.edited.extent(plan.root)
            self.edited.replace(end, end, self.parameters.bindparams())
        elif plan.way == "varargs":
            self.insert(plan.root.args[-1], self.parameters.varargs())
        elif plan.existing is None:
            self.insert(plan.root.args[0], self.parameters.container())
        else:
            self.edited.replace(*self.edited.extent(plan.existing), self.parameters.container())

    def compose(self) -> None:
        start, end = self.edited.extent(self.plan.query.run.query)
        module = f"{self.plan.driver.name}.sql"
        make, name = (self.fix.text(self.fix.name_for(f"{module}.{one}")) for one in ("SQL", "Identifier"))
        names = ", ".join(f"{name}({self.parameters.expression(slot)})" for slot in self.plan.names)
        self.edited.replace(start, start, f"{make}(")
        self.edited.replace(end, end, f").format({names})")

    def insert(self, after: ast.expr, code: str) -> None:
        """One more argument, on a line of its own where the one before it has one."""
        text = self.edited.text
        start, end = self.edited.extent(after)
        following = next(self.following(after), self.edited.extent(self.plan.root)[1] - 1)
        rest = text[end:following]
        if "#" in rest:
            self.fix.refuse("a comment stands where the parameters go")
        closing = re.match(r"(?:\s*\))*", rest)
        end += closing.end() if closing is not None else 0
        indent = text[text.rfind("\n", 0, start) + 1 : start]
        between = f",{self.ctx.source.newline}{indent}" if not indent.strip() else ", "
        self.edited.replace(end, end, f"{between}{code}")

    def following(self, after: ast.expr) -> Iterator[int]:
        arguments = [*self.plan.root.args, *(keyword.value for keyword in self.plan.root.keywords)]
        starts = sorted(self.edited.extent(one)[0] for one in arguments)
        yield from (start for start in starts if start > self.edited.extent(after)[0])


def _merged(first: str, second: str) -> str | None:
    """Two literals of one kind as one."""
    left, right = _PLAIN.fullmatch(first), _PLAIN.fullmatch(second)
    if left is None or right is None or left[1] != right[1] or left[2] != right[2]:
        return None
    return f"{left[1]}{left[2]}{left[3]}{right[3]}{left[2]}"
