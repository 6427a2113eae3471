"""Moving a duration from the wall clock to the monotonic one: all reads that take part, or none.

One read left behind would subtract two clocks that have nothing to do with each other. So the fix follows each value
to every use, and gives up where it does not understand one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.api import Cell, Context, Fix, Safety, cell_of, dotted, uses, writes, written_origins
from readlint_rules.clocks._clock_reads import NUMBER_FUNCTIONS, SAME_INSTANT, Clock, Read, wall_of
from readlint_rules.clocks._differences import Difference, difference, kept_in, kept_uses, outer_value, read_attributes

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

_LOSSY = ("seconds", "microseconds")  # parts of a difference that are often taken for the whole
_MOST = 60  # places; a fix that nobody can review is none


class _NoFix(Exception):
    """Something about the values is not understood."""


class Group:
    """The differences that have to change together, and the cells and reads that they share."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.reads: dict[ast.AST, Read] = {}
        self.cells: dict[Cell, list[ast.expr]] = {}  # each with the uses that belong to differences
        self.differences: dict[ast.AST, Difference] = {}
        self.kept: set[Cell] = set()  # also used as a point in time
        self.is_public = False

    # Growing

    def add(self, found: Difference) -> None:
        if found.node in self.differences:
            return
        self.differences[found.node] = found
        if len(self.differences) > _MOST or not isinstance(found.node, ast.BinOp):
            raise _NoFix
        for clock in (found.end_clock, found.start_clock):
            self.add_clock(clock)

    def add_clock(self, clock: Clock) -> None:
        if clock.asks or clock.zero:
            raise _NoFix  # 0 is long ago on the wall clock, and perhaps just now on the monotonic one
        for read in clock.reads:
            self.reads[read.node] = read
            for move in read.moves:
                self.add_cell(move.cell)

    def add_cell(self, cell: Cell) -> None:
        if cell in self.cells:
            return
        self.cells[cell] = used = []
        places = uses(cell, self.ctx)
        clock = wall_of(written_origins(cell, self.ctx), self.ctx)
        if places is None or clock is None or _is_pickled(cell, self.ctx):
            raise _NoFix
        self.add_clock(clock)
        self.is_public = self.is_public or _is_public(cell)
        for use in places:
            if self.belongs(use):
                used.append(use)
            elif not _is_test(use, self.ctx):
                self.kept.add(cell)

    def belongs(self, use: ast.expr) -> bool:
        """Whether a use ends in differences, at once or through another cell."""
        node = use
        while True:
            node = outer_value(node, self.ctx)
            parent = self.ctx.parent(node)
            if isinstance(parent, ast.NamedExpr):
                target = cell_of(parent.target, self.ctx)
                if target is not None:
                    self.add_cell(target)
            elif not isinstance(parent, (ast.IfExp, ast.BoolOp)) or node is getattr(parent, "test", None):
                break
            node = parent
        if isinstance(parent, ast.BinOp):
            found = difference(parent, self.ctx)
            if found is not None:
                self.add(found)
            return found is not None
        if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
            return self.is_moved(parent)
        return False

    def is_moved(self, statement: ast.Assign | ast.AnnAssign) -> bool:
        """Whether every cell that gets the value ends in differences too; else the move is a use like any other."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        before = (dict(self.reads), dict(self.cells), dict(self.differences), set(self.kept), self.is_public)
        try:
            if all(self.takes_over(cell_of(target, self.ctx)) for target in targets):
                return True
        except _NoFix:
            pass
        self.reads, self.cells, self.differences, self.kept, self.is_public = before
        return False

    def takes_over(self, cell: Cell | None) -> bool:
        if cell is None or cell in self.cells:
            return cell is not None
        self.add_cell(cell)
        return bool(self.cells[cell])


def plan(found: Difference, title: str, clock: str, ctx: Context) -> tuple[Fix, bool] | None:
    """The fix, and whether it is safe as far as this file shows."""
    group = Group(ctx)
    try:
        group.add(found)
        targets = [*_targets(group)]
    except _NoFix:
        return None
    nodes = _outermost(targets, ctx)
    if len(nodes) > _MOST:
        return None
    wraps = any(isinstance(node, ast.BinOp) for node in nodes)
    alone = any(read_attributes(one, ctx) == {"microseconds"} for one in group.differences.values())
    is_safe = not (group.is_public or group.kept or wraps or alone)
    names = {_spelling(cell): _twin(cell) for cell in group.kept}
    data = {"clock": clock, "twins": names, "microseconds": "" if alone else " % 1"}
    safety = Safety.SAFE if is_safe else Safety.UNSAFE
    return Fix(rewrite, title, *nodes, safety=safety, data=data), is_safe


def _targets(group: Group) -> Iterator[ast.AST]:
    ctx = group.ctx
    twins: set[ast.AST] = set()
    for cell in group.kept:
        statement = _own_statement(cell, group)
        twins.add(statement.value)
        yield statement
        yield from group.cells[cell]
    for read in group.reads.values():
        if _is_in_return(read.node, group) or _is_given(read, ctx):
            raise _NoFix
        if read.unit == "tuple":
            raise _NoFix
        if read.node not in twins:
            yield _instant(read.node, ctx)
    for used in group.cells.values():
        # `start.timestamp()`: what was a datetime becomes a number
        yield from (instant for use in used if (instant := _instant(use, ctx)) is not use)
    for found in group.differences.values():
        if found.units == {"datetime"}:
            if any(_is_annotated(cell, ctx) for cell in group.cells):
                raise _NoFix  # `started: datetime` would hold a number
            yield from _consumers(found, ctx)
        elif len(found.units) != 1 or not found.units <= {"seconds", "nanoseconds"}:
            raise _NoFix


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
    return not any(parent in group.differences for parent in ctx.ancestors(node))


def _is_given(read: Read, ctx: Context) -> bool:
    """`self._clock()`: somebody may give the class another clock."""
    function = read.node.func if isinstance(read.node, ast.Call) else None
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return False
    return ctx.receiver_class(function.value) is not None


def _consumers(found: Difference, ctx: Context) -> Iterator[ast.AST]:
    """The places where a difference of datetimes becomes a number; else the difference, to be wrapped."""
    node = found.node
    assert isinstance(node, ast.expr)
    kept = kept_in(node, ctx)
    places = [node] if kept is None else kept_uses(kept, ctx)
    consumers = [_consumer(place, ctx) for place in places or ()]
    whole = [consumer for consumer in consumers if consumer is not None]
    yield from whole if whole and len(whole) == len(consumers) and not isinstance(kept, ast.NamedExpr) else [node]


def _consumer(place: ast.expr, ctx: Context) -> ast.expr | None:
    parent = ctx.parent(place)
    if not isinstance(parent, ast.Attribute):
        return None
    call = ctx.parent(parent)
    if parent.attr == "total_seconds" and isinstance(call, ast.Call) and call.func is parent:
        return call
    return parent if parent.attr in _LOSSY else None


def _outermost(targets: list[ast.AST], ctx: Context) -> list[ast.AST]:
    wanted = set(targets)
    alone = [node for node in dict.fromkeys(targets) if not any(parent in wanted for parent in ctx.ancestors(node))]
    return sorted(alone, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))


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


def _is_annotated(cell: Cell, ctx: Context) -> bool:
    if any(isinstance(write.node, ast.AnnAssign) for write, _ in writes(cell, ctx).found):
        return True
    bindings = ctx.scope_of(cell.owner).bindings.get(cell.name, []) if isinstance(cell.owner, ast.AST) else []
    return any(binding.how == "annotate" for binding in bindings)


def _is_test(use: ast.expr, ctx: Context) -> bool:
    """`if start is None` and `if start`: as true for one clock as for the other."""
    parent = ctx.parent(use)
    if isinstance(parent, ast.Compare):
        others = [parent.left, *parent.comparators]
        return all(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops) and any(
            isinstance(other, ast.Constant) and other.value is None for other in others
        )
    if isinstance(parent, ast.UnaryOp):
        return isinstance(parent.op, ast.Not)
    if isinstance(parent, ast.BoolOp):
        return use is not parent.values[-1] and isinstance(parent.op, ast.And)
    return isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is use


def _own_statement(cell: Cell, group: Group) -> ast.Assign:
    """The one assignment `start = time.time()` that a second variable can stand beside."""
    ctx = group.ctx
    found = writes(cell, ctx).found
    written = [write for write, _ in found if not isinstance(write.value, ast.Constant)]
    statement = written[0].node if len(written) == 1 == len(found) else None
    if cell.parts or not isinstance(statement, ast.Assign) or statement.value not in group.reads:
        raise _NoFix
    if len(statement.targets) != 1 or group.reads[statement.value].called or not isinstance(statement.value, ast.Call):
        raise _NoFix
    if isinstance(cell.owner, ast.ClassDef):
        if "__slots__" in ctx.scope_of(cell.owner).bindings or dotted(statement.targets[0]) != _spelling(cell):
            raise _NoFix
    elif ctx.scope(statement).node is not cell.owner:
        raise _NoFix
    if re.search(rf"\b{_twin(cell).rpartition('.')[2]}\b", ctx.source.text):
        raise _NoFix
    return statement


def _spelling(cell: Cell) -> str:
    return f"self.{cell.name}" if isinstance(cell.owner, ast.ClassDef) else cell.name


def _twin(cell: Cell) -> str:
    """`self._start_mono`"""
    if isinstance(cell.owner, ast.ClassDef):
        return f"self._{cell.name.lstrip('_')}_mono"
    return f"{cell.name}_mono"


# Rewriting


class _Rewriter(NamedTuple):
    fix: FixContext

    def statement(self, node: cst.Assign) -> cst.FlattenSentinel[cst.BaseSmallStatement]:
        """`start = time.time()` and below it `start_mono = time.monotonic()`."""
        import libcst as cst

        twin = self.fix.expression(self.fix.data["twins"][self.fix.text(node.targets[0].target)])
        assert isinstance(twin, (cst.Name, cst.Attribute))
        named = cst.AssignTarget(twin)
        second = cst.Assign([named], self.value(node.value))
        return cst.FlattenSentinel([node, second])

    def value(self, node: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        if isinstance(node, cst.BinaryOperation):
            return self.operation(node)
        if isinstance(node, cst.Call):
            return self.call(node)
        text = self.fix.text(node)
        if text in self.fix.data["twins"]:
            return self.fix.expression(self.fix.data["twins"][text])
        if isinstance(node, cst.Attribute) and node.attr.value in _LOSSY:
            return self.part(self.value(node.value), node.attr.value)
        return node

    def operation(self, node: cst.BinaryOperation) -> cst.BaseExpression:
        import libcst as cst

        left, right = self.value(node.left), self.value(node.right)
        if isinstance(right, cst.BinaryOperation) and not right.lpar:
            right = right.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return node.with_changes(left=left, right=right)

    def call(self, node: cst.Call) -> cst.BaseExpression:
        import libcst as cst

        function = node.func
        if isinstance(function, cst.Name) and function.value in NUMBER_FUNCTIONS and node.args:
            first = node.args[0].with_changes(value=self.value(node.args[0].value))
            return node.with_changes(args=[first, *node.args[1:]])
        if isinstance(function, cst.Attribute):
            method = function.attr.value
            if method == "total_seconds":
                return self.value(function.value)
            if method == "replace" or method in SAME_INSTANT:
                return self.value(function.value)
        return self.read(function)

    def read(self, function: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        return cst.Call(self.clock(function))

    def clock(self, function: cst.BaseExpression) -> cst.BaseExpression:
        import libcst as cst

        text = self.fix.text(function)
        name = self.fix.data["clock"] + ("_ns" if text.endswith("_ns") else "")
        if isinstance(function, cst.Attribute) and self.is_module(function.value):
            return function.with_changes(attr=cst.Name(name))
        return self.fix.name_for(f"time.{name}")

    def is_module(self, node: cst.BaseExpression) -> bool:
        """`time`, wherever it is imported: in the `try` statement of a function, say."""
        return self.fix.ctx.names.of_name(self.fix.text(node), self.fix.ctx.scope(self.fix.node)) == "time"

    def part(self, node: cst.BaseExpression, name: str) -> cst.BaseExpression:
        """`.seconds` as all whole seconds; `.microseconds` as the rest, or as everything where nobody reads seconds."""
        import libcst as cst

        if name == "seconds":
            return cst.Call(cst.Name("int"), [cst.Arg(node.with_changes(lpar=[], rpar=[]))])
        text = self.fix.text(_guarded(node))
        return self.fix.expression(f"int({text}{self.fix.data['microseconds']} * 1_000_000)")


def rewrite(node: cst.CSTNode, fix: FixContext) -> cst.CSTNode | cst.FlattenSentinel[cst.BaseSmallStatement]:
    """One of the places that change together."""
    import libcst as cst

    rewriter = _Rewriter(fix)
    if isinstance(node, cst.Assign):
        return rewriter.statement(node)
    if isinstance(fix.node, ast.BinOp) and isinstance(node, cst.BinaryOperation):
        argument = cst.Arg(rewriter.value(node.with_changes(lpar=[], rpar=[])), keyword=cst.Name("seconds"))
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        return cst.Call(fix.name_for("datetime.timedelta"), [argument.with_changes(equal=equal)])
    assert isinstance(node, cst.BaseExpression)
    if isinstance(fix.node, (ast.Name, ast.Attribute)) and fix.text(node) not in fix.data["twins"]:
        if isinstance(fix.node, ast.Attribute) and fix.node.attr in _LOSSY:
            return rewriter.value(node)
        return rewriter.clock(node)
    new = rewriter.value(node)
    return _bare(new) if _stands_alone(fix) else _guarded(new)


def _stands_alone(fix: FixContext) -> bool:
    """Whether parentheses around the expression are no longer of use."""
    node = fix.node
    parent = fix.ctx.parent(node)
    if isinstance(parent, ast.Call):
        return node is not parent.func
    return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Return, ast.keyword, ast.FormattedValue, ast.Expr))


def _bare(node: cst.BaseExpression) -> cst.BaseExpression:
    import libcst as cst

    if not isinstance(node, cst.BinaryOperation) or len(node.lpar) != 1:
        return node
    bare = node.with_changes(lpar=[], rpar=[])
    return node if "\n" in cst.Module([]).code_for_node(node) else bare


def _guarded(node: cst.BaseExpression) -> cst.BaseExpression:
    """A difference among other operators keeps its parentheses."""
    import libcst as cst

    if isinstance(node, cst.BinaryOperation) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node
