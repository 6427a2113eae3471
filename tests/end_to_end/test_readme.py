"""The README shows what readlint prints."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
SYNC = """\
import time

from jobs import metrics


class Sync:
    def begin(self) -> None:
        self.started = time.time()

    def finish(self) -> None:
        metrics.timing("sync", time.time() - self.started)
"""


def test_first_example_is_what_a_run_prints(readlint, tmp_path):
    jobs = tmp_path / "src" / "jobs"
    jobs.mkdir(parents=True)
    (jobs / "sync.py").write_text(SYNC, encoding="utf-8")
    shown = README.read_text(encoding="utf-8").partition("$ readlint src/\n")[2].partition("```")[0]
    assert readlint("--isolated", "src/").out == shown
