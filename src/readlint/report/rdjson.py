"""reviewdog's diagnostics, one JSON document. Columns are bytes of UTF-8 from 1, without a byte-order mark; an end is
exclusive.

It is read strictly: a property that reviewdog does not know makes it refuse the whole file.
https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
"""

from __future__ import annotations

import json
from itertools import pairwise

from readlint.findings import Edit, Safety, Severity, Span
from readlint.report.json import clean
from readlint.report.model import rule_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from readlint.errors import InternalError
    from readlint.findings import Finding, Json
    from readlint.report.model import Report

SHOWS_FIXES = True
SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
SOURCE = {"name": "readlint", "url": "https://readlint.dev"}
#: reviewdog puts its comment where the suggestion is: one that begins in the imports at the top would not be seen.
FAR = 10  # lines


def write(report: Report, out: TextIO) -> None:
    out.write(f'{{\n  "source": {json.dumps(SOURCE)},\n  "diagnostics": [')
    separator = "\n    "
    for finding in report.findings:
        out.write(separator + json.dumps(_finding(finding, report)))
        separator = ",\n    "
    for error in report.errors:
        out.write(separator + json.dumps(_error(error)))
        separator = ",\n    "
    out.write("]\n}\n" if separator.startswith("\n") else "\n  ]\n}\n")


def _finding(finding: Finding, report: Report) -> Json:
    lines = report.read_lines(finding.path) or []
    code = {"value": clean(finding.rule)}
    url = rule_url(finding)
    diagnostic: Json = {
        "message": clean(finding.message),
        "location": {"path": clean(finding.path), "range": _range(finding.span, lines)},
        "severity": SEVERITIES[finding.severity],
        "code": {**code, "url": url} if url else code,
    }
    edit = _suggestion(finding, report, lines)
    if edit:
        diagnostic["suggestions"] = [{"range": _range(edit.span, lines), "text": clean(edit.text)}]
    return diagnostic


def _error(error: InternalError) -> Json:
    return {
        "message": clean(str(error)),
        "location": {"path": clean(error.path)},
        "severity": "ERROR",
        "code": {"value": "internal-error"},
    }


def _range(span: Span, lines: list[str]) -> Json:
    start, end = (max(span.line, 1), span.column), (max(span.end_line, span.line, 1), span.end_column)
    return {"start": _position(*start, lines), "end": _position(*end, lines)}


def _position(line: int, column: int, lines: list[str]) -> Json:
    before = lines[line - 1][:column] if line <= len(lines) else ""
    # A file that changed under us, or cannot be read, has no bytes to count.
    width = len(before.encode("utf-8", "surrogatepass")) + column - len(before)
    return {"line": line, "column": width + 1}


def _suggestion(finding: Finding, report: Report, lines: list[str]) -> Edit | None:
    """The fix as one edit, as reviewdog takes several for alternatives; None where none can be offered."""
    if report.applicability(finding) is Safety.NONE or not finding.edits:
        return None
    edit = _merged(finding.edits, lines)
    if edit != _merged(report.shown_edits(finding), report.lines(finding.path) or []):
        return None  # it would write a mask over a secret
    if edit is None or edit.span.line == 1:  # a byte-order mark may stand there, which reviewdog counts
        return None
    near = finding.span.line - edit.span.line <= FAR >= edit.span.end_line - finding.span.end_line
    return edit if near else None


def _merged(edits: Iterable[Edit], lines: list[str]) -> Edit | None:
    """One edit that does what all of them do; None where the file has changed under us."""
    ordered = sorted(edits, key=lambda edit: edit.span.key())
    first, last = ordered[0].span, ordered[-1].span
    if last.end_line > len(lines) + 1:
        return None
    text = ordered[0].text
    for before, after in pairwise(ordered):
        text += _between(before.span, after.span, [*lines, ""]) + after.text
    return Edit(Span(first.line, first.column, last.end_line, last.end_column), text)


def _between(before: Span, after: Span, lines: list[str]) -> str:
    if before.end_line == after.line:
        return lines[after.line - 1][before.end_column : after.column]
    head, tail = lines[before.end_line - 1][before.end_column :], lines[after.line - 1][: after.column]
    return "".join([head, *lines[before.end_line : after.line - 1], tail])
