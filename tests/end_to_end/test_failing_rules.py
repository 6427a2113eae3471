"""A rule that fails is named, and nothing else suffers: not other rules, not other files, not the user's secrets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import BAD, FORMATS, Pack, Readlint

SECRET = "PASSWORD = 'hunter2'\n"
FAIL = "raise ValueError(ctx.source.text)"

#: Where a rule can fail, and what is said of it.
FAILURES: dict[str, tuple[str, str]] = {
    "check": (f"@RULE.on(ast.Assign)\ndef check(node, ctx):\n    {FAIL}\n    yield", "ValueError at toy_rules.broken:"),
    "check_without_yield": (f"@RULE.on(ast.Assign)\ndef check(node, ctx):\n    {FAIL}", "ValueError at toy_rules.broken:"),
    "check_of_calls": (f"@RULE.on_call('*.put')\ndef check(node, ctx):\n    {FAIL}\n    yield", "ValueError at toy_rules.broken:"),
    "collector": (f"@RULE.collect_call('f', '*.put')\ndef collect(node, ctx):\n    {FAIL}\n    yield", "ValueError"),
    "fact_of_a_wrong_kind": ("@RULE.collect_call('f', '*.put')\ndef collect(node, ctx):\n    yield 1\n    yield 'x'", "TypeError"),
    "settle": (
        "@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield RULE.finding(node, questions=[Question('x', ctx.source.text)])\n"
        "@RULE.settle\ndef settle(finding, answers):\n    raise KeyError(answers)",
        "KeyError at toy_rules.broken:",
    ),
    "answer": (
        "@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield RULE.finding(node, questions=[Question('x', '.bad.refresh')])\n"
        "@RULE.settle\ndef settle(finding, answers):\n    return finding if any(answers.values()) else None\n"
        f"@RULE.answers('x')\ndef answer(node, ctx, ask):\n    {FAIL}",
        "ValueError at toy_rules.broken:",
    ),
    "message": ("@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield RULE.finding(node, 'nowhere')", "KeyError"),
    "data_that_is_no_json": ("@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield RULE.finding(node, data={'x': node})", "TypeError"),
    "finding_that_is_none": ("@RULE.on(ast.Assign)\ndef check(node, ctx):\n    yield None", "AttributeError"),
    "fix": (
        "def repair(node, fix):\n    raise ValueError(fix.ctx.source.text)\n"
        "@RULE.on(ast.Assign)\ndef check(node, ctx):\n"
        "    yield RULE.finding(node, fix=Fix(repair, 'Repair', node, safety=Safety.SAFE))",
        "ValueError",
    ),
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "bad.py").write_text(SECRET + BAD + "client.put(1)\n")
    (tmp_path / "good.py").write_text("client.put(1)\n")
    return tmp_path


@pytest.mark.parametrize("where", FAILURES)
def test_where_a_rule_can_fail(where: str, readlint: Readlint, pack: Pack, tree: Path) -> None:
    body, message = FAILURES[where]
    pack.add("broken", body)
    for arguments in ([], ["--fix"]) if where == "fix" else (["--output-format=concise"], ["bad.py"]):
        ran = readlint(*arguments, status=2)
        errors = [line for line in ran.err.splitlines() if line.startswith("readlint: ")]
        assert errors
        assert all(line.startswith("readlint: internal error: rule TY001 failed on ") for line in errors)
        assert f"readlint: internal error: rule TY001 failed on bad.py: {message}" in "\n".join(errors)
        assert "hunter2" not in "\n".join(errors)
        assert all(code in ran.out for code in ("RL101", "RL106", "RL806"))


def test_one_error_a_file_however_often_it_fails(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("broken", f"@RULE.on(ast.Name)\ndef check(node, ctx):\n    {FAIL}\n    yield")
    assert len(readlint("--jobs=1", status=2).err.splitlines()) == 2  # in two files
    pack.add("broken", FAILURES["settle"][0])
    assert len(readlint("--jobs=1", status=2).err.splitlines()) == 1  # in the only file with an assignment


def test_a_collector_that_fails_outside_of_the_linted_paths(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("broken", FAILURES["collector"][0].replace("'f'", "'patched-clock'"))
    (tree / "src").mkdir()
    (tree / "src" / "clock.py").write_text(BAD)  # a safe fix asks the whole project for this fact
    ran = readlint("src", "--output-format=concise", status=2)
    assert "rule TY001 failed on bad.py: ValueError" in ran.err
    assert len(ran.codes) == 4


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format_says_so(output_format: str, readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("broken", FAILURES["check"][0])
    ran = readlint("--output-format", output_format, "--exit-zero", status=2)
    assert "rule TY001 failed on bad.py: ValueError" in ran.err
    if output_format == "json":
        assert {(error["rule"], error["path"], error["kind"]) for error in json.loads(ran.out)["errors"]} == {
            ("TY001", "bad.py", "ValueError")
        }


def test_a_failing_rule_that_is_off(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("broken", FAILURES["check"][0])
    assert len(readlint("--ignore=TY001", "--output-format=concise", status=1).codes) == 4


def test_code_too_deep_for_a_rule_is_no_error(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("deep", "@RULE.on(ast.Module)\ndef check(node, ctx):\n    yield from check(node, ctx)")
    assert len(readlint("bad.py", "--output-format=concise", status=1).codes) == 4


def test_data_comes_back_from_the_cache_as_it_went_in(readlint: Readlint, pack: Pack, tree: Path) -> None:
    """Tuples become lists, with a cache and without one."""
    pack.add(
        "tuples",
        "@RULE.on(ast.Assign)\ndef check(node, ctx):\n"
        "    yield RULE.finding(node, questions=[Question('x', 'y')], data={'x': (1, 2)})\n"
        "@RULE.settle\ndef settle(finding, answers):\n    return finding if finding.data['x'] == [1, 2] else None",
    )
    arguments = ("bad.py", "--select=TY001", "--output-format=concise")
    assert len(readlint(*arguments, "--no-cache").codes) >= 2
    assert readlint(*arguments) == readlint(*arguments) == readlint(*arguments, "--no-cache")


def test_a_pack_that_cannot_be_imported(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("broken", "import nowhere")
    ran = readlint(status=2)
    assert ran.err.startswith("readlint: the rule pack toy_rules cannot be loaded: ModuleNotFoundError: ")
    assert len(ran.err.splitlines()) == 1


def test_two_rules_of_one_code(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add("first", "")
    pack.add("second", "")
    ran = readlint(status=2)
    assert ran.err == "readlint: the rules toy_rules.first and toy_rules.second are both called TY001\n"


def test_a_preview_rule_waits_to_be_asked_for(readlint: Readlint, pack: Pack, tree: Path) -> None:
    pack.add(
        "early",
        "RULE.preview = True\n@RULE.on(ast.Module)\ndef check(node, ctx):\n    yield RULE.finding(Span(1, 0, 1, 1))",
    )
    arguments = ("good.py", "--output-format=concise")
    assert readlint(*arguments, status=0).codes == []
    assert readlint(*arguments, "--preview", status=1).codes == ["TY001"]
    assert readlint(*arguments, "--preview", "--no-preview", status=0).codes == []
    ran = readlint(*arguments, "--select=TY001", status=0)
    assert "selecting `TY001` has no effect: the rule is in preview" in ran.err
