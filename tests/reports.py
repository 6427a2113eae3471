"""What tests of the report formats share: findings, and texts that try to get out of their field."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st

from readlint.errors import InternalError
from readlint.findings import Edit, Finding, FixPlan, Safety, Severity, Span
from readlint.report import writer
from readlint.report.model import Report, split_lines

_FRAGMENTS = [
    *(
        "::error::",
        "\n::stop-commands::x",
        "%0A",
        "%25",
        "%AZP25",
        "##vso[task.complete]",
        "##[error]",
        "]",
        ";",
        ",",
        ":",
    ),
    *(
        "<!-- ",
        "-->",
        "]]>",
        "&amp;",
        "&#10;",
        "<script>",
        '"',
        "'",
        "a < b",
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\ufffe",
    ),
    *("`", "``", "` `", "|", "\\", "*a*", "_b_", "[x](y)", "~~c~~", "$d$", "@user", "#123", "GH-7", "!1", ":bug:"),
    *(
        "http://x.y",
        "www.x.y",
        "a@b.c",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "é",
        "😀",
        "\u202e",
        "\u2028",
        "\udcff",
        "\ud800",
    ),
]
#: Words, fragments that mean something somewhere, and any characters, lone surrogates among them.
HOSTILE = st.lists(
    st.sampled_from([*_FRAGMENTS, "word", " "]) | st.text(st.characters(codec=None), max_size=3), max_size=8
).map("".join)
SEVERITIES = st.sampled_from(Severity)


def finding(
    path: str = "a.py",
    message: str = "Lost.",
    severity: Severity = Severity.ERROR,
    span: Span | None = None,
    rule: str = "RL101",
    name: str = "swallowed-exception",
    fingerprint: str = "0123abcd",
) -> Finding:
    made = Finding(rule, name, severity, span or Span(2, 4, 2, 9), message)
    made.path = path
    made.fingerprint = fingerprint
    return made


def with_fix(made: Finding, *edits: Edit, safety: Safety = Safety.SAFE) -> Finding:
    made.fix = FixPlan("repair", "Mend it", safety)
    made.edits = edits
    return made


def report(*findings: Finding, source: str = "", **options: Any) -> Report:
    """A report on files that all hold `source`."""
    return Report(findings, read_lines=lambda _: split_lines(source), **options)


def troubled() -> Report:
    """A run in which much went wrong."""
    errors = [
        InternalError("RL102", "c.py", "KeyError", "x.py:1"),
        InternalError("", "d.py", "the worker process died"),
    ]
    return report(finding(), errors=errors, warnings=["e.ipynb: skipped", "slow"])


def written(output_format: str, view: Report) -> str:
    out = io.StringIO()
    writer(output_format)(view, out)
    return out.getvalue()
