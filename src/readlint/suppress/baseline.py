"""The baseline: the findings that a project had when it began to use readlint, or when it last drew the line.

One line of JSON an entry, sorted, so that branches merge line by line. It holds paths, rules and digests; no code.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from readlint.cache import marked_folder
from readlint.errors import UserError
from readlint.files.discovery import slashed
from readlint.findings import Finding
from readlint.suppress.matching import Entry, entry_of, match

_HEADER = '{"readlint-baseline": 1}'
_LONG, _SHORT = re.compile(r"[0-9a-f]{16}"), re.compile(r"[0-9a-f]{8}")
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


class Baseline(NamedTuple):
    file: str
    root: str  # absolute, ends in a slash: no entry is about anything outside
    entries: list[Entry]

    def inside(self, path: str) -> str:
        """A path as entries have it; empty for what is outside of the project."""
        absolute = slashed(os.path.abspath(path))
        return absolute[len(self.root) :] if absolute.startswith(self.root) else ""

    def outside(self, path: str) -> str:
        """A path of an entry as reports show it."""
        here = slashed(os.getcwd()).rstrip("/") + "/"
        absolute = self.root + path
        return absolute[len(here) :] if absolute.startswith(here) else absolute


def project_of(file: str) -> str:
    """The folder that paths in a baseline count from: its own, or where it is kept aside, that of the project."""
    here = os.getcwd()
    folder = os.path.realpath(os.path.dirname(os.path.abspath(file)))
    is_above = os.path.join(here, "").startswith(os.path.join(folder, ""))
    return slashed(folder if is_above else marked_folder(here) or here).rstrip("/") + "/"


class Standing(NamedTuple):
    """How the findings of a run stand to the baseline."""

    baseline: Baseline
    found: list[Entry]  # of the findings in the project
    partners: list[Entry | None]  # what the baseline has for each of them
    old: list[bool]  # of all findings: whether they are in the baseline
    stale: list[Entry]  # in the baseline, and not found any more
    unjudged: list[Entry]  # in the baseline, of what was not looked at


def compare(
    baseline: Baseline,
    findings: Sequence[Finding],
    linted: Iterable[str],
    was_judged: Callable[[str, str], bool],
    was_searched: Callable[[str], bool],
) -> Standing:
    """`was_judged`: whether a rule looked at a file. `was_searched`: whether a file, were it there, had been linted."""
    paths = {path: baseline.inside(path) for path in {finding.path for finding in findings}}
    known = {baseline.inside(path): path for path in linted}
    placed = [finding for finding in findings if paths[finding.path]]
    found = [entry_of(finding, paths[finding.path]) for finding in placed]
    gone = _Gone(baseline.root)
    partners = match(baseline.entries, found, gone, frozenset(known))
    matched = {id(finding) for finding, partner in zip(placed, partners, strict=True) if partner}
    left = [*(set(baseline.entries) - set(filter(None, partners)))]

    def is_stale(one: Entry) -> bool:
        if one.path in known:
            return was_judged(known[one.path], one.rule)
        return gone(one.path) and was_searched(baseline.root + one.path)

    stale = sorted(filter(is_stale, left))
    old = [id(finding) in matched for finding in findings]
    return Standing(baseline, found, partners, old, stale, sorted(set(left) - set(stale)))


class _Gone:
    """Whether a file of the project is not there any more."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.known: dict[str, bool] = {}

    def __call__(self, path: str) -> bool:
        if path not in self.known:
            self.known[path] = not os.path.lexists(self.root + path)
        return self.known[path]


# The file


def new_baseline(file: str) -> Baseline:
    return Baseline(file, project_of(file), [])


def read_baseline(file: str) -> Baseline:
    """`UserError` for what is no baseline, with the line where that shows."""
    try:
        with open(file, encoding="utf-8") as stream:
            lines = stream.read().split("\n")
    except FileNotFoundError:
        raise UserError("there is no such baseline; `readlint baseline write` makes one", file) from None
    except UnicodeDecodeError:
        raise UserError("is no baseline: it is not UTF-8 text", file) from None
    except OSError as error:
        raise UserError(f"the baseline cannot be read: {error.strerror or error}", file) from None
    if lines[0].strip() != _HEADER:
        raise UserError(f"is no baseline of this version of readlint: it does not begin with {_HEADER}", file)
    texts = ((number, line.strip()) for number, line in enumerate(lines, 1))
    # Where git joins two branches, entries may come twice and in any order, and so may the first line.
    entries = {_entry(text, file, number) for number, text in texts if text not in ("", _HEADER)}
    return Baseline(file, project_of(file), sorted(entries))


def _entry(text: str, file: str, number: int) -> Entry:
    if text.startswith(_CONFLICT):
        raise UserError("a merge conflict is left; keep the entries of both sides", file, number)
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        parts = None
    if not (isinstance(parts, list) and len(parts) == 5 and all(isinstance(part, str) for part in parts)):
        raise UserError("is no entry of a baseline; `readlint baseline write` makes it anew", file, number)
    entry = Entry(*parts)
    if not (_LONG.fullmatch(entry.fingerprint) and all(map(_SHORT.fullmatch, (entry.statement, entry.shape)))):
        raise UserError("is no entry of a baseline; `readlint baseline write` makes it anew", file, number)
    if not _stays_inside(entry.path):
        raise UserError("the path of an entry leads out of the project", file, number)
    return entry


def _stays_inside(path: str) -> bool:
    """Whether a path is one that this module writes: relative, with no way up and no drive."""
    names = path.split("/")
    return (
        "\0" not in path
        and not os.path.isabs(path)
        and not os.path.splitdrive(path)[0]
        and not ({"", ".", ".."} & set(names))
    )


def baseline_text(entries: Iterable[Entry]) -> str:
    return "".join(f"{line}\n" for line in (_HEADER, *(json.dumps(entry) for entry in sorted(set(entries)))))


def write_baseline(file: str, entries: Iterable[Entry]) -> None:
    """Replace the file whole. What is there under its name, a link too, is not followed."""
    text = baseline_text(entries)
    # Named like the temporary files of fixes, so that what a kill leaves behind is cleared away with theirs.
    temporary = os.path.join(os.path.dirname(file), f".readlint-{os.getpid()}-{os.urandom(6).hex()}.tmp")
    try:
        with open(temporary, "x", encoding="ascii", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    except OSError as error:
        raise UserError(f"the baseline cannot be written: {error.strerror or error}", file) from None
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
