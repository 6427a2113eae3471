"""Whether a deadline leaves the process: then it has to be told in the time that everybody shares."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, uses
from readlint_rules.clocks._differences import Place, outer_value

#: What turns a point in time into something to be read by others.
_WRITTEN_OUT = frozenset({"isoformat", "strftime", "ctime", "timetuple", "utctimetuple", "date", "humanize"})


def leaves(found: Place, ctx: Context) -> bool:
    """Whether a deadline is also written out, or given to something in a dictionary or under a name."""
    return any(_is_handed_out(place, ctx) for clock in found.clocks for place in _places(clock.shifts, found, ctx))


def _places(shifts: tuple[ast.AST, ...], found: Place, ctx: Context) -> Iterator[ast.expr]:
    """The deadline where it is made and where it is read."""
    for shift in shifts:
        if isinstance(shift, ast.BinOp):
            yield outer_value(shift, ctx)
    cells = {move.cell for clock in found.clocks if clock.shifts for read in clock.reads for move in read.moves}
    for cell in cells:
        for use in uses(cell, ctx) or ():
            yield outer_value(use, ctx)


def _is_handed_out(node: ast.expr, ctx: Context) -> bool:
    parent = ctx.parent(node)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _WRITTEN_OUT
    return False
