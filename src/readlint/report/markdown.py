"""Markdown for a comment on a pull request or for a step's summary: counts, a table of rules, findings by file.

It fits into a comment: findings that do not are left out, the least severe first, and counted. What stands in messages
and file names is shown as it is: as no markup, link, mention or reference.
"""

from __future__ import annotations

import re
from itertools import takewhile

from readlint.report.model import position, rule_url
from readlint.report.statistics import counts
from readlint.report.summary import counted, summary
from readlint.report.terminal import Style, emit, escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from readlint.findings import Finding
    from readlint.report.model import Report

LIMIT = 65_000  # bytes; GitHub takes 65,536 characters in a comment
_RESERVE = 200  # for the line that says what was left out

_MARKUP = "&<>\"'`*_[]\\|~$"
#: Markup, and what becomes a link, an emoji or a reference without any: @name, #1, !1, :name:, http://name and so on.
_SPECIAL = re.compile(r"[&<>\"'`*_\[\]\\|~$]|[@#!%](?=[\w/\"'])|:(?=//|[\w+-]+:)|\b(?:GH|gh)-(?=\d)|\bwww\.")
_REFERRING = re.compile(r"[~$&](?=[\w/\"'])|[@#!%:]|GH-|gh-|www\.")
_APART = "&#8203;"  # a space without width
_CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)")


def write(report: Report, out: TextIO) -> None:
    for part in render(report, LIMIT):
        emit(out, part)


def render(report: Report, limit: int) -> Iterable[str]:
    """The document in parts, of at most `limit` bytes together."""
    if limit < _RESERVE:
        return
    budget = Budget(limit - _RESERVE)
    yield budget.take(f"## readlint\n\n{text(summary(report, Style()))}\n") or ""
    yield from _notes("internal error", map(str, report.errors), budget)
    yield from _notes("warning", report.warnings, budget)
    yield from _rules(report, budget)
    yield from _findings(report, budget)


def _findings(report: Report, budget: Budget) -> Iterable[str]:
    """By file, as many of the worst ones as there is room for."""
    shown = dict(takewhile(lambda item: budget.take_item(*item), map(_item, report.by_severity())))
    path = None
    for finding in filter(shown.__contains__, report.findings):
        if finding.path != path:
            path = finding.path
            yield _head(path)
        yield shown[finding]
    left = len(report.findings) - len(shown)
    if left:
        yield f"\n{counted(left, 'more finding')} did not fit in here, the least severe ones.\n"


class Budget:
    """The bytes that are left."""

    __slots__ = ("left", "paths")

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.paths: set[str] = set()

    def take(self, part: str) -> str | None:
        size = _size(part)
        if size > self.left:
            return None
        self.left -= size
        return part

    def take_item(self, finding: Finding, line: str) -> bool:
        """A finding, with its file's heading where it is the first of that file."""
        known = finding.path in self.paths
        if self.take(line if known else _head(finding.path) + line) is None:
            return False
        self.paths.add(finding.path)
        return True


def _size(part: str) -> int:
    return len(part.encode("utf-8", "backslashreplace"))


def _notes(noun: str, notes: Iterable[str], budget: Budget) -> Iterable[str]:
    head = "\n"
    for note in notes:
        part = budget.take(f"{head}- **{noun}:** {text(note)}\n")
        if part:
            yield part
            head = ""


def _rules(report: Report, budget: Budget) -> Iterable[str]:
    urls = {finding.rule: rule_url(finding) for finding in report.findings}
    head = "\n| rule | | severity | findings |\n| --- | --- | --- | ---: |\n"
    for row in counts(report):
        link = _link(row.rule, urls[row.rule])
        part = budget.take(f"{head}| {link} | {_prose(escape(row.name))} | {row.severity.value} | {row.count:,} |\n")
        if part:
            yield part
            head = ""


def _head(path: str) -> str:
    return f"\n### {code(path)}\n\n"


def _item(finding: Finding) -> tuple[Finding, str]:
    line, column = position(finding.span)
    rule = _link(finding.rule, rule_url(finding))
    return finding, f"- {line}:{column} **{finding.severity.value}** {rule} {text(finding.message)}\n"


def _link(name: str, url: str) -> str:
    shown = _prose(escape(name))
    return f"[{shown}]({url})" if url else shown


def text(plain: str) -> str:
    """One line that shows the text as it is; what stands between backticks is shown as code."""
    shown = escape(plain)
    parts, end = [], 0
    for match in _CODE.finditer(shown):
        parts += [_prose(shown[end : match.start()]), code(match[2])]
        end = match.end()
    return "".join([*parts, _prose(shown[end:])])


def _prose(plain: str) -> str:
    return _SPECIAL.sub(_inert, plain)


def _inert(match: re.Match[str]) -> str:
    # Entities mean no markup anywhere; a backslash would not stop a table's cells, HTML or mathematics.
    shown = f"&#{ord(match[0])};" if match[0] in _MARKUP else match[0]
    return shown + _APART if _REFERRING.match(match.string, match.start()) else shown


def code(plain: str) -> str:
    """A span of code, in which nothing has a meaning but a row of backticks as long as its own."""
    shown = escape(plain)
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    blank = " " if shown.strip(" ") and (shown[0] in " `" or shown[-1] in " `") else ""
    return f"{fence}{blank}{shown}{blank}{fence}" if shown else ""
