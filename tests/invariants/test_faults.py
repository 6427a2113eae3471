"""What can go wrong around a run and inside of a rule: exit status, message, and that nothing is lost."""

from __future__ import annotations

import ctypes
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import BAD, Pack, Ran, Readlint, kill

from readlint import budget, parallel
from readlint import cache as cache_module

Lint = Callable[..., Ran]
CONCISE = "--output-format=concise"
FIX = ("--fix-only", "--unsafe-fixes", "--no-cache")
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such limits and rights there")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "readlint.toml").touch()
    for number in range(4):
        (tmp_path / f"bad{number}.py").write_text(BAD)
    return tmp_path


def limited(readlint: Readlint, kind: str, size: int) -> None:
    import resource

    limit = getattr(resource, kind)
    readlint.env["PYTHONDONTWRITEBYTECODE"] = "1"  # half a .pyc would be left beside readlint's own modules
    readlint.options["preexec_fn"] = lambda: resource.setrlimit(limit, (size, size))


def contents(tree: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tree.iterdir() if path.is_file()}


# Disks


@posix
def test_a_full_disk_under_a_fix(readlint: Readlint, tree: Path) -> None:
    """No file can grow beyond a few bytes, as on a disk that is full."""
    before = contents(tree)
    limited(readlint, "RLIMIT_FSIZE", 100)
    ran = readlint(*FIX, "--jobs=1")
    assert contents(tree) == before  # and no temporary file is left
    assert [line for line in ran.err.splitlines() if "not fixed: File too large" in line]
    assert len(ran.err.splitlines()) == 4


@posix
def test_a_full_disk_under_a_report_and_the_cache(readlint: Readlint, tree: Path) -> None:
    (tree / "report.json").write_text("the one before")
    expected = readlint(CONCISE, "--no-cache", status=1)
    limited(readlint, "RLIMIT_FSIZE", 100)
    ran = readlint("-o", "json=report.json", "-o", "concise=-", status=2)
    assert "report.json: the report cannot be written: File too large" in ran.err
    assert ran.codes == expected.codes
    assert (tree / "report.json").read_text() == "the one before"
    assert [path for path in (tree / ".readlint_cache").iterdir() if path.suffix in (".json", ".tmp")] == []
    assert readlint(CONCISE) == expected


@posix
def test_a_full_disk_under_an_allowed_secret(readlint: Readlint, tree: Path) -> None:
    (tree / "bad0.py").write_text("PASSWORD = 'kq8Zr2xW9vLm4TbN'\nAPI_TOKEN = 'zR7mQ2xW9vLk4TbP'\n")
    readlint("secrets", "allow", "bad0.py:1", "--reason=made for a test", status=0)
    before = (tree / "readlint-secrets.toml").read_text()
    limited(readlint, "RLIMIT_FSIZE", len(before) + 10)
    ran = readlint("secrets", "allow", "bad0.py:2", "--reason=made for a test", status=2)
    assert ran.err == "readlint: readlint-secrets.toml: cannot be written: File too large\n"
    assert (tree / "readlint-secrets.toml").read_text() == before


@pytest.fixture
def without_rights(readlint: Readlint) -> None:
    """Root may write everywhere; without this capability it is a user like any other."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        readlint.options["preexec_fn"] = lambda: libc.prctl(24, 1, 0, 0, 0)  # drops CAP_DAC_OVERRIDE


@posix
@pytest.mark.usefixtures("without_rights")
def test_a_tree_that_is_read_only(readlint: Readlint, tree: Path) -> None:
    before = contents(tree)
    expected = readlint(CONCISE, "--no-cache", status=1)
    tree.chmod(0o555)
    try:
        assert readlint(CONCISE) == readlint(CONCISE) == expected
        ran = readlint(*FIX)
        assert f"bad0.py: not fixed: its folder {tree} is read-only" in ran.err
        assert contents(tree) == before
    finally:
        tree.chmod(0o755)


@posix
@pytest.mark.usefixtures("without_rights")
def test_rights_that_are_lost_half_way(readlint: Readlint, tree: Path, pack: Pack) -> None:
    """A rule that looks at a file takes another one's rights away, as somebody else might."""
    pack.add(
        "vandal",
        "@RULE.on(ast.Module)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py':\n        os.chmod('bad2.py', 0)\n"
        "        os.chmod('bad0.py', 0o444)\n    return iter(())\n",
    )
    ran = readlint(*FIX, "--jobs=1")
    assert "bad0.py: not fixed: the file is read-only" in ran.err
    (tree / "bad2.py").chmod(0o644)
    assert (tree / "bad0.py").read_text() == (tree / "bad2.py").read_text() == BAD
    assert "logger" in (tree / "bad1.py").read_text()
    assert "logger" in (tree / "bad3.py").read_text()


# Time, versions, company


def test_a_clock_that_is_set_back(lint: Lint, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = lint(CONCISE)
    now, now_ns = time.time, time.time_ns
    monkeypatch.setattr(cache_module.time, "time", lambda: now() - 86_400)
    monkeypatch.setattr(cache_module.time, "time_ns", lambda: now_ns() - 86_400 * 10**9)
    assert lint(CONCISE) == lint(CONCISE) == expected
    (tree / "bad1.py").write_text(BAD.replace("pass", "stop"))  # as many bytes
    os.utime(tree / "bad1.py", (now() - 86_400, now() - 86_400))
    changed = lint(CONCISE)
    assert changed == lint(CONCISE, "--no-cache") != expected
    assert lint(CONCISE) == changed


def test_a_cache_of_a_newer_version(lint: Lint, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache_module, "__version__", "99.0")
        patch.setattr(cache_module, "_FORMAT", 99)
        lint(CONCISE)
    before = {path: path.read_bytes() for path in (tree / ".readlint_cache").iterdir()}
    assert lint(CONCISE) == lint(CONCISE, "--no-cache")
    assert {path: path.read_bytes() for path in before} == before


def test_two_writers(readlint: Readlint, tree: Path) -> None:
    for number in range(40):
        (tree / f"more{number}.py").write_text(BAD)
    alone = tree / "alone"
    alone.mkdir()
    (alone / "a.py").write_text(BAD)
    readlint(*FIX, "alone", status=0)
    expected = (alone / "a.py").read_bytes()
    processes = [readlint.start(*FIX) for _ in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert b"Traceback" not in err
    # Who came second left a file alone that had changed under it; a run after them finds nothing to do.
    readlint(*FIX, status=0)
    assert {path.read_bytes() for path in tree.glob("*.py")} == {expected}
    assert [path.name for path in tree.iterdir() if path.name.endswith(".tmp")] == []


@posix
def test_killed_at_random(readlint: Readlint, tree: Path) -> None:
    """Whatever it was writing: source, a report, the cache."""
    whole = {BAD.encode()}
    (tree / "done").mkdir()
    (tree / "done" / "a.py").write_text(BAD)
    readlint(*FIX, "done", status=0)
    whole.add((tree / "done" / "a.py").read_bytes())
    chance = random.Random(5)
    for _ in range(6):
        process = readlint.start("--fix", "--unsafe-fixes", "-o", "json=report.json", new_session=True)
        time.sleep(chance.uniform(0.2, 1.2))
        kill(process)
        assert {path.read_bytes() for path in tree.glob("bad*.py")} <= whole
        if (tree / "report.json").exists():
            json.loads((tree / "report.json").read_text())
    readlint("--fix-only", "--unsafe-fixes", status=0)
    assert {path.read_bytes() for path in tree.glob("bad*.py")} <= whole


# Rules


def many(tree: Path) -> None:
    for number in range(parallel.FILES_WORTH_WORKERS):
        (tree / f"good{number:03}.py").write_text("x = 1\n")


GREEDY = "@RULE.on(ast.Module)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py':\n        {}\n    yield from ()\n"


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rule_without_enough_memory(readlint: Readlint, tree: Path, pack: Pack, jobs: str) -> None:
    many(tree)
    pack.add("greedy", GREEDY.format("hoard = bytearray(10**10)"))
    limited(readlint, "RLIMIT_AS", 4 << 30)
    ran = readlint(CONCISE, "--no-cache", "--jobs", jobs, status=2)
    assert "rule TY001 failed on bad1.py: MemoryError" in ran.err
    assert ran.codes.count("RL101") == 4


@posix
def test_a_worker_that_the_system_ends_for_want_of_memory(readlint: Readlint, tree: Path, pack: Pack) -> None:
    many(tree)
    pack.add("greedy", "import signal\n" + GREEDY.format("os.kill(os.getpid(), signal.SIGKILL)"))
    ran = readlint(CONCISE, "--no-cache", "--jobs=2", status=2)
    assert "bad1.py was not checked: the worker process died" in ran.err
    assert ran.codes.count("RL101") == 3


ODD_ERRORS = {
    "unpicklable": ("class Odd(Exception):\n    def __init__(self, a, b):\n        self.hold = lambda: a\n\n\n", "raise Odd(1, 2)", "Odd"),
    "unprintable": ("class Odd(Exception):\n    def __str__(self):\n        raise OSError\n    __repr__ = __str__\n\n\n", "raise Odd", "Odd"),
    "exit": ("import sys\n\n\n", "sys.exit(0)", "SystemExit"),
    "stop": ("", "next(iter(()))", "RuntimeError"),  # what Python makes of it in a generator
}  # fmt: skip


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("error", ODD_ERRORS)
def test_errors_that_are_hard_to_hand_on(readlint: Readlint, tree: Path, pack: Pack, error: str, jobs: str) -> None:
    many(tree)
    before, statement, name = ODD_ERRORS[error]
    pack.add("odd", before + GREEDY.format(statement))
    ran = readlint(CONCISE, "--no-cache", "--jobs", jobs, status=2)
    assert f"rule TY001 failed on bad1.py: {name}" in ran.err
    assert ran.codes.count("RL101") == 4


# Rules that never end

ENDLESS = {
    "loop": "while True: pass",
    "waiting": "import threading; threading.Event().wait()",
    "catching": "exec('while True:\\n try:\\n  while True: pass\\n except Exception: pass')",
    "expression": "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')",
}
IN_A_CHECK = (
    "@RULE.on(ast.Module)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py':\n        {}\n    yield from ()\n"
)
IN_A_FIX = (
    "def repair(node, fix):\n    {}\n"
    "@RULE.on(ast.FunctionDef)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py' and node.name == 'timed':\n"
    "        yield RULE.finding(node, fix=Fix(repair, 'Repair', node, safety=Safety.SAFE))\n"
)
IN_AN_ANSWER = (
    "@RULE.on(ast.FunctionDef)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py' and node.name == 'timed':\n"
    "        yield RULE.finding(node, questions=[Question('x', '.bad1.timed')])\n"
    "@RULE.settle\ndef settle(finding, answers):\n    return finding if any(answers.values()) else None\n"
    "@RULE.answers('x')\ndef answer(node, ctx, ask):\n    {}\n"
)

IN_A_SEARCH = (
    "@RULE.on(ast.FunctionDef)\ndef check(node, ctx):\n    if ctx.path == 'bad1.py' and node.name == 'timed':\n"
    "        yield RULE.finding(node, questions=[Question('sought', '')])\n"
    "@RULE.settle\ndef settle(finding, answers):\n    return finding if any(answers.values()) else None\n"
    "@RULE.search('sought')\ndef search(ask, files):\n    import time\n    end = time.monotonic() + {}\n"
    "    while time.monotonic() < end: pass\n    return len([*files.texts()])\n"
)


@pytest.fixture
def hurried(readlint: Readlint, pack: Pack) -> Callable[..., Ran]:
    """The command line with a clock that runs fast, through the start-up file of its Python."""
    names = "budget.TICK, budget.RULE, budget.SEARCH, budget.FILE, budget._GRACE, budget.STUCK"
    text = f"from readlint import budget\n{names} = 0.05, 6, 60, 40, 4, 1.5\n"
    (pack.folder / "sitecustomize.py").write_text(text)
    return readlint


@posix
@pytest.mark.parametrize("endless", ENDLESS)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_check_that_never_ends(hurried: Callable[..., Ran], tree: Path, pack: Pack, endless: str, jobs: str) -> None:
    many(tree)
    pack.add("endless", IN_A_CHECK.format(ENDLESS[endless]))
    ran = hurried(CONCISE, "--jobs", jobs, status=2)
    assert ran.err == "readlint: internal error: rule TY001 failed on bad1.py: it took more than 0 seconds\n"
    assert ran.codes.count("RL101") == 4  # other rules in this file, and other files
    assert hurried(CONCISE, "--jobs", jobs) == ran  # it is not remembered


@posix
@pytest.mark.parametrize("where", ["fix", "answer"])
def test_a_fix_and_an_answer_that_never_end(hurried: Callable[..., Ran], tree: Path, pack: Pack, where: str) -> None:
    pack.add("endless", (IN_A_FIX if where == "fix" else IN_AN_ANSWER).format(ENDLESS["loop"]))
    ran = hurried(CONCISE, "--fix", "--no-cache", status=2)
    assert "rule TY001 failed on bad1.py: it took more than 0 seconds" in ran.err
    assert "monotonic" in (tree / "bad2.py").read_text()
    assert (tree / "bad1.py").read_text() == BAD  # what it would come to could not be checked


@posix
@pytest.mark.parametrize(("seconds", "problem"), [(1, ""), (60, "it took more than 3 seconds")])
def test_a_search_through_all_files_may_take_longer(
    hurried: Callable[..., Ran], tree: Path, pack: Pack, seconds: int, problem: str
) -> None:
    pack.add("thorough", IN_A_SEARCH.format(seconds))
    ran = hurried(CONCISE, "--no-cache", status=2 if problem else 1)
    assert ran.err == (f"readlint: internal error: rule TY001 failed on bad1.py: {problem}\n" if problem else "")
    assert ran.codes.count("TY001") == (0 if problem else 1)


UNSTOPPABLE = {
    "swallowing": "exec('while True:\\n try:\\n  while True: pass\\n except BaseException: pass')",
    "in_c": "import itertools; sum(itertools.repeat(0))",
}


@posix
@pytest.mark.parametrize("how", UNSTOPPABLE)
def test_a_worker_that_cannot_be_stopped_is_ended(
    hurried: Callable[..., Ran], tree: Path, pack: Pack, how: str
) -> None:
    many(tree)
    pack.add("endless", IN_A_CHECK.format(UNSTOPPABLE[how]))
    ran = hurried(CONCISE, "--no-cache", "--jobs=2", status=2)
    ended = "bad1.py was not checked: the worker process died, or ended because it was stuck"
    # What is caught again and again may get through between two attempts.
    spent = "rule TY001 failed on bad1.py: it took more than 0 seconds"
    assert ran.err in {
        f"readlint: internal error: {text}\n" for text in ((ended, spent) if how == "swallowing" else (ended,))
    }
    assert ran.codes.count("RL101") >= 3


@posix
def test_an_interrupt_ends_a_rule_that_never_ends(readlint: Readlint, tree: Path, pack: Pack) -> None:
    many(tree)
    for jobs in ("1", "2"):
        pack.add("endless", IN_A_CHECK.format(ENDLESS["loop"]))
        process = readlint.start(CONCISE, "--no-cache", "--jobs", jobs, new_session=True)
        time.sleep(5)
        os.killpg(process.pid, signal.SIGINT)
        started = time.monotonic()
        _, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 5  # a second, and the rest for a machine that is busy
        assert (process.returncode, err) == (130, b"readlint: interrupted\n")


def test_the_clock_where_there_is_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows a thread rings."""
    monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.setattr(budget, "TICK", 0.02)
    monkeypatch.setattr(budget, "RULE", 3)
    clock = budget.Clock()
    clock.modules = {__name__: "TY001"}
    before = signal.getsignal(signal.SIGTERM)
    with clock.running(), pytest.raises(budget.OutOfTime, match="TY001"), clock.budget():
        never_end()
    assert signal.getsignal(signal.SIGTERM) == before


def never_end() -> None:
    while True:
        pass


def test_somebody_elses_alarm_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(signal, "setitimer"):
        pytest.skip("there are no timers here")
    rang: list[Any] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with budget.Clock().running():
            time.sleep(0.2)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert rang == [1]
