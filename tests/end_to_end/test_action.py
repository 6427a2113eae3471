"""The GitHub Action: its steps, run by bash as a runner would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from harness import BAD, FORMATS

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
bash = shutil.which("bash")
pytestmark = pytest.mark.skipif(bash is None, reason="bash is not installed")

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
HOSTILE = ['"; touch pwned; "', "$(touch pwned)", "`touch pwned`", "a b\ntouch pwned", "* ' unbalanced"]


class Runner:
    """A step's environment, the inputs filled in as the runner does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder.parent / "output"
        self.summary = folder.parent / "summary"
        self.bin = folder.parent / "bin"
        for path in (folder, self.bin):
            path.mkdir()
        self.script("python", f'exec "{sys.executable}" "$@"')

    def script(self, name: str, body: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def __call__(self, step: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        self.output.write_text("")
        self.summary.write_text("")
        values = {f"inputs.{name}": entry["default"] for name, entry in ACTION["inputs"].items()}
        values |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        values |= {"github.action_path": str(ROOT), "steps.install.outputs.bin": str(self.bin)}
        filled = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text)
            for name, text in STEPS[step]["env"].items()
        }
        env = {
            **os.environ,
            **filled,
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_WORKSPACE": str(self.folder),
            "RUNNER_TEMP": str(self.folder.parent),
        }
        assert bash is not None
        command = [bash, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=300)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path / "workspace")


def test_no_input_becomes_code() -> None:
    assert all("${{" not in step["run"] for step in STEPS.values())
    used = " ".join(text for step in STEPS.values() for text in step["env"].values())
    assert set(re.findall(r"inputs\.([\w-]+)", used)) == set(ACTION["inputs"])


def test_the_action_fits_githubs_schema() -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    done = subprocess.run([*command, str(ROOT / "action.yml")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


PIP = """if [ "$2" = pip ]; then echo "$PWD $*" >> "{log}"; fi
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi
[ "$1" != -I ] || exec "{python}" "$@"
"""


@pytest.fixture
def log(runner: Runner) -> Path:
    """Pythons that only write down what they are asked to install."""
    log = runner.folder.parent / "log"
    log.touch()
    for name in ("python3.15", "python3.14", "python3.13", "python3.12"):
        runner.script(name, "exit 1")
    runner.script(f"python3.{sys.version_info[1]}", PIP.format(log=log, python=sys.executable))
    return log


@pytest.mark.parametrize(
    ("version", "installed"),
    [
        ("", str(ROOT)),
        ("0.1.0", "readlint==0.1.0"),
        (">=0.1,<0.2", "readlint>=0.1,<0.2"),
        ("~=0.1", "readlint~=0.1"),
    ],
)
def test_what_is_installed(runner: Runner, log: Path, version: str, installed: str) -> None:
    done = runner("install", version=version)
    assert done.returncode == 0, done.stderr
    folder, _, command = log.read_text().rstrip("\n").partition(" -m pip install ")
    assert command.endswith(f" -- {installed}")
    assert runner.outputs["bin"] == f"{folder}/bin"
    assert not folder.startswith(str(runner.folder))


def test_the_python_asked_for(runner: Runner, log: Path) -> None:
    own = f"3.{sys.version_info[1]}"
    assert runner("install", python_version=own).returncode == 0
    done = runner("install", python_version="3.99")
    assert done.returncode == 2
    assert "::error title=readlint::There is no Python 3.99 here" in done.stdout


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["version", "python_version"])
def test_hostile_versions_are_refused(runner: Runner, log: Path, name: str, text: str) -> None:
    done = runner("install", **{name: text})
    assert done.returncode == 2
    assert "::error title=readlint::The input" in done.stdout
    assert log.read_text() == ""
    assert not list(runner.folder.iterdir())


@pytest.fixture
def arguments(runner: Runner) -> Path:
    """A readlint that writes down its arguments and one finding, and ends with status 1."""
    package = runner.folder.parent / "packages" / "readlint"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    found = runner.folder.parent / "arguments"
    (package / "__main__.py").write_text(
        f"import json, sys\nopen({str(found)!r}, 'w').write(json.dumps(sys.argv[1:]))\n"
        "for a in sys.argv:\n    if 'json-lines=' in a: open(a.split('=', 2)[2], 'w').write('{}\\n')\nsys.exit(1)\n"
    )
    stand_in = (
        "import runpy, subprocess, sys\n"
        f"sys.executable = {str(runner.bin / 'python')!r}\n"
        "if '-m' in sys.argv[:3]:\n"
        f"    sys.path.insert(0, {str(package.parent)!r}); sys.argv = sys.argv[3:]\n"
        "    runpy.run_module('readlint', run_name='__main__', alter_sys=True)\n"
        "exec(sys.stdin.read())\n"
    )
    (runner.folder.parent / "stand_in.py").write_text(stand_in)
    runner.script("python", f'exec "{sys.executable}" "{runner.folder.parent / "stand_in.py"}" "$@"')
    return found


def test_words_are_split_as_in_a_shell(runner: Runner, arguments: Path) -> None:
    done = runner("lint", args="--select 'RL1, sql' --preview", src="src 'my tests' $HOME *", fail_on="error")
    assert done.returncode == 1, done.stderr
    given = json.loads(arguments.read_text())
    assert given[:2] == ["--output=github=-", "--output=sarif=readlint.sarif"]
    assert given[3:] == ["--select", "RL1, sql", "--preview", "--fail-on=error", "src", "my tests", "$HOME", "*"]
    assert runner.outputs == {"sarif-file": "readlint.sarif", "exit-status": "1", "findings": "1"}


def test_without_sarif_and_without_failing(runner: Runner, arguments: Path) -> None:
    runner("lint", sarif_file="", fail_on="never")
    given = json.loads(arguments.read_text())
    assert [given[0], *given[2:]] == ["--output=github=-", "--exit-zero", "."]
    assert runner.outputs["sarif-file"] == ""


def test_a_working_directory(runner: Runner, arguments: Path) -> None:
    (runner.folder / "my app").mkdir()
    runner("lint", working_directory="my app", sarif_file="out.sarif")
    assert runner.outputs["sarif-file"] == os.path.join("my app", "out.sarif")
    assert runner("lint", working_directory="missing").returncode == 2


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["args", "src", "fail_on", "sarif_file", "working_directory"])
def test_hostile_inputs_are_words(runner: Runner, arguments: Path, name: str, text: str) -> None:
    done = runner("lint", **{name: text})
    assert done.returncode in (1, 2)
    assert not list(runner.folder.iterdir())
    if arguments.exists() and name in ("args", "src"):
        assert "".join(text.replace('"', "").split()) in "".join("".join(json.loads(arguments.read_text())).split())
    assert set(runner.outputs) <= {"sarif-file", "exit-status", "findings"}


@pytest.mark.skipif(not {"github", "sarif"} <= set(FORMATS), reason="a format that the Action asks for is not there")
def test_the_real_readlint(runner: Runner) -> None:
    (runner.folder / "bad.py").write_text(BAD)
    done = runner("lint")
    assert done.returncode == 1, done.stderr
    assert "::notice file=bad.py,line=8," in done.stdout
    assert "::error file=bad.py,line=22," in done.stdout
    log = json.loads((runner.folder / "readlint.sarif").read_text())
    assert runner.outputs == {
        "sarif-file": "readlint.sarif",
        "exit-status": "1",
        "findings": str(len(log["runs"][0]["results"])),
    }
    assert "swallowed-exception" in runner.summary.read_text()
    assert runner("lint", fail_on="never").returncode == 0
