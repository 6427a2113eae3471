"""Tasks and futures by identity: which variables hold one, and where each is cancelled."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import cast

from readlint.api import Binding, Cell, Context, cell_of, last_name, may_precede, walk_own

#: Functions that wrap awaitables or collections of them, and wait for what they are given.
_TRANSPARENT = frozenset(
    [
        *("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "zip", "filter"),
        *("asyncio.gather", "asyncio.wait", "asyncio.wait_for", "asyncio.shield", "asyncio.as_completed"),
        *("concurrent.futures.wait", "concurrent.futures.as_completed", "asyncio.wrap_future"),
    ]
)
#: Methods of a collection that give what is in it.
_INSIDE = frozenset(["values", "items", "copy", "pop", "popleft", "popitem", "get", "union", "difference"])
_DEPTH = 6


def held(node: ast.AST | None, ctx: Context, depth: int = _DEPTH) -> set[Cell]:
    """The variables that an expression's awaitables are kept in. A collection stands for its elements."""
    if node is None or not depth:
        return set()
    if isinstance(node, (ast.Starred, ast.Await, ast.NamedExpr)):
        return held(node.value, ctx, depth)
    if isinstance(node, ast.IfExp):
        return held(node.body, ctx, depth) | held(node.orelse, ctx, depth)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return _all(node.elts, ctx, depth)
    if isinstance(node, (ast.Dict, ast.BoolOp)):
        return _all(node.values, ctx, depth)
    if isinstance(node, ast.BinOp):
        return held(node.left, ctx, depth) | held(node.right, ctx, depth)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return held(node.elt, ctx, depth - 1)
    if isinstance(node, ast.Call) and (ctx.qualified_name(node.func) in _TRANSPARENT):
        return _all(node.args, ctx, depth - 1)
    if isinstance(node, ast.Call):
        inside = isinstance(node.func, ast.Attribute) and node.func.attr in _INSIDE
        return held(node.func.value, ctx, depth - 1) if inside else set()  # type: ignore[attr-defined]
    return _of_place(node, ctx, depth) if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) else set()


def _all(nodes: Iterable[ast.AST], ctx: Context, depth: int) -> set[Cell]:
    return {cell for node in nodes for cell in held(node, ctx, depth)}


def _of_place(node: ast.expr, ctx: Context, depth: int) -> set[Cell]:
    cell = cell_of(node, ctx)
    found = {whole(cell)} if cell is not None else set()
    if isinstance(node, ast.Name):
        for binding in bindings(node, ctx):
            if binding.how in ("assign", "for", "unpack", "walrus"):
                found |= held(binding.value, ctx, depth - 1)
    return found


def whole(cell: Cell) -> Cell:
    """The collection of an element: `self.tasks` of `self.tasks[key]`."""
    parts = cell.parts
    while parts and parts[-1].kind != "attr":
        parts = parts[:-1]
    return cell._replace(parts=parts)


def bindings(name: ast.Name, ctx: Context) -> list[Binding]:
    scope = ctx.scope(name).lookup(name.id)
    return scope.bindings[name.id] if scope else []


# Cancelling


def is_cancelled(node: ast.expr, at: ast.AST, ctx: Context) -> bool:
    """Whether all that an expression waits for was cancelled before, or is an object's and cancelled anywhere."""
    cells = held(node, ctx)
    return any(_cancels(call, cells, at, ctx) for call in ctx.once(_cancellations)) if cells else False


def _cancels(call: ast.Call, cells: set[Cell], at: ast.AST, ctx: Context) -> bool:
    hit = cells & _cancelled_by(call, ctx)
    if any(isinstance(cell.owner, ast.ClassDef) for cell in hit):
        return True
    return bool(hit) and may_precede(call, at, ctx)


def _cancelled_by(call: ast.Call, ctx: Context) -> set[Cell]:
    """`task.cancel()`, and `cancel_all(tasks)` of whatever make."""
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return _all([*receiver, *call.args], ctx, _DEPTH)


def _cancellations(ctx: Context) -> list[ast.Call]:
    calls = cast("list[ast.Call]", ctx.nodes_of(ast.Call))
    return [call for call in calls if "cancel" in (last_name(call.func) or "")]


# Waiting


def waits(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Where a suite hands control to the event loop, and can be cancelled."""
    for statement in body:
        for node in walk_own(statement):
            is_async = isinstance(node, ast.comprehension) and node.is_async
            if is_async or isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
                yield node


def is_own_task(node: ast.expr, ctx: Context) -> bool:
    """A local name for a task that its function made."""
    made = bindings(node, ctx) if isinstance(node, ast.Name) else []
    return bool(made) and all(
        isinstance(one.value, ast.Call) and last_name(one.value.func) in ("create_task", "ensure_future")
        for one in made
    )


def call_sites(function: ast.AsyncFunctionDef, ctx: Context) -> list[ast.AST]:
    """Where the file uses a coroutine function: the `await` of a direct call, or what else is done with it."""
    own = ctx.names.of_definition(function)
    named = [node for node in ctx.nodes_of(ast.Name, ast.Attribute) if last_name(node) == function.name]
    found: list[ast.AST] = []
    for node in named:
        call = ctx.parent(node)
        awaited = ctx.parent(call) if isinstance(call, ast.Call) and call.func is node else None
        if isinstance(getattr(node, "ctx", None), ast.Load) and ctx.qualified_name(node) == own:
            found.append(awaited if isinstance(awaited, ast.Await) else node)
    return found
