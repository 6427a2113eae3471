"""The rules that the engine itself checks: files that cannot be read, and suppressions that are no good."""

from __future__ import annotations

from typing import Any

from readlint.findings import Safety, Severity
from readlint.rules import Category, Level, Rule

UNREADABLE_FILE: Rule[Any] = Rule(
    "readlint.engine.unreadable_file",
    """
    A file that cannot be decoded or parsed is not checked at all.

    ## Why is this bad?
    Every other rule passes over the file, so that a clean report says nothing about it. Mostly it is a slip that
    would stop the program when the module is imported; sometimes it is a merge conflict that nobody resolved.

    readlint reads the syntax of the Python that runs it. A file that needs a newer one is reported too, and the
    message names the version that reads it: run readlint with that.

    ## Example
    ```python
    def total(prices):
        return sum(prices
    ```

    Use instead:
    ```python
    def total(prices):
        return sum(prices)
    ```
    """,
    code="RL001",
    severity=Severity.ERROR,
    level=Level.L0,
    category=Category.SAFETY,
    messages={"default": "This file {problem}. No rule has checked it."},
    since="0.1",
    in_tests=True,
)

UNUSED_SUPPRESSION: Rule[Any] = Rule(
    "readlint.engine.unused_suppression",
    """
    A suppression comment that suppresses nothing.

    ## Why is this bad?
    The code that the comment was about has been mended or has moved away. What is left tells readers of a danger
    that is not there, and would hide the next real finding on that line.

    It is reported only for rules that are on for the file, and never when `--select` narrows the run: whether a
    suppression is of use can only be told when its rule has looked. A suppression with `until=` that has run out is
    reported when there is nothing left to suppress; while there is, the finding itself is back.

    ## Example
    ```python
    def load(path):  # readlint: ignore[RL101] the caller logs every failure
        with open(path) as file:
            return file.read()
    ```

    Use instead:
    ```python
    def load(path):
        with open(path) as file:
            return file.read()
    ```

    ## Fix safety
    Safe: nothing but the comment changes. The fix takes the rules that suppress nothing out of the brackets, and
    the whole comment away when none is left. Other comments on the line stay.
    """,
    code="RL002",
    severity=Severity.WARNING,
    level=Level.L2,
    category=Category.SAFETY,
    messages={
        "default": "This comment suppresses no {rules} finding; remove it, so that it does not hide the next real one.",
        "expired": "This suppression of {rules} ended on {until} and nothing is left to suppress; remove it.",
        "enable": "This `enable` of {rules} ends no `disable`; remove it.",
    },
    since="0.1",
    fix=Safety.SAFE,
    in_tests=True,
)

SUPPRESSION_WITHOUT_REASON: Rule[Any] = Rule(
    "readlint.engine.suppression_without_reason",
    """
    A suppression comment that does not say which rule it silences, or why.

    ## Why is this bad?
    A suppression is a decision, and the next reader must be able to judge whether it still holds. Fewer than ten
    characters, or no more than "false positive", is no reason. It goes behind the bracket:
    `# readlint: ignore[RL101] reason`. With `until=2027-01-31` behind the bracket the suppression ends after that day.

    A suppression without rules in brackets would silence whatever the line brings up one day; it suppresses nothing
    and is an error, as is one with a misspelt word. `enable[...]`, which ends a range, needs no reason. Neither does
    `# noqa: RL101`: in that form, which belongs to other tools, what follows the codes is not read as one.

    ## Example
    ```python
    started = time.time()  # readlint: ignore[wall-clock-duration]
    ```

    Use instead:
    ```python
    started = time.time()  # readlint: ignore[wall-clock-duration] the log reader needs calendar time
    ```
    """,
    code="RL003",
    severity=Severity.WARNING,
    level=Level.L2,
    category=Category.SAFETY,
    messages={
        "default": "This suppression gives no reason; say behind the bracket, in at least 10 characters, "
        "why the code is right as it is.",
        "blanket": "This `{word}` names no rule, so it suppresses nothing; write `# readlint: {word}[RL101] reason` "
        "with the rule's code or name.",
        "unclosed": "The bracket of this `{word}` is not closed, so it suppresses nothing; "
        "write `# readlint: {word}[RL101] reason`.",
        "unknown-word": "`{word}` is not a word that readlint knows in a comment, so this suppresses nothing; "
        "write `{nearest}`.",
        "unknown-rule": "`{selector}` is not a rule, so suppressing it does nothing; write `{nearest}`.",
        "bad-date": "`until={date}` is not a day, so this suppression has no end; write it as in `until=2027-01-31`.",
        "not-migration": "`assured` is for migrations and `{selector}` is not about them, so this suppresses nothing; "
        "write `ignore`.",
    },
    since="0.1",
    in_tests=True,
)

ENGINE_RULES = (UNREADABLE_FILE, UNUSED_SUPPRESSION, SUPPRESSION_WITHOUT_REASON)
