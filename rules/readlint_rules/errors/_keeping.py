"""Who keeps a task or future once it is made, and whether anybody asks it how it ended."""

from __future__ import annotations

import ast
import enum

from readlint.api import Cell, Context, cell_of, uses
from readlint_rules.errors._results import reads_of

_ADDING = frozenset({"append", "add", "appendleft"})
_DEAF = frozenset({"cancel", "cancelled", "done", "cancelling", "get_name", "set_name"})


class Kept(enum.Enum):
    DROPPED = "thrown away"
    UNREAD = "kept under a name that nobody reads"
    LOCAL = "put into a container that nobody looks into"
    SOMEWHERE = "kept"


def kept_by(call: ast.Call, ctx: Context) -> Kept:
    """What the code does with the task or future that a call makes."""
    parent = ctx.parent(call)
    if isinstance(parent, ast.Expr):
        return Kept.DROPPED
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return _under(parent.targets[0], Kept.UNREAD, ctx)
    if isinstance(parent, (ast.ListComp, ast.SetComp)) and parent.elt is call:
        return _of_comprehension(parent, ctx)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args == [call]:
        adds = parent.func.attr in _ADDING and isinstance(ctx.parent(parent), ast.Expr)
        return _of_container(parent.func.value, ctx) if adds else Kept.SOMEWHERE
    return Kept.SOMEWHERE


def _under(target: ast.expr, otherwise: Kept, ctx: Context) -> Kept:
    reads = reads_of(target, ctx) if isinstance(target, ast.Name) else None
    return otherwise if reads == [] else Kept.SOMEWHERE


def _of_comprehension(made: ast.ListComp | ast.SetComp, ctx: Context) -> Kept:
    parent = ctx.parent(made)
    if isinstance(parent, ast.Expr):
        return Kept.DROPPED
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        reads = reads_of(target, ctx) if isinstance(target, ast.Name) else None
        return Kept.LOCAL if reads is not None and all(_is_counted(read, ctx) for read in reads) else Kept.SOMEWHERE
    return Kept.SOMEWHERE


def _of_container(container: ast.expr, ctx: Context) -> Kept:
    """A local list or set into which things are only put dies with the function."""
    if not isinstance(container, ast.Name):
        return Kept.SOMEWHERE
    scope = ctx.scope(container).lookup(container.id)
    if scope is None or any(not _is_fresh(one.value) for one in scope.bindings[container.id] if one.how != "annotate"):
        return Kept.SOMEWHERE
    reads = reads_of(container, ctx)
    is_closed = reads is not None and all(_is_adding(read, ctx) or _is_counted(read, ctx) for read in reads)
    return Kept.LOCAL if is_closed else Kept.SOMEWHERE


def is_held_by_function(call: ast.Call, ctx: Context) -> bool:
    """Whether a function that others call later uses the container: as long as they have it, it has the tasks.

    `tasks = []` beside `def stop(): tasks.append(create_task(close()))` and `add_signal_handler(SIGTERM, stop)`.
    """
    added = ctx.parent(call)
    container = added.func.value if isinstance(added, ast.Call) and isinstance(added.func, ast.Attribute) else None
    scope = ctx.scope(container).lookup(container.id) if isinstance(container, ast.Name) else None
    if scope is None or not isinstance(container, ast.Name):
        return False
    users = {ctx.function(read) for read in reads_of(container, ctx) or ()}
    return any(_is_handed_out(user, scope.node, ctx) for user in users if user is not None and user is not scope.node)


def _is_handed_out(function: ast.AST, home: ast.AST, ctx: Context) -> bool:
    """Whether a function inside of another is more than called there."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or function.decorator_list:
        return True
    for load in ctx.loads.of(function.name):
        call = ctx.parent(load)
        is_called = isinstance(call, ast.Call) and call.func is load
        if isinstance(load, ast.Name) and not (is_called and ctx.function(load) in (home, function)):
            return True
    return False


def _is_fresh(value: ast.expr | None) -> bool:
    if isinstance(value, (ast.List, ast.Set)):
        return True
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("set", "list")


def _is_adding(read: ast.Name, ctx: Context) -> bool:
    method = ctx.parent(read)
    call = ctx.parent(method) if isinstance(method, ast.Attribute) else None
    return isinstance(method, ast.Attribute) and method.attr in _ADDING and isinstance(call, ast.Call)


def _is_counted(read: ast.Name, ctx: Context) -> bool:
    """`len(futures)`"""
    call = ctx.parent(read)
    return isinstance(call, ast.Call) and call.args == [read] and ctx.qualified_name(call.func) == "len"


def is_unasked_attribute(call: ast.Call, ctx: Context) -> bool:
    """`self._task = create_task(...)`, and all that the file does with it is to cancel it or to see if it is there."""
    parent = ctx.parent(call)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    if not isinstance(target, ast.Attribute) or not target.attr.startswith("_"):
        return False
    cell = cell_of(target, ctx)
    if cell is None or not isinstance(cell.owner, ast.ClassDef) or cell.parts:
        return False
    reads = uses(Cell(cell.owner, cell.name), ctx)
    return reads is not None and all(_is_deaf(read, ctx) for read in reads)


def _is_deaf(read: ast.expr, ctx: Context) -> bool:
    parent = ctx.parent(read)
    if isinstance(parent, ast.Attribute):
        call = ctx.parent(parent)
        return parent.attr in _DEAF and isinstance(call, ast.Call) and call.func is parent
    if isinstance(parent, ast.Compare):
        return all(isinstance(one, ast.Constant) or one is read for one in [parent.left, *parent.comparators])
    return isinstance(parent, (ast.If, ast.While, ast.UnaryOp, ast.BoolOp, ast.IfExp)) and not (
        isinstance(parent, ast.IfExp) and parent.test is not read
    )
