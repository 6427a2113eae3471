"""A run in which nothing changed must not pay for what it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BAD, FORMATS, Readlint

#: Each of them costs as much as the interpreter's own start, or more.
HEAVY = {
    *("libcst", "astroid", "sarif_om", "dataclasses", "typing", "pathlib", "importlib.metadata", "tomllib"),
    *(
        "tomli",
        "ast",
        "tokenize",
        "multiprocessing",
        "subprocess",
        "tempfile",
        "logging",
        "shutil",
        "inspect",
        "hashlib",
    ),
    *("readlint.suppress.baseline", "readlint.suppress.matching", "readlint.suppress.unseen", "readlint.changed"),
    *("readlint.run", "readlint.rules", "readlint.packs", "readlint.settings.load", "readlint_rules"),
}
#: A report that explains the rules has to ask them, and with them comes what they are written with.
EXPLAINING = {"html", "sarif"}
RULES = {*("readlint.rules", "readlint.packs", "readlint_rules", "ast", "inspect", "typing", "dataclasses", "pathlib")}
RULES |= {"importlib.metadata", "tokenize", "tempfile", "shutil"}
#: What this interpreter imports before it reads a line of ours, and the hooks of editable installs.
SHOW = "import sys; before = set(sys.modules); import json; sys.argv = ['readlint', *sys.argv[1:]]\n"
RUN = """\
from readlint.__main__ import main
status = main()
executed = [name for name, module in sys.modules.items() if type(module).__name__ != "_LazyModule"]
print(json.dumps(sorted(set(executed) - before)), file=sys.stderr)
"""


def modules(readlint: Readlint, *arguments: str) -> set[str]:
    """What a run imports, and executes."""
    command = [sys.executable, "-c", SHOW + RUN, *arguments]
    done = subprocess.run(command, cwd=readlint.folder, env=readlint.env, capture_output=True, check=True, timeout=60)
    found: list[str] = json.loads(done.stderr.decode().splitlines()[-1])
    return set(found)


@pytest.mark.parametrize("output_format", FORMATS)
def test_nothing_heavy_is_imported(readlint: Readlint, tmp_path: Path, output_format: str) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "pyproject.toml").write_text("[tool.readlint]\n")
    cold = readlint(".", "--output-format", output_format)
    assert {"readlint.run", "readlint_rules"} <= modules(readlint, ".", "--output-format", output_format, "--no-cache")
    needed = RULES if output_format in EXPLAINING else set()
    if output_format == "html":
        needed = {*needed, "hashlib"}
    if output_format == "sarif":
        needed = {*needed, "sarif_om", "subprocess"}  # attrs imports uuid, which on 3.10 imports it
    assert modules(readlint, ".", "--output-format", output_format) & (HEAVY - needed) == set()
    assert readlint(".", "--output-format", output_format) == cold


def test_a_baseline_costs_nothing_while_nothing_changes(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(BAD)
    readlint("baseline", "write", status=0)
    cold = readlint(".", status=0)
    assert modules(readlint, ".") & HEAVY == set()
    assert readlint(".") == cold


def test_what_is_not_used_is_not_loaded(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    loaded = modules(readlint, ".", "--no-cache")
    unused = {f"readlint.suppress.{name}" for name in ("baseline", "changes", "matching", "unseen")}
    unused |= {f"readlint.{name}" for name in ("changed", "files.git", "neighbours", "remembered", "users", "versions")}
    assert loaded & unused == set()


def test_the_version_needs_no_argument_parser(readlint: Readlint) -> None:
    assert modules(readlint, "--version") & {*HEAVY, "argparse", "readlint.cli"} == set()


#: A class and a function with a loop: what every file has.
PLAIN = "class A:\n    x = 1\n\n    def f(self, rows):\n        return [row for row in rows if row.x == self.x]\n"
MIGRATION = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = []\n"


def private_modules(readlint: Readlint, file: str) -> set[str]:
    found = modules(readlint, file, "--no-cache", "--isolated")
    return {
        name.removeprefix("readlint_rules.") for name in found if name.startswith("readlint_rules.") and "._" in name
    }


def test_what_one_plain_file_does_not_load(readlint: Readlint, tmp_path: Path) -> None:
    """An editor lints one file at a time: with one, little else counts than what is loaded."""
    (tmp_path / "plain.py").write_text(PLAIN)
    loaded = modules(readlint, "plain.py", "--no-cache", "--isolated")
    assert (
        loaded & {"multiprocessing", "pickle", "socket", "subprocess", "hashlib", "difflib", "importlib.metadata"}
        == set()
    )
    private = private_modules(readlint, "plain.py")
    assert {name for name in private if name.startswith("migrations.")} == {"migrations._files", "migrations._kinds"}
    assert {name for name in private if name.startswith("sql.")} == {"sql._drivers", "sql._shared"}
    assert private & {"clocks._differences", "errors._tasks", "errors._logging", "secrets._entries"} == set()


def test_what_files_need_is_loaded_for_them(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "migration.py").write_text(MIGRATION)
    (tmp_path / "query.py").write_text(
        "def f(cursor, name):\n    cursor.execute(f'SELECT * FROM t WHERE name = {name}')\n"
    )
    assert {"migrations._django", "migrations._judging"} <= private_modules(readlint, "migration.py")
    assert {"sql._tokens", "sql._positions"} <= private_modules(readlint, "query.py")


def test_a_cold_run_without_findings_needs_no_concrete_syntax(readlint: Readlint, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text("x = 1\n")
    assert modules(readlint, ".", "--no-cache") & {"libcst", "astroid", "sarif_om"} == set()
