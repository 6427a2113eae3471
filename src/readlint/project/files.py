"""The files of the project beyond those that were asked to be linted, listed only when a question needs them.

`readlint src/` must not call a fix safe that a test outside of `src/` contradicts, nor miss the helper that
`readlint one_file.py` imports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from readlint.analysis.context import Context
from readlint.errors import InternalError, UserError
from readlint.files.discovery import Discovery
from readlint.files.kinds import PYTHON, kind_of
from readlint.files.source import Source, Unreadable, limit_of, read_source
from readlint.project.modules import Modules
from readlint.settings.model import Settings
from readlint.syntax.parse import parse
from readlint.syntax.screen import Screen, Screened

FactsByPath = Mapping[str, Sequence[str]]

MOST = 50_000  # files; a home folder linted by mistake is no project


class ProjectFiles:
    """All files of the project. `list_root` lists the folder that the settings call the project's root."""

    def __init__(
        self,
        linted: dict[str, Screened],
        sources: dict[str, Source],
        screen: Screen,
        settings: Callable[[str], Settings],
        list_root: Callable[[], Discovery],
    ) -> None:
        self.linted = linted
        self.sources = sources
        self.screen = screen
        self.settings = settings
        self.list_root = list_root
        # What may be known without a listing: the modules, and of a fact its values and the files to look at besides.
        self.find_modules: Callable[[], Modules | None] = lambda: None
        self.recall_facts: Callable[[str], tuple[FactsByPath, list[str]] | None] = lambda fact: None
        self.errors: list[InternalError] = []
        self._facts: dict[str, list[str]] = {}
        self._by_path: dict[str, FactsByPath] = {}
        self.consulted: set[str] = set()  # what a later run must find unchanged, beyond the linted files

    @cached_property
    def others(self) -> list[str]:
        try:
            listing = self.list_root()
        except UserError:
            return []
        if len(listing.files) > MOST:
            return []
        self.consulted.update(listing.folders, listing.ignore_files)
        return [path for path in listing.files if path not in self.linted]

    @cached_property
    def modules(self) -> Modules:
        return self.find_modules() or Modules([*self.linted, *self.others])

    def facts(self, fact: str) -> list[str]:
        """What the rules collected under one name, from every file of the project."""
        if fact not in self._facts:
            self._facts[fact] = sorted({value for values in self.facts_by_path(fact).values() for value in values})
        return self._facts[fact]

    def facts_by_path(self, fact: str) -> FactsByPath:
        """The same of each file that has any."""
        if fact not in self._by_path:
            hints = [rule.fact_hints[fact] for rule in self.screen.rules.rules if fact in rule.fact_hints]
            known, others = (self.recall_facts(fact) or ({}, self.others)) if hints else ({}, [])
            looked_at = dict.fromkeys((*self.linted, *others)) if hints else ()
            found = ((path, self._facts_of(path, fact, hints)) for path in looked_at)
            self._by_path[fact] = {**known, **{path: values for path, values in found if values}}
        return self._by_path[fact]

    def _facts_of(self, path: str, fact: str, hints: list[Callable[[str], bool]]) -> Sequence[str]:
        """Of a file that was not linted, or where all rules that collect the fact are off, it is collected now."""
        if not self.screen.may_hold(fact, path):
            return ()
        if path in self.linted and self.screen.collects(fact, self.settings(path)):
            return self.linted[path].facts.get(fact, ())
        source = self.read(path)
        # What is no Python shows by its name and its first lines what it is: its collectors look for themselves.
        if source is None or (source.kind == PYTHON and not any(hint(source.text) for hint in hints)):
            return ()
        collected = self.screen.facts_of(source, self.settings(path))
        self.errors += collected.errors
        return collected.facts.get(fact, ())

    def open(self, path: str) -> Context | None:
        """The parsed file, for a question about something that it defines."""
        source = self.read(path)
        return self._parsed(source) if source is not None else None

    def texts(self) -> Iterator[tuple[str, str]]:
        """The path and the text of each Python file."""
        return ((source.path, source.text) for source in self._python())

    def opened(self, mentions: Callable[[str], bool]) -> Iterator[Context]:
        """The parsed Python files whose text `mentions` does not rule out, by path."""
        for source in self._python():
            ctx = self._parsed(source) if mentions(source.text) else None
            if ctx is not None:
                yield ctx
                ctx.close()

    def _python(self) -> Iterator[Source]:
        for path in sorted({*self.linted, *self.others}):
            source = self.read(path) if kind_of(path) in ("", PYTHON) else None
            if source is not None and source.kind == PYTHON:
                yield source

    def _parsed(self, source: Source) -> Context | None:
        try:
            return Context(source, parse(source), self.settings(source.path))
        except Unreadable:
            return None

    def read(self, path: str) -> Source | None:
        self.consulted.add(path)
        if path in self.sources:
            return self.sources[path]
        try:
            return read_source(path, path, limit_of(path))
        except Unreadable:
            return None
