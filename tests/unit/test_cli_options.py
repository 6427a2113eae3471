"""Every option of the command line does what it says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import BAD, Ran

from readlint.cli.options import overrides, parse, parser

Lint = Callable[..., Ran]
ALL = ["RL101", "RL201", "RL106", "RL806"]
CONCISE = "--output-format=concise"


@pytest.fixture(autouse=True)
def project(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)


#: Options that say which findings there are, with what is left of all four.
SELECTING = {
    "--select": (["--select", "RL101,RL2", "--select=security"], ["RL101", "RL201", "RL806"]),
    "--extend-select": (["--select=RL2", "--extend-select", "swallowed-exception"], ["RL101", "RL201"]),
    "--ignore": (["--ignore", "RL1"], ["RL201", "RL806"]),
    "--extend-ignore": (["--ignore", "RL101", "--extend-ignore=RL2"], ["RL106", "RL806"]),
    "--per-file-ignores": (["--per-file-ignores", "b*.py:RL101,b*.py:clocks,c*.py:RL106"], ["RL106", "RL806"]),
    "--exclude": (["--exclude", "bad.py"], []),
    "--extend-exclude": (["--extend-exclude", "b*"], []),
    "--config": (["--config", 'ignore = ["RL1"]'], ["RL201", "RL806"]),
    "--isolated": (["--isolated"], ALL),
    "--stdin-filename": (["--stdin-filename=test_a.py"], []),
    "--force-exclude": (["--force-exclude", "--exclude=bad.py", "bad.py"], []),
    "--no-force-exclude": (["--force-exclude", "--no-force-exclude", "--exclude=bad.py", "bad.py"], ALL),
    "--no-respect-gitignore": (["--no-respect-gitignore"], ALL),
    "--respect-gitignore": (["--no-respect-gitignore", "--respect-gitignore"], []),
}


@pytest.mark.parametrize("option", SELECTING)
def test_options_that_select(option: str, lint: Lint, tmp_path: Path) -> None:
    if option == "--isolated":
        (tmp_path / "readlint.toml").write_text('select = ["RL106"]\n')
        assert lint(CONCISE).codes == ["RL106"]
    elif "gitignore" in option:
        (tmp_path / ".gitignore").write_text("bad.py\n")
        assert lint(CONCISE).codes == []
    else:
        assert lint(CONCISE).codes == ALL
    arguments, codes = SELECTING[option]
    ran = lint(CONCISE, *arguments, stdin=BAD.encode())
    assert ran.codes == codes
    assert ran.status == int(bool(codes))


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([], 1),
        (["--exit-zero"], 0),
        (["--fail-on", "error"], 1),
        (["--fail-on", "error", "--select", "RL201"], 0),
        (["--fail-on", "warning", "--select", "RL201"], 1),
        (["--max-findings", "4"], 0),
        (["--max-findings", "3"], 1),
        (["--max-findings", "3", "--fail-on", "warning"], 0),
        (["--max-findings", "2", "--fail-on", "warning"], 1),
        (["--exit-zero", "--select", "RL199"], 2),
    ],
)
def test_exit_status(lint: Lint, arguments: list[str], status: int) -> None:
    assert lint(*arguments, CONCISE).status == status
    assert lint(*arguments, CONCISE).status == status  # from the cache


def test_fix(lint: Lint, tmp_path: Path) -> None:
    ran = lint("--fix", CONCISE)
    assert ran.codes == ["RL101", "RL106", "RL806"]
    text = (tmp_path / "bad.py").read_text()
    assert "start = time.monotonic()" in text
    assert "pass\n" in text


def test_fix_before_a_path(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(BAD)
    lint("--fix", "bad.py")
    assert "monotonic" in (tmp_path / "bad.py").read_text()
    assert (tmp_path / "other.py").read_text() == BAD


def test_fix_of_one_finding(lint: Lint, tmp_path: Path) -> None:
    findings = json.loads(lint("--output-format=json").out)["findings"]
    wanted = next(finding["fingerprint"] for finding in findings if finding["code"] == "RL101")
    assert lint("--fix", wanted, CONCISE).codes == ["RL201", "RL106", "RL806"]  # unsafe, but asked for
    assert "monotonic" not in (tmp_path / "bad.py").read_text()


@pytest.mark.parametrize(("twins", "wanted"), [(twins, wanted) for twins in range(1, 5) for wanted in range(twins)])
@pytest.mark.parametrize("body", ["pass", "pass\n        x = 1"])
def test_fix_of_one_of_several_twins(lint: Lint, tmp_path: Path, twins: int, wanted: int, body: str) -> None:
    """The others stay, though the next one's fingerprint is then that of the mended one."""
    twin = "    try:\n        client.put()\n    except Exception:\n        BODY\n".replace("BODY", body)
    file = tmp_path / "bad.py"
    file.write_text("import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef work(client):\n" + twin * twins)
    findings = json.loads(lint("--output-format=json").out)["findings"]
    assert len({finding["fingerprint"] for finding in findings}) == twins
    arguments = ["--fix", findings[wanted]["fingerprint"]]
    shown = lint("--diff", *arguments).out
    assert len(lint(*arguments, CONCISE).codes) == twins - 1
    handlers = file.read_text().split("    except Exception:\n")[1:]
    assert ["logger." in handler for handler in handlers] == [number == wanted for number in range(twins)]
    assert shown.count("logger.exception") == 1


def test_a_fingerprint_in_several_files(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "twin.py").write_text(BAD)
    wanted = json.loads(lint("--output-format=json", "bad.py").out)["findings"][0]["fingerprint"]
    ran = lint("--fix", wanted)
    assert ran.status == 2
    assert f"2 files have a finding with the fingerprint {wanted}; name one: bad.py, twin.py" in ran.err
    assert lint("--fix", wanted, "twin.py").status == 1
    assert [(tmp_path / name).read_text() == BAD for name in ("bad.py", "twin.py")] == [True, False]


def test_what_a_difference_leaves_is_where_it_was(lint: Lint) -> None:
    before = lint("--output-format=json-lines", "--select=RL106,RL806").out
    ran = lint("--diff", "--unsafe-fixes", CONCISE)
    left = [line.split(": ")[0] for line in ran.err.splitlines() if "bad.py:" in line]
    places = [json.loads(line)["location"] for line in before.splitlines()]
    assert left == [f"bad.py:{place['row']}:{place['column']}" for place in places[:1]]


def test_unsafe_fixes(lint: Lint) -> None:
    assert lint("--fix", "--unsafe-fixes", CONCISE).codes == ["RL106"]


def test_unsafe_fixes_count_as_fixable(lint: Lint) -> None:
    assert lint(CONCISE).out.count("[*]") == 1
    assert lint(CONCISE, "--unsafe-fixes").out.count("[*]") == 3


def test_fixable_and_unfixable(lint: Lint) -> None:
    assert lint("--fix", "--unsafe-fixes", "--unfixable", "RL201", CONCISE).codes == ["RL201", "RL106"]
    assert lint("--fix", "--unsafe-fixes", "--fixable", "RL806", CONCISE).codes == ["RL201", "RL106"]
    assert lint("--fix", "--unsafe-fixes", "--fixable", "RL201", CONCISE).codes == ["RL106"]


def test_diff(lint: Lint, tmp_path: Path) -> None:
    ran = lint("--diff")
    assert ran.status == 1
    assert ran.out.startswith("--- a/bad.py\n+++ b/bad.py\n")
    assert "+    start = time.monotonic()\n" in ran.out
    assert (tmp_path / "bad.py").read_text() == BAD
    assert lint("--diff", "--select=RL1").status == 0  # nothing that it would change


def test_fix_only(lint: Lint) -> None:
    ran = lint("--fix-only", CONCISE)
    assert (ran.status, ran.codes) == (0, [])
    assert lint(CONCISE).codes == ["RL101", "RL106", "RL806"]


def test_show_fixes(lint: Lint, tmp_path: Path) -> None:
    assert "RL201 wall-clock-duration" in lint("--fix", "--show-fixes").out
    (tmp_path / "bad.py").write_text(BAD)
    assert "Fixed in" not in lint("--fix").out


def test_ask_needs_a_terminal(lint: Lint, tmp_path: Path) -> None:
    ran = lint("--fix", "--ask", stdin=b"y\n")
    assert ran.status == 2
    assert (tmp_path / "bad.py").read_text() == BAD


def test_add_ignore(lint: Lint, tmp_path: Path) -> None:
    lint("--add-ignore", "the legacy job will go in May", "--select=RL101,RL201")
    text = (tmp_path / "bad.py").read_text()
    assert "# readlint: ignore[RL101] the legacy job will go in May\n" in text
    assert lint(CONCISE).codes == ["RL106", "RL806"]


def test_add_ignore_with_an_end(lint: Lint, tmp_path: Path) -> None:
    lint("--add-ignore", "the legacy job will go in May", "--until", "2999-05-31", "--select=RL101")
    text = (tmp_path / "bad.py").read_text()
    assert "# readlint: ignore[RL101] until=2999-05-31 the legacy job will go in May\n" in text
    for arguments in (["--until=2999-05-31"], ["--add-ignore=the legacy job will go", "--until=2001-01-01"]):
        assert lint(*arguments).status == 2
    assert (tmp_path / "bad.py").read_text() == text


def test_what_add_ignore_wrote_is_removed_when_it_is_of_no_use(lint: Lint, tmp_path: Path) -> None:
    lint("--add-ignore", "the legacy job will go in May")
    assert lint(CONCISE).codes == []
    assert (tmp_path / "bad.py").read_text() != BAD
    mended = (tmp_path / "bad.py").read_text().replace("        pass\n", "        raise\n")
    (tmp_path / "bad.py").write_text(mended)
    assert lint(CONCISE).codes == ["RL002"]
    lint("--fix", "--fix-only")
    left = (tmp_path / "bad.py").read_text()
    assert "    except Exception:\n        raise\n" in left
    assert left.count("# readlint") == mended.count("# readlint") - 1


def test_preview(readlint: object, lint: Lint) -> None:
    assert "preview = true" in lint("--show-settings", "--preview").out
    assert "preview = false" in lint("--show-settings", "--preview", "--no-preview").out


def test_target_version(lint: Lint) -> None:
    assert 'target-version = "3.10"' in lint("--show-settings", "--target-version", "3.10").out


def test_jobs(monkeypatch: pytest.MonkeyPatch, lint: Lint, tmp_path: Path) -> None:
    from readlint import parallel

    workers = []
    whole = parallel.each
    monkeypatch.setattr(parallel, "each", lambda *arguments: workers.append(arguments[-1]) or whole(*arguments))
    lint("--no-cache", "--jobs", "3")
    lint("--no-cache", "-j2")
    lint("--no-cache")
    assert workers == [3, 2, parallel.default_workers()]


def test_an_option_of_a_settings_file_reaches_the_run(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "readlint.toml").write_text('fail-on = "warning"\nmax-findings = 3\noutput-format = "concise"\n')
    ran = lint()
    assert (ran.status, len(ran.codes)) == (0, 4)
    assert lint("--fail-on=note").status == 1
    assert lint("--max-findings=2").status == 1


#: Where the options are tested that are not tested here.
ELSEWHERE = {
    *(
        "-h",
        "-V",
        "-o",
        "-q",
        "--color",
        "--statistics",
        "--show-files",
        "--cache-dir",
        "--no-cache",
        "--watch",
    ),  # end to end
    *("--sarif-category", "--sarif-suppressed"),  # end to end
    *("--baseline", "--no-baseline", "--sarif-absent"),  # test_baseline.py
    *("--new-from", "--new-from-merge-base", "--staged"),  # test_diff_mode.py
}


def test_no_option_without_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    for action in parser()._actions:
        names = action.option_strings
        assert not names or ELSEWHERE & set(names) or any(f'"{name}' in text for name in names), names


def test_help_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setattr(os, "get_terminal_size", lambda *descriptor: os.terminal_size((60, 24)))
    assert max(map(len, parser().format_help().splitlines())) <= 60


def test_lists_may_be_repeated_and_separated_by_commas() -> None:
    given = overrides(parse(["--select", "A, B", "--select", "C,", "--exclude", "x/"]))
    assert given == {"select": ["A", "B", "C"], "exclude": ["x/"]}


def test_per_file_ignores_keep_colons_in_patterns() -> None:
    given = overrides(parse(["--per-file-ignores", "c:/x.py:RL1,y.py:RL2", "--per-file-ignores=y.py:RL3"]))
    assert given == {"per-file-ignores": {"c:/x.py": ["RL1"], "y.py": ["RL2", "RL3"]}}


def test_what_is_not_given_overrides_nothing() -> None:
    assert overrides(parse([])) == {}


@pytest.mark.parametrize(
    ("arguments", "fix", "fingerprint", "paths"),
    [
        ([], False, None, ["."]),
        (["--fix"], True, None, ["."]),
        (["--fix", "src"], True, None, ["src"]),
        (["--fix", "0123456789abcdef"], True, "0123456789abcdef", ["."]),
        (["--fix=0123456789abcdef", "src"], True, "0123456789abcdef", ["src"]),
        (["--fix-only"], True, None, ["."]),
        (["--ask", "a", "b"], True, None, ["a", "b"]),
        (["--stdin-filename", "a.py"], False, None, ["-"]),
    ],
)
def test_fix_and_paths(arguments: list[str], fix: bool, fingerprint: str | None, paths: list[str]) -> None:
    options: argparse.Namespace = parse(arguments)
    assert (options.fix, options.fingerprint, options.paths) == (fix, fingerprint, paths)


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ("a.py --no-cache b.py", ["a.py", "b.py"]),
        ("--fix a.py -q b.py --diff c.py", ["a.py", "b.py", "c.py"]),
        ("a.py -q -- -x.py", ["a.py", "-x.py"]),
        ("-- -x.py -q", ["-x.py", "-q"]),
        ("--select RL1 --", ["."]),
        ("-", ["-"]),
    ],
)
def test_paths_stand_anywhere(arguments: str, paths: list[str]) -> None:
    assert parse(arguments.split()).paths == paths


def test_what_was_done_is_called_so(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    reason = "--add-ignore=the callers log every failure"
    assert "\nWould fix 2 findings in 2 files. Found 2 errors, " in lint("--diff").err
    assert "Would suppress 8 findings in 2 files. No findings left in 2 files.\n" in lint("--diff", reason).err
    assert "\nFixed 1 finding in 1 file. Found 1 error, " in lint("--fix", "a.py").out
    shown = lint(reason, "--show-fixes", CONCISE).out
    assert shown.startswith("Suppressed in a.py:\n  1 × RL101 swallowed-exception\n")
    assert shown.endswith("Suppressed 7 findings in 2 files. No findings left in 2 files.\n")
    (tmp_path / "bad.py").write_text(BAD)
    summary = json.loads(lint(reason, "--output-format=json").out)["summary"]
    assert (summary["fixed"], summary["suppressed"]) == (0, 4)
