"""What must hold for every fix, whatever it does."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from readlint.files.source import UTF8_BOM, Source
from readlint.findings import Finding
from readlint.fixes.apply import FixOutcome
from readlint.fixes.edits import apply_edits
from readlint.testing.engine import UNSAFE, Project, applies
from readlint.testing.failures import fail_if, near, place, shown

#: Text behind the last statement that no fix has any business with.
_TAIL = "\n\n\x0c\n# end \t \n"


class _Variant(NamedTuple):
    """The same program in other bytes. Fixing it must give the same variant of the fixed program."""

    name: str
    change: Callable[[bytes], bytes]


_VARIANTS = (
    _Variant("Windows line ends", lambda data: data.replace(b"\n", b"\r\n")),
    _Variant("a byte-order mark", lambda data: UTF8_BOM + data),
    _Variant("a page break and white space at its end", lambda data: data.rstrip(b"\n") + _TAIL.encode()),
)


def check_invariants(project: Project, names: Mapping[str, str]) -> None:
    """`names` are the paths to print, by the paths of the project."""
    problems: list[str] = []
    for path, findings in project.findings().items():
        if any(finding.fix for finding in findings):
            problems += _of_file(project, path, near(names.get(path, path)))
    fail_if(problems)


def _of_file(project: Project, path: str, name: str) -> Iterator[str]:
    before = project.findings()[path]
    outcome = project.fix(path, applies(UNSAFE))
    yield from _well_fixed(before, outcome, name)
    if outcome.source.data != project.sources[path].data:
        yield from _stays_fixed(project, path, outcome.source, name)
    yield from _each_alone(project, path, before, name)
    yield from _in_other_bytes(project, path, outcome.source, name)


def _well_fixed(before: list[Finding], outcome: FixOutcome, name: str) -> Iterator[str]:
    try:
        ast.parse(outcome.source.text)
    except SyntaxError as error:
        yield f"{name}: the fixed file does not parse: {error}\n{outcome.source.text}"
        return
    expected = Counter(finding.rule for finding in before)
    expected.subtract(finding.rule for finding in outcome.fixed)
    for rule, count in Counter(finding.rule for finding in outcome.left).items():
        if count > expected[rule]:
            yield f"{name}: {count} {rule} findings are left after fixing, where {expected[rule]} should be"


def _stays_fixed(project: Project, path: str, fixed: Source, name: str) -> Iterator[str]:
    again = project.with_sources({path: fixed}).fix(path, applies(UNSAFE))
    if again.source.data != fixed.data:
        yield f"{name}: fixing a second time changes the file again:\n{again.source.text}"


def _each_alone(project: Project, path: str, findings: list[Finding], name: str) -> Iterator[str]:
    """Only what a fix's edits cover changes: the new bytes are the old ones with nothing but those edits applied."""
    source = project.sources[path]
    for finding in filter(applies(UNSAFE), findings):
        alone = project.fix(path, lambda other, known=finding.fingerprint: other.fingerprint == known)  # type: ignore[misc]
        if alone.source is source or len(alone.fixed) != 1:
            continue
        edits = alone.fixed[0].edits or ()
        if source.encode(apply_edits(source, edits)) != alone.source.data:
            where = place(name, finding.span.line)
            yield f"{where}: fixing changes more than the fix's edits say\n{shown(finding, source.lines)}"


def _in_other_bytes(project: Project, path: str, fixed: Source, name: str) -> Iterator[str]:
    source = project.sources[path]
    if b"\r" in source.data or source.bom or not source.data.endswith(b"\n") or source.encoding != "utf-8":
        return
    for variant in _VARIANTS:
        changed = Source(path, variant.change(source.data))
        outcome = project.with_sources({path: changed}).fix(path, applies(UNSAFE))
        if outcome.source.data != variant.change(fixed.data):
            yield f"{name}: with {variant.name} the file is fixed in another way:\n{outcome.source.data!r}"
