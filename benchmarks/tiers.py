"""Shows which part of the engine a cold run in one process spends its time in. See README.md here.

A profiler slows down small functions most: compare shares of two such runs, and believe only compare.py about times.
"""

from __future__ import annotations

import contextlib
import cProfile
import io
import re
import sys
from collections import Counter

COLD = ["--isolated", "--select", "ALL", "--no-cache", "--jobs", "1", "--output-format", "concise"]
PART = re.compile(r".*/(readlint|readlint_rules|libcst|astroid)/(\w+)")


def main() -> None:
    profiler = cProfile.Profile()
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        profiler.runcall(run, sys.argv[1])
    profiler.create_stats()
    times: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, callers) in profiler.stats.items():
        if file != "~":
            times[part(file)] += own
        elif "compile" in name:
            times["ast.parse"] += own
        else:
            # What a built-in function costs belongs to the part that calls it.
            for (caller, _, _), (_, _, share, _) in callers.items():
                times[part(caller)] += share
    for name, spent in times.most_common():
        print(f"{spent / times.total():6.1%} {spent:8.3f} s  {name}")


def run(folder: str) -> None:
    from readlint.__main__ import main as readlint

    sys.argv = ["readlint", *COLD, folder]
    readlint()


def part(file: str) -> str:
    """The top folder or module of the engine, the family of a rule, a library, or the rest."""
    found = PART.match(file)
    if not found:
        return "standard library"
    package, inside = found.groups()
    return package if package in ("libcst", "astroid") else f"{package}.{inside}"


if __name__ == "__main__":
    main()
