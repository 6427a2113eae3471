"""`readlint settings [NAME]`: the manual of the settings."""

from __future__ import annotations

import argparse

from readlint.packs import load_rules
from readlint.settings.show import describe_setting, list_settings


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(prog="readlint settings", description="Lists the settings, or explains one.")
    own.add_argument("setting", metavar="SETTING", nargs="?", help="a key such as per-file-ignores")
    own.add_argument("--schema", action="store_true", help="print the JSON schema, with all rules that are installed")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    rules = load_rules().rules
    if options.schema:
        from readlint.settings.json_schema import as_text

        print(as_text(rules, other_packs=False), end="")
        return 0
    print(describe_setting(options.setting, rules) if options.setting else list_settings(rules), end="")
    return 0
