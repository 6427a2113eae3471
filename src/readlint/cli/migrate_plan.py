"""`readlint migrate-plan FILE`: the safe sequence for the hazards of a migration, as migrations to be pasted."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from readlint.bounds import project_of
from readlint.errors import UserError
from readlint.regex import regex

if TYPE_CHECKING:
    from readlint.findings import Finding
    from readlint.run import Run

_PER_MIGRATION = regex(r"\btransaction_per_migration\W{1,4}True\b")
#: The findings that a sequence of several migrations mends.
CODES = ("RL501", "RL503", "RL505", "RL506", "RL508", "RL513")


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint migrate-plan",
        description="Prints what a migration of Django, Alembic, yoyo or dbmate, or any other in SQL, should be "
        "instead, so that nobody waits for it: one or several migrations, ready to be pasted, each below a line with "
        "the name of its file.",
    )
    own.add_argument("file", metavar="FILE", help="the migration")
    return own


def run(arguments: list[str]) -> int:
    path = parser().parse_args(arguments).file
    from readlint.files.source import Unreadable, read_source

    try:
        source = read_source(path, path)
    except Unreadable as problem:
        raise UserError(f"{path} {problem.message}") from None
    own = _open(path)
    own.screened[path] = own.screen.file(source, own.settings(path))
    findings = _findings(own, path)
    from readlint_rules.migrations._plans import _planning

    ctx = own.files.open(path)
    plan = _planning.plan_of(ctx, findings, own.files.facts("migrations")) if ctx else None
    if plan is None:
        raise UserError(f"{path} is no migration")
    if not findings:
        sys.stderr.write(f"readlint: {path} has nothing to plan for\n")
        return 0
    parts = _planning.parts_of(plan, path, _text)
    sys.stdout.write(_planning.printed(plan, parts, path))
    if _planning.wants_transactions(plan, parts):
        _ask_for_transactions(_environment(path))
    for operation, codes in plan.unplanned:
        sys.stderr.write(f"readlint: no plan for {codes} in line {operation.call.lineno}\n")
    for statement in () if _planning.is_as_it_was(parts) else plan.not_undone():
        sys.stderr.write(f"readlint: the plan does not have line {statement.lineno} of the downgrade\n")
    return 1 if plan.unplanned else 0


def _ask_for_transactions(environment: str) -> None:
    if not _PER_MIGRATION.search(_text(environment)):
        sys.stderr.write(
            f"readlint: the plan needs a transaction for each revision: give `context.configure` in {environment} "
            "`transaction_per_migration=True`\n"
        )


def _environment(path: str) -> str:
    """The `env.py` above the folder of a revision; revisions may lie in folders of their own."""
    top = project_of(os.path.dirname(path))
    folder = os.path.dirname(os.path.abspath(path))
    while True:
        file = os.path.join(folder, "env.py")
        if os.path.isfile(file):
            return os.path.relpath(file)
        if os.path.realpath(folder) == top or folder == os.path.dirname(folder):
            return "env.py"
        folder = os.path.dirname(folder)


def _text(path: str) -> str:
    from readlint.files.source import Unreadable, read_source

    try:
        return read_source(path, path).text
    except Unreadable:
        return ""


def _open(path: str) -> Run:
    from readlint.cli import options as command_line
    from readlint.cli.lint import Options
    from readlint.packs import load_rules
    from readlint.run import open_run
    from readlint.settings.load import SettingsLoader

    rules = load_rules()
    options = Options(command_line.parse(["--no-cache", f"--select={','.join(CODES)}", "--", path]))
    loader = SettingsLoader(rules.rules, options.overrides, isolated=options.isolated, config=options.config)
    return open_run(rules, loader, options)


def _findings(own: Run, path: str) -> list[Finding]:
    from readlint.result import Result

    result = Result()
    own.judge(own.screened[path], result)
    return [finding for finding in result.findings if finding.rule in CODES]
