"""Checkstyle and JUnit: XML that parsers read, and that says what the findings say."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any
from xml.dom import minidom

from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, SEVERITIES, finding, report, troubled, with_fix, written

from readlint.findings import Edit, Severity, Span
from readlint.report import text as text_format
from readlint.report.json import clean
from readlint.report.model import Report
from readlint.report.terminal import Style
from readlint.report.xml import content, quote

ROWS = st.lists(st.tuples(HOSTILE, HOSTILE, SEVERITIES), max_size=4)


def load(output_format: str, view: Report) -> ElementTree.Element:
    text = written(output_format, view)
    assert text.isascii()
    minidom.parseString(text)
    return ElementTree.fromstring(text)


def held(text: str) -> str:
    """The text as far as XML 1.0 can hold it."""
    forbidden = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    return forbidden.sub(lambda match: match[0].encode("unicode_escape").decode(), clean(text))


@given(HOSTILE)
def test_quoted_text_comes_back(text: str) -> None:
    element = ElementTree.fromstring(f'<a b="{quote(text)}">{content(text)}</a>')
    assert element.get("b") == held(text)
    assert (element.text or "") == held(text)


def test_what_xml_cannot_hold_is_visible() -> None:
    assert quote("\x00\x1b\ufffe\udcff") == r"\x00\x1b\ufffe\xff"
    assert quote("\ud800") == r"\ud800"
    assert quote('a\t\r\n<&">é😀') == "a&#9;&#13;&#10;&lt;&amp;&quot;&gt;&#233;&#128512;"
    assert content("a\r\n\tb\n") == "a&#13;\n&#9;b\n"


# Checkstyle.


def test_checkstyle() -> None:
    view = report(
        finding(message="Lost & found."),
        finding("b.py", severity=Severity.WARNING, span=Span(7, 0, 9, 1)),
        finding("b.py", severity=Severity.NOTE, span=Span(0, 0, 0, 0)),
    )
    assert written("checkstyle", view) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<checkstyle version="4.3">\n'
        '  <file name="a.py">\n'
        '    <error line="2" column="5" severity="error" message="Lost &amp; found." source="readlint.RL101"/>\n'
        "  </file>\n"
        '  <file name="b.py">\n'
        '    <error line="1" column="1" severity="info" message="Lost." source="readlint.RL101"/>\n'
        '    <error line="7" column="1" severity="warning" message="Lost." source="readlint.RL101"/>\n'
        "  </file>\n"
        "</checkstyle>\n"
    )


def test_checkstyle_of_a_run_with_internal_errors() -> None:
    root = load("checkstyle", troubled())
    files = {file.get("name"): [problem.get("source") for problem in file] for file in root}
    assert files == {
        "a.py": ["readlint.RL101"],
        "c.py": ["readlint.internal-error"],
        "d.py": ["readlint.internal-error"],
    }


@given(ROWS)
def test_checkstyle_says_what_the_findings_say(rows: list[tuple[str, str, Any]]) -> None:
    findings = [finding(path, message, severity) for path, message, severity in rows]
    root = load("checkstyle", report(*findings))
    said = [(file.get("name"), problem.get("message")) for file in root for problem in file]
    assert sorted(said) == sorted((held(made.path), held(made.message)) for made in findings)
    names = [file.get("name") for file in root]
    assert len(names) == len({made.path for made in findings})


# JUnit.


def test_junit() -> None:
    made = finding("src/a.py", "Lost & found.")
    made.definition = "Shop.charge"
    view = report(made, source="x = 1\nif 0 < 1: pass\n")
    assert written("junit", view) == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<testsuites name="readlint" tests="1" failures="1" errors="0" time="0">\n'
        '  <testsuite name="src/a.py" tests="1" failures="1" errors="0" time="0" skipped="0">\n'
        '    <testcase classname="src.a" name="RL101 swallowed-exception in Shop.charge" file="src/a.py" line="2" time="0">'
        '<failure message="Lost &amp; found." type="error">'
        "src/a.py:2:5: error[RL101] swallowed-exception: Lost &amp; found.\n"
        "   1 &#9474; x = 1\n"
        "   2 &#9474; if 0 &lt; 1: pass\n"
        "     &#9474;     ^^^^^\n"
        "</failure></testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )


def test_a_failure_shows_what_the_text_format_shows() -> None:
    made = with_fix(finding(), Edit(Span(2, 3, 2, 8), "ready"))
    view = report(made, source="x = 1\nif 0 < 1: pass\n")
    failure = load("junit", view).find(".//failure")
    assert failure is not None
    assert failure.text == text_format.render(made, view, Style())
    assert "+ if ready: pass" in failure.text


def test_no_findings_are_one_test_that_passed() -> None:
    root = load("junit", Report([], files_checked=3))
    assert dict(root.attrib) == {
        "name": "readlint",
        "tests": "1",
        "failures": "0",
        "errors": "0",
        "time": "0",
    }
    [case] = root.iter("testcase")
    assert [(child.tag, child.text) for child in case] == [("system-err", None)]


def test_internal_errors_are_errors_and_warnings_are_printed() -> None:
    root = load("junit", troubled())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "2")
    cases = {case.get("classname"): case for case in root.iter("testcase")}
    error = cases["c"].find("error")
    assert error is not None
    assert error.get("message") == "rule RL102 failed on c.py: KeyError at x.py:1"
    assert cases["readlint"].findtext("system-err") == "warning: e.ipynb: skipped\nwarning: slow\n"


@given(ROWS)
def test_junit_says_what_the_findings_say(rows: list[tuple[str, str, Any]]) -> None:
    findings = [finding(path, message, severity) for path, message, severity in rows]
    root = load("junit", report(*findings, source="x\ny = 10\n"))
    said = [
        (case.get("file"), failure.get("message"), failure.get("type"))
        for case in root.iter("testcase")
        for failure in case.iter("failure")
    ]
    assert sorted(said, key=repr) == sorted(
        ((held(made.path), held(made.message), made.severity.value) for made in findings), key=repr
    )
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    assert root.get("tests") == str(len(names))


def test_tests_keep_their_names_when_lines_move() -> None:
    def names(first_line: int) -> list[str | None]:
        places = [Span(first_line + number, 0, first_line + number, 1) for number in range(3)]
        root = load("junit", report(*(finding(span=span) for span in places)))
        return [case.get("name") for case in root.iter("testcase")]

    expected = ["RL101 swallowed-exception", "RL101 swallowed-exception (2)", "RL101 swallowed-exception (3)"]
    assert names(1) == names(50) == expected
