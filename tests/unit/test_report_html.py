"""One page for people. Whatever the code under lint is called or contains, it stays text."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Severity, Span
from readlint.report import html, terminal
from readlint.report.html.listing import OPEN
from readlint.report.html.markup import escape, paragraphs, prose
from readlint.report.html.source import ROOM, excerpt
from readlint.report.html.source import diff as html_diff
from readlint.report.model import InternalError, Report, split_lines

NASTY = [
    "</script>",
    "<!--",
    "-->",
    "]]>",
    '"',
    "'",
    "&amp;",
    "&",
    "<b onload=x>",
    "</pre>",
    "`",
    "\n",
    "\r",
    "\t",
    "\0",
]
NASTY += ["\u202e", "\u2066", "\udcff", "\ud800", "😀", "é", "\x1b[31m", "\x85", "\u2028", "javascript:", "a", " ", "/"]
#: Browsers keep what is no character, such as U+FFFE; Python's parser drops it.
CHARACTERS = st.characters().filter(
    lambda text: int(f"{ord(text):x}"[-4:], 16) < 0xFFFE and not "\ufdd0" <= text <= "\ufdef"
)
TEXTS = st.lists(st.sampled_from(NASTY) | CHARACTERS, max_size=8).map("".join)
SOURCE = "import time\n\ndef work(job):\n    try:\n        job()\n    except Exception:\n        pass\n"


class Page(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and the text below each class."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.comments: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def all(self, tag: str, css: str = "") -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and css in (found.get("class") or "")]

    @property
    def shape(self) -> list[tuple[str, tuple[str, ...]]]:
        return [(tag, tuple(found)) for tag, found in self.elements]


def finding(
    line: int = 6,
    *,
    path: str = "shop/orders.py",
    message: str = "`except Exception` is silent.",
    severity: Severity = Severity.ERROR,
    rule: str = "RL101",
    **more: object,
) -> Finding:
    made = Finding(rule, "swallowed-exception", severity, Span(line, 4, line, 20), message, **more)  # type: ignore[arg-type]
    made.path = path
    return made


def written(*findings: Finding, source: str = SOURCE, **options: object) -> str:
    options.setdefault("files_checked", 3)
    out = io.StringIO()
    html.write(Report(findings, read_lines=lambda path: split_lines(source), **options), out)  # type: ignore[arg-type]
    return out.getvalue()


def full(text: str = "x", safety: Safety = Safety.SAFE) -> Finding:
    """A finding with everything that it can have, and the text everywhere."""
    made = finding(
        message=text,
        path=text,
        flow=(Place(Span(5, 8, 5, 11), text), Place(Span(6, 4, 6, 20), text, text + "2")),
        related=(Place(Span(1, 0, 1, 6), text, text),),
        fix=FixPlan("repair", text, safety),
    )
    made.edits = (Edit(Span(7, 8, 7, 12), text),)
    return made


# What is in it.


def test_a_finding_shows_everything_that_is_known() -> None:
    page = Page(written(full("`job` is lost", Safety.UNSAFE)))
    for text in (
        "`job` is lost:6:5",
        "job is lost",
        "RL101",
        "swallowed-exception",
        "except Exception:",
        "2 steps",
        "1 related place",
    ):
        assert text in page.text
    assert "unsafe fix (--unsafe-fixes): job is lost" in page.text
    assert "-         pass\n" in page.text
    assert "+         `job` is lost\n" in page.text
    assert page.all("li", "finding") == [
        {"class": "finding", "id": "f1", "data-severity": "error", "data-rule": "RL101", "data-fix": "unsafe"}
    ]


def test_the_page_begins_with_the_sum() -> None:
    text = written(finding(), finding(severity=Severity.NOTE))
    assert "<p>Found 1 error and 1 note in 3 files.</p>" in text


def test_a_rule_is_explained_once_and_linked() -> None:
    page = Page(written(finding(), finding(5)))
    assert [found["id"] for found in page.all("details") if "id" in found] == ["RL101"]
    assert page.text.count("all end here without a trace") == 1
    links = [found.get("href") for found in page.all("a")]
    assert links.count("https://readlint.dev/rules/swallowed-exception") == 2
    assert links.count("#RL101") == 3  # two findings and the chart


def test_a_rule_of_no_installed_pack_has_no_explanation() -> None:
    page = Page(written(finding(rule="ZZ999")))
    assert [found["id"] for found in page.all("details") if "id" in found] == []
    assert [found for found in page.all("a") if "http" in (found.get("href") or "")] == []


def test_the_charts_have_their_numbers_as_text() -> None:
    findings = [finding(), finding(path="a.py", severity=Severity.WARNING), finding(rule="RL201")]
    text = written(*findings)
    rows = re.findall(r'<tr><th scope="row"><a[^>]*>([^<]*)</a>.*?</td>((?:<td>\d+</td>)+)</tr>', text)
    assert [(label, re.findall(r"\d+", numbers)) for label, numbers in rows] == [
        ("error", ["2"]),
        ("warning", ["1"]),
        ("note", ["0"]),
        ("RL101", ["1", "1", "0", "2"]),
        ("RL201", ["1", "0", "0", "1"]),
        ("shop", ["2", "0", "0", "2"]),
        (".", ["0", "1", "0", "1"]),
    ]
    assert '<rect class="error" x="0.00%" width="50.00%" height="100%"/><rect class="warning" x="50.00%"' in text


def test_a_long_chart_folds_its_end() -> None:
    text = written(*(finding(path=f"folder{number}/a.py") for number in range(12)))
    assert "<summary>2 more folders</summary>" in text


def test_files_are_closed_where_there_are_many_findings() -> None:
    few, many = (Page(written(*[finding()] * count)).all("details", "file") for count in (OPEN, OPEN + 1))
    assert ["open" in found for found in (*few, *many)] == [True, False]


def test_a_page_without_findings_is_friendly() -> None:
    text = written()
    assert "No findings in 3 files." in text
    assert "this code is ready as far as readlint can tell" in text
    assert "<form" not in text
    assert "No file was checked." in written(files_checked=0)


def test_warnings_errors_and_fixes_are_told() -> None:
    error = InternalError("RL102", "<c>.py", "KeyError", "x.py:1")
    text = written(errors=[error], warnings=["slow & odd"], fixed=[finding()], show_fixes=True)
    assert "&lt;c&gt;.py" in text
    assert "<li>slow &amp; odd</li>" in text
    assert "<li>Fixed in shop/orders.py:</li>" in text


def test_a_secret_is_masked() -> None:
    made = full("gone")
    made.data["secret"] = [[1, 7, 1, 11]]
    made.edits = (Edit(Span(7, 8, 7, 12), "time"),)
    text = written(made)
    assert "<mark>import</mark> ****" in text
    assert "+         ****" in text


def test_the_same_findings_give_the_same_page() -> None:
    assert written(full()) == written(full())


# The page is closed.


def test_only_its_own_style_and_script_run() -> None:
    text = written(full())
    policy = next(found["content"] for found in Page(text).all("meta") if "http-equiv" in found) or ""
    for kind, tag in (("style", "style"), ("script", "script")):
        content = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content[0].encode()).digest()).decode()
        assert len(content) == 1
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_it_refers_to_nothing_but_the_rules_pages() -> None:
    page = Page(written(full("http://evil.example/")))
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src")], tag
        address = attributes.get("href") or ""
        assert not address or address.startswith(("#", "https://readlint.dev/rules/"))
    assert {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in page.elements} == set()


def test_every_link_into_the_page_arrives() -> None:
    page = Page(written(full(), finding()))
    places = {found.get("id") for _, found in page.elements}
    assert {(found["href"] or "")[1:] for found in page.all("a") if (found.get("href") or "").startswith("#")} <= places


def test_it_is_ascii_whatever_the_stream() -> None:
    assert written(full("é😀\udcff")).isascii()


@pytest.mark.parametrize("name", ["page.css", "page.js"])
def test_style_and_script_cannot_end_early(name: str) -> None:
    text = (Path(html.__file__).parent / name).read_text(encoding="ascii")
    assert "</" not in text
    assert "<!--" not in text
    assert "http" not in text


# Hostile text.


@given(TEXTS)
def test_text_comes_back_and_nothing_else(text: str) -> None:
    page = Page(f'<p title="{escape(text)}">{escape(text)}</p>')
    assert page.text == terminal.escape(text)
    assert page.elements == [("p", {"title": terminal.escape(text)})]


@given(TEXTS)
def test_prose_has_no_element_but_code(text: str) -> None:
    page = Page(prose(text))
    assert {tag for tag, _ in page.elements} <= {"code"}
    assert page.text.replace("`", "") == terminal.escape(text).replace("`", "")


@settings(max_examples=50)
@given(TEXTS.filter(lambda text: "`" not in text), TEXTS)
def test_a_hostile_finding_injects_nothing(text: str, source: str) -> None:
    made = full("x" + text + "x")
    made.edits = ()  # what it shows of the diff depends on the text's lines
    tame = full("x")
    tame.edits = ()
    hostile, plain = Page(written(made)), Page(written(tame))
    assert hostile.shape == plain.shape
    assert hostile.comments == []
    assert terminal.escape("x" + text + "x") in hostile.text
    page = Page(written(full(), source=f"a\nb\nc\nd\ne\n    {source}"))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(written(full())).elements} | {"mark"}
    assert [found for tag, found in page.elements if tag in ("mark", "i", "ins", "del") and found] == []


@given(st.lists(TEXTS, min_size=1, max_size=6), st.tuples(*[st.integers(0, 8)] * 4))
def test_an_excerpt_gives_the_lines_back(texts: list[str], numbers: tuple[int, int, int, int]) -> None:
    lines = split_lines("\n".join(texts))
    page = Page(excerpt(lines, Span(*numbers), len(lines)))
    if not 1 <= numbers[0] <= len(lines):
        assert page.elements == []
    elif "⋮" not in page.text:
        bare = [line.rstrip("\r\n") for line in lines]
        rows = [f"{number} " + "\t".join(map(terminal.escape, line.split("\t"))) for number, line in enumerate(bare, 1)]
        assert [row.rstrip(" ") for row in page.text.split("\n")[:-1]] == [row.rstrip(" ") for row in rows]


# Code.


@pytest.mark.parametrize(
    ("span", "marked"),
    [
        ((6, 4, 6, 20), ["except Exception"]),
        ((4, 4, 7, 12), ["try:", "job()", "except Exception:", "pass"]),
        ((6, 4, 7, 0), ["except Exception:"]),
        ((2, 0, 2, 0), [" "]),
        ((7, 12, 7, 12), [" "]),
        ((5, 8, 5, 8), ["j"]),
    ],
)
def test_the_region_is_marked(span: tuple[int, int, int, int], marked: list[str]) -> None:
    assert re.findall("<mark>(.*?)</mark>", excerpt(split_lines(SOURCE), Span(*span), 1)) == marked


def test_of_a_long_line_the_region_is_shown() -> None:
    line = "a" * 5000 + "BAD" + "b" * 5000
    page = Page(excerpt([line], Span(1, 5000, 1, 5003), 1))
    assert len(page.text) < ROOM + 10
    assert "<mark>BAD</mark>" in excerpt([line], Span(1, 5000, 1, 5003), 1)
    assert page.text.startswith("1 …a")
    assert page.text.endswith("b…\n")


def test_a_region_longer_than_a_row_is_cut() -> None:
    assert Page(excerpt(["x" * 1000], Span(1, 0, 1, 1000), 0)).text == f"1 {'x' * ROOM}…\n"


def test_a_diff_has_its_context() -> None:
    edits = (Edit(Span(1, 0, 1, 0), "import logging\n"), Edit(Span(7, 8, 7, 12), "raise"))
    assert Page(html_diff(split_lines(SOURCE), edits)).text == (
        " + import logging\n1   import time\n⋮\n6       except Exception:\n7 -         pass\n +         raise\n"
    )


def test_a_long_diff_is_cut() -> None:
    rows = Page(html_diff(["x\n"], (Edit(Span(1, 0, 1, 1), "y\n" * 99),))).text.splitlines()
    assert len(rows) == 41
    assert rows[-1].startswith("… ")


def test_paragraphs() -> None:
    assert paragraphs("One `x`\ntwo.\n\n- a <b>\n- c\n\n```\nf()\n```") == (
        "<p>One <code>x</code> two.</p><pre>- a &lt;b&gt;\n- c</pre><pre>```\nf()\n```</pre>"
    )
