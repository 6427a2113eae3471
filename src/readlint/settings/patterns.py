"""Which files a setting with patterns means. What a pattern fits is git's to say: see `files/ignore.py`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

from readlint.files.discovery import slashed
from readlint.files.ignore import Patterns, clean
from readlint.regex import regex

#: A pattern and the folder, absolute, that it is relative to.
Placed = tuple[str, str]

#: A folder that is not simply below the current one.
_ODD = regex(r"^/|//|:|(?:^|/)\.\.?/")


class PathPatterns:
    """Patterns with a common meaning for files. One that fits a folder fits every file in it.

    Of those that fit, the last one decides; `!` before a pattern takes back. Unlike in git, that reaches into
    folders: `tests/` and `!tests/smoke/` together mean the rest of `tests/`.
    """

    __slots__ = ("_cwd", "_folders", "_groups", "_shown", "negated", "placed")

    def __init__(self, placed: Iterable[Placed] = (), cwd: str = "/") -> None:
        self.placed = tuple(placed)
        self.negated = tuple(pattern.startswith("!") for _, pattern in self.placed)
        self._cwd = cwd.rstrip("/")
        self._groups = [_Group(base, self.placed) for base in dict.fromkeys(base for base, _ in self.placed)]
        self._folders: dict[str, frozenset[int]] = {"": frozenset()}
        self._shown: dict[str, tuple[str, frozenset[int]]] = {}

    def match(self, path: str) -> bool:
        """Whether a file, absolute or as seen from the current directory, is meant."""
        found = self.fitting(path)
        return bool(found) and not self.negated[max(found)]

    def fitting(self, path: str) -> frozenset[int]:
        """The numbers of the patterns that fit a file or a folder it is in, whether or not they take back."""
        path = slashed(path)
        cut = path.rfind("/") + 1
        shown, name = path[:cut], path[cut:]
        if shown not in self._shown:
            folder = f"{self._cwd}/{shown}"
            if _ODD.search(shown):
                folder = slashed(os.path.abspath(os.path.join(self._cwd or "/", shown))).rstrip("/") + "/"
            self._shown[shown] = folder, self._in_folder(folder)
        folder, found = self._shown[shown]
        for group in self._groups:
            own = group.fitting(folder, name, False)
            found = found.union(own) if own else found
        return found

    def _in_folder(self, folder: str) -> frozenset[int]:
        """The numbers of the patterns that fit everything in a folder."""
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = folder[: folder.rfind("/", 0, -1) + 1]
        found = self._folders[folder]
        for folder in reversed(unknown):
            cut = folder.rfind("/", 0, -1) + 1
            for group in self._groups:
                # A project may well be kept below a folder that is called `tests`.
                if not group.base.startswith(folder):
                    found = found.union(group.fitting(folder[:cut], folder[cut:-1], True))
            self._folders[folder] = found
        return found

    @property
    def key(self) -> tuple[Placed, ...]:
        """The same for the same patterns, wherever the project is checked out."""
        return tuple((_way(base, self._cwd or "/"), pattern) for base, pattern in self.placed)

    def __reduce__(self) -> tuple[object, ...]:
        return (PathPatterns, (self.placed, self._cwd or "/"))


class _Group:
    """The patterns that are relative to the same folder, with their numbers among all."""

    def __init__(self, base: str, placed: tuple[Placed, ...]) -> None:
        numbered = [(number, pattern) for number, (at, pattern) in enumerate(placed) if at == base and clean(pattern)]
        self._patterns = Patterns(base, [pattern for _, pattern in numbered])
        self._numbers = [number for number, _ in reversed(numbered)]
        self.base = self._patterns.base

    def fitting(self, folder: str, name: str, is_folder: bool) -> list[int]:
        """The numbers of those that fit one path itself. Nearly always there are none, which is told at once."""
        if self._patterns.verdict(folder, name, is_folder) is None:
            return []
        path = (folder + name)[len(self.base) :] if folder.startswith(self.base) else ""
        pairs = zip(self._numbers, self._patterns.patterns, strict=True)
        return [number for number, one in pairs if (path or one.by_name) and one.fits(name, path, is_folder)]


class Excludes(NamedTuple):
    """What is left out when files are listed: patterns that are relative to one folder."""

    root: str
    patterns: tuple[str, ...]


def excludes(placed: Iterable[Placed], root: str) -> Excludes:
    """The patterns as seen from one folder: `root`, or the nearest above it that all of them are below."""
    pairs = [(base, pattern) for base, pattern in placed if clean(pattern)]
    try:
        top = os.path.commonpath([root, *(base for base, _ in pairs)])
    except ValueError:  # options given on one drive of Windows for a project on another
        top, pairs = root, [(root, pattern) for _, pattern in pairs]
    return Excludes(top, tuple(_moved(pattern, _way(base, top)) for base, pattern in pairs))


def _moved(pattern: str, way: str) -> str:
    """A pattern of the folder that `way` leads to, written for where `way` starts."""
    if way == ".":
        return pattern
    sign = "!" if pattern.startswith("!") else ""
    body = pattern[len(sign) :]
    depth = "" if "/" in body.removesuffix("/") else "**/"
    escaped = re.sub(r"([*?\[\\])", r"\\\1", way)
    return f"{sign}/{escaped}/{depth}{body.removeprefix('/')}"


def _way(folder: str, start: str) -> str:
    try:
        return slashed(os.path.relpath(folder, start))
    except ValueError:  # on another drive of Windows
        return slashed(folder)
