"""SARIF from the command line, on cold and warm runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import BAD, Ran, Readlint

SILENCED = BAD.replace("except Exception:", "except Exception:  # readlint: ignore[RL101] the job runs on without it")
HASH = "primaryLocationLineHash"


def run_of(text: str) -> Any:
    return json.loads(text)["runs"][0]


@pytest.mark.parametrize("options", [(), ("--sarif-suppressed", "--sarif-category", "nightly")])
def test_a_warm_run_writes_the_same_log(readlint: Readlint, tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "readlint.toml").touch()
    (tmp_path / "a.py").write_text(SILENCED)
    (tmp_path / "b.py").write_text("def f(:\n")
    arguments = ("--output-format", "sarif", *options, ".")
    cold = readlint(*arguments, status=1)
    assert [readlint(*arguments, status=1) for _ in range(2)] == [cold, cold]
    run = run_of(cold.out)
    assert len(run["results"]) == 5 if options else 4
    assert ("automationDetails" in run) == bool(options)
    assert {"RL101", "RL106", "RL201", "RL806"} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_the_options_may_change_between_warm_runs(lint: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SILENCED)
    counts = [
        len(run_of(lint("--output-format", "sarif", *options).out)["results"])
        for options in ((), ("--sarif-suppressed",), ())
    ]
    assert counts == [3, 4, 3]


def test_rules_that_did_not_run_are_not_named(lint: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    run = run_of(lint("--no-cache", "--select", "RL201", "--output-format", "sarif").out)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["RL201"]
    assert run["results"] == []


@pytest.mark.parametrize(("options", "code"), [((), 1), (("--exit-zero",), 0), (("--max-findings", "9"), 0)])
def test_the_exit_code_is_the_real_one(
    lint: Callable[..., Ran], tmp_path: Path, options: tuple[str, ...], code: int
) -> None:
    (tmp_path / "a.py").write_text(BAD)
    ran = lint("--no-cache", "--output-format", "sarif", *options)
    (invocation,) = run_of(ran.out)["invocations"]
    assert (ran.status, invocation["exitCode"], invocation["executionSuccessful"]) == (code, code, True)


def test_a_log_is_written_to_a_file(lint: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    ran = lint("--no-cache", "--output", "sarif=log.sarif", "a.py")
    assert (ran.status, ran.out) == (1, "")
    assert len(run_of((tmp_path / "log.sarif").read_text())["results"]) == 4


def test_standard_input_is_hashed_as_it_came(lint: Callable[..., Ran], tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + b"# coding: utf-8\r\n" + BAD.replace("time.time()", "time.time() ").encode()
    (tmp_path / "a.py").write_bytes(data)
    from_file = run_of(lint("--no-cache", "--output-format", "sarif", "a.py").out)["results"]
    (tmp_path / "a.py").write_text("something = else_\n")
    arguments = ("--no-cache", "--output-format", "sarif", "--stdin-filename", "a.py", "-")
    from_input = run_of(lint(*arguments, stdin=data).out)["results"]
    assert from_input == from_file
    assert all(HASH in result["partialFingerprints"] for result in from_file)


def test_a_log_of_a_folder_of_a_repository(
    lint: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "service").mkdir()
    (tmp_path / "service/a.py").write_text(BAD)
    monkeypatch.chdir(tmp_path / "service")
    run = run_of(lint("--no-cache", "--output-format", "sarif").out)
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]}
    assert uris == {"service/a.py"}
