"""The last line of a report for people, and what goes to standard error."""

from __future__ import annotations

from readlint.findings import Safety
from readlint.report.terminal import Style, emit, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report

SEVERITIES = ("error", "warning", "note")


def summary(report: Report, style: Style) -> str:
    """`Found 3 errors and 1 note in 214 files; 2 can be fixed with --fix, 1 more with --unsafe-fixes.`"""
    files = counted(report.files_checked, "file")
    fixed = f"{_done(report)} {_counted_in_files(report.fixed)}. " if report.fixed else ""
    if report.findings:
        sentence = f"Found {_by_severity(report.findings, style)} in {files}"
    elif report.files_checked or report.fixed:
        kind = "new findings" if report.baseline else "findings"
        sentence = style.paint("good", f"No {kind} {'left ' if fixed else ''}in {files}")
    else:
        sentence = "No files to check"
    failures = counted(len(report.errors), "internal error") if report.errors else ""
    return fixed + "; ".join(filter(None, [sentence, _fixable(report), _baseline(report), failures])) + "."


def _done(report: Report) -> str:
    if report.suppresses:
        return "Would suppress" if report.only_shows else "Suppressed"
    return "Would fix" if report.only_shows else "Fixed"


def _counted_in_files(findings: Sequence[Finding]) -> str:
    return f"{counted(len(findings), 'finding')} in {counted(len({one.path for one in findings}), 'file')}"


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _by_severity(findings: Sequence[Finding], style: Style) -> str:
    values = [finding.severity.value for finding in findings]
    parts = [
        style.paint(severity, counted(values.count(severity), severity))
        for severity in SEVERITIES
        if severity in values
    ]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _baseline(report: Report) -> str:
    parts = [f"{report.old_count:,} more in the baseline"] if report.old_count else []
    if report.stale:
        entries = "1 entry" if len(report.stale) == 1 else f"{len(report.stale):,} entries"
        parts.append(f"{entries} of the baseline not found any more (readlint baseline update)")
    return ", ".join(parts)


def _fixable(report: Report) -> str:
    now = sum(map(report.fixable, report.findings))
    unsafe = 0
    if not report.unsafe_fixes:
        unsafe = sum(report.applicability(finding) is Safety.UNSAFE for finding in report.findings)
    if now:
        more = f", {unsafe:,} more with --unsafe-fixes" if unsafe else ""
        return f"{now:,} can be fixed with --fix{more}"
    return f"{unsafe:,} can be fixed with --fix --unsafe-fixes" if unsafe else ""


def fixed_lines(report: Report) -> list[str]:
    """What `--show-fixes` lists: how often each rule was fixed in each file."""
    counts: dict[str, dict[tuple[str, str], int]] = {}
    for finding in report.fixed:
        rules = counts.setdefault(finding.path, {})
        key = (finding.rule, finding.name)
        rules[key] = rules.get(key, 0) + 1
    lines = []
    for path, rules in counts.items():
        lines.append(f"{_done(report)} in {escape(path)}:")
        lines += [f"  {count:,} × {rule} {name}" for (rule, name), count in sorted(rules.items())]
    return lines


def write_end(report: Report, out: TextIO, style: Style, *, apart: bool) -> None:
    """The list of fixes and the summary; `apart` by an empty line where anything came before them."""
    if report.quiet:
        return
    lines = [*fixed_lines(report), ""] if report.show_fixes and report.fixed else []
    start = "\n" if apart and report.findings else ""
    emit(out, start + "\n".join([*lines, summary(report, style)]) + "\n")


def write_notices(report: Report, stream: TextIO, style: Style) -> None:
    """Warnings and internal errors go to standard error, once, whatever the formats are."""
    for warning in report.warnings:
        emit(stream, f"readlint: {style.paint('warning', 'warning')}: {escape(warning)}\n")
    for error in report.errors:
        emit(stream, f"readlint: {style.paint('error', 'internal error')}: {escape(str(error))}\n")
