"""Findings for people: what is wrong, the code it is in, how it came about and what a fix would do."""

from __future__ import annotations

import os

from readlint.findings import Safety
from readlint.report.diff import diff
from readlint.report.frame import Gutter, frame
from readlint.report.model import position, rule_url
from readlint.report.summary import write_end
from readlint.report.terminal import Style, emit, escape, width, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from readlint.findings import Finding, Place
    from readlint.report.model import Report

SHOWS_FIXES = True
INDENT = 4  # of the lines of a long message
FIX_LABELS = {Safety.SAFE: "fix", Safety.UNSAFE: "unsafe fix (--unsafe-fixes)", Safety.NONE: "fix (by hand)"}


def write(report: Report, out: TextIO) -> None:
    style = Style.of(out, os.environ, report.colour)
    for index, finding in enumerate(report.findings):
        emit(out, ("\n" if index else "") + render(finding, report, style))
    write_end(report, out, style, apart=True)


def render(finding: Finding, report: Report, style: Style) -> str:
    """One finding, all its lines."""
    gutter = Gutter(style, _digits(finding), finding.severity.value)
    rows = [header(finding, style)]
    lines = report.lines(finding.path)
    if lines:
        rows += frame(lines, finding.span, gutter, 1)
    rows += _places("step", finding.flow, finding, report, gutter)
    steps = {(place.path, place.span) for place in finding.flow}
    others = [place for place in finding.related if (place.path, place.span) not in steps]
    rows += _places("related", others, finding, report, gutter)
    if finding.fix and finding.edits != () and not report.quiet:
        rows += _fix(finding, report, gutter)
    return "\n".join(rows) + "\n"


def header(finding: Finding, style: Style) -> str:
    line, column = position(finding.span)
    path, severity = escape(finding.path), finding.severity.value
    code, name, message = escape(finding.rule), escape(finding.name), escape(finding.message)
    if style.wrap:
        used = width(f"{path}:{line}:{column}: {severity}[{code}] {name}: ")
        message = wrap(message, used, INDENT, style.width)
    label = style.paint(severity, f"{severity}[") + style.link(rule_url(finding), style.paint(severity, code))
    return (
        f"{style.paint('strong', path)}{style.paint('faint', f':{line}:{column}:')} "
        f"{label}{style.paint(severity, ']')} {style.paint('strong', name)}: {message}"
    )


def _digits(finding: Finding) -> int:
    """The width of the greatest line number that the finding shows."""
    spans = [finding.span, *(place.span for place in (*finding.flow, *finding.related))]
    spans += [edit.span for edit in finding.edits or ()]
    return max(2, len(str(max(span.end_line for span in spans) + 1)))


def _places(word: str, places: Iterable[Place], finding: Finding, report: Report, gutter: Gutter) -> Iterator[str]:
    for number, place in enumerate(places, 1):
        path = place.path or finding.path
        where = "{}:{}:{}: ".format(escape(path), *position(place.span)) if path != finding.path else ""
        yield gutter.label(f"{word} {number}:", where + escape(place.message))
        lines = report.lines(path)
        if lines:
            yield from frame(lines, place.span, gutter, 0)


def _fix(finding: Finding, report: Report, gutter: Gutter) -> Iterator[str]:
    assert finding.fix is not None
    yield gutter.label(f"{FIX_LABELS[finding.fix.safety]}:", escape(finding.fix.title))
    lines = report.lines(finding.path)
    if finding.edits and lines is not None:
        yield from diff(lines, report.shown_edits(finding), gutter)
