from __future__ import annotations

import fnmatch
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.settings.patterns import Excludes, PathPatterns, excludes


def fits(pattern: str, path: str) -> bool:
    return PathPatterns([("/r", pattern)], "/r").match(path)


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("tests/", ["tests/a.py", "src/tests/b/a.py"], ["tests", "src/mytests/a.py", "tests.py"]),
        ("/tests/", ["tests/a.py"], ["src/tests/a.py"]),
        ("test_*.py", ["test_a.py", "a/b/test_.py"], ["mytest_a.py", "test_a.pyi", "a/test_a/x.txt"]),
        ("src/gen", ["src/gen", "src/gen/a/b.py"], ["a/src/gen", "src/gen2/a.py"]),
        ("src/*.py", ["src/a.py"], ["src/a/b.py", "lib/src/a.py"]),
        ("src/*", ["src/a.py", "src/a/b.py"], ["src", "a/src/b.py"]),
        ("src/**", ["src/a.py", "src/a/b.py"], ["src", "a/src/b.py"]),
        ("src/**/*.py", ["src/a.py", "src/a/b/c.py"], ["src/a.txt", "a.py"]),
        ("**/gen/*.py", ["gen/a.py", "a/b/gen/a.py"], ["gen/a/b.py", "regen/a.py"]),
        ("**", ["a.py", "a/b.py"], []),
        ("**/", ["a/b.py"], ["a.py"]),
        ("a?c.py", ["abc.py", "x/abc.py"], ["ac.py", "a/c.py"]),
        ("[abc].py", ["a.py"], ["d.py", "ab.py"]),
        ("[!abc].py", ["d.py"], ["a.py", "x/.py"]),
        ("[a-c]x", ["bx"], ["dx"]),
        ("[c-a]x", [], ["bx"]),
        ("[]x]y", ["]y", "xy"], ["y"]),
        (r"\*.py", ["*.py"], ["a.py"]),
        (r"\!x", ["!x"], ["x"]),
        ("[x", [], ["[x", "x"]),  # as in git: a bracket that is not closed fits nothing
        ("a.py", ["a.py", "b/a.py"], ["axpy", "a.pyc"]),
        ("/", [], ["a.py"]),
    ],
)
def test_table(pattern: str, hits: list[str], misses: list[str]) -> None:
    assert [path for path in hits if not fits(pattern, path)] == []
    assert [path for path in misses if fits(pattern, path)] == []


def test_the_last_pattern_that_fits_decides() -> None:
    patterns = PathPatterns([("/", "tests/"), ("/", "!tests/smoke/"), ("/", "tests/smoke/helpers.py")], "/")
    paths = ["tests/a.py", "tests/smoke/a.py", "tests/smoke/helpers.py", "a.py"]
    assert [patterns.match(path) for path in paths] == [True, False, True, False]


def test_patterns_are_relative_to_their_own_folder() -> None:
    patterns = PathPatterns([("/repo/app", "/gen"), ("/repo", "/tools")], "/repo/app")
    assert patterns.match("gen/a.py")
    assert patterns.match("/repo/app/gen/a.py")
    assert patterns.match("./gen/a.py")
    assert patterns.match("../tools/a.py")
    assert not patterns.match("tools/a.py")
    assert not patterns.match("../gen/a.py")


def test_folders_above_the_base_do_not_count() -> None:
    assert not PathPatterns([("/ci/tests/app", "tests/")], "/ci/tests/app").match("src/a.py")


def test_excludes_are_seen_from_one_folder() -> None:
    placed = [("/repo", "build/"), ("/repo/app", "/gen"), ("/repo/app", "!*.py"), ("/repo/app", "# none")]
    found = excludes(placed, "/repo/app")
    assert found == Excludes("/repo", ("build/", "/app/gen", "!/app/**/*.py"))


def test_they_survive_the_trip_to_another_process() -> None:
    patterns = PathPatterns([("/r", "tests/"), ("/r", "!tests/a.py")], "/r")
    copy = pickle.loads(pickle.dumps(patterns))
    assert copy.key == patterns.key
    assert [copy.match(path) for path in ("tests/a.py", "tests/b.py", "c.py")] == [False, True, False]


def test_the_key_does_not_depend_on_the_place_of_the_project() -> None:
    assert PathPatterns([("/a/app", "x")], "/a").key == PathPatterns([("/b/c/app", "x")], "/b/c").key
    assert PathPatterns([("/a/app", "x")], "/a").key != PathPatterns([("/a", "x")], "/a").key


NAMES = st.text("ab.", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PARTS = st.one_of(st.text("ab.*?", min_size=1, max_size=3).filter(lambda part: part.strip("./")), st.just("**"))
PATTERNS = st.tuples(
    st.sampled_from(["", "/"]), st.lists(PARTS, min_size=1, max_size=4).map("/".join), st.sampled_from(["", "/"])
).map("".join)


def oracle(pattern: str, path: str) -> bool:
    """Names against names, one by one: no regular expression of ours."""
    body = pattern.rstrip("/")
    # Three stars and more are two, as for git.
    parts = ["**" if len(part) > 2 and not part.strip("*") else part for part in body.split("/") if part]
    if "/" not in body:
        parts = ["**", *parts]
    names = path.split("/")
    last = len(names) - 1 if pattern.endswith("/") else len(names)
    return any(walk(parts, names[:length]) for length in range(1, last + 1))


def walk(parts: list[str], names: list[str]) -> bool:
    if not parts:
        return not names
    if parts[0] == "**":
        if len(parts) == 1:
            return bool(names)
        return any(walk(parts[1:], names[skipped:]) for skipped in range(len(names) + 1))
    return bool(names) and fnmatch.fnmatchcase(names[0], parts[0]) and walk(parts[1:], names[1:])


@given(PATTERNS, PATHS)
def test_against_names_one_by_one(pattern: str, path: str) -> None:
    assert fits(pattern, path) is oracle(pattern, path)


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_pattern_and_no_path_raises(pattern: str, path: str) -> None:
    fits(pattern, path.replace("\0", ""))
