"""readlint's rules in a flake8 run: what one file alone can prove, by readlint's own settings and comments.

flake8 hands out files one by one, in any order and to several processes, and editors run it at every pause of typing.
So questions are answered from the file itself, and a finding that needs another file is not reported here; nor is an
unused suppression, which may silence such a finding.

The tree that flake8 parsed is not used: other plugins may have changed it, and parsing is a small part of what flake8
spends on a file.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from readlint import __version__
from readlint.errors import UserError
from readlint.files.discovery import Discovery, Walk, current_folder, locate
from readlint.files.ignore import Patterns
from readlint.files.source import COOKIE, Source, Unreadable, source_encoding
from readlint.packs import load_rules
from readlint.report.terminal import escape
from readlint.result import Result
from readlint.run import Run
from readlint.settings.load import SettingsLoader

if TYPE_CHECKING:
    import ast

#: What is not right with readlint itself; no rule has this code.
BROKEN = "RL000"


class Plugin:
    """What flake8 calls: once a file, because it asks for a tree."""

    name = "readlint"
    version = __version__

    def __init__(self, tree: ast.AST, filename: str, lines: list[str]) -> None:
        self.filename = filename
        self.text = "".join(lines)

    @staticmethod
    def parse_options(options: Any) -> None:
        """Load the rules before flake8 forks its worker processes."""
        _settings_loader()

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        try:
            result = lint_alone(self.filename, self.text)
        except UserError as problem:  # flake8 shows the exception's representation, which lacks file and line
            raise RuntimeError(f"readlint: {problem}") from None
        for error in result.errors:
            yield 1, 0, f"{BROKEN} internal error: {escape(str(error))}", type(self)
        for finding in result.findings:
            yield finding.span.line, finding.span.column, f"{finding.rule} {escape(finding.message)}", type(self)


def lint_alone(filename: str, text: str) -> Result:
    """The findings of one file as if there were no other; nothing where the settings exclude it."""
    place = locate(filename, current_folder())
    loader = _settings_loader()
    run = Run(load_rules(), loader.for_folder, list_root=Discovery)
    run.narrowed = True
    result = Result()
    if _is_excluded(place.real):
        return result
    try:
        source = run.sources[place.shown] = Source(place.shown, _encoded(text))
        screened = run.screen.file(source, run.settings(place.shown))
    except Unreadable as problem:
        screened = run.screen.unreadable(place.shown, problem, run.settings(place.shown))
    run.screened[place.shown] = screened
    run.judge(screened, result)
    return result


@functools.lru_cache(maxsize=1)
def _settings_loader() -> SettingsLoader:
    return SettingsLoader(load_rules().rules)


def _is_excluded(real: str) -> bool:
    """Whether readlint's own `exclude` means the file. flake8 has dealt with what it was told to leave out itself."""
    excludes = _settings_loader().for_folder(".").excludes
    return Walk(Patterns(os.path.realpath(excludes.root), excludes.patterns), False).is_excluded(real, False)


def _encoded(text: str) -> bytes:
    """The text as bytes again, which is what readlint reads. flake8 has dropped the byte-order mark."""
    data = text.encode(errors="surrogatepass")
    cookie = COOKIE.match(data)
    return text.encode(source_encoding(cookie[1].decode()), errors="replace") if cookie else data
