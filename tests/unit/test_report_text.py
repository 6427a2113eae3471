"""What people read: frames, diffs, summaries. The golden outputs are meant to be looked at."""

from __future__ import annotations

import io
import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Severity, Span
from readlint.report import concise, text
from readlint.report.diff import changed_lines, diff
from readlint.report.frame import Gutter, Line, frame, window
from readlint.report.model import InternalError, Report, split_lines
from readlint.report.summary import fixed_lines, summary
from readlint.report.terminal import Style, escape, width

ORDERS = """\
import time

from shop import gateway


def charge(order):
    try:
        gateway.charge(order)
    except Exception:
        pass
    return order
"""


def finding(
    span: tuple[int, int, int, int] = (9, 4, 9, 20),
    *,
    path: str = "shop/orders.py",
    severity: Severity = Severity.ERROR,
    fix: Safety | None = None,
    edits: tuple[Edit, ...] | None = None,
    flow: tuple[Place, ...] = (),
    related: tuple[Place, ...] = (),
    message: str = "A failed charge leaves no trace.",
) -> Finding:
    plan = FixPlan("repair", "Log the exception", fix) if fix else None
    made = Finding("RL101", "swallowed-exception", severity, Span(*span), message, flow=flow, related=related, fix=plan)
    made.path = path
    made.edits = edits
    return made


def report(*findings: Finding, source: str = ORDERS, files: int = 214, **options: object) -> Report:
    sources = {"shop/orders.py": source, "shop/gateway.py": "import requests\nclient = requests.Session()\n"}
    lines = {path: split_lines(content) for path, content in sources.items()}
    return Report(findings, files_checked=files, read_lines=lines.get, **options)  # type: ignore[arg-type]


def shown(made: Report, style: Style | None = None) -> str:
    """The only finding of a report, in plain text."""
    return text.render(made.findings[0], made, style or Style())


def written(made: Report) -> str:
    out = io.StringIO()
    text.write(made, out)
    return out.getvalue()


def expect(actual: str, golden: str) -> None:
    assert actual == dedent(golden).lstrip("\n")


# Golden outputs.


def test_a_finding_has_a_header_and_its_code() -> None:
    expect(
        shown(report(finding())),
        """
        shop/orders.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           8 │         gateway.charge(order)
           9 │     except Exception:
             │     ^^^^^^^^^^^^^^^^
          10 │         pass
        """,
    )


def test_the_first_line_has_no_line_before_it() -> None:
    expect(
        shown(report(finding((1, 7, 1, 11)))),
        """
        shop/orders.py:1:8: error[RL101] swallowed-exception: A failed charge leaves no trace.
           1 │ import time
             │        ^^^^
           2 │
        """,
    )


def test_a_region_of_several_lines_has_a_bracket() -> None:
    expect(
        shown(report(finding((7, 4, 10, 12)))),
        """
        shop/orders.py:7:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           6 │   def charge(order):
           7 │ ╭     try:
             │ │     ^^^^
           8 │ │         gateway.charge(order)
           9 │ │     except Exception:
          10 │ ╰         pass
          11 │       return order
        """,
    )


def test_a_long_region_is_shortened() -> None:
    expect(
        shown(report(finding((1, 0, 10, 12)))),
        """
        shop/orders.py:1:1: error[RL101] swallowed-exception: A failed charge leaves no trace.
           1 │ ╭ import time
             │ │ ^^^^^^^^^^^
           2 │ │
           3 │ │ from shop import gateway
           ⋮
          10 │ ╰         pass
          11 │       return order
        """,
    )


def test_a_region_that_ends_before_a_line_does_not_show_it_as_marked() -> None:
    rows = shown(report(finding((9, 4, 10, 0)))).splitlines()
    assert rows[2:4] == ["   9 │     except Exception:", "     │     ^^^^^^^^^^^^^^^^^"]


def test_steps_and_related_places_are_numbered_with_their_code() -> None:
    flow = (Place(Span(6, 11, 6, 16), "The order comes in."), Place(Span(8, 23, 8, 28), "It is charged."))
    related = (Place(Span(2, 0, 2, 6), "The client.", "shop/gateway.py"), Place(Span(1, 0, 1, 1), "Gone.", "gone.py"))
    expect(
        shown(report(finding(flow=flow, related=related))),
        """
        shop/orders.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           8 │         gateway.charge(order)
           9 │     except Exception:
             │     ^^^^^^^^^^^^^^^^
          10 │         pass
             ├ step 1: The order comes in.
           6 │ def charge(order):
             │            ^^^^^
             ├ step 2: It is charged.
           8 │         gateway.charge(order)
             │                        ^^^^^
             ├ related 1: shop/gateway.py:2:1: The client.
           2 │ client = requests.Session()
             │ ^^^^^^
             ├ related 2: gone.py:1:1: Gone.
        """,
    )


EDITS = (
    Edit(Span(2, 0, 2, 0), "import logging\n"),
    Edit(Span(9, 20, 9, 20), " as error"),
    Edit(Span(10, 8, 10, 12), "logging.exception(error)\n        raise"),
)


def test_a_fix_is_a_small_diff() -> None:
    expect(
        shown(report(finding(fix=Safety.UNSAFE, edits=EDITS))),
        """
        shop/orders.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           8 │         gateway.charge(order)
           9 │     except Exception:
             │     ^^^^^^^^^^^^^^^^
          10 │         pass
             ├ unsafe fix (--unsafe-fixes): Log the exception
           1 │   import time
             │ + import logging
           2 │
           ⋮
           8 │           gateway.charge(order)
           9 │ -     except Exception:
             │ +     except Exception as error:
          10 │ -         pass
             │ +         logging.exception(error)
             │ +         raise
          11 │       return order
        """,
    )


@pytest.mark.parametrize(
    ("safety", "label"),
    [
        (Safety.SAFE, "fix:"),
        (Safety.UNSAFE, "unsafe fix (--unsafe-fixes):"),
        (Safety.NONE, "fix (by hand):"),
    ],
)
def test_a_fix_nobody_asked_to_make_is_only_named(safety: Safety, label: str) -> None:
    assert shown(report(finding(fix=safety))).splitlines()[-1] == f"     ├ {label} Log the exception"


def test_a_fix_that_came_to_nothing_is_not_offered() -> None:
    made = report(finding(fix=Safety.SAFE, edits=()))
    assert "fix" not in shown(made)
    assert not made.fixable(made.findings[0])


def test_a_long_diff_is_shortened() -> None:
    edit = Edit(Span(1, 0, 1, 0), "x = 1\n" * 100)
    rows = shown(report(finding(fix=Safety.SAFE, edits=(edit,)))).splitlines()
    assert rows[-1] == "     │ … 61 more lines"


def test_the_whole_report() -> None:
    note = finding((3, 0, 3, 24), severity=Severity.NOTE, fix=Safety.SAFE)
    expect(
        written(report(finding(fix=Safety.UNSAFE), note)),
        """
        shop/orders.py:3:1: note[RL101] swallowed-exception: A failed charge leaves no trace.
           2 │
           3 │ from shop import gateway
             │ ^^^^^^^^^^^^^^^^^^^^^^^^
           4 │
             ├ fix: Log the exception

        shop/orders.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           8 │         gateway.charge(order)
           9 │     except Exception:
             │     ^^^^^^^^^^^^^^^^
          10 │         pass
             ├ unsafe fix (--unsafe-fixes): Log the exception

        Found 1 error and 1 note in 214 files; 1 can be fixed with --fix, 1 more with --unsafe-fixes.
        """,
    )


def test_quiet_is_findings_only() -> None:
    expect(
        written(report(finding(fix=Safety.SAFE, edits=EDITS), quiet=True)),
        """
        shop/orders.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.
           8 │         gateway.charge(order)
           9 │     except Exception:
             │     ^^^^^^^^^^^^^^^^
          10 │         pass
        """,
    )


def test_tabs_and_wide_characters_keep_the_carets_in_place() -> None:
    source = '\tx = "订单 é"; eval(y)\n'
    column = source.index("eval")
    expect(
        shown(report(finding((1, column, 1, column + 7)), source=source)),
        """
        shop/orders.py:1:14: error[RL101] swallowed-exception: A failed charge leaves no trace.
           1 │     x = "订单 é"; eval(y)
             │                   ^^^^^^^
        """,
    )


def test_a_long_line_is_clipped_around_the_region() -> None:
    source = "short\n" + "a" * 300 + "REGION" + "b" * 300 + "\n"
    expect(
        shown(report(finding((2, 300, 2, 306)), source=source), Style(width=60)),
        """
        shop/orders.py:2:301: error[RL101] swallowed-exception: A failed charge leaves no trace.
           1 │ …
           2 │ …aaaaaaaaaaaaaaaaaaaaaaREGIONbbbbbbbbbbbbbbbbbbbbbbb…
             │                        ^^^^^^
        """,
    )


def test_a_minified_file_of_megabytes_is_only_looked_at_near_the_region() -> None:
    line = "é" * 1_000_000
    rows = shown(report(finding((1, 500_000, 1, 500_001)), source=line)).splitlines()
    assert max(map(len, rows)) <= 120
    assert rows[2].endswith("^")


def test_ascii_terminals_get_ascii_glyphs() -> None:
    rows = shown(report(finding((1, 0, 10, 12), fix=Safety.SAFE)), Style(unicode=False))
    assert rows.isascii()
    expect(
        rows,
        r"""
        shop/orders.py:1:1: error[RL101] swallowed-exception: A failed charge leaves no trace.
           1 | / import time
             | | ^^^^^^^^^^^
           2 | |
           3 | | from shop import gateway
         ...
          10 | \         pass
          11 |       return order
             | fix: Log the exception
        """,
    )


def test_long_messages_break_between_words_on_a_terminal() -> None:
    message = "A failed charge leaves no trace at all, so that nobody looks for the lost order."
    made = report(finding(message=message, related=(Place(Span(99, 0, 99, 0), message),)))
    rows = shown(made, Style(width=60, wrap=True)).splitlines()
    assert rows[:3] == [
        "shop/orders.py:9:5: error[RL101] swallowed-exception: A",
        "    failed charge leaves no trace at all, so that nobody",
        "    looks for the lost order.",
    ]
    assert rows[-2:] == [
        "      ├ related 1: A failed charge leaves no trace at all,",
        "        so that nobody looks for the lost order.",
    ]
    assert shown(made, Style(width=60)).splitlines()[0].endswith(message)


@pytest.mark.parametrize("span", [(0, 0, 0, 0), (99, 0, 99, 5), (9, 400, 9, 500), (9, 10, 9, 2), (9, 4, 400, 1)])
def test_a_file_that_changed_under_us_does_no_harm(span: tuple[int, int, int, int]) -> None:
    edits = (Edit(Span(*span), "x\ny"),)
    rows = shown(report(finding(span, fix=Safety.SAFE, edits=edits))).splitlines()
    assert rows[0].startswith(f"shop/orders.py:{max(span[0], 1)}:")


def test_a_file_that_is_gone_has_no_frame() -> None:
    assert shown(report(finding(path="gone.py", fix=Safety.SAFE, edits=EDITS))).splitlines() == [
        "gone.py:9:5: error[RL101] swallowed-exception: A failed charge leaves no trace.",
        "     ├ fix: Log the exception",
    ]


def test_colour_marks_the_severity_and_links_the_code() -> None:
    head = shown(report(finding()), Style(colour=True, links=True)).splitlines()[0]
    link = "\x1b]8;;https://readlint.dev/rules/swallowed-exception\x1b\\\x1b[1;31mRL101\x1b[0m\x1b]8;;\x1b\\"
    assert link in head
    assert head.startswith("\x1b[1mshop/orders.py\x1b[0m\x1b[2m:9:5:\x1b[0m \x1b[1;31merror[")


def test_hostile_names_and_messages_do_not_reach_the_terminal() -> None:
    made = report(finding(path="a\x1b[2J\u202e\udcff.py", message="bad\nnews\x9b"))
    assert shown(made).startswith("a\\x1b[2J\\u202e\\xff.py:9:5: error[RL101] swallowed-exception: bad\\nnews\\x9b")


# Summaries.


def many(*severities: Severity, fix: Safety | None = None) -> list[Finding]:
    return [finding(severity=severity, fix=fix) for severity in severities]


E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE


@pytest.mark.parametrize(
    ("made", "golden"),
    [
        (report(), "No findings in 214 files."),
        (report(files=1), "No findings in 1 file."),
        (report(files=0), "No files to check."),
        (report(files=4338), "No findings in 4,338 files."),
        (report(*many(E), files=1), "Found 1 error in 1 file."),
        (report(*many(E, E, E, W, N, N)), "Found 3 errors, 1 warning and 2 notes in 214 files."),
        (report(*many(W, N)), "Found 1 warning and 1 note in 214 files."),
        (report(*many(W, fix=Safety.SAFE)), "Found 1 warning in 214 files; 1 can be fixed with --fix."),
        (
            report(*many(W, fix=Safety.UNSAFE)),
            "Found 1 warning in 214 files; 1 can be fixed with --fix --unsafe-fixes.",
        ),
        (
            report(*many(W, W, fix=Safety.SAFE), *many(W, fix=Safety.UNSAFE)),
            "Found 3 warnings in 214 files; 2 can be fixed with --fix, 1 more with --unsafe-fixes.",
        ),
        (
            report(*many(W, fix=Safety.SAFE), *many(W, fix=Safety.UNSAFE), unsafe_fixes=True),
            "Found 2 warnings in 214 files; 2 can be fixed with --fix.",
        ),
        (report(*many(W, fix=Safety.NONE)), "Found 1 warning in 214 files."),
        (report(fixed=many(W)), "Fixed 1 finding in 1 file. No findings left in 214 files."),
        (report(*many(E), fixed=many(W, W)), "Fixed 2 findings in 1 file. Found 1 error in 214 files."),
        (report(fixed=many(W), only_shows=True), "Would fix 1 finding in 1 file. No findings left in 214 files."),
        (report(fixed=many(W), suppresses=True), "Suppressed 1 finding in 1 file. No findings left in 214 files."),
        (
            report(*many(E), fixed=many(W, W), suppresses=True, only_shows=True),
            "Would suppress 2 findings in 1 file. Found 1 error in 214 files.",
        ),
        (
            report(errors=[InternalError("RL101", "a.py", "KeyError")]),
            "No findings in 214 files; 1 internal error.",
        ),
    ],
)
def test_summary(made: Report, golden: str) -> None:
    assert summary(made, Style()) == golden


def test_fixed_findings_are_listed_on_request() -> None:
    fixed = [finding(), finding(), finding(path="b\x1b.py")]
    made = report(fixed=fixed, show_fixes=True)
    assert fixed_lines(made) == [
        "Fixed in b\\x1b.py:",
        "  1 × RL101 swallowed-exception",
        "Fixed in shop/orders.py:",
        "  2 × RL101 swallowed-exception",
    ]
    assert written(made).endswith(
        "  2 × RL101 swallowed-exception\n\nFixed 3 findings in 2 files. No findings left in 214 files.\n"
    )


# Concise.


def test_concise() -> None:
    out = io.StringIO()
    concise.write(report(finding(fix=Safety.SAFE), finding((11, 4, 11, 6), fix=Safety.UNSAFE, severity=N)), out)
    expect(
        out.getvalue(),
        """
        shop/orders.py:9:5: RL101 [*] A failed charge leaves no trace.
        shop/orders.py:11:5: RL101 A failed charge leaves no trace.
        Found 1 error and 1 note in 214 files; 1 can be fixed with --fix, 1 more with --unsafe-fixes.
        """,
    )


def test_concise_marks_unsafe_fixes_once_they_are_wanted() -> None:
    out = io.StringIO()
    concise.write(report(finding(fix=Safety.UNSAFE), unsafe_fixes=True, quiet=True), out)
    assert out.getvalue() == "shop/orders.py:9:5: RL101 [*] A failed charge leaves no trace.\n"


def test_concise_is_one_line_a_finding_whatever_the_names() -> None:
    out = io.StringIO()
    concise.write(report(finding(path="a\nb.py", message="x\r\ny"), quiet=True), out)
    assert out.getvalue() == "a\\nb.py:9:5: RL101 x\\r\\ny\n"


# Any text.

CHARACTERS = st.one_of(
    st.sampled_from("ab (=\t\x0c\x0b\x1b\x00\x85\u2028\u202e\u200b\u200d\ufe0f\u0301é订表ｗ😀한\u1161\ud800\udcff"),
    st.characters(codec=None),
)
LINES = st.text(CHARACTERS.filter(lambda c: c not in "\r\n"), max_size=60)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
SOURCES = st.builds(
    lambda lines, ends, last: "".join(map("".join, zip(lines, ends))) + last,  # noqa: B905
    st.lists(LINES, max_size=9),
    st.lists(ENDS, min_size=9, max_size=9),
    LINES,
)
STYLES = st.builds(Style, unicode=st.booleans(), width=st.integers(40, 130), wrap=st.booleans())
NUMBERS = st.integers(0, 80)
SPANS = st.builds(Span, st.integers(0, 12), NUMBERS, st.integers(0, 12), NUMBERS)
TEXTS = st.text(CHARACTERS, max_size=20)
PLACES = st.lists(st.builds(Place, SPANS, TEXTS, st.sampled_from(["", "shop/gateway.py", "gone\x1b.py"])), max_size=2)
ESCAPES = re.compile("\x1b\\[[0-9;]*m|\x1b]8;;[!-~]*\x1b\\\\")


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    span = draw(SPANS)
    made = finding(
        span.key(),
        path=draw(st.sampled_from(["shop/orders.py", "é\x1b.py", "\udcff.py"])),
        message=draw(TEXTS),
        fix=draw(st.sampled_from([None, *Safety])),
        flow=tuple(draw(PLACES)),
        related=tuple(draw(PLACES)),
    )
    edits = draw(st.none() | st.lists(st.builds(Edit, SPANS, TEXTS), max_size=3))
    made.edits = None if edits is None else tuple(sorted(edits, key=lambda edit: edit.span.key()))
    return made


def is_plain(output: str) -> bool:
    return all(escape(line) == line for line in output.split("\n"))


@given(findings(), SOURCES, STYLES)
def test_nothing_raw_reaches_the_terminal(made: Finding, source: str, style: Style) -> None:
    lines = split_lines(source)
    whole = Report([made], read_lines=lambda path: None if path.startswith("gone") else lines)
    plain = text.render(made, whole, style)
    assert is_plain(plain)
    coloured = Style(colour=True, links=True, unicode=style.unicode, width=style.width, wrap=style.wrap)
    assert ESCAPES.sub("", text.render(made, whole, coloured)) == plain


@given(findings(), SOURCES, st.sampled_from(["ascii", "cp1252", "shift_jis", "utf-8", "utf-16"]))
def test_no_encoding_fails(made: Finding, source: str, encoding: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    whole = Report([made], read_lines=lambda _: split_lines(source), colour=True)
    text.write(whole, out)
    concise.write(whole, out)


def cell(character: str) -> str:
    return " " if character == "\t" else escape(character)


@st.composite
def regions(draw: st.DrawFn) -> tuple[list[str], Span]:
    """A source and a region that lies in it."""
    lines = split_lines(draw(SOURCES.filter(bool)))
    first = draw(st.integers(1, len(lines)))
    last = draw(st.integers(first, len(lines)))
    start = draw(st.integers(0, len(lines[first - 1].rstrip("\r\n"))))
    end = draw(st.integers(start if first == last else 0, max(start, len(lines[last - 1]))))
    return lines, Span(first, start, last, end)


@given(regions(), STYLES)
def test_carets_start_below_the_first_character(region: tuple[list[str], Span], style: Style) -> None:
    lines, span = region
    gutter = Gutter(style, 3, "error")
    rows = frame(lines, span, gutter, 1)
    below = next(index for index, row in enumerate(rows) if not row.split(gutter.bar)[0].strip())
    column = width(rows[below].partition("^")[0])
    row = rows[below - 1]
    before = next(index for index in range(len(row) + 1) if width(row[:index]) == column or index == len(row))
    marked = lines[span.line - 1].rstrip("\r\n")[span.column : span.column + 1]
    if marked and width(cell(marked)):
        # marks on the character before it belong to that one's column
        candidates = [row[index:] for index in range(before, len(row)) if width(row[:index]) == column]
        assert any(rest.startswith(cell(marked)) for rest in candidates)
    assert all(width(row) <= style.width for row in rows)


def test_carets_below_a_combining_mark_are_below_its_base() -> None:
    assert frame(["xe\u0301y\n"], Span(1, 2, 1, 3), Gutter(Style(), 2, "error"), 0)[1] == "     │  ^"


@pytest.mark.parametrize(
    ("line", "low", "seen"),
    [
        ("a\tb\tc", 0, "a   b   c"),
        ("订单订单 tail", 2, "… 订单 tail"),  # half of a wide character becomes a space
        ("ae\u0301bcdefghijkl", 1, "…bcdefghij…"),  # no mark on the ellipsis
        ("", 5, ""),
    ],
)
def test_what_a_window_shows(line: str, low: int, seen: str) -> None:
    assert Line(line).cut(low, 11, "…") == seen


def test_a_region_wider_than_the_terminal_is_clipped() -> None:
    rows = frame(["x" * 100], Span(1, 0, 1, 100), Gutter(Style(width=40), 2, "error"), 0)
    assert rows == ["   1 │ " + "x" * 32 + "…", "     │ " + "^" * 32]


def test_a_caret_behind_the_end_of_a_full_line_stays_on_the_screen() -> None:
    rows = frame(["x" * 33], Span(1, 33, 1, 33), Gutter(Style(width=40), 2, "error"), 0)
    assert rows == ["   1 │ …" + "x" * 31, "     │ " + " " * 32 + "^"]


@pytest.mark.parametrize(("line", "gaps"), [(3, 0), (4, 0), (5, 1)])
def test_only_changes_far_apart_have_a_gap_between_them(line: int, gaps: int) -> None:
    edits = (Edit(Span(1, 0, 1, 1), "x"), Edit(Span(line, 0, line, 1), "x"))
    rows = diff([f"{letter}\n" for letter in "abcdef"], edits, Gutter(Style(), 2, "error"))
    assert sum("⋮" in row for row in rows) == gaps
    assert [int(row[:4]) for row in rows if row[:4].strip().isdigit()] == sorted(
        {1, 2, line - 1, line, line + 1},
    )


def test_a_report_of_nothing_is_one_line() -> None:
    assert written(report()) == "No findings in 214 files.\n"


def test_a_change_far_to_the_right_is_in_sight() -> None:
    edits = (Edit(Span(1, 200, 1, 203), "NEW"),)
    rows = diff(["a" * 200 + "OLD" + "b" * 200], edits, Gutter(Style(width=60), 2, "error"))
    assert ["OLD" in rows[0], "NEW" in rows[1]] == [True, True]
    assert rows[0].index("OLD") == rows[1].index("NEW")


@given(LINES, st.integers(0, 100), st.integers(5, 50))
def test_a_cut_line_has_no_more_columns_than_the_window(line: str, low: int, room: int) -> None:
    assert width(Line(line).cut(low, room, "…")) <= room


@given(st.integers(0, 500), st.integers(1, 100), st.integers(0, 500), st.integers(30, 120))
def test_a_window_has_the_start_of_the_region_in_sight(start: int, length: int, rest: int, room: int) -> None:
    low = window(start, start + length, start + length + rest, room)
    assert 0 <= low <= start
    assert start - low < room - (3 if low + room < start + length + rest else 0)
    assert low == 0 or start - low >= 8


SIMPLE = st.text("ab\n", max_size=30)


@given(SIMPLE, st.lists(st.tuples(st.integers(0, 30), SIMPLE), max_size=6))
def test_a_diff_tells_what_the_edits_do(source: str, cuts: list[tuple[int, str]]) -> None:
    lines = split_lines(source)
    offsets = sorted(min(offset, len(source)) for offset, _ in cuts)
    pairs = list(zip(offsets[::2], offsets[1::2], [text for _, text in cuts]))  # noqa: B905
    edited = source
    for start, end, content in reversed(pairs):
        edited = edited[:start] + content + edited[end:]
    edits = [Edit(Span(*point(source, start), *point(source, end)), content) for start, end, content in pairs]
    rebuilt = [line.rstrip("\n") for line in lines]
    for change in reversed(list(changed_lines(lines, edits))):
        assert rebuilt[change.first - 1 : change.after - 1] == change.old
        rebuilt[change.first - 1 : change.after - 1] = change.new
    assert rebuilt == [line.rstrip("\n") for line in split_lines(edited)]


def point(source: str, offset: int) -> tuple[int, int]:
    before = source[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
