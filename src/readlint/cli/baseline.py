"""`readlint baseline write|update|show`: the findings that are known and fail no run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from readlint.errors import UserError
from readlint.report.summary import counted
from readlint.report.terminal import emit, escape

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.result import Result
    from readlint.suppress.baseline import Baseline, Standing

#: Options of a lint run that say which findings there are, with the sort of value that they take.
_PASSED_ON = {
    **dict.fromkeys(("select", "extend-select", "ignore"), "RULES"),
    **dict.fromkeys(("exclude", "extend-exclude"), "PATTERNS"),
    "config": "FILE|KEY=VALUE",
}


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint baseline",
        description="Keeps the findings that a project has already in a file, so that only new ones are reported: "
        "write takes in all findings, update lets go of those that are gone and follows those that moved, "
        "show counts them.",
    )
    own.add_argument("action", choices=("write", "update", "show"))
    own.add_argument("paths", metavar="PATH", nargs="*", help="what to lint; entries of what is not linted stay")
    own.add_argument(
        "--baseline", metavar="FILE", help="the file, if not readlint-baseline.jsonl in the project's root"
    )
    own.add_argument("--output-format", choices=("text", "json"), default="text", help="of what show prints")
    for name, metavar in _PASSED_ON.items():
        own.add_argument(f"--{name}", metavar=metavar, action="append", default=[], help="as in a lint run")
    return own


def run(arguments: list[str]) -> int:
    given = parser().parse_intermixed_args(arguments)
    options = _lint_options(given)
    if given.action == "show":
        _show(options, given.output_format)
        return 0
    options.makes_baseline = given.action == "write"
    result = lint_for_baseline(options)
    standing = result.standing
    if standing is None:
        raise UserError("there is no baseline here; `readlint baseline write` makes one")
    if given.action == "write":
        _write(standing)
    else:
        _update(standing)
    return 2 if result.errors else 0


def _lint_options(arguments: argparse.Namespace) -> Options:
    from readlint.cli import options as command_line
    from readlint.cli.lint import Options

    passed_on = [f"--{name}={value}" for name in _PASSED_ON for value in getattr(arguments, name.replace("-", "_"))]
    named = [f"--baseline={arguments.baseline}"] if arguments.baseline is not None else []
    return Options(command_line.parse(["--output-format=concise", *named, *passed_on, "--", *arguments.paths]))


def lint_for_baseline(options: Options) -> Result:
    """Findings are not reported here, but what kept some from being found is."""
    from readlint.report.model import Report
    from readlint.report.summary import write_notices
    from readlint.report.terminal import Style
    from readlint.run import lint

    result = lint(options, None)
    notices = Report([], warnings=result.warnings, errors=result.errors)
    write_notices(notices, sys.stderr, Style.of(sys.stderr, os.environ))
    return result


def _write(standing: Standing) -> None:
    from readlint.suppress.baseline import write_baseline

    entries = {*standing.found, *standing.unjudged}
    write_baseline(standing.baseline.file, entries)
    files = counted(len({one.path for one in entries}), "file")
    _say(f"Wrote {counted(len(entries), 'finding')} in {files} to {os.path.relpath(standing.baseline.file)}")
    outside = len(standing.old) - len(standing.found)
    if outside:
        _say(f"Left out {counted(outside, 'finding')} outside of {standing.baseline.root}")


def _update(standing: Standing) -> None:
    """What is new does not get in: that is what `write` is for."""
    from readlint.suppress.baseline import write_baseline

    old = [one for one, partner in zip(standing.found, standing.partners, strict=True) if partner]
    moved = sum(one != partner for one, partner in zip(standing.found, standing.partners, strict=True) if partner)
    entries = {*old, *standing.unjudged}
    if entries != set(standing.baseline.entries):
        write_baseline(standing.baseline.file, entries)
    gone = f"Removed {len(standing.stale):,} of {counted(len(standing.baseline.entries), 'finding')}"
    _say(f"{gone} from {os.path.relpath(standing.baseline.file)} and followed {moved:,}")


def _show(options: Options, output_format: str) -> None:
    from readlint.run import baseline_places, find_baseline

    baseline = find_baseline(baseline_places(options), options)
    if baseline is None:
        raise UserError("there is no baseline here; `readlint baseline write` makes one")
    if output_format == "json":
        print(json.dumps({"entries": len(baseline.entries), "rules": _rules(baseline), "folders": _folders(baseline)}))
        return
    _say(f"{counted(len(baseline.entries), 'finding')} in {os.path.relpath(baseline.file)}")
    for title, counts in (("rule", _rules(baseline)), ("folder", _folders(baseline))):
        _say(f"\nBy {title}:")
        for name, count in counts.items():
            _say(f"  {count:>7,}  {name}")


def _rules(baseline: Baseline) -> dict[str, int]:
    """The most frequent first."""
    counts = Counter(entry.rule for entry in baseline.entries)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _folders(baseline: Baseline) -> dict[str, int]:
    counts = Counter(os.path.dirname(entry.path) or "." for entry in baseline.entries)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _say(text: str) -> None:
    emit(sys.stdout, "\n".join(map(escape, text.split("\n"))) + "\n")
