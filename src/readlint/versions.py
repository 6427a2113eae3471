"""The two versions of a project that diff mode compares, as git has them: a commit, and what is on the disk or staged.

git works while readlint loads its rules: it is asked when a `Versions` is made, and its answers are read when they are
needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from readlint.files.blobs import path_of
from readlint.files.discovery import SUFFIXES, current_folder, slashed
from readlint.files.git import Entry, Index, Repository
from readlint.files.source import Unreadable, limit_of, read_bytes

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.suppress.changes import Changes


class Versions:
    """`read` and `compare` fill in what is about contents. Paths are as reports show them."""

    changes: Changes
    differing: frozenset[str]  # the files on the disk, or staged, that may have changed: those of which git says so
    before: dict[str, bytes]  # the files that may have changed, as they were
    after: dict[str, bytes]  # and as they are now
    contents: dict[str, bytes]  # what is linted instead of what is on the disk

    def __init__(self, options: Options) -> None:
        self.repository = Repository()
        self.place = _placer(self.repository.top)
        self.in_index = options.staged
        tree = _tree(self.repository, options)
        self._changed = self.repository.changed_since(tree, in_index=self.in_index)
        self._beside = self.repository.unstaged() if self.in_index else self.repository.untracked()
        self._index = self.repository.tracked()

    def read(self, is_read: Callable[[str], bool]) -> None:
        """Read both versions of the files that can matter, as far as git tracks them."""
        entries = self._changed()
        self.differing = frozenset(self.place(one.path) for one in entries)
        entries = [one for one in entries if is_read(self.place(one.path))]
        old = self.repository.contents(sorted({entry.old for entry in entries if entry.old}))
        self.before = {self.place(entry.path): old[entry.old] for entry in entries if entry.old}
        if self.in_index:
            unstaged = [path for path in self._beside() if is_read(self.place(path))]
            self.contents = self._staged(entries, unstaged)
            names = {self.place(entry.path) for entry in entries}
            self.after = {path: data for path, data in self.contents.items() if path in names}
        else:
            self.contents = {}
            names = {self.place(entry.path) for entry in entries if entry.new != "deleted"}
            self.after = dict(on_disk(sorted(names)))

    def compare(self, is_read: Callable[[str], bool]) -> None:
        """Add what git does not track, for which it takes the longest."""
        from readlint.suppress.changes import changes_between

        if not self.in_index:
            self.after.update(on_disk(filter(is_read, self.untracked)))
        self.changes = changes_between(self.before, self.after)

    def _staged(self, entries: list[Entry], unstaged: list[str]) -> dict[str, bytes]:
        """The content in the index of what is staged, and of what differs on the disk: a commit would not have that."""
        blobs = {entry.path: entry.new for entry in entries if entry.new not in ("", "deleted")}
        blobs |= self.repository.staged_blobs([path for path in unstaged if path not in blobs])
        contents = self.repository.contents(sorted(set(blobs.values())))
        return {self.place(path): contents[blob] for path, blob in blobs.items()}

    @cached_property
    def untracked(self) -> list[str]:
        return list(map(self.place, self.repository.untracked()() if self.in_index else self._beside()))

    @cached_property
    def _tracked(self) -> Index:
        index = self._index()
        if self.place("x") == "x":
            return index
        return Index(list(map(self._placed, index.files)), list(map(self._placed, index.others)))

    def _placed(self, line: str) -> str:
        facts, _, path = line.partition("\t")
        return f"{facts}\t{self.place(path)}"

    @cached_property
    def blobs(self) -> list[str]:
        """`BLOB STAGE<tab>PATH` of the Python files in the index."""
        return [line for line in self._tracked.files if line.endswith(SUFFIXES)]

    @cached_property
    def listing(self) -> list[str] | None:
        """The Python files of the repository; None where others are in it, of which git does not list the files."""
        if self._tracked.has_submodules or any(path.endswith("/") for path in self.untracked):
            return None
        return [*[line.partition("\t")[2] for line in self.blobs], *self.named(SUFFIXES, tracked=False)]

    def named(self, ends: tuple[str, ...], *, tracked: bool = True) -> list[str]:
        """The files with these ends of a name."""
        lines = [*self._tracked.files, *self._tracked.others] if tracked else []
        known = [path_of(line) for line in lines if line.endswith(ends)]
        return [*known, *(path for path in self.untracked if path.endswith(ends))]


def _tree(repository: Repository, options: Options) -> str:
    if options.staged:
        return repository.staged_on()
    if options.new_from is not None:
        return repository.commit(options.new_from)
    return repository.merge_base(options.new_from_merge_base or "")


def _placer(top: str) -> Callable[[str], str]:
    """From paths as git has them, which lead through no link."""
    cwd = current_folder()
    top = slashed(os.path.realpath(top)).rstrip("/") + "/"
    if top.startswith(cwd):
        return lambda path: top[len(cwd) :] + path
    inside = cwd[len(top) :] if cwd.startswith(top) else "/"
    return lambda path: path[len(inside) :] if path.startswith(inside) else top + path


def on_disk(paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
    for path in paths:
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        try:
            yield path, read_bytes(path, limit_of(path))
        except Unreadable:
            continue  # it is reported where it is linted; here it only cannot be compared
