"""`readlint secrets allow`: record secrets that may stand in the source, by keyed hash and never by value."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator

from readlint.errors import UserError
from readlint.findings import Finding, Span

_PLACE = re.compile(r"(.+?)(?::(\d+))?(?::\d+)?")


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint secrets",
        description="Records secrets that may stand in the source, such as keys made for tests: a keyed hash of each "
        "goes into readlint-secrets.toml beside the settings, its value nowhere.",
    )
    own.add_argument("action", choices=("allow",))
    own.add_argument("places", metavar="PATH[:LINE]", nargs="+", help="where the secrets are, as a report shows it")
    own.add_argument("--reason", required=True, help="why they may stand there")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    places = [_place(text) for text in options.places]
    findings = [finding for finding in _findings(sorted({path for path, _ in places})) if _is_meant(finding, places)]
    if not findings:
        raise UserError(f"no secret was found at {', '.join(options.places)}")
    for finding in findings:
        for file, mark in _record(finding, options.reason):
            print(f"Allowed the secret of {finding.path}:{finding.span.line} in {file} as {mark}")
    return 0


def _place(text: str) -> tuple[str, int]:
    """A path and a line, 0 for all lines."""
    match = None if os.path.exists(text) else _PLACE.fullmatch(text)
    return (match[1], int(match[2] or 0)) if match else (text, 0)


def _findings(paths: list[str]) -> list[Finding]:
    from readlint.cli import options as command_line
    from readlint.cli.lint import Options
    from readlint.run import lint

    return lint(Options(command_line.parse(["--no-cache", "--select=secrets", "--", *paths])), None).findings


def _is_meant(finding: Finding, places: list[tuple[str, int]]) -> bool:
    if not finding.data.get("secret"):
        return False
    own = os.path.realpath(finding.path) + os.sep
    return any(
        own.startswith(os.path.join(os.path.realpath(path), "")) and line in (0, finding.span.line)
        for path, line in places
    )


def _record(finding: Finding, reason: str) -> Iterator[tuple[str, str]]:
    """The file that each secret of a finding was recorded in, and its hash."""
    from readlint.files.source import read_source
    from readlint.packs import load_rules
    from readlint.settings import allowed
    from readlint.settings.load import SettingsLoader

    loader = SettingsLoader(load_rules().rules)
    settings = loader.for_folder(os.path.dirname(finding.path) or ".")
    file = os.path.join(settings.root, allowed.NAME)
    source = read_source(finding.path, finding.path)
    for numbers in finding.data["secret"]:
        secret = source.slice(Span(*numbers))
        if not settings.allowed_secrets.allow(secret):
            yield os.path.relpath(file), allowed.add(file, settings.allowed_secrets, secret, reason)
