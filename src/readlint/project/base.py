"""The project as it was at the commit that diff mode compares with: what rules collect, of the files as they were then.

A file that has not changed held then what it holds now, so only old versions of the others are looked at. A file that
has another name now is known by this name then too. What was not there, or cannot be read, holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from readlint.project.files import FactsByPath, ProjectFiles

if TYPE_CHECKING:
    from readlint.files.source import Source
    from readlint.suppress.changes import Changes


class Base:
    """`then` and `now` are the two versions; `read` makes sources of bytes, without those that are no text."""

    def __init__(
        self,
        then: ProjectFiles,
        now: ProjectFiles,
        changes: Changes,
        read: Callable[[Mapping[str, bytes]], Mapping[str, Source]],
        counts: Callable[[str], bool],
    ) -> None:
        self._then = then
        self._now = now
        self._changes = changes
        self._read = read
        self._counts = counts  # whether a path is one of the project's, of which the settings leave some out
        then.recall_facts = self._recall

    def facts(self, fact: str) -> list[str]:
        """What `fact:` questions are answered with, at the base."""
        self._then.sources.update(self.sources)
        return self._then.facts(fact)

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The files that are not what they were, as they were, by their paths now."""
        old = {path: change.before for path, change in self._changes.files.items() if change.before is not None}
        return {**old, **self._changes.gone}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return self._read(self.contents)

    def _recall(self, fact: str) -> tuple[FactsByPath, list[str]]:
        now = self._now.facts_by_path(fact)
        same = {path: values for path, values in now.items() if path not in self._changes.files}
        return same, sorted(filter(self._counts, self.sources))
