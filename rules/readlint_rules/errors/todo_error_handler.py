"""The code that should handle an error was never finished, and says so.

## Why is this bad?
Everything works until something fails; then a placeholder decides what happens. Code like this is at the bottom of
many outages, and nobody looks for it: the note was written on the day when the error was still unlikely.

## Example
```python
def charge(client: Client, order: Order) -> Receipt | None:
    try:
        return client.charge(order)
    except PaymentError:
        return None  # TODO: handle this properly
```

Use instead:
```python
def charge(client: Client, order: Order) -> Receipt | None:
    try:
        return client.charge(order)
    except PaymentError as error:
        order.fail(reason=str(error))
        raise
```

## What is flagged
A mark of unfinished work inside of code that handles errors:
- an `except` clause with its suite, from the comment behind the clause to those below its last statement;
- `with suppress(...)`;
- the branch of a failure: `if not response.ok:`, `if error is not None:`, `if returncode:`, `case Err(e):`, the `else`
  of `if response.ok:`;
- functions that are called with an error: `add_done_callback(f)`, `addErrback(f)`, `link_error=f`,
  `@app.errorhandler`, `on_failure` of a task.

Marks are the words `TODO`, `FIXME`, `XXX`, `HACK`, `TBD` and `WIP` in a comment or at the beginning of a log message,
and phrases such as "handle this properly", "not yet implemented", and "implement me". Where nothing at all is done
about the error, "for now", "ignore this", "a placeholder" and "should never happen" say the same. A handler of nothing
but `...`, and `raise NotImplementedError` without a word in the place of the real error, are marks in the code itself.

It is an error where an `except` clause does nothing at all (`pass`, `continue`, `return None`), and the mark is a word
at the beginning of its line and says what is to be done about the error, or nothing. All else is a note
(docs/precision.md): a mark amid or at the end of a sentence, which gives the reason; a question; a mark about the class
that is caught ("be specific"); a default that is set or returned, a call such as a line in the log, and whatever else
the handler does; exceptions that are part of the language's control flow (`KeyError`, `ImportError`); phrases, and
placeholders in the code; branches, callbacks and `suppress`; marks about something else.

## Not flagged
- Marks in the `try` suite, or before the `try`.
- Marks inside of texts.
- Marks in a function that is defined in the handler.
- Marks that only say when the code can go (`TODO: remove when Python 3.9 is gone`), or that a test is missing.
- Comments where every way raises: the error goes on, whatever else is to be done.
- `...` and `raise NotImplementedError` where control flow is caught: `except KeyError: ...`.
- Tests.

## Options
A ticket does not handle an error. `ticketed = "warning"` or `"note"` makes findings whose mark names a ticket
(`TODO(ABC-12)`, `#123`, a link) no worse than that.

## Fix safety
There is no fix: raise, report, try again, or fall back and say why.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from typing import Any, Literal

from readlint.api import (
    Answers,
    Breadth,
    Category,
    Context,
    ErrorRegion,
    Finding,
    Level,
    Outcome,
    Place,
    Rank,
    Rule,
    Severity,
    answer_outcome,
    breadth,
    error_regions,
    innermost,
    is_skipped,
)
from readlint_rules.errors import _markers, _nothing, _wording


@dataclasses.dataclass(frozen=True)
class Options:
    ticketed: Literal["error", "warning", "note"] = "error"


_CHOICES = "Raise it, report it, try again, or fall back and say why."

RULE: Rule[Options] = Rule(
    __name__,
    __doc__,
    code="RL105",
    severity=Severity.ERROR,
    level=Level.L2,
    category=Category.SAFETY,
    cwe=(546, 390),
    tags=("errors", "exceptions"),
    since="0.1",
    # One finding a handler: who finishes it decides all that the others ask for.
    replaces=("RL101", "RL102", "RL103", "RL104"),
    options=Options(),
    messages={
        "default": "What handles the error at `{head}` is unfinished, as its `{mark}`{ticket} says. " + _CHOICES,
        "ellipsis": "`{head}` has `...` where the error should be handled. " + _CHOICES,
        "not-implemented": "`{head}` raises `NotImplementedError` in the place of the real error, which tells nobody "
        "what failed. Raise an error that does, `from` this one.",
    },
)
RULE.answers("outcome")(answer_outcome)


@RULE.on(ast.Module)
def check(module: ast.Module, ctx: Context) -> Iterator[Finding]:
    lines = _markers.candidates(ctx)
    regions = error_regions(ctx, lines) if lines else []
    for region in regions:
        own = [line for line in lines if region.first <= line <= region.last]
        found = _markers.marks_in(region, own, ctx) if own else ()
        marks = [mark for mark in found if mark.topic != "later" and innermost(regions, mark.where.line) is region]
        if marks and not is_skipped(region.head, ctx):
            yield from _findings(region, marks, ctx)


def _findings(region: ErrorRegion, marks: list[_markers.Mark], ctx: Context) -> Iterator[Finding]:
    """One for all marks of a region: the one that says most gives the message."""
    chosen = min(marks, key=lambda mark: (mark.is_excuse, mark.topic != "error", bool(mark.is_code), mark.where.line))
    outcome = region.outcome(ctx)
    facts: dict[str, Any] = {
        "excuse": chosen.is_excuse,
        "code": bool(chosen.is_code),
        "unhandled": _is_unhandled(region, chosen, ctx),
        "softest": RULE.options(ctx).ticketed if chosen.ticket else Severity.ERROR.value,
    }
    severity = _severity(outcome.lowest, facts)
    is_open = outcome.worst is None and outcome.lowest < Rank.UNKNOWN
    if severity is None and not is_open:
        return
    yield RULE.finding(
        region.head,
        chosen.is_code or "default",
        severity=severity,
        related=[Place(mark.where, f"`{mark.text}` stands here.") for mark in marks],
        questions=outcome.questions if is_open else (),
        data={**facts, "outcome": outcome.to_json()} if is_open else None,
        head=_wording.head(region.head, ctx),
        mark=chosen.text,
        ticket=chosen.ticket,
    )


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    severity = _severity(Outcome.from_json(finding.data["outcome"]).settle(answers), finding.data)
    if severity is None:
        return None
    finding.severity = severity
    return finding


def _severity(rank: Rank, facts: dict[str, Any]) -> Severity | None:
    """By what happens to the error, at worst; None where a mark that is but an excuse has nothing to excuse.

    An error that goes on, as itself or as another one, is handled: what else is to be done can be read nowhere but in
    the comment (of 17 such in 24 projects none was a defect).
    """
    if (facts["excuse"] and rank > Rank.CONST) or (rank is Rank.RAISE and not facts["code"]):
        return None
    found = Severity.ERROR if facts["unhandled"] and rank <= Rank.CONST else Severity.NOTE
    return max(found, Severity(facts["softest"]), key=lambda severity: severity.rank)


def _is_unhandled(region: ErrorRegion, mark: _markers.Mark, ctx: Context) -> bool:
    """Whether a mark says that nothing is done about a real error, and the handler decides nothing either."""
    handler = region.owner
    if not isinstance(handler, ast.ExceptHandler) or not mark.demands or mark.topic != "error":
        return False
    return all(map(_nothing.is_nothing, handler.body)) and breadth(handler.type, ctx) is not Breadth.CONTROL
