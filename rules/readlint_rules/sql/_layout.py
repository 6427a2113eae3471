"""The text of a query as cells, so that a fix can change some of it and leave the rest as it was written.

A cell is one character of a literal, or what is put in there. The order is that of the text, whatever literals,
sums and templates it is written in. What a template says in its own way (`%%`, `{{`) is one cell with the character
that it stands for, and empty ones.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from readlint.api import Context
from readlint_rules.sql._model import Hole, Piece, Text
from readlint_rules.sql._templates import format_pieces, percent_pieces

_SAME = frozenset({"strip", "lstrip", "rstrip"})
_SAME_FUNCTIONS = frozenset({"textwrap.dedent", "inspect.cleandoc"})


class CannotFix(Exception):
    """The text is not written in a way that a fix can change, or what is put in cannot be bound there."""


@dataclass(eq=False)
class Slot:
    """Something that is put in: `form` and the others as in `Hole`."""

    node: ast.expr
    form: str
    conversion: str = ""
    spec: str = ""
    written: str = ""  # `%s`, `{name}`

    @property
    def path(self) -> str:
        """`.name` of `{user.name}`."""
        match = re.fullmatch(r"\{\w*((?:\.\w+)+)\}", self.written)
        return match[1] if match is not None else ""


@dataclass(eq=False)
class Cell:
    """`leaf` is the literal and `index` the place in it; a slot of a sum has no literal.

    `old` is the character of the literal's value, `text` what the query shall have for it.
    """

    leaf: ast.expr | None
    index: int
    old: str
    text: str
    slot: Slot | None = None
    head: str = ""  # placeholders to write before and behind it
    tail: str = ""
    stays: bool = True  # whether a slot is left where it is
    spreads: ast.expr | None = None  # the values that it makes placeholders for from now on
    brings_parentheses: bool = False


@dataclass(eq=False)
class Layout:
    """`sums` and `templates` are the outermost expressions that put literals together."""

    cells: list[Cell] = field(default_factory=list)
    leaves: list[ast.expr] = field(default_factory=list)
    sums: list[tuple[ast.BinOp, list[ast.expr]]] = field(default_factory=list)
    templates: list[ast.BinOp | ast.Call] = field(default_factory=list)

    @property
    def slots(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.slot is not None]

    def text(self) -> tuple[str, list[Cell]]:
        """The query, with a null for each slot, and the cell of each character."""
        found = [cell for cell in self.cells if cell.text or cell.slot is not None]
        return "".join("\0" if cell.slot is not None else cell.text for cell in found), found

    def place(self, cell: Cell, mark: str) -> None:
        """Write a mark for a slot. Where an operand of a sum goes, it is written into the literal next to it."""
        cell.stays = False
        number = self.cells.index(cell)
        if cell.leaf is not None:
            cell.text = mark
        elif number and self.cells[number - 1].leaf is not None:
            self.cells[number - 1].tail += mark
        elif number + 1 < len(self.cells) and self.cells[number + 1].leaf is not None:
            self.cells[number + 1].head += mark
        else:
            raise CannotFix


def lay_out(expressions: Sequence[ast.expr], ctx: Context) -> Layout:
    made = Layout()
    for expression in expressions:
        made.cells += _cells(expression, made, ctx)
    return made


def _cells(node: ast.expr, made: Layout, ctx: Context) -> Iterator[Cell]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        made.leaves.append(node)
        yield from (Cell(node, number, char, char) for number, char in enumerate(node.value))
    elif isinstance(node, ast.JoinedStr):
        made.leaves.append(node)
        yield from _joined(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _sum(node, made, ctx)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        yield from _template(node.left, node, made)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from _template(node.func.value, node, made)
    elif _same(node, ctx) is not None:
        yield from _cells(_same(node, ctx) or node, made, ctx)
    else:
        raise CannotFix


def _same(node: ast.expr, ctx: Context) -> ast.expr | None:
    """The text that `dedent(...)` or `....strip()` gives back but for white space."""
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr in _SAME and not node.args:
        return node.func.value
    return node.args[0] if len(node.args) == 1 and ctx.qualified_name(node.func) in _SAME_FUNCTIONS else None


def _joined(node: ast.JoinedStr) -> Iterator[Cell]:
    number = 0
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            spec = part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else []
            if any(not isinstance(one, ast.Constant) for one in spec):
                raise CannotFix
            written = "".join(str(one.value) for one in spec if isinstance(one, ast.Constant))
            conversion = chr(part.conversion) if part.conversion > 0 else ""
            yield Cell(node, number, "", "", Slot(part.value, "fstring", conversion, written))
            number += 1
        elif isinstance(part, ast.Constant):
            for char in str(part.value):
                yield Cell(node, number, char, char)
                number += 1


def _sum(node: ast.BinOp, made: Layout, ctx: Context) -> Iterator[Cell]:
    operands: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.insert(0, left.right)
        left = left.left
    operands.insert(0, left)
    made.sums.append((node, operands))
    for operand in operands:
        try:
            yield from list(_cells(operand, made, ctx))
        except CannotFix:
            yield Cell(None, 0, "", "", Slot(operand, "concat"))


def _template(template: ast.expr, node: ast.BinOp | ast.Call, made: Layout) -> list[Cell]:
    if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
        raise CannotFix
    whole: list[Piece] = [Text(template.value, template, 0, len(template.value))]
    pieces = percent_pieces(whole, node) if isinstance(node, ast.BinOp) else format_pieces(whole, node)
    if pieces is None:
        raise CannotFix
    cells = [Cell(template, number, char, "") for number, char in enumerate(template.value)]
    for piece in pieces:
        if isinstance(piece, Hole):
            form = "percent" if isinstance(node, ast.BinOp) else "format"
            spec = piece.spec if form == "format" else piece.slot.rpartition(")")[2].lstrip("%")
            cells[piece.offset].slot = Slot(piece.node, form, piece.conversion, spec, piece.slot)
        else:
            for number, char in enumerate(piece.text):
                cells[piece.start + number].text = char
    made.leaves.append(template)
    made.templates.append(node)
    return cells
