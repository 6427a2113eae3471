"""One line a finding, as ruff users know it: `path:line:column: RL101 [*] message`."""

from __future__ import annotations

import os

from readlint.report.model import position, rule_url
from readlint.report.summary import write_end
from readlint.report.terminal import Style, emit, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report


def write(report: Report, out: TextIO) -> None:
    style = Style.of(out, os.environ, report.colour)
    for finding in report.findings:
        emit(out, render(finding, report, style))
    write_end(report, out, style, apart=False)


def render(finding: Finding, report: Report, style: Style) -> str:
    line, column = position(finding.span)
    code = style.link(rule_url(finding), style.paint(finding.severity.value, escape(finding.rule)))
    marker = f" [{style.paint('note', '*')}]" if report.fixable(finding) else ""
    path, where = style.paint("strong", escape(finding.path)), style.paint("faint", f":{line}:{column}:")
    return f"{path}{where} {code}{marker} {escape(finding.message)}\n"
