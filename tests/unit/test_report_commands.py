"""Commands in the logs of GitHub Actions and Azure Pipelines: one line each, and none that a text has made up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import HOSTILE, SEVERITIES, finding, report, troubled, written

from readlint.findings import Severity, Span
from readlint.report.commands import encode
from readlint.report.model import Report
from readlint.report.terminal import escape

Command = tuple[str, dict[str, str], str]
ROWS = st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, SEVERITIES), max_size=4)


def github(text: str) -> list[Command]:
    """As the runner reads them: a command is a line that begins with one."""
    assert text == "" or text.endswith("\n")
    commands = []
    for line in re.split("\r\n|\r|\n", text)[:-1]:
        match = re.fullmatch(r"::([a-z]+) (.*?)::(.*)", line, re.DOTALL)
        assert match, line
        pairs = (part.split("=", 1) for part in match[2].split(","))
        fields = {key: decode(value, {"%3A": ":", "%2C": ","}) for key, value in pairs}
        commands.append((match[1], fields, decode(match[3], {})))
    return commands


def decode(text: str, more: dict[str, str]) -> str:
    codes = {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}
    for code, character in codes.items():  # the percent sign last
        text = text.replace(code, character)
    return text


def azure(text: str) -> list[Command]:
    """As the agent reads them: a command may begin anywhere in a line, and the first one in it counts."""
    assert text == "" or text.endswith("\n")
    commands = []
    for line in re.split("\r\n|\r|\n", text)[:-1]:
        head, bracket, message = line[line.index("##vso[") + 6 :].partition("]")
        assert bracket
        name, _, fields = head.partition(" ")
        pairs = (field.split("=", 1) for field in fields.split(";") if field)
        properties = {key: percent(value, {"%3B": ";", "%5D": "]"}) for key, value in pairs}
        commands.append((name, properties, percent(message, {})))
    return commands


def percent(text: str, more: dict[str, str]) -> str:
    codes = {"%0D": "\r", "%0A": "\n", **more, "%AZP25": "%"}
    for code, character in codes.items():
        text = text.replace(code, character)
    return text


def shown(text: str) -> str:
    """What a log may hold of a text."""
    return "".join(map(escape_line, re.split(r"([\r\n])", text)))


def escape_line(line: str) -> str:
    return line if line in ("\r", "\n") else escape(line)


def test_a_finding_on_github() -> None:
    text = written("github", report(finding(message="100% of a, b: lost\nand d")))
    assert text == (
        "::error file=a.py,line=2,col=5,endLine=2,endColumn=10,title=RL101 swallowed-exception"
        "::a.py:2:5: RL101 100%25 of a, b: lost%0Aand d\n"
    )


def test_a_region_of_several_lines_has_no_columns() -> None:
    [(_, fields, _)] = github(written("github", report(finding(span=Span(2, 4, 5, 9)))))
    assert fields == {"file": "a.py", "line": "2", "endLine": "5", "title": "RL101 swallowed-exception"}


def test_a_finding_without_a_place_is_in_the_first_line() -> None:
    [(_, fields, _)] = github(written("github", report(finding(span=Span(0, 0, 0, 0)))))
    assert (fields["line"], fields["col"], fields["endLine"], fields["endColumn"]) == ("1", "1", "1", "1")


def test_the_worst_come_first() -> None:
    severities = [Severity.NOTE, Severity.ERROR, Severity.WARNING, Severity.ERROR]
    view = report(*(finding(f"{number}.py", severity=severity) for number, severity in enumerate(severities)))
    order = [(name, fields["file"]) for name, fields, _ in github(written("github", view))]
    assert order == [("error", "1.py"), ("error", "3.py"), ("warning", "2.py"), ("notice", "0.py")]
    order = [(fields["type"], fields["sourcepath"]) for _, fields, _ in azure(written("azure", view))]
    assert order == [("error", "1.py"), ("error", "3.py"), ("warning", "2.py"), ("warning", "0.py")]


def test_a_finding_on_azure() -> None:
    assert written("azure", report(finding("a;b].py", "100% [a]; b\nc"))) == (
        "##vso[task.logissue type=error;sourcepath=a%3Bb%5D.py;linenumber=2;columnnumber=5;code=RL101;]"
        "a;b].py:2:5: RL101 100%AZP25 [a]; b%0Ac\n"
    )


def test_nothing_to_say() -> None:
    assert written("github", Report([])) == written("azure", Report([])) == ""


def test_what_went_wrong() -> None:
    kinds = [(name, fields["title"]) for name, fields, _ in github(written("github", troubled()))]
    internal, other = ("error", "readlint: internal error"), ("warning", "readlint")
    assert kinds == [internal, internal, ("error", "RL101 swallowed-exception"), other, other]
    types = [fields["type"] for _, fields, _ in azure(written("azure", troubled()))]
    assert types == ["error", "error", "error", "warning", "warning"]


@given(ROWS, st.lists(HOSTILE, max_size=2))
def test_no_text_makes_a_command_on_github(rows: list[tuple[str, str, str, Any]], warnings: list[str]) -> None:
    findings = [finding(path, message, severity, name=name) for path, message, name, severity in rows]
    commands = github(written("github", report(*findings, warnings=warnings)))
    assert len(commands) == len(findings) + len(warnings)
    for (name, fields, message), made in zip(commands, report(*findings).by_severity(), strict=False):
        assert name in ("error", "warning", "notice")
        assert fields["file"] == shown(made.path)
        assert fields["title"] == shown(f"RL101 {made.name}")
        assert message == shown(f"{made.path}:2:5: RL101 {made.message}")
    assert [message for _, _, message in commands[len(findings) :]] == list(map(shown, warnings))


@given(ROWS, st.lists(HOSTILE, max_size=2))
def test_no_text_makes_a_command_on_azure(rows: list[tuple[str, str, str, Any]], warnings: list[str]) -> None:
    findings = [finding(path, message, severity, rule=rule) for path, message, rule, severity in rows]
    commands = azure(written("azure", report(*findings, warnings=warnings)))
    assert len(commands) == len(findings) + len(warnings)
    assert {name for name, _, _ in commands} <= {"task.logissue"}
    for (_, fields, message), made in zip(commands, report(*findings).by_severity(), strict=False):
        assert (fields["sourcepath"], fields["code"]) == (shown(made.path), shown(made.rule))
        assert message == shown(f"{made.path}:2:5: {made.rule} {made.message}")


def test_what_a_terminal_would_obey_is_visible() -> None:
    assert encode("\x1b[31m\u202e\udcff\r\n😀", {"\r": "%0D", "\n": "%0A"}) == "\\x1b[31m\\u202e\\xff%0D%0A😀"


# Paths, as the service counts them.


@pytest.mark.parametrize(
    ("output_format", "variable"),
    [("github", "GITHUB_WORKSPACE"), ("azure", "BUILD_SOURCESDIRECTORY"), ("gitlab", "CI_PROJECT_DIR")],
)
def test_paths_begin_at_the_checkout(
    output_format: str, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "service").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path / "service")
    for path in ("src/a.py", f"{tmp_path}/service/src/a.py"):
        for root in (tmp_path, tmp_path / "link"):
            assert "service/src/a.py" in written(output_format, report(finding(path), env={variable: str(root)}))
            assert str(root) not in written(output_format, report(finding(path), env={variable: str(root)}))
    outside = written(output_format, report(finding("/elsewhere/a.py"), env={variable: str(tmp_path)}))
    assert "/elsewhere/a.py" in outside
    assert "service" not in written(output_format, report(finding("src/a.py")))


# The summary of a step.


def test_the_summary_is_added_to(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before")
    view = report(finding(), env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert len(github(written("github", view))) == 1
    assert summary.read_text() == "before\n" + written("markdown", view)


def test_the_summary_keeps_the_limit(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("x" * 500_000)
    many = [finding(f"{number:06}.py", "😀" * 50) for number in range(5_000)]
    view = report(*many, env={"GITHUB_STEP_SUMMARY": str(summary)})
    assert len(github(written("github", view))) == 5_000
    text = summary.read_text(encoding="utf-8")
    assert 1_040_000 < summary.stat().st_size <= 1024 * 1024
    assert re.search(r"\n[0-9,]+ more findings did not fit in here, the least severe ones.\n$", text)
    assert len(github(written("github", view))) == 5_000  # no room is left
    assert summary.stat().st_size <= 1024 * 1024


def test_a_summary_that_cannot_be_written_is_no_reason_to_be_silent(tmp_path: Path) -> None:
    commands = github(written("github", report(finding(), env={"GITHUB_STEP_SUMMARY": str(tmp_path)})))
    assert [name for name, _, _ in commands] == ["error", "warning"]
    assert "the step summary cannot be written: Is a directory" in commands[1][2]
