"""Which file of the project a dotted name means. Nothing is imported; only the list of files is consulted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property


class Modules:
    """The files of a project as modules.

    `is_there` is for a list that may name too many: it is asked of those that a name could mean. `folders` is for
    where it is known in which ones a top-level name may be found.
    """

    def __init__(
        self,
        paths: Iterable[str],
        is_there: Callable[[str], bool] | None = None,
        folders: Callable[[str], Iterable[str]] | None = None,
    ) -> None:
        self.paths = frozenset(paths)
        self._is_there = is_there
        self._folders = folders or Folders(self.paths)
        self._roots: dict[str, list[str]] = {}
        self._absolute: dict[str, list[tuple[str, list[str]]]] = {}  # what a name without leading dots may lead to

    def seen_by(self, is_there: Callable[[str], bool]) -> Modules:
        """The same files, of which others are there: what is known of the whole list is found out once."""
        return Modules(self.paths, is_there, self._folders)

    def find(self, name: str, asking: str) -> tuple[str, list[str]] | None:
        """The file that a dotted name leads to, as seen from `asking`, and the rest of the name inside of it."""
        dots = len(name) - len(name.lstrip("."))
        parts = [part for part in name.split(".") if part]
        if dots:
            folder: str | None = _folder(asking)
            for _ in range(dots - 1):
                folder = _folder(folder) if folder else None
            return None if folder is None else self._descend(folder, parts)
        if name not in self._absolute:
            hits = [self._descend(root, parts) for root in self._roots_of(parts[0])] if parts else []
            self._absolute[name] = [hit for hit in hits if hit]
        found = self._absolute[name]
        if len(found) > 1:
            # Two packages of one name, as in a monorepo: the one that lies around the asking file.
            near = [hit for hit in found if asking.startswith(_folder(hit[0]) or "")]
            found = near if len(near) == 1 else []
        return found[0] if found else None

    def _descend(self, folder: str, parts: list[str]) -> tuple[str, list[str]] | None:
        best = None
        init = _join(folder, "__init__.py")
        if self._has(init):
            best = (init, parts)
        for index, part in enumerate(parts):
            folder = _join(folder, part)
            for candidate in (f"{folder}.py", _join(folder, "__init__.py")):
                if self._has(candidate):
                    best = (candidate, parts[index + 1 :])
        return best

    def _has(self, path: str) -> bool:
        return path in self.paths and (self._is_there is None or self._is_there(path))

    def _roots_of(self, top: str) -> list[str]:
        if top not in self._roots:
            # A folder that is itself a package is no place where absolute names begin.
            self._roots[top] = [root for root in self._folders(top) if not self._has(_join(root, "__init__.py"))]
        return self._roots[top]


class Folders:
    """In which folders a top-level name may be found; nothing is listed before somebody asks."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = paths

    def __call__(self, name: str) -> Iterable[str]:
        return self.by_name.get(name, ())

    @cached_property
    def by_name(self) -> dict[str, set[str]]:
        by_name: defaultdict[str, set[str]] = defaultdict(set)
        folders = set()
        for path in self.paths:
            folder, _, name = path.rpartition("/")
            by_name[name.partition(".")[0]].add(folder)
            folders.add(folder)
        for folder in folders:
            while folder:  # what the folders on the way to it may be called
                folder, _, name = folder.rpartition("/")
                above = by_name[name]
                if folder in above:
                    break  # either a file of that name is there, whose folder comes up itself, or another way led here
                above.add(folder)
        return by_name


def _folder(path: str) -> str | None:
    """The folder of a path; the top of the relative ones is the empty string, above it there is nothing."""
    return path.rpartition("/")[0] if path else None


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
