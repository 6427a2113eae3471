"""Clock provenance: which expressions read the wall clock of this process, through everything that keeps the value.

Only what is proven counts. A parameter, a database field, a file's age or a parsed header has no clock here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from readlint.api import Context, Move, Origin, Origins, statements
from readlint_rules.clocks._clock_tables import (
    CLOCKY,
    LIBRARIES,
    NAIVE,
    NUMBER_FUNCTIONS,
    ONLY_WITHOUT_ARGUMENTS,
    SAME_INSTANT,
    SPANS,
    UNIT_FACTORS,
    WALL,
    WALL_WITH,
)

_DEPTH = 8


class Read(NamedTuple):
    """One proven read of the wall clock and where its value was kept since."""

    node: ast.expr
    clock: str
    unit: str
    naive: bool
    moves: tuple[Move, ...]
    called: bool  # the node is the function, not its call


class Ask(NamedTuple):
    """A call of a function of another file: it may read the clock."""

    node: ast.expr
    subject: str
    moves: tuple[Move, ...]


class Clock(NamedTuple):
    """All reads that a value can come from. `unit` is that of the value: conversions change it on the way.

    `zeros`: it may also be one of these 0, which stand for "long ago". `shifts`: where a span was added or taken away.
    `loose`: it is a point in time only if what was taken from a read is a span, which nothing shows.
    """

    reads: tuple[Read, ...] = ()
    asks: tuple[Ask, ...] = ()
    unit: str = ""
    zeros: tuple[ast.Constant, ...] = ()
    shifts: tuple[ast.BinOp | ast.AugAssign, ...] = ()
    loose: bool = False

    @property
    def sources(self) -> list[Read | Ask]:
        return [*self.reads, *self.asks]


def wall(node: ast.expr, ctx: Context) -> Clock | None:
    """The wall clock reads that an expression comes from; None if anything else can be in it."""
    clock = point(node, ctx)
    return None if clock is None or clock.shifts else clock


def point(node: ast.expr, ctx: Context) -> Clock | None:
    """The same for points in time that are made of such a read and spans: `time.time() + timeout`."""
    clock = loose_point(node, ctx)
    return None if clock is None or clock.loose else clock


def loose_point(node: ast.expr, ctx: Context, depth: int = _DEPTH) -> Clock | None:
    """The same, also for `time.time() - x`, which is a duration when `x` is another time and not a span."""
    if not depth or isinstance(node, ast.Constant):
        return None
    return point_of(ctx.origins(node), ctx, depth)


def point_of(values: Origins, ctx: Context, depth: int = _DEPTH) -> Clock | None:
    """The same for origins that are known already."""
    if not values.complete:
        return None
    clocks = []
    for origin in values.values:
        clock = _of_origin(origin, ctx, depth)
        if clock is None:
            return None
        clocks.append(clock)
    merged = _merge(clocks)
    return merged if merged.reads or merged.asks else None


def _merge(clocks: Iterable[Clock]) -> Clock:
    reads: dict[ast.AST, Read] = {}
    asks: dict[ast.AST, Ask] = {}
    units: set[str] = set()
    shifts: dict[ast.BinOp | ast.AugAssign, None] = {}
    zeros: dict[ast.Constant, None] = {}
    loose = False
    for clock in clocks:
        loose = loose or clock.loose
        zeros.update(dict.fromkeys(clock.zeros))
        reads.update({read.node: read for read in clock.reads if read.node not in reads})
        asks.update({ask.node: ask for ask in clock.asks if ask.node not in asks})
        units.add(clock.unit)
        shifts.update(dict.fromkeys(clock.shifts))
    units.discard("")
    unit = units.pop() if len(units) == 1 else ""
    return Clock(tuple(reads.values()), tuple(asks.values()), unit, tuple(zeros), tuple(shifts), loose)


def _of_origin(origin: Origin, ctx: Context, depth: int) -> Clock | None:
    node = origin.node
    if origin.called:
        name = ctx.qualified_name(node)
        return _read(node, name, origin, called=True) if name in WALL and isinstance(node, ast.expr) else None
    if isinstance(node, ast.Constant):
        is_zero = node.value == 0 and node.value is not False
        return Clock(zeros=(node,) if is_zero else ()) if node.value is None or is_zero else None
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, (ast.Add, ast.Sub)):
            return _shifted(node, origin, ctx, depth)
        value = _scaled(node, ctx)
        return None if value is None else _inside(value, origin, ctx, depth)
    if isinstance(node, ast.AugAssign):
        return _advanced(node, origin, ctx, depth)
    if isinstance(node, ast.Call):
        return _of_call(node, origin, ctx, depth)
    return None


def _read(node: ast.expr, name: str, origin: Origin, called: bool = False, unit: str = "") -> Clock:
    naive = name in NAIVE and (called or (isinstance(node, ast.Call) and not node.args and not node.keywords))
    read = Read(node, name, unit or WALL[name], naive, origin.moves, called)
    return Clock((read,), (), read.unit)


def _of_call(call: ast.Call, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    name = ctx.qualified_name(call.func) or _held_function(call.func, ctx)
    if name in WALL:
        given = call.args or call.keywords
        return None if given and name in ONLY_WITHOUT_ARGUMENTS else _read(call, name, origin)
    if name in NUMBER_FUNCTIONS and call.args:
        return _inside(call.args[0], origin, ctx, depth)
    if name in ("min", "max") and len(call.args) > 1 and not call.keywords:
        return _nearest(call, origin, ctx, depth)
    if name in ("time.mktime", "calendar.timegm") and len(call.args) == 1:
        return _of_mktime(call, origin, ctx, depth)
    if name is not None and len(call.args) == 1 and not call.keywords:
        first = call.args[0]
        word = first.value if isinstance(first, ast.Constant) else ctx.qualified_name(first)
        if isinstance(word, str) and (name, word) in WALL_WITH:
            return _read(call, name, origin, unit=WALL_WITH[(name, word)])
    if isinstance(call.func, ast.Attribute) and _keeps_instant(call.func.attr, call):
        inner = _inside(call.func.value, origin, ctx, depth)
        unit = SAME_INSTANT.get(call.func.attr, "")
        return inner and inner._replace(unit=unit or inner.unit)
    if name is not None and not call.args and not call.keywords and _is_elsewhere(name, ctx):
        return Clock((), (Ask(call, name, origin.moves),))
    return None


def _held_function(function: ast.expr, ctx: Context) -> str | None:
    """`self._clock()` after `self._clock = time.time`."""
    if not isinstance(function, (ast.Name, ast.Attribute)):
        return None
    held = ctx.origins(function)
    names = {ctx.qualified_name(origin.node) for origin in held.values}
    return names.pop() if held.complete and len(names) == 1 else None


def _of_mktime(call: ast.Call, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    """`time.mktime(time.localtime())` and `time.mktime(now.timetuple())`: the long way to `time.time()`."""
    found = _inside(call.args[0], origin, ctx, depth)
    return found._replace(unit="seconds") if found is not None and found.unit == "tuple" else None


def _keeps_instant(method: str, call: ast.Call) -> bool:
    if method == "replace":
        return not call.args and all(keyword.arg in ("tzinfo", "microsecond") for keyword in call.keywords)
    return method in SAME_INSTANT


def _inside(node: ast.expr, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    """The clock of a part of an origin; what happened to the whole happened to it later."""
    return _moved(loose_point(node, ctx, depth - 1), origin)


def _moved(inner: Clock | None, origin: Origin) -> Clock | None:
    if inner is None or not origin.moves:
        return inner
    reads = tuple(read._replace(moves=(*read.moves, *origin.moves)) for read in inner.reads)
    asks = tuple(ask._replace(moves=(*ask.moves, *origin.moves)) for ask in inner.asks)
    return inner._replace(reads=reads, asks=asks)


def _shifted(node: ast.BinOp, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    """`time.time() + timeout`, and `time.time() - 3600`. Of two points in time there is no sum."""
    is_sum = isinstance(node.op, ast.Add)
    left = None if isinstance(node.left, ast.Constant) else _inside(node.left, origin, ctx, depth)
    if left is None and not is_sum:
        return None
    right = None if isinstance(node.right, ast.Constant) else _inside(node.right, origin, ctx, depth)
    if (left is None) is (right is None):
        return None
    clock = left or right
    assert clock is not None
    is_loose = not is_sum and not is_span(node.right, ctx)
    return clock._replace(shifts=(*clock.shifts, node), loose=clock.loose or is_loose)


def _advanced(node: ast.AugAssign, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    """`next_run += interval`: what was there before, a span later."""
    if not isinstance(node.op, (ast.Add, ast.Sub)) or (isinstance(node.op, ast.Sub) and not is_span(node.value, ctx)):
        return None
    before = ctx.origins(node.target)
    others = tuple(one for one in before.values if one.node is not node)
    clock = point_of(before._replace(values=others), ctx, depth - 1) if depth > 1 else None
    if clock is None or _inside(node.value, origin, ctx, depth) is not None:
        return None
    moved = _moved(clock, origin)
    return moved and moved._replace(shifts=(*clock.shifts, node))


def _nearest(call: ast.Call, origin: Origin, ctx: Context, depth: int) -> Clock | None:
    """`min(deadline, now + timeout)`"""
    clocks = [_inside(argument, origin, ctx, depth) for argument in call.args]
    known = [clock for clock in clocks if clock is not None]
    return _merge(known) if len(known) == len(clocks) else None


def is_span(node: ast.expr, ctx: Context) -> bool:
    """Whether something is surely a length of time and no point in it: a number or a `timedelta` of the file."""
    if isinstance(node, ast.BinOp):
        return is_span(node.left, ctx) or is_span(node.right, ctx)
    found = ctx.origins(node)
    return found.complete and bool(found.values) and all(_is_length(one.node, ctx) for one in found.values)


def _is_length(node: ast.AST, ctx: Context) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float))
    if isinstance(node, ast.BinOp):
        return isinstance(ctx.constant(node), (int, float))
    return isinstance(node, ast.Call) and ctx.qualified_name(node.func) in SPANS


def _scaled(node: ast.BinOp, ctx: Context) -> ast.expr | None:
    """What `x * 1000` or `x / 1e9` scales."""
    if not isinstance(node.op, (ast.Mult, ast.Div, ast.FloorDiv)):
        return None
    for factor, value in ((node.right, node.left), (node.left, node.right)):
        if is_unit_factor(factor, ctx) and (value is node.left or isinstance(node.op, ast.Mult)):
            return value
    return None


def is_unit_factor(node: ast.expr, ctx: Context) -> bool:
    return ctx.constant(node) in UNIT_FACTORS


def _is_elsewhere(name: str, ctx: Context) -> bool:
    """A function that another file of the project may define and whose name promises the time."""
    if name.partition(".")[0] in LIBRARIES or "." not in name or ctx.local_definition(name) is not None:
        return False
    return CLOCKY.search(name.rpartition(".")[2]) is not None


def returned_clock(node: ast.AST, ctx: Context) -> Clock | None:
    """What a call of a definition gives: a function, or `utcnow = partial(datetime.now, UTC)`."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return _of_returns(node, ctx)
    value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
    if isinstance(value, ast.Call) and ctx.qualified_name(value.func) == "functools.partial" and value.args:
        value = value.args[0]
    if isinstance(value, ast.Lambda):
        return wall(value.body, ctx)
    name = ctx.qualified_name(value) if isinstance(value, (ast.Name, ast.Attribute)) else None
    if value is None or name not in WALL:
        return None
    return _read(value, name, Origin(value), called=True)


def _of_returns(function: ast.FunctionDef | ast.AsyncFunctionDef, ctx: Context) -> Clock | None:
    if function.decorator_list and not all(ctx.qualified_name(d) in _PLAIN_DECORATORS for d in function.decorator_list):
        return None
    values = [one.value for one in statements(function, own=True) if isinstance(one, ast.Return)]
    clocks = [wall(value, ctx) if value is not None else None for value in values]
    known = [clock for clock in clocks if clock is not None]
    return _merge(known) if known and len(known) == len(values) else None


_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod"})
