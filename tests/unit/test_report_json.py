"""What programs read."""

from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from readlint import __version__
from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Severity, Span
from readlint.report import json as json_format
from readlint.report import json_lines, statistics
from readlint.report.json import clean
from readlint.report.model import InternalError, Report


def finding(
    rule: str = "RL101",
    name: str = "swallowed-exception",
    severity: Severity = Severity.ERROR,
    fix: Safety | None = None,
    path: str = "a.py",
    message: str = "Lost.",
) -> Finding:
    plan = FixPlan("repair", "Log it", fix) if fix else None
    made = Finding(rule, name, severity, Span(2, 4, 2, 9), message, fix=plan)
    made.path = path
    return made


def load(report: Report) -> Any:
    out = io.StringIO()
    json_format.write(report, out)
    return json.loads(out.getvalue())


def test_a_document() -> None:
    made = finding(fix=Safety.UNSAFE)
    made.definition, made.fingerprint = "Shop.charge", "0123abcd"
    made.flow = (Place(Span(1, 0, 1, 3), "Read here."),)
    made.related = (Place(Span(7, 1, 8, 0), "Used here.", "b.py"),)
    made.edits = (Edit(Span(2, 4, 2, 9), "log()\n"),)
    report = Report(
        [made],
        files_checked=3,
        fixed=[finding()],
        warnings=["slow"],
        errors=[InternalError("RL102", "c.py", "KeyError", "x.py:1")],
    )
    assert load(report) == {
        "version": 1,
        "readlint": __version__,
        "findings": [
            {
                "code": "RL101",
                "name": "swallowed-exception",
                "severity": "error",
                "message": "Lost.",
                "path": "a.py",
                "location": {"row": 2, "column": 5},
                "end_location": {"row": 2, "column": 10},
                "definition": "Shop.charge",
                "fingerprint": "0123abcd",
                "related": [
                    {
                        "message": "Used here.",
                        "path": "b.py",
                        "location": {"row": 7, "column": 2},
                        "end_location": {"row": 8, "column": 1},
                    }
                ],
                "flow": [
                    {
                        "message": "Read here.",
                        "path": "a.py",
                        "location": {"row": 1, "column": 1},
                        "end_location": {"row": 1, "column": 4},
                    }
                ],
                "url": "https://readlint.dev/rules/swallowed-exception",
                "fix": {
                    "applicability": "unsafe",
                    "title": "Log it",
                    "edits": [
                        {
                            "content": "log()\n",
                            "location": {"row": 2, "column": 5},
                            "end_location": {"row": 2, "column": 10},
                        }
                    ],
                },
            }
        ],
        "warnings": ["slow"],
        "errors": [{"rule": "RL102", "path": "c.py", "kind": "KeyError", "where": "x.py:1"}],
        "summary": {
            "files": 3,
            "findings": 1,
            "error": 1,
            "warning": 0,
            "note": 0,
            "fixable": 0,
            "unsafe_fixable": 1,
            "fixed": 1,
        },
    }


def test_no_findings_is_a_document_too() -> None:
    assert load(Report([]))["findings"] == []


def test_no_fix_is_null_and_one_that_came_to_nothing_cannot_be_applied() -> None:
    made = finding(fix=Safety.SAFE)
    made.edits = ()
    fixes = [entry["fix"] for entry in load(Report([finding(path="0.py"), made]))["findings"]]
    assert fixes == [None, {"applicability": "none", "title": "Log it", "edits": []}]


def test_rules_of_other_packs_have_no_url() -> None:
    assert load(Report([finding("XX101")]))["findings"][0]["url"] is None


def test_a_finding_without_a_place_is_at_the_start_of_its_file() -> None:
    made = finding()
    made.span = Span(0, 0, 0, 0)
    entry = load(Report([made]))["findings"][0]
    assert (entry["location"], entry["end_location"]) == ({"row": 1, "column": 1}, {"row": 1, "column": 1})


def test_it_is_written_finding_by_finding() -> None:
    class Counting(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            self.longest = max(self.longest, len(text))
            return super().write(text)

    out = Counting()
    json_format.write(Report([finding() for _ in range(100)]), out)
    assert out.longest < 1000
    assert len(out.getvalue().splitlines()) == 109


def test_json_lines() -> None:
    out = io.StringIO()
    json_lines.write(Report([finding(path="b.py"), finding(message="x\ny")]), out)
    entries = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(entry["path"], entry["message"]) for entry in entries] == [("a.py", "x\ny"), ("b.py", "Lost.")]


def test_bytes_that_are_not_utf_8_stay_readable() -> None:
    assert clean("é\udcff.py") == "é\\xff.py"
    assert clean("\ud800") == "\\ud800"


ANY = st.text(st.characters(codec=None), max_size=20)


@given(ANY, ANY, ANY, st.integers(0, 9), st.integers(0, 9))
def test_round_trip(path: str, message: str, content: str, line: int, column: int) -> None:
    made = finding(path=path, message=message, fix=Safety.SAFE)
    made.span = Span(line, column, line, column + 1)
    made.edits = (Edit(made.span, content),)
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    json_format.write(Report([made]), out)
    entry = json.loads(out.buffer.getvalue())["findings"][0]
    texts = (entry["path"], entry["message"], entry["fix"]["edits"][0]["content"])
    assert entry["location"] == {"row": max(line, 1), "column": column + 1}
    for text, original in zip(texts, (path, message, content), strict=True):
        text.encode("utf-8")
        if not any("\ud800" <= character <= "\udfff" for character in original):
            assert text == original


# Statistics.

COUNTED = [
    finding("RL301", "string-built-sql", fix=Safety.SAFE),
    finding("RL301", "string-built-sql"),
    finding("RL101", "swallowed-exception", Severity.NOTE, fix=Safety.SAFE),
    finding("RL101", "swallowed-exception", Severity.WARNING, fix=Safety.SAFE),
    *[finding("RL601", "missing-timeout") for _ in range(10)],
]


def test_statistics_as_text() -> None:
    out = io.StringIO()
    statistics.write_text(Report(COUNTED, files_checked=2), out)
    assert out.getvalue().splitlines() == [
        "10  RL601       missing-timeout",
        " 2  RL101  [*]  swallowed-exception",
        " 2  RL301  [-]  string-built-sql",
        "",
        "Found 12 errors, 1 warning and 1 note in 2 files; 3 can be fixed with --fix.",
    ]


def test_statistics_have_no_column_of_markers_without_fixes() -> None:
    out = io.StringIO()
    statistics.write_text(Report([finding()], quiet=True), out)
    assert out.getvalue() == "1  RL101  swallowed-exception\n"


def test_statistics_as_json() -> None:
    out = io.StringIO()
    statistics.write_json(Report(COUNTED), out)
    assert json.loads(out.getvalue()) == [
        {"code": "RL601", "name": "missing-timeout", "severity": "error", "count": 10, "fixable": 0},
        {"code": "RL101", "name": "swallowed-exception", "severity": "warning", "count": 2, "fixable": 2},
        {"code": "RL301", "name": "string-built-sql", "severity": "error", "count": 2, "fixable": 1},
    ]


def test_statistics_of_nothing() -> None:
    out = io.StringIO()
    statistics.write_json(Report([]), out)
    assert json.loads(out.getvalue()) == []
