"""What `--fix`, `--diff`, `--ask` and `--add-ignore` do with the findings of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from readlint.analysis.context import Context
from readlint.budget import CLOCK, OutOfTime
from readlint.errors import InternalError, UserError
from readlint.files.secrets import secret_texts
from readlint.files.source import Source
from readlint.findings import Finding, Safety
from readlint.fixes.apply import PASSES, fix_text
from readlint.fixes.bindings import FixRefused
from readlint.fixes.diff import unified_diff
from readlint.fixes.write import WriteError, remove_leftovers, write_file
from readlint.syntax.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from readlint.cli.lint import Options
    from readlint.packs import RuleSet
    from readlint.result import Result
    from readlint.run import Run


class Changed(NamedTuple):
    """One file as it would be: which findings that mends, and which are left."""

    source: Source
    mended: list[Finding]
    left: list[Finding]


def build_all(run: Run, shown: Iterable[Finding], errors: list[InternalError]) -> None:
    """The edits of every fix that nobody has built yet, for reports that show them."""
    for path, findings in _by_path(finding for finding in shown if finding.fix and finding.edits is None):
        build_each(findings, run.rules, run.files.open(path), errors)


def build_each(findings: Iterable[Finding], rules: RuleSet, ctx: Context | None, errors: list[InternalError]) -> None:
    """The edits of these findings of one file; none where the fix does not work at its place."""
    from readlint.fixes.build import make_edits

    for finding in findings:
        if finding.fix is None:
            continue
        finding.edits = ()
        try:
            finding.edits = make_edits(finding, rules.by_code[finding.rule], ctx) if ctx else ()
        except (FixRefused, RecursionError):
            continue
        except (Exception, SystemExit) as error:
            errors.append(InternalError(finding.rule, finding.path, type(error).__name__))


def change_files(run: Run, result: Result, options: Options) -> None:
    """Fix or annotate every file, or show what that would change. A file that cannot be written stops no other."""
    prepare = _fixing if options.add_ignore is None else _ignoring
    change = prepare(run, result, options)
    if not options.diff:
        for folder in sorted({os.path.dirname(path) for path in run.screened}):
            remove_leftovers(folder or ".")
    for path, findings in list(_by_path(result.findings)):
        ctx = run.files.open(path)
        changed = _in_time(change, ctx, findings, result) if ctx else None
        if ctx is not None and changed is not None and _keep(ctx.source, changed, run, result, options):
            # A difference leaves the file as it is: what is not mended is where it was.
            left = [f for f in findings if f not in changed.mended] if options.diff else changed.left
            result.findings = [f for f in result.findings if f.path != path] + left
            result.fixed += changed.mended
            if not options.diff:
                _find_secrets_again(changed, run, result)
    if options.paths == ["-"] and not options.diff:
        for source in run.sources.values():
            sys.stdout.buffer.write(source.data)


def _in_time(
    change: Callable[[Context, list[Finding]], Changed | None], ctx: Context, findings: list[Finding], result: Result
) -> Changed | None:
    """None, and the file stays as it is, where a rule's fix does not come to an end."""
    try:
        with CLOCK.budget():
            return change(ctx, findings)
    except OutOfTime as spent:
        result.errors.append(InternalError(spent.rule, ctx.path, spent.kind))
        return None


def _find_secrets_again(changed: Changed, run: Run, result: Result) -> None:
    """What is not reported has moved with the text, and where the mended findings were is other text now."""
    for finding in changed.mended:
        finding.data = {key: value for key, value in finding.data.items() if key != "secret"}
    path = changed.source.path
    judged = run.judged(changed.source)
    result.suppressed = [f for f in result.suppressed if f.path != path] + judged.suppressed
    result.old = [f for f in result.old if f.path != path] + judged.old
    result.hidden = [f for f in result.hidden if f.path != path] + judged.hidden


def _keep(source: Source, changed: Changed, run: Run, result: Result, options: Options) -> bool:
    """Write the changed file, or show its difference; whether that could be done."""
    path = source.path
    if options.diff:
        known = [finding for finding in (*result.findings, *result.suppressed) if finding.path == path]
        text = unified_diff(path, source.text, changed.source.text, secret_texts(source, known))
        sys.stdout.write(_for_terminal(text) if sys.stdout.isatty() else text)  # exact for `patch`, not for eyes
    elif path in run.sources:
        run.sources[path] = changed.source
    else:
        try:
            write_file(path, changed.source.data, source.data)
        except WriteError as error:
            result.warnings.append(str(error))
            return False
    return True


def _for_terminal(text: str) -> str:
    """What the linted code holds must not take over the terminal."""
    from readlint.report.terminal import escape

    return "\n".join("\t".join(map(escape, row.split("\t"))) for row in text.split("\n"))


def _fixing(run: Run, result: Result, options: Options) -> Callable[[Context, list[Finding]], Changed | None]:
    allowed = _allowed(run, result, options)
    # Once one of several like findings is mended, the next takes over its fingerprint: there is no second pass for it.
    passes = PASSES if options.fingerprint is None else 1

    def change(ctx: Context, findings: list[Finding]) -> Changed | None:
        if not any(finding.fix and allowed(finding) for finding in findings):
            return None
        path = ctx.path
        outcome = fix_text(
            ctx.source,
            findings,
            run.recheck,
            allowed,
            context=lambda source: Context(source, parse(source), run.settings(path)),
            rules=run.rules.by_code,
            passes=passes,
        )
        for finding, error in outcome.crashed:
            result.errors.append(InternalError(finding.rule, path, type(error).__name__))
        return None if outcome.source is ctx.source else Changed(outcome.source, outcome.fixed, outcome.left)

    return change


def _ignoring(run: Run, result: Result, options: Options) -> Callable[[Context, list[Finding]], Changed | None]:
    from readlint.suppress.add import add_ignores, annotate, check_reason, check_until

    reason, until = check_reason(options.add_ignore or ""), check_until(options.until, run.today)

    def change(ctx: Context, findings: list[Finding]) -> Changed | None:
        edits = add_ignores(findings, ctx, reason, until)
        annotated = annotate(ctx, findings, edits, run.recheck) if edits else None
        missed = len(edits) if annotated is None else annotated.missed
        if missed:
            comments = "1 comment" if missed == 1 else f"{missed} comments"
            result.warnings.append(
                f"{ctx.path}: {comments} not written: the program would change, or the findings stay"
            )
        return annotated and Changed(annotated.source, annotated.suppressed, annotated.left)

    return change


def _allowed(run: Run, result: Result, options: Options) -> Callable[[Finding], bool]:
    """Which fixes the command line asks for."""
    if options.fingerprint is not None:
        _must_be_one(options.fingerprint, result)
        return lambda finding: finding.fingerprint == options.fingerprint
    if options.ask:
        from readlint.fixes.ask import ask

        build_all(run, result.findings, result.errors)
        offered = [finding for finding in result.findings if finding.edits]
        chosen = ask(offered, _shown(result), sys.stdin, sys.stdout)
        return lambda finding: finding in chosen
    safeties = (Safety.SAFE, Safety.UNSAFE) if options.unsafe_fixes else (Safety.SAFE,)
    return lambda finding: finding.fix is not None and finding.fix.safety in safeties


def _must_be_one(fingerprint: str, result: Result) -> None:
    """It is an identity within a file only. Which of several files is meant cannot be guessed."""
    paths = sorted({finding.path for finding in result.findings if finding.fingerprint == fingerprint})
    if not paths:
        raise UserError(f"no finding has the fingerprint {fingerprint}")
    if len(paths) > 1:
        shown = ", ".join(paths[:3]) + (", ..." if len(paths) > 3 else "")
        raise UserError(f"{len(paths)} files have a finding with the fingerprint {fingerprint}; name one: {shown}")


def _shown(result: Result) -> Callable[[Finding], str]:
    from readlint.report.model import Report
    from readlint.report.terminal import Style
    from readlint.report.text import render

    view = Report(result.findings, suppressed=result.suppressed)  # of which it takes the secrets
    style = Style.of(sys.stdout, os.environ, None)
    return lambda finding: render(finding, view, style)


def _by_path(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    for path, group in groupby(sorted(findings, key=Finding.sort_key), key=lambda finding: finding.path):
        yield path, list(group)
