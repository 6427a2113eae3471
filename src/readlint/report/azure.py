"""Logging commands of Azure Pipelines: each finding becomes an issue of the build, the worst first.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from readlint.findings import Severity
from readlint.report.commands import encode, message
from readlint.report.model import position
from readlint.report.terminal import emit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report

#: There is nothing below a warning, and what is no issue is not shown.
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "warning"}
CHECKOUT = "BUILD_SOURCESDIRECTORY"
_DATA = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, "]": "%5D", ";": "%3B"}


def write(report: Report, out: TextIO) -> None:
    for error in report.errors:
        emit(out, _command(str(error), type="error"))
    for finding in report.by_severity():
        emit(out, _finding(finding, report))
    for warning in report.warnings:
        emit(out, _command(warning, type="warning"))


def _finding(finding: Finding, report: Report) -> str:
    line, column = position(finding.span)
    path = report.path_below(CHECKOUT, finding.path)
    return _command(
        message(finding, path),
        type=SEVERITIES[finding.severity],
        sourcepath=path,
        linenumber=line,
        columnnumber=column,
        code=finding.rule,
    )


def _command(text: str, **properties: str | int) -> str:
    fields = "".join(f"{name}={encode(str(value), _PROPERTY)};" for name, value in properties.items())
    return f"##vso[task.logissue {fields}]{encode(text, _DATA)}\n"
