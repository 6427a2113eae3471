"""A failure ends in a log line that nobody sees, or that does not say what failed.

## Why is this bad?
Production seldom keeps `debug` and `info`, so that an error logged there is an error swallowed. And a line such as
`sync failed` wakes somebody who then has nothing to go by: which exception it was, and where, is known only where it
was caught.

## Example
```python
import logging

logger = logging.getLogger(__name__)


def sync(client: Client) -> None:
    try:
        client.fetch()
    except Exception:
        logger.error("sync failed")
```

Use instead:
```python
import logging

logger = logging.getLogger(__name__)


def sync(client: Client) -> None:
    try:
        client.fetch()
    except Exception:
        logger.exception("sync failed")
```

## What is flagged
- *Hidden*: all that is left of an exception on some way through the handler is a line below `warning`. This is about
  `except Exception` and about operational exceptions (`OSError`, `requests.RequestException`).
- *Cause lost*: `except Exception` with a line at `warning` or above in which neither the exception nor its traceback
  is.
- *Only the text*: `logger.error(str(error))` in `except Exception`: a `KeyError` becomes `'id'`.

The outcome of the whole handler counts, over every way through it and over functions of the project, in other files
too. All of these are notes: on code that nobody tuned the rule on, a quarter of the quiet lines were quiet on purpose.

## Not flagged
- Handlers that raise (also by `with save_and_reraise_exception():`), end the process or hand the exception on; retry
  loops that raise or report at the end.
- Another call in the handler that has the exception or its traceback, at whatever level.
- `logger.log(level, ...)` with a level that is known only at run time, and `exc_info=False`, which somebody wrote on
  purpose.
- `logger.error("sync failed: %s", error)` and `f"sync failed: {error!r}"`: the exception is in the line.
- Narrow exceptions and those of look-ups, such as `KeyError`.
- A `try` that only logs, measures or traces, or only imports.
- A comment in the handler that says why nothing more is logged.
- What is printed: a terminal shows no levels.

A hidden failure has no fix, and one of an operational exception is not flagged, in cleanup code, where the `try` only
parses or looks something up, and in functions that announce by their name or docstring that they may fail. It has no
fix either where the line says why it is quiet ("will retry", "optional").

## Fix safety
Safe where the cause is lost and the logger is one of `logging`, structlog or loguru, in this file or as another file
of the project makes it: `error` becomes `exception`, which keeps the level; any other level gets `exc_info=True`, or
loguru's `opt(exception=True)`. Unsafe where the logger's kind is not known, and where the level is raised: more is
logged than before. There is no fix for `warn` and `fatal` of a logger whose kind is not known.

## Options
The setting `error-reporters` names functions outside the project that report an exception.
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
    Place,
    Rank,
    Rule,
    Safety,
    Severity,
    announces_fallback,
    answer_outcome,
    breadth,
    has_reason,
    is_cleanup,
    is_import_probe,
    is_only_cleanup,
    is_only_parsing,
    is_only_telemetry,
    is_skipped,
    is_told_at_once,
    last_name,
    logged_rank,
    logs_traceback,
    walk,
)
from readlint_rules.errors import _exits, _tolerance, _wording
from readlint_rules.errors._log_calls import (
    KIND,
    PLAIN,
    QUIET,
    add_cause,
    carries_cause,
    formats_traceback,
    is_only_text,
    kind_of,
    log_calls,
    logger_kind,
    raise_level,
    remedy,
)

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL103",
    severity=Severity.NOTE,
    level=Level.L2,
    category=Category.OBSERVABILITY,
    fix=Safety.SAFE,
    cwe=(778, 544),
    tags=("errors", "exceptions", "logging"),
    since="0.1",
    messages={
        "hidden": "`{clause}`: all that is left of what {source} raises is a `{call}` line, which production seldom "
        "keeps. Log it at `warning` or above, with the traceback.",
        "lost": "`{call}` says that {source} failed but not why: neither the exception nor its traceback is logged. "
        "{remedy}.",
        "text": "`{call}` logs only the text of what {source} raises: its type and traceback are lost. {remedy}.",
    },
)
RULE.answers("outcome")(answer_outcome)
RULE.answers(KIND)(logger_kind)


@RULE.on(ast.ExceptHandler)
def check_handler(handler: ast.ExceptHandler, ctx: Context) -> Iterator[Finding]:
    if handler.type is None or is_told_at_once(handler, Rank.WEAK):
        return
    calls = log_calls(handler, ctx)
    caught = breadth(handler.type, ctx) if calls else Breadth.UNKNOWN
    if caught not in (Breadth.OPERATIONAL, Breadth.BROAD):
        return
    quiet = next((call for call in calls if logged_rank(call, ctx) is Rank.HIDE), None)
    loud = _without_cause(handler, calls, ctx) if caught is Breadth.BROAD else None
    if (quiet is None and loud is None) or _exits.raises_behind(handler) or is_skipped(handler, ctx):
        return
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    if is_import_probe(body) or is_only_telemetry(body, ctx):
        return
    lowest = ctx.outcome(handler).lowest
    if lowest is Rank.HIDE and quiet is not None:
        yield from _hidden(handler, body, quiet, caught, ctx)
    elif lowest in (Rank.WEAK, Rank.STRONG) and loud is not None:
        yield from _cause_lost(handler, body, loud, is_only_text(handler, calls, ctx), ctx)


def _without_cause(handler: ast.ExceptHandler, calls: list[ast.Call], ctx: Context) -> ast.Call | None:
    """The last log call of a handler that nowhere tells more of the exception than its text."""
    if carries_cause(handler) and not is_only_text(handler, calls, ctx):
        return None
    return next((call for call in reversed(calls) if logged_rank(call, ctx) is Rank.WEAK), None)


def _hidden(
    handler: ast.ExceptHandler, body: list[ast.stmt], quiet: ast.Call, caught: Breadth, ctx: Context
) -> Iterator[Finding]:
    outcome = ctx.outcome(handler)
    meant = is_only_cleanup(body, ctx) or is_cleanup(handler, ctx) or is_only_parsing(body, ctx)
    meant = meant or announces_fallback(handler, ctx) or has_reason(handler, ctx)
    if meant and caught is not Breadth.BROAD:
        return
    meant = meant or _is_deliberate(quiet)
    kind, _ = kind_of(quiet, ctx)
    data = {"kind": kind, "has_traceback": logs_traceback(quiet) or formats_traceback(quiet)}
    may_fix = not meant and last_name(quiet.func) in QUIET
    yield RULE.finding(
        handler,
        "hidden",
        fix=Fix(raise_level, "Log a warning", quiet, safety=Safety.UNSAFE, data=data) if may_fix else None,
        related=[Place(ctx.span(quiet), "the only trace")],
        questions=outcome.questions,
        data={"outcome": outcome.to_json(), "rank": int(Rank.HIDE)},
        clause=_wording.head(handler, ctx),
        source=_wording.source_of(body, "try"),
        call=ctx.text(quiet.func),
    )


def _is_deliberate(quiet: ast.Call) -> bool:
    """Words that say why it is quiet: "will retry", "optional"."""
    texts = [part.value for part in walk(quiet) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(map(_tolerance.says_silence, texts))


def _cause_lost(
    handler: ast.ExceptHandler, body: list[ast.stmt], call: ast.Call, text: bool, ctx: Context
) -> Iterator[Finding]:
    outcome = ctx.outcome(handler)
    if (outcome.lowest is Rank.STRONG and not text) or has_reason(handler, ctx):
        return
    kind, questions = kind_of(call, ctx)
    safety = Safety.SAFE if kind else Safety.UNSAFE
    # supervisor's logger has `warn`, and takes keywords for the text alone.
    known = kind or questions or last_name(call.func) not in ("warn", "fatal")
    may_fix = known and last_name(call.func) in PLAIN and isinstance(ctx.parent(call), ast.Expr)
    data = {"kind": kind, "needs_kind": last_name(call.func) != "error"}
    yield RULE.finding(
        handler,
        "text" if text else "lost",
        fix=Fix(add_cause, "Log the traceback", call, safety=safety, data=data) if may_fix else None,
        related=[Place(ctx.span(call), "what is logged")],
        questions=[*outcome.questions, *questions],
        data={"outcome": outcome.to_json(), "rank": int(outcome.lowest)},
        source=_wording.source_of(body, "try"),
        call=ctx.text(call.func),
        remedy=remedy(call, kind),
    )


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    rank = Outcome.from_json(finding.data["outcome"]).settle(answers)
    if rank != finding.data["rank"]:
        return None
    _learn_kind(finding, answers)
    return finding


def _learn_kind(finding: Finding, answers: Answers) -> None:
    """What another file says of an imported logger. One that nobody knows gets no keyword of `logging`."""
    asked = [answer for question, answer in answers.items() if question.kind == KIND]
    if finding.fix is None or not asked:
        return
    if asked[0]:
        finding.fix.safety = Safety.SAFE
        finding.fix.data["kind"] = asked[0]
    elif finding.fix.data["needs_kind"]:
        finding.fix = None
