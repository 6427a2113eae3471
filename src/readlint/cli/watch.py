"""`--watch`: lint again whenever something changes, until Ctrl-C.

The cache knows what every file gave, and answers to questions are looked for anew: so only what changed is screened
again, and what depends on it is judged again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

from readlint.errors import UserError
from readlint.files.discovery import IGNORE_FILE, SUFFIXES
from readlint.files.kinds import kind_of
from readlint.packs import load_rules
from readlint.report.model import read_lines_of_file
from readlint.report.terminal import emit, escape
from readlint.run import BASELINE, project_root
from readlint.settings.allowed import NAME as ALLOWED_SECRETS
from readlint.settings.load import NAMES
from readlint.settings.schema import EXCLUDED

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_FOLDERS = frozenset(name.rstrip("/") for name in EXCLUDED)
_FILES = frozenset((*NAMES, ALLOWED_SECRETS, IGNORE_FILE, BASELINE))


class Watched:
    """What can change a report. What readlint and other tools write themselves cannot, or it would never end."""

    def __init__(self, folders: Iterable[str], baseline: str = "") -> None:
        """`baseline` is one that the command line names."""
        self.folders = sorted(folders)
        self.baseline = os.path.realpath(baseline) if baseline else ""
        self.reports: set[str] = set()  # that a run has written
        self.kinds = load_rules().kinds

    def __contains__(self, path: str) -> bool:
        if path == self.baseline:
            return True
        top = max((one for one in self.folders if f"{path}/".startswith(f"{one}/")), key=len, default="")
        inside = set(path[len(top) :].split(os.sep)[:-1])
        return inside.isdisjoint(_FOLDERS) and path not in self.reports and self._is_read(os.path.basename(path))

    def _is_read(self, name: str) -> bool:
        return name.endswith(SUFFIXES) or name in _FILES or kind_of(name) in self.kinds


def watch(paths: list[str], lint: Callable[[set[str]], int], baseline: str = "") -> int:
    """Call `lint` at once and after every change; the status of the last time. It adds the reports that it writes."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise UserError("--watch needs the package watchfiles: pip install 'readlint[watch]'") from None
    root = project_root(paths)
    watched = Watched({os.path.realpath(path) for path in (*paths, *([root] if root else []))}, baseline)
    # A file is replaced when it is written, and what is watched would be the old one.
    beside = [os.path.dirname(watched.baseline)] if watched.baseline else []
    status = 0
    try:
        status = _again(lint, watched.reports)
        for _ in changes(*watched.folders, *beside, watch_filter=lambda _, path: path in watched):
            if sys.stdout.isatty():
                sys.stdout.write(_CLEAR)
            status = _again(lint, watched.reports)
    except KeyboardInterrupt:
        pass  # how it is meant to end
    return status


def _again(lint: Callable[[set[str]], int], reports: set[str]) -> int:
    """Settings that are wrong while somebody writes them are no reason to stop."""
    read_lines_of_file.cache_clear()
    try:
        status = lint(reports)
    except UserError as error:
        emit(sys.stderr, f"readlint: {escape(str(error))}\n")
        status = 2
    sys.stdout.flush()
    emit(sys.stderr, "Watching for changes; Ctrl-C ends it.\n")
    return status
