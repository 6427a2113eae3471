"""Where in a file clocks can matter at all: cheap, by names alone, before anything is proven.

A proof costs a search through scopes and flow for every operand, and a file that reads a clock has hundreds of
subtractions and comparisons that have nothing to do with it. So the names that a reading may be kept under are followed
first, whichever scope they are in: what none of them reaches needs no proof.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readlint.api import Context, last_name, regex

#: Methods that put their argument into what they are called on.
_WRITING = frozenset(
    {"add", "append", "appendleft", "extend", "insert", "set", "setdefault", "update", "setattr", "push", "put"}
)
_SUBTRACTING = frozenset({"sub", "diff", "difference", "relativedelta"})
#: Calls that give back what they get, or something that holds it. What other calls make of a reading is not followed.
_KEEPING = (
    _WRITING
    | _SUBTRACTING
    | frozenset(
        [
            *("int", "float", "round", "min", "max", "mktime", "timegm", "getattr", "cast", "partial", "dict", "list"),
            *("tuple", "set", "deque", "defaultdict", "OrderedDict", "SimpleNamespace", "sorted", "reversed", "iter"),
            *("ContextVar", "field", "ib", "attrib"),
        ]
    )
)
#: Attributes of a reading that are no readings.
_PARTS = frozenset(
    {"isoformat", "strftime", "date", "year", "month", "day", "hour", "minute", "second", "weekday", "format"}
)
_RECEIVERS = frozenset({"self", "cls"})
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What follows the name of a module, or of a function in prose. A function is called, or handed on.
_NO_FUNCTION = regex(r"[ \t]*[.\w]")
_AS = regex(r" as (\w+)")
_FOUND = (ast.BinOp, ast.Compare, ast.Call)


class Kept(NamedTuple):
    """A name that a value is kept under, in a function or, as an attribute or entry, anywhere in the file."""

    name: str
    function: ast.AST | None


def reached(functions: Iterable[ast.expr], ctx: Context) -> list[ast.expr]:
    """The calls, comparisons and operations of a file that a call of one of these functions may have a part in."""
    found: dict[ast.expr, None] = {}
    known: set[Kept] = set()
    waiting = list(functions)
    climbed: set[ast.AST] = set()
    while waiting:
        fresh = {*_climb(waiting.pop(), climbed, found, ctx)} - known
        known |= fresh
        for kept in fresh:
            waiting += ctx.loads.of(kept.name, kept.function)
    return [*found]


def reads_of(functions: Iterable[str], ctx: Context) -> list[ast.expr]:
    """Where a file mentions functions of these names, or of what it imports them as: calls them, or hands them on."""
    text, names = ctx.source.text, {*functions}
    names.update(match[1] for match in _AS.finditer(text) if text.endswith(tuple(functions), 0, match.start()))
    return [load for name in names for load in ctx.loads.of(name, unless=_NO_FUNCTION)]


def may_matter(call: ast.Call, ctx: Context) -> bool:
    """Whether a call is part of a comparison or operation, or is kept under a name."""
    found: dict[ast.expr, None] = {}
    names = [*_climb(call, set(), found, ctx)]
    return bool(names) or any(not isinstance(node, ast.Call) or last_name(node.func) in _SUBTRACTING for node in found)


def _climb(node: ast.AST, climbed: set[ast.AST], found: dict[ast.expr, None], ctx: Context) -> Iterator[Kept]:
    """Notes what is around a reading, and gives the names that its statement puts it under."""
    while not isinstance(node, ast.stmt):
        if node in climbed:
            return
        climbed.add(node)
        if isinstance(node, _FOUND):
            found[node] = None
            if isinstance(node, ast.Call) and last_name(node.func) in _WRITING:
                yield from _receivers(node)
        elif isinstance(node, (ast.NamedExpr, ast.comprehension)):
            yield from _targets(node.target, ctx)
        parent = ctx.parent(node)
        if parent is None or _ends(node, parent, ctx):
            if isinstance(parent, ast.Call):
                found[parent] = None
            return
        node = parent
    yield from _written(node, ctx)


def _ends(node: ast.AST, parent: ast.AST, ctx: Context) -> bool:
    """Whether what is around a value is no point in time any more, nor holds one."""
    if isinstance(parent, ast.Call):
        return node is not parent.func and last_name(parent.func) not in _KEEPING
    if isinstance(parent, ast.keyword):
        call = ctx.parent(parent)
        return not isinstance(call, ast.Call) or last_name(call.func) not in _KEEPING
    if isinstance(parent, ast.Attribute):
        return parent.attr in _PARTS
    return isinstance(node, ast.Compare) or isinstance(parent, ast.JoinedStr)


def _written(statement: ast.stmt, ctx: Context) -> Iterator[Kept]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _targets(target, ctx)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        yield from _targets(statement.target, ctx)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            if item.optional_vars is not None:
                yield from _targets(item.optional_vars, ctx)
    elif isinstance(statement, ast.Return):
        function = ctx.enclosing(statement, *_DEFINED)
        if isinstance(function, _DEFINED):
            yield Kept(function.name, None)


def _targets(target: ast.expr, ctx: Context) -> Iterator[Kept]:
    """What a value is found under again: `jobs` of `self.jobs[key]["start"]`, `start` of `job.start`."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _targets(element, ctx)
    elif isinstance(target, ast.Name):
        yield Kept(target.id, None if _is_rebound(target.id, ctx) else ctx.enclosing(target, *_DEFINED))
    else:
        yield from _holders(target)


def _is_rebound(name: str, ctx: Context) -> bool:
    return any(name in scope.global_names or name in scope.nonlocal_names for scope in ctx.rebinding_scopes)


def _holders(target: ast.expr) -> Iterator[Kept]:
    """A local name of what holds the value may be one of several: it is looked for everywhere."""
    if isinstance(target, (ast.Subscript, ast.Starred)):
        yield from _holders(target.value)
    elif isinstance(target, ast.Call):
        yield from _receivers(target)
    else:
        name = last_name(target)
        if name and name not in _RECEIVERS:
            yield Kept(name, None)


def _receivers(call: ast.Call) -> Iterator[Kept]:
    """`starts` of `starts.append(now)`, `start` of `setattr(job, "start", now)`."""
    if isinstance(call.func, ast.Attribute):
        yield from _holders(call.func.value)
    elif len(call.args) == 3 and isinstance(call.args[1], ast.Constant):
        yield Kept(str(call.args[1].value), None)
