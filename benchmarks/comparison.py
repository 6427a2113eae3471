"""Compares what readlint and its peers say of the battery with what a reviewer says, and writes docs/comparison.md."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import judged
import tools
from experiments import shown
from judged import Place
from measure import Command, Failed
from report import table

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "comparison.md"
Report = tuple[str, int, str]  # file, line, code
Reader = Callable[[str], Iterable[Report]]
Answers = dict[Place, dict[str, list[str]]]  # the codes that each tool gives to a place

# FIX and pylint's `fixme` are there because of RL105. The rest of TRY is about how an error is raised.
RUFF_RULES = "BLE001,E722,S110,S112,TRY,SIM105,B012,RUF006,PLW1510,FIX"
RUFF_IGNORED = "TRY002,TRY003,TRY004,TRY201,TRY300,TRY301"
BUGBEAR_RULES = "B001,B012,B014,B025,B029,B030,B036"
BANDIT_TESTS = "B110,B112"
PYLINT_CHECKS = (
    "bare-except,broad-exception-caught,lost-exception,return-in-finally,try-except-raise,subprocess-run-check,fixme"
)

INTRODUCTION = """\
# readlint and its peers on error handling

Written by `benchmarks/comparison.py`; do not edit. The battery (`benchmarks/battery/errors`) is {places} places in
small functions written after code seen in released projects, with other names and reduced to what matters; each file
says where its patterns were seen. A reviewer judged every place before any tool had read it: {defects} are **defects**,
which somebody should change, and {fine} are **fine**. The tools read the battery without the verdicts.

A report counts for the innermost judged handler or statement that it stands in; a report on the line of a `try` with
one handler counts for that handler. Any severity counts, and any code: where a tool flags a place, its reason may be
another one than the reviewer's. Left out of the peers' rules are those about style or about how an error is raised
(`TRY003` and others, `B904`). Markers such as TODO (`FIX`, `fixme`) are in: readlint looks for them in handlers.

Read the totals with care: the themes are those of readlint's rules, and whoever judged knew what these rules want. For
some themes (HTTP statuses, partial failures, gathered results) the peers have no rule at all. The verdicts stand as
they were written, but a file that had the name of a guard of readlint (`telemetry.py`) was renamed after the first run,
and the marks of two functions were moved to their `def` line."""


def main() -> int:
    options = arguments()
    work = options.work.resolve()
    installed = tools.install(work, shlex.split(options.readlint) if options.readlint else None)
    folder = work / "battery"
    shutil.rmtree(folder, ignore_errors=True)
    judged.write_unmarked(folder)
    runs = commands(installed, folder)
    places = judged.places()
    answers: Answers = {place: defaultdict(list) for place in places}
    elsewhere = {command.name: file_reports(places, answers, command, reader) for command, reader in runs}
    text = markdown(answers, elsewhere, runs, installed)
    options.output.write_text(text, encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--work", type=Path, default=cache / "readlint-benchmarks", help="folder for tools and files")
    parser.add_argument("--readlint", help="command to run instead of the checkout installed in an environment")
    parser.add_argument("--output", type=Path, default=DOCUMENT, help="file to write")
    return parser.parse_args()


def commands(installed: tools.Tools, folder: Path) -> list[tuple[Command, Reader]]:
    peers, target = installed.peers, judged.BATTERY.name
    readlint = ["--isolated", "--no-cache", "--select", "RL1", "--output-format", "json", target]
    ruff = ["check", "--isolated", "--no-cache", "--select", RUFF_RULES, "--ignore", RUFF_IGNORED]
    pylint = ["--rcfile=/dev/null", "--persistent=n", "--disable=all", f"--enable={PYLINT_CHECKS}"]
    bandit = ["--quiet", "--recursive", "--tests", BANDIT_TESTS, "--format", "json"]
    bugbear = ["--isolated", "--select", BUGBEAR_RULES, "--format", "%(path)s:%(row)d:%(code)s"]
    argvs: list[tuple[str, list[str], Reader]] = [
        ("readlint", [*installed.readlint_argv, *readlint], readlint_reports),
        ("ruff", [str(peers / "ruff"), *ruff, "--output-format", "json", target], ruff_reports),
        ("bandit", [str(peers / "bandit"), *bandit, target], bandit_reports),
        ("pylint", [str(peers / "pylint"), *pylint, "--output-format=json2", target], pylint_reports),
        ("bugbear", [str(peers / "flake8"), *bugbear, target], flake8_reports),
    ]
    passing = {"pylint": tools.PYLINT_PASSING}
    return [(Command(name, argv, folder, passing=passing.get(name, (0, 1))), reader) for name, argv, reader in argvs]


def readlint_reports(output: str) -> Iterator[Report]:
    for finding in json.loads(output)["findings"]:
        note = " (note)" if finding["severity"] == "note" else ""
        yield finding["path"], finding["location"]["row"], finding["code"] + note


def ruff_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output):
        yield one["filename"], one["location"]["row"], one["code"]


def bandit_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["results"]:
        yield one["filename"], one["line_number"], one["test_id"]


def pylint_reports(output: str) -> Iterator[Report]:
    for one in json.loads(output)["messages"]:
        yield one["path"], one["line"], one["messageId"]


def flake8_reports(output: str) -> Iterator[Report]:
    for path, row, code in re.findall(r"^(.+):(\d+):(\w+)$", output, re.MULTILINE):
        yield path, int(row), code


def file_reports(places: list[Place], answers: Answers, command: Command, reader: Reader) -> int:
    """Notes what the tool says of each place. Returns how many reports are about none."""
    done = subprocess.run(command.argv, cwd=command.cwd, capture_output=True, text=True)
    if done.returncode not in command.passing:
        raise Failed(f"{command.name} ended with {done.returncode}: {done.stderr}")
    elsewhere = 0
    for path, line, code in sorted(reader(done.stdout)):
        place = judged.concerned(places, Path(path).name, line)
        if place is None:
            elsewhere += 1
        elif code not in answers[place][command.name]:
            answers[place][command.name].append(code)
    return elsewhere


def markdown(
    answers: Answers, elsewhere: dict[str, int], runs: list[tuple[Command, Reader]], installed: tools.Tools
) -> str:
    names = list(elsewhere)
    defects = sum(place.defect for place in answers)
    blocks = [
        INTRODUCTION.format(places=len(answers), defects=defects, fine=len(answers) - defects),
        table(["tool", "version"], [list(version) for version in installed.versions()]),
        "\n".join(["```console", *(f"$ {shown(command, installed)}" for command, _ in runs), "```"]),
        *summary(answers, elsewhere, names),
        *themes(answers, names),
        *disagreements(answers, names),
    ]
    return "\n\n".join(blocks) + "\n"


def summary(answers: Answers, elsewhere: dict[str, int], names: list[str]) -> Iterator[str]:
    yield "## Summary"
    yield "Reports on other lines are about no judged place, such as a marker in a comment above a function."
    rows = [[name, *counts(answers, [name]), str(elsewhere[name])] for name in names]
    rows.insert(1, ["readlint without notes", *counts(without(" (note)", answers, "readlint"), ["readlint"]), ""])
    # It asks for another way to write the same silence.
    rows.insert(3, ["ruff without SIM105", *counts(without("SIM105", answers, "ruff"), ["ruff"]), ""])
    rows.append(["all peers together", *counts(answers, names[1:]), ""])
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


def themes(answers: Answers, names: list[str]) -> Iterator[str]:
    yield "## By theme"
    yield "Defects found, and fine places flagged. *Agree* counts the places that all tools see as the reviewer does."
    rows = []
    for file, part in by_theme(answers).items():
        agree = sum(all(bool(said[name]) == place.defect for name in names) for place, said in part.items())
        found = [", ".join(counts(part, [name])[:2]) for name in names]
        rows.append([f"[{theme(file)}]({link(file)})", *found, f"{agree} of {len(part)}"])
    yield table(["theme", *names, "agree"], rows)


def disagreements(answers: Answers, names: list[str]) -> Iterator[str]:
    yield "## Disagreements"
    yield (
        "Every place that some tool sees in another way than readlint, or readlint in another way than the reviewer, "
        "whose reason is the last column. **Bold**: against the reviewer."
    )
    for file, part in by_theme(answers).items():
        rows = [
            [linked(place), *row(place, said, names)]
            for place, said in part.items()
            if len({bool(said[name]) for name in names} | {place.defect}) > 1
        ]
        if rows:
            yield f"### {theme(file).capitalize()}"
            yield table(["place", "reviewer", *names, "because"], rows)


def linked(place: Place) -> str:
    return f"[`{place.function or 'module'}`:{place.line}]({link(place.file)}#L{place.line})"


def row(place: Place, said: dict[str, list[str]], names: list[str]) -> list[str]:
    cells = [" ".join(said[name]) or "-" for name in names]
    marked = [
        f"**{cell}**" if bool(said[name]) != place.defect else cell for cell, name in zip(cells, names, strict=True)
    ]
    return ["defect" if place.defect else "fine", *marked, re.sub(r"([_*<\[\]])", r"\\\1", place.why)]


def theme(file: str) -> str:
    return file.removesuffix(".py").replace("_", " ")


def link(file: str) -> str:
    return f"../benchmarks/battery/errors/{file}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
