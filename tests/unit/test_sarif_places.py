"""Coordinates select exactly the finding's text, and edits come out right where they are applied by position."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from viewer import applied, select

from readlint.findings import Edit, Finding, FixPlan, Safety, Severity, Span
from readlint.report import sarif
from readlint.report.model import Report, split_lines
from readlint.report.sarif.edits import off_the_indentation

TEXTS = st.text(alphabet='a"  \t\n\r\x0c\x0b\u2028é日😀𝒳', max_size=60) | st.text(max_size=40).filter(
    lambda text: text.isascii() or not re.search(r"[\ud800-\udfff\ufeff]", text)
)


def result_of(made: Finding, lines: list[str]) -> Any:
    out = io.StringIO()
    sarif.write(Report([made], read_lines=lambda _: lines, read_bytes=lambda _: "".join(lines).encode()), out)
    return json.loads(out.getvalue())["runs"][0]["results"][0]


@st.composite
def spans(draw: st.DrawFn, lines: list[str]) -> Span:
    """A span of these lines; none ends between a carriage return and its line feed."""
    points = []
    for _ in range(2):
        line = draw(st.integers(1, len(lines)))
        points.append((line, draw(st.integers(0, len(lines[line - 1].rstrip("\r\n"))))))
    first, last = sorted(points)
    return Span(*first, *last)


@given(TEXTS.filter(bool), st.data())
def test_coordinates_select_the_text(text: str, data: st.DataObject) -> None:
    lines = split_lines(text)
    span = data.draw(spans(lines))
    made = Finding("RL101", "swallowed-exception", Severity.ERROR, span, "Lost.")
    made.path = "a.py"
    place = result_of(made, lines)["locations"][0]["physicalLocation"]
    start = sum(map(len, lines[: span.line - 1])) + span.column
    end = sum(map(len, lines[: span.end_line - 1])) + span.end_column
    assert select(text, place["region"]) == text[start:end] == place["region"].get("snippet", {"text": ""})["text"]
    if "contextRegion" in place:
        around = place["contextRegion"]
        assert select(text, around) == around["snippet"]["text"]
        assert text[start:end] in around["snippet"]["text"]
        assert around["startLine"] <= span.line <= span.end_line <= around["endLine"]


@st.composite
def edits(draw: st.DrawFn, lines: list[str]) -> tuple[Edit, ...]:
    """Sorted, and none touches the next."""
    made: list[Edit] = []
    for span in sorted(draw(st.lists(spans(lines), min_size=1, max_size=4)), key=Span.key):
        if not made or (span.line, span.column) > (made[-1].span.end_line, made[-1].span.end_column):
            made.append(Edit(span, draw(st.sampled_from(["", "x", "  ", "\n", "    y\n", "😀"]))))
    return tuple(made)


@given(TEXTS.filter(bool), st.data())
def test_fixes_are_applied_as_they_are_meant(text: str, data: st.DataObject) -> None:
    lines = split_lines(text)
    made = Finding("RL101", "swallowed-exception", Severity.ERROR, Span(1, 0, 1, 0), "Lost.")
    made.path, made.fix, made.edits = "a.py", FixPlan("repair", "Log it", Safety.SAFE), data.draw(edits(lines))
    meant = text
    for edit in reversed(made.edits):
        start = sum(map(len, lines[: edit.span.line - 1])) + edit.span.column
        end = sum(map(len, lines[: edit.span.end_line - 1])) + edit.span.end_column
        meant = meant[:start] + edit.text + meant[end:]
    result = result_of(made, lines)
    if "fixes" in result:
        (fix,) = result["fixes"]
        assert applied(text, fix) == meant
    else:
        assert any(edit.span.line == 1 and not lines[0][: edit.span.column + 1].strip() for edit in made.edits)


def test_an_edit_in_the_indentation_begins_at_the_end_of_the_line_before() -> None:
    lines = ["if x:\r\n", "    # gone\r\n", "    y()\r\n"]
    assert off_the_indentation([Edit(Span(2, 0, 3, 0), "")], lines) == [Edit(Span(1, 5, 3, 0), "\r\n")]
    assert off_the_indentation([Edit(Span(2, 4, 3, 0), "")], lines) == [Edit(Span(2, 4, 3, 0), "")]


def test_edits_of_two_lines_in_a_row_become_one() -> None:
    lines = ["if x:\n", "    # gone\n", "    # too\n", "    y()\n"]
    both = [Edit(Span(2, 0, 3, 0), ""), Edit(Span(3, 2, 4, 0), "")]
    assert off_the_indentation(both, lines) == [Edit(Span(1, 5, 4, 0), "\n  ")]


def test_the_first_line_has_no_line_before() -> None:
    assert off_the_indentation([Edit(Span(1, 0, 2, 0), "")], ["  # gone\n", "x\n"]) is None
    assert off_the_indentation([Edit(Span(1, 0, 2, 0), "")], ["# gone\n", "x\n"]) == [Edit(Span(1, 0, 2, 0), "")]
