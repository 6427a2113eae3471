"""Order: which statements of a function can run after others."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readlint.analysis.reaching import anchor, region_of
from readlint.analysis.tables import reporters as table
from readlint.analysis.tree import FunctionNode, walk_own

if TYPE_CHECKING:
    from readlint.analysis.context import Context
    from readlint.analysis.flow import Step


def may_precede(first: ast.AST, then: ast.AST, ctx: Context) -> bool:
    """Whether control can come from one node of a function to another, or passes both in one statement."""
    function = ctx.function(first)
    if function is None or region_of(ctx, then) is not function:
        return False
    start, goal = anchor(ctx, first), anchor(ctx, then)
    if start is goal:
        return True
    from_there = [step for step in ctx.flow(function).steps() if step.node is start]
    return any(step.node is goal for step in _reached(from_there, ctx, errors=True))


def after_step(node: ast.AST, function: FunctionNode, ctx: Context) -> list[Step]:
    """The steps that can come once this one is done, without those behind a `raise` or the end of the process.

    An exit among them is a way out that is no exception.
    """
    return _reached([step for step in ctx.flow(function).steps() if step.node is node], ctx)


def after_suppressed(node: ast.With | ast.AsyncWith, function: FunctionNode, ctx: Context) -> list[Step]:
    """The same for what a `with suppress(...)` swallowed."""
    inside = {part for statement in node.body for part in walk_own(statement)}
    steps = [step for step in ctx.flow(function).steps() if step.node in inside]
    targets = [target for step in steps for target in step.errors if target.node not in inside]
    return [*targets, *_reached(targets, ctx)]


def _reached(starts: Iterable[Step], ctx: Context, *, errors: bool = False) -> list[Step]:
    found: dict[Step, None] = {}
    stack = list(starts)
    while stack:
        step = stack.pop()
        if not errors and _ends(step.node, ctx):
            continue
        targets = [*step.next, *step.errors] if errors else step.next
        new = [target for target in targets if target not in found]
        found.update(dict.fromkeys(new))
        stack.extend(new)
    return list(found)


def _ends(node: ast.AST | None, ctx: Context) -> bool:
    if isinstance(node, ast.Raise):
        return True
    value = node.value if isinstance(node, (ast.Expr, ast.Return)) else None
    return isinstance(value, ast.Call) and ctx.qualified_name(value.func) in table.ENDS
