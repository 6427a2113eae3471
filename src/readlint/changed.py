"""A run that reports only what is new since a commit: `--new-from`, `--new-from-merge-base` and `--staged`.

Linted are the files that changed and those that use what changed in them. A finding is new where a line of it or of a
place that it points to has changed, and also where the old version of the project does not have it: a line may have
been taken out, or a function in another file may do something else now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from readlint.budget import CLOCK
from readlint.files.discovery import SUFFIXES, current_folder, locate
from readlint.files.kinds import kind_of
from readlint.files.source import Source, Unreadable, read_bytes
from readlint.findings import Finding
from readlint.neighbours import Neighbours
from readlint.packs import load_rules
from readlint.project.base import Base
from readlint.remembered import SETTINGS_FILES, recall
from readlint.report import outputs
from readlint.report.model import read_lines_of_file
from readlint.result import Result
from readlint.run import (
    Run,
    baseline_places,
    find_baseline,
    finish,
    hide_unseen,
    is_excluded,
    judge_in_time,
    new_result,
    open_run,
    project_root,
)
from readlint.settings.load import SettingsLoader
from readlint.suppress.changes import Changes
from readlint.suppress.matching import entry_of, match
from readlint.suppress.unseen import take_out
from readlint.syntax.screen import Screened
from readlint.users import open_users, screen_version

if TYPE_CHECKING:
    from readlint.cache import Cache
    from readlint.cli.lint import Options
    from readlint.versions import Versions


def lint_changes(options: Options, versions: Versions, memory: Cache | None, file_done: Callable[[], None]) -> Result:
    """Lint what has changed. What git answers last is asked last."""
    rules = load_rules()
    loader = SettingsLoader(rules.rules, options.overrides, isolated=options.isolated, config=options.config)
    run, before = open_run(rules, loader, options), open_run(rules, loader, options)
    run.baseline = find_baseline(baseline_places(options), options)
    result = new_result(loader.for_folder("."), options)
    left_out = is_excluded(options.paths, loader)
    is_read = _reader(run, options, result, left_out)
    versions.read(is_read)
    run.sources.update(_sources(versions.contents))
    _show_contents(result, versions.contents)
    remembered = None if memory is None else recall(memory, options, versions)
    early = _screen_tracked(run, versions, left_out)
    versions.compare(is_read)
    files = [path for path in sorted(versions.changes.files) if not left_out(path)]
    with CLOCK.running():
        for path in files:
            run.screened[path] = early.get(path) or screen_version(run, path, versions.contents)
    if remembered and not remembered.is_settled(loader, versions.named(SETTINGS_FILES)):
        remembered = None
    neighbours = Neighbours(versions, remembered, loader, options)
    neighbours.help(run)
    neighbours.help(before)
    base = Base(before.files, run.files, versions.changes, _sources, _in_project(options, loader, left_out))
    run.answers.facts_at_base = base.facts
    files = sorted([*files, *open_users(run, versions, left_out, remembered, options)])
    with CLOCK.running():
        for path in files:
            judge_in_time(run, run.screened[path], result)
            file_done()
        result.files_checked = len(files)
        hide_unseen(run, result, options, files)
        result.hidden += take_out(run, result, _is_not_new(run, before, result.findings, versions.changes, base))
        finish(run, result, options)
    result.warnings += loader.warnings
    return result


def _screen_tracked(run: Run, versions: Versions, left_out: Callable[[str], bool]) -> dict[str, Screened]:
    """The files that are not what they were, while git looks for others; line ends may be all that has changed."""
    differ = [path for path, data in versions.after.items() if versions.before.get(path, data) != data]
    with CLOCK.running():
        return {path: screen_version(run, path, versions.contents) for path in differ if not left_out(path)}


def _reader(run: Run, options: Options, result: Result, left_out: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether a file can matter: Python wherever it is, for its definitions are used elsewhere, others if linted."""
    cwd = current_folder()
    named = {locate(path, cwd).shown for path in options.paths}
    reports = frozenset(outputs.files(options.outputs or result.outputs))

    def is_read(path: str) -> bool:
        if path.endswith(SUFFIXES):
            return True
        kind = kind_of(path)
        if kind not in run.rules.kinds and (kind or path not in named):
            return False
        return (
            run.screen.reads(path, run.settings(path)) and not left_out(path) and os.path.realpath(path) not in reports
        )

    return is_read


def _in_project(options: Options, loader: SettingsLoader, left_out: Callable[[str], bool]) -> Callable[[str], bool]:
    """Whether a file, which may be gone, is one that is linted or else of the project around."""
    root = project_root(options.paths)
    of_project = is_excluded([root], loader) if root else lambda path: True
    return lambda path: not (left_out(path) and of_project(path))


def _sources(contents: Mapping[str, bytes]) -> dict[str, Source]:
    sources = {}
    for path, data in contents.items():
        try:
            sources[path] = Source(path, data)
        except Unreadable:
            pass  # said when it is screened
    return sources


def _show_contents(result: Result, contents: dict[str, bytes]) -> None:
    """Reports show what was linted."""

    def lines(path: str) -> list[str] | None:
        if path not in contents:
            return read_lines_of_file(path)
        try:
            return Source(path, contents[path]).lines
        except Unreadable:
            return None

    result.read_lines = lines
    result.read_bytes = lambda path: contents[path] if path in contents else read_bytes(path)


def _is_not_new(run: Run, before: Run, findings: list[Finding], changes: Changes, base: Base) -> list[bool]:
    new = {id(finding) for finding in findings if changes.touches(finding)}
    doubtful = [finding for finding in findings if id(finding) not in new]
    if not doubtful:
        return [False] * len(findings)
    paths = sorted({finding.path for finding in doubtful})
    known = [entry_of(finding, finding.path) for finding in _findings_before(run, before, paths, changes, base)]
    found = [entry_of(finding, finding.path) for finding in doubtful]
    partners = match(known, found, lambda _: False, frozenset(paths))
    new |= {id(finding) for finding, partner in zip(doubtful, partners, strict=True) if partner is None}
    return [id(finding) not in new for finding in findings]


def _findings_before(run: Run, before: Run, paths: list[str], changes: Changes, base: Base) -> list[Finding]:
    """What the old version of the project has in these files."""
    contents = base.contents
    before.sources.update({**run.sources, **base.sources})
    for path in {*run.screened, *contents}:
        if path in contents:
            # What nobody asks for is screened only if it would not be found otherwise.
            if path in paths or path in changes.gone:
                before.screened[path] = screen_version(before, path, contents)
        elif path not in changes.files:
            before.screened[path] = run.screened[path]
    result = Result()
    for path in paths:
        if path in before.screened:
            judge_in_time(before, before.screened[path], result)
    return result.findings
