"""Workflow commands of GitHub Actions: each finding becomes an annotation of the changed lines, the worst first.

GitHub shows the first ten errors, warnings and notices of a step. All findings go into the step's summary as well,
where the runner offers one.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import os

from readlint.findings import Severity
from readlint.report.commands import encode, message
from readlint.report.model import position
from readlint.report.terminal import emit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
CHECKOUT = "GITHUB_WORKSPACE"
SUMMARY = "GITHUB_STEP_SUMMARY"
SUMMARY_LIMIT = 1024 * 1024  # bytes that a step may write; a summary that is longer is not shown at all
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def write(report: Report, out: TextIO) -> None:
    for error in report.errors:
        emit(out, _command("error", str(error), title="readlint: internal error"))
    for finding in report.by_severity():
        emit(out, _finding(finding, report))
    for warning in report.warnings:
        emit(out, _command("warning", warning, title="readlint"))
    summary = report.env.get(SUMMARY)
    if summary:
        try:
            _append(report, summary)
        except OSError as error:
            problem = f"{summary}: the step summary cannot be written: {error.strerror or error}"
            emit(out, _command("warning", problem, title="readlint"))


def _finding(finding: Finding, report: Report) -> str:
    span, path = finding.span, report.path_below(CHECKOUT, finding.path)
    line, column = position(span)
    place: dict[str, str | int] = {"file": path, "line": line}
    if span.end_line > line:  # columns are for regions in one line; with them GitHub would show no annotation
        place["endLine"] = span.end_line
    else:
        place.update(col=column, endLine=line, endColumn=max(span.end_column + 1, column))
    title = f"{finding.rule} {finding.name}"
    return _command(COMMANDS[finding.severity], message(finding, path), **place, title=title)


def _command(name: str, text: str, **properties: str | int) -> str:
    fields = ",".join(f"{key}={encode(str(value), _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {fields}::{encode(text, _DATA)}\n"


def _append(report: Report, path: str) -> None:
    from readlint.report.markdown import render

    with open(path, "ab") as file:
        # Other commands of the same step may have written before.
        room = SUMMARY_LIMIT - os.fstat(file.fileno()).st_size
        file.write("".join(["\n", *render(report, room - 1)]).encode("utf-8", "backslashreplace"))
