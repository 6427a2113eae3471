"""Where the findings are: bars by severity, rule and folder, each with its numbers, and the lists to choose from."""

from __future__ import annotations

import os

from readlint.report.html.markup import escape
from readlint.report.summary import SEVERITIES, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readlint.findings import Finding

TOP = 10  # rows of a chart; the others are one click away


class Tally:
    """The findings that one row of a chart stands for."""

    __slots__ = ("counts", "label", "name")

    def __init__(self, label: str, name: str = "") -> None:
        self.label = label
        self.name = name  # what a rule is called besides its code
        self.counts = dict.fromkeys(SEVERITIES, 0)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Tallies:
    """All findings, counted in three ways."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        severities = {severity: Tally(severity) for severity in SEVERITIES}
        rules: dict[str, Tally] = {}
        folders: dict[str, Tally] = {}
        for finding in findings:
            severity, folder = finding.severity.value, folder_of(finding.path)
            severities[severity].counts[severity] += 1
            rules.setdefault(finding.rule, Tally(finding.rule, finding.name)).counts[severity] += 1
            folders.setdefault(folder, Tally(folder)).counts[severity] += 1
        self.severities = list(severities.values())
        self.rules = _sorted(rules.values())
        self.folders = _sorted(folders.values())

    def charts(self) -> str:
        return (
            '<div class="charts">\n'
            + _chart("severity", "By severity", self.severities)
            + _chart("rule", "By rule", self.rules)
            + _chart("folder", "By folder", self.folders)
            + "</div>\n"
        )

    def options(self) -> dict[str, str]:
        """What the filters offer."""
        names = ("severity", "rule", "folder")
        lists = (self.severities, sorted(self.rules, key=_label), sorted(self.folders, key=_label))
        return {name: "".join(map(_option, tallies)) for name, tallies in zip(names, lists, strict=True)}


def folder_of(path: str) -> str:
    return os.path.dirname(path) or "."


def _label(tally: Tally) -> str:
    return tally.label


def _sorted(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda tally: (-tally.total, tally.label))


def _option(tally: Tally) -> str:
    value = escape(tally.label)
    return f'<option value="{value}">{f"{value} {escape(tally.name)}".strip()}</option>'


def _chart(kind: str, title: str, tallies: list[Tally]) -> str:
    scale = max(tally.total for tally in tallies)
    chart = f'<section class="by-{kind}" aria-label="{title}">\n<h2>{title}</h2>\n'
    chart += _table(kind, title, tallies[:TOP], scale)
    if len(tallies) > TOP:
        others = counted(len(tallies) - TOP, f"more {kind}")
        chart += f"<details><summary>{others}</summary>\n{_table(kind, title, tallies[TOP:], scale)}</details>\n"
    return chart + "</section>\n"


def _table(kind: str, title: str, tallies: list[Tally], scale: int) -> str:
    columns = ["findings"] if kind == "severity" else [*(f"{severity}s" for severity in SEVERITIES), "all"]
    numbers = "".join(f'<th scope="col">{column}</th>' for column in columns)
    head = f'<tr><th scope="col">{kind}</th><td></td>{numbers}</tr>\n'
    rows = "".join(_row(kind, tally, scale) for tally in tallies)
    return f'<table aria-label="Findings {title.lower()}">\n{head}{rows}</table>\n'


def _row(kind: str, tally: Tally, scale: int) -> str:
    value = escape(tally.label)
    page = f' href="#{value}"' if kind == "rule" else ""  # without the script the link leads to the explanation
    label = f'<a{page} data-filter="{kind}" data-value="{value}">{value}</a> {escape(tally.name)}'.rstrip()
    counts = [tally.total] if kind == "severity" else [*tally.counts.values(), tally.total]
    numbers = "".join(f"<td>{count:,}</td>" for count in counts)
    return f'<tr><th scope="row">{label}</th><td>{_bar(tally, scale)}</td>{numbers}</tr>\n'


def _bar(tally: Tally, scale: int) -> str:
    """The numbers stand beside it, so that those who cannot see it are not told twice."""
    return f'<svg aria-hidden="true">{"".join(_segments(tally, scale))}</svg>'


def _segments(tally: Tally, scale: int) -> Iterator[str]:
    start = 0.0
    for severity, count in tally.counts.items():
        length = 100 * count / scale
        if count:
            yield f'<rect class="{severity}" x="{start:.2f}%" width="{length:.2f}%" height="100%"/>'
        start += length
