"""`readlint test-rules PATH`: the checks of a rule pack, without pytest."""

from __future__ import annotations

import argparse

from readlint.testing import Case, CheckFailed, Skipped, rule_cases
from readlint.testing.failures import near


def parser() -> argparse.ArgumentParser:
    own = argparse.ArgumentParser(
        prog="readlint test-rules",
        description="Tries out the pages, fixtures and fixes of a rule pack. The pack's code is run.",
    )
    own.add_argument(
        "targets",
        metavar="PATH",
        nargs="*",
        default=["."],
        help="a pack's folder, or a module, a fixture or a folder in it; or the name of an installed package",
    )
    own.add_argument("--update", action="store_true", help="write the twins of fixtures: what fixing makes of them")
    own.add_argument("--fixtures", metavar="FOLDER", help="where the fixtures are, if not in tests/fixtures")
    return own


def run(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    cases = [case for target in options.targets for case in rule_cases(target, options.fixtures)]
    if options.update:
        for case in cases:
            for path in case.update():
                print(f"wrote {near(path)}")
    return _report(cases)


def _report(cases: list[Case]) -> int:
    failed = skipped = 0
    for case in cases:
        try:
            case.run()
        except CheckFailed as failure:
            failed += 1
            print(f"FAILED {case.id}\n\n{failure}\n")
        except Skipped as reason:
            skipped += 1
            print(f"skipped {case.id}: {reason}")
    counts = [f"{len(cases) - failed - skipped} passed"]
    counts += [f"{count} {word}" for count, word in ((failed, "failed"), (skipped, "skipped")) if count]
    rules = len({case.rule.code for case in cases})
    print(f"{rules} rule{'s' * (rules != 1)}, {len(cases)} checks: {', '.join(counts)}")
    return int(bool(failed))
