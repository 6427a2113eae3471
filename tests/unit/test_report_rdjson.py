"""reviewdog's diagnostics: columns in bytes, fixes as suggestions, and nothing that its parser does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, finding, report, troubled, with_fix, written

from readlint.findings import Edit, Safety, Severity, Span
from readlint.report.json import clean
from readlint.report.model import Report, split_lines

#: The messages of reviewdog.proto: its parser refuses any other property.
SOURCE = {"name": str, "url": str}
POSITION = {"line": int, "column": int}
RANGE = {"start": POSITION, "end": POSITION}
DIAGNOSTIC: dict[str, Any] = {
    "message": str,
    "location": {"path": str, "range": RANGE},
    "severity": str,
    "source": SOURCE,
    "code": {"value": str, "url": str},
    "suggestions": [{"range": RANGE, "text": str}],
    "original_output": str,
}
RESULT = {"diagnostics": [DIAGNOSTIC], "source": SOURCE, "severity": str}


def conform(value: Any, schema: Any) -> None:
    if isinstance(schema, dict):
        assert set(value) <= set(schema)
        for key, part in value.items():
            conform(part, schema[key])
    elif isinstance(schema, list):
        for part in value:
            conform(part, schema[0])
    else:
        assert type(value) is schema


def load(view: Report) -> list[dict[str, Any]]:
    text = written("rdjson", view)
    assert text.isascii()
    result = json.loads(text)
    conform(result, RESULT)
    assert result["source"]["name"] == "readlint"
    diagnostics: list[dict[str, Any]] = result["diagnostics"]
    return diagnostics


def offset(data: bytes, position: dict[str, int]) -> int:
    lines = [line.encode() for line in split_lines(data.decode())]
    return sum(map(len, lines[: position["line"] - 1])) + position["column"] - 1


def selected(source: str, range_: dict[str, dict[str, int]]) -> str:
    data = source.encode()
    return data[offset(data, range_["start"]) : offset(data, range_["end"])].decode()


def applied(source: str, suggestion: dict[str, Any]) -> str:
    data, range_ = source.encode(), suggestion["range"]
    start, end = offset(data, range_["start"]), offset(data, range_["end"])
    return (data[:start] + suggestion["text"].encode() + data[end:]).decode()


def edited(source: str, edits: list[Edit]) -> str:
    starts = [0]
    for line in split_lines(source):
        starts.append(starts[-1] + len(line))
    for edit in sorted(edits, key=lambda edit: edit.span.key(), reverse=True):
        start = starts[edit.span.line - 1] + edit.span.column
        end = starts[edit.span.end_line - 1] + edit.span.end_column
        source = source[:start] + edit.text + source[end:]
    return source


def test_a_diagnostic() -> None:
    [diagnostic] = load(report(finding(severity=Severity.NOTE), source="x\nif true: pass\n"))
    assert diagnostic == {
        "message": "Lost.",
        "location": {"path": "a.py", "range": {"start": {"line": 2, "column": 5}, "end": {"line": 2, "column": 10}}},
        "severity": "INFO",
        "code": {"value": "RL101", "url": "https://readlint.dev/rules/swallowed-exception"},
    }


def test_a_rule_of_another_pack_has_no_url() -> None:
    [diagnostic] = load(report(finding(rule="XX101")))
    assert diagnostic["code"] == {"value": "XX101"}


def test_an_internal_error_is_a_diagnostic_of_its_file() -> None:
    errors = [(diagnostic["location"], diagnostic["severity"]) for diagnostic in load(troubled())[1:]]
    assert errors == [({"path": "c.py"}, "ERROR"), ({"path": "d.py"}, "ERROR")]
    assert load(Report([], errors=troubled().errors))


TEXTS = st.lists(
    st.sampled_from(["a", "é", "𐀀", "e\u0301", "\t", "\x0c", "\u2028", "\n", "\r\n", "\r"]), min_size=1
).map("".join)


def places(source: str) -> list[tuple[int, int]]:
    """Every place in the text, by line and column."""
    lines = split_lines(source)
    found = [(number, column) for number, line in enumerate(lines, 1) for column in range(len(line.rstrip("\r\n")) + 1)]
    return [*found, (len(lines) + 1, 0)] if source.endswith(("\n", "\r")) else found


@given(st.data())
def test_ranges_select_the_text_in_bytes(data: st.DataObject) -> None:
    source = data.draw(TEXTS)
    start, end = sorted(data.draw(st.lists(st.sampled_from(places(source)), min_size=2, max_size=2)))
    span = Span(*start, *end)
    [diagnostic] = load(report(finding(span=span), source=source))
    lines = split_lines(source)
    first = sum(map(len, lines[: span.line - 1])) + span.column
    last = sum(map(len, lines[: span.end_line - 1])) + span.end_column
    assert selected(source, diagnostic["location"]["range"]) == source[first:last]


@given(st.data())
def test_a_suggestion_does_what_the_edits_do(data: st.DataObject) -> None:
    source = "# first\n" + data.draw(TEXTS)
    cuts = sorted(data.draw(st.lists(st.sampled_from(places(source)[8:]), min_size=2, max_size=6, unique=True)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    edits = [Edit(Span(*start, *end), data.draw(st.sampled_from(["", "new", "é\n"]))) for start, end in pairs]
    made = with_fix(finding(span=edits[0].span), *data.draw(st.permutations(edits)))
    suggestions = load(report(made, source=source))[0].get("suggestions")
    if edits[-1].span.end_line - edits[0].span.end_line <= 10:
        [suggestion] = suggestions
        assert applied(source, suggestion) == edited(source, edits)
    else:
        assert suggestions is None


@given(HOSTILE, HOSTILE, HOSTILE)
def test_it_says_what_the_finding_says(path: str, message: str, replacement: str) -> None:
    made = with_fix(finding(path, message), Edit(Span(2, 4, 2, 9), replacement))
    [diagnostic] = load(report(made, source="x\nif true: pass\n"))
    [suggestion] = diagnostic["suggestions"]
    said = (diagnostic["location"]["path"], diagnostic["message"], suggestion["text"])
    assert said == (clean(path), clean(message), clean(replacement))


SOURCE_LINES = "x = 1\n" * 50


def suggestions(*edits: Edit, line: int = 30, safety: Safety = Safety.SAFE, source: str = SOURCE_LINES) -> Any:
    made = with_fix(finding(span=Span(line, 0, line, 1)), *edits, safety=safety)
    return load(report(made, source=source))[0].get("suggestions")


def test_a_suggestion_that_begins_far_away_is_left_out() -> None:
    here = Edit(Span(30, 0, 30, 1), "y")
    assert suggestions(here)
    assert suggestions(here, Edit(Span(20, 0, 20, 0), "import y\n"))
    assert suggestions(here, Edit(Span(19, 0, 19, 0), "import y\n")) is None
    assert suggestions(here, Edit(Span(41, 0, 41, 0), "z\n")) is None


def test_the_first_line_may_begin_with_a_byte_order_mark_that_nobody_sees() -> None:
    assert suggestions(Edit(Span(1, 0, 1, 0), "import y\n"), line=3) is None
    assert suggestions(Edit(Span(2, 0, 2, 0), "import y\n"), line=3)


@pytest.mark.parametrize("safety", [Safety.SAFE, Safety.UNSAFE])
def test_people_judge_suggestions_so_unsafe_ones_are_made_too(safety: Safety) -> None:
    assert suggestions(Edit(Span(30, 0, 30, 1), "y"), safety=safety)


def test_no_suggestion_where_there_is_no_fix() -> None:
    assert suggestions() is None
    assert suggestions(Edit(Span(30, 0, 30, 1), "y"), safety=Safety.NONE) is None


def test_a_file_that_changed_under_us_is_no_error() -> None:
    assert suggestions(Edit(Span(30, 0, 30, 1), "y"), source="x\n") is None
    [diagnostic] = load(report(finding(span=Span(30, 4, 30, 9)), source="x\n"))
    assert diagnostic["location"]["range"]["start"] == {"line": 30, "column": 5}


def test_a_mask_is_never_suggested() -> None:
    source = 'KEY = "hunter2"\nx = 1\n'
    secret = with_fix(finding(span=Span(1, 0, 1, 3)), Edit(Span(1, 6, 1, 15), 'vault("hunter2")'))
    secret.data = {"secret": [[1, 7, 1, 14]]}
    around = with_fix(finding(span=Span(2, 0, 2, 1)), Edit(Span(1, 0, 1, 0), "import y\n"), Edit(Span(2, 0, 2, 1), "y"))
    beside = with_fix(finding(span=Span(2, 0, 2, 1)), Edit(Span(2, 0, 2, 1), "y"))
    view = report(secret, around, beside, source=source)
    assert "hunter2" not in written("rdjson", view)
    assert ["suggestions" in diagnostic for diagnostic in load(view)] == [False, False, True]
