"""Where in a file clocks can matter at all: cheap, by names alone, before anything is proven.

A proof costs a search through scopes and flow for every operand, and a file that reads a clock has hundreds of
subtractions and comparisons that have nothing to do with it. So the names that a reading may be kept under are followed
first, whichever scope they are in: what none of them reaches needs no proof.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from readlint.api import Context, last_name

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
_FOUND = (ast.BinOp, ast.Compare, ast.Call)


def reached(functions: Iterable[ast.expr], ctx: Context) -> list[ast.expr]:
    """The calls, comparisons and operations of a file that a call of one of these functions may have a part in."""
    found: dict[ast.expr, None] = {}
    known: set[str] = set()
    waiting = list(functions)
    climbed: set[ast.AST] = set()
    while waiting:
        fresh = {*_climb(waiting.pop(), climbed, found, ctx)} - known
        known |= fresh
        waiting += loads_of(fresh, ctx)
    return [*found]


def loads_of(names: Iterable[str], ctx: Context) -> list[ast.expr]:
    """Where a file reads a variable or an attribute of one of these names."""
    found = [load for name in names for load in ctx.loads.of(name)]
    return [load for load in found if not _is_module(load, ctx)]


def _is_module(load: ast.expr, ctx: Context) -> bool:
    """`time` in `time.time()` is no reading."""
    return isinstance(load, ast.Name) and load.id == "time" and isinstance(ctx.parent(load), ast.Attribute)


def may_matter(call: ast.Call, ctx: Context) -> bool:
    """Whether a call is part of a comparison or operation, or is kept under a name."""
    found: dict[ast.expr, None] = {}
    names = [*_climb(call, set(), found, ctx)]
    return bool(names) or any(not isinstance(node, ast.Call) or last_name(node.func) in _SUBTRACTING for node in found)


def _climb(node: ast.AST, climbed: set[ast.AST], found: dict[ast.expr, None], ctx: Context) -> Iterator[str]:
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
            yield from _names(node.target)
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


def _written(statement: ast.stmt, ctx: Context) -> Iterator[str]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _names(target)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        yield from _names(statement.target)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            if item.optional_vars is not None:
                yield from _names(item.optional_vars)
    elif isinstance(statement, ast.Return):
        function = ctx.enclosing(statement, *_DEFINED)
        if isinstance(function, _DEFINED):
            yield function.name


def _names(target: ast.expr) -> Iterator[str]:
    """What a value is found under again: `jobs` of `self.jobs[key]["start"]`, `start` of `job.start`."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _names(element)
    elif isinstance(target, (ast.Subscript, ast.Starred)):
        yield from _names(target.value)
    elif isinstance(target, ast.Call):
        yield from _receivers(target)
    else:
        name = last_name(target)
        if name and name not in _RECEIVERS:
            yield name


def _receivers(call: ast.Call) -> Iterator[str]:
    """`starts` of `starts.append(now)`, `start` of `setattr(job, "start", now)`."""
    if isinstance(call.func, ast.Attribute):
        yield from _names(call.func.value)
    elif len(call.args) == 3 and isinstance(call.args[1], ast.Constant):
        yield str(call.args[1].value)
