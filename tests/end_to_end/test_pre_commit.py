"""The hook, run by the real pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BAD

pytest.importorskip("pre_commit", reason="pre-commit is not installed")
ROOT = Path(__file__).parents[2]
UNREACHABLE = re.compile(r"No matching distribution found|Could not find a version|Max retries|Temporary failure")


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHONPATH"))}
    environment |= {"PRE_COMMIT_HOME": str(folder.parent / "home"), "PRE_COMMIT_COLOR": "never"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500)


def test_the_hook_is_one(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    done = pre_commit(tmp_path / "a", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="needs git and a checkout")
def test_a_commit_is_linted(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "bad.py").write_text(BAD)
    (work / "vendor").mkdir()
    (work / "vendor" / "bad.py").write_text(BAD)
    (work / "readlint.toml").write_text('extend-exclude = ["vendor/"]\n')
    for arguments in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *arguments], cwd=work, check=True)
    done = pre_commit(work, "try-repo", str(ROOT), "readlint", "--all-files", "--verbose")
    if UNREACHABLE.search(done.stdout + done.stderr):
        pytest.skip("the package registry cannot be reached")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad.py:8:5: note[RL101]" in done.stdout
    assert "vendor/bad.py" not in done.stdout
