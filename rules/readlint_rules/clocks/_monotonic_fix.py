"""Moving durations and deadlines from the wall clock to the monotonic one: all reads that take part, or none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Cell, Context, Fix, Safety, cell_of, dotted, walk, writes
from readlint_rules.clocks import _elsewhere
from readlint_rules.clocks._clock_reads import Read
from readlint_rules.clocks._clock_tables import SAME_INSTANT
from readlint_rules.clocks._differences import Difference, Place, is_compared, kept_in, kept_uses, read_attributes
from readlint_rules.clocks._group import MOST, Group, NoFix, is_annotated
from readlint_rules.clocks._rewriting import LOSSY, rewrite


class Plan(NamedTuple):
    fix: Fix
    is_safe: bool  # as far as this file shows
    is_shown: bool  # whether other files can use what moves


def plan(found: Place, title: str, clock: str, ctx: Context) -> Plan | None:
    """The fix of a place and of all that has to change with it."""
    group = Group(ctx)
    try:
        group.add(found)
        spans = _spans(group)
        targets = [*_targets(group), *spans, *_zeros(group)]
    except NoFix:
        return None
    nodes = _outermost(targets, ctx)
    if len(nodes) > MOST or not set(spans) <= {*nodes}:
        return None
    wraps = any(isinstance(node, ast.BinOp) and node not in spans for node in nodes)
    alone = any(read_attributes(one, ctx) == {"microseconds"} for one in group.differences)
    proven = all(_is_timedelta(span, ctx) for span in spans)
    is_safe = proven and not (group.is_public or group.kept or wraps or alone)
    shown = [kept for cell in group.cells if cell not in group.kept and (kept := _elsewhere.shown(cell))]
    data = {
        "clock": clock,
        "twins": {_spelling(cell): _twin(cell) for cell in group.kept},
        "spans": [[span.lineno, span.col_offset, span.end_lineno, span.end_col_offset] for span in spans],
        "microseconds": "" if alone else " % 1",
        "shown": shown,
    }
    safety = Safety.SAFE if is_safe else Safety.UNSAFE
    return Plan(Fix(rewrite, title, *nodes, safety=safety, data=data), is_safe, bool(shown))


def _targets(group: Group) -> Iterator[ast.AST]:
    ctx = group.ctx
    twins: set[ast.AST] = set()
    for cell in group.kept:
        statement = _own_statement(cell, group)
        twins.add(_reading(statement.value, group))
        yield statement
        yield from group.cells[cell]
    for read in group.reads.values():
        if _is_in_return(read.node, group) or _is_given(read, ctx) or read.unit == "tuple":
            raise NoFix
        if read.node not in twins:
            yield _instant(read.node, ctx)
    for used in group.cells.values():
        # `start.timestamp()`: what was a datetime becomes a number
        yield from (instant for use in used if (instant := _instant(use, ctx)) is not use)
    for found in group.places.values():
        if found.units == {"datetime"}:
            if any(is_annotated(cell, ctx) for cell in group.cells):
                raise NoFix  # `started: datetime` would hold a number
            if isinstance(found, Difference) and _limit(found, ctx) is None:
                yield from _consumers(found, ctx)
        elif len(found.units) != 1 or not found.units <= {"seconds", "nanoseconds"}:
            raise NoFix


def _zeros(group: Group) -> Iterator[ast.Constant]:
    """The 0 that stands for "long ago": the monotonic clock may have begun to count just now.

    It becomes minus infinity, which only comparisons take as they took the 0.
    """
    if group.zeros and (group.asked or not all(_only_compares(place, group.ctx) for place in group.places.values())):
        raise NoFix
    for zero in group.zeros:
        statement = group.ctx.parent(zero)
        while isinstance(statement, ast.IfExp):
            statement = group.ctx.parent(statement)
        is_default = isinstance(statement, ast.Call) and cell_of(statement, group.ctx) in group.cells
        if not is_default and _only_target(statement, group.ctx) not in group.cells:
            raise NoFix
        yield zero


def _only_compares(place: Place, ctx: Context) -> bool:
    return not isinstance(place, Difference) or is_compared(place, ctx)


def _only_target(statement: ast.AST | None, ctx: Context) -> Cell | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return cell_of(statement.targets[0], ctx)
    return cell_of(statement.target, ctx) if isinstance(statement, ast.AnnAssign) else None


# Spans: what is added to a datetime, or compared with a difference of two


def _spans(group: Group) -> list[ast.expr]:
    """The `timedelta`s that have to become numbers of seconds where datetimes do."""
    kinds = {unit == "datetime" for unit in (*group.units, *(read.unit for read in group.reads.values()))}
    if group.shifts and len(kinds) != 1:
        raise NoFix
    if kinds != {True}:
        return []
    twins = {write.node for cell in group.kept for write, _ in writes(cell, group.ctx).found}
    found = [_span(shift, group) for shift in group.shifts if group.ctx.statement(shift) not in twins]
    limits = [_limit(one, group.ctx) for one in group.differences]
    return [*dict.fromkeys([*found, *(limit for limit in limits if limit is not None)])]


def _span(shift: ast.BinOp | ast.AugAssign, group: Group) -> ast.expr:
    if isinstance(shift, ast.AugAssign):
        return shift.value
    inside = {*group.reads, *(use for used in group.cells.values() for use in used)}
    return shift.left if any(node in inside for node in walk(shift.right)) else shift.right


def _limit(found: Difference, ctx: Context) -> ast.expr | None:
    """The `timedelta` that is directly compared with a difference."""
    compare = ctx.parent(found.node)
    if found.units != {"datetime"} or not isinstance(compare, ast.Compare) or len(compare.comparators) != 1:
        return None
    other = compare.comparators[0] if compare.left is found.node else compare.left
    return other if _is_timedelta(other, ctx) else None


def _is_timedelta(node: ast.expr, ctx: Context) -> bool:
    origins = ctx.origins(node)
    names = [ctx.qualified_name(one.node.func) if isinstance(one.node, ast.Call) else None for one in origins.values]
    return origins.complete and bool(names) and all(name == "datetime.timedelta" for name in names)


# Reads


def _instant(node: ast.AST, ctx: Context) -> ast.AST:
    """The conversions around a read that only change how the instant is written."""
    while True:
        parent = ctx.parent(node)
        call = ctx.parent(parent) if parent is not None else None
        if not isinstance(parent, ast.Attribute) or not isinstance(call, ast.Call) or call.func is not parent:
            return node
        if parent.attr not in SAME_INSTANT and parent.attr != "replace":
            return node
        node = call


def _is_in_return(node: ast.AST, group: Group) -> bool:
    """A clock function of the project's own, which has other callers and may be what tests replace."""
    ctx = group.ctx
    statement = ctx.statement(node)
    if not isinstance(statement, ast.Return) and ctx.enclosing(node, ast.Lambda) is None:
        return False
    return not any(parent in group.places for parent in ctx.ancestors(node))


def _is_given(read: Read, ctx: Context) -> bool:
    """`self._clock()`: somebody may give the class another clock."""
    function = read.node.func if isinstance(read.node, ast.Call) else None
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return False
    return ctx.receiver_class(function.value) is not None


def _consumers(found: Difference, ctx: Context) -> Iterator[ast.AST]:
    """The places where a difference of datetimes becomes a number; else the difference, to be wrapped."""
    node = found.node
    kept = kept_in(node, ctx)
    places = [node] if kept is None else kept_uses(kept, ctx) or []
    consumers = [_consumer(place, ctx) for place in places]
    whole = [consumer for consumer in consumers if consumer is not None]
    is_whole = bool(whole) and len(whole) == len(consumers) and not isinstance(kept, ast.NamedExpr)
    yield from whole if is_whole and (kept is None or all(_is_only(kept, place, ctx) for place in places)) else [node]


def _is_only(kept: ast.AST, use: ast.expr, ctx: Context) -> bool:
    """Whether a name has the value of one assignment there: `elapsed = timedelta()` before it would be no number."""
    origins = ctx.origins(use)
    return origins.complete and all(origin.moves and origin.moves[-1].write is kept for origin in origins.values)


def _consumer(place: ast.expr, ctx: Context) -> ast.expr | None:
    parent = ctx.parent(place)
    if not isinstance(parent, ast.Attribute):
        return None
    call = ctx.parent(parent)
    if parent.attr == "total_seconds" and isinstance(call, ast.Call) and call.func is parent:
        return call
    return parent if parent.attr in LOSSY else None


def _outermost(targets: list[ast.AST], ctx: Context) -> list[ast.AST]:
    wanted = set(targets)
    alone = [node for node in dict.fromkeys(targets) if not any(parent in wanted for parent in ctx.ancestors(node))]
    return sorted(alone, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))


# Second variables


def _own_statement(cell: Cell, group: Group) -> ast.Assign:
    """The one assignment `start = time.time()`, also `+ 5`, that a second variable can stand beside."""
    ctx = group.ctx
    found = writes(cell, ctx).found
    written = [write for write, _ in found if not isinstance(write.value, ast.Constant)]
    statement = written[0].node if len(written) == 1 == len(found) else None
    if cell.parts or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        raise NoFix
    read = _reading(statement.value, group)
    if group.reads[read].called or not isinstance(read, ast.Call):
        raise NoFix
    if isinstance(cell.owner, ast.ClassDef):
        if "__slots__" in ctx.scope_of(cell.owner).bindings or dotted(statement.targets[0]) != _spelling(cell):
            raise NoFix
    elif ctx.scope(statement).node is not cell.owner:
        raise NoFix
    if re.search(rf"\b{_twin(cell).rpartition('.')[2]}\b", ctx.source.text):
        raise NoFix
    return statement


def _reading(value: ast.expr, group: Group) -> ast.expr:
    """The read in `time.time()` and in `time.time() + 5`, which can be evaluated again without the 5 being another."""
    if isinstance(value, ast.BinOp) and value in group.shifts:
        sides = (value.left, value.right)
        rest = [side for side in sides if side not in group.reads]
        if len(rest) == 1 and _is_repeatable(rest[0], group):
            value = sides[1 - sides.index(rest[0])]
    if value not in group.reads:
        raise NoFix
    return value


def _is_repeatable(span: ast.expr, group: Group) -> bool:
    if group.units == {"datetime"}:
        if not isinstance(span, ast.Call) or group.ctx.qualified_name(span.func) != "datetime.timedelta":
            return False
        parts: list[ast.AST] = [*span.args, *span.keywords]
    else:
        parts = [span]
    for node in (inner for part in parts for inner in walk(part)):
        if isinstance(node, (ast.Call, ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(node, ast.Attribute) and node.attr in LOSSY:
            return False
    return True


def _spelling(cell: Cell) -> str:
    return f"self.{cell.name}" if isinstance(cell.owner, ast.ClassDef) else cell.name


def _twin(cell: Cell) -> str:
    """`self._start_mono`"""
    if isinstance(cell.owner, ast.ClassDef):
        return f"self._{cell.name.lstrip('_')}_mono"
    return f"{cell.name}_mono"
