"""Compares what readlint and its peers say of each battery with what a reviewer says: docs/comparison.md."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import judged
import tools
from batteries import BATTERIES, Battery, Reader, readlint_reports
from experiments import shown
from judged import Place
from measure import Command, Failed
from report import table

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "comparison.md"
Answers = dict[Place, dict[str, list[str]]]  # the codes that each tool gives to a place

INTRODUCTION = """\
# readlint and its peers

Written by `benchmarks/comparison.py`; do not edit. Each battery (`benchmarks/battery`) is small functions written after
code seen in released projects, with other names and reduced to what matters; each file says where its patterns were
seen. A reviewer judged every place before any tool had read it: a **defect** is what somebody should change, the rest
is **fine**. The tools read the batteries without the verdicts.

A report counts for the innermost judged handler or statement that it stands in. Any severity counts, and any code:
where a tool flags a place, its reason may be another one than the reviewer's."""


def main() -> int:
    options = arguments()
    work = options.work.resolve()
    installed = tools.install(work, shlex.split(options.readlint) if options.readlint else None)
    folder = work / "battery"
    shutil.rmtree(folder, ignore_errors=True)
    parts = [part for battery in BATTERIES for part in compared(battery, installed, folder)]
    versions = table(["tool", "version"], [list(version) for version in all_versions(installed)])
    options.output.write_text("\n\n".join([INTRODUCTION, versions, *parts]) + "\n", encoding="utf-8")
    return 0


def compared(battery: Battery, installed: tools.Tools, folder: Path) -> list[str]:
    judged.write_unmarked(battery.name, folder)
    places = judged.places(battery.name)
    answers: Answers = {place: defaultdict(list) for place in places}
    runs = commands(battery, installed, folder)
    elsewhere = {command.name: file_reports(places, answers, command, reader) for command, reader in runs}
    shell = "\n".join(["```console", *(f"$ {shown(command, installed)}" for command, _ in runs), "```"])
    return markdown(battery, answers, elsewhere, shell)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--work", type=Path, default=cache / "readlint-benchmarks", help="folder for tools and files")
    parser.add_argument("--readlint", help="command to run instead of the checkout installed in an environment")
    parser.add_argument("--output", type=Path, default=DOCUMENT, help="file to write")
    return parser.parse_args()


def commands(battery: Battery, installed: tools.Tools, folder: Path) -> list[tuple[Command, Reader]]:
    options = ["--isolated", "--no-cache", "--select", battery.select, "--output-format", "json", battery.name]
    readlint = Command("readlint", [*installed.readlint_argv, *options], folder)
    runs: list[tuple[Command, Reader]] = [(readlint, readlint_reports)]
    for peer in battery.peers:
        place = installed.beside(peer.requirements) if peer.requirements else installed.peers
        argv = [str(place / peer.program), *peer.options, battery.name]
        runs.append((Command(peer.name, argv, folder, passing=peer.passing), peer.reader))
    return runs


def all_versions(installed: tools.Tools) -> list[tuple[str, str]]:
    """Of the tools that everything is compared with, and of those that one battery needs besides."""
    found = dict(installed.versions())
    for peer in (peer for battery in BATTERIES for peer in battery.peers if peer.requirements):
        there = tools.installed(installed.beside(peer.requirements))
        found.update({name: there[name] for name in map(tools.package, peer.requirements)})
    return list(found.items())


def file_reports(places: list[Place], answers: Answers, command: Command, reader: Reader) -> int:
    """Notes what the tool says of each place. Returns how many reports are about none."""
    done = subprocess.run(command.argv, cwd=command.cwd, capture_output=True, text=True)
    if done.returncode not in command.passing:
        raise Failed(f"{command.name} ended with {done.returncode}: {done.stderr}")
    elsewhere = 0
    for path, line, code in sorted(reader(done.stdout)):
        place = judged.concerned(places, judged.origin(places, path), line)
        if place is None:
            elsewhere += 1
        elif code not in answers[place][command.name]:
            answers[place][command.name].append(code)
    return elsewhere


def markdown(battery: Battery, answers: Answers, elsewhere: dict[str, int], shell: str) -> list[str]:
    names = list(elsewhere)
    defects = sum(place.defect for place in answers)
    count = f"{len(answers)} places, {defects} of them defects."
    return [
        f"## On {battery.topic}",
        count,
        battery.introduction,
        shell,
        *summary(battery, answers, elsewhere),
        *themes(battery, answers, names),
        *disagreements(battery, answers, names),
    ]


def summary(battery: Battery, answers: Answers, elsewhere: dict[str, int]) -> Iterator[str]:
    yield "### Summary"
    rows = []
    for name, others in elsewhere.items():
        rows.append([name, *counts(answers, [name]), str(others)])
        less = [row for row in battery.without if row.tool == name]
        rows += [[row.title, *counts(without(row.part, answers, name), [name]), ""] for row in less]
    rows.append(["all peers together", *counts(answers, list(elsewhere)[1:]), ""])
    heads = ["tool", "defects found", "fine places flagged", "right, of 100 places", "reports on other lines"]
    yield table(heads, rows)


def without(part: str, answers: Answers, name: str) -> Answers:
    """What one tool says but for the codes with this part."""
    return {place: {name: [code for code in said[name] if part not in code]} for place, said in answers.items()}


def counts(answers: Answers, names: list[str]) -> tuple[str, str, str]:
    flagged = {place for place, said in answers.items() if any(said[name] for name in names)}
    defects = {place for place in answers if place.defect}
    fine = answers.keys() - defects
    right = len(flagged & defects) + len(fine - flagged)
    return (
        f"{len(flagged & defects)} of {len(defects)}",
        f"{len(flagged & fine)} of {len(fine)}",
        f"{100 * right / len(answers) if answers else 0:.0f}",
    )


def by_theme(answers: Answers) -> dict[str, Answers]:
    parts: dict[str, Answers] = defaultdict(dict)
    for place, said in answers.items():
        parts[place.file][place] = said
    return parts


def themes(battery: Battery, answers: Answers, names: list[str]) -> Iterator[str]:
    yield "### By theme"
    yield "Defects found, and fine places flagged. *Agree* counts the places that all tools see as the reviewer does."
    rows = []
    for file, part in by_theme(answers).items():
        agree = sum(all(bool(said[name]) == place.defect for name in names) for place, said in part.items())
        found = [", ".join(counts(part, [name])[:2]) for name in names]
        rows.append([f"[{theme(file)}]({link(battery, file)})", *found, f"{agree} of {len(part)}"])
    yield table(["theme", *names, "agree"], rows)


def disagreements(battery: Battery, answers: Answers, names: list[str]) -> Iterator[str]:
    yield "### Disagreements"
    yield (
        "Every place that some tool sees in another way than readlint, or readlint in another way than the reviewer, "
        "whose reason is the last column. **Bold**: against the reviewer."
    )
    for file, part in by_theme(answers).items():
        rows = [
            [linked(battery, place), *row(place, said, names)]
            for place, said in part.items()
            if len({bool(said[name]) for name in names} | {place.defect}) > 1
        ]
        if rows:
            yield f"#### {theme(file).capitalize()}"
            yield table(["place", "reviewer", *names, "because"], rows)


def linked(battery: Battery, place: Place) -> str:
    return f"[`{place.function or 'module'}`:{place.line}]({link(battery, place.file)}#L{place.line})"


def row(place: Place, said: dict[str, list[str]], names: list[str]) -> list[str]:
    cells = [" ".join(said[name]) or "-" for name in names]
    marked = [
        f"**{cell}**" if bool(said[name]) != place.defect else cell for cell, name in zip(cells, names, strict=True)
    ]
    return ["defect" if place.defect else "fine", *marked, re.sub(r"([_*<\[\]])", r"\\\1", place.why)]


def theme(file: str) -> str:
    return file.removesuffix(".py").replace("_", " ")


def link(battery: Battery, file: str) -> str:
    return f"../benchmarks/battery/{battery.name}/{file}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
