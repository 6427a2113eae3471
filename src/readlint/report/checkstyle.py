"""Checkstyle's XML, which Jenkins, reviewdog and many others read: findings by file. Columns are code points from 1."""

from __future__ import annotations

from readlint.findings import Severity
from readlint.report.model import position
from readlint.report.xml import DECLARATION, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report

VERSION = "4.3"  # of the format; consumers look whether there is one, and no further
SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def write(report: Report, out: TextIO) -> None:
    files: dict[str, list[str]] = {}
    for finding in report.findings:
        files.setdefault(finding.path, []).append(_finding(finding))
    for error in report.errors:
        problem = tag("error", line=1, severity="error", message=str(error), source="readlint.internal-error")
        files.setdefault(error.path, []).append(problem)
    out.write(f'{DECLARATION}<checkstyle version="{VERSION}">\n')
    for path, problems in files.items():
        rows = "".join(f"    <{problem}/>\n" for problem in problems)
        out.write(f"  <{tag('file', name=path)}>\n{rows}  </file>\n")
    out.write("</checkstyle>\n")


def _finding(finding: Finding) -> str:
    line, column = position(finding.span)
    return tag(
        "error",
        line=line,
        column=column,
        severity=SEVERITIES[finding.severity],
        message=finding.message,
        source=f"readlint.{finding.rule}",  # Jenkins takes what follows the last dot for the rule
    )
