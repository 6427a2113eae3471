"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from readlint.testing.scaffold import new_rule

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "gamma-rules"
    new_rule("lost-call", str(folder))
    for name in [name for name in sys.modules if name.startswith("gamma_rules")]:
        del sys.modules[name]
    return folder


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "rules"), str(folder / "src")])
    env = {**os.environ, "PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "readlint.pytest_plugin", "-q", "--strict-markers", *arguments]
    return subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True, check=False)


def test_by_the_ini_file(pack: Path) -> None:
    done = pytest_in(pack)
    assert "5 passed" in done.stdout
    assert done.returncode == 0


def test_by_name_and_with_selection(pack: Path) -> None:
    assert "5 passed" in pytest_in(pack, "--readlint-pack", "gamma_rules").stdout
    assert "2 passed, 3 deselected" in pytest_in(pack, "-k", "style or page").stdout
    assert "5 passed" in pytest_in(pack, "-m", "readlint").stdout


def test_a_single_test_is_run_alone(pack: Path) -> None:
    (pack / "test_more.py").write_text("def test_it(): pass\n")
    assert "6 passed" in pytest_in(pack).stdout
    assert "1 passed" in pytest_in(pack, "test_more.py::test_it").stdout


def test_fixtures_are_not_run(pack: Path) -> None:
    path = pack / "tests/fixtures/lost-call/test_it.py"
    path.write_text("import no_such_module\n")
    assert "7 passed" in pytest_in(pack).stdout


def test_failures_are_told_without_a_traceback(pack: Path) -> None:
    path = pack / "tests/fixtures/lost-call/basic.py"
    path.write_text(path.read_text().replace("  # expect: GA101\n", "\n"))
    done = pytest_in(pack)
    assert done.returncode == 1
    assert "a finding that is not expected" in done.stdout
    assert "if it is right, put at the end of line 10:  # expect: GA101" in done.stdout
    assert "Traceback" not in done.stdout
    assert "cases.py" not in done.stdout


def test_an_unknown_pack_is_a_usage_error(pack: Path) -> None:
    done = pytest_in(pack, "--readlint-pack", "no_such_pack")
    assert done.returncode == 4
    assert "readlint: the rule pack no_such_pack cannot be loaded" in done.stdout + done.stderr


def test_loading_it_costs_nothing(pack: Path) -> None:
    code = "import sys, readlint.pytest_plugin; sys.exit('readlint.testing' in sys.modules or 'libcst' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
