"""Writes the results as Markdown."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterator, Sequence

from corpus import Tree
from experiments import MEGABYTE, Experiment, middle, shown
from measure import Sample, Samples
from tools import Tools

Results = list[tuple[Experiment, Samples]]

INTRODUCTION = """\
# Benchmarks

Written by `benchmarks/compare.py`; do not edit. Times are medians of alternating runs: a round runs each command once,
after one untimed run (the slow peers have none, and take part in some of the rounds only). The files are read before
each run, so that no tool waits for the disk. All tools read the same files: the Python files of the source
distributions below that parse, without test code (readlint's rules skip it by default, so it would flatter readlint).
CPU is user and system time of all processes of a command, peak is the memory of its largest process; `large_log.py`
times the writing alone. A factor is relative to the first row of its table. WORK is the script's folder. semgrep and
fixit take minutes and run once, with the rules of theirs that come nearest.

ruff is many times faster than readlint in every row that has both. It is native code with a parser of its own, works
in threads, and its rules look at the syntax of one file. readlint cannot take less than Python's own parser
takes, the first row of the first table, and what it does beyond that (following values through functions and files,
which its rules need) is what a factor above one there shows. Warm runs of both only look at what has changed.

Diff mode has to know which of 50,000 files have changed, and asks git: `git status`, the last row of that table, is a
part of what it does, and alone takes longer than its target allows."""


def markdown(results: Results, tools: Tools, applications: Tree, distributions: Sequence[str], load: float) -> str:
    blocks = [INTRODUCTION, *facts(tools, applications, distributions, load), *targets(results)]
    for experiment, samples in results:
        blocks += section(experiment, samples, tools)
    return "\n\n".join(blocks) + "\n"


def facts(tools: Tools, applications: Tree, distributions: Sequence[str], load: float) -> Iterator[str]:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = ", ".join(f"{name} {version}" for name, version in tools.versions())
    yield table(
        ["", ""],
        [
            ["date", datetime.date.today().isoformat()],
            ["machine", machine],
            ["load average at the start", f"{load:.1f} (other work on the machine makes wall times worthless)"],
            ["Python", f"{platform.python_implementation()} {platform.python_version()}"],
            ["versions", versions],
            ["distributions", ", ".join(distribution.replace("==", " ") for distribution in distributions)],
            ["files", f"{len(applications.files):,} files, {applications.lines:,} lines"],
        ],
    )


def targets(results: Results) -> Iterator[str]:
    yield "## Targets"
    rows = [
        [target.claim, f"{side(target.at_least)} {target.limit:g}", f"{target.value(samples):.2f}", verdict]
        for experiment, samples in results
        for target in experiment.targets
        for verdict in ["yes" if target.holds(samples) else "**no**"]
    ]
    yield table(["what", "target", "measured", "holds"], rows)


def side(at_least: bool) -> str:
    return "at least" if at_least else "at most"


def section(experiment: Experiment, samples: Samples, tools: Tools) -> Iterator[str]:
    yield f"## {experiment.title}"
    yield f"{experiment.files}."
    first = samples[experiment.commands[0].name]
    rows = [row(command.name, samples[command.name], first) for command in experiment.commands]
    yield table(["tool", "wall", "min-max", "factor", "CPU", "factor", "peak MB", "runs"], rows)
    lines = [shown(command, tools) for command in experiment.commands]
    yield "\n".join(["```console", *(f"$ {line}" for line in lines), "```"])


def row(name: str, samples: Sequence[Sample], first: Sequence[Sample]) -> list[str]:
    wall, cpu = middle(samples, "wall"), middle(samples, "cpu")
    walls = [sample.wall for sample in samples]
    return [
        name,
        seconds(wall),
        f"{seconds(min(walls))} - {seconds(max(walls))}",
        f"{wall / middle(first, 'wall'):.2f}",
        seconds(cpu),
        f"{cpu / middle(first, 'cpu'):.2f}",
        f"{middle(samples, 'peak') / MEGABYTE:.0f}",
        str(len(samples)),
    ]


def seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
