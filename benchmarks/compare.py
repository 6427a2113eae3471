"""Times readlint beside its peers on the same files and writes docs/benchmarks.md. See README.md here."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

import corpus
import report
import tools
from experiments import EXPERIMENTS
from measure import Failed, alternate

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def main() -> int:
    options = arguments()
    work = options.work.resolve()
    distributions = corpus.DISTRIBUTIONS[:1] if options.quick else corpus.DISTRIBUTIONS
    say("installing the tools, downloading the files")
    installed = tools.install(work, shlex.split(options.readlint) if options.readlint else None)
    applications = corpus.applications(work, distributions)
    load = os.getloadavg()[0]
    results = run(options, installed, applications)
    text = report.markdown(results, installed, applications, distributions, load)
    if output := options.output or (None if partial(options) else DOCUMENT):
        output.write_text(text, encoding="utf-8")
    else:
        print(text)
    return int(not all(target.holds(samples) for experiment, samples in results for target in experiment.targets))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    keys = ", ".join(EXPERIMENTS)
    parser.add_argument("--work", type=Path, default=cache / "readlint-benchmarks", help="folder for tools and files")
    parser.add_argument("--only", default=",".join(EXPERIMENTS), help=f"experiments, separated by commas: {keys}")
    parser.add_argument("--rounds", type=int, help="rounds of every experiment")
    parser.add_argument("--quick", action="store_true", help="Django alone and few rounds")
    parser.add_argument("--readlint", help="command to run instead of the checkout installed in an environment")
    parser.add_argument("--output", type=Path, help="file to write (a partial run prints by default)")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - EXPERIMENTS.keys():
        parser.error(f"no such experiment: {', '.join(sorted(unknown))}; there are {keys}")
    return options


def run(options: argparse.Namespace, installed: tools.Tools, applications: corpus.Tree) -> report.Results:
    results: report.Results = []
    for key in options.only:
        experiment = EXPERIMENTS[key](installed, applications)
        say(f"{experiment.title}: {experiment.files}")
        rounds = options.rounds or (max(1, experiment.rounds // 4) if options.quick else experiment.rounds)
        results.append((experiment, alternate(experiment.commands, rounds, say)))
    return results


def partial(options: argparse.Namespace) -> bool:
    """A run that does not measure what the published document claims must not replace it."""
    return bool(options.quick or options.rounds or options.readlint or options.only != list(EXPERIMENTS))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
