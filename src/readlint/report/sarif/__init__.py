"""SARIF 2.1.0, for editors and code hosts. docs: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

What costs start-up time (`sarif_om`, the rules with their pages) is imported when a log is written, not before.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.report.model import Report

SHOWS_FIXES = True
SHOWS_OLD = True


def write(report: Report, out: TextIO) -> None:
    from readlint.report.sarif.log import write_log

    write_log(report, out)
