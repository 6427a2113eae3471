"""JUnit's XML, which GitLab, Jenkins and the test reporters of GitHub show: a suite a file, a failed test a finding.

Viewers know a test again by its class and name: these hold no line number, and no two tests have the same. An empty
report counts as a broken one, so a run without findings is one test that passed.
"""

from __future__ import annotations

from readlint.report.model import position
from readlint.report.terminal import Style
from readlint.report.text import render
from readlint.report.xml import DECLARATION, content, tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TextIO

    from readlint.errors import InternalError
    from readlint.findings import Finding
    from readlint.report.model import Report

SHOWS_FIXES = True


class Suite:
    """The tests of one file, as XML."""

    __slots__ = ("errors", "failures", "tests")

    def __init__(self) -> None:
        self.tests: list[str] = []
        self.failures = 0
        self.errors = 0


def write(report: Report, out: TextIO) -> None:
    suites = _suites(report)
    out.write(f"{DECLARATION}<{tag('testsuites', name='readlint', **_counts(suites.values()))}>\n")
    for path, suite in suites.items():
        attributes = _counts([suite])
        out.write(f"  <{tag('testsuite', name=path, **attributes, skipped=0)}>\n{''.join(suite.tests)}  </testsuite>\n")
    out.write("</testsuites>\n")


def _counts(suites: Collection[Suite]) -> dict[str, int]:
    return {
        "tests": sum(len(suite.tests) for suite in suites),
        "failures": sum(suite.failures for suite in suites),
        "errors": sum(suite.errors for suite in suites),
        "time": 0,  # some viewers count with it
    }


def _suites(report: Report) -> dict[str, Suite]:
    suites: dict[str, Suite] = {}
    names = Names()
    for finding in report.findings:
        suite = suites.setdefault(finding.path, Suite())
        suite.tests.append(_failure(finding, report, names))
        suite.failures += 1
    for error in report.errors:
        suite = suites.setdefault(error.path, Suite())
        suite.tests.append(_error(error, names))
        suite.errors += 1
    if not suites or report.warnings:
        suite = suites.setdefault("readlint", Suite())
        warnings = content("".join(f"warning: {warning}\n" for warning in report.warnings))
        suite.tests.append(_test(names.of("readlint", "run"), f"<system-err>{warnings}</system-err>"))
    return suites


class Names:
    """Tells apart tests that would be called the same."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], int] = {}

    def of(self, path: str, name: str) -> dict[str, str | int]:
        # Jenkins cuts at the last dot, for package and class.
        classname = path.removesuffix(".py").replace("/", ".")
        count = self.seen[classname, name] = self.seen.get((classname, name), 0) + 1
        return {"classname": classname, "name": name if count == 1 else f"{name} ({count})", "file": path}


def _failure(finding: Finding, report: Report, names: Names) -> str:
    where = f" in {finding.definition}" if finding.definition else ""
    attributes = names.of(finding.path, f"{finding.rule} {finding.name}{where}")
    attributes["line"] = position(finding.span)[0]
    failure = tag("failure", message=finding.message, type=finding.severity.value)
    text = render(finding, report, Style())
    return _test(attributes, f"<{failure}>{content(text)}</failure>")


def _error(error: InternalError, names: Names) -> str:
    attributes = names.of(error.path, f"{error.rule} internal error".lstrip())
    return _test(attributes, f"<{tag('error', message=str(error), type=error.kind)}/>")


def _test(attributes: dict[str, str | int], result: str) -> str:
    return f"    <{tag('testcase', **attributes, time=0)}>{result}</testcase>\n"
