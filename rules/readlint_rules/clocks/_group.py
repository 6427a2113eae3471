"""What has to change together when values move to another clock: the reads, the places that use them, what is between.

One read left behind would subtract two clocks that have nothing to do with each other. So every value is followed to
every use, and what is not understood ends the attempt.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from readlint.api import Cell, Context, cell_of, uses, writes, written_origins
from readlint_rules.clocks._clock_reads import Clock, Read, loose_point, point_of
from readlint_rules.clocks._differences import Comparison, Difference, Place, comparison, difference, outer_value

MOST = 60  # places; a fix that nobody can review is none


class NoFix(Exception):
    """Something about the values is not understood."""


class Group:
    """The differences and comparisons that have to change together, and the cells and reads that they share."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.reads: dict[ast.AST, Read] = {}
        self.shifts: dict[ast.BinOp | ast.AugAssign, None] = {}
        self.cells: dict[Cell, list[ast.expr]] = {}  # each with the uses that belong to places
        self.places: dict[ast.AST, Place] = {}
        self.zeros: dict[ast.Constant, None] = {}
        self.kept: set[Cell] = set()  # also used as a point in time
        self.asked: set[Cell] = set()  # whether they are true, as a 0 is not
        self.is_public = False

    @property
    def differences(self) -> list[Difference]:
        return [place for place in self.places.values() if isinstance(place, Difference)]

    @property
    def units(self) -> set[str]:
        return {unit for place in self.places.values() for unit in place.units}

    # Growing

    def add(self, found: Place) -> None:
        if found.node in self.places:
            return
        self.places[found.node] = found
        if len(self.places) > MOST or isinstance(found.node, ast.Call):
            raise NoFix
        if isinstance(found, Difference) and found.is_added and not found.units <= {"seconds", "nanoseconds"}:
            raise NoFix  # the sum is a `timedelta`, and a number cannot be added to it
        for clock in found.clocks:
            self.add_clock(clock)

    def add_clock(self, clock: Clock) -> None:
        if clock.asks:
            raise NoFix
        self.zeros.update(dict.fromkeys(clock.zeros))
        self.shifts.update(dict.fromkeys(clock.shifts))
        for read in clock.reads:
            self.reads[read.node] = read
            for move in read.moves:
                self.add_cell(move.cell)

    def add_cell(self, cell: Cell) -> None:
        if cell in self.cells:
            return
        self.cells[cell] = used = []
        places = uses(cell, self.ctx)
        clock = point_of(written_origins(cell, self.ctx), self.ctx)
        if places is None or clock is None or _is_pickled(cell, self.ctx):
            raise NoFix
        self.add_clock(clock)
        self.is_public = self.is_public or _is_public(cell)
        for use in places:
            if self.belongs(use):
                used.append(use)
            elif _is_test(use, self.ctx):
                self.asked.add(cell)
            elif not _is_none_test(use, self.ctx):
                self.kept.add(cell)

    def belongs(self, use: ast.expr) -> bool:
        """Whether a use ends in differences and comparisons, at once or through another cell."""
        node = use
        while True:
            node = outer_value(node, self.ctx)
            parent = self.ctx.parent(node)
            if isinstance(parent, ast.NamedExpr):
                target = cell_of(parent.target, self.ctx)
                if target is not None:
                    self.add_cell(target)
            elif not self.hands_on(parent, node):
                break
            node = parent
        found = _place(parent, self.ctx)
        if found is not None:
            self.add(found)
            return True
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
            return self.is_moved(parent)
        return False

    def hands_on(self, parent: ast.AST | None, node: ast.expr) -> TypeGuard[ast.expr]:
        """Whether the value of an expression is the point in time that one of its parts is, or one a span away."""
        if isinstance(parent, (ast.IfExp, ast.BoolOp)):
            return node is not getattr(parent, "test", None)
        if isinstance(parent, ast.Call):
            return self.ctx.qualified_name(parent.func) in ("min", "max") and loose_point(parent, self.ctx) is not None
        if not isinstance(parent, ast.BinOp) or not isinstance(parent.op, (ast.Add, ast.Sub)):
            return False
        clock = loose_point(parent, self.ctx)
        return clock is not None and parent in clock.shifts

    def is_moved(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        """Whether every cell that gets the value ends in places too; else the move is a use like any other."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        before = self.__dict__.copy()
        self.__dict__.update({name: value.copy() for name, value in before.items() if isinstance(value, (dict, set))})
        try:
            if all(self.takes_over(cell_of(target, self.ctx)) for target in targets):
                return True
        except NoFix:
            pass
        self.__dict__.update(before)
        return False

    def takes_over(self, cell: Cell | None) -> bool:
        if cell is None or cell in self.cells:
            return cell is not None
        self.add_cell(cell)
        return bool(self.cells[cell])


def _place(node: ast.AST | None, ctx: Context) -> Difference | Comparison | None:
    if isinstance(node, ast.Compare):
        return comparison(node, ctx)
    return difference(node, ctx) if isinstance(node, ast.BinOp) else None


# Cells


def _is_public(cell: Cell) -> bool:
    """Whether other files can be expected to read it: an attribute or a module's variable without an underscore."""
    if isinstance(cell.owner, (ast.ClassDef, ast.Module)):
        return not cell.name.startswith("_") or bool(cell.parts)
    return isinstance(cell.owner, str) or bool(cell.parts)


def _is_pickled(cell: Cell, ctx: Context) -> bool:
    """A class that says how it travels to other processes, where the monotonic clock may be another one."""
    if not isinstance(cell.owner, ast.ClassDef):
        return False
    names = ctx.scope_of(cell.owner).bindings
    return any(name in names for name in ("__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"))


def is_annotated(cell: Cell, ctx: Context) -> bool:
    if any(isinstance(write.node, ast.AnnAssign) for write, _ in writes(cell, ctx).found):
        return True
    bindings = ctx.scope_of(cell.owner).bindings.get(cell.name, []) if isinstance(cell.owner, ast.AST) else []
    return any(binding.how == "annotate" for binding in bindings)


def _is_none_test(use: ast.expr, ctx: Context) -> bool:
    """`if start is None`: as true for one clock as for the other."""
    parent = ctx.parent(use)
    if not isinstance(parent, ast.Compare) or not all(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops):
        return False
    return any(isinstance(one, ast.Constant) and one.value is None for one in (parent.left, *parent.comparators))


def _is_test(use: ast.expr, ctx: Context) -> bool:
    """`if start`: the same."""
    parent = ctx.parent(use)
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.BoolOp):
        return use is not parent.values[-1] and isinstance(parent.op, ast.And)
    return isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is use
