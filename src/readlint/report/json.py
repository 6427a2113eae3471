"""One JSON document. Lines and columns count from 1, columns in code points; an end is exclusive.

Pure ASCII, so that it is right whatever the stream's encoding, and one finding a line: it streams, and `grep` works.
"""

from __future__ import annotations

import json

from readlint import __version__
from readlint.report.model import position, rule_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.findings import Finding, FixPlan, Json, Place, Span
    from readlint.report.model import Report

SHOWS_FIXES = True
VERSION = 1


def write(report: Report, out: TextIO) -> None:
    out.write(f'{{\n  "version": {VERSION},\n  "readlint": {json.dumps(__version__)},\n  "findings": [')
    separator = "\n    "
    for finding in report.findings:
        out.write(separator + json.dumps(finding_json(finding, report)))
        separator = ",\n    "
    out.write("\n  ],\n" if report.findings else "],\n")
    out.write(f'  "warnings": {json.dumps(list(map(clean, report.warnings)))},\n')
    out.write(f'  "errors": {json.dumps(errors_json(report))},\n')
    out.write(f'  "summary": {json.dumps(summary_json(report))}\n}}\n')


def finding_json(finding: Finding, report: Report) -> Json:
    return {
        "code": clean(finding.rule),
        "name": clean(finding.name),
        "severity": finding.severity.value,
        "message": clean(finding.message),
        "path": clean(finding.path),
        **_region(finding.span),
        "definition": clean(finding.definition),
        "fingerprint": clean(finding.fingerprint),
        "related": [_place(place, finding) for place in finding.related],
        "flow": [_place(place, finding) for place in finding.flow],
        "url": rule_url(finding) or None,
        "fix": finding.fix and _fix(finding, finding.fix, report),
    }


def errors_json(report: Report) -> Json:
    return [
        {"rule": clean(error.rule), "path": clean(error.path), "kind": clean(error.kind), "where": clean(error.where)}
        for error in report.errors
    ]


def summary_json(report: Report) -> Json:
    severities = [finding.severity.value for finding in report.findings]
    safeties = [report.applicability(finding).value for finding in report.findings]
    return {
        "files": report.files_checked,
        "findings": len(severities),
        **{severity: severities.count(severity) for severity in ("error", "warning", "note")},
        "fixable": safeties.count("safe"),
        "unsafe_fixable": safeties.count("unsafe"),
        "fixed": 0 if report.suppresses else len(report.fixed),
        **({"suppressed": len(report.fixed)} if report.suppresses else {}),
        **({"baseline": {"unchanged": report.old_count, "absent": len(report.stale)}} if report.baseline else {}),
    }


def clean(text: str) -> str:
    """Bytes of a file name that are not UTF-8 become `\\xff`: half of JSON's readers refuse lone surrogates."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _point(line: int, column: int) -> Json:
    return {"row": line, "column": column}


def _region(span: Span) -> Json:
    line, column = position(span)
    return {"location": _point(line, column), "end_location": _point(max(span.end_line, line), span.end_column + 1)}


def _place(place: Place, finding: Finding) -> Json:
    return {"message": clean(place.message), "path": clean(place.path or finding.path), **_region(place.span)}


def _fix(finding: Finding, fix: FixPlan, report: Report) -> Json:
    edits = [{"content": clean(edit.text), **_region(edit.span)} for edit in report.shown_edits(finding)]
    return {"applicability": report.applicability(finding).value, "title": clean(fix.title), "edits": edits}
