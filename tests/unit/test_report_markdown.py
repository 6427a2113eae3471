"""Markdown for comments and summaries: what it shows, what it leaves out, and that no text gets to be markup."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, SEVERITIES, finding, report, troubled, with_fix, written

from readlint.findings import Severity, Span
from readlint.report.markdown import LIMIT, code, render, text
from readlint.report.model import Report
from readlint.report.terminal import escape


def test_a_report() -> None:
    view = report(
        with_fix(finding("src/a.py", "`f()` is lost.")),
        finding("src/b.py", severity=Severity.WARNING, rule="XX7", name="mine"),
        files_checked=3,
    )
    view.findings[0].edits = None
    assert (
        written("markdown", view)
        == """\
## readlint

Found 1 error and 1 warning in 3 files; 1 can be fixed with --fix.

| rule | | severity | findings |
| --- | --- | --- | ---: |
| [RL101](https://readlint.dev/rules/swallowed-exception) | swallowed-exception | error | 1 |
| XX7 | mine | warning | 1 |

### `src/a.py`

- 2:5 **error** [RL101](https://readlint.dev/rules/swallowed-exception) `f()` is lost.

### `src/b.py`

- 2:5 **warning** XX7 Lost.
"""
    )


def test_nothing_found() -> None:
    assert written("markdown", Report([], files_checked=3)) == "## readlint\n\nNo findings in 3 files.\n"


def test_what_went_wrong_comes_first() -> None:
    assert written("markdown", troubled()).startswith("""\
## readlint

Found 1 error in 0 files; 2 internal errors.

- **internal error:** rule RL102 failed on c.py: KeyError at x.py:1
- **internal error:** d.py was not checked: the worker process died

- **warning:** e.ipynb: skipped
- **warning:** slow

| rule |""")


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("a | b", "a &#124; b"),
        ("<b>&amp;", "&#60;b&#62;&#38;&#8203;amp;"),
        ("snake_case *x* [a](b)", "snake&#95;case &#42;x&#42; &#91;a&#93;(b)"),
        ("@user and #12", "@&#8203;user and #&#8203;12"),
        ("GH-3 http://x www.x :bug: 3:4", "GH-&#8203;3 http:&#8203;//x www.&#8203;x :&#8203;bug: 3:4"),
        ("one\ntwo\\", "one&#92;ntwo&#92;"),
        ("use `a|b` or ``a`b``", "use `a|b` or ``a`b``"),
        ("odd ` one", "odd &#96; one"),
    ],
)
def test_text(plain: str, marked: str) -> None:
    assert text(plain) == marked


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        (" a", "`  a `"),
        ("  ", "`  `"),
        ("a\nb", "`a\\nb`"),
        ("", ""),
    ],
)
def test_code(plain: str, marked: str) -> None:
    assert code(plain) == marked


# What a reader of Markdown makes of it.


def leaves(tokens: list[Any]) -> list[Any]:
    """All tokens in their order, those inside of lines too."""
    return [leaf for token in tokens for leaf in [token, *leaves(token.children or [])]]


def read(document: str) -> list[Any]:
    markdown_it = pytest.importorskip("markdown_it", reason="a reader of Markdown is needed (group `dev`)")
    return leaves(markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(document))


def said(tokens: list[Any]) -> str:
    """Text and code with their backticks, without the spaces that have no width."""
    parts = [
        f"`{token.content}`" if token.type == "code_inline" else token.content for token in tokens if not token.children
    ]
    return "".join(parts).replace("\u200b", "")


def squeezed(plain: str) -> str:
    """What reading Markdown may change: runs of backticks are one, and white space at the ends is none."""
    return re.sub(r"\s", "", re.sub("`+", "`", escape(plain)))


@given(HOSTILE)
def test_a_text_is_nothing_but_text(plain: str) -> None:
    tokens = read(f"- x {text(plain)}")
    kinds = {token.type for token in tokens}
    assert kinds <= {
        *("bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "text_special", "code_inline"),
        *("paragraph_close", "list_item_close", "bullet_list_close"),
    }
    if plain.count("`") < 2:
        assert squeezed(said(tokens)) == squeezed(f"x {escape(plain)}")


@given(HOSTILE)
def test_code_is_nothing_but_code(plain: str) -> None:
    spans = [token.content for token in read(f"### {code(plain)}") if token.type == "code_inline"]
    assert spans == [escape(plain)] if plain else not spans


@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, SEVERITIES), max_size=4), HOSTILE)
def test_no_text_changes_the_structure(rows: list[tuple[str, str, str, Any]], trouble: str) -> None:
    findings = [finding(path, message, severity, rule=f"XX{name}", name=name) for path, message, name, severity in rows]
    tokens = read(written("markdown", report(*findings, warnings=[trouble])))
    kinds = [token.type for token in tokens]
    assert kinds.count("heading_open") == 1 + len({made.path for made in findings})
    assert kinds.count("list_item_open") == 1 + len(findings)
    assert kinds.count("table_open") == bool(findings)
    assert kinds.count("tr_open") == bool(findings) + len({made.rule for made in findings})
    assert not {"html_inline", "html_block", "link_open", "image", "em_open", "s_open", "fence", "hr"} & set(kinds)


# What does not fit.


def test_it_fits_into_a_comment_and_the_worst_stay() -> None:
    many = [finding(f"{number:05}.py", "😀" * 40, Severity.NOTE) for number in range(2_000)]
    worst = finding("zzz.py", "The worst.")
    document = written("markdown", report(*many, worst))
    assert LIMIT - 1_000 < len(document.encode()) <= LIMIT
    assert "The worst." in document
    shown = document.count("\n- 2:5 ")
    assert document.endswith(f"\n{2_001 - shown:,} more findings did not fit in here, the least severe ones.\n")
    assert "| note | 2,000 |" in document or "| error | 2,001 |" in document


def test_nothing_less_severe_takes_the_place_of_what_does_not_fit() -> None:
    large, small = finding(message="x" * 2_000), finding(severity=Severity.NOTE)
    assert "**note**" not in "".join(render(report(large, small), 1_500))
    assert "**note**" in "".join(render(report(small), 1_500))


def test_one_finding_that_does_not_fit() -> None:
    document = "".join(render(report(finding(message="x" * 1_000)), 900))
    assert document.endswith("\n\n1 more finding did not fit in here, the least severe ones.\n")


@given(st.integers(0, 3_000))
def test_it_keeps_any_limit(limit: int) -> None:
    many = [finding(f"{number % 3}.py", "é" * number, rule=f"RL{number}") for number in range(20)]
    document = "".join(render(report(*many, warnings=["w" * 200], errors=troubled().errors), limit))
    assert len(document.encode()) <= limit


def test_findings_stand_in_the_order_of_their_files() -> None:
    rows = [("b.py", 1, Severity.NOTE), ("b.py", 2, Severity.ERROR), ("a.py", 5, Severity.NOTE)]
    view = report(*(finding(path, severity=severity, span=Span(line, 0, line, 1)) for path, line, severity in rows))
    places = re.findall(r"^(?:### `(.*)`|- (\d+):)", written("markdown", view), re.MULTILINE)
    assert ["".join(place) for place in places] == ["a.py", "5", "b.py", "1", "2"]
