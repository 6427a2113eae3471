"""A function of the project says by its result that it failed, and the caller throws the result away.

## Why is this bad?
What raises cannot be overlooked; a value can. The function that returns it has caught the failure, the caller does not
look, and between the two of them nobody ever hears that nothing was saved.

## Example
```python
def save_order(order: Order) -> bool:
    try:
        store.put(order)
    except StoreError:
        return False
    return True


def checkout(order: Order) -> None:
    save_order(order)
```

Use instead:
```python
def save_order(order: Order) -> bool:
    try:
        store.put(order)
    except StoreError:
        return False
    return True


def checkout(order: Order) -> None:
    if not save_order(order):
        raise CheckoutError(order.id)
```

Better still, let `save_order` raise.

## What is flagged
Calls of functions of the project, in whichever file they are:
- `save_...`, `send_...`, `publish_...`, `delete_...` and `commit_...` as a statement, where the function returns
  `True`, or `False` out of a handler that tells nobody.
- `value, _ = fetch(...)`, where the function returns `value, None` or `None, error` whatever happens, and nothing
  tests the value either; the same with an `err` that is never read. Also the call as a statement.
- `_, value = parse(...)` and `value, _ = parse(...)` where the part that is dropped is always `True` or `False`, and
  beside a `False` there is nothing, or a text that says why.

All of these are notes: the caller may have made sure before that nothing fails, or know that it does not matter.
- Calls as a statement of functions that return a `Result` of `returns`, `result`, `rusty-results` or `expression`. In
  a file that imports none of these libraries, only where the name says that something is changed (`write_...`).

## Not flagged
- Functions of other libraries, and functions that cannot be found.
- A handler that logs or reports before it returns `False`: somebody hears of it.
- Functions that promise nothing by their name or docstring: "best effort", "never raises".
- Calls in cleanup code, with a comment of three words or more on their line, or below one that says that a failure
  does not matter.
- An `Optional` that is used at once: the type checker finds it.
- Test code.

## Fix safety
There is no fix: only the author knows what the caller owes its own caller.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from readlint.api import (
    Answers,
    Category,
    Context,
    Finding,
    Level,
    Place,
    Question,
    Rule,
    Severity,
    Span,
    cell_of,
    has_reason,
    is_cleanup,
    is_skipped,
    last_name,
    uses,
)
from readlint_rules.errors._error_values import may_signal, mentions_results, signal

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL113",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    cwe=(252, 253),
    tags=("errors",),
    since="0.1",
    messages={
        "flag": "`{call}` returns `False` when it fails, tells nobody else, and nothing here looks. "
        "Test the result, or let it raise.",
        "result": "`{call}` returns a `Result`, and a failure in it is thrown away. Unwrap it, or handle the failure.",
        "pair": "`{call}` returns beside its value whether it failed, and nothing here looks at that before going on. "
        "Test it first.",
    },
)

_SIGNAL = "failure-signal"
_FLAG_VERBS = frozenset({"commit", "delete", "publish", "save", "send"})
_VERBS = _FLAG_VERBS | {"store", "upload", "write"}
_ERRORS = frozenset({"err", "error", "exc", "ok", "success"})
_TESTS = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.If, ast.While, ast.IfExp, ast.Assert, ast.Match)


@RULE.on(ast.Expr)
def check_statement(statement: ast.Expr, ctx: Context) -> Iterable[Finding]:
    value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if not isinstance(value, ast.Call):
        return ()
    verb, _, changed = (last_name(value.func) or "").lstrip("_").partition("_")
    is_change = bool(changed) and verb in _VERBS
    if not is_change and not ctx.once(mentions_results):
        return ()
    kinds = ["flag", "pair", "result"] if verb in _FLAG_VERBS else ["pair", "result"]
    return _findings(value, kinds if is_change else ["result"], -1, ctx)


@RULE.on(ast.Tuple)
def check_unpacking(target: ast.Tuple, ctx: Context) -> Iterable[Finding]:
    if len(target.elts) != 2 or not isinstance(target.ctx, ast.Store) or not any(map(_is_for_errors, target.elts)):
        return ()
    return _of_pair(target, ctx)


def _of_pair(target: ast.Tuple, ctx: Context) -> Iterator[Finding]:
    node = ctx.parent(target)
    if not isinstance(node, ast.Assign) or node.targets[0] is not target:
        return
    value = node.value.value if isinstance(node.value, ast.Await) else node.value
    if not isinstance(value, ast.Call):
        return
    for index, element in enumerate(target.elts):
        other = target.elts[1 - index]
        if _is_unread(element, ctx) and isinstance(other, ast.Name) and not _is_tested(other, ctx):
            yield from _findings(value, ["pair"], index, ctx)


def _findings(call: ast.Call, kinds: list[str], index: int, ctx: Context) -> Iterator[Finding]:
    """One for each way to tell a failure; the function's definition decides which of them holds."""
    name = ctx.qualified_name(call.func)
    if not name or "." not in name or is_cleanup(call, ctx) or has_reason(call, ctx) or is_skipped(call, ctx):
        return
    question = Question(_SIGNAL, name)
    definition = ctx.local_definition(name)
    answer = signal(definition, ctx) if definition is not None else None
    for kind in kinds:
        data = {"kind": kind, "index": index}
        finding = RULE.finding(call, kind, questions=[question], data=data, call=ctx.text(call.func))
        if definition is None:
            yield finding
        elif _is_dropped(finding, answer):
            finding.questions = ()
            yield _with_places(finding, call, answer)


def _is_for_errors(element: ast.expr) -> bool:
    return isinstance(element, ast.Name) and (element.id.startswith("_") or element.id in _ERRORS)


def _is_unread(element: ast.expr, ctx: Context) -> bool:
    if not isinstance(element, ast.Name) or not _is_for_errors(element):
        return False
    cell = cell_of(element, ctx)
    return element.id == "_" or (cell is not None and uses(cell, ctx) == [])


def _is_tested(name: ast.Name, ctx: Context) -> bool:
    """Whether the half that is kept is looked at for itself, which finds the failure as well."""
    cell = cell_of(name, ctx)
    loads = uses(cell, ctx) if cell is not None else None
    return loads is None or any(isinstance(ctx.parent(load), (*_TESTS, ast.Return)) for load in loads)


@RULE.answers(_SIGNAL, mentions=may_signal)
def answer_signal(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    return signal(node, ctx)


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    answer = answers.get(finding.questions[0])
    return _with_places(finding, finding.span, answer) if _is_dropped(finding, answer) else None


def _is_dropped(finding: Finding, answer: Any) -> bool:
    """Whether the function tells its failure the way that the finding says."""
    return bool(answer) and answer["kind"] == finding.data["kind"] and finding.data["index"] in (-1, answer["index"])


def _with_places(finding: Finding, call: ast.AST | Span, answer: Any) -> Finding:
    if answer["place"]:
        *span, path = answer["place"]
        failure = Place(Span(*span), "the failure becomes a value here", path)
        finding.related = (failure,)
        finding.flow = (failure, Place(call, "the value is thrown away here"))
    return finding
