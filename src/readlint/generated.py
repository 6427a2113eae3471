"""Files of the repository that are made from the code: the JSON schema and the shells' completions.

They are checked in, so that an editable install, an archive and a wheel all have them, and so that nothing has to be
imported to build one.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys

from readlint.completions import completions
from readlint.packs import rules_of_package
from readlint.settings.json_schema import as_text
from readlint.suppress.rules import ENGINE_RULES

SCHEMA = "docs/readlint.schema.json"


def files() -> dict[str, str]:
    """Their texts by their paths in the repository."""
    rules = [*ENGINE_RULES, *rules_of_package("readlint_rules")]
    return {SCHEMA: as_text(rules, other_packs=True), **completions()}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m readlint.generated", description="Writes or checks made files.")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", metavar="FOLDER", help="write them into the repository there")
    mode.add_argument("--check", metavar="FOLDER", help="status 1 and a diff if those there are not up to date")
    options = parser.parse_args(arguments)
    if options.check:
        return _check(options.check)
    for name, text in files().items():
        path = os.path.join(options.write, name)
        if _read(path) != text:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            print(path)
    return 0


def _check(folder: str) -> int:
    lines: list[str] = []
    for name, text in files().items():
        path = os.path.join(folder, name)
        before, after = (part.splitlines(keepends=True) for part in (_read(path), text))
        lines += difflib.unified_diff(before, after, path, "made from the code", n=1)
    sys.stdout.writelines(lines)
    if lines:
        print(f"\nThese files are not what the code makes. Run: python -m readlint.generated --write {folder}")
    return int(bool(lines))


def _read(path: str) -> str:
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
