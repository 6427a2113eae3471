"""Where other files read a point in time that an object keeps: left on the wall clock there, it would be held against
another clock. Only what other files can see is looked for, and only where moving it to the monotonic clock is offered.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from readlint.api import Cell, Context, Question, last_name, walk

KEPT = "kept-clock-read"
READ_ELSEWHERE = Question("kept-clock-read-elsewhere", "")

Opened = Callable[[Callable[[str], bool]], Iterator[Context]]


class Use(NamedTuple):
    path: str
    owner: str  # the class that uses it of itself; nothing where it is that of another object
    bases: tuple[str, ...]


Uses = dict[str, set[Use]]


def kept_attributes(call: ast.Call, ctx: Context) -> Iterator[str]:
    """`self.started = time.time()`, also by way of a variable."""
    statement = ctx.statement(call)
    for target in _targets(statement):
        if isinstance(target, ast.Attribute):
            yield from _public(target)
        elif isinstance(target, ast.Name) and (function := ctx.function(call)):
            for later in walk(function):
                if isinstance(later, ast.Assign) and last_name(later.value) == target.id:
                    yield from (name for other in later.targets for name in _public(other))


def _targets(statement: ast.AST) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []


def _public(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Attribute) and not target.attr.startswith("_"):
        yield target.attr


def search(ask: Callable[[Question], Any], opened: Opened) -> Uses:
    names = frozenset(ask(Question(f"fact:{KEPT}", "")) or ())
    found: Uses = {}
    # Not `time.time()`, `thread.start()`: a call takes no point in time.
    pattern = re.compile(rf"\.(?:{'|'.join(map(re.escape, sorted(names)))})\b(?!\()")
    for ctx in opened(lambda text: pattern.search(text) is not None) if names else ():
        for node in walk(ctx.tree):
            if isinstance(node, ast.Attribute) and node.attr in names and not _is_called(node, ctx):
                found.setdefault(node.attr, set()).add(_use(node, ctx))
    return found


def _is_called(node: ast.Attribute, ctx: Context) -> bool:
    """`thread.start()`, which is no point in time."""
    parent = ctx.parent(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _use(node: ast.Attribute, ctx: Context) -> Use:
    owner = ctx.enclosing(node, ast.ClassDef) if last_name(node.value) in ("self", "cls") else None
    return Use(ctx.path, owner.name if owner else "", tuple(bases_of(owner)) if owner else ())


def bases_of(owner: ast.ClassDef) -> list[str]:
    return [name for base in owner.bases if (name := last_name(base))]


def shown(cell: Cell) -> list[str]:
    """The name of an attribute that others can see, with its class and what that is derived from."""
    if not isinstance(cell.owner, ast.ClassDef) or cell.name.startswith("_"):
        return []
    return [cell.name, cell.owner.name, *bases_of(cell.owner)]


def is_used(kept: list[list[str]], path: str, uses: Uses) -> bool:
    """Whether another file uses one of these: of any object, or in a class that inherits it or is inherited."""
    return any(
        use.path != path and (not use.owner or use.owner in bases or owner in use.bases)
        for name, owner, *bases in kept
        for use in uses.get(name, ())
    )
