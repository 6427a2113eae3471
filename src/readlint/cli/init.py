"""`readlint init`: the first settings, hook and workflow of a project, and the baseline that it starts with."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from readlint.cli import options as command_line
from readlint.cli.baseline import lint_for_baseline
from readlint.cli.lint import Options
from readlint.errors import UserError
from readlint.report.summary import counted
from readlint.report.terminal import emit, escape
from readlint.run import BASELINE, baseline_places
from readlint.start.files import Proposal, proposals
from readlint.start.survey import survey
from readlint.start.write import offer
from readlint.suppress.baseline import baseline_text


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint init",
        description="Looks at the project and proposes settings, a pre-commit hook, a CI workflow, and a "
        "baseline of what is found in it now: each is shown, and written if you agree. Files that are there are never "
        "changed.",
    )
    own.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="the project's folder")
    own.add_argument("--yes", action="store_true", help="write without asking")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    folder = os.path.abspath(options.folder)
    if not os.path.isdir(folder):
        raise UserError("there is no such folder", options.folder)
    agreed = _always if options.yes else _ask
    written = offer(folder, proposals(survey(folder)), agreed, sys.stdout)
    with _inside(folder):  # and with the settings that were just written
        baseline, failed = _baseline(folder)
    written += offer(folder, baseline, agreed, sys.stdout)
    print(f"Wrote {', '.join(written)}." if written else "Nothing was written.")
    if not written and not options.yes and not sys.stdin.isatty():
        print("`readlint init --yes` writes without asking.")
    return 2 if failed else 0


@contextmanager
def _inside(folder: str) -> Iterator[None]:
    """What a run finds, and what a baseline calls it, counts from the current folder."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def _baseline(folder: str) -> tuple[list[Proposal], bool]:
    """What is found now, so that only new findings are reported, and whether a rule failed meanwhile."""
    options = Options(command_line.parse(["--output-format=concise"]))
    known = next(filter(os.path.lexists, baseline_places(options)), "")
    if known:
        emit(sys.stdout, f"{escape(os.path.relpath(known))} is there already and stays as it is.\n\n")
        return [], False
    options.makes_baseline, options.baseline = True, os.path.join(folder, BASELINE)
    result = lint_for_baseline(options)
    standing = result.standing
    if standing is None or not standing.found:
        print("Nothing was found in the code, so there is no baseline to write.\n")
        return [], bool(result.errors)
    files = counted(len({one.path for one in standing.found}), "file")
    purpose = f"the {counted(len(standing.found), 'finding')} in {files} that are there now and fail no run"
    return [Proposal(BASELINE, baseline_text(standing.found), purpose)], bool(result.errors)


def _always(proposal: Proposal) -> bool:
    return True


def _ask(proposal: Proposal) -> bool:
    """Only a clear yes is one; at the end of the input, no."""
    print(f"Write {proposal.path}, {proposal.purpose}? [y/N] ", end="", flush=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        print()
    return answer.strip().lower() in ("y", "yes")
