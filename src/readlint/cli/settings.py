"""`readlint settings [NAME]`: the manual of the settings."""

from __future__ import annotations

import argparse

from readlint.packs import load_rules
from readlint.settings.show import describe_setting, list_settings


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="readlint settings", description="Lists the settings, or explains one.")
    parser.add_argument("setting", metavar="SETTING", nargs="?", help="a key such as per-file-ignores")
    options = parser.parse_args(arguments)
    rules = load_rules().rules
    print(describe_setting(options.setting, rules) if options.setting else list_settings(rules), end="")
    return 0
