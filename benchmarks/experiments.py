"""What is compared with what, and the targets that readlint has set itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Literal

import corpus
import other_files
from corpus import Tree
from measure import Command, Sample, Samples, run
from tools import Tools

Measure = Literal["wall", "cpu", "peak"]
COLD = ("--no-cache", "--output-format", "concise")
ONE_PROCESS = ("--jobs", "1")
#: The targets were set for an engine with these. What further rules cost is measured by the same targets.
FIRST_RULES = "RL101,RL106,RL201,RL806"
FOUR = "readlint, its first four rules"
ERRORS = "readlint, its rules about errors"
CLOCKS_AND_SQL = "readlint, its rules about clocks and SQL"
MIGRATIONS = "readlint, its rules about migrations"
ONE_OF_SIXTEEN = "readlint, one of its rules about migrations"
OTHERS = "readlint, a rule that finds nothing there"
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Target:
    """`measure` of `over`, divided by that of `under`, must stay on the right side of `limit`."""

    claim: str
    measure: Measure
    over: str
    under: str | None
    limit: float
    at_least: bool = False
    scale: float = 1.0

    def value(self, samples: Samples) -> float:
        divisor = middle(samples[self.under], self.measure) if self.under else 1.0
        return middle(samples[self.over], self.measure) / divisor * self.scale

    def holds(self, samples: Samples) -> bool:
        value = self.value(samples)
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True)
class Experiment:
    key: str
    title: str
    files: str
    commands: Sequence[Command]
    rounds: int
    targets: Sequence[Target]


def middle(samples: Sequence[Sample], measure: Measure) -> float:
    values: list[float] = [getattr(sample, measure) for sample in samples]
    return median(values)


def described(tree: Tree) -> str:
    return f"{len(tree.files):,} files, {tree.lines:,} lines"


def floor(tools: Tools, applications: Tree) -> Experiment:
    root = applications.root
    commands = [
        tools.floor(root),
        tools.readlint("readlint", root, *COLD, *ONE_PROCESS),
        tools.readlint(FOUR, root, *COLD, *ONE_PROCESS, rules=FIRST_RULES),
        tools.readlint(ERRORS, root, *COLD, *ONE_PROCESS, rules="RL1"),
        tools.readlint(CLOCKS_AND_SQL, root, *COLD, *ONE_PROCESS, rules="RL2,RL3"),
        tools.readlint("readlint, text output", root, "--no-cache", "--output-format", "text", *ONE_PROCESS),
    ]
    targets = [
        Target(f"cold, one process: CPU time over bare `ast.parse` ({name})", "cpu", name, "ast.parse", 2.0)
        for name in (FOUR, ERRORS, CLOCKS_AND_SQL, "readlint")
    ]
    return Experiment("floor", "Cold, one process", described(applications), commands, 5, targets)


def migrations(tools: Tools, _: Tree) -> Experiment:
    """Every file is one that a whole family of rules has to read as statements of SQL, where most files are not."""
    tree = corpus.migrations(tools.work)
    commands = [
        tools.floor(tree.root),
        # What a run costs before any rule about migrations, and before the second.
        tools.readlint(OTHERS, tree.root, *COLD, *ONE_PROCESS, rules="RL806"),
        tools.readlint(ONE_OF_SIXTEEN, tree.root, *COLD, *ONE_PROCESS, rules="RL516"),
        tools.readlint(MIGRATIONS, tree.root, *COLD, *ONE_PROCESS, rules="RL5"),
        tools.readlint("readlint", tree.root, *COLD, *ONE_PROCESS),
    ]
    targets = [
        Target(f"migrations, cold, one process: CPU time over bare `ast.parse` ({name})", "cpu", name, "ast.parse", 2.5)
        for name in (MIGRATIONS, "readlint")
    ]
    names = ", ".join(distribution.replace("==", " ") for distribution in corpus.WITH_MIGRATIONS)
    return Experiment("migrations", "Migrations", f"{described(tree)}, of {names}", commands, 5, targets)


def cold(tools: Tools, applications: Tree) -> Experiment:
    root = applications.root
    commands = [
        tools.readlint("readlint", root, *COLD),
        tools.readlint(FOUR, root, *COLD, rules=FIRST_RULES),
        tools.readlint(ERRORS, root, *COLD, rules="RL1"),
        tools.readlint(CLOCKS_AND_SQL, root, *COLD, rules="RL2,RL3"),
        tools.ruff("ruff", root, "--no-cache"),
        tools.bandit(root),
        tools.flake8(root),
        tools.pylint(root),
        tools.semgrep(root),
        tools.fixit(root),
    ]
    targets = [
        Target(f"cold, default workers: {peer} over {name}", "wall", peer, name, 15.0, at_least=True)
        for name in (FOUR, ERRORS, CLOCKS_AND_SQL, "readlint")
        for peer in ("bandit", "flake8 with bugbear")
    ]
    return Experiment("cold", "Cold, default workers", described(applications), commands, 5, targets)


def warm(tools: Tools, applications: Tree) -> Experiment:
    tree = corpus.copies(applications, applications.files, 4_000)
    cache = ["--cache-dir", str(tools.work / "cache-readlint")]
    commands = [
        tools.bare_python(),
        tools.readlint("readlint", tree.root, *cache, "--output-format", "concise"),
        tools.readlint("readlint, text output", tree.root, *cache, "--output-format", "text"),
        tools.ruff("ruff", tree.root, "--cache-dir", str(tools.work / "cache-ruff")),
    ]
    target = Target("warm, 4,000 files: over bare Python", "wall", "readlint", "python -c pass", 8.0)
    return Experiment("warm", "Warm, nothing changed", described(tree), commands, 21, [target])


def start(tools: Tools, _: Tree) -> Experiment:
    target = Target("`readlint --version` over bare Python", "wall", "readlint --version", "python -c pass", 3.0)
    return Experiment("start", "Start", "No file", [tools.bare_python(), tools.version()], 21, [target])


def stdin(tools: Tools, applications: Tree) -> Experiment:
    """Twice: a finding costs more than silence, as its comments and its fix need the concrete tree."""
    commands, targets = [tools.bare_python()], []
    for name, silent_handler in (("readlint", False), ("readlint, a swallowed error", True)):
        file = corpus.of_length(applications, 300, silent_handler=silent_handler)
        options = (*COLD, "--stdin-filename", file.name)
        commands.append(tools.readlint(name, file.parent, *options, target="-", stdin=file))
        claim = f"300 lines from standard input, cold ({name}): over bare Python"
        targets.append(Target(claim, "wall", name, "python -c pass", 20.0))
    return Experiment("stdin", "One file from standard input, cold", "1 file of 300 lines", commands, 21, targets)


def memory(tools: Tools, applications: Tree) -> Experiment:
    tree = corpus.with_lines(applications, 500_000)
    commands = [
        tools.readlint("readlint", tree.root, *COLD, *ONE_PROCESS),
        tools.ruff("ruff", tree.root, "--no-cache"),
    ]
    claim = "peak memory of one process on 500,000 lines, in MB"
    target = Target(claim, "peak", "readlint", None, 200.0, scale=1 / MEGABYTE)
    return Experiment("memory", "Memory of one process", described(tree), commands, 3, [target])


def growth(tools: Tools, applications: Tree) -> Experiment:
    """Ten times the same files, so that only what grows faster than the number of files can show."""
    sample = corpus.evenly(applications.files, 1_000)
    few = corpus.copies(applications, sample, len(sample))
    many = corpus.copies(applications, sample, 10 * len(sample))
    commands = [
        tools.readlint("readlint, few files", few.root, *COLD, *ONE_PROCESS),
        tools.readlint("readlint, ten times as many", many.root, *COLD, *ONE_PROCESS),
    ]
    claim = "growth: CPU time a file with ten times the files"
    target = Target(claim, "cpu", commands[1].name, commands[0].name, 1.2, scale=0.1)
    files = f"{described(few)}; {described(many)}"
    return Experiment("growth", "Linear growth", files, commands, 3, [target])


def scale(tools: Tools, applications: Tree) -> Experiment:
    """A tree as large as any, beside a tenth of it, and what ten changed files cost in it."""
    sample = corpus.averaging(applications, 100, 1_000)
    few, many = (corpus.copies(applications, sample, count) for count in (5_000, 50_000))
    corpus.repository(many)
    trees = {"5,000 files": few, "50,000 files": many}
    cache = ("--cache-dir", str(tools.work / "cache-scale"), "--output-format", "concise")
    # They take minutes and profit from nothing that an untimed run would leave behind, so there is none.
    cold = [
        replace(tools.readlint(f"cold, {name}", tree.root, *COLD, *ONE_PROCESS), every=2)
        for name, tree in trees.items()
    ]
    warm = [tools.readlint(f"warm, {name}", tree.root, *cache) for name, tree in trees.items()]
    # The cache is that of the warm run on the same tree, which comes first.
    changed = tools.readlint("diff mode, 50,000 files", many.root, *cache, "--new-from", "HEAD")
    searching = tools.readlint("diff mode, 50,000 files, no cache", many.root, *COLD, "--new-from", "HEAD")
    status = Command("git status, 50,000 files", ["git", "--no-optional-locks", "status", "--short"], many.root)
    measures: tuple[tuple[str, Measure], ...] = (("CPU time", "cpu"), ("peak memory", "peak"))
    targets = [
        Target(f"{name}, ten times the files: {what} a file", measure, pair[1].name, pair[0].name, 1.2, scale=0.1)
        for name, pair in (("cold", cold), ("warm", warm))
        for what, measure in measures
    ]
    claim = "ten changed files of 50,000: over a warm run on 5,000"
    targets.append(Target(claim, "wall", changed.name, warm[0].name, 3.0))
    files = f"{described(few)}; {described(many)}"
    return Experiment("scale", "A very large tree", files, [*cold, *warm, changed, searching, status], 1, targets)


def other(tools: Tools, _: Tree) -> Experiment:
    root = tools.work / "trees" / "other-files"
    if not root.exists():
        other_files.prepare(root)
    commands = [tools.scan(root), tools.readlint("readlint", root, *COLD, *ONE_PROCESS)]
    claim = "10 MB of YAML, JSON and lock files, cold, one process: CPU time over one regular expression"
    target = Target(claim, "cpu", "readlint", commands[0].name, 3.0)
    return Experiment("other", "Files that are not Python", "10 MB", commands, 5, [target])


def sarif(tools: Tools, _: Tree) -> Experiment:
    folder = tools.work / "large-log"
    folder.mkdir(exist_ok=True)
    run(tools.large_log("prepare", folder))
    commands = [tools.large_log("json.dumps", folder), tools.large_log("readlint", folder)]
    claim = "SARIF log of 25,000 results with fixes"
    targets = [
        Target(f"{claim}: CPU time over `json.dumps` of the same log", "cpu", "readlint", "json.dumps", 5.0),
        Target(f"{claim}: peak memory, in MB", "peak", "readlint", None, 100.0, scale=1 / MEGABYTE),
    ]
    return Experiment("sarif", "A large SARIF log", "25,000 findings with fixes in 1,000 files", commands, 5, targets)


EXPERIMENTS: dict[str, Callable[[Tools, Tree], Experiment]] = {
    build.__name__: build
    for build in (floor, migrations, cold, warm, start, stdin, memory, growth, scale, other, sarif)
}


def shown(command: Command, tools: Tools) -> str:
    """The command line without the folders of this machine."""
    program, *arguments = command.argv
    here = str(Path(__file__).parent)
    line = " ".join([Path(program).name, *arguments]).replace(str(tools.work), "WORK").replace(here, "benchmarks")
    return line + (f" < {command.stdin.name}" if command.stdin else "")
