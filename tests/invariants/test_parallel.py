"""Workers change nothing but the time, and one that dies takes nothing with it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from harness import BAD, Pack, Readlint

from readlint import parallel, workers

MANY = parallel.FILES_WORTH_WORKERS + 40


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(MANY):
        (tmp_path / f"m{number:03}.py").write_text(BAD if number % 7 == 0 else "x = 1\n")
    return tmp_path


def test_the_output_is_the_same_for_any_number_of_workers(readlint: Readlint, many: Path) -> None:
    ran = [readlint(".", "--no-cache", "--jobs", str(jobs), "--output-format", "json") for jobs in (1, 2, 3)]
    assert ran[0].status == 1
    assert ran[0] == ran[1] == ran[2]


def test_a_worker_that_dies_costs_its_file(readlint: Readlint, pack: Pack, many: Path) -> None:
    pack.add(
        "deadly",
        "@RULE.on(ast.Module)\ndef check(node, ctx):\n    if ctx.path == 'm050.py':\n        os._exit(9)\n"
        "    yield from ()\n",
    )
    ran = readlint(".", "--no-cache", "--jobs", "2", "--output-format", "concise", "--select", "TY001,RL101", status=2)
    assert "m050.py" in ran.err
    assert ran.codes.count("RL101") == len(range(0, MANY, 7))


def _double(number: int) -> int:
    if number == 13:
        os._exit(1)
    return number * 2


def _crashed(number: int) -> int:
    return -number


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_each_way_to_start_workers(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    if method not in workers.multiprocessing.get_all_start_methods():
        pytest.skip(f"this system cannot {method}")
    context = workers.multiprocessing.get_context(method)
    monkeypatch.setattr(workers.multiprocessing, "get_context", lambda name: context)
    jobs = range(parallel.FILES_WORTH_WORKERS)
    results = dict(parallel.each(jobs, _double, _crashed, 2))
    assert results == {number: -13 if number == 13 else number * 2 for number in jobs}


def test_an_interrupt_ends_the_run_at_once(readlint: Readlint, pack: Pack, many: Path) -> None:
    pack.add(
        "slow", "import time\n\n\n@RULE.on(ast.Module)\ndef check(node, ctx):\n    time.sleep(0.5)\n    yield from ()\n"
    )
    process = readlint.start(".", "--no-cache", "--jobs", "2", "--select", "TY001", new_session=True)
    time.sleep(4)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, err = process.communicate(timeout=20)
    # A second is what a user waits for; the rest is for a machine that is busy with other tests.
    assert time.monotonic() - started < 5
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_a_rule_that_raises_is_named_and_others_go_on(readlint: Readlint, pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD + "HIDDEN = 'hunter2'\n")
    pack.add(
        "broken",
        "@RULE.on(ast.Assign)\ndef check(node, ctx):\n    raise ValueError(ctx.source.text)\n    yield\n",
    )
    ran = readlint(".", "--no-cache", "--output-format", "concise", status=2)
    assert "TY001" in ran.err
    assert "bad.py" in ran.err
    assert "hunter2" not in ran.err
    assert "RL101" in ran.codes
