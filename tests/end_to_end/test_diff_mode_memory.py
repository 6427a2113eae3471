"""What a run leaves in the cache for diff mode, and when that is not used."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Ran, git
from test_diff_mode import CONCISE, commit

from readlint.files.git import Repository
from readlint.remembered import blob_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Lint = Callable[..., Ran]
HELPER = "import logging\n\n\ndef report(error):\n    logging.getLogger(__name__).exception('lost')\n"
SILENT = "def report(error):\n    pass\n"
USER = (
    "from helper import report\n\n\ndef f(store):\n    try:\n        store.save()\n"
    "    except Exception as error:\n        report(error)\n"
)


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The words that git was asked to search for."""
    asked: list[list[str]] = []
    search = Repository.mentioning

    def mentioning(self: Repository, words: list[str], *, in_index: bool) -> list[str]:
        asked.append(words)
        return search(self, words, in_index=in_index)

    monkeypatch.setattr(Repository, "mentioning", mentioning)
    return asked


@pytest.fixture
def project(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A helper that reports, a file that counts on it, and a run that saw both."""
    # The folders of a fresh checkout change while Python compiles what is in them.
    monkeypatch.setattr("readlint.remembered.pack_files", list)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "helper.py").write_text(HELPER)
    (tmp_path / "user.py").write_text(USER)
    (tmp_path / "pyproject.toml").write_text("[tool.readlint]\n")
    commit(tmp_path)
    time.sleep(0.03)  # what changed just before a run began is not remembered
    assert lint(".").status == 0
    return tmp_path


def test_nothing_is_searched(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    (project / "helper.py").write_text(SILENT)
    ran = lint("--new-from=HEAD", CONCISE)
    assert ran.out.startswith("user.py:7:5: ")
    assert searches == []
    assert lint("--new-from=HEAD", CONCISE, "--no-cache") == ran
    assert searches == [["helper"]]  # more files have a name that was changed in it


def test_names_of_other_alphabets(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    """They have no part in signatures."""
    (project / "\u043f\u043e\u043c\u043e\u0449\u044c.py").write_text(
        HELPER.replace("report", "\u043e\u0442\u0447"), "utf-8"
    )
    user = USER.replace("helper", "\u043f\u043e\u043c\u043e\u0449\u044c").replace("report", "\u043e\u0442\u0447")
    (project / "user.py").write_text(user, "utf-8")
    commit(project)
    time.sleep(0.03)
    lint(".")
    (project / "\u043f\u043e\u043c\u043e\u0449\u044c.py").write_text(
        SILENT.replace("report", "\u043e\u0442\u0447"), "utf-8"
    )
    assert lint("--new-from=HEAD", CONCISE).out.startswith("user.py:7:5: ")
    assert searches == []


def test_what_was_staged(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    (project / "helper.py").write_text(SILENT)
    git(project, "add", "-A")
    (project / "helper.py").write_text(HELPER)
    assert lint("--staged", CONCISE).out.startswith("user.py:7:5: ")
    assert searches == []


def test_files_that_the_run_did_not_see(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    (project / "late.py").write_text(USER)
    (project / "user.py").write_text(f"x = 1\n{USER}")
    commit(project)
    (project / "helper.py").write_text(SILENT)
    assert len(lint("--new-from=HEAD", CONCISE).codes) == 2
    assert searches == []


@pytest.mark.parametrize("given", [["more.py"], ["more.py", "user.py"]])
def test_a_later_run_on_fewer_files(project: Path, lint: Lint, searches: list[list[str]], given: list[str]) -> None:
    (project / "more.py").write_text("x = 1\n")
    time.sleep(0.03)
    lint(*given)
    (project / "helper.py").write_text(SILENT)
    assert lint("--new-from=HEAD", CONCISE).out.startswith("user.py:7:5: ")
    assert searches == []


@pytest.mark.parametrize("name", ["pyproject.toml", ".readlint.toml", "readlint-secrets.toml"])
def test_other_settings(project: Path, lint: Lint, searches: list[list[str]], name: str) -> None:
    (project / name).write_text(
        {"readlint-secrets.toml": 'key = "x"\n[allowed]\n'}.get(name, "[tool.readlint]\nx = 1\n")
    )
    (project / "helper.py").write_text(SILENT)
    lint("--new-from=HEAD", CONCISE)
    (project / name).write_text("")
    lint("--new-from=HEAD", CONCISE)
    assert len(searches) >= 1


def test_settings_that_were_not_there(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    """Where files were linted; elsewhere they say nothing of what is remembered."""
    (project / "pkg").mkdir()
    (project / "pkg" / "user.py").write_text(USER)
    (project / "docs").mkdir()
    time.sleep(0.03)
    lint(".")
    (project / "helper.py").write_text(SILENT)
    (project / "docs" / "pyproject.toml").write_text("[tool.readlint]\n")
    assert len(lint("--new-from=HEAD", CONCISE).codes) == 2
    assert searches == []
    (project / "pkg" / "pyproject.toml").write_text("[tool.readlint]\nignore = ['ALL']\n")
    assert len(lint("--new-from=HEAD", CONCISE).codes) == 1
    assert len(searches) == 1


def test_another_run_makes_up_for_what_is_lost(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    """The first one may have left nothing, because something changed while it was at work."""
    for file in [*(project / ".readlint_cache").glob("open-*"), *(project / ".readlint_cache").glob("run-*")]:
        file.unlink()
    time.sleep(0.03)
    lint(".")
    (project / "helper.py").write_text(SILENT)
    assert lint("--new-from=HEAD", CONCISE).out.startswith("user.py:7:5: ")
    assert searches == []


def test_other_rules(project: Path, lint: Lint, searches: list[list[str]]) -> None:
    (project / "helper.py").write_text(SILENT)
    assert lint("--new-from=HEAD", "--select=RL2", CONCISE).codes == []
    assert len(searches) == 1


@pytest.mark.parametrize("part", [0, 50, -5])
def test_a_damaged_cache(project: Path, lint: Lint, part: int) -> None:
    (project / "helper.py").write_text(SILENT)
    good = lint("--new-from=HEAD", CONCISE)
    (file,) = (project / ".readlint_cache").glob("open-*")
    data = bytearray(file.read_bytes())
    data[part] ^= 1
    file.write_bytes(data)
    assert lint("--new-from=HEAD", CONCISE) == good
    file.write_bytes(data[: len(data) // 2])
    assert lint("--new-from=HEAD", CONCISE) == good


def test_blobs_are_those_of_git(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 'caf\xc3\xa9'\n")
    assert blob_of((tmp_path / "a.py").read_bytes()) == git(tmp_path, "hash-object", "a.py")


@pytest.mark.parametrize("patched", [True, False])
def test_what_other_files_say(
    project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch, searches: list[list[str]], patched: bool
) -> None:
    """Whether tests patch the clock decides how safe a fix is, and is known without listing or reading them."""
    clock = "import time\n\n\ndef timed(work):\n    start = time.time()\n    work()\n    return time.time() - start\n"
    (project / "clock.py").write_text("x = 1\n")
    (project / "test_clock.py").write_text(
        f"def test_it(mocker):\n    mocker.patch('{'clock.time.time' if patched else 'x'}')\n"
    )
    commit(project)
    time.sleep(0.03)
    lint(".")
    (project / "clock.py").write_text(clock)
    slow = lint("--new-from=HEAD", "--diff", "--no-cache")
    monkeypatch.setattr("readlint.run.discover", None)
    assert lint("--new-from=HEAD", "--diff") == slow
    assert ("monotonic" in slow.out) is not patched
