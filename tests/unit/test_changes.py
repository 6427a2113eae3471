"""What has changed between two versions: lines, names and the files that may care."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.findings import Finding, Place, Severity, Span
from readlint.suppress.changes import Origin, changed_names, changes_between, lost, mention

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b""]), max_size=12)


@given(LINES, LINES)
def test_what_did_not_change_is_the_same_in_both(old: list[bytes], new: list[bytes]) -> None:
    changes = changes_between({"a.py": b"\n".join(old)}, {"a.py": b"\r\n".join(new)})
    old, new = b"\n".join(old).splitlines(), b"\n".join(new).splitlines()
    if "a.py" not in changes.files:
        assert old == new
        return
    change = changes.files["a.py"]
    left = [line for number, line in enumerate(old, 1) if number not in change.lines_before]
    assert left == [line for number, line in enumerate(new, 1) if number not in change.lines]
    assert old != new


def test_one_line_more_is_one_change() -> None:
    text = b"".join(b"line %d\n" % number for number in range(3000))
    change = changes_between({"a.py": text}, {"a.py": text.replace(b"line 1500\n", b"line 1500\nnew\n")}).files["a.py"]
    assert (change.lines, change.lines_before) == ({1502}, set())


def test_very_many_changes_are_told_apart_by_what_the_lines_are() -> None:
    """Line by line, these would take minutes: a data file that a program wrote anew."""
    old = [b'"id": %d' % number if number % 7 else b"}, {" for number in range(150_000)]
    new = [line + b"," if number % 50 == 1 else line for number, line in enumerate(old) if number % 100 != 99]
    change = changes_between({"a.json": b"\n".join(old)}, {"a.json": b"\n".join(new)}).files["a.json"]
    assert change.lines == {number for number, line in enumerate(new, 1) if line.endswith(b",")}
    assert len(change.lines_before) == 1500 + len(change.lines)
    turned = changes_between({"a.json": b"\n".join(old)}, {"a.json": b"\n".join(old[::-1])}).files["a.json"]
    assert turned.lines


FIVE = b"one\ntwo\nthree\nfour\nfive\n"


def test_renamed_files_are_compared_with_what_they_were() -> None:
    changes = changes_between({"old.py": FIVE, "gone.py": b"x\n"}, {"new.py": FIVE + b"six\n", "other.py": b"y\n"})
    assert changes.files["new.py"].lines == {6}
    assert changes.files["other.py"].before is None
    assert changes.gone == {"gone.py": b"x\n"}
    assert changes_between({"old.py": FIVE}, {"new.py": FIVE}).files == {}


def test_a_copy_is_a_new_file() -> None:
    assert changes_between({"old.py": FIVE}, {"old.py": FIVE, "new.py": FIVE}).files["new.py"].lines == {1, 2, 3, 4, 5}


def test_of_very_many_files_only_namesakes_are_compared() -> None:
    old = {f"old/{number}.py": FIVE + b"%d\n" % number for number in range(60)}
    new = {f"new/{number}.py": FIVE + b"%d\nmore\n" % number for number in range(60)}
    changes = changes_between(old, new)
    assert all(change.lines == {7} for change in changes.files.values())
    assert changes.gone == {}


def test_an_empty_file_that_is_new() -> None:
    assert changes_between({}, {"a.py": b""}).files["a.py"].lines == {1}


def test_places_count_in_whatever_file_they_are() -> None:
    changes = changes_between({"a.py": FIVE, "b.py": FIVE}, {"a.py": FIVE.replace(b"two", b"2"), "b.py": FIVE})

    def touched(path: str, span: Span, *related: Place) -> bool:
        finding = Finding("RL101", "x", Severity.NOTE, span, "Text.", related=related)
        finding.path = path
        return changes.touches(finding)

    assert touched("a.py", Span(2, 0, 2, 3))
    assert touched("a.py", Span(1, 0, 3, 0))
    assert not touched("a.py", Span(3, 0, 3, 1))
    assert not touched("b.py", Span(2, 0, 2, 3))
    assert touched("b.py", Span(2, 0, 2, 3), Place(Span(2, 0, 2, 1), "here", "a.py"))
    assert touched("a.py", Span(4, 0, 4, 1), Place(Span(2, 0, 2, 1), "here"))
    assert not touched("b.py", Span(2, 0, 2, 3), Place(Span(2, 0, 2, 1), "here"))


PROGRAM = """\
from lib import *
from lib import one as two, three
import os.path
TABLE = {1: 2}
LIMIT: int = 3
class Store:
    size = 1
    def __init__(self):
        self.x = 1
    @wrap
    def save(self):
        def inner():
            return 1
        return inner
if two:
    def late(): pass
"""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (1, set()), (2, {"two", "three"}), (3, {"os"}), (4, {"TABLE"}), (5, {"LIMIT"}), (7, {"Store", "size"}),
        (9, {"Store"}), (10, {"Store", "save"}), (13, {"Store", "save"}), (16, {"late"}),
    ],
)  # fmt: skip
def test_names_on_changed_lines(line: int, names: set[str]) -> None:
    lines = PROGRAM.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].rstrip("\n") + "  # changed\n"
    after = "".join(lines).encode()
    change = changes_between({"a.py": PROGRAM.encode()}, {"a.py": after}).files["a.py"]
    assert changed_names("a.py", change, after) == names


def test_names_that_are_gone() -> None:
    change = changes_between({"a.py": b"def f(): pass\nx = 1\n"}, {"a.py": b"x = 1\n"}).files["a.py"]
    assert changed_names("a.py", change, b"x = 1\n") == {"f"}
    assert changed_names("a.py", lost(b"def f(): pass\nx = 1\n"), b"") == {"f", "x"}
    assert changed_names("a.py", lost(b"def f(:\n"), b"") == set()


@pytest.mark.parametrize(
    ("path", "text", "changed", "may"),
    [
        ("a.py", b"from lib.tools import x", "lib/tools.py", True),
        ("a.py", b"from lib import x", "lib/tools.py", True),
        ("lib/a.py", b"from . import x", "lib/__init__.py", True),
        ("a.py", b"import lib", "lib/__init__.py", True),
        ("a.py", b"x = 1", "lib/tools.py", False),
        ("a.py", b"from libs import x, my_tools", "lib/tools.py", False),
        ("a.py", b"__init__", "__init__.py", False),
    ],
)
def test_who_may_use_a_file(path: str, text: bytes, changed: str, may: bool) -> None:
    assert Origin(changed).may_be_known_to(path, text) is may


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"report", True),
        (b"x.report()", True),
        (b"reports, report", True),
        (b"_report reported", False),
        (b"re\npo rt", False),
        (b"caf\xc3\xa9report", True),  # a byte that is no letter, as git has it
    ],
)
def test_only_whole_words_are_mentioned(text: bytes, expected: bool) -> None:
    assert mention(["other", "report"])(text) is expected
    assert not mention([])(text)
