"""A run that is killed while it fixes leaves every file old or new, and nothing behind that the next run leaves too."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

from harness import BAD, Readlint, kill

KILLS = int(os.environ.get("READLINT_TEST_KILLS", "12"))
FILES = 30


def test_killed_at_random(readlint: Readlint, tmp_path: Path) -> None:
    fixing = (".", "--fix", "--unsafe-fixes", "--no-cache", "--quiet")
    for number in range(FILES):
        (tmp_path / f"m{number}.py").write_text(BAD)
    started = time.monotonic()
    readlint(*fixing)
    whole = time.monotonic() - started
    new = (tmp_path / "m0.py").read_bytes()
    assert new != BAD.encode()

    chance = random.Random(20261121)
    interrupted = 0
    for _ in range(KILLS):
        for number in range(FILES):
            (tmp_path / f"m{number}.py").write_text(BAD)
        process = readlint.start(*fixing, new_session=True)
        time.sleep(chance.uniform(0.3, 1.1) * whole)
        kill(process)
        contents = [(tmp_path / f"m{number}.py").read_bytes() for number in range(FILES)]
        assert all(content in (BAD.encode(), new) for content in contents)
        interrupted += len(set(contents)) == 2
    (tmp_path / f".readlint-{2**22 + 1}-0123456789ab.tmp").write_text("left by a process that is gone")
    readlint(*fixing)
    assert not list(tmp_path.glob(".readlint-*.tmp"))
    assert {path.read_bytes() for path in tmp_path.glob("m*.py")} == {new}
    shutil.rmtree(tmp_path, ignore_errors=True)
