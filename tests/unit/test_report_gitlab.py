"""GitLab's Code Quality report."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, SEVERITIES, finding, report, troubled, written

from readlint.findings import Severity, Span
from readlint.report.json import clean
from readlint.report.model import Report


def load(view: Report) -> list[dict[str, Any]]:
    """As GitLab reads it: what lacks one of these is dropped, and so is a fingerprint that came up before."""
    text = written("gitlab", view)
    assert text.isascii()
    entries: list[dict[str, Any]] = json.loads(text)
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(entry["location"]["lines"]["begin"], int)
        assert not entry["location"]["path"].startswith("./")
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    return entries


def test_an_entry() -> None:
    [entry] = load(report(finding(span=Span(2, 4, 5, 9))))
    fingerprint = entry.pop("fingerprint")
    assert len(fingerprint) == 32
    assert entry == {
        "description": "RL101 swallowed-exception: Lost.",
        "check_name": "RL101 swallowed-exception",
        "severity": "critical",
        "location": {"path": "a.py", "lines": {"begin": 2, "end": 5}},
    }


def test_severities() -> None:
    view = report(*(finding(f"{number}.py", severity=severity) for number, severity in enumerate(Severity)))
    assert [entry["severity"] for entry in load(view)] == ["critical", "major", "info"]


def test_nothing_is_an_empty_list() -> None:
    assert written("gitlab", Report([])) == "[]\n"


def test_an_internal_error_is_an_entry() -> None:
    entries = load(troubled())
    assert [(entry["check_name"], entry["location"]["path"]) for entry in entries] == [
        ("RL101 swallowed-exception", "a.py"),
        ("internal-error", "c.py"),
        ("internal-error", "d.py"),
    ]


def test_a_fingerprint_survives_findings_above_and_moved_lines() -> None:
    def fingerprint(*others: Any, line: int) -> str:
        made = finding(message="Mine.", fingerprint="feed", span=Span(line, 0, line, 1))
        entries = load(report(made, *others))
        return next(str(entry["fingerprint"]) for entry in entries if entry["description"].endswith(" Mine."))

    above = [finding(span=Span(1, 0, 1, 1), fingerprint="beef"), finding("0.py", fingerprint="feed")]
    assert fingerprint(line=2) == fingerprint(*above, line=70)


@given(st.lists(st.tuples(HOSTILE, HOSTILE, SEVERITIES, st.sampled_from(["", "one", "two"])), max_size=6))
def test_it_says_what_the_findings_say(rows: list[tuple[str, str, Any, str]]) -> None:
    findings = [finding(path, message, severity, fingerprint=print_) for path, message, severity, print_ in rows]
    said = [(entry["location"]["path"], entry["description"]) for entry in load(report(*findings))]
    texts = [(made.path, f"RL101 swallowed-exception: {made.message}") for made in report(*findings).findings]
    assert said == [(clean(path), clean(description)) for path, description in texts]
