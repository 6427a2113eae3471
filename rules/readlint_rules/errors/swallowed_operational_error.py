"""A failure of the outside world is caught, and nobody is told.

## Why is this bad?
The network, the disk and the database fail in production, not on the desk. A handler that does nothing about it, or
goes on with a default, makes the failure look like an empty answer: the order was never sent, the list has no rows,
and nothing says why.

## Example
```python
import logging

import requests

logger = logging.getLogger(__name__)


def prices(url: str) -> list[Price]:
    try:
        reply = requests.get(url, timeout=5)
        reply.raise_for_status()
    except requests.RequestException:
        return []
    return reply.json()
```

Use instead:
```python
import logging

import requests

logger = logging.getLogger(__name__)


def prices(url: str) -> list[Price]:
    try:
        reply = requests.get(url, timeout=5)
        reply.raise_for_status()
    except requests.RequestException:
        logger.warning("prices failed", exc_info=True)
        return []
    return reply.json()
```

Better still, let the exception pass, so that the caller decides.

## What is flagged
- A handler, or `with contextlib.suppress(...)`, for an operational exception with a way through it that does nothing
  or puts a default in the place of the result. Operational are the exceptions of the system (`OSError`,
  `TimeoutError`, `subprocess.SubprocessError`), of HTTP clients, databases, caches, queues, mail and cloud clients,
  what this file derives from them, and those of the setting `operational-exceptions`.
- It has a fix where a service was asked over HTTP or the like, or where the `try` stores something: in a file, in a
  database, in a queue.
- It has none where something is written to a stream whose other end may have left (`sock.sendall`), where a file or a
  row could not be read, where a row is there already (`IntegrityError`), around a call of which only the effect
  counts, around telemetry, where the handler reports on some ways only, and where it has an answer of its own, such as
  `self.available`, a count of tries or `return DEFAULT_LIMITS`.
- It has none, too, where nothing at all is done about a narrow exception of the project or of a library whose name
  says that an operation failed, such as `StorageError`.

All of these are notes: on code that nobody tuned the rule on, half of the silences turned out to be meant.

## Not flagged
- `FileNotFoundError`, `KeyError`, `ValueError`, `NoResultFound` and whatever else is an answer.
- A comment of three words or more that says why: behind the `except`, in the handler, behind its last statement or
  right above it; not `TODO`, and not one for a tool such as `# noqa`. A comment at the head of the `try` or `with`
  counts if it says that the failure does not matter.
- Cleanup: `close`, `unlink`, `kill` and the like, and code in `finally`, in `close`, in `__exit__`, in another
  handler.
- What only looks at the machine or parses: `os.stat`, `int(text)`, a name that does not resolve, `/proc`.
- `ConnectionResetError` and `BrokenPipeError`, writes to pipes, and timeouts that end a wait or a round of polling.
- Get or create: `IntegrityError` where the row is read afterwards, or with `ignore_conflicts=True`.
- Functions that announce it: `try_*`, `maybe_*`, `*_or_none`, `*_or_default`, `is_*`, `has_*`, `can_*`, `check_*`,
  "Best effort" or "Try to" in the docstring; what they name is a cache, a fallback, telemetry or statistics.
- A failure that is told by a value: `return False` where success is `return True`, `return {"error": "..."}`,
  `failed.append(item)`.
- A handler that looks at the exception (`if error.code == 404`) or gives it to a function.
- Retry loops that raise or report when the tries are used up, or try once more behind the loop.

## Fix safety
Unsafe: the exception is now logged as a warning, through the logger at hand or a new one; what the handler did
otherwise stays.

## Options
The settings `operational-exceptions` and `error-reporters` name exceptions and functions outside the project.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import (
    Answers,
    Breadth,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Outcome,
    Rank,
    Rule,
    Safety,
    Severity,
    announces_fallback,
    answer_outcome,
    breadth,
    breadth_of_classes,
    caught_classes,
    is_awaited_end,
    is_cleanup,
    is_import_probe,
    is_justified,
    is_only_cleanup,
    is_only_parsing,
    is_only_telemetry,
    is_silent,
    is_skipped,
    is_told_at_once,
    regex,
    suppressed_classes,
    suppressed_outcome,
    walk_own,
)
from readlint_rules.errors import _logging, _operational, _tolerance, _wording

_STATE = regex(r"state|status|available|online|connected|alive|retr(?:y|ies)|tries|attempts?")
_REMEDY = "Log it, raise it again, or say in a comment why silence is right."

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL102",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.SAFETY,
    fix=Safety.UNSAFE,
    cwe=(390, 391),
    tags=("errors", "exceptions"),
    since="0.1",
    messages={
        "handler": "`{clause}` swallows what {source} raises: {doing}. " + _REMEDY,
        "suppress": "`{clause}` swallows what {source} raises, and nobody is told. " + _REMEDY,
    },
)
RULE.answers("outcome")(answer_outcome)


@RULE.on(ast.ExceptHandler)
def check_handler(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    if handler.type is None or is_told_at_once(handler, Rank.CONST):
        return
    caught = breadth(handler.type, ctx)
    if caught not in (Breadth.OPERATIONAL, Breadth.NARROW):
        return
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    matters = _matters(handler, body, [handler.type], caught, ctx)
    if matters is None or is_skipped(handler, ctx):
        return
    limit = Rank.CONST if caught is Breadth.OPERATIONAL else Rank.NOOP
    outcome = ctx.outcome(handler)
    verdict = outcome.verdict(limit)
    if verdict is False:
        return
    silent = is_silent(handler.body, handler, ctx)
    may_fix = matters and not _logging.says_something(handler.body) and _logging.may_log(handler, ctx)
    yield RULE.finding(
        handler,
        "handler",
        fix=Fix(_logging.log_in_handler, "Log a warning", handler, data={"level": "warning"}) if may_fix else None,
        questions=outcome.questions if verdict is None else (),
        data={"outcome": outcome.to_json(), "limit": int(limit)} if verdict is None else None,
        clause=_wording.head(handler, ctx),
        source=_wording.source_of(body, "try"),
        doing=_wording.doing(handler, outcome.lowest, silent),
    )


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    outcome = Outcome.from_json(finding.data["outcome"])
    return finding if outcome.settle(answers) <= finding.data["limit"] else None


@RULE.on(ast.With)
def check_suppress(node: ast.With, ctx: Context) -> Iterator[Finding]:
    for item in node.items:
        call = item.context_expr
        classes = suppressed_classes(call, ctx)
        caught = breadth_of_classes(classes, ctx) if classes else Breadth.UNKNOWN
        if classes is None or caught not in (Breadth.OPERATIONAL, Breadth.NARROW) or is_skipped(node, ctx):
            continue
        matters = _matters(node, node.body, classes, caught, ctx)
        if matters is None or not suppressed_outcome(node, ctx).verdict(Rank.CONST):
            continue
        may_fix = matters and len(node.items) == 1 and _logging.may_log(node, ctx)
        yield RULE.finding(
            call,
            "suppress",
            fix=Fix(_logging.log_suppressed, "Log a warning", node, data={"level": "warning"}) if may_fix else None,
            clause=_wording.head(call, ctx),
            source=_wording.source_of(node.body, "with"),
        )


def _matters(
    node: ast.With | ast.ExceptHandler, body: list[ast.stmt], caught: list[ast.expr], broad: Breadth, ctx: Context
) -> bool | None:
    """Whether something is surely lost, which a line in the log would tell; None where the silence is meant."""
    classes = [name for expression in caught for name in caught_classes(expression, ctx)]
    if broad is Breadth.NARROW and not all(map(_operational.is_failure_by_name, classes)):
        return None
    if _is_meant(node, body, broad, ctx):
        return None
    if broad is Breadth.NARROW:
        return False
    lost = _operational.loss(body, classes, ctx)
    if lost is _operational.Loss.NOTHING or (
        lost is _operational.Loss.CONFLICT and _tolerance.is_read_again(node, ctx)
    ):
        return None
    return lost is _operational.Loss.WORK and not is_only_telemetry(body, ctx) and not _is_answered(node, ctx)


def _is_meant(node: ast.With | ast.ExceptHandler, body: list[ast.stmt], broad: Breadth, ctx: Context) -> bool:
    if is_import_probe(body) or is_only_cleanup(body, ctx) or is_cleanup(node, ctx) or is_awaited_end(body, ctx):
        return True
    if is_only_parsing(body, ctx) or announces_fallback(node, ctx) or is_justified(node, broad, ctx):
        return True
    if isinstance(node, ast.ExceptHandler) and (
        _tolerance.says_failure_by_value(node, ctx) or _tolerance.looks_at_the_error(node)
    ):
        return True
    return _tolerance.is_tolerant(node, ctx)


def _is_answered(node: ast.With | ast.ExceptHandler, ctx: Context) -> bool:
    """`self.state = OFF`, `if self.online: log(...)`, `return DEFAULT_LIMITS`: the handler has an answer of its own."""
    if isinstance(node, ast.With):
        return False
    if _tolerance.gives_default(node, ctx):
        return True
    inside = [part for statement in node.body for part in walk_own(statement)]
    targets = [target for part in inside if isinstance(part, ast.Assign) for target in part.targets]
    if any(_STATE.search(target.attr) for target in targets if isinstance(target, ast.Attribute)):
        return True
    decides = any(isinstance(part, ast.If) for part in inside)
    return decides and not any(isinstance(part, ast.Raise) for part in inside)  # `if DEBUG: raise` redeems nothing
