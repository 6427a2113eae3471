"""The whole pipeline in memory, for a few texts and a few rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from readlint.analysis.context import Context
from readlint.files.discovery import Discovery
from readlint.files.source import Source, Unreadable
from readlint.findings import Finding, Safety
from readlint.fixes.apply import FixOutcome, fix_text
from readlint.packs import RuleSet, load_rules
from readlint.result import Result
from readlint.rules import Rule
from readlint.run import Run
from readlint.settings.load import SettingsLoader
from readlint.settings.model import Settings
from readlint.syntax.parse import parse
from readlint.testing.failures import CheckFailed

SAFE = (Safety.SAFE,)
UNSAFE = (Safety.SAFE, Safety.UNSAFE)


def rule_set(rules: Iterable[Rule[Any]]) -> RuleSet:
    """These rules and all that are installed: a rule's questions may be answered by another pack's."""
    return RuleSet(dict.fromkeys([*load_rules().rules, *rules]))


def settings_for(rules: RuleSet, codes: Collection[str], toml: str = "") -> Settings:
    """The defaults with these rules on, and what a fixture says besides."""
    fragments = [f"select = {sorted(codes)}", *([toml] if toml else [])]
    return SettingsLoader(rules.rules, {}, isolated=True, config=fragments).for_folder(".")


class Project:
    """Files that are linted together, as if they were all there is."""

    def __init__(self, sources: Sequence[Source], settings: Settings, rules: RuleSet) -> None:
        self.rules = rules
        self.settings = settings
        self.sources = {source.path: source for source in sources}
        self.run = self._open()

    def _open(self) -> Run:
        run = Run(self.rules, lambda folder: self.settings, list_root=Discovery)
        run.sources.update(self.sources)
        for path, source in self.sources.items():
            run.screened[path] = run.screen.file(source, self.settings)
        return run

    def findings(self) -> dict[str, list[Finding]]:
        """By path."""
        found: dict[str, list[Finding]] = {}
        for path, screened in self.run.screened.items():
            result = Result()
            self.run.judge(screened, result)
            if result.errors:
                raise CheckFailed([str(error) for error in result.errors])
            found[path] = sorted(result.findings, key=Finding.sort_key)
        return found

    def fix(self, path: str, allowed: Callable[[Finding], bool]) -> FixOutcome:
        """Fix one file."""
        outcome = fix_text(
            self.sources[path],
            self.findings()[path],
            self.run.recheck,
            allowed,
            context=self.context,
            rules=self.rules.by_code,
        )
        for finding, error in outcome.crashed:
            raise CheckFailed([f"the fix of {finding.rule} for {path}:{finding.span.line} raised {error!r}"]) from error
        return outcome

    def fix_all(self, safeties: Collection[Safety]) -> Mapping[str, Source]:
        """What `--fix` makes of every file."""
        return {path: self.fix(path, applies(safeties)).source for path in self.sources}

    def context(self, source: Source) -> Context:
        return Context(source, parse(source), self.settings)

    def needs_newer_python(self) -> bool:
        """Whether a file has syntax that this Python does not know, while a later one does."""
        for source in self.sources.values():
            try:
                parse(source)
            except Unreadable as problem:
                if "or newer" in problem.message:
                    return True
        return False

    def with_sources(self, sources: Mapping[str, Source]) -> Project:
        return Project([sources.get(path, source) for path, source in self.sources.items()], self.settings, self.rules)


def applies(safeties: Collection[Safety]) -> Callable[[Finding], bool]:
    return lambda finding: finding.fix is not None and finding.fix.safety in safeties
