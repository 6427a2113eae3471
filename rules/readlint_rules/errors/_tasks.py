"""Tasks and futures by identity: which variables hold one, and where each is cancelled."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import cast

from readlint.api import Binding, Cell, Context, Scope, cell_of, last_name, may_precede, regex, walk, walk_own

#: Functions that wrap awaitables or collections of them, and wait for what they are given.
_TRANSPARENT = frozenset(
    [
        *("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "enumerate", "zip", "filter"),
        *("asyncio.gather", "asyncio.wait", "asyncio.wait_for", "asyncio.shield", "asyncio.as_completed"),
        *("concurrent.futures.wait", "concurrent.futures.as_completed", "asyncio.wrap_future"),
    ]
)
#: Methods of a collection that give what is in it.
_INSIDE = frozenset(["values", "items", "keys", "copy", "pop", "popleft", "popitem", "get", "union", "difference"])
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


# Ending

END_NAME = regex(
    r"_*(?:async_|on_|do_)*(?:close|stop|shutdown|cancel|unload|drain|disconnect|teardown|cleanup|exit|unsubscribe)|_*pre_destroy"
)


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


def is_started(function: ast.AsyncFunctionDef, ctx: Context) -> bool:
    """Whether the file makes tasks of calls by this name, on whatever object, and awaits none of them itself."""
    named = [
        node for node in ctx.nodes_of(ast.Call) if isinstance(node, ast.Call) and last_name(node.func) == function.name
    ]
    return bool(named) and all(_makes_task(ctx.parent(call)) for call in named)


def _makes_task(node: ast.AST | None) -> bool:
    """`loop.create_task(...)`, `context.run(loop.create_task, ...)`"""
    called = [node.func, *node.args] if isinstance(node, ast.Call) else []
    return any(last_name(one) in _MAKING for one in called)


# Asking

#: Methods of a task, future or collection of them that tell nothing of its exception.
_DEAF = frozenset(
    ["values", "append", "add", "extend", "update", "discard", "remove", "clear", "done", "cancelled", "cancel"]
)
_MAKING = frozenset({"create_task", "ensure_future", "submit", "create_eager_task"})


def is_observed(work: ast.expr, at: ast.Call, ctx: Context) -> bool:
    """Whether somebody other than `at` may ask the tasks or futures of an expression how they ended.

    Only those that the function itself made and kept to itself are known well enough to say no.
    """
    if isinstance(work, ast.Call):
        return last_name(work.func) not in _MAKING
    if isinstance(work, (ast.List, ast.Tuple, ast.Set)):
        return any(is_observed(element, at, ctx) for element in work.elts)
    if isinstance(work, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return is_observed(work.elt, at, ctx)
    if not isinstance(work, ast.Name):
        return True
    made = bindings(work, ctx)
    if not made or any(one.how == "param" or isinstance(one.node, ast.arg) for one in made):
        return True
    scope = ctx.scope(work).lookup(work.id)
    if scope is None or scope.function is None:
        return True
    return not _is_made_here(work, ctx) or any(_asks(read, at, ctx) for read in _reads(work.id, scope, ctx))


def is_kept_elsewhere(work: ast.expr, at: ast.Call, ctx: Context, depth: int = _DEPTH) -> bool:
    """Whether tasks that are waited for may be asked by somebody else: another use, the caller, another method."""
    if isinstance(work, ast.Starred):
        return is_kept_elsewhere(work.value, at, ctx, depth)
    if isinstance(work, (ast.List, ast.Tuple, ast.Set)):
        return any(is_kept_elsewhere(element, at, ctx, depth) for element in work.elts)
    if isinstance(work, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return is_kept_elsewhere(work.elt, at, ctx, depth)
    if isinstance(work, ast.Call):
        inside = isinstance(work.func, ast.Attribute) and work.func.attr in _INSIDE and not work.args
        if inside:
            return is_kept_elsewhere(work.func.value, at, ctx, depth)  # type: ignore[attr-defined]
        given = work.args if ctx.qualified_name(work.func) in _TRANSPARENT else []
        return any(is_kept_elsewhere(one, at, ctx, depth) for one in given)
    scope = ctx.scope(work).lookup(work.id) if isinstance(work, ast.Name) else None
    if not isinstance(work, ast.Name) or scope is None or scope.is_module or scope.is_class or not depth:
        return True
    values = [one.value for one in bindings(work, ctx) if one.how != "annotate"]
    if any(value is None or is_kept_elsewhere(value, at, ctx, depth - 1) for value in values):
        return True
    is_loop = any(one.how == "for" for one in bindings(work, ctx))
    if not is_loop and any(isinstance(value, ast.Call) and not _is_known(value, ctx) for value in values):
        return True  # `tasks = start_all()`
    put = [one for one in _put_into(work, ctx) if isinstance(one, (ast.Name, ast.Starred))]
    if any(isinstance(one, ast.Starred) or is_kept_elsewhere(one, at, ctx, depth - 1) for one in put):
        return True
    return not is_loop and any(_asks(read, at, ctx) for read in _reads(work.id, scope, ctx))


def _reads(name: str, scope: Scope, ctx: Context) -> list[ast.Name]:
    named = [part for part in walk(scope.node) if isinstance(part, ast.Name) and part.id == name]
    return [part for part in named if isinstance(part.ctx, ast.Load) and ctx.scope(part).lookup(name) is scope]


def _is_made_here(name: ast.Name, ctx: Context) -> bool:
    """Whether all that a variable ever gets are tasks and futures made in place, and empty collections."""
    values = [binding.value for binding in bindings(name, ctx) if binding.how != "annotate"]
    found = False
    for value in [*values, *_put_into(name, ctx)]:
        made = list(_elements(value))
        if any(not isinstance(one, ast.Call) or last_name(one.func) not in _MAKING for one in made):
            return False
        found = found or bool(made)
    return found


def _elements(value: ast.expr | None) -> Iterator[ast.expr | None]:
    """What a value for a collection puts into it; the value itself where it is none."""
    if isinstance(value, (ast.ListComp, ast.SetComp)):
        yield value.elt
    elif isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        yield from value.elts
    elif not _is_empty(value):
        yield value


def _is_known(call: ast.Call, ctx: Context) -> bool:
    return last_name(call.func) in _MAKING or ctx.qualified_name(call.func) in _TRANSPARENT or _is_empty(call)


def _is_empty(value: ast.expr | None) -> bool:
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return not value.elts
    return isinstance(value, ast.Call) and last_name(value.func) in ("set", "list") and not value.args


def _put_into(name: ast.Name, ctx: Context) -> Iterator[ast.expr]:
    scope = ctx.scope(name).lookup(name.id)
    for read in _reads(name.id, scope, ctx) if scope else ():
        method = ctx.parent(read)
        call = ctx.parent(method) if isinstance(method, ast.Attribute) else None
        if isinstance(call, ast.Call) and isinstance(method, ast.Attribute):
            if method.attr in ("append", "add"):
                yield from call.args
            elif method.attr in ("extend", "update"):
                yield from (ast.Starred(one, ast.Load()) for one in call.args)


def _asks(read: ast.expr, at: ast.Call, ctx: Context) -> bool:
    """Whether one use of a task, or of a collection of them, may tell somebody of an exception."""
    parent = ctx.parent(read)
    parent = ctx.parent(parent) if isinstance(parent, ast.Starred) else parent
    if parent is at or isinstance(parent, (ast.If, ast.While, ast.UnaryOp, ast.Compare)):
        return False
    if isinstance(parent, ast.Call) and last_name(parent.func) in ("append", "add"):
        return False
    if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
        return False
    if isinstance(parent, ast.Attribute):
        call = ctx.parent(parent)
        return parent.attr not in _DEAF or not isinstance(call, ast.Call) or call.func is not parent
    if isinstance(parent, ast.Call) and ctx.qualified_name(parent.func) in ("len", "bool"):
        return False
    if isinstance(parent, ast.For) and parent.iter is read and isinstance(parent.target, ast.Name):
        scope = ctx.scope(parent.target).lookup(parent.target.id)
        return scope is None or any(_asks(one, at, ctx) for one in _reads(parent.target.id, scope, ctx))
    return True
