"""The baseline: what is in it fails no run, what is not does, and it cannot be made to lead anywhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from harness import BAD, Ran, Readlint
from harness import FORMATS as REPORTS
from made_secrets import made
from readlint_rules.secrets._formats import FORMATS

Lint = Callable[..., Ran]
CONCISE = "--output-format=concise"
FILE = "readlint-baseline.jsonl"
HEADER = '{"readlint-baseline": 1}\n'
NEW = "\n\ndef later(store):\n    try:\n        store.flush()\n    except Exception:\n        pass\n"


@pytest.fixture
def project(tmp_path: Path, lint: Lint) -> Path:
    """A project whose four findings are in the baseline."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "bad.py").write_text(BAD)
    assert lint(CONCISE).codes == ["RL101", "RL201", "RL106", "RL806"]
    assert lint("baseline", "write").out == f"Wrote 4 findings in 1 file to {FILE}\n"
    return tmp_path


def entries(project: Path) -> list[list[str]]:
    header, *lines = (project / FILE).read_text().splitlines()
    assert header + "\n" == HEADER
    assert lines == sorted(lines)
    return [json.loads(line) for line in lines]


def test_old_findings_fail_no_run(project: Path, lint: Lint) -> None:
    ran = lint()
    assert ran == Ran(0, "No new findings in 2 files; 4 more in the baseline.\n", "")
    (project / "src" / "bad.py").write_text(BAD + NEW)
    ran = lint(CONCISE)
    assert (ran.status, ran.codes) == (1, ["RL101"])
    assert "Found 1 note in 2 files; 1 can be fixed with --fix --unsafe-fixes; 4 more in the baseline." in ran.out
    assert len(lint(CONCISE, "--no-baseline").codes) == 5


def test_it_holds_no_code(project: Path) -> None:
    text = (project / FILE).read_text()
    assert not any(word in text for word in ("refresh", "store", "time", "except", "signature"))
    assert [entry[:2] for entry in entries(project)] == [
        ["src/bad.py", code] for code in ("RL101", "RL106", "RL201", "RL806")
    ]


def test_it_is_found_from_below_and_by_name(project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".git").mkdir()
    monkeypatch.chdir(project / "src")
    assert lint(CONCISE).codes == []
    monkeypatch.chdir(project)
    os.replace(FILE, "known.jsonl")
    assert len(lint(CONCISE).codes) == 4
    assert lint(CONCISE, "--baseline", "known.jsonl").codes == []
    (project / "ci").mkdir()
    os.replace("known.jsonl", "ci/known.jsonl")
    assert lint(CONCISE, "--baseline=ci/known.jsonl").codes == []


def test_it_does_not_count_outside_of_the_repository(
    project: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "src" / ".git").mkdir()
    monkeypatch.chdir(project / "src")
    assert len(lint(CONCISE).codes) == 4


def test_isolated_runs_have_none_unless_it_is_named(project: Path, lint: Lint) -> None:
    assert len(lint(CONCISE, "--isolated").codes) == 4
    assert lint(CONCISE, "--isolated", "--baseline", FILE).codes == []


def test_one_that_is_named_must_be_there(project: Path, lint: Lint) -> None:
    ran = lint("--baseline", "other.jsonl")
    assert ran.status == 2
    assert "other.jsonl: there is no such baseline" in ran.err
    assert lint("--baseline", FILE, "--no-baseline").status == 2


def test_no_baseline_to_update(tmp_path: Path, lint: Lint) -> None:
    for action in ("update", "show"):
        ran = lint("baseline", action)
        assert (ran.status, "there is no baseline here" in ran.err) == (2, True)


def test_what_is_gone_is_stale_until_the_update(project: Path, lint: Lint) -> None:
    text = BAD.replace(
        "    except Exception:\n        pass\n", "    except OSError as error:\n        raise Lost from error\n"
    )
    (project / "src" / "bad.py").write_text(text)
    ran = lint()
    assert ran.status == 0
    assert "3 more in the baseline, 1 entry of the baseline not found any more (readlint baseline update)" in ran.out
    assert lint("baseline", "update").out == f"Removed 1 of 4 findings from {FILE} and followed 0\n"
    assert len(entries(project)) == 3
    assert "not found any more" not in lint().out
    (project / "src" / "bad.py").write_text(BAD)
    assert lint(CONCISE).codes == ["RL101"]


def test_an_update_takes_nothing_in(project: Path, lint: Lint) -> None:
    before = (project / FILE).read_bytes()
    (project / "src" / "bad.py").write_text(BAD + NEW)
    lint("baseline", "update")
    assert (project / FILE).read_bytes() == before


def test_a_renamed_file_keeps_its_findings(project: Path, lint: Lint) -> None:
    (project / "src" / "app").mkdir()
    (project / "src" / "app" / "good.py").write_text("import os\n\n\n" + BAD.replace("def refresh", "def renew"))
    (project / "src" / "bad.py").unlink()
    assert lint(CONCISE).codes == []
    assert lint("baseline", "update").out == f"Removed 0 of 4 findings from {FILE} and followed 4\n"
    assert {entry[0] for entry in entries(project)} == {"src/app/good.py"}


def test_a_copy_is_new(project: Path, lint: Lint) -> None:
    (project / "src" / "copy.py").write_text(BAD)
    assert len(lint(CONCISE).codes) == 4
    assert len(lint(CONCISE, "src/copy.py").codes) == 4


def test_a_function_may_move_to_another_file(project: Path, lint: Lint) -> None:
    head, *functions = BAD.split("\n\n\n")
    (project / "src" / "bad.py").write_text("\n\n\n".join([head, *functions[1:]]))
    (project / "src" / "other.py").write_text(functions[0] + "\n")
    assert lint(CONCISE).codes == []


def test_one_entry_is_one_finding(project: Path, lint: Lint) -> None:
    (project / "src" / "bad.py").write_text(BAD + BAD.partition("\n\n\n")[2].replace("def refresh", "def again"))
    assert len(lint(CONCISE).codes) == 4


@pytest.mark.parametrize("narrow", [["src/other.py"], ["--select=RL9"], ["--exclude=bad.py"]])
def test_what_was_not_looked_at_is_not_stale(project: Path, lint: Lint, narrow: list[str]) -> None:
    (project / "src" / "other.py").write_text("x = 1\n")
    assert "not found any more" not in lint(*narrow).out
    lint("baseline", "update", *narrow)
    assert len(entries(project)) == 4
    lint("baseline", "write", *narrow)
    assert len(entries(project)) == 4


def test_a_file_that_cannot_be_read_keeps_its_entries(project: Path, lint: Lint) -> None:
    (project / "src" / "bad.py").write_text("def broken(:\n" + BAD)
    assert lint(CONCISE).codes == ["RL001"]
    lint("baseline", "update")
    assert len(entries(project)) == 4


def test_a_file_that_was_removed_leaves(project: Path, lint: Lint) -> None:
    (project / "src" / "bad.py").unlink()
    (project / "src" / "other.py").write_text("x = 1\n")
    assert "4 entries of the baseline not found any more" in lint().out
    lint("baseline", "update")
    assert entries(project) == []


def test_counts(project: Path, lint: Lint) -> None:
    (project / "more.py").write_text(BAD)
    lint("baseline", "write")
    assert lint("baseline", "show").out == (
        f"8 findings in {FILE}\n\nBy rule:\n        2  RL101\n        2  RL106\n        2  RL201\n        2  RL806\n"
        "\nBy folder:\n        4  .\n        4  src\n"
    )
    shown = json.loads(lint("baseline", "show", "--output-format=json").out)
    assert shown == {
        "entries": 8,
        "rules": dict.fromkeys(("RL101", "RL106", "RL201", "RL806"), 2),
        "folders": {".": 4, "src": 4},
    }


def test_branches_merge_line_by_line(project: Path, lint: Lint) -> None:
    """As git's `merge=union` leaves it: both sides' lines, in any order, some of them twice."""
    lines = (project / FILE).read_text().splitlines(keepends=True)
    (project / FILE).write_text("".join([lines[0], *reversed(lines[1:]), lines[0], lines[1]]))
    assert lint(CONCISE).codes == []
    lint("baseline", "write")
    assert (project / FILE).read_text() == "".join(lines)


GOOD = ["src/bad.py", "RL101", "0123456789abcdef", "01234567", "89abcdef"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps(["../other.py", *GOOD[1:]]), "leads out of the project"),
        (json.dumps(["/etc/passwd", *GOOD[1:]]), "leads out of the project"),
        (json.dumps(["src/../../x.py", *GOOD[1:]]), "leads out of the project"),
        (json.dumps(["src//x.py", *GOOD[1:]]), "leads out of the project"),
        (json.dumps(["a\0.py", *GOOD[1:]]), "leads out of the project"),
        (json.dumps(["", *GOOD[1:]]), "leads out of the project"),
        (json.dumps([*GOOD, "more"]), "is no entry"),
        (json.dumps([*GOOD[:4], 5]), "is no entry"),
        (json.dumps([*GOOD[:4], "secret!!"]), "is no entry"),
        (json.dumps({"path": "a.py"}), "is no entry"),
        ("src/bad.py RL101", "is no entry"),
        ("[" * 100_000, "is no entry"),
        ("<<<<<<< HEAD", "a merge conflict is left"),
        ("=======", "a merge conflict is left"),
    ],
)
def test_bad_lines_are_named(project: Path, lint: Lint, line: str, said: str) -> None:
    (project / FILE).write_text(HEADER + json.dumps(GOOD) + "\n" + line + "\n")
    ran = lint()
    assert ran.status == 2
    assert f"{FILE}:3: " in ran.err
    assert said in ran.err


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"readlint-baseline": 2}\n', b"\xff\xfe\n"])
def test_other_files_are_no_baseline(project: Path, lint: Lint, content: bytes) -> None:
    (project / FILE).write_bytes(content)
    ran = lint()
    assert (ran.status, "is no baseline" in ran.err) == (2, True)


def test_a_path_of_bytes(project: Path, lint: Lint) -> None:
    (project / os.fsdecode(b"src/\xff.py")).write_text(BAD)
    lint("baseline", "write")
    assert (project / FILE).read_text().isascii()
    assert lint(CONCISE).codes == []


def test_it_is_written_over_a_link_and_not_through_it(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "precious"
    outside.write_text(HEADER)
    (project / FILE).unlink()
    (project / FILE).symlink_to(outside)
    lint("baseline", "write")
    assert outside.read_text() == HEADER
    assert len(entries(project)) == 4


def test_findings_outside_of_the_project_stay_out(
    project: Path, lint: Lint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "bad.py"
    other.write_text(BAD)
    ran = lint("baseline", "write", str(other), "src")
    assert f"Left out 4 findings outside of {project}/" in ran.out
    assert len(lint(CONCISE, str(other), "src").codes) == 4


def test_a_folder_that_cannot_be_written(tmp_path: Path, lint: Lint) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    ran = lint("baseline", "write", "--baseline", "missing/known.jsonl")
    assert (ran.status, "the baseline cannot be written" in ran.err) == (2, True)


def test_fixes_leave_old_findings_alone(project: Path, lint: Lint) -> None:
    clock = "\n\ndef later(work):\n    start = time.time()\n    work()\n    return time.time() - start\n"
    (project / "src" / "bad.py").write_text(BAD + clock)
    assert lint(CONCISE).codes == ["RL201"]
    ran = lint("--fix", CONCISE)
    assert (ran.status, ran.codes) == (0, [])
    text = (project / "src" / "bad.py").read_text()
    assert text == BAD + clock.replace("time.time", "time.monotonic")
    lint("--fix", "--no-baseline", CONCISE)
    assert "time.time" not in (project / "src" / "bad.py").read_text()


def test_one_old_finding_may_be_fixed_by_its_fingerprint(project: Path, lint: Lint) -> None:
    found = json.loads(lint("--no-baseline", "--output-format=json").out)["findings"]
    lint("--fix", next(one["fingerprint"] for one in found if one["code"] == "RL201"))
    assert "time.monotonic()" in (project / "src" / "bad.py").read_text()


def test_standard_input(project: Path, lint: Lint) -> None:
    assert lint(CONCISE, "--stdin-filename=src/bad.py", stdin=(BAD + NEW).encode()).codes == ["RL101"]


def test_counts_for_programs(project: Path, lint: Lint) -> None:
    assert json.loads(lint("--output-format=json").out)["summary"]["baseline"] == {"unchanged": 4, "absent": 0}
    assert "baseline" not in json.loads(lint("--output-format=json", "--no-baseline").out)["summary"]


def log(lint: Lint, *arguments: str) -> Any:
    return json.loads(lint("--output-format=sarif", *arguments).out)["runs"][0]


def test_states_in_sarif(project: Path, lint: Lint) -> None:
    text = BAD.replace("    finally:\n        return None\n", "    finally:\n        path.close()\n")
    (project / "src" / "bad.py").write_text(text + NEW)
    states = [(result["ruleId"], result["baselineState"]) for result in log(lint)["results"]]
    assert states[0] == ("RL101", "new")
    assert sorted(states[1:]) == [(code, "unchanged") for code in ("RL101", "RL201", "RL806")]
    assert any("fixes" in result for result in log(lint)["results"] if result["baselineState"] == "unchanged")
    run = log(lint, "--sarif-absent")
    absent = [result for result in run["results"] if result["baselineState"] == "absent"]
    assert [result["ruleId"] for result in absent] == ["RL106"]
    assert absent[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/bad.py"
    assert run["tool"]["driver"]["rules"][absent[0]["ruleIndex"]]["id"] == "RL106"
    assert all("baselineState" not in result for result in log(lint, "--no-baseline")["results"])


def test_old_secrets_stay_masked(tmp_path: Path, lint: Lint) -> None:
    secret = made(FORMATS[0], Random(1))
    (tmp_path / "bad.py").write_text(f'TOKEN = "{secret}"\n')
    assert "RL401" in lint(CONCISE).codes
    lint("baseline", "write")
    assert secret not in (tmp_path / FILE).read_text()
    (tmp_path / "bad.py").write_text(f'TOKEN = "{secret}"\ntry: f()\nexcept Exception: pass\n')
    for output_format in REPORTS:
        ran = lint("--output-format", output_format)
        assert ran.status == 1
        assert secret not in ran.out
        assert secret not in lint("--output-format", output_format).out


def test_warm_runs_say_the_same_and_see_a_new_baseline(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    assert len(readlint(CONCISE).codes) == 4
    assert len(readlint(CONCISE).codes) == 4
    readlint("baseline", "write", status=0)
    for output_format in ("concise", "sarif", "text"):
        first = readlint("--output-format", output_format, status=0)
        assert readlint("--output-format", output_format) == first
    (tmp_path / FILE).unlink()
    assert len(readlint(CONCISE).codes) == 4
