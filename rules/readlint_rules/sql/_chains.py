"""The expressions that a query is written in: the argument itself, or a variable that is filled straight before it."""

from __future__ import annotations

import ast

from readlint.api import Context, cell_of, reaching_writes, walk, walk_own
from readlint_rules.sql._layout import CannotFix
from readlint_rules.sql._model import Query

_SUITES = ("body", "orelse", "finalbody", "handlers")


def expressions(query: Query, ctx: Context) -> list[ast.expr]:
    """In the order of the text."""
    if not query.is_single:
        raise CannotFix
    read = query.run.query
    if not isinstance(read, ast.Name):
        return [read]
    found, steps = _filled(read, ctx), query.skeletons[0].steps
    if not steps or not set(map(id, found)) <= set(map(id, steps)) or not _is_straight(found, query, ctx):
        raise CannotFix
    if not _is_only_use(read, found, ctx):
        raise CannotFix
    values = [getattr(step, "value", None) for step in found]
    return [value for value in values if isinstance(value, ast.expr)]


def _filled(read: ast.Name, ctx: Context) -> list[ast.stmt]:
    """`query = ...` and each `query += ...` behind it."""
    found: list[ast.stmt] = []
    place: ast.expr = read
    while True:
        cell = cell_of(place, ctx)
        written = reaching_writes(cell, place, ctx) if cell is not None else None
        if written is None or written.parameter is not None or len(written.found) != 1 or len(found) > 20:
            raise CannotFix
        step = written.found[0][0].node
        if isinstance(step, ast.AugAssign) and isinstance(step.op, ast.Add):
            found.insert(0, step)
            place = step.target
            continue
        targets = step.targets if isinstance(step, ast.Assign) else [getattr(step, "target", None)]
        is_plain = isinstance(step, (ast.Assign, ast.AnnAssign)) and len(targets) == 1
        if not is_plain or not isinstance(targets[0], ast.Name) or step.value is None:  # type: ignore[attr-defined]
            raise CannotFix
        assert isinstance(step, ast.stmt)
        return [step, *found]


def _is_straight(steps: list[ast.stmt], query: Query, ctx: Context) -> bool:
    """Whether each step runs just before the call does: it stands in a suite around the call, above it."""
    around = {id(one) for one in (query.run.call, *ctx.ancestors(query.run.call))}
    here = ctx.function(query.run.call)
    for step in steps:
        parent = ctx.parent(step)
        suites = [getattr(parent, name, []) for name in _SUITES]
        mine = next((suite for suite in suites if step in suite), [])
        behind = mine[mine.index(step) + 1 :] if step in mine else []
        if ctx.function(step) is not here or not any(id(one) in around for one in behind):
            return False
        follower = next(one for one in behind if id(one) in around)
        if isinstance(follower, (ast.For, ast.AsyncFor, ast.While)):
            return False  # what is put in may change while the text does not
    return True


def _is_only_use(read: ast.Name, steps: list[ast.stmt], ctx: Context) -> bool:
    """Whether the call alone reads what the steps made: a log would show the placeholders, another call would fail."""
    region = ctx.function(read) or ctx.tree
    for node in walk_own(region):
        if not isinstance(node, ast.Name) or node.id != read.id or not isinstance(node.ctx, ast.Load) or node is read:
            continue
        cell = cell_of(node, ctx)
        if cell is None or any(write.node in steps for write, _ in reaching_writes(cell, node, ctx).found):
            return False
    nested = [node for node in walk(region) if isinstance(node, ast.Name) and node.id == read.id]
    return len(nested) == sum(isinstance(node, ast.Name) and node.id == read.id for node in walk_own(region))


def is_stable(node: ast.expr, query: Query, ctx: Context) -> bool:
    """Whether an expression of a step has the same value at the call, where it is moved to.

    Nothing but names is moved past other statements, and no name that is bound again in between.
    """
    if node in walk(query.run.call):
        return True
    if any(not isinstance(part, (ast.Name, ast.Attribute, ast.Constant, ast.Load)) for part in ast.walk(node)):
        return False
    region = ctx.function(query.run.call) or ctx.tree
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    between = range(node.lineno, query.run.call.lineno + 1)
    stored = (
        part for part in walk(region) if isinstance(part, ast.Name) and isinstance(part.ctx, (ast.Store, ast.Del))
    )
    if any(part.id in names and part.lineno in between for part in stored):
        return False
    is_bare = all(isinstance(part, (ast.Name, ast.Load)) for part in ast.walk(node))
    return is_bare or not any(isinstance(part, ast.Call) and part.lineno in between for part in _calls(query, ctx))


def _calls(query: Query, ctx: Context) -> list[ast.AST]:
    """Calls of the function but the one that runs the query, which could change an attribute."""
    region = ctx.function(query.run.call) or ctx.tree
    own = set(map(id, walk(query.run.call)))
    return [node for node in walk_own(region) if isinstance(node, ast.Call) and id(node) not in own]
