"""Reaching definitions: which of the places that write a variable its value at one use can come from.

`start = time.time(); start = other; print(now - start)` reads `other` and nothing else. Without the order of the
statements both would count, and a rule could prove nothing about a name that is used twice.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from readlint.analysis.context import Context
from readlint.analysis.flow import Flow, Step, flow_of
from readlint.analysis.tree import FUNCTIONS, FunctionNode


class Written(Protocol):
    """Something that writes the variable: `weak` when the old value may stay."""

    @property
    def node(self) -> ast.AST: ...
    @property
    def weak(self) -> bool: ...


W = TypeVar("W", bound=Written)
_INITIAL = -1
_LARGEST = 4000  # steps; a function beyond that is generated


class Reached(NamedTuple):
    """Indexes into the writes that were given, and whether the value from before the region can still be there."""

    writes: tuple[int, ...]
    initial: bool


def reaching(ctx: Context, region: FunctionNode | ast.Module, writes: Sequence[Written], at: ast.AST) -> Reached | None:
    """Which writes in a function (or at module level) reach a use in it. None if the use is not in its flow."""
    use = anchor(ctx, at)
    if isinstance(region, ast.Lambda) or region_of(ctx, at) is not region:
        return None
    states = ctx.once(_States).of(region, writes).get(use)
    if states is None:
        return None  # unreachable code
    reached = states | _in_statement(ctx, writes, use)
    return Reached(tuple(sorted(reached - {_INITIAL})), _INITIAL in reached)


class _States:
    """What reaches each node of a region, kept: `query = query.where(...)` a hundred times asks a hundred times."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.known: dict[tuple[object, ...], dict[ast.AST, frozenset[int]]] = {}

    def of(self, region: FunctionNode | ast.Module, writes: Sequence[Written]) -> dict[ast.AST, frozenset[int]]:
        key = (region, *((write.node, write.weak) for write in writes))
        if key not in self.known:
            self.known[key] = self._work_out(region, writes)
        return self.known[key]

    def _work_out(self, region: FunctionNode | ast.Module, writes: Sequence[Written]) -> dict[ast.AST, frozenset[int]]:
        flow = _flow(self.ctx, region)
        after = _transfer(self.ctx, writes)
        before = flow.forward(frozenset({_INITIAL}), after, frozenset.union, follow_errors=True)
        states: dict[ast.AST, frozenset[int]] = {}
        for step in flow.steps()[:_LARGEST]:
            if step.node is not None:
                states[step.node] = states.get(step.node, frozenset()) | before.get(step, frozenset())
        return states


def anchor(ctx: Context, node: ast.AST) -> ast.AST:
    """The node whose step evaluates this one: its statement, the head of a compound one, or its `except` clause."""
    while not isinstance(node, (ast.stmt, ast.ExceptHandler)):
        parent = ctx.parent(node)
        if parent is None or (isinstance(parent, ast.Lambda) and node is parent.body):
            return node
        node = parent
    return node


def region_of(ctx: Context, node: ast.AST) -> FunctionNode | ast.Module | None:
    """The function, or the module, in whose flow a node is evaluated; None for a class body, which has none."""
    child = node
    for parent in ctx.ancestors(node):
        if isinstance(parent, ast.Module):
            return parent
        if isinstance(parent, FUNCTIONS) and _is_body(parent, child):
            return parent
        if isinstance(parent, ast.ClassDef) and isinstance(child, ast.stmt):
            return None
        child = parent
    return None


def _is_body(function: FunctionNode, child: ast.AST) -> bool:
    if isinstance(function, ast.Lambda):
        return child is function.body
    return isinstance(child, ast.stmt)


def _flow(ctx: Context, region: FunctionNode | ast.Module) -> Flow:
    if isinstance(region, ast.Module):
        return ctx.once(_module_flow)
    return ctx.flow(region)


def _module_flow(ctx: Context) -> Flow:
    return flow_of(ctx.tree.body, ctx.suppresses)


def _transfer(ctx: Context, writes: Sequence[Written]) -> Callable[[Step, frozenset[int]], frozenset[int]]:
    made: dict[ast.AST, set[int]] = {}
    kills: set[ast.AST] = set()
    for index, write in enumerate(writes):
        where = anchor(ctx, write.node)
        made.setdefault(where, set()).add(index)
        if not write.weak and not _is_conditional(ctx, write.node, where):
            kills.add(where)

    def transfer(step: Step, state: frozenset[int]) -> frozenset[int]:
        if step.node not in made:
            return state
        new = made[step.node]
        return frozenset(new) if step.node in kills else state | new

    return transfer


def _is_conditional(ctx: Context, node: ast.AST, where: ast.AST) -> bool:
    """A walrus that may be skipped, and the target of a loop that may not run."""
    if isinstance(where, (ast.For, ast.AsyncFor)):
        return True
    if not isinstance(node, ast.expr):
        return False
    while node is not where:
        parent = ctx.parent(node)
        if parent is None or isinstance(parent, (ast.BoolOp, ast.IfExp, ast.comprehension)):
            return True
        node = parent
    return False


def _in_statement(ctx: Context, writes: Sequence[Written], use: ast.AST) -> frozenset[int]:
    """A walrus in the statement that holds the use: in `use(x) if (x := f()) else 0` it runs first."""
    return frozenset(
        index
        for index, write in enumerate(writes)
        if isinstance(write.node, ast.NamedExpr) and anchor(ctx, write.node) is use
    )
