"""Whatever the patterns and whatever the paths: git is right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from readlint.files.discovery import discover

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

NAMES = ["a.py", "b.py", "ab.py", "abc.py", "A.py", "é.py", "x y.py", "#.py", "!a.py", "[.py", "].py", "-.py", "a .py"]
FOLDERS = ["", "a/", "b/", "a/b/", "a/b/a/", "ab/", "a.py.d/", "é/", "b/[ab]/", "b/*/"]
PIECES = [
    *("a", "b", "ab", "é", ".py", "*", "**", "?", "/", "/", "**/", "/**", "*.py", "!", "#", " ", "-", ".", "\\", "\\*"),
    *("[ab]", "[!a]", "[a-c]", "[^b]", "[]", "]", "[", "[\\]a]", "[[:alpha:]]", "[[:no:]]", "[a-", "a/", "|", "(", "$"),
]
LINES = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), max_size=4)
IGNORE_FILE = st.builds(lambda lines, end: end.join(lines), LINES, st.sampled_from(["\n", "\r\n"]))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("repository")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    subprocess.run(["git", "init", "-q", root], check=True, env=clean)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            (root / folder / name).touch()
    before = os.getcwd()
    os.chdir(root)
    yield root
    os.chdir(before)


def not_ignored_by_git() -> list[str]:
    command = ["git", "-c", "core.excludesFile=", "-c", "core.ignoreCase=false"]
    command += ["ls-files", "-z", "--others", "--exclude-per-directory=.gitignore", "--exclude-from=.git/info/exclude"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout
    return sorted(os.fsdecode(name) for name in listed.split(b"\0") if name.endswith(b".py"))


#: Where git up to 2.51 did not do what its manual says.
MISREAD = re.compile(r"(?:[^/*!\n]|.!)\*\*+(?:/|\\/|\s*$)", re.MULTILINE)


@pytest.fixture(scope="module")
def git_misreads() -> bool:
    version = subprocess.run(["git", "version"], check=True, capture_output=True, text=True).stdout
    return tuple(map(int, re.findall(r"\d+", version)[:2])) < (2, 52)


@example("a**/b.py\n", "", "", "")
@example("*\n!*/\n!a.py\n", "b.py\\\n", "a.py \n", "!a .py\n")
@example("a/b\n", "!b/\n", "", "a.py\\ \n")
@example("**/b/**\n", "!b\n", "***.py\n", "/*\n!/b/\n")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(IGNORE_FILE, IGNORE_FILE, IGNORE_FILE, IGNORE_FILE)
def test_git_agrees(repository: Path, git_misreads: bool, top: str, below: str, deep: str, excludes: str) -> None:
    assume(not (git_misreads and any(map(MISREAD.search, (top, below, deep, excludes)))))
    texts = {".gitignore": top, "a/.gitignore": below, "a/b/.gitignore": deep, ".git/info/exclude": excludes}
    for name, text in texts.items():
        (repository / name).write_bytes(text.encode())
    assert discover(["."], excludes=[]).files == not_ignored_by_git()
