"""Which file of the project a dotted name means. Nothing is imported; only the list of files is consulted."""

from __future__ import annotations

from collections.abc import Iterable


class Modules:
    """The linted files as modules."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)
        self._roots: dict[str, set[str]] | None = None

    def find(self, name: str, asking: str) -> tuple[str, list[str]] | None:
        """The file that a dotted name leads to, as seen from `asking`, and the rest of the name inside of it."""
        dots = len(name) - len(name.lstrip("."))
        parts = [part for part in name.split(".") if part]
        if dots:
            folder: str | None = _folder(asking)
            for _ in range(dots - 1):
                folder = _folder(folder) if folder else None
            return None if folder is None else self._descend(folder, parts)
        found = [hit for root in self._roots_of(parts[0]) if (hit := self._descend(root, parts))] if parts else []
        if len(found) > 1:
            # Two packages of one name, as in a monorepo: the one that lies around the asking file.
            near = [hit for hit in found if asking.startswith(_folder(hit[0]) or "")]
            found = near if len(near) == 1 else []
        return found[0] if found else None

    def _descend(self, folder: str, parts: list[str]) -> tuple[str, list[str]] | None:
        best = None
        init = _join(folder, "__init__.py")
        if init in self.paths:
            best = (init, parts)
        for index, part in enumerate(parts):
            folder = _join(folder, part)
            for candidate in (f"{folder}.py", _join(folder, "__init__.py")):
                if candidate in self.paths:
                    best = (candidate, parts[index + 1 :])
        return best

    def _roots_of(self, top: str) -> set[str]:
        if self._roots is None:
            self._roots = {}
            for path in self.paths:
                folder, _, name = path.rpartition("/")
                self._roots.setdefault(name.partition(".")[0], set()).add(folder)
                while folder:
                    folder, _, name = folder.rpartition("/")
                    self._roots.setdefault(name, set()).add(folder)
        # A folder that is itself a package is no place where absolute names begin.
        return {root for root in self._roots.get(top, ()) if _join(root, "__init__.py") not in self.paths}


def _folder(path: str) -> str | None:
    """The folder of a path; the top of the relative ones is the empty string, above it there is nothing."""
    return path.rpartition("/")[0] if path else None


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
