"""What becomes of results that may be exceptions: the list that `gather` gives, the sets that `wait` gives."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable
from typing import NamedTuple

from readlint.api import Context, last_name, walk

_PAIRING = frozenset({"zip", "enumerate", "itertools.zip_longest"})
_SAME = frozenset({"list", "tuple", "sorted", "reversed", "iter"})


class Fate(enum.Enum):
    """What the code learns of an exception among the results."""

    DISCARDED = "discarded"  # nobody keeps them
    UNREAD = "unread"  # kept under a name that nobody reads
    COUNTED = "counted"  # only how many there are, or whether there are any
    BLIND = "blind"  # looked at one by one, but not for an exception
    NARROW = "narrow"  # only exceptions of some classes are looked for
    EXCEPTION = "exception"  # tested for `Exception` alone, which a cancellation is not, and then used
    SEEN = "seen"  # tested, raised, or handed on to somebody who may


class Looked(NamedTuple):
    fate: Fate
    at: tuple[ast.AST, ...] = ()  # the places that look


def fate_of(value: ast.expr, ctx: Context) -> Looked:
    """The fate of the exceptions in a list of results that this expression gives."""
    parent = ctx.parent(value)
    if isinstance(parent, ast.Expr):
        return Looked(Fate.DISCARDED)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, ast.Name):
            return of_name(target, ctx)
        return Looked(Fate.SEEN)
    return _of_read(value, ctx)


def of_name(target: ast.Name, ctx: Context) -> Looked:
    """The same for a variable that is assigned here."""
    reads = reads_of(target, ctx)
    if reads is None:
        return Looked(Fate.SEEN)
    return _best([_of_read(read, ctx) for read in reads]) if reads else Looked(Fate.UNREAD)


def reads_of(target: ast.Name, ctx: Context) -> list[ast.Name] | None:
    """All reads of a function's own variable; None for one that others can read as well."""
    scope = ctx.scope(target).lookup(target.id)
    if scope is None or scope.is_module or scope.is_class or target.id in (scope.global_names | scope.nonlocal_names):
        return None
    around = [part for part in walk(scope.node) if isinstance(part, ast.Name) and part.id == target.id]
    return [part for part in around if isinstance(part.ctx, ast.Load) and ctx.scope(part).lookup(part.id) is scope]


def _best(fates: Iterable[Looked]) -> Looked:
    order = list(Fate)
    found = list(fates)
    best = max((looked.fate for looked in found), key=order.index)
    return Looked(best, tuple(place for looked in found for place in looked.at))


def _of_read(read: ast.expr, ctx: Context) -> Looked:
    """One place that reads the whole list."""
    parent = ctx.parent(read)
    if isinstance(parent, ast.Call) and read in parent.args:
        name = ctx.qualified_name(parent.func)
        if name in ("len", "bool"):
            return Looked(Fate.COUNTED, (parent,))
        if name in _SAME:
            return _of_read(parent, ctx)
        if name in _PAIRING:
            return _of_pairs(parent, 1 if name == "enumerate" else parent.args.index(read), ctx)
        return Looked(Fate.SEEN)
    if isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is read:
        return _of_target(parent.target, ctx)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)) and parent.test is read:
        return Looked(Fate.COUNTED, (read,))
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return Looked(Fate.COUNTED, (read,))
    return Looked(Fate.SEEN)


def _of_pairs(call: ast.Call, index: int, ctx: Context) -> Looked:
    loop = ctx.parent(call)
    if not isinstance(loop, (ast.For, ast.comprehension)) or loop.iter is not call:
        return Looked(Fate.SEEN)
    target = loop.target
    if isinstance(target, (ast.Tuple, ast.List)) and not any(isinstance(one, ast.Starred) for one in target.elts):
        return _of_target(target.elts[index], ctx)
    return Looked(Fate.SEEN)


def _of_target(target: ast.expr, ctx: Context) -> Looked:
    if not isinstance(target, ast.Name):
        return Looked(Fate.SEEN)
    reads = reads_of(target, ctx)
    if reads is None:
        return Looked(Fate.SEEN)
    if not reads:
        return Looked(Fate.BLIND, (target,))
    tests = [test for read in reads if (test := _type_test(read, ctx)) is not None]
    if tests:
        return _of_tests(reads, tests, ctx)
    return Looked(Fate.BLIND, tuple(reads)) if all(_is_blind(read, ctx) for read in reads) else Looked(Fate.SEEN)


# One result


def _type_test(read: ast.Name, ctx: Context) -> ast.Call | None:
    """`isinstance(result, ...)`"""
    call = ctx.parent(read)
    is_test = isinstance(call, ast.Call) and last_name(call.func) == "isinstance" and call.args[:1] == [read]
    return call if is_test and isinstance(call, ast.Call) and len(call.args) == 2 else None


def _of_tests(reads: list[ast.Name], tests: list[ast.Call], ctx: Context) -> Looked:
    """Narrow where only classes below `Exception` are asked for, and nothing is done with what is none of them."""
    rest = [read for read in reads if not any(_is_under(read, test, ctx) for test in tests)]
    classes = {last_name(part) for test in tests for part in walk(test.args[1])}
    if "Exception" in classes:
        whole = classes & {"BaseException", "CancelledError"}
        used = [read for read in rest if _type_test(read, ctx) is None]
        plain = tuple(test for test in tests if last_name(test.args[1]) == "Exception")
        turned = any(_selects_failures(test, ctx) for test in tests)
        return Looked(Fate.EXCEPTION, plain) if used and plain and not whole and not turned else Looked(Fate.SEEN)
    narrow = "BaseException" not in classes and all(_is_narrow(test, ctx) for test in tests)
    if narrow and all(_is_blind(read, ctx) for read in rest):
        return Looked(Fate.NARROW, tuple(tests))
    return Looked(Fate.SEEN)


def _is_narrow(test: ast.Call, ctx: Context) -> bool:
    """Whether it stands alone in `if isinstance(...):` without an `else`, and asks for exceptions."""
    parent = ctx.parent(test)
    if not isinstance(parent, ast.If) or parent.orelse:
        return False
    classes = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
    return all((last_name(one) or "").endswith(("Error", "Exception", "Failure", "Failed")) for one in classes)


def _is_under(read: ast.Name, test: ast.Call, ctx: Context) -> bool:
    branch = ctx.enclosing(test, ast.If, ast.IfExp, ast.comprehension)
    return branch is not None and any(ancestor is branch for ancestor in ctx.ancestors(read))


def _selects_failures(test: ast.Call, ctx: Context) -> bool:
    """`if not isinstance(result, Exception): continue`, or a list of those that are: what follows is about failures."""
    negated = isinstance(ctx.parent(test), ast.UnaryOp)
    branch = ctx.enclosing(test, ast.If, ast.comprehension)
    if isinstance(branch, ast.comprehension):
        return not negated
    jumps = (ast.Continue, ast.Return, ast.Break, ast.Raise)
    return negated and isinstance(branch, ast.If) and isinstance(branch.body[-1], jumps)


def _is_blind(read: ast.Name, ctx: Context) -> bool:
    """A use that knows nothing of exceptions: it fails with an error of its own, or takes one for a value."""
    parent = ctx.parent(read)
    if isinstance(parent, ast.Attribute):
        return parent.attr not in ("exception", "result", "args", "__class__", "with_traceback")
    if isinstance(parent, ast.Subscript):
        return parent.value is read
    if isinstance(parent, ast.Compare):
        return all(isinstance(one, ast.Constant) or one is read for one in [parent.left, *parent.comparators])
    return isinstance(parent, (ast.If, ast.While, ast.UnaryOp, ast.BoolOp)) and not _is_value(parent, ctx)


def _is_value(node: ast.AST, ctx: Context) -> bool:
    """`first = result or default` keeps the result."""
    while isinstance(node, (ast.BoolOp, ast.UnaryOp)):
        parent = ctx.parent(node)
        if not isinstance(parent, (ast.BoolOp, ast.UnaryOp, ast.If, ast.While, ast.comprehension, ast.Assert)):
            return True
        node = parent
    return False


def waited(call: ast.Call, ctx: Context) -> ast.expr | None:
    """The expression that gives the results: `await gather(...)`, or `loop.run_until_complete(gather(...))`."""
    parent = ctx.parent(call)
    if isinstance(parent, ast.Await):
        return parent
    if isinstance(parent, ast.Call) and parent.args[:1] == [call]:
        if last_name(parent.func) in ("run_until_complete", "run"):
            return parent
        if last_name(parent.func) in ("wait_for", "shield"):
            return waited(parent, ctx)
    return None


def collects(call: ast.Call, ctx: Context) -> bool:
    """`return_exceptions=True`, as it stands or by a constant."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "return_exceptions"]
    return bool(given) and ctx.constant(given[0]) is True
