"""What tests of every kind share."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import FOREIGN, Pack, Ran, Readlint
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in every run: what `main` passes must not depend on luck. New ones are tried on developers' machines.
hypothesis_settings.register_profile("ci", hypothesis_settings.get_profile("dev"), derandomize=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# A shell starts what runs in the background deaf to Ctrl-C, and so would be every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def readlint(tmp_path: Path) -> Readlint:
    """The command line, in the test's own folder."""
    return Readlint(tmp_path)


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command line in this process, which is ten times as fast."""
    from readlint.cli import main
    from readlint.report.model import read_lines_of_file

    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str, stdin: bytes | None = None) -> Ran:
        read_lines_of_file.cache_clear()
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        try:
            status = main(list(arguments))
        except SystemExit as ended:  # argparse
            status = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(status, out, err)

    return run


@pytest.fixture
def pack(tmp_path_factory: pytest.TempPathFactory, readlint: Readlint) -> Pack:
    """A pack that the `readlint` of this test has installed."""
    made = Pack(tmp_path_factory.mktemp("installed"))
    readlint.env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(made.folder), readlint.env.get("PYTHONPATH")]))
    return made
