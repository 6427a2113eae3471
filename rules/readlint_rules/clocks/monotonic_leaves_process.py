"""A reading of the monotonic clock is used as a date, or given to somebody who cannot read it.

## Why is this bad?
`time.monotonic()` and its kin count from a moment that only this process, or this boot of the machine, knows. Stored
or sent, the number means nothing to whoever reads it: after a restart it is smaller than before, and as a date it lies
in 1970. Taken from the wall clock's number it gives neither a time nor a duration.

## Example
```python
import json
import time


def snapshot(queue):
    return json.dumps({"size": queue.qsize(), "taken_at": time.monotonic()})
```

Use instead:
```python
import json
import time


def snapshot(queue):
    return json.dumps({"size": queue.qsize(), "taken_at": time.time()})
```

## What is flagged
- A proven reading of a monotonic clock (`monotonic`, `perf_counter`, `process_time`, `thread_time`, their `_ns` forms,
  `loop.time()`, `default_timer`, `current_time` of trio and anyio) that is serialized, written to a file, a database, a
  row, a cache, a message, an HTTP request, response or header, alone or in a dictionary, a list or a text.
- One that is the field `timestamp`, `time`, `ts` or `date` of a log record.
- One that is taken for a date: `datetime.fromtimestamp`, `time.localtime`, `time.ctime`.
- One that a reading of the wall clock is subtracted from, subtracted from it, or compared with.

All of these are notes: the projects that were read have too few of them to tell how often the rule is right.

## Not flagged
- Differences of two such readings: those are durations, and mean the same to everybody.
- Readings that stay in the process, and those in a log's text.
- Both clocks read at one instant, as in `time.time() - time.monotonic()`: so one is told in terms of the other.
- Test code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from readlint.api import Category, Context, Finding, Level, Place, Rule, Severity, last_name, short_code
from readlint_rules.clocks import _clock_reads, _clock_tables, _differences, _flows, _leaving
from readlint_rules.clocks._monotonic_reads import (
    MONOTONIC,
    is_loop_time,
    monotonic,
    monotonic_calls,
    monotonic_functions,
)

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL203",
    severity=Severity.NOTE,
    level=Level.L6,
    category=Category.DATA,
    tags=("clocks", "time"),
    since="0.1",
    messages={
        "default": "`{code}` puts a monotonic clock's reading into {where}, where nobody knows what it counts from; "
        "use `time.time()`.",
        "date": "`{code}` takes a monotonic clock's reading for a date, which it is not; use `time.time()`.",
        "mixed": "`{code}` mixes a monotonic clock with the wall clock, which count from different moments; "
        "read the same clock at both ends.",
    },
)

#: What takes seconds since 1970.
_DATES = frozenset(
    [
        *("datetime.datetime.fromtimestamp", "datetime.datetime.utcfromtimestamp", "datetime.date.fromtimestamp"),
        *("time.localtime", "time.gmtime", "time.ctime"),
    ]
)
_DATE_NAMES = frozenset(name.rpartition(".")[2] for name in _DATES)


@RULE.on_call(*sorted(MONOTONIC), "*.time")
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    """All of a file at its first reading: two of them can end in one place."""
    if last_name(call.func) != "time" or is_loop_time(call, ctx):
        yield from ctx.once(_all)


def _all(ctx: Context) -> Iterator[Finding]:
    """An iterator, so that only the first reading gets the findings."""
    found: dict[ast.expr, Finding] = {}
    nodes = _flows.reached(monotonic_functions(ctx), ctx)
    reads = monotonic_calls(nodes, ctx)
    if reads:
        for finding in (*_departing(reads, ctx), *_dated(nodes, ctx), *_mixed(nodes, ctx)):
            found.setdefault(cast(ast.expr, finding.where), finding)
    return iter(found.values())


def _departing(reads: list[ast.Call], ctx: Context) -> Iterator[Finding]:
    for read in reads:
        for one in _leaving.departures(read, ctx):
            yield _finding(one.node, "default", (read,), ctx, one.where)


def _dated(nodes: list[ast.expr], ctx: Context) -> Iterator[Finding]:
    for call in nodes:
        if isinstance(call, ast.Call) and call.args and last_name(call.func) in _DATE_NAMES:
            reads = monotonic(call.args[0], ctx) if ctx.qualified_name(call.func) in _DATES else ()
            if reads:
                yield _finding(call, "date", reads, ctx)


def _mixed(nodes: list[ast.expr], ctx: Context) -> Iterator[Finding]:
    walls = {*_flows.reached(_flows.reads_of(_clock_tables.READING_NAMES, ctx), ctx)}
    for node in nodes:
        pair = _pair(node, ctx) if node in walls else None
        for one, other in (pair, pair[::-1]) if pair is not None else ():
            reads = monotonic(one, ctx)
            wall = _clock_reads.loose_point(other, ctx) if reads else None
            if (
                wall is not None
                and not wall.asks
                and not _at_one_instant(reads, [read.node for read in wall.reads], ctx)
            ):
                yield _finding(node, "mixed", reads, ctx)


def _pair(node: ast.expr, ctx: Context) -> tuple[ast.expr, ast.expr] | None:
    if isinstance(node, ast.BinOp):
        return _differences.operands(node, ctx)
    if not isinstance(node, ast.Compare):
        return None
    is_order = len(node.ops) == 1 and isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    return (node.left, node.comparators[0]) if is_order else None


def _at_one_instant(reads: tuple[ast.expr, ...], walls: list[ast.expr], ctx: Context) -> bool:
    """Both in one statement, or in two that follow each other."""
    return any(_are_neighbours(ctx.statement(one), ctx.statement(other), ctx) for one in reads for other in walls)


def _are_neighbours(one: ast.stmt, other: ast.stmt, ctx: Context) -> bool:
    if one is other:
        return True
    parent = ctx.parent(one)
    suites = [getattr(parent, field, None) for field in ("body", "orelse", "finalbody")]
    suite = next((suite for suite in suites if isinstance(suite, list) and one in suite and other in suite), None)
    return suite is not None and abs(suite.index(one) - suite.index(other)) == 1


def _finding(node: ast.expr, message: str, reads: tuple[ast.expr, ...], ctx: Context, where: str = "") -> Finding:
    related = [Place(read, "the clock is read here") for read in reads if read is not node]
    return RULE.finding(node, message, related=related, code=short_code(node, ctx), where=where)
