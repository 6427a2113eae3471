"""The tools under test: how they are installed and the exact command line of each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Command

HERE = Path(__file__).parent
PYTHON = "py{}.{}".format(*sys.version_info)
PEERS = ("ruff==0.17.5", "bandit==1.9.4", "flake8==7.5.0", "flake8-bugbear==26.10.27", "pylint==4.1.4")
#: It would slow down flake8 where that is timed, so it gets an environment of its own.
FLAKE8_ASYNC = ("flake8==7.5.0", "flake8-async==26.8.1")
DETECT_SECRETS = ("detect-secrets==1.5.0",)
#: A hundred packages of its own.
SEMGREP = ("semgrep==1.182.0",)
#: It takes minutes on this many lines, as every rule of it reads the concrete tree.
FIXIT = ("fixit==2.2.1",)
#: What reads migrations, or the SQL of them, and what makes that SQL.
MIGRATION_LINTERS = (
    *("squawk-cli==2.70.0", "django-migration-linter==6.0.0", "django-zdm==0.5.0", "alembic-guard==0.1.1"),
    *("Django==5.2.19", "alembic==1.20.1", "psycopg==3.3.9", "psycopg-binary==3.3.9"),
)
REPORTED = (
    *("readlint", "libcst", "astroid", "ruff", "bandit", "flake8", "flake8-bugbear", "pylint", "semgrep", "fixit"),
)

# What the peers have that is nearest to readlint's rules.
RUFF_RULES = "E722,BLE001,S110,S112,B012,SIM105"
FIXIT_RULES = "fixit.rules:AvoidOrInExcept"
PYLINT_CHECKS = "bare-except,broad-exception-caught,lost-exception,return-in-finally"
RUFF_JSON = ("check", "--isolated", "--no-cache", "--output-format", "json")
# The status is a sum of the kinds of messages, but 2 is also what a wrong option ends with, and 1 is a crash.
_ONCE = 1_000  # rounds between two runs of what takes minutes
PYLINT_PASSING = [status for status in range(32) if not status & 3]


@dataclass(frozen=True)
class Tools:
    work: Path
    python: str
    readlint_argv: Sequence[str]
    peers: Path

    def readlint(
        self, name: str, tree: Path, *options: str, rules: str = "ALL", target: str = ".", stdin: Path | None = None
    ) -> Command:
        argv = [*self.readlint_argv, "--isolated", "--select", rules, *options, target]
        return Command(name, argv, tree, stdin)

    def bare_python(self) -> Command:
        return Command("python -c pass", [self.python, "-c", "pass"], HERE)

    def version(self) -> Command:
        return Command("readlint --version", [*self.readlint_argv, "--version"], HERE)

    def floor(self, tree: Path) -> Command:
        script = HERE / "floor.py"
        return Command("ast.parse", [self.python, str(script), "."], tree)

    def scan(self, tree: Path) -> Command:
        script = HERE / "other_files.py"
        return Command("one regular expression", [self.python, str(script), "scan", "."], tree)

    def large_log(self, name: str, folder: Path) -> Command:
        python = Path(self.readlint_argv[0]).with_name("python")  # the one that readlint is installed in
        script = HERE / "large_log.py"
        return Command(name, [str(python), str(script), name], folder, times_itself=True)

    def ruff(self, name: str, tree: Path, *options: str) -> Command:
        rules = ["--isolated", "--select", RUFF_RULES, "--output-format", "concise"]
        return Command(name, [str(self.peers / "ruff"), "check", *rules, *options, "."], tree)

    def bandit(self, tree: Path) -> Command:
        return Command("bandit", [str(self.peers / "bandit"), "--quiet", "--recursive", "."], tree, every=2)

    def flake8(self, tree: Path) -> Command:
        argv = [str(self.peers / "flake8"), "--isolated", "--select", "B", "."]
        return Command("flake8 with bugbear", argv, tree, every=2)

    def pylint(self, tree: Path) -> Command:
        options = [
            "--rcfile=/dev/null",
            "--persistent=n",
            "--recursive=y",
            "--disable=all",
            f"--enable={PYLINT_CHECKS}",
        ]
        return Command("pylint", [str(self.peers / "pylint"), *options, "."], tree, passing=PYLINT_PASSING, every=3)

    def semgrep(self, tree: Path) -> Command:
        """With the rules that readlint is compared with: nothing is loaded from its registry."""
        rules = sorted((HERE / "semgrep").glob("*.yaml"))
        configs = [part for rule in rules for part in ("--config", str(rule))]
        options = ["--metrics", "off", "--disable-version-check", "--no-git-ignore", "--quiet"]
        return Command(
            "semgrep", [str(self.beside(SEMGREP) / "semgrep"), "scan", *configs, *options, "."], tree, every=_ONCE
        )

    def fixit(self, tree: Path) -> Command:
        argv = [str(self.beside(FIXIT) / "fixit"), "--quiet", "--rules", FIXIT_RULES, "lint", "."]
        return Command("fixit", argv, tree, every=_ONCE)

    def beside(self, requirements: Sequence[str]) -> Path:
        """The programs of an environment with these packages alone."""
        place = environment(self.work / f"{'-'.join(map(package, requirements))}-{PYTHON}")
        if not {package(one) for one in requirements} <= installed(place).keys():
            pip(place, *requirements)
        return place

    def versions(self) -> list[tuple[str, str]]:
        beside = [installed(self.beside(one)) for one in (SEMGREP, FIXIT)]
        versions = {name: version for one in beside for name, version in one.items() if name in ("semgrep", "fixit")}
        found = {**versions, **installed(self.peers), **installed(Path(self.python).parent)}
        return [(name, found[name]) for name in REPORTED if name in found]


def install(work: Path, readlint: Sequence[str] | None) -> Tools:
    """readlint and the peers each get an environment: an entry point of one must not slow down the other."""
    own, peers = (environment(work / f"{name}-{PYTHON}") for name in ("readlint", "peers"))
    pip(peers, *PEERS)
    if readlint is None:
        pip(own, str(HERE.resolve().parent))
        readlint = [str(own / "readlint")]
    return Tools(work, str(own / "python"), readlint, peers)


def package(requirement: str) -> str:
    return requirement.partition("==")[0]


def environment(folder: Path) -> Path:
    if not (folder / "bin" / "pip").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    return folder / "bin"


def pip(environment: Path, *requirements: str) -> None:
    subprocess.run([str(environment / "python"), "-m", "pip", "install", "--quiet", *requirements], check=True)


def installed(environment: Path) -> dict[str, str]:
    argv = [str(environment / "python"), "-m", "pip", "list", "--format", "json"]
    listed = json.loads(subprocess.run(argv, check=True, capture_output=True).stdout)
    return {package["name"]: package["version"] for package in listed}
