"""Writes a large SARIF log to nowhere, and says what the writing alone cost: seconds and CPU seconds.

large_log.py prepare       # put the files with the findings here, and the log for `json.dumps`
large_log.py readlint      # the log of 25,000 findings with fixes
large_log.py json.dumps    # the same log
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from readlint.findings import Edit, Finding, FixPlan, Place, Safety, Span
from readlint.packs import load_rules
from readlint.report import sarif
from readlint.report.model import Report

FILES = 1_000
EACH = 25  # findings in a file
LOG = Path("log.sarif")
# A function with a defect. The positions below are in it.
DEFECT = '''

def export_{number}(store, rows, limit={number}):
    """Copy the rows to the store, and say how long it took: both are logged."""
    begin = time.time()
    copied = 0
    for row in rows[:limit]:
        try:
            copied += store.put(row["id"], row["value"], retries=3)
        except Exception:
            pass
    seconds = time.time() - begin
    store.note(f"{{copied}} rows in {{seconds:.1f}} s")
    return seconds
'''
ROWS = DEFECT.split("\n")[:-1]
RULES = load_rules().by_code


def findings() -> Iterator[Finding]:
    """In a mix like that of real projects: a third points to another place, and some of those have a flow."""
    for file in range(FILES):
        for number in range(EACH):
            finding = duration(number) if number % 3 == 0 else swallowed(number)
            finding.path = f"exports_{file}.py"
            finding.definition = f"export_{number}"
            finding.fingerprint = f"{file * EACH + number:016x}"
            yield finding


def swallowed(number: int) -> Finding:
    found = RULES["RL101"].finding(
        span(number, "except Exception"),
        "handler",
        clause="except Exception",
        source="`store.put`",
        doing="does nothing",
    )
    found.fix = FixPlan("repair", "Log the exception", Safety.UNSAFE)
    found.edits = (
        Edit(Span(2, 0, 2, 0), "import logging\n"),
        Edit(span(number, "pass"), 'logging.exception("failed")'),
    )
    return found


def duration(number: int) -> Finding:
    begin, end = span(number, "time.time()"), span(number, "time.time() - begin")
    found = RULES["RL201"].finding(end, difference="time.time() - begin", clock="time.monotonic()")
    found.related = (Place(begin, "the start is read from `time.time`"),)
    if number % 12 == 3:
        kept = Place(span(number, "begin = time.time()"), "it is kept in `begin`")
        found.flow = (*found.related, kept, Place(end, "the end is read"), Place(end, "the difference is taken"))
    found.fix = FixPlan("repair", "Measure with `time.monotonic()`", Safety.SAFE)
    names = [Span(read.line, read.column + 5, read.line, read.column + 9) for read in (begin, end)]
    found.edits = tuple(Edit(name, "monotonic") for name in names)
    return found


def span(number: int, text: str) -> Span:
    """Where the text first is in a function of this number."""
    row = next(row for row, line in enumerate(ROWS) if text in line)
    line, column = 2 + number * len(ROWS) + row, ROWS[row].index(text)
    return Span(line, column, line, column + len(text))


def main(what: str) -> None:
    {"readlint": readlint, "json.dumps": dumps, "prepare": prepare}[what]()


def readlint() -> None:
    report = Report(findings())
    with open(os.devnull, "w", encoding="utf-8") as out:
        sarif.write(Report(()), out)  # imports what it needs; `json` is imported too when `dumps` is timed
        timed(lambda: sarif.write(report, out))


def prepare() -> None:
    text = "import time\n" + "".join(DEFECT.format(number=number) for number in range(EACH))
    for number in range(FILES):
        Path(f"exports_{number}.py").write_text(text, encoding="utf-8")
    out = io.StringIO()
    sarif.write(Report(findings()), out)
    timed(lambda: LOG.write_text(out.getvalue(), encoding="utf-8"))


def dumps() -> None:
    log = json.loads(LOG.read_bytes())
    timed(lambda: json.dumps(log))


def timed(action: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    print(time.perf_counter() - wall, time.process_time() - cpu, file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
