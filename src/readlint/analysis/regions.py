"""Error-handling regions: the code of a file that runs when something has failed, and nothing else.

Handlers, `with suppress(...)`, branches such as `if not response.ok:`, and functions that are called with an error.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readlint.analysis.exceptions import suppressed_classes
from readlint.analysis.outcome import Outcome, function_outcome, handler_outcome, suite_outcome, suppressed_outcome
from readlint.analysis.tree import DEFINITIONS, last_name, walk

if TYPE_CHECKING:
    from readlint.analysis.context import Context

    Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Names of values that are true when all went well.
_SUCCESS = frozenset({"is_ok", "is_success", "is_successful", "ok", "succeeded", "success", "successful"})
#: Names of values that are there, or not 0, when it did not.
_FAILURE = frozenset(
    [
        "err",
        "error",
        "exc",
        "exception",
        "exit_code",
        "exitcode",
        "is_err",
        "is_error",
        "is_failure",
        "rc",
        "retcode",
        "return_code",
        "returncode",
    ]
)
_STATUS = frozenset({"status", "status_code"})
_FIRST_ERROR = 400
_FAILED_CASES = frozenset({"Err", "Error", "Failure"})
#: Calls that are given a function for the case of an error, as an argument or by a keyword.
_TAKERS = frozenset({"add_done_callback", "addErrback", "set_exception_handler"})
_TAKER_KEYWORDS = frozenset({"errback", "error_callback", "link_error", "on_error", "on_failure"})
_DECORATORS = frozenset({"errorhandler", "exception_handler"})  # Flask 3, FastAPI 0.115
_METHODS = frozenset({"errback", "on_failure"})  # celery 5: Task.on_failure
_SIGNAL = "task_failure"  # celery 5


#: A request to stop is no error.
_EXITS = frozenset({"CancelledError", "GeneratorExit", "KeyboardInterrupt", "SystemExit"})


class RegionKind(enum.Enum):
    HANDLER = "handler"
    SUPPRESS = "suppress"
    BRANCH = "branch"
    CALLBACK = "callback"


class ErrorRegion:
    """One such piece of code: `head` is the node to point at, `owner` the handler, statement or function."""

    __slots__ = ("body", "carriers", "first", "head", "kind", "last", "owner")

    def __init__(
        self, kind: RegionKind, head: ast.AST, owner: ast.AST, body: list[ast.stmt], first: int, last: int
    ) -> None:
        self.kind = kind
        self.head = head
        self.owner = owner
        self.body = body
        self.first = first  # lines, with the comments after the last statement
        self.last = last
        self.carriers: tuple[str, ...] = ()  # of a branch: the names that hold the error

    def outcome(self, ctx: Context) -> Outcome:
        if isinstance(self.owner, ast.ExceptHandler):
            return handler_outcome(self.owner, ctx)
        if isinstance(self.owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return function_outcome(self.owner, ctx)
        if isinstance(self.owner, (ast.With, ast.AsyncWith)):
            return suppressed_outcome(self.owner, ctx)
        return suite_outcome(self.body, self.owner, ctx, self.carriers)

    def holds(self, line: int) -> bool:
        """Whether a line is part of it; that of a function defined in it is not."""
        if not self.first <= line <= self.last:
            return False
        inner = (part for statement in self.body for part in walk(statement) if isinstance(part, DEFINITIONS))
        return not any(part.lineno <= line <= (part.end_lineno or part.lineno) for part in inner)


def error_regions(ctx: Context, lines: list[int]) -> list[ErrorRegion]:
    """The regions of a file, in no particular order, but those that surely hold none of these lines.

    They may lie within each other.
    """
    around = dict.fromkeys(ctx.parents.statement_at(line) for line in lines)
    nodes = [node for statement in around for node in walk(statement)]
    found = [*_handlers(nodes, ctx), *_suppressions(nodes, ctx), *_callbacks(nodes, ctx)]
    for node in nodes:
        if isinstance(node, ast.If):
            found += _branches(node, ctx)
        elif isinstance(node, ast.match_case):
            found += _cases(node, ctx)
    return found


def innermost(regions: list[ErrorRegion], line: int) -> ErrorRegion | None:
    """The region that a line belongs to."""
    holding = [region for region in regions if region.first <= line <= region.last]
    nearest = max(holding, key=lambda region: (region.first, -region.last), default=None)
    return nearest if nearest is not None and nearest.holds(line) else None


def _region(kind: RegionKind, head: ast.AST, owner: ast.AST, body: list[ast.stmt], ctx: Context) -> ErrorRegion:
    start: Any = head if isinstance(owner, ast.match_case) else owner
    return ErrorRegion(kind, head, owner, body, start.lineno, _last_line(body, ctx, start.lineno))


def _last_line(body: list[ast.stmt], ctx: Context, first: int) -> int:
    """The last line of a suite, with the comments below it that are indented deeper than its head."""
    head = ctx.source.lines[first - 1]
    column = len(head) - len(head.lstrip())
    last = line = body[-1].end_lineno or body[-1].lineno
    for text in ctx.source.lines[last:]:
        bare = text.strip()
        line += 1
        if bare and (not bare.startswith("#") or len(text) - len(text.lstrip()) <= column):
            break
        last = line if bare else last
    return last


def _handlers(nodes: list[ast.AST], ctx: Context) -> Iterator[ErrorRegion]:
    for node in nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None or not _EXITS.issuperset(map(last_name, _classes(node.type))):
            yield _region(RegionKind.HANDLER, node, node, node.body, ctx)


def _classes(caught: ast.expr) -> list[ast.expr]:
    return caught.elts if isinstance(caught, ast.Tuple) else [caught]


def _suppressions(nodes: list[ast.AST], ctx: Context) -> Iterator[ErrorRegion]:
    for node in nodes:
        if not isinstance(node, (ast.With, ast.AsyncWith)):
            continue
        for item in node.items:
            if suppressed_classes(item.context_expr, ctx) is not None:
                yield _region(RegionKind.SUPPRESS, item.context_expr, node, node.body, ctx)


# Branches


def _branches(node: ast.If, ctx: Context) -> Iterator[ErrorRegion]:
    failed = _means_failure(node.test)
    if failed is None:
        return
    is_elif = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and _is_elif(node.orelse[0], ctx)
    if failed:
        region = _region(RegionKind.BRANCH, node, node, node.body, ctx)
    elif node.orelse and not is_elif:
        region = _region(RegionKind.BRANCH, node, node, node.orelse, ctx)
        region.first = _else_line(node, ctx)
    else:
        return
    names = (part.id for part in walk(node.test) if isinstance(part, ast.Name))
    region.carriers = tuple(name for name in names if name in _FAILURE)
    yield region


def _is_elif(node: ast.If, ctx: Context) -> bool:
    return ctx.text(node).startswith("elif")


def _else_line(node: ast.If, ctx: Context) -> int:
    line = node.orelse[0].lineno
    while not ctx.source.lines[line - 1].lstrip().startswith("else"):
        line -= 1
    return line


def _means_failure(test: ast.expr) -> bool | None:
    """Whether a test holds when something failed (True) or when all went well (False); None for any other test."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        told = _means_failure(test.operand)
        return None if told is None else not told
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compares_failure(test.left, test.ops[0], test.comparators[0])
    name = last_name(test.func) if isinstance(test, ast.Call) and not test.args else last_name(test)
    return True if name in _FAILURE else False if name in _SUCCESS else None


def _compares_failure(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool | None:
    name = last_name(left)
    value = right.value if isinstance(right, ast.Constant) else ...
    if name in _FAILURE and (value is None or (type(value) is int and value == 0)):
        return {ast.Is: False, ast.Eq: False, ast.IsNot: True, ast.NotEq: True}.get(type(op))
    if name in _STATUS and type(value) is int:
        if value == _FIRST_ERROR:
            return {ast.GtE: True, ast.Lt: False}.get(type(op))
        if 200 <= value < 300:
            return {ast.Eq: False, ast.NotEq: True}.get(type(op))
    return None


def _cases(case: ast.match_case, ctx: Context) -> Iterator[ErrorRegion]:
    pattern = case.pattern
    if isinstance(pattern, ast.MatchClass) and last_name(pattern.cls) in _FAILED_CASES:
        region = _region(RegionKind.BRANCH, pattern, case, case.body, ctx)
        region.carriers = tuple(part.name for part in walk(pattern) if isinstance(part, ast.MatchAs) and part.name)
        yield region


# Functions


def may_have_callbacks(ctx: Context) -> bool:
    """A look at the text alone, which spares most files the search for functions."""
    return any(word in ctx.source.text for word in (*_TAKERS, *_TAKER_KEYWORDS, *_DECORATORS, *_METHODS, _SIGNAL))


def _callbacks(nodes: list[ast.AST], ctx: Context) -> Iterator[ErrorRegion]:
    if not ctx.once(may_have_callbacks):
        return
    named = _given_names(ctx)
    for node in nodes:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if node.name in named or node.name in _METHODS or any(map(_marks_callback, node.decorator_list)):
            yield _region(RegionKind.CALLBACK, node, node, node.body, ctx)


def _given_names(ctx: Context) -> frozenset[str]:
    """Functions and methods that the file hands to somebody who calls them with an error."""
    names: set[str | None] = set()
    for call in ctx.nodes_of(ast.Call):
        assert isinstance(call, ast.Call)
        if last_name(call.func) in _TAKERS and call.args:
            names.add(last_name(call.args[0]))
        names.update(last_name(keyword.value) for keyword in call.keywords if keyword.arg in _TAKER_KEYWORDS)
    return frozenset(name for name in names if name)


def _marks_callback(decorator: ast.expr) -> bool:
    """`@app.errorhandler(404)`, `@app.exception_handler(ValueError)`, `@task_failure.connect`"""
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if last_name(function) == "connect" and isinstance(function, ast.Attribute):
        return last_name(function.value) == _SIGNAL
    return last_name(function) in _DECORATORS
