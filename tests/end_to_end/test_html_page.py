"""The HTML page in a browser, where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from harness import BAD, Readlint

CHROMIUM = shutil.which("chromium")
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("", ["RL101", "RL201", "RL106", "RL806"]),
        ("#rule=RL201", ["RL201"]),
        ("#fix=safe", ["RL201"]),
        ("#fix=any&path=BAD", ["RL101", "RL201", "RL806"]),
        ("#folder=elsewhere", ["RL101", "RL201", "RL106", "RL806"]),  # there is no such choice
        ("#path=elsewhere", []),
        ("#f2", ["RL101", "RL201", "RL106", "RL806"]),
    ],
)
def test_the_filters_follow_the_address(readlint: Readlint, tmp_path: Path, fragment: str, shown: list[str]) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    readlint("bad.py", "--no-cache", "-o", "html=page.html", status=1)
    address = (tmp_path / "page.html").as_uri() + fragment
    command = [str(CHROMIUM), *OPTIONS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    items = re.findall(r'<li class="finding"[^>]*>', done.stdout)
    assert [re.findall('data-rule="(.*?)"', item)[0] for item in items if "hidden" not in item] == shown
    assert f"{len(shown)} of 4 findings</output>" in done.stdout
    assert "CONSOLE" not in done.stderr
    assert re.search('<form id="filters"[^>]* hidden', done.stdout) is None
