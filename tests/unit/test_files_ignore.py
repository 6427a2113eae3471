"""Patterns, one by one. That git agrees is in tests/invariants/test_text_ignore.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from readlint.files.ignore import DEFAULT_EXCLUDES, Patterns, clean, exclude_file, ignored, read_patterns, split_lines


def verdict(pattern: str, path: str, is_folder: bool = False) -> bool | None:
    folder, slash, name = f"/base/{path}".rpartition("/")
    return Patterns("/base", pattern.split("\n")).verdict(folder + slash, name, is_folder)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.py", "x/a.py"),
        ("*.py", "x/a.py"),
        ("a*", "x/a.py"),
        ("/a.py", "a.py"),
        ("x/*.py", "x/a.py"),
        ("x/y/a.py", "x/y/a.py"),
        ("**/y/*.py", "x/y/a.py"),
        ("x/**/a.py", "x/a.py"),
        ("x/**/a.py", "x/y/z/a.py"),
        ("x/**", "x/y/a.py"),
        ("x**/a.py", "xy/a.py"),
        ("[a-c].py", "b.py"),
        ("[!a].py", "b.py"),
        ("[]].py", "].py"),
        ("[[:digit:]x].py", "7.py"),
        (r"\#a", "#a"),
        (r"\!a", "!a"),
        (r"a\*", "a*"),
        ("größe*", "größe.py"),
        ("??.py", "é.py"),
        ("*\n!b.py", "a.py"),
    ],
)
def test_patterns_that_ignore(pattern: str, path: str) -> None:
    assert verdict(pattern, path) is True


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/a.py", "x/a.py"),
        ("x/*.py", "x/y/a.py"),
        ("x**/a.py", "xy/z/a.py"),
        ("x**/a.py", "xa.py"),
        ("x/?/a.py", "x/a.py"),
        ("a.py/", "a.py"),
        ("a", "a.py"),
        ("?.py", "é.py"),
        ("[c-a].py", "b.py"),
        ("[[:no:]b].py", "b.py"),
        ("a[.py", "a[.py"),
        ("a\\", "a\\"),
        ("#a", "#a"),
        ("A.py", "a.py"),
        ("", "a"),
        ("/", "a"),
        ("!", "a"),
    ],
)
def test_patterns_that_say_nothing(pattern: str, path: str) -> None:
    assert verdict(pattern, path) is None


def test_the_last_pattern_that_fits_decides() -> None:
    assert verdict("*.py\n!a.py", "a.py") is False
    assert verdict("!a.py\n*.py", "a.py") is True


def test_a_pattern_for_folders() -> None:
    assert verdict("build/", "x/build", is_folder=True) is True
    assert verdict("build/", "x/build") is None


def test_a_path_outside_the_base_fits_by_name_only() -> None:
    patterns = Patterns("/base", ["/a.py", "x/*.py", "b.py"])
    assert patterns.verdict("/other/x/", "a.py", False) is None
    assert patterns.verdict("/other/x/", "b.py", False) is True


def test_the_nearest_file_decides() -> None:
    near, far = Patterns("/base/x", ["!a.py"]), Patterns("/base", ["*.py"])
    assert not ignored([near, far], "/base/x/", "a.py", False)
    assert ignored([near, far], "/base/x/", "b.py", False)
    assert not ignored([], "/base/x/", "b.py", False)


def test_the_usual_excludes_are_all_found_by_name() -> None:
    patterns = Patterns("/base", DEFAULT_EXCLUDES)
    for name in (".git", "venv", "node_modules", "build", "readlint.egg-info", "__pycache__", "site-packages"):
        assert patterns.verdict("/base/x/", name, True), name
        assert not patterns.verdict("/base/x/", name, False), name


def test_lines_of_an_ignore_file() -> None:
    assert split_lines(b"\xef\xbb\xbfa\r\nb\nc\x0bd\re\r") == [b"a", b"b", b"c\x0bd\re"]


@pytest.mark.parametrize(
    ("line", "text"),
    [("a  ", b"a"), ("a\\  ", b"a\\ "), ("a\\\\  ", b"a\\\\"), ("# a", b""), ("   ", b""), (" a\t", b" a\t")],
)
def test_spaces_at_the_end_do_not_count(line: str, text: bytes) -> None:
    assert clean(line) == text


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "b", "a" * 250),
        ("**/a/" * 25 + "b", "a/" * 500 + "c"),
        ("x" + "/**" * 300 + "/z", "x" + "/y" * 300),
    ],
)
def test_a_hostile_pattern_ends(pattern: str, path: str) -> None:
    # Translated without care, these take longer than anybody waits.
    assert verdict(pattern, path) is None


def test_names_that_are_no_text() -> None:
    name = os.fsdecode(b"a\xff.py")
    assert Patterns("/base", [b"a\xff*"]).verdict("/base/", name, False)
    assert Patterns("/base", [b"a\xff.py"]).verdict("/base/", name, False)
    assert Patterns("/base", ["a?.py"]).verdict("/base/", name, False)


def test_an_ignore_file_that_is_none(tmp_path: Path) -> None:
    assert read_patterns(str(tmp_path / "no"), str(tmp_path)) is None
    assert read_patterns(str(tmp_path), str(tmp_path)) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file tree")
def test_an_ignore_file_that_would_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    assert read_patterns(str(tmp_path / ".gitignore"), str(tmp_path)) is None
    assert exclude_file(str(tmp_path / ".gitignore")) == f"{tmp_path}/.gitignore/info/exclude"


def test_git_does_not_follow_a_link_here(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("a\n")
    (tmp_path / ".gitignore").symlink_to("real")
    assert read_patterns(str(tmp_path / ".gitignore"), str(tmp_path)) is None


def test_excludes_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert exclude_file(str(tmp_path / ".git")) == str(tmp_path / ".git" / "info" / "exclude")


def test_excludes_of_a_linted_submodule_and_a_worktree(tmp_path: Path) -> None:
    store = tmp_path / "main" / ".git" / "worktrees" / "w"
    store.mkdir(parents=True)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".git").write_text("gitdir: ../main/.git/worktrees/w\n")
    submodule = f"{tmp_path}/w/../main/.git/worktrees/w/info/exclude"
    assert exclude_file(str(tmp_path / "w" / ".git")) == submodule
    (store / "commondir").write_text("../..\n")
    assert exclude_file(str(tmp_path / "w" / ".git")) == str(tmp_path / "main" / ".git" / "info" / "exclude")
