"""A run that reports only what is new since a commit: `--new-from`, `--new-from-merge-base` and `--staged`.

Linted are the files that changed and those that use what changed in them. A finding is new where a line of it or of a
place that it points to has changed, and also where the old version of the project does not have it: a line may have
been taken out, or a function in another file may do something else now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from readlint.budget import CLOCK
from readlint.files.discovery import SUFFIXES, current_folder, locate, slashed
from readlint.files.git import Entry, Repository
from readlint.files.kinds import PYTHON, kind_of
from readlint.files.source import Source, Unreadable, limit_of, read_bytes
from readlint.findings import Finding
from readlint.packs import load_rules
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
    screen_in_time,
)
from readlint.settings.load import SettingsLoader
from readlint.suppress.changes import Changes, changed_names, changes_between, lost, may_use
from readlint.suppress.matching import entry_of, match
from readlint.suppress.unseen import take_out
from readlint.syntax.screen import Screened

if TYPE_CHECKING:
    from readlint.cli.lint import Options


class Compared(NamedTuple):
    """What a run is about."""

    changes: Changes
    contents: dict[str, bytes]  # by path what is linted instead of what is on the disk
    using: list[str]  # files that did not change, and may use what did


def lint_changes(options: Options) -> Result:
    """Lint what has changed."""
    rules = load_rules()
    loader = SettingsLoader(rules.rules, options.overrides, isolated=options.isolated, config=options.config)
    run, before = open_run(rules, loader, options), open_run(rules, loader, options)
    run.baseline = find_baseline(baseline_places(options), options)
    result = new_result(loader.for_folder("."), options)
    left_out = is_excluded(options, loader)
    compared = compare(options, _reader(run, options, result, left_out))
    run.sources.update(_sources(compared.contents))
    _show_contents(result, compared.contents)
    files = [path for path in sorted({*compared.changes.files, *compared.using}) if not left_out(path)]
    with CLOCK.running():
        for path in files:
            run.screened[path] = _screened(run, path, compared.contents)
        for path in files:
            judge_in_time(run, run.screened[path], result)
        result.files_checked = len(files)
        hide_unseen(run, result, options, files)
        result.hidden += take_out(run, result, _is_not_new(run, before, result.findings, compared.changes))
        finish(run, result, options)
    result.warnings += loader.warnings
    return result


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


def _sources(contents: dict[str, bytes]) -> dict[str, Source]:
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


def _screened(run: Run, path: str, contents: dict[str, bytes]) -> Screened:
    settings = run.settings(path)
    try:
        data = contents[path] if path in contents else read_bytes(path, limit_of(path))
        if len(data) > limit_of(path):
            return Screened(path)  # git has it; a run on the disk would not read it either
        return screen_in_time(run.screen, Source(path, data), settings)
    except Unreadable as problem:
        return run.screen.unreadable(path, problem, settings)


def _is_not_new(run: Run, before: Run, findings: list[Finding], changes: Changes) -> list[bool]:
    new = {id(finding) for finding in findings if changes.touches(finding)}
    doubtful = [finding for finding in findings if id(finding) not in new]
    paths = sorted({finding.path for finding in doubtful})
    known = [entry_of(finding, finding.path) for finding in _findings_before(run, before, paths, changes)]
    found = [entry_of(finding, finding.path) for finding in doubtful]
    partners = match(known, found, lambda _: False, frozenset(paths))
    new |= {id(finding) for finding, partner in zip(doubtful, partners, strict=True) if partner is None}
    return [id(finding) not in new for finding in findings]


def _findings_before(run: Run, before: Run, paths: list[str], changes: Changes) -> list[Finding]:
    """What the old version of the project has in these files."""
    old = {path: change.before for path, change in changes.files.items() if change.before is not None}
    contents = {**old, **changes.gone}
    before.sources.update({**run.sources, **_sources(contents)})
    for path in {*run.screened, *contents}:
        if path in contents:
            before.screened[path] = _screened(before, path, contents)
        elif path not in changes.files:
            before.screened[path] = run.screened[path]
    result = Result()
    for path in paths:
        if path in before.screened:
            judge_in_time(before, before.screened[path], result)
    return result.findings


# What git says


def compare(options: Options, is_read: Callable[[str], bool]) -> Compared:
    repository = Repository()
    tree = _tree(repository, options)
    place = _placer(repository)
    entries = [one for one in repository.changed_since(tree, in_index=options.staged) if is_read(place(one.path))]
    old = repository.contents(sorted({entry.old for entry in entries if entry.old}))
    before = {place(entry.path): old[entry.old] for entry in entries if entry.old}
    if options.staged:
        unstaged = [path for path in repository.unstaged() if is_read(place(path))]
        contents = _staged(repository, entries, unstaged, place)
        after = {place(entry.path): contents[place(entry.path)] for entry in entries if place(entry.path) in contents}
    else:
        contents = {}
        names = [place(entry.path) for entry in entries if entry.new != "deleted"]
        names += [path for path in map(place, repository.untracked()) if is_read(path)]
        after = dict(_on_disk(names))
    changes = changes_between(before, after)
    using = _using(repository, changes, after, contents, place, in_index=options.staged)
    return Compared(changes, contents, using)


def _tree(repository: Repository, options: Options) -> str:
    if options.staged:
        return repository.staged_on()
    if options.new_from is not None:
        return repository.commit(options.new_from)
    return repository.merge_base(options.new_from_merge_base or "")


def _placer(repository: Repository) -> Callable[[str], str]:
    cwd = current_folder()
    top = slashed(os.path.realpath(repository.top)).rstrip("/") + "/"
    if top.startswith(cwd):
        return lambda path: top[len(cwd) :] + path  # git has no path that leads through a link
    return lambda path: locate(os.path.join(repository.top, path), cwd).shown


def _on_disk(paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
    for path in paths:
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        try:
            yield path, read_bytes(path, limit_of(path))
        except Unreadable:
            continue  # it is reported where it is linted; here it only cannot be compared


def _staged(
    repository: Repository, entries: list[Entry], unstaged: list[str], place: Callable[[str], str]
) -> dict[str, bytes]:
    """The content in the index of what is staged, and of what differs on the disk: a commit would not have that."""
    blobs = {entry.path: entry.new for entry in entries if entry.new not in ("", "deleted")}
    blobs |= repository.staged_blobs([path for path in unstaged if path not in blobs])
    contents = repository.contents(sorted(set(blobs.values())))
    return {place(path): contents[blob] for path, blob in blobs.items()}


def _using(
    repository: Repository,
    changes: Changes,
    after: dict[str, bytes],
    contents: dict[str, bytes],
    place: Callable[[str], str],
    *,
    in_index: bool,
) -> list[str]:
    """The files that did not change and may use what did."""
    code = {path: (change, after[path]) for path, change in changes.files.items()}
    code |= {path: (lost(data), b"") for path, data in changes.gone.items()}
    names = {path: changed_names(path, *one) for path, one in code.items() if kind_of(path) in ("", PYTHON)}
    words = sorted(set().union(*names.values()))
    definitions = [(word.encode(), changed) for changed, own in names.items() for word in own]
    found = []
    for path in map(place, repository.mentioning(words, in_index=in_index) if words else ()):
        if path in changes.files:
            continue
        data = contents.get(path) or dict(_on_disk([path])).get(path, b"")
        if any(word in data and may_use(path, data, changed) for word, changed in definitions):
            found.append(path)
    return found
