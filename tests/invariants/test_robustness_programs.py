"""Programs that nobody would write: no crash, no traceback, and RL001 exactly where Python itself gives up."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import sysconfig
import warnings
from pathlib import Path

import pytest
from harness import Readlint

#: Generated programs; `READLINT_GENERATED=2000` before a release.
GENERATED = int(os.environ.get("READLINT_GENERATED", "120"))
LIBRARY_TESTS = Path(sysconfig.get_path("stdlib")) / "test"

# Names that rules take an interest in, so that generated code leads them into their analyses.
_NAMES = (
    *("time", "sys", "logger", "logging", "self", "token", "expected_token", "start", "hmac", "Exception"),
    *("BaseException", "datetime", "suppress", "print", "error", "cleanup"),
)
_STATEMENTS = (
    *("pass", "pass", "return", "raise", "break", "start = time.time()", "self.start = time.time()"),
    *(
        "print(time.time() - start)",
        "return time.time() - self.start",
        "logger.exception('x')",
        "token == expected_token",
    ),
)
_HEAD = "import hmac, logging, sys, time\nfrom contextlib import suppress\nfrom datetime import datetime\n"


def generate(seed: int) -> str | None:
    """A program with names and statements as rules look for them; None for a tree that Python cannot write down."""
    from pysource_codegen import generate as any_program

    chance = random.Random(seed)
    names = chance.sample(_NAMES, 6)
    try:
        program = any_program(seed, node_limit=150)
    except ValueError:  # a backslash in an f-string, before 3.12
        return None
    text = re.sub(r"\bname_([0-5])\b", lambda match: names[int(match[1])], program)
    text = re.sub(r"\bpass\b", lambda match: chance.choice(_STATEMENTS), text)
    return text if "from __future__" in text else _HEAD + text


def python_reads(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def check(readlint: Readlint, folder: Path, *arguments: str) -> None:
    """Lint with everything on, in a report that also makes each fix."""
    every = ("--no-cache", "--isolated", "--no-respect-gitignore", "--exclude=_", "--select=ALL", "--preview")
    ran = readlint(*every, "--config", "test-paths = []", "--output-format=json", *arguments, folder)
    assert ran.status in (0, 1), ran.err
    report = json.loads(ran.out)
    assert report["errors"] == []
    # Where the settings send no line to standard error, Python's own warnings about the linted code must not either.
    assert [line for line in ran.err.splitlines() if not line.startswith("readlint: warning: ")] == []
    unread = {finding["path"] for finding in report["findings"] if finding["code"] == "RL001"}
    files = [path for path in folder.rglob("*.py") if not path.is_symlink()]
    assert report["summary"]["files"] >= len(files)
    # Python's importer refuses `utf8` after a byte-order mark, where it means `utf-8`; readlint reads on.
    expected = {str(p) for p in files if not python_reads(p.read_bytes()) and p.name != "bad_coding2.py"}
    assert {os.path.abspath(readlint.folder / path) for path in unread} == expected


@pytest.mark.slow
def test_generated_programs(readlint: Readlint, tmp_path: Path) -> None:
    pytest.importorskip("pysource_codegen")
    folder = tmp_path / "generated"
    folder.mkdir()
    for seed in range(GENERATED):
        if (program := generate(seed)) is not None:
            (folder / f"program_{seed}.py").write_text(program, encoding="utf-8", errors="surrogatepass")
    check(readlint, folder)
    readable = [path for path in folder.iterdir() if python_reads(path.read_bytes())]
    assert len(readable) > GENERATED / 3
    readlint("--no-cache", "--fix-only", "--unsafe-fixes", "--select=ALL", "generated", status=0)
    assert all(python_reads(path.read_bytes()) for path in readable)
    fixed = {path: path.read_bytes() for path in readable}
    readlint("--no-cache", "--fix-only", "--unsafe-fixes", "--select=ALL", "generated", status=0)
    assert {path: path.read_bytes() for path in readable} == fixed


@pytest.mark.slow
@pytest.mark.skipif(
    not LIBRARY_TESTS.joinpath("test_dict.py").exists(), reason="this Python comes without its own tests"
)
def test_the_tests_of_python(readlint: Readlint) -> None:
    check(readlint, LIBRARY_TESTS)


@pytest.mark.slow
@pytest.mark.skipif(
    not LIBRARY_TESTS.joinpath("test_dict.py").exists(), reason="this Python comes without its own tests"
)
def test_fixing_the_tests_of_python(readlint: Readlint, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in LIBRARY_TESTS.glob("test_[a-d]*.py"):
        shutil.copy(path, folder)
    readable = [path for path in folder.rglob("*.py") if python_reads(path.read_bytes())]
    arguments = ("--no-cache", "--fix-only", "--unsafe-fixes", "--config", "test-paths = []", "--show-fixes", "copy")
    assert "Fixed in " in readlint(*arguments, status=0).out
    assert [path for path in readable if not python_reads(path.read_bytes())] == []
    assert "Fixed in " not in readlint(*arguments, status=0).out
