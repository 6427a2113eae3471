"""Showing each proposal as a difference, asking, and writing what is not there yet."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO

from readlint.bounds import leaves, project_of
from readlint.errors import UserError
from readlint.fixes.diff import unified_diff
from readlint.start.files import Proposal, settings_exist

_SHOWN = 60  # lines; the settings of a project are never as long, its baseline may be thousands


def offer(folder: str, proposals: list[Proposal], agreed: Callable[[Proposal], bool], out: TextIO) -> list[str]:
    """The paths that were written. What is there already is left as it is, and what belongs into it is shown."""
    written = []
    for proposal in proposals:
        known = settings_exist(folder) if proposal.path == "readlint.toml" else ""
        path = os.path.join(folder, proposal.path)
        if known or os.path.lexists(path):
            out.write(f"{known or proposal.path} is there already and stays as it is.")
            out.write("\n" if known else f" What belongs into it, {proposal.purpose}:\n\n{proposal.text}")
            out.write("\n")
            continue
        out.write(f"{_shown(proposal)}\n")
        if agreed(proposal):
            create(path, proposal.text, folder)
            written.append(proposal.path)
    return written


def _shown(proposal: Proposal) -> str:
    """What is written, as a difference. Of a long one the first lines tell what the others are like."""
    diff = unified_diff(proposal.path, "", proposal.text).replace(f"--- a/{proposal.path}", "--- /dev/null", 1)
    lines = diff.splitlines(keepends=True)
    left = len(lines) - _SHOWN
    return diff if left <= 0 else "".join([*lines[:_SHOWN], f"... and {left:,} more lines\n"])


def create(path: str, text: str, folder: str) -> None:
    """A new file, whole or not at all. Nothing is replaced, and no link is followed out of the project."""
    shown = os.path.relpath(path, folder)
    if leaves(os.path.dirname(path), project_of(folder)):
        raise UserError("cannot be written: its folder is a link out of the project", shown)
    made = False
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "xb") as file:
            made = True
            file.write(text.encode("utf-8"))
    except FileExistsError:
        raise UserError("is there already, and was left as it is", shown) from None
    except OSError as error:
        if made:
            os.unlink(path)
        raise UserError(f"cannot be written: {error.strerror or error}", shown) from None
