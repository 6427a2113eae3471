"""A kill at any moment leaves the old bytes or the new ones."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from readlint.fixes.write import remove_leftovers

SIZE = 2_000_000
WRITER = """
import sys
from readlint.fixes.write import write_file
path, size = sys.argv[1], int(sys.argv[2])
old, new = b"o" * size, b"n" * (size + 1)
print("ready", flush=True)
while True:
    write_file(path, new, old)
    old, new = new, old
"""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_killed_writer_leaves_whole_files(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    chance = random.Random(7)
    dead = []
    for _ in range(12):
        file.write_bytes(b"o" * SIZE)
        command = [sys.executable, "-c", WRITER, str(file), str(SIZE)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.random() * 0.03)
            writer.send_signal(signal.SIGKILL)
            dead.append(writer.pid)
        assert file.read_bytes() in (b"o" * SIZE, b"n" * (SIZE + 1))
    for name in os.listdir(tmp_path):
        os.utime(tmp_path / name, (time.time() - 100, time.time() - 100))
    remove_leftovers(str(tmp_path))
    assert os.listdir(tmp_path) == ["a.py"]
