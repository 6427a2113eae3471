"""What the command line of a lint run says. On the warm path; see `findings.py`."""

from __future__ import annotations

import argparse
import os

from readlint import __version__
from readlint.regex import regex

#: Options that are settings of the same name: they override every configuration file.
LISTS = (
    ("--select", "rules to run: codes, names, code prefixes such as RL3, families such as sql, or ALL"),
    ("--extend-select", "rules to run besides"),
    ("--ignore", "rules not to run"),
    ("--extend-ignore", "rules not to run besides"),
    ("--fixable", "rules whose fixes may be applied"),
    ("--unfixable", "rules whose fixes may not be applied"),
    ("--exclude", "patterns of files and folders to leave out, instead of the usual ones"),
    ("--extend-exclude", "patterns to leave out besides"),
)
_FINGERPRINT = regex(r"[0-9a-f]{16}")


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(
        prog="readlint",
        description="Tells whether Python code is ready for production.",
        epilog="Other commands: readlint rule CODE, rules, settings, baseline, init, clean, new-rule, test-rules. "
        "Exit status: 0 nothing to report, 1 findings, 2 an error of usage, configuration or readlint itself.",
        usage="readlint [OPTION ...] [PATH ...]",
        fromfile_prefix_chars="@",
        allow_abbrev=False,
        formatter_class=_formatter,
    )
    main.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; - is standard input")
    main.add_argument("-V", "--version", action="version", version=f"readlint {__version__}")
    _selection(main.add_argument_group("which rules"))
    _fixes(main.add_argument_group("fixes"))
    _files(main.add_argument_group("which files"))
    _known(main.add_argument_group("which findings"))
    _output(main.add_argument_group("output"))
    _running(main.add_argument_group("running"))
    return main


def _formatter(prog: str) -> argparse.HelpFormatter:
    """argparse would import `shutil`, and five compression libraries with it, to ask how wide the terminal is."""
    try:
        width = os.get_terminal_size().columns
    except OSError:  # no terminal
        width = 100
    return _Formatter(prog, width=width - 2)


class _Formatter(argparse.HelpFormatter):
    """Python 3.14 chooses colours for every parser, and loads `ast`, `inspect` and more for that: not before a text."""

    _colour: tuple[object, ...] = ()

    def _set_color(self, *colour: object) -> None:
        self._colour = colour

    def __getattr__(self, name: str) -> object:
        if name not in ("_theme", "_decolor"):
            raise AttributeError(name)
        vars(argparse.HelpFormatter)["_set_color"](self, *self._colour)
        return getattr(self, name)


def _selection(group: argparse._ArgumentGroup) -> None:
    for name, text in LISTS[:4]:
        group.add_argument(name, action="append", metavar="RULES", help=text)
    group.add_argument("--per-file-ignores", action="append", metavar="PATTERN:RULES", help="rules not to run on files")
    group.add_argument("--preview", action="store_true", default=None, help="run preview rules too")
    group.add_argument("--no-preview", action="store_false", dest="preview", help=argparse.SUPPRESS)
    group.add_argument("--target-version", metavar="3.N", help="the oldest Python that the code must run on")
    group.add_argument(
        "--config", action="append", default=[], metavar="FILE|KEY=VALUE", help="a settings file, or one setting"
    )
    group.add_argument("--isolated", action="store_true", help="ignore all settings files")


def _fixes(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fix", nargs="?", const=True, default=None, metavar="FINGERPRINT", help="apply safe fixes, or one finding's"
    )
    group.add_argument("--unsafe-fixes", action="store_true", help="fixes that may change behaviour too")
    group.add_argument("--diff", action="store_true", help="show what --fix would change, change nothing")
    group.add_argument("--fix-only", action="store_true", help="apply fixes and report nothing that is left")
    group.add_argument("--show-fixes", action="store_true", help="list the fixes that were applied")
    group.add_argument("--ask", action="store_true", help="with --fix: show each fix and ask")
    group.add_argument("--add-ignore", metavar="REASON", help="suppress every finding where it stands, with a reason")
    group.add_argument(
        "--until", metavar="DATE", help="with --add-ignore: the last day of the suppression, as 2027-01-31"
    )
    for name, text in LISTS[4:6]:
        group.add_argument(name, action="append", metavar="RULES", help=text)


def _files(group: argparse._ArgumentGroup) -> None:
    for name, text in LISTS[6:]:
        group.add_argument(name, action="append", metavar="PATTERNS", help=text)
    group.add_argument("--force-exclude", action="store_true", default=None, help="exclude files given by name too")
    group.add_argument("--no-force-exclude", action="store_false", dest="force_exclude", help=argparse.SUPPRESS)
    group.add_argument("--respect-gitignore", action="store_true", default=None, help=argparse.SUPPRESS)
    group.add_argument(
        "--no-respect-gitignore", action="store_false", dest="respect_gitignore", help="lint ignored files too"
    )
    group.add_argument("--stdin-filename", metavar="PATH", help="what standard input is called")
    group.add_argument("--show-files", action="store_true", help="list the files that would be linted")
    group.add_argument("--show-settings", action="store_true", help="show the settings and where they come from")


def _known(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="findings that are known; without it readlint-baseline.jsonl, where there is one",
    )
    group.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline too")
    only = group.add_mutually_exclusive_group()
    only.add_argument("--new-from", metavar="REV", help="report only what is new since a commit, branch or tag of git")
    only.add_argument("--new-from-merge-base", metavar="REV", help="the same since HEAD and REV parted")
    only.add_argument("--staged", action="store_true", help="report only what is new in what git would commit now")


def _output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--output-format",
        metavar="FORMAT",
        help="text, concise, html, json, json-lines, sarif, markdown, github, gitlab, azure, junit, rdjson, checkstyle",
    )
    group.add_argument(
        "-o",
        "--output",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write a report; - is standard output; may be given more than once",
    )
    group.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule (text, concise and json formats)"
    )
    group.add_argument(
        "--sarif-category", metavar="NAME", help="the category of a SARIF log, where several are uploaded"
    )
    group.add_argument(
        "--sarif-suppressed", action="store_true", help="suppressed findings in SARIF too, with the reason"
    )
    group.add_argument(
        "--sarif-absent", action="store_true", help="what has left the baseline in SARIF too, as absent results"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="findings only")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours in text output")


def _running(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    group.add_argument("--fail-on", choices=("error", "warning", "note"), help="the least severity that exits with 1")
    group.add_argument("--max-findings", type=int, metavar="N", help="exit with 1 only above this many findings")
    group.add_argument("-j", "--jobs", type=int, metavar="N", help="worker processes; 1 uses none")
    group.add_argument("--watch", action="store_true", help="lint again after every change (needs readlint[watch])")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    group.add_argument("--cache-dir", metavar="FOLDER", help="where the cache is; READLINT_CACHE_DIR says it too")


def parse(arguments: list[str]) -> argparse.Namespace:
    known = parser()
    # Whether and where argparse takes `--` for what it is differs between versions of Python.
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options, unknown = known.parse_known_intermixed_args(arguments[:end])
    options.paths += arguments[end + 1 :]
    if unknown:
        known.error(_unknown(unknown[0], list(known._option_string_actions)))
    if options.jobs is not None and options.jobs < 1:
        known.error(f"argument -j/--jobs: there must be 1 worker at least, not {options.jobs}")
    options.fingerprint = None
    if isinstance(options.fix, str):
        # `--fix src/` is a path; only what looks like a fingerprint is one.
        if _FINGERPRINT.fullmatch(options.fix):
            options.fingerprint = options.fix
        else:
            options.paths.insert(0, options.fix)
        options.fix = True
    options.fix = bool(options.fix or options.fix_only or options.ask)
    if options.watch and (options.fix or options.diff or options.add_ignore is not None or "-" in options.paths):
        known.error("argument --watch: it lints files, and changes none")
    if options.watch and options.staged:
        known.error("argument --watch: it sees when files change and not when git stages them; use --new-from HEAD")
    options.paths = options.paths or ["." if options.stdin_filename is None else "-"]
    if options.until is not None and options.add_ignore is None:
        known.error("argument --until: it says how long what --add-ignore writes is to hold; --add-ignore is missing")
    if options.no_baseline and options.baseline is not None:
        known.error("argument --no-baseline: there is --baseline too")
    if options.staged and (options.fix or options.add_ignore is not None) and not options.diff:
        known.error("argument --staged: what is staged cannot be changed, only shown with --diff")
    if options.stdin_filename is not None and options.paths != ["-"]:
        known.error("argument --stdin-filename: standard input is linted alone, without other paths")
    return options


def _unknown(option: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(option.partition("=")[0], known, 1)
    return f"unknown option {option}" + (f"; did you mean {near[0]}?" if near else "")


def overrides(options: argparse.Namespace) -> dict[str, object]:
    """The settings that the command line gives, by their names in a settings file."""
    given: dict[str, object] = {}
    for name, _ in LISTS:
        values = getattr(options, name[2:].replace("-", "_"))
        if values is not None:
            given[name[2:]] = [part.strip() for value in values for part in value.split(",") if part.strip()]
    for name in ("preview", "target_version", "force_exclude", "respect_gitignore", "output_format", "fail_on"):
        if getattr(options, name) is not None:
            given[name.replace("_", "-")] = getattr(options, name)
    if options.max_findings is not None:
        given["max-findings"] = options.max_findings
    if options.per_file_ignores:
        given["per-file-ignores"] = _per_file(options.per_file_ignores)
    return given


def _per_file(values: list[str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for value in values:
        for part in value.split(","):
            pattern, colon, rule = part.rpartition(":")
            if colon:
                table.setdefault(pattern.strip(), []).append(rule.strip())
    return table
