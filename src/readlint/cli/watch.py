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
from readlint.report.model import read_lines_of_file
from readlint.report.terminal import emit, escape
from readlint.run import project_root
from readlint.settings.allowed import NAME as ALLOWED_SECRETS
from readlint.settings.load import NAMES
from readlint.settings.schema import EXCLUDED

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_FOLDERS = frozenset(name.rstrip("/") for name in EXCLUDED)
_FILES = frozenset((*NAMES, ALLOWED_SECRETS, IGNORE_FILE))


def watch(paths: list[str], lint: Callable[[], int]) -> int:
    """Call `lint` at once and after every change; the status of the last time."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise UserError("--watch needs the package watchfiles: pip install 'readlint[watch]'") from None
    root = project_root(paths)
    watched = sorted({os.path.realpath(path) for path in (*paths, *([root] if root else []))})
    status = 0
    try:
        status = _again(lint)
        for _ in changes(*watched, watch_filter=lambda _, path: matters(path, watched)):
            if sys.stdout.isatty():
                sys.stdout.write(_CLEAR)
            status = _again(lint)
    except KeyboardInterrupt:
        pass  # how it is meant to end
    return status


def matters(path: str, watched: Iterable[str]) -> bool:
    """Whether a change there can change a report. What readlint and other tools write themselves cannot."""
    top = max((one for one in watched if f"{path}/".startswith(f"{one}/")), key=len, default="")
    inside = set(path[len(top) :].split(os.sep)[:-1])
    name = os.path.basename(path)
    return inside.isdisjoint(_FOLDERS) and (name.endswith(SUFFIXES) or name in _FILES)


def _again(lint: Callable[[], int]) -> int:
    """Settings that are wrong while somebody writes them are no reason to stop."""
    read_lines_of_file.cache_clear()
    try:
        status = lint()
    except UserError as error:
        emit(sys.stderr, f"readlint: {escape(str(error))}\n")
        status = 2
    sys.stdout.flush()
    emit(sys.stderr, "Watching for changes; Ctrl-C ends it.\n")
    return status
