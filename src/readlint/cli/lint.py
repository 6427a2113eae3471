"""Linting: the main job. What it imports before it knows that something changed is the warm path; see `findings.py`."""

from __future__ import annotations

import os
import sys
import time

from readlint.cache import Cache, default_folder, own_key
from readlint.cli import options as command_line
from readlint.errors import UserError
from readlint.report import outputs, shows_fixes, shows_old, writer
from readlint.report.model import Report, read_lines_of_file
from readlint.report.summary import write_notices
from readlint.report.terminal import Style
from readlint.result import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from readlint.findings import Json


class Options:
    """The command line of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.paths: list[str] = arguments.paths
        self.overrides = command_line.overrides(arguments)
        self.config: list[str] = arguments.config
        self.isolated: bool = arguments.isolated
        self.fix: bool = arguments.fix
        self.fingerprint: str | None = arguments.fingerprint
        self.unsafe_fixes: bool = arguments.unsafe_fixes
        self.diff: bool = arguments.diff
        self.fix_only: bool = arguments.fix_only
        self.ask: bool = arguments.ask
        self.add_ignore: str | None = arguments.add_ignore
        self.until: str | None = arguments.until
        self.baseline: str | None = arguments.baseline
        self.new_from: str | None = arguments.new_from
        self.new_from_merge_base: str | None = arguments.new_from_merge_base
        self.staged: bool = arguments.staged
        self.makes_baseline = False  # there need not be one yet
        self.stdin_filename: str | None = arguments.stdin_filename
        self.quiet: bool = arguments.quiet
        self.jobs: int | None = arguments.jobs

    @property
    def narrowed(self) -> bool:
        return any(key in self.overrides for key in ("select", "ignore", "extend-ignore", "per-file-ignores"))

    @property
    def outputs(self) -> list[str]:
        """What the command line asks for; the settings say what it leaves open."""
        given = self.overrides.get("output-format")
        return [*([str(given)] if given else []), *self.arguments.output]

    @property
    def wants_edits(self) -> bool:
        return any(shows_fixes(output.partition("=")[0]) for output in self.outputs or ["text"])

    @property
    def compares(self) -> bool:
        """Whether git is asked what is new."""
        return self.new_from is not None or self.new_from_merge_base is not None or self.staged

    def wants_old(self, otherwise: Sequence[str] = ()) -> bool:
        """Whether a report shows the findings of the baseline; `otherwise` are the outputs that the settings name."""
        return any(shows_old(output.partition("=")[0]) for output in self.outputs or otherwise)

    @property
    def ignores_baseline(self) -> bool:
        """Settings in files are not to count, or one finding is named, which may be an old one."""
        return self.arguments.no_baseline or (self.isolated and self.baseline is None) or self.fingerprint is not None

    @property
    def shows_fixes(self) -> bool:
        """Whether fixes are built only to be seen."""
        return self.wants_edits and self.rememberable

    @property
    def rememberable(self) -> bool:
        """Whether the same command on the same files does nothing but say the same again."""
        return not (self.fix or self.diff or self.add_ignore is not None)

    def identity(self) -> Json:
        """Everything on the command line that the result depends on."""
        overrides = sorted((key, str(value)) for key, value in self.overrides.items())
        return [os.getcwd(), self.paths, overrides, self.config, self.isolated, self.wants_edits,
                self.wants_old(), self.baseline, self.ignores_baseline]  # fmt: skip

    def place(self) -> Json:
        """What the results of single files are kept under; their settings are part of each entry."""
        return os.getcwd()

    def workers(self) -> int:
        from readlint.parallel import default_workers

        return default_workers() if self.jobs is None else self.jobs


def run(arguments: list[str]) -> int:
    parsed = command_line.parse(arguments)
    options = Options(parsed)
    if parsed.show_settings:
        from readlint.cli.show import show_settings

        return show_settings(options)
    if parsed.show_files:
        from readlint.cli.show import show_files

        return show_files(options)
    outputs.parse(options.outputs)  # before the work, not after it
    if parsed.watch:
        from readlint.cli.watch import watch

        return watch(options.paths, lambda reports: _once(options, reports), options.baseline or "")
    return _once(options, set())


def _once(options: Options, reports: set[str]) -> int:
    """`reports`: the files that are written are added to it."""
    result = _result(options)
    reports.update(outputs.files(options.outputs or result.outputs))
    report(result, options)
    return _status(result, options)


def _status(result: Result, options: Options) -> int:
    if options.arguments.exit_zero and not result.errors:
        return 0
    if options.fix_only and not result.errors:
        return 0
    if options.diff and not result.errors:
        return int(bool(result.fixed))
    return result.status()


def _result(options: Options) -> Result:
    if "-" in options.paths:
        if options.paths != ["-"]:
            raise UserError("standard input (-) is linted alone, without other paths")
        if options.compares:
            raise UserError("git knows nothing of standard input (-): it cannot be compared with a commit")
        from readlint.run import lint_text

        return lint_text(options, sys.stdin.buffer.read())
    if options.compares:
        from readlint.versions import Versions

        versions = Versions(options)  # git is at work while the rest is imported
        from readlint.parallel import SeldomCollection

        try:
            with SeldomCollection() as collection:
                from readlint.changed import lint_changes

                return lint_changes(options, versions, _cache(options.arguments), collection.file_done)
        finally:
            versions.repository.stop()
    cache = _cache(options.arguments)
    if cache is not None and options.rememberable:
        memory = cache.load_run(options.identity())
        if memory is not None and not _expired(memory["until"]):
            return Result.from_json(memory, read_lines_of_file)
    # Before the imports: a folder that changed when the run began could not be remembered.
    cache = cache if cache is not None and cache.prepare() else None
    from readlint.run import lint

    return lint(options, cache)


def _cache(arguments: argparse.Namespace) -> Cache | None:
    if arguments.no_cache:
        return None
    chosen = arguments.cache_dir or os.environ.get("READLINT_CACHE_DIR")
    if chosen:
        return Cache(chosen)
    folder, key = default_folder(os.getcwd()), own_key()
    # It may have come with the code: then it is not signed, or a link to a folder of which nothing may be changed.
    return Cache(folder, key) if key and not os.path.islink(folder) else None


def _expired(until: str) -> bool:
    """Whether a suppression with an end date has run out since."""
    return bool(until) and time.strftime("%Y-%m-%d") >= until


def report(result: Result, options: Options) -> None:
    """Write every report that the command line asks for, or else the settings."""
    arguments = options.arguments
    view = Report(
        [] if options.fix_only else result.findings,
        files_checked=result.files_checked,
        fixed=result.fixed,
        suppresses=options.add_ignore is not None,
        only_shows=options.diff,
        suppressed=result.suppressed,
        hidden=result.hidden,
        old=result.old,
        old_count=result.old_count,
        stale=result.stale,
        baseline=result.baseline,
        rules_run=result.rules_run,
        warnings=result.warnings,
        errors=result.errors,
        read_lines=result.read_lines,
        read_bytes=result.read_bytes,
        status=_status(result, options),
        unsafe_fixes=options.unsafe_fixes,
        show_fixes=arguments.show_fixes,
        show_suppressed=arguments.sarif_suppressed,
        show_absent=arguments.sarif_absent,
        sarif_category=arguments.sarif_category,
        quiet=options.quiet,
        colour={"auto": None, "always": True, "never": False}[arguments.color],
        env=os.environ,
    )
    # Fixed source and diffs are what standard output is for then; a report beside them is for people.
    stream = sys.stderr if options.diff or (options.fix and options.paths == ["-"]) else sys.stdout
    choose = _statistics if arguments.statistics else writer
    try:
        setting = "" if options.outputs else outputs.SETTING
        chosen = outputs.parse(options.outputs or result.outputs or ["text"], setting)
        outputs.write_all(chosen, view, stream, choose)
    finally:
        write_notices(view, sys.stderr, Style.of(sys.stderr, os.environ, view.colour))


def _statistics(name: str) -> Callable[[Report, TextIO], None]:
    """The count of each rule's findings, in the formats that are read as they are; others stay what they are."""
    from readlint.report.statistics import write_json, write_text

    counts = {"text": write_text, "concise": write_text, "json": write_json, "json-lines": write_json}
    return counts.get(name) or writer(name)
