"""Running readlint in tests, with what it runs on."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from readlint.report import formats

FORMATS = formats()

#: Variables that change what readlint does: its own, and those of the services that formats write for.
FOREIGN = ("READLINT", "GITHUB_", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY")

#: One finding of each rule: a swallowed exception (unsafe fix), a wall-clock duration (safe), a jump in `finally`
#: (none) and a timing-unsafe comparison (unsafe).
BAD = """\
import hmac
import time


def refresh(store):
    try:
        store.save()
    except Exception:
        pass


def timed(work):
    start = time.time()
    work()
    return time.time() - start


def lost(path):
    try:
        return parse(path)
    finally:
        return None


def verify(body, signature, key):
    expected = hmac.new(key, body, "sha256").hexdigest()
    return signature == expected
"""


class Ran(NamedTuple):
    """What a run of the command line came to."""

    status: int
    out: str
    err: str

    @property
    def codes(self) -> list[str]:
        """The rules of a concise report, in its order."""
        return re.findall(r"^\S.*?:\d+:\d+: ([A-Z]{2}\d{3}) ", self.out, re.MULTILINE)


class Readlint:
    """Runs the command line as a user does, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.options: dict[str, Any] = {}  # for `subprocess`
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", *FOREIGN))}
        self.env.update(PYTHONUTF8="1", COLUMNS="100")

    def __call__(self, *arguments: str | bytes | Path, stdin: bytes = b"", status: int | None = None) -> Ran:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.env,
            input=stdin,
            capture_output=True,
            timeout=180,
            **self.options,
        )
        ran = Ran(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode(errors="replace"))
        assert "Traceback" not in ran.err, ran.err
        if status is not None:
            assert ran.status == status, ran
        return ran

    def command(self, *arguments: str | bytes | Path) -> list[str | bytes | Path]:
        return [sys.executable, "-m", "readlint", *arguments]

    def start(self, *arguments: str | Path, new_session: bool = False) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=new_session,
        )


class Pack:
    """A rule pack as it is after its installation, in a folder that can be put on the module search path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.package = folder / "toy_rules"
        self.package.mkdir(parents=True)
        (self.package / "__init__.py").touch()
        metadata = folder / "toy_rules-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-rules\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[readlint.rules]\ntoy = toy_rules\n")

    def add(
        self,
        name: str,
        body: str,
        code: str = "TY001",
        messages: Sequence[str] = ("found.",),
        replaces: Sequence[str] = (),
    ) -> None:
        """A rule: its checks without imports; `RULE` is there already, with the message `default`."""
        # Python takes a file of the same length and second for the one that it has compiled.
        shutil.rmtree(self.package / "__pycache__", ignore_errors=True)
        texts = {"default" if not number else str(number): text for number, text in enumerate(messages)}
        (self.package / f"{name}.py").write_text(
            f'"""A toy."""\n\nimport ast\nimport os\n\nfrom readlint.api import *\n\n'
            f"RULE = Rule(__name__, __doc__, code={code!r}, severity=Severity.WARNING, level=Level.L1, "
            f"category=Category.SAFETY, since='1', in_tests=True, replaces={replaces!r}, messages={texts!r})\n\n{body}",
            encoding="utf-8",
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


_IDENTITY = ("user.name=A", "user.email=a@b.c", "commit.gpgsign=false", "core.hooksPath=/dev/null")


def git(folder: Path, *arguments: str) -> str:
    """What git prints, whoever runs the test and wherever."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", *(part for one in _IDENTITY for part in ("-c", one)), *arguments]
    return subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True, text=True).stdout.strip()
