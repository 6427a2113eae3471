"""`--show-files` and `--show-settings`: what a run would look at, and by which settings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from readlint import run
from readlint.packs import load_rules
from readlint.report.model import Report
from readlint.report.summary import write_notices
from readlint.report.terminal import Style, emit, escape
from readlint.settings.load import SettingsLoader
from readlint.settings.show import show_settings as as_toml
from readlint.syntax.screen import Screen

if TYPE_CHECKING:
    from readlint.cli.lint import Options


def show_files(options: Options) -> int:
    """The files, one a line."""
    loader = _loader(options)
    discovery = run.list_files(options.paths, loader.for_folder("."), loader.for_folder, Screen(load_rules()))
    for path in discovery.files:
        emit(sys.stdout, escape(path) + "\n")
    _warn([*discovery.warnings, *loader.warnings])
    return 0


def show_settings(options: Options) -> int:
    """The settings of the folder that is linted, as TOML with where each value comes from."""
    loader = _loader(options)
    path = options.stdin_filename or options.paths[0]
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    emit(sys.stdout, as_toml(loader.for_folder(folder or "."), load_rules().rules))
    _warn(loader.warnings)
    return 0


def _loader(options: Options) -> SettingsLoader:
    return SettingsLoader(load_rules().rules, options.overrides, isolated=options.isolated, config=options.config)


def _warn(warnings: list[str]) -> None:
    write_notices(Report([], warnings=warnings), sys.stderr, Style.of(sys.stderr, os.environ))
