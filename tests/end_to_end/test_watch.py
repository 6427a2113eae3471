"""`--watch`: linting again after every change."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness import BAD, Ran, Readlint

from readlint.cli import watch
from readlint.errors import UserError

WAITING = "Watching for changes"


class Watching:
    """A run that goes on, and what it has said so far."""

    def __init__(self, readlint: Readlint, *arguments: str) -> None:
        command = readlint.command("--output-format=concise", "--watch", *arguments)
        self.process = subprocess.Popen(
            command, cwd=readlint.folder, env=readlint.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines += []
        for line in self.process.stdout:
            self.lines.append(line)

    def round(self, number: int) -> str:
        """What was said in one round, once it is over."""
        for _ in range(600):
            ends = [index for index, line in enumerate(self.lines) if WAITING in line]
            if len(ends) >= number:
                return "".join(self.lines[ends[number - 2] + 1 if number > 1 else 0 : ends[number - 1]])
            time.sleep(0.1)
        raise AssertionError(self.lines)


@pytest.fixture
def watching(readlint: Readlint, tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    pytest.importorskip("watchfiles")
    started: list[Watching] = []

    def start(*arguments: str) -> Watching:
        started.append(Watching(readlint, *arguments))
        return started[-1]

    (tmp_path / "pyproject.toml").touch()
    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
def test_it_lints_again(watching: Callable[..., Watching], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    run = watching()
    assert run.round(1).count("a.py:") == 4
    time.sleep(4)  # until the watch has begun, which nothing says, on a machine that is busy with other tests
    (tmp_path / "b.py").write_text(BAD)
    assert run.round(2).count("b.py:") == 4
    (tmp_path / "readlint.toml").write_text("nonsense = 1")
    assert "unknown setting `nonsense`" in run.round(3)
    (tmp_path / "readlint.toml").write_text("ignore = ['ALL']")
    assert ".py:" not in run.round(4)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(20) == 0
    assert "Traceback" not in "".join(run.lines)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
def test_a_report_that_it_writes_is_no_change(watching: Callable[..., Watching], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    run = watching("--output=json=report.json")
    run.round(1)
    time.sleep(4)
    (tmp_path / "b.py").write_text(BAD)
    assert run.round(2).count("b.py:") == 4
    assert (tmp_path / "report.json").exists()
    time.sleep(2)
    assert "".join(run.lines).count(WAITING) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
def test_with_a_baseline(watching: Callable[..., Watching], readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(BAD)
    (tmp_path / "kept").mkdir()
    readlint("baseline", "write", "--baseline=kept/known.jsonl", status=0)
    (tmp_path / "pyproject.toml").unlink()  # so that only src/ is watched, and the baseline
    run = watching("--baseline=kept/known.jsonl", "src")
    assert "4 more in the baseline" in run.round(1)
    time.sleep(4)
    (tmp_path / "src" / "b.py").write_text(BAD)
    assert (run.round(2).count("b.py:"), run.round(2).count("a.py:")) == (4, 0)
    readlint("baseline", "write", "--baseline=kept/known.jsonl", status=0)
    assert "8 more in the baseline" in run.round(3)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_with_diff_mode(watching: Callable[..., Watching], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b.c", *arguments], cwd=tmp_path, check=True)
    run = watching("--new-from=HEAD")
    assert "a.py:" not in run.round(1)
    time.sleep(4)
    (tmp_path / "a.py").write_text(BAD.replace("except Exception:", "except Exception:  # sic"))
    assert run.round(2).count("a.py:") == 1
    (tmp_path / "conf.yaml").write_text("password: kD7wQ3xNv9Zp\n")  # readlint: ignore[RL402] made up for this test
    assert "conf.yaml:1:11: RL405" in run.round(3)


def test_what_is_staged_cannot_be_watched(lint: Callable[..., Ran]) -> None:
    ran = lint("--watch", "--staged")
    assert ran.status == 2
    assert ran.err.endswith("it sees when files change and not when git stages them; use --new-from HEAD\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C goes to the whole console there")
def test_what_depends_on_a_change_is_judged_again(watching: Callable[..., Watching], tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def report(error):\n    raise error\n")
    (tmp_path / "user.py").write_text(
        "from helper import report\n\n\ndef f():\n    try:\n        g()\n    except Exception as error:\n        report(error)\n"
    )
    run = watching("user.py")
    assert "RL101" not in run.round(1)
    time.sleep(4)
    (tmp_path / "helper.py").write_text("def report(error):\n    pass\n")
    assert "user.py:7:5: RL101" in run.round(2)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", True),
        ("deep/b.pyi", True),
        ("readlint.toml", True),
        ("deep/pyproject.toml", True),
        (".gitignore", True),
        ("readlint-secrets.toml", True),
        ("readlint-baseline.jsonl", True),
        (".env", True),
        ("deep/conf.yaml", True),
        ("report.json", False),
        ("notes.txt", False),
        (".git/index", False),
        (".readlint_cache/run-1.json", False),
        ("node_modules/a.py", False),
    ],
)
def test_what_matters(path: str, expected: bool) -> None:
    top = os.path.join(os.sep, "home", "venv", "project")  # below a folder of a name that is left out
    watched = watch.Watched([top])
    watched.reports.add(os.path.join(top, "report.json"))
    assert (os.path.join(top, *path.split("/")) in watched) == expected


def test_a_baseline_of_another_name_matters(tmp_path: Path) -> None:
    watched = watch.Watched([str(tmp_path / "src")], str(tmp_path / "known.txt"))
    assert str(tmp_path / "known.txt") in watched
    assert str(tmp_path / "other.txt") not in watched


def test_without_watchfiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(UserError, match=r"pip install 'readlint\[watch\]'"):
        watch.watch(["."], lambda _: 0)


@pytest.mark.parametrize("arguments", [["--fix"], ["--diff"], ["--add-ignore=a reason to ignore"], ["-"]])
def test_it_changes_nothing(lint: Callable[..., Ran], arguments: list[str]) -> None:
    ran = lint("--watch", *arguments)
    assert ran.status == 2
    assert "argument --watch: it lints files, and changes none" in ran.err
