"""Real programs and real projects for tests, fetched once from package registries into the user's cache folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MULTITOOL = "@microsoft/sarif-multitool-linux"
MULTITOOL_VERSION = "5.7.0"


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "readlint-tests"


def multitool() -> Path:
    """Microsoft's validator of SARIF logs, a program of 100 MB."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the SARIF validator that is tested with runs on Linux")
    folder = cache_folder() / f"sarif-multitool-{MULTITOOL_VERSION}"
    if not folder.exists():
        npm = shutil.which("npm") or pytest.skip("npm is not installed, which fetches the SARIF validator")
        partial = fresh(folder)
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(partial)]
        done = subprocess.run([*command, f"{MULTITOOL}@{MULTITOOL_VERSION}"], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"npm cannot fetch the SARIF validator: {done.stderr.strip().splitlines()[:1]}")
        (partial / "node_modules" / MULTITOOL / "Sarif.Multitool").chmod(0o755)
        keep(partial, folder)
    return folder / "node_modules" / MULTITOOL / "Sarif.Multitool"


def departures(log: Path) -> list[str]:
    """Where a log departs from the OASIS schema, which comes with the validator."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed, which the SARIF schema is for")
    schema = json.loads((multitool().parent / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    validator = jsonschema.validators.validator_for(schema, default=None)(schema)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(log.read_bytes()))]


def application(distribution: str) -> Path:
    """The Python files of a source distribution, such as `django==5.2.8`, without its tests."""
    benchmarks = Path(__file__).parents[1] / "benchmarks"
    if not benchmarks.exists():
        pytest.skip("the benchmarks are not here, which fetch source distributions")
    sys.path.append(str(benchmarks))
    try:
        import corpus
    finally:
        sys.path.remove(str(benchmarks))
    try:
        root: Path = corpus.applications(cache_folder(), [distribution]).root
    except subprocess.CalledProcessError:
        pytest.skip(f"pip cannot fetch {distribution}")
    return root


def fresh(folder: Path) -> Path:
    """A folder beside it to fill: another run may be at the same."""
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def keep(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:  # the other run was faster
        shutil.rmtree(partial)


def complaints(log: Path) -> list[Any]:
    """What the validator says of a log: errors and warnings, not notes."""
    report = log.with_suffix(".validated")
    command = [multitool(), "validate", log, "--output", report, "--rule-kind", "Sarif;Ghas"]
    options = ["--level", "Error;Warning;Note", "--kind", "Fail;Pass;Review;Open;NotApplicable;Informational"]
    bare = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    more = ["--rich-return-code", "true", "--quiet", "true", "--log", "ForceOverwrite"]
    subprocess.run([*command, *options, *more], env=bare, capture_output=True, timeout=300)  # its status says nothing
    return _complaints(report)


def _complaints(report: Path) -> list[Any]:
    (run,) = json.loads(report.read_text(encoding="utf-8-sig"))["runs"]
    checked = [result for result in run["results"] if result.get("kind", "fail") == "fail"]
    failed = [result for result in checked if result.get("level", "warning") in ("error", "warning")]
    notifications = [one for made in run.get("invocations", ()) for one in made.get("toolExecutionNotifications", ())]
    return failed + [one for one in notifications if one.get("level", "warning") == "error"]
