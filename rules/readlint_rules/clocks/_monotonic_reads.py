"""Which expressions come from a clock whose zero only this process, or this machine, knows."""

from __future__ import annotations

import ast

from readlint.api import Context, Origin, last_name
from readlint_rules.clocks import _clock_reads, _clock_tables, _flows

#: CPython 3.14 `time` and `timeit`, trio 0.27, anyio 4.
MONOTONIC = frozenset(
    [
        *("time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"),
        *("time.process_time", "time.process_time_ns", "time.thread_time", "time.thread_time_ns"),
        *("timeit.default_timer", "trio.current_time", "anyio.current_time"),
    ]
)
_NAMES = frozenset(name.rpartition(".")[2] for name in MONOTONIC)
_LOOPS = frozenset({"loop", "_loop", "event_loop"})
_GIVE_LOOPS = frozenset({"asyncio.get_running_loop", "asyncio.get_event_loop", "asyncio.new_event_loop"})
_DEPTH = 6


def monotonic_functions(ctx: Context) -> list[ast.expr]:
    """Where a file mentions what may read such a clock."""
    loops = [
        load for load in _flows.reads_of(["time"], ctx) if isinstance(load, ast.Attribute) and _is_loop(load.value, ctx)
    ]
    return [*_flows.reads_of(_NAMES, ctx), *loops]


def is_loop_time(call: ast.Call, ctx: Context) -> bool:
    """`loop.time()`: asyncio's loops have it, and it counts like `time.monotonic`."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "time" or call.args:
        return False
    return _is_loop(function.value, ctx)


def _is_loop(node: ast.expr, ctx: Context) -> bool:
    if isinstance(node, ast.Call):
        return ctx.qualified_name(node.func) in _GIVE_LOOPS
    return last_name(node) in _LOOPS


def monotonic(node: ast.expr, ctx: Context, depth: int = _DEPTH) -> tuple[ast.expr, ...]:
    """The reads that a point in time comes from; none if anything else can be in it."""
    if not depth or isinstance(node, ast.Constant):
        return ()
    found = ctx.origins(node)
    reads: list[ast.expr] = []
    for origin in found.values if found.complete else ():
        if isinstance(origin.node, ast.Constant) and origin.node.value in (None, 0):
            continue
        own = _of_origin(origin, ctx, depth)
        if not own:
            return ()
        reads += own
    return tuple(dict.fromkeys(reads))


def _of_origin(origin: Origin, ctx: Context, depth: int) -> tuple[ast.expr, ...]:
    node = origin.node
    if isinstance(node, ast.expr) and origin.called:
        return (node,) if ctx.qualified_name(node) in MONOTONIC else ()
    if isinstance(node, ast.Call):
        name = ctx.qualified_name(node.func)
        if name in MONOTONIC or is_loop_time(node, ctx):
            return (node,)
        return monotonic(node.args[0], ctx, depth - 1) if name in _clock_tables.NUMBER_FUNCTIONS and node.args else ()
    if not isinstance(node, ast.BinOp):
        return ()
    sides = [side for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
    reads = [own for own in (monotonic(side, ctx, depth - 1) for side in sides) if own]
    if len(reads) != 1 or not isinstance(node.op, (ast.Add, ast.Mult, ast.Div, ast.FloorDiv)):
        return ()
    if (
        isinstance(node.op, ast.Add)
        or _clock_reads.is_unit_factor(node.right, ctx)
        or _clock_reads.is_unit_factor(node.left, ctx)
    ):
        return reads[0]
    return ()


def monotonic_calls(reached: list[ast.expr], ctx: Context) -> list[ast.Call]:
    """The calls that read such a clock, also through a function of the file that returns one."""
    calls = [node for node in reached if isinstance(node, ast.Call) and _may_read(node, ctx)]
    found = [call for call in calls if monotonic(call, ctx)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _may_read(call: ast.Call, ctx: Context) -> bool:
    """Not `int(time.monotonic())`: what is made of a reading is found from the reading."""
    return not call.args and not call.keywords and (last_name(call.func) != "time" or is_loop_time(call, ctx))
