"""The diff that `git apply` takes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from readlint.fixes.diff import unified_diff


def test_nothing_for_equal_texts() -> None:
    assert unified_diff("a.py", "x\n", "x\n") == ""


def test_headers_and_hunk() -> None:
    assert unified_diff("src/a.py", "a\nb\n", "a\nc\n") == (
        "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
    )


def test_a_missing_final_newline_is_told() -> None:
    assert unified_diff("a.py", "a\nb", "a\nc").endswith(
        "-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
    )


def test_odd_names_are_quoted_as_git_does() -> None:
    assert unified_diff("a b.py", "a\n", "b\n").startswith("--- a/a b.py\t\n+++ b/a b.py\t\n")
    assert unified_diff('a"\n\x1b.py', "a\n", "b\n").startswith('--- "a/a\\"\\n\\033.py"\n')


def test_secrets_are_masked() -> None:
    text = unified_diff("a.py", "k = 'hunter22'\nx = 1\n", "k = 'hunter22'\nx = 2\n", ["hunter22"])
    assert "hunter22" not in text
    assert " k = '********'\n" in text


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\nb\nc\n", "a\nx\nc\n"),
        ("a\r\nb\r\n", "a\r\nx\r\n"),
        ("a\rb\r", "a\rx\r"),
        ("a\x0c\nb\u2028c\n", "a\x0c\nx\u2028c\n"),
        ("a\nb", "a\nx"),
        ("a\nb", "a\nb\nc\n"),
        ("", "a\n"),
    ],
)
def test_git_applies_it(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "a b.py"
    file.write_bytes(old.encode())
    diff = unified_diff("a b.py", old, new).encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=diff, cwd=tmp_path, check=True)
    assert file.read_bytes() == new.encode()
