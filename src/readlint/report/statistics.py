"""How often each rule was broken, most often first (`--statistics`)."""

from __future__ import annotations

import json
import os

from readlint.report.json import clean
from readlint.report.summary import write_end
from readlint.report.terminal import Style, emit, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report


class Count:
    """One rule's findings."""

    __slots__ = ("count", "fixable", "name", "rule", "severity")

    def __init__(self, finding: Finding) -> None:
        self.rule = finding.rule
        self.name = finding.name
        self.severity = finding.severity
        self.count = 0
        self.fixable = 0

    def add(self, finding: Finding, report: Report) -> None:
        self.count += 1
        self.fixable += report.fixable(finding)
        self.severity = min(self.severity, finding.severity, key=lambda severity: severity.rank)


def counts(report: Report) -> list[Count]:
    by_rule: dict[str, Count] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, Count(finding)).add(finding, report)
    return sorted(by_rule.values(), key=lambda count: (-count.count, count.rule))


def write_text(report: Report, out: TextIO) -> None:
    """`[*]`: all can be fixed with `--fix`; `[-]`: some."""
    style = Style.of(out, os.environ, report.colour)
    rows = counts(report)
    digits = max((len(f"{row.count:,}") for row in rows), default=0)
    anything = any(row.fixable for row in rows)
    for row in rows:
        marker = "   " if not row.fixable else "[*]" if row.fixable == row.count else "[-]"
        code = style.paint(row.severity.value, escape(row.rule))
        columns = [f"{row.count:>{digits},}", code, *([marker] if anything else []), escape(row.name)]
        emit(out, "  ".join(columns) + "\n")
    write_end(report, out, style, apart=True)


def write_json(report: Report, out: TextIO) -> None:
    rows = [
        {
            "code": clean(row.rule),
            "name": clean(row.name),
            "severity": row.severity.value,
            "count": row.count,
            "fixable": row.fixable,
        }
        for row in counts(report)
    ]
    out.write("[" + ",".join("\n  " + json.dumps(row) for row in rows) + ("\n]\n" if rows else "]\n"))
