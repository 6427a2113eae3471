"""One JSON object a finding and line, for programs that read while readlint writes."""

from __future__ import annotations

import json

from readlint.report.json import finding_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.report.model import Report

SHOWS_FIXES = True


def write(report: Report, out: TextIO) -> None:
    for finding in report.findings:
        out.write(json.dumps(finding_json(finding, report)) + "\n")
