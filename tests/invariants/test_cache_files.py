"""The cache's files: whatever becomes of them, results stay right, and nothing secret is in them."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from harness import BAD, Pack, Ran, Readlint, kill

import readlint.run
from readlint import cache as cache_module

Lint = Callable[..., Ran]
CONCISE = "--output-format=concise"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    for number in range(3):
        (tmp_path / f"bad{number}.py").write_text(BAD)
    return tmp_path


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / ".readlint_cache").iterdir() if path.suffix == ".json")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without_its_last_byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "one_bit": lambda path: path.write_bytes(bytes([*path.read_bytes()[:-9], path.read_bytes()[-9] ^ 4, *path.read_bytes()[-8:]])),
    "noise": lambda path: path.write_bytes(random.Random(1).randbytes(5_000)),
    "other_json": lambda path: path.write_bytes(b'{"findings": []}'),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "folder": lambda path: (path.unlink(), path.mkdir(), (path / "x").touch()),
    "pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "link_to_nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "deep": lambda path: path.write_bytes(_signed(path.name, b"[" * 100_000 + b"]" * 100_000)),
}  # fmt: skip


def _signed(name: str, payload: bytes) -> bytes:
    return cache_module._digest(name, payload, cache_module.own_key()) + b"\n" + payload


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_files(damage: str, lint: Lint, tree: Path) -> None:
    expected = lint(CONCISE, "--no-cache")
    for _ in range(2):
        assert lint(CONCISE) == expected
        time.sleep(0.03)
    for path in entries(tree):
        DAMAGE[damage](path)
        assert lint(CONCISE) == expected
        assert lint(CONCISE) == expected
    (tree / "bad1.py").write_text("x = 1\n")
    assert lint(CONCISE) == lint(CONCISE, "--no-cache") != expected


def test_swapped_files(lint: Lint, tree: Path) -> None:
    """Files of other commands and other projects, whole and well signed."""
    (tree / "other").mkdir()
    (tree / "other" / "a.py").write_text("x = 1\n")
    for _ in range(2):
        lint(CONCISE, "other")
        expected = lint(CONCISE)
        time.sleep(0.03)
    runs = [path for path in entries(tree) if path.name.startswith("run-")]
    assert len(runs) == 2
    first, second = (path.read_bytes() for path in runs)
    runs[0].write_bytes(second)
    runs[1].write_bytes(first)
    assert lint(CONCISE) == expected
    assert lint(CONCISE, "other").codes == []


@pytest.mark.parametrize("what", ["__version__", "_FORMAT"])
def test_files_of_another_version(what: str, lint: Lint, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lint(CONCISE)
    before = {path: path.read_bytes() for path in entries(tree)}
    with monkeypatch.context() as patch:
        patch.setattr(cache_module, what, "0.0.other")
        assert lint(CONCISE) == lint(CONCISE, "--no-cache")
    after = {path: path.read_bytes() for path in entries(tree)}
    assert before.items() <= after.items()
    assert len(after) > len(before)


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights there")
def test_a_folder_that_cannot_be_written(readlint: Readlint, tree: Path) -> None:
    if os.geteuid() == 0:
        import ctypes

        libc = ctypes.CDLL(None)
        readlint.options["preexec_fn"] = lambda: libc.prctl(24, 1, 0, 0, 0)  # drops CAP_DAC_OVERRIDE
    expected = readlint(CONCISE, "--no-cache", status=1)
    folder = tree / ".readlint_cache"
    folder.mkdir(mode=0o555)
    try:
        assert [readlint(CONCISE) for _ in range(2)] == [expected] * 2
        assert list(folder.iterdir()) == []
    finally:
        folder.chmod(0o755)
    folder.rmdir()
    folder.touch()  # a file where the folder should be
    assert readlint(CONCISE) == expected
    assert readlint("clean", status=0).out == f"There is no cache in {folder}\n"


def test_a_project_that_cannot_be_written(readlint: Readlint, tree: Path) -> None:
    readlint.env["READLINT_CACHE_DIR"] = "/proc/nowhere" if sys.platform == "linux" else "/dev/null/nowhere"
    assert readlint(CONCISE) == readlint(CONCISE, "--no-cache")


def test_version_control_and_backups_pass_it_by(lint: Lint, tree: Path) -> None:
    lint()
    assert (tree / ".readlint_cache" / ".gitignore").read_text() == "*\n"
    assert (
        (tree / ".readlint_cache" / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_it_is_not_linted_itself(lint: Lint, tree: Path) -> None:
    lint()
    (tree / ".readlint_cache" / "run-x.py").write_text(BAD)
    assert ".readlint_cache" not in lint("--show-files", "--no-respect-gitignore").out


def test_it_stays_small(lint: Lint, tree: Path) -> None:
    for number in range(40):
        lint(CONCISE, "--select=RL1", "--config", f"max-findings = {number}")
        time.sleep(0.025)
    assert len([path for path in entries(tree) if path.name.startswith("run-")]) <= cache_module._RUNS_KEPT


def test_files_that_are_gone_are_forgotten(lint: Lint, tree: Path) -> None:
    for number in range(5):
        (tree / f"gone_{number}.py").write_text(BAD)
        lint()
        (tree / f"gone_{number}.py").unlink()
    lint()
    (path,) = (path for path in entries(tree) if path.name.startswith("files-"))
    remembered = json.loads(path.read_bytes().partition(b"\n")[2])
    assert sorted(remembered) == ["bad0.py", "bad1.py", "bad2.py", "pyproject.toml"]


def test_what_a_part_of_the_project_came_to_is_kept(lint: Lint, tree: Path) -> None:
    lint()
    lint("bad0.py")
    (path,) = (path for path in entries(tree) if path.name.startswith("files-"))
    assert len(json.loads(path.read_bytes().partition(b"\n")[2])) == 4


@pytest.mark.parametrize("asked_by", ["command line", "settings"])
def test_a_report_in_the_tree_does_not_make_the_next_run_a_cold_one(
    lint: Lint, tree: Path, monkeypatch: pytest.MonkeyPatch, asked_by: str
) -> None:
    arguments: list[str] = []
    if asked_by == "settings":
        (tree / "readlint.toml").write_text('output-format = ["concise", "json=report.json"]\n')
    else:
        arguments = [CONCISE, "-o=json=report.json"]

    def runs_cold() -> bool:
        monkeypatch.setattr("readlint.run.lint", cold := mock.Mock(side_effect=lint_files))
        time.sleep(0.05)  # what has only just changed is not remembered
        codes.append(lint(*arguments).codes)
        assert len(json.loads(report.read_text())["findings"]) == len(codes[-1])
        return bool(cold.called)

    report, codes = tree / "report.json", []
    lint_files = readlint.run.lint
    lint(*arguments)
    assert [runs_cold() for _ in range(3)] == [True, False, False]  # the first run had no report in the folder
    (tree / "more.py").write_text(BAD)
    assert runs_cold()
    assert len(codes[-1]) == len(codes[0]) + 4
    (tree / "odd").write_text(BAD)
    runs_cold()
    (tree / "odd").unlink()
    (tree / "odd").mkdir()  # a folder of that name instead of a file
    (tree / "odd" / "inside.py").write_text(BAD)
    assert runs_cold()
    assert len(codes[-1]) == len(codes[0]) + 8


def test_what_is_too_large_is_not_kept(lint: Lint, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_LARGEST", 200)
    assert lint(CONCISE) == lint(CONCISE, "--no-cache") == lint(CONCISE)
    assert entries(tree) == []


def test_what_killed_runs_left_is_removed(lint: Lint, tree: Path) -> None:
    lint()
    old, young = (tree / ".readlint_cache" / f"run-{name}.json.77.tmp" for name in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (1, 1))
    (tree / "bad0.py").write_text("x = 1\n")
    lint()
    assert not old.exists()
    assert young.exists()  # somebody may be writing it


# What is in it

SECRETS = """\
import time
import logging

logger = logging.getLogger(__name__)
{filler}
PASSWORD = "zebra-quartz-falcon"  # a comment about walruses


def fetch(client):
    '''A docstring about pelicans.'''
    try:
        client.get("umbrella", headers={{"x": "marmalade"}})
    except Exception:
        return "rhubarb", None  # left alone since the bumblebee incident


def timed():
    start = time.time(); run("porcupine", key="tangerine")
    return f"kangaroo {{time.time() - start}} dandelion"


def verify(request, expected_token):
    return request.token == expected_token and "chinchilla"
"""
WORDS = (
    *(
        "zebra",
        "quartz",
        "walrus",
        "pelican",
        "umbrella",
        "marmalade",
        "rhubarb",
        "bumblebee",
        "porcupine",
        "tangerine",
    ),
    *("kangaroo", "dandelion", "chinchilla", "filler"),
)


@pytest.mark.parametrize("lines", [0, 300])
def test_it_holds_no_source_text(lint: Lint, tree: Path, lines: int) -> None:
    filler = "\n".join(f"x{number} = 'filler {number}'" for number in range(lines))
    (tree / "secret.py").write_text(SECRETS.format(filler=filler))
    out = ""
    for _ in range(3):
        for output_format in ("text", "json"):
            out += lint("--output-format", output_format, "--unsafe-fixes").out
            time.sleep(0.025)
    assert "rhubarb" in out  # the report shows code, and what fixes make of it
    assert "kangaroo" in out
    data = b"".join(path.read_bytes() for path in entries(tree))
    assert b"secret.py" in data
    assert [word for word in WORDS if word.encode() in data] == []


# Several runs at once, and runs that are killed


def test_two_runs_at_once(readlint: Readlint, tree: Path) -> None:
    expected = readlint(CONCISE, "--no-cache", status=1)
    for attempt in range(4):
        if attempt % 2:
            readlint("clean")
        together = [readlint.start(CONCISE) for _ in range(3)]
        for process in together:
            out, err = process.communicate(timeout=60)
            assert Ran(process.returncode, out.decode(), err.decode()) == expected


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_killed_at_any_moment(readlint: Readlint, tree: Path) -> None:
    for number in range(200):
        (tree / f"more{number}.py").write_text(BAD)
    began = time.monotonic()
    expected = readlint(CONCISE, "--no-cache", status=1)
    whole = time.monotonic() - began
    chance = random.Random(7)
    for _ in range(12):
        process = readlint.start(CONCISE, new_session=True)
        time.sleep(chance.random() * whole)
        kill(process)
    assert readlint(CONCISE) == expected
    assert readlint(CONCISE) == expected


def test_no_worker_survives_a_kill(readlint: Readlint, tree: Path) -> None:
    if not shutil.which("pgrep"):
        pytest.skip("needs pgrep")
    for number in range(3000):
        (tree / f"more{number}.py").write_text(BAD)
    process = readlint.start("--no-cache", "--jobs=2", CONCISE, new_session=True)
    children = ""
    while process.poll() is None and len(children.split()) < 2:
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout
    assert children
    process.kill()  # the parent alone
    process.communicate()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children.split()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [child for child in children.split() if Path(f"/proc/{child}").exists()] == []


# What the rules are is part of what a result depends on


def test_a_rule_that_changes(readlint: Readlint, tree: Path, pack: Pack) -> None:
    check = "@RULE.on(ast.Module)\ndef check(node, ctx):\n    yield RULE.finding(Span(1, 0, 1, 1))\n"
    pack.add("toy", check, messages=["first."])
    arguments = (CONCISE, "--select=TY", "-q")
    assert re.findall(r"\w+\.$", readlint(*arguments).out, re.MULTILINE) == ["first."] * 3
    readlint(*arguments)
    pack.add("toy", check, messages=["other."])  # of the same length
    assert re.findall(r"\w+\.$", readlint(*arguments).out, re.MULTILINE) == ["other."] * 3
    pack.add("second", check, code="TY002")
    assert len(readlint(*arguments).codes) == 6
    shutil.rmtree(pack.folder / "toy_rules-1.0.dist-info")  # uninstalled
    assert "unknown rule `TY`" in readlint(*arguments, status=2).err
    assert len(readlint(CONCISE).codes) == 12


def test_an_internal_error_is_never_remembered(readlint: Readlint, tree: Path, pack: Pack) -> None:
    pack.add("broken", "@RULE.on(ast.Module)\ndef check(node, ctx):\n    raise KeyError\n    yield\n")
    assert [readlint(CONCISE).status for _ in range(3)] == [2, 2, 2]


def test_a_suppression_that_runs_out(lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    from readlint import run as pipeline
    from readlint.cli import lint as command

    (tmp_path / "a.py").write_text(
        "try:\n    f()\nexcept Exception:  # readlint: ignore[RL101] until=2031-05-01 the new client comes\n    pass\n"
    )

    def on(year: int, month: int, day: int) -> list[str]:
        class Date(datetime.date):
            @classmethod
            def today(cls) -> datetime.date:
                return datetime.date(year, month, day)

        monkeypatch.setattr(pipeline.datetime, "date", Date)
        monkeypatch.setattr(command.time, "strftime", lambda form: f"{year}-{month:02}-{day:02}")
        time.sleep(0.025)
        codes = lint(CONCISE).codes
        assert lint(CONCISE).codes == codes
        return codes

    assert on(2031, 4, 30) == []
    assert on(2031, 5, 1) == []
    assert "RL101" in on(2031, 5, 2)
