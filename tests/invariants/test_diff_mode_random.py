"""Diff mode says the same whether it searches the project or remembers an earlier run."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from harness import git
from hypothesis import given, settings
from hypothesis import strategies as st

from readlint.cli import main
from readlint.report.model import read_lines_of_file

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

HELPERS = (
    "import logging\n\n\ndef report(error):\n    logging.getLogger(__name__).exception('lost')\n",
    "def report(error):\n    pass\n",
    "def report(error):\n    raise OSError from error\n",
    "def other():\n    pass\n",
)
EXPORTS = ("from .helper import report\n", "from .helper import *\n", "")
USERS = tuple(
    f"{line}\n\n\ndef f(store):\n    try:\n        store.save()\n    except Exception as error:\n        {call}(error)\n"
    for line, call in (
        ("from helper import report", "report"),
        ("import helper", "helper.report"),
        ("from pkg import report", "report"),
        ("from pkg.helper import report as said", "said"),
        ("import time", "print"),
    )
)
CLOCK = "import time\n\n\ndef timed(work):\n    start = time.time()\n    work()\n    return time.time() - start\n"
PATCHES = "def test_it(mocker):\n    mocker.patch('time.time')\n"
Step = tuple[str, str, str]
FILES = {
    "helper.py": HELPERS,
    "pkg/__init__.py": EXPORTS,
    "pkg/helper.py": HELPERS,
    "user.py": USERS,
    "pkg/user.py": (USERS[3], *USERS),
    "deep/down/user.py": (USERS[2], *USERS),
    "clock.py": (CLOCK, f"# sic\n{CLOCK}"),
    "tests/test_clock.py": (PATCHES, "x = 1\n"),
    "deep/pyproject.toml": ("[tool.readlint]\nignore = ['RL101']\n", "[tool.readlint]\n"),
    ".gitignore": ("helper.py\n", ""),
}
WRITES = [("write", path, text) for path, texts in FILES.items() for text in texts]
CHANGES = st.sampled_from([("write", path, text) for path in ("helper.py", "pkg/helper.py") for text in HELPERS])
STEPS = st.sampled_from(
    [*WRITES, *(("delete", path, "") for path in FILES), ("stage", "", ""), ("commit", "", ""), ("move", "user.py", "")]
)


def take(step: Step) -> None:
    kind, name, text = step
    path = Path(name)
    if kind == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif kind == "move" and path.exists():
        path.rename("moved.py")
    elif kind in ("stage", "commit"):
        git(Path(), "add", "-A")
    if kind == "commit":
        git(Path(), "commit", "-q", "--allow-empty", "-m", "x")


def lint(*arguments: str) -> str:
    read_lines_of_file.cache_clear()
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([*arguments, "--output-format=concise"])
    return f"{status}\n{out.getvalue()}{err.getvalue()}"


@settings(max_examples=60)
@given(before=st.lists(STEPS, max_size=4), change=CHANGES, after=st.lists(STEPS, max_size=4), in_part=st.booleans())
def test_remembering_is_like_searching(before: list[Step], change: Step, after: list[Step], in_part: bool) -> None:
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
        os.chdir(folder)
        try:
            git(Path(), "init", "-q")
            for path, texts in FILES.items():
                take(("write", path, texts[0] if path != ".gitignore" else ""))
            for step in [("commit", "", ""), *before]:
                take(step)
            lint(
                *(["pkg", "deep"] if in_part and Path("pkg").exists() and Path("deep").exists() else []),
                f"--cache-dir={cache}",
            )
            for step in [change, *after]:
                take(step)
            for what in ("--new-from=HEAD", "--staged"):
                assert lint(what, f"--cache-dir={cache}") == lint(what, "--no-cache")
        finally:
            os.chdir(here)
