"""What every format relies on: source lines, secrets kept, formats found by name, and a light import."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

import readlint
from readlint.errors import UserError
from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Severity, Span
from readlint.report import formats, text, writer
from readlint.report.model import Report, read_lines_of_file, rule_url, split_lines
from readlint.report.terminal import Style

BANNED = [
    "libcst",
    "astroid",
    "sarif_om",
    "dataclasses",
    "typing",
    "pathlib",
    "importlib.metadata",
    "tomllib",
    "ast",
    "tokenize",
    "multiprocessing",
    "subprocess",
    "tempfile",
    "logging",
    "shutil",
]
MODULES = [
    "text",
    "concise",
    "json",
    "json_lines",
    "outputs",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "checkstyle",
    "azure",
    "markdown",
    "sarif",
    "statistics",
    "progress",
    "model",
    "summary",
    "terminal",
    "frame",
    "diff",
]


@pytest.mark.parametrize("module", MODULES)
def test_warm_modules_import_nothing_heavy(module: str) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); __import__('readlint.report.' + sys.argv[2]);"
        "print(*set(sys.argv[3:]) & set(sys.modules))"
    )
    source = str(Path(readlint.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", program, source, module, *BANNED]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""


def test_formats_are_the_modules_that_write() -> None:
    others = {"azure", "checkstyle", "github", "gitlab", "junit", "markdown", "rdjson", "sarif"}
    assert {"text", "concise", "json", "json-lines", *others} <= set(formats())
    helpers = {"model", "terminal", "frame", "diff", "summary", "statistics", "progress", "outputs", "xml", "commands"}
    assert not helpers & set(formats())


@pytest.mark.parametrize("name", ["text", "concise", "json", "json-lines", "sarif"])
def test_a_format_is_found_by_its_name(name: str) -> None:
    out = io.StringIO()
    writer(name)(Report([]), out)


@pytest.mark.parametrize("name", ["txt", "model", "json_lines", "", "-", "../text", "os.path", "TEXT", "__init__"])
def test_an_unknown_format_is_told_the_known_ones(name: str) -> None:
    with pytest.raises(UserError, match=r"concise, .*json, json-lines, .*sarif, .*text"):
        writer(name)


@pytest.mark.parametrize(
    ("name", "near"), [("jsonlines", "json-lines"), ("JUnit", "junit"), ("json_lines", "json-lines")]
)
def test_an_unknown_format_is_told_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(UserError, match=f"; did you mean `{near}`"):
        writer(name)


def test_a_format_whose_import_is_broken_is_not_called_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise ModuleNotFoundError(name="sarif_om")

    monkeypatch.setattr("importlib.import_module", broken)
    with pytest.raises(ModuleNotFoundError):
        writer("sarif")


def finding(path: str = "a.py", line: int = 1, rule: str = "RL401", name: str = "hardcoded-secret") -> Finding:
    made = Finding(rule, name, Severity.ERROR, Span(line, 0, line, 3), "A secret.")
    made.path = path
    return made


def test_findings_are_sorted() -> None:
    order = [("b.py", 1), ("a.py", 10), ("a.py", 9)]
    report = Report([finding(path, line) for path, line in order])
    assert [(made.path, made.span.line) for made in report.findings] == sorted(order)


@pytest.mark.parametrize(
    ("rule", "name", "url"),
    [
        ("RL401", "hardcoded-secret", "https://readlint.dev/rules/hardcoded-secret"),
        ("XX401", "hardcoded-secret", ""),
        ("RL401", "x\x1b\\", ""),
    ],
)
def test_rule_url(rule: str, name: str, url: str) -> None:
    assert rule_url(finding(rule=rule, name=name)) == url


# Source lines.


def test_lines_are_split_where_python_splits_them() -> None:
    assert split_lines("a\r\nb\rc\nd\x0ce\x0bf\u2028g\x85h") == ["a\r\n", "b\r", "c\n", "d\x0ce\x0bf\u2028g\x85h"]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"\xef\xbb\xbfx\r\ny", ["x\r\n", "y"]),
        (b"# coding: latin-1\n\xe9\n", ["# coding: latin-1\n", "\xe9\n"]),
        (b"#!/bin/python\n# -*- coding: cp1252 -*-\n\x80\n", ["#!/bin/python\n", "# -*- coding: cp1252 -*-\n", "€\n"]),
        (b"x = 1\n# coding: latin-1\n\xc3\xa9\n", ["x = 1\n", "# coding: latin-1\n", "é\n"]),
        (b"", []),
        (b"\xff\xfe\x00", None),
        (b"# coding: nonsense\n", None),
        (b"# coding: hex\n", None),
    ],
)
def test_files_are_decoded_as_python_does(tmp_path: Path, data: bytes, lines: list[str] | None) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(data)
    assert read_lines_of_file(str(path)) == lines


@pytest.mark.parametrize("name", ["gone.py", ".", "nul\0.py", "\udcff.py"])
def test_a_file_that_cannot_be_read_is_not_shown(tmp_path: Path, name: str) -> None:
    assert read_lines_of_file(f"{tmp_path}/{name}") is None


def test_a_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x\n")
    first = read_lines_of_file(str(path))
    path.unlink()
    assert read_lines_of_file(str(path)) is first


# Secrets.

SOURCE = 'KEY = "hunter2"\nnear = 1\nPEM = """line one\nline two"""\n'


def test_secrets_are_masked_in_all_that_is_shown_of_the_file() -> None:
    secret, near = finding(), finding(line=2, rule="RL101")
    secret.data = {"secret": [[1, 7, 1, 14], [3, 9, 4, 8]]}
    secret.fix = FixPlan("repair", "Move it", Safety.UNSAFE)
    secret.edits = (Edit(Span(1, 6, 1, 15), 'vault("hunter2")'),)
    near.related = (Place(Span(3, 0, 4, 3), "Here."),)
    report = Report([secret, near], read_lines=lambda _: split_lines(SOURCE))
    assert report.lines("a.py") == ['KEY = "*******"\n', "near = 1\n", 'PEM = """********\n', '********"""\n']
    assert report.shown_edits(secret) == (Edit(Span(1, 6, 1, 15), 'vault("*******")'),)
    out = io.StringIO()
    for name in formats():
        writer(name)(report, out)
    assert "KEY = " in out.getvalue()
    assert "hunter2" not in out.getvalue()
    assert "line one" not in out.getvalue()
    assert "line two" not in out.getvalue()


def test_a_secret_in_a_file_that_is_gone() -> None:
    secret = finding()
    secret.data = {"secret": [[1, 7, 1, 14]]}
    secret.edits = (Edit(Span(1, 6, 1, 15), "x"),)
    secret.fix = FixPlan("repair", "Move it", Safety.UNSAFE)
    report = Report([secret], read_lines=lambda _: None)
    assert text.render(secret, report, Style()).count("\n") == 2
