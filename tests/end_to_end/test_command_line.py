"""The command line as users and their scripts have it: what is printed where, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BAD, FORMATS, Pack, Readlint

GOOD = "x = 1\n"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.py"
    path.write_text(BAD)
    return path


def test_nothing_to_report(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    ran = readlint(status=0)
    assert ran.out == "No findings in 1 file.\n"
    assert ran.err == ""


def test_findings(readlint: Readlint, bad: Path) -> None:
    ran = readlint("--output-format", "concise", status=1)
    assert ran.codes == ["RL101", "RL201", "RL106", "RL806"]
    assert ran.out.startswith("bad.py:8:5: RL101 ")
    assert ran.err == ""


def test_version(readlint: Readlint) -> None:
    from readlint import __version__

    assert readlint("--version", status=0).out == f"readlint {__version__}\n"
    assert readlint("-V", "--quiet", status=0).out == f"readlint {__version__}\n"


def test_help_names_every_option(readlint: Readlint) -> None:
    from readlint.cli.options import parser

    text = readlint("--help", status=0).out
    shown = [action for action in parser()._actions if action.help != "==SUPPRESS=="]
    assert all(name in text for action in shown for name in action.option_strings)


def test_help_names_every_format(readlint: Readlint) -> None:
    text = readlint("--help", status=0).out
    assert [name for name in FORMATS if name not in text] == []


def test_the_path_that_is_missing_is_named(readlint: Readlint) -> None:
    ran = readlint("nowhere", status=2)
    assert (ran.out, ran.err) == ("", "readlint: nowhere: no such file or folder\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--selct", "RL1"], "unknown option --selct; did you mean --select?"),
        (["--fail-on=fatal"], "--fail-on"),
        (["--select", "RL199"], "unknown rule `RL199` in `--select`"),
        (["--select", "swallowed-exceptions"], "did you mean `swallowed-exception`?"),
        (["--ignore", "clock"], "did you mean `clocks`?"),
        (["--config", "selct = []"], "did you mean `select`?"),
        (["--config", "nowhere.toml"], "nowhere.toml: there is no such settings file"),
        (["--output-format", "txt"], "unknown output format `txt`; known are"),
        (["-o", "txt=report"], "unknown output format `txt`; known are"),
        (["-o", "json=nowhere/report.json"], "nowhere/report.json: the report cannot be written: there is no folder"),
        (["--jobs", "0"], "there must be 1 worker at least, not 0"),
        (["--max-findings=-1"], "`--max-findings` must be a whole number, 0 or more"),
        (["--target-version", "new"], '`--target-version` must be a Python version such as "3.10"'),
        (["--add-ignore", "why"], "a suppression needs a reason of at least 10 characters"),
        (["--fix", "0123456789abcdef"], "no finding has the fingerprint 0123456789abcdef"),
        (["--fix", "--ask"], "--ask needs a terminal"),
        (["bad.py", "--stdin-filename", "x.py"], "standard input is linted alone"),
        (["bad.py", "-"], "standard input (-) is linted alone"),
        (["rule", "swalowed-exception"], "did you mean `swallowed-exception`?"),
        (["settings", "selct"], "did you mean `select`?"),
    ],
)
def test_usage_errors_end_in_one_sentence(readlint: Readlint, bad: Path, arguments: list[str], message: str) -> None:
    ran = readlint(*arguments, status=2)
    assert message in ran.err.splitlines()[-1]
    assert len(ran.err.splitlines()) <= 2
    assert ran.out == ""
    assert bad.read_text() == BAD


def test_a_settings_error_has_file_and_line(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\nselect = ["ALL"]\nfail-onn = "error"\n')
    ran = readlint(status=2)
    assert ran.err == "readlint: pyproject.toml:3: unknown setting `fail-onn`; did you mean `fail-on`?\n"


def test_several_reports_at_once(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    alone = readlint("--output-format", "json", "--no-cache", status=1).out
    arguments = ("-o", "json=a.json", "-o", "concise=b.txt", "-o", "text=-", "--no-cache")
    ran = readlint(*arguments, status=1)
    assert (tmp_path / "a.json").read_text() == alone
    assert readlint(*arguments, status=1) == ran  # which does not read the report of the first run
    (tmp_path / "a.json").unlink()
    assert (tmp_path / "b.txt").read_text() == readlint("--output-format=concise", status=1).out
    assert ran.out == readlint(status=1).out


def test_one_format_by_name_and_one_into_a_file(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    ran = readlint("--output-format", "concise", "-o", "json=a.json", status=1)
    assert ran.codes
    assert json.loads((tmp_path / "a.json").read_text())["summary"]["findings"] == 4


def test_reports_of_the_settings_file(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "readlint.toml").write_text('output-format = ["concise", "json-lines=lines.json"]\n')
    for _ in range(2):  # the second time from the cache
        (tmp_path / "lines.json").unlink(missing_ok=True)
        assert len(readlint(status=1).codes) == 4
        assert len((tmp_path / "lines.json").read_text().splitlines()) == 4
    assert readlint("--output-format", "text", status=1).codes == []  # the command line has the last word


@pytest.mark.parametrize("asked_by", ["command line", "settings"])
def test_reports_that_cannot_be_written_are_refused_before_the_run(
    readlint: Readlint, bad: Path, tmp_path: Path, asked_by: str
) -> None:
    arguments: tuple[str, ...] = ("--fix", "--unsafe-fixes")
    if asked_by == "settings":
        (tmp_path / "readlint.toml").write_text('output-format = "json=nowhere/a.json"\n')
    else:
        arguments += ("-o", "json=nowhere/a.json")
    ran = readlint(*arguments, status=2)
    assert ran.err.startswith("readlint: nowhere/a.json: the report cannot be written: there is no folder ")
    assert ran.err.endswith("(in `output-format`)\n") == (asked_by == "settings")
    assert bad.read_text() == BAD


def test_a_report_never_replaces_code(readlint: Readlint, bad: Path) -> None:
    ran = readlint("-o", "concise=bad.py", status=2)
    assert ran.err == "readlint: bad.py: the report cannot be written: it is Python code, which would be lost\n"
    assert bad.read_text() == BAD


def test_files_are_written_before_the_reader_of_standard_output_leaves(
    readlint: Readlint, bad: Path, tmp_path: Path
) -> None:
    process = readlint.start("-o", "json=-", "-o", "json=a.json", "--no-cache")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert json.loads((tmp_path / "a.json").read_text())["summary"]["findings"] == 4


def test_an_annotation_and_a_summary_on_github(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    bad.rename(tmp_path / "service" / "bad.py")
    readlint.folder = tmp_path / "service"
    readlint.env.update(GITHUB_WORKSPACE=str(tmp_path), GITHUB_STEP_SUMMARY=str(tmp_path / "summary"))
    ran = readlint("--output-format=github", status=1)
    assert ran.out.startswith("::error file=service/bad.py,line=22,col=9,endLine=22,endColumn=20,title=RL106 jump-in-")
    assert len(ran.out.splitlines()) == 4
    assert (tmp_path / "summary").read_text().count("\n- ") == 4


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format_says_the_same_from_the_cache(readlint: Readlint, bad: Path, output_format: str) -> None:
    (bad.parent / "broken.py").write_text("x = (\n")
    arguments = ("--output-format", output_format, "--unsafe-fixes", "--show-fixes")
    cold = readlint(*arguments, "--no-cache", status=1)
    assert [readlint(*arguments, status=1) for _ in range(3)] == [cold] * 3


def test_statistics(readlint: Readlint, bad: Path) -> None:
    (bad.parent / "more.py").write_text(BAD)
    lines = readlint("--statistics", "--select", "RL1", status=1).out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["2", "RL101"], ["2", "RL106"]]
    counted = json.loads(readlint("--statistics", "--output-format=json", status=1).out)
    ran = readlint("--statistics", "-o=text", "-o=junit=a.xml", status=1)
    assert ran.out.splitlines()[0].split()[:2] == ["2", "RL101"]
    assert (bad.parent / "a.xml").read_text().count("<failure") == 8  # a format without a count stays what it is
    assert {row["code"]: row["count"] for row in counted} == dict.fromkeys(["RL101", "RL106", "RL201", "RL806"], 2)


def test_quiet(readlint: Readlint, bad: Path) -> None:
    assert "Found" in readlint("--output-format=concise", status=1).out
    assert "Found" not in readlint("--output-format=concise", "-q", status=1).out


def test_colour(readlint: Readlint, bad: Path) -> None:
    assert "\x1b[" not in readlint(status=1).out
    assert "\x1b[" in readlint("--color", "always", status=1).out
    readlint.env["FORCE_COLOR"] = "1"
    assert "\x1b[" in readlint(status=1).out
    assert "\x1b[" not in readlint("--color=never", status=1).out


def test_standard_input(readlint: Readlint, tmp_path: Path) -> None:
    ran = readlint("-", "--output-format", "concise", stdin=BAD.encode(), status=1)
    assert ran.out.startswith("-:8:5: RL101 ")
    ran = readlint("--stdin-filename", "src/a.py", "--output-format", "concise", stdin=BAD.encode(), status=1)
    assert ran.out.startswith("src/a.py:8:5: RL101 ")
    # The name decides which rules look at it, wherever it is called from.
    assert readlint("-", "--stdin-filename", "tests/test_a.py", stdin=BAD.encode(), status=0).codes == []
    absolute = str(tmp_path / "tests" / "test_a.py")
    assert readlint("-", "--stdin-filename", absolute, stdin=BAD.encode(), status=0).codes == []
    (tmp_path / "readlint.toml").write_text('per-file-ignores = { "src/*" = ["RL1"] }\n')
    ran = readlint("--stdin-filename", "src/a.py", "--output-format=concise", stdin=BAD.encode(), status=1)
    assert ran.codes == ["RL201", "RL806"]


def test_the_frame_shows_standard_input_not_the_disk(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("# the saved text\n" * 40)
    out = readlint("--stdin-filename", "a.py", stdin=BAD.encode(), status=1).out
    assert "store.save()" in out
    assert "the saved text" not in out


def test_an_excluded_file_from_an_editor(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "readlint.toml").write_text('extend-exclude = ["gen/"]\n')
    (tmp_path / ".gitignore").write_text("*_pb2.py\n")
    for name in ("gen/a.py", "a_pb2.py"):
        arguments = ("--stdin-filename", name, "--output-format=concise")
        assert readlint(*arguments, stdin=BAD.encode(), status=1).codes
        assert readlint(*arguments, "--force-exclude", stdin=BAD.encode(), status=0).codes == []
        fixed = readlint(*arguments, "--force-exclude", "--fix", stdin=BAD.encode(), status=0)
        assert fixed.out == BAD


def test_excluded_by_the_settings_of_a_folder_below(readlint: Readlint, tmp_path: Path) -> None:
    for name in ("a.py", "sub/a.py", "sub/gen/a.py", "other/gen/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BAD)
    (tmp_path / "sub" / "readlint.toml").write_text('extend-exclude = ["/gen"]\n')
    shown = readlint("--show-files", "--ignore=secrets", status=0).out.split()
    assert shown == ["a.py", "other/gen/a.py", "sub/a.py"]
    assert readlint("--show-files", "sub/gen/a.py", status=0).out.split() == ["sub/gen/a.py"]
    assert readlint("--show-files", "--force-exclude", "sub/gen/a.py", "a.py", status=0).out.split() == ["a.py"]
    arguments = ("--stdin-filename", "sub/gen/a.py", "--output-format=concise")
    assert readlint(*arguments, stdin=BAD.encode(), status=1).codes
    assert readlint(*arguments, "--force-exclude", stdin=BAD.encode(), status=0).codes == []


def test_standard_input_that_is_no_text(readlint: Readlint) -> None:
    data = b"s = '\xff'\n"
    assert readlint("-", "--output-format=concise", stdin=data, status=1).codes == ["RL001"]
    assert readlint("-", "--fix", stdin=data, status=1).out.encode(errors="surrogateescape") == data


def test_argument_files(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "a file.py").write_text(BAD)
    (tmp_path / "arguments").write_text("--select=RL101\n--output-format=concise\na file.py\nbad.py\n")
    assert readlint("@arguments", "--no-cache", status=1).codes == ["RL101", "RL101"]


def test_show_files(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    (tmp_path / "ignored.py").touch()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a\nb.py").touch()
    assert readlint("--show-files", status=0).out == "bad.py\nsrc/a\\nb.py\n"
    assert readlint("--show-files", "--exclude", "src", status=0).out == "bad.py\n"
    assert "ignored.py" in readlint("--show-files", "--no-respect-gitignore", status=0).out


def test_show_settings(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "readlint.toml").write_text("preview = true\n")
    assert "preview = false  # default" in readlint("--show-settings", status=0).out
    assert "preview = true  # sub/readlint.toml" in readlint("--show-settings", "sub", status=0).out
    assert "preview = true  # command line" in readlint("--show-settings", "--preview", status=0).out


def test_rule_pages(readlint: Readlint) -> None:
    assert readlint("rule", "RL101", status=0).out.startswith("swallowed-exception (RL101)\n")
    assert readlint("rule", "swallowed-exception", status=0).out == readlint("rule", "RL101", status=0).out
    assert readlint("rule", "RL101", "--output-format=markdown", status=0).out.startswith("# swallowed-exception")
    assert json.loads(readlint("rule", "RL101", "--output-format=json", status=0).out)["code"] == "RL101"


def test_rules_in_a_line_each(readlint: Readlint) -> None:
    lines = readlint("rules", status=0).out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(line.split()[0] for line in lines)
    codes = {rule["code"] for rule in json.loads(readlint("rules", "--output-format=json", status=0).out)}
    assert {"RL001", "RL101", "RL106", "RL201", "RL806"} <= codes == {line.split()[0] for line in lines}


def test_the_manual_of_the_settings(readlint: Readlint) -> None:
    assert "per-file-ignores\n" in readlint("settings", status=0).out
    assert readlint("settings", "fail-on", status=0).out.startswith("fail-on\n")


def test_check_is_the_same_as_nothing(readlint: Readlint, bad: Path) -> None:
    assert readlint("check", "bad.py", status=1) == readlint("bad.py", status=1)
    (bad.parent / "check").mkdir()
    assert readlint("check", status=0).out == "No files to check.\n"  # the folder


def test_clean(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    readlint()
    cache = tmp_path / ".readlint_cache"
    assert {path.name.partition("-")[0] for path in cache.iterdir()} == {
        ".gitignore",
        "CACHEDIR.TAG",
        "files",
        "open",
        "run",
    }
    (cache / "mine.txt").touch()
    assert readlint("clean", status=0).out == f"Removed {cache}\n"
    assert [path.name for path in cache.iterdir()] == ["mine.txt"]
    (cache / "mine.txt").unlink()
    readlint("clean", status=0)
    assert not cache.exists()
    assert readlint("clean", status=0).out == f"There is no cache in {cache}\n"


def test_where_the_cache_is(readlint: Readlint, bad: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.py").touch()
    readlint.folder = tmp_path / "sub"
    readlint(status=0)
    assert (tmp_path / ".readlint_cache").is_dir()  # in the project's root
    readlint("--cache-dir", "here", status=0)
    readlint.env["READLINT_CACHE_DIR"] = "there"
    readlint(status=0)
    assert {path.name for path in (tmp_path / "sub").iterdir()} == {"a.py", "here", "there"}
    readlint("clean", status=0)
    readlint("clean", "--cache-dir", "here", status=0)
    assert {path.name for path in (tmp_path / "sub").iterdir()} == {"a.py"}
    readlint("--no-cache", status=0)
    assert {path.name for path in (tmp_path / "sub").iterdir()} == {"a.py"}


def test_a_reader_that_goes_away(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "many.py").write_text("try:\n    f()\nexcept Exception:\n    pass\n" * 300)
    command = " ".join(map(str, readlint.command("--no-cache", "--output-format=concise")))
    done = subprocess.run(
        f"{command} | head -n 1", shell=True, cwd=tmp_path, env=readlint.env, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"many.py:3:1: RL101")
    assert done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk(readlint: Readlint, bad: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            readlint.command(), cwd=readlint.folder, env=readlint.env, stdout=full, stderr=subprocess.PIPE
        )
    assert (done.returncode, done.stderr) == (2, b"readlint: [Errno 28] No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the current folder cannot be removed there")
@pytest.mark.parametrize("arguments", ["", "--no-cache", "-"])
def test_a_current_folder_that_is_gone(readlint: Readlint, tmp_path: Path, arguments: str) -> None:
    (tmp_path / "gone").mkdir()
    command = f"cd gone && rmdir ../gone && exec {sys.executable} -m readlint {arguments}"
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=readlint.env, capture_output=True, input=b"")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(b"readlint: ")


def test_nothing_of_the_linted_project_is_imported(readlint: Readlint, tmp_path: Path, pack: Pack) -> None:
    alarm = "raise SystemExit('the linted project was imported')\n"
    for name in ("ast", "json", "argparse", "libcst", "astroid", "hashlib", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(alarm + BAD)
    # Not even if it looks like an installed pack.
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "__init__.py").write_text(alarm)
    (tmp_path / "evil-1.dist-info").mkdir()
    (tmp_path / "evil-1.dist-info" / "METADATA").write_text("Name: evil\nVersion: 1\n")
    (tmp_path / "evil-1.dist-info" / "entry_points.txt").write_text("[readlint.rules]\nevil = evil\n")
    (tmp_path / "user.py").write_text(
        "import ast\nimport evil\ntry:\n    evil.f()\nexcept Exception as e:\n    ast.g(e)\n"
    )
    ran = readlint("--no-cache", "--output-format=json", "--jobs=1")
    assert json.loads(ran.out)["summary"]["findings"] >= 32
    assert "was imported" not in ran.out + ran.err
