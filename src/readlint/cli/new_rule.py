"""`readlint new-rule NAME`: a rule to start from."""

from __future__ import annotations

import argparse

from readlint.testing.failures import near
from readlint.testing.scaffold import new_rule


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint new-rule",
        description="Writes the module and the fixture of a new rule, and a pack around it where there is none.",
    )
    own.add_argument("name", metavar="NAME", help="what is wrong, as in swallowed-exception")
    own.add_argument("--pack", metavar="FOLDER", default=".", help="the pack's folder; a new one is made there")
    own.add_argument("--code", default="", help="two letters and three digits; by default the next one")
    own.add_argument("--family", default="", help="the folder for the rule in the pack's package")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    made = new_rule(options.name, options.pack, options.code, options.family)
    for path in made.files:
        print(f"wrote {near(path)}")
    print(f"{made.code} {options.name} passes its checks as it stands. Change it, and run:")
    print(f"  readlint test-rules {near(made.root)}")
    return 0
