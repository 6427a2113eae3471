"""The findings themselves, file by file, and the rules that they break."""

from __future__ import annotations

import itertools

from readlint.report.html.charts import Tally, folder_of
from readlint.report.html.markup import escape, paragraphs, prose
from readlint.report.html.source import diff, excerpt
from readlint.report.model import position, rule_url
from readlint.report.summary import SEVERITIES, counted
from readlint.report.text import FIX_LABELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from readlint.findings import Finding, Place
    from readlint.report.model import Report

OPEN = 500  # findings; beyond, a browser starts with every file closed


def files(report: Report) -> Iterator[str]:
    """One piece of the page a finding, so that it is written while it is made."""
    state = " open" if len(report.findings) <= OPEN else ""
    number = itertools.count(1)
    for path, group in itertools.groupby(report.findings, key=lambda finding: finding.path):
        findings = list(group)
        yield (
            f'<details class="file" data-folder="{escape(folder_of(path))}" data-path="{escape(path)}"{state}>'
            f"<summary><b>{escape(path)}</b> <span>{_counts(findings)}</span></summary>\n<ol>\n"
        )
        for finding in findings:
            yield _finding(next(number), finding, report)
        yield "</ol>\n</details>\n"


def _counts(findings: list[Finding]) -> str:
    values = [finding.severity.value for finding in findings]
    return ", ".join(counted(values.count(severity), severity) for severity in SEVERITIES if severity in values)


def _finding(number: int, finding: Finding, report: Report) -> str:
    severity = finding.severity.value
    code, safety = escape(finding.rule), report.applicability(finding).value
    steps = {(place.path, place.span) for place in finding.flow}
    others = [place for place in finding.related if (place.path, place.span) not in steps]
    return "".join(
        [
            f'<li class="finding" id="f{number}" data-severity="{severity}" data-rule="{code}" data-fix="{safety}">',
            f'<p class="head"><b class="{severity}">{severity}</b> {_code(finding)} ',
            f'<a href="#{code}">{escape(finding.name)}</a> <a class="at" href="#f{number}">{_at(finding)}</a></p>',
            f"<p>{prose(finding.message)}</p>",
            _excerpt(finding.path, finding, report, 1),
            _places("step", finding.flow, finding, report),
            _places("related place", others, finding, report),
            _fix(finding, report),
            "</li>\n",
        ]
    )


def _code(finding: Finding) -> str:
    code, url = escape(finding.rule), rule_url(finding)
    return f'<a href="{escape(url)}" rel="noreferrer">{code}</a>' if url else code


def _at(finding: Finding) -> str:
    line, column = position(finding.span)
    return f"{escape(finding.path)}:{line}:{column}"


def _excerpt(path: str, where: Finding | Place, report: Report, context: int) -> str:
    lines = report.lines(path)
    return excerpt(lines, where.span, context) if lines else ""


def _places(noun: str, places: tuple[Place, ...] | list[Place], finding: Finding, report: Report) -> str:
    if not places:
        return ""
    items = "".join(_place(place, finding, report) for place in places)
    return f"<details><summary>{counted(len(places), noun)}</summary><ol>{items}</ol></details>"


def _place(place: Place, finding: Finding, report: Report) -> str:
    path = place.path or finding.path
    line, column = position(place.span)
    where = f"line {line}" if path == finding.path else f"{escape(path)}:{line}:{column}"
    return f'<li>{prose(place.message)} <span class="at">{where}</span>{_excerpt(path, place, report, 0)}</li>'


def _fix(finding: Finding, report: Report) -> str:
    if not finding.fix or finding.edits == ():
        return ""
    label = f"{FIX_LABELS[finding.fix.safety]}: {prose(finding.fix.title)}"
    lines = report.lines(finding.path)
    changes = diff(lines, report.shown_edits(finding)) if finding.edits and lines is not None else ""
    if not changes:
        return f'<p class="fix">{label}</p>'
    return f'<details class="fix"><summary>{label}</summary>{changes}</details>'


def rules(tallies: list[Tally]) -> Iterator[str]:
    """What each rule is about and why, once."""
    from readlint.packs import load_rules  # as much work as all the rest: nobody else's warm run has it

    known = load_rules()
    for tally in sorted(tallies, key=lambda tally: tally.label):
        rule = known.find(tally.label)
        if rule:
            code = escape(rule.code)
            yield f'<details id="{code}"><summary><b>{code}</b> {escape(rule.name)}</summary>'
            yield f"<p>{prose(rule.summary)}</p>{paragraphs(rule.section('Why is this bad?'))}</details>\n"
