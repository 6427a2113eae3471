"""The rest of the project, in diff mode: what questions need to know of it, without a walk through all folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from readlint.project.files import MOST, FactsByPath
from readlint.project.modules import Folders, Modules
from readlint.run import Run, is_excluded, project_root

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.remembered import Remembered
    from readlint.settings.load import SettingsLoader
    from readlint.versions import Versions


class _Listed(NamedTuple):
    modules: Modules  # all that may be there
    is_there: Callable[[str], bool]


class Neighbours:
    """What git and an earlier run know. Where they do not know it, a run finds it out as it always does."""

    def __init__(
        self, versions: Versions, remembered: Remembered | None, loader: SettingsLoader, options: Options
    ) -> None:
        self.versions = versions
        self.remembered = remembered
        self.loader = loader
        self.options = options

    def help(self, run: Run) -> None:
        run.files.find_modules = partial(self._modules, run)
        run.files.recall_facts = partial(self._facts, run)

    def _modules(self, run: Run) -> Modules | None:
        if self._listed is None:
            return None
        is_there = self._listed.is_there
        return self._listed.modules.seen_by(lambda path: path in run.screened or is_there(path))

    def _facts(self, run: Run, fact: str) -> tuple[FactsByPath, list[str]] | None:
        """What is remembered of one fact, and the files of which nothing is; files that are linted aside."""
        if self.remembered is None or self._listed is None or fact not in self.remembered.collected:
            return None
        if any(fact == other for rule in run.rules.rules for _, other, _ in rule.text_collectors):
            return None  # it may also stand in files that are no Python

        def counts(path: str) -> bool:
            return path not in run.screened and self._listed is not None and self._listed.is_there(path)

        holders = self.remembered.holders(fact)
        if holders is None:
            return None
        known = {path: one for path, one in holders.items() if path not in self.versions.differing and counts(path)}
        return known, sorted(filter(counts, self._unknown))

    @cached_property
    def _unknown(self) -> frozenset[str]:
        """The files of which nothing is remembered that is still true."""
        assert self._listed is not None
        return self._listed.modules.paths.intersection(self._news)

    @cached_property
    def _news(self) -> frozenset[str]:
        """All that may not be what it was, or not be there any more."""
        changes = self.versions.changes
        known = self.remembered.unknown if self.remembered is not None else ()
        return frozenset([*known, *self.versions.differing, *self.versions.untracked, *changes.files, *changes.gone])

    def _folders(self, paths: frozenset[str]) -> Callable[[str], Iterable[str]]:
        """In which folders of the project a top-level name may be found."""
        every, new, remembered = Folders(paths), Folders(self._news), self.remembered

        def folders(name: str) -> Iterable[str]:
            known = remembered.folders(name) if remembered is not None else None
            return every(name) if known is None else {*known, *new(name)}

        return folders

    @cached_property
    def _listed(self) -> _Listed | None:
        """The files as a walk from the project's root would list them."""
        root = project_root(self.options.paths)
        listing = self.versions.listing
        if not root or listing is None or len(listing) > MOST or not self.loader.for_folder(root).respect_gitignore:
            return None
        left_out = is_excluded([root], self.loader)

        @cache
        def is_there(path: str) -> bool:
            return not os.path.islink(path) and os.path.isfile(path) and not left_out(path)

        changes = self.versions.changes
        paths = frozenset([*listing, *changes.files, *changes.gone])
        return _Listed(Modules(paths, folders=self._folders(paths)), is_there)
