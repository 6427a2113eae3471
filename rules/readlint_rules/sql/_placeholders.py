"""The placeholders of a query, told from literals, comments and quoted names. No parser is needed for that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.sql._drivers import COLON, DOLLAR, NUMBERED, PERCENT, QMARK, Driver

_PARTS = regex(
    r"""(?xs) (?P<literal> '(?:[^']|'')*' ) | (?P<name> "(?:[^"]|"")*" | `[^`]*` ) | (?P<body> \$(\w*)\$ .*? \$\4\$ )
      | (?P<comment> --[^\n]* | /\*.*?\*/ )
      | (?P<double> %% ) | %\((?P<key>\w+)\)[sbt] | (?P<percent> %[sbt](?!\w) ) | (?P<lone> % )
      | (?P<qmark> (?<![?@|&\\]) \?(?![?|&]) (?P<slot>\d*) ) | (?P<cast> :: | \\: | := )
      | (?<![:\w])  : (?P<number>\d+) \b | (?<![:\w]) : (?P<colon>[A-Za-z_]\w*) | (?<!\w) \$ (?P<dollar>\d+)"""
)
_QUOTED = {
    PERCENT: regex(r"%(?:\(\w+\))?s(?!\w)"),
    QMARK: regex(r"\?"),
    COLON: regex(r":[A-Za-z_]\w*"),
    DOLLAR: regex(r"\$\d+"),
    NUMBERED: regex(r":\d+"),
}
_NAMES = regex(r"(?is)\b(FROM|JOIN|INTO|UPDATE|TABLE|ORDER\s+BY|GROUP\s+BY)\s*\Z")
#: In these `FROM` is followed by a value: `EXTRACT(YEAR FROM %s)`, `IS DISTINCT FROM %s`.
_VALUE_FROM = regex(
    r"(?is)(?:\b(?:EXTRACT|SUBSTRING|TRIM|OVERLAY|POSITION)\s*\([^()]*FROM|\bDISTINCT\s+FROM|"
    r"\bVACUUM(?:\s+\w+)?\s+INTO|\bCOPY\s[^;]*?\bFROM)\s*\Z"
)
_OPERATOR = regex(r"\s*(?:=|<|>|!|\+|-|\*|/|\||::|\(|LIKE\b|IS\b|IN\b)", re.IGNORECASE)


class Mark(NamedTuple):
    """One placeholder: its style, its name or number where it has one, and where it stands."""

    style: str
    name: str
    start: int
    end: int


class Scan(NamedTuple):
    marks: tuple[Mark, ...]
    literals: tuple[tuple[int, int], ...]  # quotes included
    lone: tuple[int, ...]  # where a % stands that neither doubles nor begins a placeholder, also inside of quotes

    def of(self, *styles: str) -> list[Mark]:
        return [mark for mark in self.marks if mark.style in styles]


def scan(text: str) -> Scan:
    marks: list[Mark] = []
    literals: list[tuple[int, int]] = []
    lone: list[int] = []
    for match in _PARTS.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "literal":
            literals.append((start, end))
            lone += [start + one.start() for one in re.finditer(r"%%|%(?:\(\w+\))?[sbt]|%", match[0]) if one[0] == "%"]
        elif kind in ("key", "percent"):
            marks.append(Mark(PERCENT, match["key"] or "", start, end))
        elif kind == "qmark":
            marks.append(Mark(QMARK, match["slot"], start, end))
        elif kind == "colon":
            marks.append(Mark(COLON, match["colon"], start, end))
        elif kind == "number":
            marks.append(Mark(NUMBERED, match["number"], start, end))
        elif kind == "dollar":
            marks.append(Mark(DOLLAR, match["dollar"], start, end))
        elif kind == "lone":
            lone.append(start)
    return Scan(tuple(marks), tuple(literals), tuple(sorted(lone)))


def quoted(text: str, found: Scan, driver: Driver) -> list[tuple[int, int]]:
    """The literals that are a placeholder; for `%s` also those that hold one, since it is replaced there too."""
    spans: list[tuple[int, int]] = []
    for start, end in found.literals:
        inner = text[start + 1 : end - 1]
        for style in driver.styles:
            if _QUOTED[style].fullmatch(inner) or (style == PERCENT and _QUOTED[style].search(inner.replace("%%", ""))):
                spans.append((start, end))
                break
    return spans


def naming(text: str, marks: Iterable[Mark]) -> list[tuple[str, Mark]]:
    """Placeholders where SQL wants a name, each with the keyword before it."""
    found: list[tuple[str, Mark]] = []
    for mark in marks:
        before = text[: mark.start]
        keyword = _NAMES.search(before)
        if keyword is None or _VALUE_FROM.search(before) or _OPERATOR.match(text, mark.end):
            continue
        found.append((" ".join(keyword[1].upper().split()), mark))
    return found


def expected(marks: Sequence[Mark], style: str) -> int:
    """How many parameters the placeholders ask for."""
    if style in (DOLLAR, NUMBERED):
        return max((int(mark.name) for mark in marks if mark.name.isdigit()), default=0)
    highest, named = 0, set[str]()
    for mark in marks:  # in SQLite `?2` is the second, and what comes next the third; a `:name` keeps its number
        if mark.style == QMARK and mark.name:
            highest = max(highest, int(mark.name))
        elif mark.name not in named:
            highest += 1
            named |= {mark.name} - {""}
    return highest


def convert(text: str, marks: Sequence[Mark], style: str, found: Scan) -> list[tuple[int, int, str]]:
    """What to replace so that positional placeholders have another style."""
    edits = [
        (mark.start, mark.end, {DOLLAR: f"${number}", NUMBERED: f":{number}"}.get(style, style))
        for number, mark in enumerate(marks, 1)
    ]
    if style == PERCENT:
        edits += [(at, at + 1, "%%") for at in found.lone]
    return sorted(edits)
