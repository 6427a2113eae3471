"""A `return`, `break` or `continue` leaves a `finally` suite and discards the exception in flight.

## Why is this bad?
`finally` runs on the way out of an exception. A jump out of it ends that way: the exception is gone without any
handler having asked for it, and a value that the `try` body wanted to return is replaced. Python 3.14 warns about it.

## Example
```python
def load(path: str) -> dict[str, str] | None:
    result = None
    try:
        result = parse(path)
    finally:
        return result
```

Use instead:
```python
def load(path: str) -> dict[str, str] | None:
    return parse(path)
```

## What is flagged
- `return`, `break` and `continue` that leave a `finally` suite, from within its `if` and `with` statements too.
- `yield` in the `finally` suite of a function decorated with `contextmanager` or `asynccontextmanager`: after an
  exception there is nobody to yield to, and the `with` statement ends in a `RuntimeError` instead.

It is a note
- where a comment on the jump, or right above it, says that the exception is swallowed;
- where a handler of the same `try` has caught every `Exception` before, without raising, so that only a request to stop
  can be in flight, and no value is replaced; an `else` that only sets names, logs, or takes care of itself does not
  count;
- where the jump depends on something, so that it may be that nothing was raised then;
- where the `try` only reports metrics, logs or traces, which must never stop the work;
- where the value that it returns is that of a call, `return self.run()`: the work that must be done in any case;
- for `yield`, of which no released project has shown one.

## Not flagged
- `break` and `continue` of a loop that is itself inside the `finally` suite.
- Jumps of a function that is defined there.
- Generated files, and copies of other projects (`vendor/`).

## Fix safety
There is no fix: only the author knows whether the exception was meant to be lost. Move the statement behind the
`try` statement, and catch the exceptions that you mean to drop.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import takewhile

from readlint.api import (
    Breadth,
    Category,
    Context,
    Finding,
    Level,
    Place,
    Rule,
    Severity,
    breadth,
    children,
    comments_at,
    is_only_telemetry,
    is_skipped,
    last_name,
    regex,
    walk_own,
)

_MANAGERS = ("contextmanager", "asynccontextmanager")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TRY = (ast.Try, ast.TryStar) if hasattr(ast, "TryStar") else (ast.Try,)
#: A comment that knows what the jump does.
_OWNS_UP = regex(r"\b(?:discard|ignor|overrid|replac|suppress|swallow)\w*", re.IGNORECASE)

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL106",
    severity=Severity.ERROR,
    level=Level.L2,
    category=Category.SAFETY,
    cwe=(584,),
    tags=("errors", "exceptions"),
    since="0.1",
    messages={
        "jump": "`{jump}` in `finally` discards the exception in flight{lost}. Move it behind the `try` statement.",
        "yield": "`yield` in the `finally` of context manager `{manager}` runs while an exception is in flight, which "
        "then ends in a `RuntimeError` or comes too late. Yield in the `try` body.",
    },
)


@RULE.on(*_TRY)
def check(node: ast.Try, ctx: Context) -> Iterator[Finding]:
    if not node.finalbody or is_skipped(node, ctx):
        return
    for jump in _jumps(node.finalbody):
        if isinstance(jump, (ast.Yield, ast.YieldFrom)):
            manager = _context_manager(node, ctx)
            if manager is not None:
                yield RULE.finding(jump, "yield", severity=Severity.NOTE, manager=manager.name)
            continue
        raised = _raised_in_handlers(node)
        returned = _returned(node) if isinstance(jump, ast.Return) else []
        related = [Place(place, "this exception is discarded") for place in raised]
        related += [Place(place, "this value is replaced") for place in returned]
        name = type(jump).__name__.lower()
        severity = Severity.NOTE if _is_considered(jump, node, ctx) else Severity.ERROR
        lost = _lost(bool(raised), bool(returned))
        yield RULE.finding(jump, "jump", severity=severity, related=related, jump=name, lost=lost)


def _jumps(suite: list[ast.stmt]) -> Iterator[ast.AST]:
    """What leaves a `finally` suite. One inside of it is looked at on its own."""
    stack: list[tuple[ast.AST, bool]] = [(statement, False) for statement in reversed(suite)]
    while stack:
        node, in_loop = stack.pop()
        if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) or (
            isinstance(node, (ast.Break, ast.Continue)) and not in_loop
        ):
            yield node
        if isinstance(node, _DEFINITIONS):
            continue
        body = node.body if isinstance(node, _LOOPS) else []
        skipped = node.finalbody if isinstance(node, _TRY) else []
        inner = [(child, in_loop or child in body) for child in children(node) if child not in skipped]
        stack.extend(reversed(inner))


def _context_manager(node: ast.AST, ctx: Context) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    function = ctx.function(node)
    if function is None or isinstance(function, ast.Lambda):
        return None
    return function if any(last_name(decorator) in _MANAGERS for decorator in function.decorator_list) else None


def _is_considered(jump: ast.AST, node: ast.Try, ctx: Context) -> bool:
    """With a comment, with hardly an exception left to discard, or with work that stands there on purpose."""
    if any(map(_OWNS_UP.search, comments_at(jump, ctx))) or _is_conditional(jump, node, ctx):
        return True
    if isinstance(jump, ast.Return) and isinstance(jump.value, (ast.Call, ast.Await)):
        return True
    if is_only_telemetry(node.body, ctx) and not node.handlers:
        return True
    lost = _raised_in_handlers(node) or _returned(node)
    return _catches_all(node, ctx) and not lost and all(_is_careful(statement, ctx) for statement in node.orelse)


def _is_conditional(jump: ast.AST, node: ast.Try, ctx: Context) -> bool:
    """Between the jump and its `finally` stands a test, or a loop, a `match` or a handler."""
    plain = (ast.With, ast.AsyncWith)
    return any(not isinstance(parent, plain) for parent in takewhile(lambda one: one is not node, ctx.ancestors(jump)))


def _catches_all(node: ast.Try, ctx: Context) -> bool:
    return any(breadth(handler.type, ctx) >= Breadth.BROAD for handler in node.handlers)


def _is_careful(statement: ast.stmt, ctx: Context) -> bool:
    """What stands in an `else` and raises nothing that anybody could miss."""
    if isinstance(statement, _TRY):
        return _catches_all(statement, ctx) and not _raised_in_handlers(statement)
    calls = [part for part in walk_own(statement) if isinstance(part, (ast.Call, ast.Await))]
    return not calls or is_only_telemetry([statement], ctx)


def _raised_in_handlers(node: ast.Try) -> list[ast.AST]:
    """The statements that the handlers end in to pass the exception on, in vain."""
    suites = [handler.body for handler in node.handlers]
    inside = [part for suite in suites for statement in suite for part in walk_own(statement)]
    return [part for part in inside if isinstance(part, ast.Raise)]


def _returned(node: ast.Try) -> list[ast.AST]:
    inside = [part for statement in [*node.body, *node.orelse] for part in walk_own(statement)]
    return [part for part in inside if isinstance(part, ast.Return) and part.value is not None]


def _lost(raised: bool, returned: bool) -> str:
    parts = []
    if raised:
        parts.append("even the one that the handler raises")
    if returned:
        parts.append("and replaces the value that the `try` body returns")
    return "".join(f", {part}" for part in parts)
