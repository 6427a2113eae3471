"""Differences of two wall clock reads, and comparisons: where they are, in what unit and what becomes of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Cell, Context, Move, cell_of, last_name, regex, uses
from readlint_rules.clocks._clock_reads import Clock, Read, is_unit_factor, loose_point, point, wall
from readlint_rules.clocks._clock_tables import NUMBER_FUNCTIONS, READING_NAMES, SAME_INSTANT
from readlint_rules.clocks._flows import reached, reads_of
from readlint_rules.clocks._monotonic_reads import monotonic

#: Calls that subtract. dateutil 2.9 `relativedelta`, pendulum 3 `diff`, whenever 0.8 `difference`.
SUBTRACTING = ("operator.sub", "dateutil.relativedelta.relativedelta", "*.diff", "*.difference", "*.sub")
_SUBTRACTING_NAMES = frozenset(name.rpartition(".")[2] for name in SUBTRACTING)
_PARTS = ("seconds", "microseconds", "days")
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Difference(NamedTuple):
    node: ast.expr
    end: ast.expr
    start: ast.expr
    end_clock: Clock
    start_clock: Clock

    @property
    def clocks(self) -> tuple[Clock, ...]:
        return (self.end_clock, self.start_clock)

    @property
    def units(self) -> set[str]:
        return {clock.unit for clock in self.clocks}

    @property
    def is_deadline(self) -> bool:
        """`deadline - time.time()`: what is left, not what has passed."""
        return bool(self.end_clock.shifts) is not bool(self.start_clock.shifts)

    @property
    def is_added(self) -> bool:
        """`total + time.time() - start`: what has passed, added to a sum."""
        return isinstance(self.node, ast.BinOp) and self.node.left is not self.end


class Comparison(NamedTuple):
    """`time.time() < deadline`: its operands are points in time, and there is a span in one of them."""

    node: ast.Compare
    clocks: tuple[Clock, ...]

    @property
    def units(self) -> set[str]:
        return {clock.unit for clock in self.clocks}


Place = Difference | Comparison


def differences(ctx: Context) -> list[Difference]:
    """All of a file, in the order of the text."""
    found = (difference(node, ctx) for node in ctx.once(_reached) if not isinstance(node, ast.Compare))
    return sorted((place for place in found if place is not None), key=_order)


def places(ctx: Context) -> list[Place]:
    """The comparisons besides."""
    found = (comparison(node, ctx) for node in ctx.once(_reached) if isinstance(node, ast.Compare))
    return sorted((*(place for place in found if place is not None), *ctx.once(differences)), key=_order)


def _reached(ctx: Context) -> list[ast.expr]:
    return reached(reads_of(READING_NAMES, ctx), ctx)


def _order(place: Place) -> tuple[int, int, int]:
    return (place.node.lineno, place.node.col_offset, -(place.node.end_col_offset or 0))


def operands(node: ast.AST, ctx: Context) -> tuple[ast.expr, ast.expr] | None:
    """What is subtracted from what. Numbers and texts written as they are cannot be clock reads."""
    pair: tuple[ast.expr, ast.expr] | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        pair = (_added_to(node), node.right)
    elif isinstance(node, ast.Call):
        pair = _called(node, ctx)
    if pair is None or isinstance(pair[0], ast.Constant) or isinstance(pair[1], ast.Constant):
        return None
    return pair


def _added_to(node: ast.BinOp) -> ast.expr:
    """The end in `total + time.time() - start`, which adds what has passed to a sum and shifts no point in time."""
    left = node.left
    if not isinstance(left, ast.BinOp) or not isinstance(left.op, ast.Add) or isinstance(node.right, ast.Call):
        return left
    return left.right if isinstance(left.right, ast.Call) else left


def _called(call: ast.Call, ctx: Context) -> tuple[ast.expr, ast.expr] | None:
    if last_name(call.func) not in _SUBTRACTING_NAMES or call.keywords:
        return None
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    if len(call.args) == 2:
        name = ctx.qualified_name(call.func)
        return (call.args[0], call.args[1]) if name in SUBTRACTING else None
    if len(call.args) == 1 and isinstance(call.func, ast.Attribute) and f"*.{call.func.attr}" in SUBTRACTING:
        return (call.func.value, call.args[0])
    return None


def difference(node: ast.AST, ctx: Context) -> Difference | None:
    """A subtraction both of whose ends come from proven wall clock reads, or may once a question is answered."""
    pair = operands(node, ctx)
    if pair is None or not isinstance(node, ast.expr) or _is_nothing(*pair):
        return None
    # The end is mostly read on the spot: a look at the shorter way first.
    first, second = (0, 1) if isinstance(pair[0], ast.Call) else (1, 0)
    clocks: dict[int, Clock] = {}
    for number in (first, second):
        clock = point(pair[number], ctx)
        if clock is None:
            return None
        clocks[number] = clock
    if {_is_local(clocks[0]), _is_local(clocks[1])} == {True, False}:
        return None  # `datetime.now() - datetime.utcnow()` is the offset of the zone
    return Difference(node, pair[0], pair[1], clocks[0], clocks[1])


def _is_nothing(end: ast.expr, start: ast.expr) -> bool:
    """`now - now`, and `datetime.now() - datetime.now()`: a way to write no time at all."""
    return end.__class__ is start.__class__ and ast.dump(end) == ast.dump(start)


def _is_local(clock: Clock) -> bool | None:
    """Whether a datetime has no zone and means the local one; None for what may be either."""
    found = {read.naive for read in clock.reads}
    return found.pop() if len(found) == 1 and clock.unit == "datetime" and not clock.asks else None


def comparison(node: ast.Compare, ctx: Context) -> Comparison | None:
    """A point in time that is compared with a proven one is one too, so there `now - self.ttl` counts as one."""
    operands = [node.left, *node.comparators]
    if not all(isinstance(op, _ORDER) for op in node.ops) or any(isinstance(one, ast.Constant) for one in operands):
        return None
    clocks: list[Clock] = []
    for operand in sorted(operands, key=lambda one: not isinstance(one, ast.Call)):  # the short way first
        clock = loose_point(operand, ctx)
        if clock is None:
            return None
        clocks.append(clock)
    if all(clock.loose for clock in clocks) or len({bool(clock.shifts) for clock in clocks}) == 1:
        return None  # of two readings, or of two deadlines, neither is up
    return Comparison(node, tuple(clocks))


# What becomes of a difference


def outer_value(node: ast.expr, ctx: Context) -> ast.expr:
    """The whole conversion around a value: `round(value.total_seconds() * 1000)`."""
    while True:
        parent = ctx.parent(node)
        grand = ctx.parent(parent) if parent is not None else None
        if isinstance(parent, ast.Attribute) and parent.attr in _PARTS:
            node = parent
        elif isinstance(parent, ast.Attribute) and isinstance(grand, ast.Call) and grand.func is parent:
            if parent.attr not in ("total_seconds", *SAME_INSTANT):
                return node
            node = grand
        elif isinstance(parent, ast.Call) and parent.args[:1] == [node] and _is_number_function(parent, ctx):
            node = parent
        elif isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Mult, ast.Div)):
            if not is_unit_factor(parent.right if parent.left is node else parent.left, ctx):
                return node
            node = parent
        elif isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub):
            node = parent
        else:
            return node


def _is_number_function(call: ast.Call, ctx: Context) -> bool:
    return ctx.qualified_name(call.func) in (*NUMBER_FUNCTIONS, "abs")


def is_compared(found: Difference, ctx: Context) -> bool:
    """Whether the elapsed time only decides whether a limit has passed, which is a matter of deadlines."""
    return all(_is_ordered(value, ctx) for value in values_of(found.node, ctx))


def is_limited(found: Difference, ctx: Context) -> bool:
    """Whether the elapsed time decides if a limit has passed: by nothing but comparisons, or by one that ends it all.

    `if elapsed > 1: log("slow: %s", elapsed)` is more about the duration than about the limit.
    """
    values = list(values_of(found.node, ctx))
    if all(_is_ordered(value, ctx) for value in values):
        return True
    return any(_is_ordered(value, ctx) and _ends(value, ctx) for value in values)


def _ends(value: ast.expr, ctx: Context) -> bool:
    """`while elapsed < limit`, and `if elapsed > limit: raise`."""
    test: ast.AST = value
    parent = ctx.parent(test)
    while isinstance(parent, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        test, parent = parent, ctx.parent(parent)
    if isinstance(parent, ast.While):
        return parent.test is test
    if not isinstance(parent, ast.If) or parent.test is not test:
        return False
    return isinstance(parent.body[-1], (ast.Raise, ast.Return, ast.Break))


def is_shift(found: Difference, ctx: Context) -> bool:
    """`now - (now - then)`: the difference only moves a point in time."""
    parent = ctx.parent(outer_value(found.node, ctx))
    if not isinstance(parent, ast.BinOp) or not isinstance(parent.op, (ast.Add, ast.Sub)):
        return False
    return any(wall(side, ctx) is not None for side in (parent.left, parent.right))


def is_fraction(found: Difference, ctx: Context) -> bool:
    """`now - int(now)`, also with a name for the whole seconds: a part of one reading, no time between two."""
    whole = found.start
    if isinstance(whole, ast.Name) and isinstance(found.end, ast.Name):
        scope = ctx.scope(whole).lookup(whole.id)
        values = [binding.value for binding in scope.bindings[whole.id]] if scope is not None else []
        whole = values[0] if len(values) == 1 and values[0] is not None else whole
    if not isinstance(whole, ast.Call) or not whole.args or not _is_number_function(whole, ctx):
        return False
    return ast.dump(whole.args[0]) == ast.dump(found.end)


def is_of_one_reading(found: Place, ctx: Context) -> bool:
    """`deadline > start` behind `deadline = start + timeout`: it asks about the span, whatever the clock did since.

    One line may read the clock again and again: the names must be set once, and all of them together.
    """
    reads = [read for clock in found.clocks for read in clock.reads]
    if len({read.node for read in reads}) != 1 or any(clock.asks or clock.zeros for clock in found.clocks):
        return False
    if any(not read.moves or read.moves[0].write is not ctx.statement(read.node) for read in reads):
        return False  # it comes from a function, which reads anew whenever it is called
    moves = [move for read in reads for move in read.moves]
    if len({_suite(move.write, ctx) for move in moves}) != 1:
        return False
    return all(_is_set_once(move, found.node, ctx) for move in moves)


def _is_set_once(move: Move, place: ast.expr, ctx: Context) -> bool:
    """A plain variable of a function, set by one statement above."""
    cell, scope = move.cell, ctx.scope(move.read)
    if cell.parts or not isinstance(cell.owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    holder = scope.lookup(cell.name)
    is_above = isinstance(move.write, (ast.Assign, ast.AnnAssign)) and move.write.lineno < place.lineno
    return is_above and holder is not None and len(holder.bindings[cell.name]) == 1


def _suite(statement: ast.AST, ctx: Context) -> tuple[ast.AST | None, bool]:
    """Which statements it stands among: those of a parent, before or behind an `else`."""
    parent = ctx.parent(statement)
    return parent, statement in getattr(parent, "body", ())


def is_around_other_clock(found: Difference, ctx: Context) -> bool:
    """The time that reading another clock took: `before = time.time(); tick = perf_counter(); after = time.time()`.

    It tells how far apart the two clocks are, which no other clock can.
    """
    statements = [_kept_reading(clock) for clock in found.clocks]
    suite = getattr(ctx.parent(statements[0]), "body", []) if statements[0] is not None else []
    if any(statement not in suite for statement in statements):
        return False
    last, first = (suite.index(statement) for statement in statements)
    between = suite[first + 1 : last]
    return len(between) == 1 and isinstance(between[0], ast.Assign) and bool(monotonic(between[0].value, ctx))


def _kept_reading(clock: Clock) -> ast.AST | None:
    """The statement that gives a name the only reading."""
    moves = [move for read in clock.reads for move in read.moves]
    return moves[0].write if len(clock.sources) == 1 and len(moves) == 1 else None


def values_of(node: ast.expr, ctx: Context) -> Iterator[ast.expr]:
    """Where the value of an expression goes: the conversion around it, or every use of the name that keeps it."""
    outer = outer_value(node, ctx)
    kept = kept_in(outer, ctx)
    if kept is None:
        yield outer
        return
    if isinstance(kept, ast.NamedExpr):
        yield outer_value(kept, ctx)
    for use in kept_uses(kept, ctx) or [outer]:
        yield outer_value(use, ctx)


def kept_in(node: ast.expr, ctx: Context) -> ast.Assign | ast.AnnAssign | ast.NamedExpr | None:
    """The assignment to one plain name whose value this is."""
    parent = ctx.parent(node)
    if isinstance(parent, ast.Assign):
        return parent if len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name) else None
    if isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
        return parent if isinstance(parent.target, ast.Name) else None
    return None


def kept_uses(kept: ast.Assign | ast.AnnAssign | ast.NamedExpr, ctx: Context) -> list[ast.expr] | None:
    """The reads that get the value of this very assignment."""
    target = kept.targets[0] if isinstance(kept, ast.Assign) else kept.target
    cell = cell_of(target, ctx)
    if cell is None or not isinstance(target, ast.Name):
        return None
    found: list[ast.expr] = []
    for use in uses(cell, ctx) or ():
        moves = [move for origin in ctx.origins(use).values for move in origin.moves[-1:]]
        if any(move.write is kept for move in moves):
            found.append(use)
    return found


def _is_ordered(node: ast.expr, ctx: Context) -> bool:
    parent = ctx.parent(node)
    return isinstance(parent, ast.Compare) and all(isinstance(op, _ORDER) for op in parent.ops)


def read_attributes(found: Difference, ctx: Context) -> set[str]:
    """The attributes read of the difference itself: `seconds`, `microseconds`, `days`."""
    kept = kept_in(found.node, ctx)
    places = [found.node] if kept is None else [*(kept_uses(kept, ctx) or ())]
    parents = [ctx.parent(place) for place in places]
    return {parent.attr for parent in parents if isinstance(parent, ast.Attribute)}


# What is left out


def outlives_process(found: Place, ctx: Context) -> bool:
    """Whether a time is kept where a later process reads it again: only the wall clock tells that one the time."""
    return any(_is_durable(move.cell) for clock in found.clocks for read in clock.reads for move in read.moves)


def _is_durable(cell: Cell) -> bool:
    """`self.db.started`, `task.simple_persistence["last"]`, and attributes of a `Persistent` of the ZODB."""
    if isinstance(cell.owner, ast.ClassDef) and any(last_name(base) == "Persistent" for base in cell.owner.bases):
        return True
    names = [cell.name, *(str(part.key) for part in cell.parts if part.kind == "attr")]
    return bool(cell.parts) and any(name == "db" or "persist" in name for name in names)


def looks_for_jumps(found: Place, ctx: Context) -> bool:
    """`check_for_system_time_change()` and `if elapsed < 0` ask what the wall clock alone can tell."""
    if _JUMPS.search(ctx.definition_name(found.node).rpartition(".")[2]):
        return True
    is_elapsed = isinstance(found, Difference) and not any(clock.shifts for clock in found.clocks)
    return is_elapsed and any(_is_below_zero(value, ctx) for value in values_of(found.node, ctx))


_JUMPS = regex(r"(?:clock|system_?time)_?(?:chang|drift|jump|skew)|time_?(?:jump|skew|warp)", re.IGNORECASE)


def _is_below_zero(value: ast.expr, ctx: Context) -> bool:
    test = ctx.parent(value)
    if not isinstance(test, ast.Compare) or test.left is not value or not isinstance(test.ops[0], ast.Lt):
        return False
    limit = test.comparators[0]
    return isinstance(limit, ast.Constant) and limit.value == 0


def is_of_tests(found: Place, ctx: Context) -> bool:
    """Inside of a `unittest.TestCase`, or of a project's own: the base of its tests stands beside the program."""
    owners = (one for one in ctx.ancestors(found.node) if isinstance(one, ast.ClassDef))
    bases = (base for owner in owners for base in owner.bases)
    return any(
        (last_name(base) or "").endswith("TestCase") or _OF_TESTS.search(ctx.qualified_name(base) or "")
        for base in bases
    )


#: `django.test.LiveServer`, `project.devtools.testlib.ProjectTC`: what is made from it is a test wherever it stands.
_OF_TESTS = regex(r"(?:^|\.)(?:unit)?test(?:s|case|cases|ing|lib|utils?)?\.")


def is_for_the_calendar(found: Place, ctx: Context) -> bool:
    """Dates, and points in time that are aligned to the epoch: what they mean is on a calendar."""
    return "date" in found.units or "tuple" in found.units or any(_is_aligned(clock, ctx) for clock in found.clocks)


def _is_aligned(clock: Clock, ctx: Context) -> bool:
    """`start % interval` somewhere."""
    return any(_is_remainder(place, ctx) for read in clock.reads for place in _places_of(read, ctx))


def _places_of(read: Read, ctx: Context) -> Iterator[ast.expr]:
    yield read.node
    for move in read.moves:
        yield from uses(move.cell, ctx) or ()


def _is_remainder(node: ast.expr, ctx: Context) -> bool:
    parent = ctx.parent(node)
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.left is node
