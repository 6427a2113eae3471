"""One run from top to bottom: settings, files, screen, project, suppressions, fixes, result."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from readlint import parallel
from readlint.analysis.context import Context
from readlint.budget import CLOCK, OutOfTime
from readlint.cache import Cache, Seal, is_racy, marked_folder
from readlint.errors import InternalError
from readlint.files.discovery import (
    SUFFIXES,
    Discovery,
    Place,
    Walk,
    current_folder,
    discover,
    locate,
    mode_of,
    not_read,
    slashed,
)
from readlint.files.ignore import Patterns
from readlint.files.source import Source, Unreadable, limit_of, read_bytes, read_source
from readlint.findings import Edit, Finding, Safety, Severity
from readlint.packs import RuleSet, code_version, load_rules, pack_files
from readlint.project.answers import Answers, settle
from readlint.project.files import ProjectFiles
from readlint.project.precedence import strongest
from readlint.report import outputs
from readlint.report.model import read_lines_of_file
from readlint.report.progress import Progress
from readlint.result import Result
from readlint.settings.allowed import NAME as ALLOWED_SECRETS
from readlint.settings.load import NAMES, SettingsLoader
from readlint.settings.model import Settings
from readlint.settings.patterns import Excludes
from readlint.suppress.apply import suppress
from readlint.syntax.screen import Screen, Screened

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.suppress.baseline import Baseline

BASELINE = "readlint-baseline.jsonl"


class Job(NamedTuple):
    """One file to screen. `memory` is its result in an earlier run, true for bytes with the digest `known`."""

    path: str
    settings: Settings
    known: str
    memory: Any


class Outcome(NamedTuple):
    """What a worker says of a file: nothing but what survives pickling and the cache."""

    digest: str
    screened: Any  # what the cache keeps, or without one what that would be made of
    errors: list[InternalError]
    edits: list[tuple[Edit, ...] | None]  # of each finding; they hold source text, which the cache must not
    trace: Any = None  # for the cache; see `readlint.remembered`

    def read(self, path: str) -> Screened:
        screened = self.screened if isinstance(self.screened, Screened) else Screened.from_json(path, self.screened)
        screened.errors = self.errors
        for finding, edits in zip(screened.findings, self.edits, strict=False):
            finding.edits = edits
        return screened


class Run:
    """The settings, rules and files of one run, and what became known about them so far."""

    def __init__(
        self,
        rules: RuleSet,
        settings_of_folder: Callable[[str], Settings],
        list_root: Callable[[], Discovery],
    ) -> None:
        self.rules = rules
        self.screen = Screen(rules)
        self.screened: dict[str, Screened] = {}
        self.sources: dict[str, Source] = {}  # files that are not on the disk, or not as they are there
        self.files = ProjectFiles(self.screened, self.sources, self.screen, self.settings, list_root)
        self.answers = Answers(rules, self.files)
        self.narrowed = False  # by `--select`: whether a suppression is unused cannot be told
        self.today = datetime.date.today()
        self.baseline: Baseline | None = None
        self.unseen: dict[str, list[Finding]] = {}  # by path what the baseline or diff mode keeps out of the report
        self.settings_of_folder = settings_of_folder
        self._settings: dict[str, Settings] = {}

    def settings(self, path: str) -> Settings:
        folder = os.path.dirname(path)
        if folder not in self._settings:
            self._settings[folder] = self.settings_of_folder(folder or ".")
        return self._settings[folder]

    def judge(self, screened: Screened, result: Result) -> None:
        """Add to the result what one file comes to, once the project has answered and the comments have spoken."""
        settings = self.settings(screened.path)
        active = self.screen.active(screened.path, settings)
        result.rules_run |= active
        result.errors += screened.errors
        if not screened.findings and not screened.directives:
            return  # as of most files
        judged = suppress(
            strongest(settle(screened.findings, self.rules, self.answers, result.errors), self.rules),
            screened.directives,
            path=screened.path,
            rules=self.rules,
            active=active,
            today=self.today,
            narrowed=self.narrowed,
        )
        result.findings += [_with_safety(finding, settings) for finding in judged.kept]
        result.suppressed += judged.suppressed
        result.valid_until = min(filter(None, [result.valid_until, judged.until]), default="")

    def recheck(self, source: Source) -> list[Finding]:
        """The findings of a changed file: what the fixes are verified by."""
        return self.judged(source).findings

    def judged(self, source: Source) -> Result:
        """All that a changed file comes to."""
        result = Result()
        self.judge(self.screen.file(source, self.settings(source.path)), result)
        if source.path in self.unseen:
            from readlint.suppress.unseen import hide_again

            hide_again(self.unseen[source.path], result)
        return result


def lint(options: Options, cache: Cache | None) -> Result:
    """Lint files and folders."""
    seal, base = Seal(), Seal()
    baselines = baseline_places(options)
    seal.add(baselines)
    rules = load_rules()
    loader = SettingsLoader(rules.rules, options.overrides, isolated=options.isolated, config=options.config)
    run = open_run(rules, loader, options)
    run.baseline = find_baseline(baselines, options)
    settings = loader.for_folder(".")
    result = new_result(settings, options)
    discovery = list_files(options.paths, settings, run.settings_of_folder, run.screen)
    reports = outputs.files(options.outputs or result.outputs)
    _leave_reports(discovery, frozenset(reports))
    seal.expect(map(os.path.dirname, reports))
    if cache is not None:  # to nobody else it matters how a file looked
        seal.add([*discovery.folders, *discovery.ignore_files, *discovery.files])
    result.warnings += discovery.warnings
    result.files_checked = len(discovery.files)
    entries, is_new = screen_files(run, discovery.files, options, cache, seal)
    with CLOCK.running():
        for path in discovery.files:
            judge_in_time(run, run.screened[path], result)
        hide_unseen(run, result, options, discovery.files)
        finish(run, result, options)
    result.warnings += loader.warnings
    # A run on a few files leaves what one on all of them has left.
    if cache is not None and len(discovery.files) * 2 >= len(entries) > 0:
        from readlint.remembered import is_remembered, remember

        if is_new or not is_remembered(cache, options):
            remember(cache, base, run, loader, options, entries)
    if cache is not None and options.rememberable and not result.errors:
        seal.add([*settings_files(loader), *run.files.consulted, *pack_files()])
        if not seal.disturbed:
            cache.save_run(options.identity(), seal.to_json(), result.to_json(read_lines_of_file))
    return result


def lint_text(options: Options, data: bytes) -> Result:
    """Lint one file that comes from standard input."""
    rules = load_rules()
    loader = SettingsLoader(rules.rules, options.overrides, isolated=options.isolated, config=options.config)
    run = open_run(rules, loader, options)
    place = locate(options.stdin_filename, current_folder()) if options.stdin_filename else Place("-", "")
    path = place.shown
    settings = run.settings(path)
    result = new_result(settings, options)
    result.read_lines = lambda other: run.sources[other].lines if other in run.sources else read_lines_of_file(other)
    result.read_bytes = lambda other: run.sources[other].data if other in run.sources else read_bytes(other)
    skipped = bool(place.real) and any(_is_left_out(place.real, one) for one in (loader.for_folder("."), settings))
    try:
        source = Source(path, data)
        run.sources[path] = source
        with CLOCK.running():
            run.screened[path] = Screened(path) if skipped else screen_in_time(run.screen, source, settings)
    except Unreadable as problem:
        run.screened[path] = Screened(path) if skipped else run.screen.unreadable(path, problem, settings)
        if options.fix and not options.diff:
            sys.stdout.buffer.write(data)  # whoever replaces a text by what `--fix` prints must not lose it
    result.files_checked = int(not skipped)
    run.baseline = find_baseline(baseline_places(options), options)
    with CLOCK.running():
        judge_in_time(run, run.screened[path], result)
        hide_unseen(run, result, options, [path])
        finish(run, result, options)
    return result


def judge_in_time(run: Run, screened: Screened, result: Result) -> None:
    """A rule that does not come to an end with its questions loses its findings in this file."""
    try:
        with CLOCK.budget():
            run.judge(screened, result)
    except OutOfTime as spent:
        result.errors.append(InternalError(spent.rule, screened.path, spent.kind))
        kept = [finding for finding in screened.findings if finding.rule != spent.rule]
        # It may have answered what another rule asked.
        answered = len(kept) == len(screened.findings)
        screened.findings = [finding for finding in kept if not finding.questions] if answered else kept
        judge_in_time(run, screened, result)


def hide_unseen(run: Run, result: Result, options: Options, linted: list[str]) -> None:
    """What the baseline holds is not reported."""
    if run.baseline is not None:
        from readlint.suppress.unseen import hide_old

        hide_old(run, result, options, linted)


def finish(run: Run, result: Result, options: Options) -> None:
    """The third tier: the fixes of what is left, applied or shown."""
    if options.fix or options.diff or options.add_ignore is not None:
        from readlint.fixes.session import change_files

        change_files(run, result, options)
    elif options.shows_fixes:
        shown = [*result.findings, *(result.old if options.wants_old(result.outputs) else ())]
        if any(finding.fix for finding in shown):
            from readlint.fixes.session import build_all

            build_all(run, shown, result.errors)
    if run.unseen:
        from readlint.suppress.unseen import forget_unseen

        forget_unseen(result, options)
    result.errors += run.files.errors
    result.findings.sort(key=Finding.sort_key)


# What a run begins with


def open_run(rules: RuleSet, loader: SettingsLoader, options: Options) -> Run:
    kinds = frozenset(kind for rule in rules.rules for kind, _, _ in rule.text_collectors)

    def list_root() -> Discovery:
        root = project_root(options.paths if options.stdin_filename is None else [options.stdin_filename])
        return list_files([root], loader.for_folder(root), loader.for_folder, kinds=kinds) if root else Discovery()

    run = Run(rules, loader.for_folder, list_root)
    run.narrowed = options.narrowed
    return run


def project_root(paths: list[str]) -> str:
    """The folder that holds the project of what is linted: the nearest one above with a mark of a project's root.

    Without such a mark it is the package around it, or else nothing: what lies beside a file in a home folder is no
    part of its project.
    """
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    try:
        top = os.path.commonpath(folders)
    except ValueError:  # different drives
        return ""
    package = ""
    folder = top
    while os.path.exists(os.path.join(folder, "__init__.py")):
        package, folder = folder, os.path.dirname(folder)
    return marked_folder(top) or package


def baseline_places(options: Options) -> list[str]:
    """Where a baseline may be, the nearest first: from here up to the root of the repository or project."""
    if options.ignores_baseline:
        return []
    if options.baseline is not None:
        return [options.baseline]
    here = os.getcwd()
    above = [here]
    while not os.path.lexists(os.path.join(above[-1], ".git")) and os.path.dirname(above[-1]) != above[-1]:
        above.append(os.path.dirname(above[-1]))
    if not os.path.lexists(os.path.join(above[-1], ".git")):
        root = marked_folder(here) or here
        above = [folder for folder in above if folder.startswith(root)]
    return [os.path.join(folder, BASELINE) for folder in above]


def find_baseline(places: list[str], options: Options) -> Baseline | None:
    """The first that is there. One that is named must be there, or be about to be made."""
    file = next(filter(os.path.lexists, places), "")
    if not file and not options.makes_baseline and (options.baseline is None or not places):
        return None
    from readlint.suppress.baseline import new_baseline, read_baseline

    if not file and options.makes_baseline:
        return new_baseline(options.baseline or os.path.join(marked_folder(os.getcwd()) or os.getcwd(), BASELINE))
    return read_baseline(file or str(options.baseline))


def list_files(
    paths: list[str],
    settings: Settings,
    settings_of_folder: Callable[[str], Settings],
    screen: Screen | None = None,
    kinds: frozenset[str] = frozenset(),
) -> Discovery:
    """`settings` say what is left out, and those of a folder below say what else is left out in there.

    Files that are not Python are among them where a rule of `screen` that is on for them reads them.
    """
    discovery = discover(
        paths,
        root=settings.excludes.root,
        excludes=settings.excludes.patterns,
        respect_gitignore=settings.respect_gitignore,
        force_exclude=settings.force_exclude,
        kinds=screen.rules.kinds if screen else kinds,
    )
    if screen is not None:
        _leave_unread(discovery, frozenset(paths), screen, settings_of_folder)
    given = () if settings.force_exclude else frozenset(paths)
    walks: dict[Excludes, Walk | None] = {settings.excludes: None}

    def is_left_out(path: str) -> bool:
        own = settings_of_folder(os.path.dirname(path) or ".").excludes
        if own not in walks:
            walks[own] = _walk(own, respect_gitignore=False)
        walk = walks[own]
        return walk is not None and path not in given and walk.is_excluded(os.path.realpath(path), False)

    discovery.files = [path for path in discovery.files if not is_left_out(path)]
    return discovery


def _leave_unread(
    discovery: Discovery, given: frozenset[str], screen: Screen, settings_of_folder: Callable[[str], Settings]
) -> None:
    """Take out the files that no rule reads."""
    unread = set()
    for path in discovery.files:
        if not path.endswith(SUFFIXES) and not screen.reads(path, settings_of_folder(os.path.dirname(path) or ".")):
            unread.add(path)
    if unread:
        discovery.warnings += [not_read(path) for path in sorted(unread & given)]
        discovery.files = [path for path in discovery.files if path not in unread]


def is_excluded(paths: list[str], loader: SettingsLoader) -> Callable[[str], bool]:
    """Whether the walk through what is named would pass a file by, for files that may not be there."""
    given = [slashed(os.path.realpath(path)) for path in paths if mode_of(path)]
    tops = tuple(os.path.join(one, "") for one in given)
    cwd = current_folder()
    walks: dict[tuple[Excludes, bool], Walk] = {}
    folders: dict[str, str] = {}  # where they really are

    def real_of(path: str) -> str:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = locate(path, cwd).real.rpartition("/")[0]
        return f"{folders[folder]}/{name}"

    def excludes(settings: Settings, real: str, respect_gitignore: bool) -> bool:
        key = (settings.excludes, respect_gitignore)
        if key not in walks:
            walks[key] = _walk(*key)
        return walks[key].is_excluded(real, False)

    def is_passed_by(path: str) -> bool:
        real = real_of(path)
        if not f"{real}/".startswith(tops):
            return True
        top, own = loader.for_folder("."), loader.for_folder(os.path.dirname(path) or ".")
        named = real in given and not top.force_exclude
        return not named and (excludes(top, real, top.respect_gitignore) or excludes(own, real, False))

    return is_passed_by


def _leave_reports(discovery: Discovery, reports: frozenset[str]) -> None:
    """Take out what this run writes: its JSON would be read the next time."""
    names = {os.path.basename(report) for report in reports}
    discovery.files = [
        path for path in discovery.files if os.path.basename(path) not in names or os.path.realpath(path) not in reports
    ]


def _is_left_out(real: str, settings: Settings) -> bool:
    """Whether a file that may not even be there is one that `--force-exclude` is meant for."""
    walk = _walk(settings.excludes, settings.respect_gitignore)
    return settings.force_exclude and walk.is_excluded(real, False)


def _walk(excludes: Excludes, respect_gitignore: bool) -> Walk:
    return Walk(Patterns(os.path.realpath(excludes.root), excludes.patterns), respect_gitignore)


def settings_files(loader: SettingsLoader) -> list[str]:
    """Every settings file that was looked for, whether it is there or not."""
    names = (*NAMES, ALLOWED_SECRETS)
    return [*loader.files_read, *(os.path.join(folder, name) for folder in loader.folders_probed for name in names)]


def new_result(settings: Settings, options: Options) -> Result:
    result = Result()
    result.fail_on = Severity(settings.fail_on)
    result.max_findings = settings.max_findings or 0
    result.outputs = list(settings.output_format)
    if not options.outputs:
        outputs.parse(result.outputs, outputs.SETTING)  # before the work, not after it
    return result


# The first tier, in this process or in several


def screen_files(
    run: Run, files: list[str], options: Options, cache: Cache | None, seal: Seal
) -> tuple[dict[str, Any], bool]:
    """What the cache has of files now, and whether that has changed."""
    place = [options.place(), code_version()] if cache else None
    memory = cache.load_files(place) if cache else {}
    jobs, fresh = [], {}
    for path in files:
        settings = run.settings(path)
        version, digest, key, screened, trace = memory.get(path, ("", "", "", None, None))
        if key != settings.key:
            jobs.append(Job(path, settings, "", None))
        elif version == seal.stamps[path]:
            fresh[path] = [version, digest, key, screened, trace]
        else:
            jobs.append(Job(path, settings, digest, screened))
    for path, (_, _, _, screened, _) in fresh.items():
        run.screened[path] = Screened.from_json(path, screened)
    progress = Progress(sys.stderr, len(jobs))
    # Of most findings of a project with a baseline nobody will see the fix.
    builds = options.shows_fixes and (run.baseline is None or options.wants_old())
    screen = Screen(run.rules, build_fixes) if builds else run.screen
    for index, outcome in parallel.each(jobs, Work(screen, cache is not None), crashed, options.workers()):
        job = jobs[index]
        run.screened[job.path] = outcome.read(job.path)
        if outcome.digest and not outcome.errors:
            # What may change without its stamp changing is compared by its content next time.
            version = "" if is_racy(seal.stamps[job.path], seal.now) else seal.stamps[job.path]
            fresh[job.path] = [version, outcome.digest, job.settings.key, outcome.screened, outcome.trace]
        progress.advance(1)
    progress.clear()
    if cache is None:
        return {}, False
    others = {path: entry for path, entry in memory.items() if path not in fresh and os.path.exists(path)}
    entries = {**others, **fresh}
    if jobs:
        cache.save_files(place, entries)
    return entries, bool(jobs)


class Work:
    """Screens one file; what was known about the same bytes is not worked out again."""

    def __init__(self, screen: Screen, caching: bool) -> None:
        self.screen = screen
        self.caching = caching

    def __call__(self, job: Job) -> Outcome:
        try:
            source = read_source(job.path, job.path, limit_of(job.path))
        except Unreadable as problem:
            return Outcome("", self.screen.unreadable(job.path, problem, job.settings).to_json(), [], [])
        if job.known and job.known == source.key:
            return self._remembered(source, job.memory, [], [])
        screened = screen_in_time(self.screen, source, job.settings)
        edits = [finding.edits for finding in screened.findings]
        if not self.caching:
            return Outcome("", screened, screened.errors, edits)
        return self._remembered(source, screened.to_json(), screened.errors, edits)

    def _remembered(
        self, source: Source, screened: Any, errors: list[InternalError], edits: list[tuple[Edit, ...] | None]
    ) -> Outcome:
        from readlint.remembered import trace_of

        return Outcome(source.key, screened, errors, edits, trace_of(source.data, screened))

    def __reduce__(self) -> tuple[Callable[[bool, bool], Work], tuple[bool, bool]]:
        return _work_elsewhere, (self.caching, self.screen.build_fixes is not None)


def screen_in_time(screen: Screen, source: Source, settings: Settings) -> Screened:
    """A file without the rules that do not come to an end with it; nothing of one that takes too long altogether."""
    slow: list[InternalError] = []
    nothing = Screened(source.path)
    try:
        with CLOCK.budget(of_file=True):
            while True:
                try:
                    screened = screen.file(source, settings, frozenset(error.rule for error in slow))
                    screened.errors += slow
                    return screened
                except OutOfTime as spent:
                    if not spent.rule:
                        raise
                    slow.append(InternalError(spent.rule, source.path, spent.kind))
    except OutOfTime as spent:
        nothing.errors = [*slow, InternalError("", source.path, spent.kind)]
    except MemoryError as error:
        nothing.errors = [*slow, InternalError("", source.path, type(error).__name__)]
    return nothing


def _work_elsewhere(caching: bool, building: bool) -> Work:
    """In a process that was not forked, which loads the rules itself."""
    return Work(Screen(load_rules(), build_fixes if building else None), caching)


def build_fixes(screened: Screened, ctx: Context, rules: RuleSet) -> None:
    """For reports that show fixes: while the file is parsed, and in its worker."""
    if any(finding.fix for finding in screened.findings):
        from readlint.fixes.session import build_each

        build_each(screened.findings, rules, ctx, screened.errors)


def crashed(job: Job) -> Outcome:
    return Outcome("", 0, [InternalError("", job.path, "the worker process died, or ended because it was stuck")], [])


def _with_safety(finding: Finding, settings: Settings) -> Finding:
    """The finding with its fix as the settings have it: not offered, or safer or less safe than the rule says."""
    if finding.fix:
        safety = settings.rules.safety_of(finding.rule, finding.fix.safety)
        if safety is Safety.NONE:
            finding.fix = None
        else:
            finding.fix.safety = safety
    return finding
