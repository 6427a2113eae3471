"""One page for people: charts, filters, every finding with its code. It needs nothing else, no network, no folder.

The list is complete without the script, which only filters it. There is no date in it: the same findings give the same
page.
"""

from __future__ import annotations

import binascii
import hashlib
import os

from readlint import __version__
from readlint.report.html.charts import Tallies
from readlint.report.html.listing import files, rules
from readlint.report.html.markup import escape
from readlint.report.summary import fixed_lines, summary
from readlint.report.terminal import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from readlint.report.model import Report

SHOWS_FIXES = True


def write(report: Report, out: TextIO) -> None:
    for part in _page(report):
        out.write(part)


def _page(report: Report) -> Iterator[str]:
    style, script = _read("page.css"), _read("page.js")
    yield _head(style, script)
    yield f"<header>\n<h1>readlint</h1>\n<p>{escape(summary(report, Style()))}</p>\n</header>\n<main>\n"
    yield from _notices(report)
    yield from _findings(report) if report.findings else _nothing(report)
    yield f"</main>\n<footer>Made by readlint {escape(__version__)}.</footer>\n"
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _read(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="ascii") as file:
        return file.read()


def _head(style: str, script: str) -> str:
    own = f"style-src {_hash(style)}; script-src {_hash(script)}"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>readlint report</title>\n<style>{style}</style>\n</head>\n<body>\n"
    )


def _hash(text: str) -> str:
    """The only style and the only script that a browser may run in the page."""
    digest = binascii.b2a_base64(hashlib.sha256(text.encode("ascii")).digest(), newline=False)
    return f"'sha256-{digest.decode('ascii')}'"


def _findings(report: Report) -> Iterator[str]:
    tallies = Tallies(report.findings)
    yield tallies.charts()
    yield _filters(tallies.options())
    yield '<section id="findings" aria-label="Findings">\n<h2>Findings</h2>\n'
    yield from files(report)
    yield '</section>\n<section id="rules" aria-label="Rules">\n<h2>Rules</h2>\n'
    yield from rules(tallies.rules)
    yield "</section>\n"


def _nothing(report: Report) -> Iterator[str]:
    looked = "Nothing to report: this code is ready as far as readlint can tell."
    yield f'<p class="good">{looked if report.files_checked else "No file was checked."}</p>\n'


def _filters(options: dict[str, str]) -> str:
    """Hidden until the script is there to obey them."""
    options["fix"] = '<option value="any">with a fix</option><option value="safe">with a safe fix</option>'
    selects = (
        f'<label>{name}<select name="{name}"><option value="">all</option>{choices}</select></label>\n'
        for name, choices in options.items()
    )
    return (
        f'<form id="filters" role="search" aria-label="Filter the findings" hidden>\n{"".join(selects)}'
        '<label>path contains<input type="search" name="path" autocomplete="off" spellcheck="false"></label>\n'
        '<button type="reset">show all</button>\n<output aria-live="polite"></output>\n</form>\n'
    )


def _notices(report: Report) -> Iterator[str]:
    """What the user should know before believing the rest."""
    yield from _notice("error", "Internal errors", map(str, report.errors))
    yield from _notice("warning", "Warnings", report.warnings)
    yield from _notice("note", "Fixed", fixed_lines(report) if report.show_fixes else ())


def _notice(kind: str, title: str, lines: Iterable[str]) -> Iterator[str]:
    items = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    if items:
        yield f'<section class="notice {kind}" aria-label="{title}">\n<h2>{title}</h2>\n'
        yield f"<ul>\n{items}</ul>\n</section>\n"
