"""Microsoft's validator, with GitHub's rules, and the OASIS schema have nothing to say against any log."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from fetched import application, complaints, departures, multitool
from harness import BAD, Pack, Readlint
from test_robustness_files import NAMES, names_are_possible, write

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("sarif-validator")]

FIXTURES = Path(__file__).parents[1] / "fixtures"


def validated(readlint: Readlint, *arguments: str) -> Any:
    """The run of a log that is right."""
    multitool()
    log = readlint.folder / "readlint.sarif"
    readlint("--no-cache", "--output", f"sarif={log}", *arguments)
    assert departures(log) == []
    assert complaints(log) == []
    return json.loads(log.read_bytes())["runs"][0]


def test_all_fixtures(readlint: Readlint, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES, tmp_path / "src", ignore=shutil.ignore_patterns("*fixed.py"))
    reason = "except Exception:  # readlint: ignore[RL101] the job runs on without it"
    (tmp_path / "src/silenced.py").write_text(BAD.replace("except Exception:", reason))
    run = validated(readlint, "--sarif-suppressed", "--sarif-category", "a/b", "src")
    results = run["results"]
    assert {result["ruleId"] for result in results} >= {"RL101", "RL106", "RL201", "RL806"}
    for part in ("fixes", "codeFlows", "relatedLocations"):
        assert any(part in result for result in results)
    silenced = [result["suppressions"] for result in results if result["suppressions"]]
    assert [{"kind": "inSource", "justification": "the job runs on without it"}] in silenced


def test_a_real_application(readlint: Readlint) -> None:
    root = application("django==5.2.8")
    assert validated(readlint, "--isolated", str(root))["results"]


def test_a_repository_with_odd_names(readlint: Readlint, tmp_path: Path) -> None:
    if not names_are_possible(tmp_path):
        pytest.skip("this file system has UTF-8 names only")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("0123456789abcdef0123456789abcdef01234567\n")
    (tmp_path / ".git/config").write_text('[remote "origin"]\n\turl = git@github.com:acme/shop.git\n')
    write(tmp_path / "names", *NAMES)
    for name in NAMES:
        os.mkdir(folder := os.path.join(os.fsencode(tmp_path), name[:-3]))
        write(Path(os.fsdecode(folder)), b"a.py")
    run = validated(readlint)
    (provenance,) = run["versionControlProvenance"]
    assert provenance["repositoryUri"] == "https://github.com/acme/shop.git"
    assert len(run["results"]) == 2 * len(NAMES)


def test_an_empty_tree(readlint: Readlint) -> None:
    assert validated(readlint)["results"] == []


def test_only_broken_files(readlint: Readlint, tmp_path: Path) -> None:
    broken = [
        b"def f(:\n",
        b"\0",
        b"\xff\xfe\n",
        b"# coding: nonsense\n",
        b"x = 1\n  y\n",
        b"f(" * 300,
        b"'\\\n",
        b"\xe9",
    ]
    for number, data in enumerate(broken):
        (tmp_path / f"{number}.py").write_bytes(data)
    run = validated(readlint)
    assert {result["ruleId"] for result in run["results"]} == {"RL001"}
    assert len(run["results"]) == len(run["invocations"][0]["toolExecutionNotifications"]) == len(broken)


def test_a_failing_rule(readlint: Readlint, pack: Pack, tmp_path: Path) -> None:
    pack.add("broken", "@RULE.on(ast.Import)\ndef check(node, ctx):\n    yield 1 / 0\n")
    (tmp_path / "a.py").write_text(BAD)
    run = validated(readlint)
    assert len(run["results"]) == 4
    assert not run["invocations"][0]["executionSuccessful"]


def test_the_validator_and_the_schema_are_at_work(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    run = validated(readlint)
    del run["results"][0]["message"]["text"]
    run["results"][0]["levle"] = "error"
    log = tmp_path / "broken.sarif"
    log.write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    assert complaints(log)
    (departure,) = departures(log)
    assert departure.startswith("$.runs[0].results[0]: ")
    assert "levle" in departure
