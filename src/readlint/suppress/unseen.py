"""Findings that a run does not report: those of the baseline, and in diff mode those that are not new.

A fix is judged by what it leaves in its file, so a file that changes is divided again, by the same comparison.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from readlint.files.discovery import slashed
from readlint.findings import Finding
from readlint.suppress.baseline import compare
from readlint.suppress.matching import still_unseen
from readlint.suppress.rules import UNREADABLE_FILE, UNUSED_SUPPRESSION

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.result import Result
    from readlint.run import Run


def hide_old(run: Run, result: Result, options: Options, linted: list[str]) -> None:
    """Take the findings of the baseline out of the report, and note what of it is not found any more."""
    baseline = run.baseline
    assert baseline is not None
    folders = [os.path.join(slashed(os.path.abspath(path)), "") for path in options.paths if os.path.isdir(path)]
    standing = compare(
        baseline,
        result.findings,
        linted,
        was_judged=_judgement(run, result),
        was_searched=lambda path: path.startswith(tuple(folders)),
    )
    result.baseline = os.path.relpath(baseline.file)
    result.standing = standing
    result.stale = [(baseline.outside(one.path), one.rule) for one in standing.stale]
    result.old_count = sum(standing.old)
    result.old += take_out(run, result, standing.old)


def _judgement(run: Run, result: Result) -> Callable[[str, str], bool]:
    """Whether a rule has looked at a file: not where it is off, where it failed, or where the file cannot be read."""
    failed = {(error.path, error.rule) for error in result.errors}
    unreadable = {finding.path for finding in result.findings if finding.rule == UNREADABLE_FILE.code}
    asleep = {UNUSED_SUPPRESSION.code} if run.narrowed else set()

    def was_judged(path: str, rule: str) -> bool:
        if path in unreadable or (path, "") in failed or (path, rule) in failed or rule in asleep:
            return False
        return rule in run.screen.active(path, run.settings(path))

    return was_judged


def take_out(run: Run, result: Result, unseen: Sequence[bool]) -> list[Finding]:
    """The findings that are not to be seen, no longer in the report."""
    hidden = [finding for finding, is_unseen in zip(result.findings, unseen, strict=True) if is_unseen]
    result.findings = [finding for finding, is_unseen in zip(result.findings, unseen, strict=True) if not is_unseen]
    for path, findings in groupby(sorted(hidden, key=Finding.sort_key), key=lambda finding: finding.path):
        run.unseen.setdefault(path, []).extend(findings)
    return hidden


def hide_again(unseen: Sequence[Finding], result: Result) -> None:
    """Divide what a changed file comes to as it was divided before."""
    marks = still_unseen(result.findings, unseen)
    divided = list(zip(result.findings, marks, strict=True))
    result.old = [finding for finding, is_unseen in divided if is_unseen]
    result.findings = [finding for finding, is_unseen in divided if not is_unseen]


def forget_unseen(result: Result, options: Options) -> None:
    """Keep of what is not reported only what a format shows, and where secrets are, which no format may show."""
    if not options.wants_old(result.outputs):
        result.hidden += result.old
        result.old = []
    result.hidden = [finding for finding in result.hidden if "secret" in finding.data]
