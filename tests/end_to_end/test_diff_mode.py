"""Diff mode: what is new since a commit, whatever has become of files, lines and history."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import BAD, Ran, git

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Lint = Callable[..., Ran]
CONCISE = "--output-format=concise"
NEW = "\n\ndef later(store):\n    try:\n        store.flush()\n    except Exception:\n        pass\n"


def commit(folder: Path, message: str = "x") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one commit on `main`, of a file with four findings."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "bad.py").write_text(BAD)
    commit(tmp_path)
    return tmp_path


def test_old_findings_are_not_reported(project: Path, lint: Lint) -> None:
    assert lint("--new-from=HEAD", CONCISE).status == 0
    (project / "bad.py").write_text("import os\n\n\n" + BAD + NEW)
    ran = lint("--new-from=HEAD", CONCISE)
    assert (ran.status, ran.codes) == (1, ["RL101"])
    assert ran.out.startswith("bad.py:36:5: ")
    assert lint("--new-from", "main", CONCISE).codes == ["RL101"]


def test_a_changed_line_brings_its_finding_back(project: Path, lint: Lint) -> None:
    (project / "bad.py").write_text(BAD.replace("except Exception:", "except Exception:  # sic"))
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL101"]


def test_a_changed_place_that_a_finding_points_to(project: Path, lint: Lint) -> None:
    (project / "bad.py").write_text(BAD.replace("    start = time.time()", "    start = time.time()  # sic"))
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL201"]


def test_a_line_that_was_taken_out(project: Path, lint: Lint) -> None:
    good = BAD.replace("    except Exception:\n", "    except Exception:\n        log.exception('lost')\n")
    (project / "bad.py").write_text(good)
    commit(project)
    (project / "bad.py").write_text(BAD)
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL101"]


def test_a_helper_in_another_file_that_reports_no_more(project: Path, lint: Lint) -> None:
    helper = "import logging\n\n\ndef report(error):\n    logging.getLogger(__name__).exception('lost')\n"
    (project / "helper.py").write_text(helper)
    (project / "user.py").write_text(
        "from helper import report\n\n\ndef f(store):\n    try:\n        store.save()\n"
        "    except Exception as error:\n        report(error)\n"
    )
    commit(project)
    assert lint("user.py", CONCISE).codes == []
    (project / "helper.py").write_text(helper.replace("logging.getLogger(__name__).exception('lost')", "pass"))
    whole = lint("user.py", CONCISE).codes
    assert whole
    assert lint("--new-from=HEAD", CONCISE).codes == whole
    (project / "bad.py").write_text(BAD + "\n")
    commit(project)
    assert lint("--new-from=HEAD", CONCISE).codes == []


def test_a_helper_that_is_gone(project: Path, lint: Lint) -> None:
    (project / "helper.py").write_text("def report(error):\n    raise OSError from error\n")
    (project / "user.py").write_text(
        "from helper import report\n\n\ndef f(store):\n    try:\n        store.save()\n"
        "    except Exception as error:\n        report(error)\n"
    )
    (project / "other.py").write_text("from helper import report\n\n\ndef f(error):\n    return report(error)\n")
    commit(project)
    (project / "helper.py").unlink()
    # Both use it, but only what `user.py` comes to depends on what it does.
    assert lint("--new-from=HEAD").out == "No findings in 1 file.\n"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_renamed_file_is_not_new(project: Path, lint: Lint, tracked: bool) -> None:
    (project / "pkg").mkdir()
    (project / "bad.py").rename(project / "pkg" / "good.py")
    if tracked:
        git(project, "add", "-A")
    assert lint("--new-from=HEAD", CONCISE).codes == []
    (project / "pkg" / "good.py").write_text(BAD + NEW)
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL101"]


def test_untracked_files_are_new_and_ignored_ones_are_not_there(project: Path, lint: Lint) -> None:
    (project / "new.py").write_text("import hmac\n" + NEW)
    (project / "ignored.py").write_text(NEW)
    (project / ".gitignore").write_text("ignored.py\n")
    ran = lint("--new-from=HEAD", CONCISE)
    assert ran.codes == ["RL101"]
    assert ran.out.startswith("new.py:")


def test_only_what_the_command_line_names(project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("a", "b", "venv"):
        (project / folder).mkdir()
        (project / folder / "new.py").write_text(NEW)
    assert len(lint("--new-from=HEAD", CONCISE).codes) == 2
    assert lint("--new-from=HEAD", CONCISE, "a").out.startswith("a/new.py:")
    assert lint("--new-from=HEAD", CONCISE, "--exclude=b", "b/new.py", "a").codes == ["RL101", "RL101"]
    assert lint("--new-from=HEAD", CONCISE, "--exclude=b", "--force-exclude", "b/new.py").codes == []
    monkeypatch.chdir(project / "a")
    assert lint("--new-from=HEAD", CONCISE).out.startswith("new.py:")


def test_line_ends_are_no_change(project: Path, lint: Lint) -> None:
    (project / "bad.py").write_bytes(BAD.replace("\n", "\r\n").encode())
    assert lint("--new-from=HEAD", CONCISE).codes == []


def test_since_the_branch_began(project: Path, lint: Lint) -> None:
    git(project, "checkout", "-q", "-b", "topic")
    (project / "mine.py").write_text(NEW)
    commit(project)
    git(project, "checkout", "-q", "main")
    (project / "bad.py").write_text("x = 1\n")
    commit(project)
    git(project, "checkout", "-q", "topic")
    assert lint("--new-from-merge-base=main", CONCISE).codes == ["RL101"]
    assert len(lint("--new-from=main", CONCISE).codes) == 5


def test_staged_is_what_a_commit_would_have(project: Path, lint: Lint) -> None:
    (project / "bad.py").write_text(BAD + NEW)
    assert lint("--staged", CONCISE).codes == []
    git(project, "add", "bad.py")
    (project / "bad.py").write_text("x = 1\n")
    (project / "untracked.py").write_text(NEW)
    ran = lint("--staged", CONCISE)
    assert ran.codes == ["RL101"]
    assert "    except Exception:\n" in lint("--staged").out.replace(" │", "")
    (project / "bad.py").unlink()
    assert lint("--staged", CONCISE).codes == ["RL101"]


def test_staged_before_the_first_commit(tmp_path: Path, lint: Lint) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "bad.py").write_text(BAD)
    assert lint("--staged", CONCISE).codes == []
    git(tmp_path, "add", "-A")
    assert len(lint("--staged", CONCISE).codes) == 4


def test_staged_sees_helpers_as_they_are_staged(project: Path, lint: Lint) -> None:
    helper = "import logging\n\n\ndef report(error):\n    logging.getLogger(__name__).exception('lost')\n"
    (project / "helper.py").write_text(helper)
    commit(project)
    (project / "helper.py").write_text("def report(error):\n    pass\n")
    (project / "user.py").write_text(
        "from helper import report\n\n\ndef f(store):\n    try:\n        store.save()\n"
        "    except Exception as error:\n        report(error)\n"
    )
    git(project, "add", "user.py")
    assert lint("--staged", CONCISE).codes == []
    git(project, "add", "helper.py")
    assert lint("--staged", CONCISE).codes != []


def test_what_is_staged_is_not_changed(project: Path, lint: Lint) -> None:
    clock = "\n\ndef later(work):\n    start = time.time()\n    work()\n    return time.time() - start\n"
    (project / "bad.py").write_text(BAD + clock)
    git(project, "add", "-A")
    assert lint("--staged", "--fix").status == 2
    assert lint("--staged", "--add-ignore=the callers log it").status == 2
    ran = lint("--staged", "--diff")
    assert ran.out.count("\n+") == 3
    assert (project / "bad.py").read_text() == BAD + clock


def test_fixes_mend_what_is_new_only(project: Path, lint: Lint) -> None:
    clock = "\n\ndef later(work):\n    start = time.time()\n    work()\n    return time.time() - start\n"
    (project / "bad.py").write_text(BAD + clock)
    ran = lint("--new-from=HEAD", "--fix", CONCISE)
    assert (ran.status, ran.codes) == (0, [])
    assert (project / "bad.py").read_text() == BAD + clock.replace("time.time", "time.monotonic")


def test_with_a_baseline(project: Path, lint: Lint) -> None:
    (project / "bad.py").write_text(BAD + NEW)
    lint("baseline", "write")
    assert lint("--new-from=HEAD", CONCISE).codes == []
    assert lint("--new-from=HEAD", "--no-baseline", CONCISE).codes == ["RL101"]


# Files that are not Python

SECRET = "kD7wQ3xNv9Zp"  # readlint: ignore[RL402] made up for these tests
OTHER = f"user: billing\npassword: {SECRET}\n"


@pytest.mark.parametrize("name", [".env", "conf.yaml", "Dockerfile.dev", "deep/conf.ini"])
def test_files_of_other_kinds(project: Path, lint: Lint, name: str) -> None:
    text = OTHER.replace(": ", "=") if name in (".env", "deep/conf.ini") else OTHER
    text = f"ENV {text.splitlines()[1].replace(': ', '=')}\n" if "Docker" in name else text
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text(text)
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL405"]
    assert lint("--staged", CONCISE).codes == []
    git(project, "add", "-A")
    assert lint("--staged", CONCISE).codes == ["RL405"]
    commit(project)
    (project / name).write_text(f"# more\n{text}")
    assert lint("--new-from=HEAD").out == "No findings in 1 file.\n"
    (project / name).write_text(text.replace(SECRET, SECRET[::-1]))
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL405"]


def test_a_renamed_file_of_another_kind(project: Path, lint: Lint) -> None:
    (project / "conf.yaml").write_text(OTHER)
    commit(project)
    (project / "deep").mkdir()
    (project / "conf.yaml").unlink()
    (project / "deep" / "settings.yaml").write_text(f"# moved\n{OTHER}")
    assert lint("--new-from=HEAD").out == "No findings in 1 file.\n"


def test_other_kinds_only_where_a_rule_reads_them(project: Path, lint: Lint) -> None:
    (project / "conf.yaml").write_text(OTHER)
    (project / "notes.txt").write_text(OTHER)
    (project / "package-lock.json").write_text("{}")
    assert lint("--new-from=HEAD", "--select=RL101").out == "No files to check.\n"
    assert lint("--new-from=HEAD", "--per-file-ignores=conf.yaml:RL405").out == "No files to check.\n"
    assert lint("--new-from=HEAD", "--exclude=conf.yaml").out == "No files to check.\n"
    assert lint("--new-from=HEAD", CONCISE, "bad.py").codes == []
    assert lint("--new-from=HEAD", CONCISE, "conf.yaml").codes == ["RL405"]


def test_what_the_run_writes_is_not_linted(project: Path, lint: Lint) -> None:
    (project / "report.json").write_text(f'{{"password": "{SECRET}"}}')
    assert lint("--new-from=HEAD", CONCISE).codes == ["RL405"]
    assert lint("--new-from=HEAD", CONCISE, "-o", "json=report.json").codes == []


def test_a_script_without_an_ending(project: Path, lint: Lint) -> None:
    """As elsewhere, it is Python if the command line names it."""
    (project / "script").write_text("import hmac\n" + NEW)
    assert lint("--new-from=HEAD", CONCISE).codes == []
    assert lint("--new-from=HEAD", CONCISE, "script").codes == ["RL101"]


def test_a_file_too_large_to_be_one_that_people_write(project: Path, lint: Lint) -> None:
    (project / "conf.yaml").write_text(OTHER + "# padding\n" * 500_001)
    assert lint(CONCISE, "conf.yaml").codes == []
    assert lint("--new-from=HEAD", CONCISE).codes == []
    git(project, "add", "-A")
    assert lint("--staged", CONCISE).codes == []


# What cannot be compared


def refused(lint: Lint, *arguments: str) -> str:
    ran = lint(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    return ran.err


@pytest.mark.parametrize("problem", [[], ["--select=nothing"]])
def test_no_git_is_left_at_work(project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch, problem: list[str]) -> None:
    """It is asked more than is needed in the end."""
    asked: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            asked.append(self)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    lint("--new-from=HEAD", "--no-cache", *problem)
    assert len(asked) > 3
    assert None not in [one.returncode for one in asked]


def test_no_repository(tmp_path: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not a git repository" in refused(lint, "--new-from=HEAD")


def test_no_git(project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert "git is not installed" in refused(lint, "--new-from=HEAD")


@pytest.mark.parametrize("revision", ["origin/main", "--output=x", "no such", "HEAD:bad.py", "a\0b", ""])
def test_unknown_commits(project: Path, lint: Lint, revision: str) -> None:
    said = refused(lint, f"--new-from={revision}")
    assert "knows no commit" in said or "such a character" in said
    if revision == "origin/main":
        assert "git fetch origin main" in said
    assert not (project / "x").exists()


def test_shallow_clones(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = git(project, "rev-parse", "HEAD")
    git(project, "checkout", "-q", "-b", "topic")
    commit(project, "theirs")
    git(project, "checkout", "-q", "main")
    commit(project, "ours")
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(project, "clone", "-q", "--depth=1", "--no-single-branch", f"file://{project}", str(clone))
    monkeypatch.chdir(clone)
    assert lint("--new-from=origin/topic", CONCISE).status == 0
    for arguments in ([f"--new-from={first}"], ["--new-from-merge-base=origin/topic"]):
        said = refused(lint, *arguments)
        assert "git fetch --unshallow" in said
        assert "fetch-depth: 0" in said


def test_partial_clones(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "config", "uploadpack.allowFilter", "true")
    (project / "bad.py").write_text("x = 1\n")
    commit(project)
    clone = tmp_path_factory.mktemp("clones") / "clone"
    git(project, "clone", "-q", "--filter=blob:none", f"file://{project}", str(clone))
    monkeypatch.chdir(clone)
    said = refused(lint, "--new-from=HEAD~1")
    assert "partial clone" in said
    git(clone, *re.findall("`git (.*)`", said)[0].split(" "))
    assert lint("--new-from=HEAD~1").status == 0


def test_histories_that_have_nothing_in_common(project: Path, lint: Lint) -> None:
    git(project, "checkout", "-q", "--orphan", "other")
    commit(project, "another beginning")
    assert "no history in common" in refused(lint, "--new-from-merge-base=main")


def test_standard_input_cannot_be_compared(project: Path, lint: Lint) -> None:
    assert "standard input" in refused(lint, "--staged", "-")


def test_a_repository_makes_git_run_nothing(project: Path, lint: Lint) -> None:
    (project / "evil").write_text(f"#!/bin/sh\ntouch {project}/ran\ncat\n")
    (project / "evil").chmod(0o755)
    evil = str(project / "evil")
    for name in ("core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "core.pager"):
        git(project, "config", name, evil)
    (project / ".gitattributes").write_text("*.py diff=evil\n")
    (project / "bad.py").write_text(BAD + NEW)
    for arguments in (["--new-from=HEAD"], ["--staged"], ["--new-from-merge-base=HEAD"]):
        lint(*arguments)
    assert not (project / "ran").exists()
