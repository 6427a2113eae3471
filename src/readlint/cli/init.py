"""`readlint init`: the first settings, hook and workflow of a project."""

from __future__ import annotations

import argparse
import os
import sys

from readlint.errors import UserError
from readlint.start.files import Proposal, proposals
from readlint.start.survey import survey
from readlint.start.write import offer


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint init",
        description="Looks at the project and proposes settings, a pre-commit hook and a CI workflow: each is shown, "
        "and written if you agree. Files that are there are never changed.",
    )
    own.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="the project's folder")
    own.add_argument("--yes", action="store_true", help="write without asking")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    folder = os.path.abspath(options.folder)
    if not os.path.isdir(folder):
        raise UserError("there is no such folder", options.folder)
    written = offer(folder, proposals(survey(folder)), _always if options.yes else _ask, sys.stdout)
    print(f"Wrote {', '.join(written)}." if written else "Nothing was written.")
    if not written and not options.yes and not sys.stdin.isatty():
        print("`readlint init --yes` writes without asking.")
    return 0


def _always(proposal: Proposal) -> bool:
    return True


def _ask(proposal: Proposal) -> bool:
    """Only a clear yes is one; at the end of the input, no."""
    print(f"Write {proposal.path}, {proposal.purpose}? [y/N] ", end="", flush=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        print()
    return answer.strip().lower() in ("y", "yes")
