"""Fixtures: files whose marks say what the rules must find in them, and twins that show what fixing makes of them.

`tests/fixtures/<rule-name>/<case>.py` is a project of one file, `tests/fixtures/<rule-name>/<case>/` one of several.
Only the folder's rule runs on them, and those that their marks name: a new rule cannot break another one's fixtures.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readlint.errors import UserError
from readlint.files.kinds import KINDS, kind_of
from readlint.files.source import Source, Unreadable, read_bytes
from readlint.findings import Finding
from readlint.packs import RuleSet
from readlint.rules import Rule
from readlint.testing.engine import SAFE, UNSAFE, Project, settings_for
from readlint.testing.failures import CheckFailed, fail_if, near, place, shown
from readlint.testing.marks import Mark, Marked, how_to_mark, read_marks

FIXED = ".fixed.py"
UNSAFE_FIXED = ".unsafe-fixed.py"
_SETTINGS = re.compile(r"(?:#|--)\s*settings:\s*(.+)")


@dataclass(frozen=True)
class Fixture:
    """One case of one rule: a file, or a folder that is a project."""

    rule: Rule[Any]
    path: str
    rules: RuleSet

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Where each file is, by its path inside the fixture. Twins are not among them."""
        if not os.path.isdir(self.path):
            return {self.name: self.path}
        found = {}
        for folder, folders, names in os.walk(self.path):
            folders[:] = sorted(name for name in folders if name != "__pycache__")
            for name in sorted(names):
                if kind_of(name) in KINDS and not is_twin(name):
                    path = os.path.join(folder, name)
                    found[os.path.relpath(path, self.path).replace(os.sep, "/")] = path
        return found

    @cached_property
    def marked(self) -> Mapping[str, Marked]:
        """The files by their paths inside the fixture, which decide whether they are tests."""
        try:
            return {shown: read_marks(shown, read_bytes(path)) for shown, path in self.files.items()}
        except Unreadable as problem:
            raise CheckFailed([f"{near(self.path)} {problem.message}"]) from None

    @property
    def codes(self) -> set[str]:
        """The rules that run: the folder's own, and those that the marks name."""
        return {self.rule.code, *(mark.code for marked in self.marked.values() for mark in marked.marks)}

    @cached_property
    def project(self) -> Project:
        lines = [line for marked in self.marked.values() for line in marked.source.lines]
        toml = "\n".join(match[1] for line in lines if (match := _SETTINGS.match(line)))
        try:
            settings = settings_for(self.rules, self.codes, toml)
        except UserError as error:
            raise CheckFailed([f"{near(self.path)}: a mark or a `# settings:` line is wrong: {error}"]) from None
        return Project([marked.source for marked in self.marked.values()], settings, self.rules)

    @cached_property
    def findings(self) -> Mapping[str, list[Finding]]:
        return self.project.findings()

    @property
    def is_for_newer_python(self) -> bool:
        expected = any(mark.code == "RL001" for marked in self.marked.values() for mark in marked.marks)
        return not expected and self.project.needs_newer_python()


def is_twin(name: str) -> bool:
    return name.endswith((FIXED, UNSAFE_FIXED))


def twin(path: str, ending: str) -> str:
    return os.path.splitext(path)[0] + ending


def fixtures_of(rule: Rule[Any], folder: str, rules: RuleSet) -> list[Fixture]:
    """The cases in `folder/<rule-name>`."""
    own = os.path.join(folder, rule.name)
    if not os.path.isdir(own):
        return []
    found = []
    for name in sorted(os.listdir(own)):
        path = os.path.join(own, name)
        case = os.path.isdir(path) and name != "__pycache__"
        if case or (kind_of(name) in KINDS and not is_twin(name)):
            found.append(Fixture(rule, path, rules))
    return found


# Marks and findings must agree, both ways


def check_marks(fixture: Fixture) -> None:
    """Every finding is expected, everything expected is found, and what is known to be missed still is."""
    problems: list[str] = []
    for path, marked in fixture.marked.items():
        problems += _compare(fixture.files[path], marked, fixture.findings[path])
    fail_if(problems)


def _compare(path: str, marked: Marked, findings: list[Finding]) -> Iterator[str]:
    source = marked.source
    left = list(findings)
    unmet: list[Mark] = []
    # The most particular mark chooses first: `RL101:5` must not be left without the finding that `RL101` took.
    for mark in sorted(
        marked.marks, key=lambda mark: (mark.miss, mark.column is None, not mark.text, not mark.severity)
    ):
        finding = next((finding for finding in left if _fits(mark, finding)), None)
        if finding:
            left.remove(finding)
            if mark.miss:
                yield (
                    f"{place(path, mark.line)}: a known miss is found now\n{shown(finding, source.lines)}\n"
                    f"change the mark to:  # expect: {mark}"
                )
        elif not mark.miss:
            unmet.append(mark)
    for mark in unmet:
        other = next((f for f in left if (f.rule, f.span.line) == (mark.code, mark.line)), None)
        if other:
            left.remove(other)
        yield _unmet(path, mark, other, source)
    for finding in left:
        yield (
            f"{place(path, finding.span.line, finding.span.column)}: a finding that is not expected\n"
            f"{shown(finding, source.lines)}\n"
            f"if it is right, {how_to_mark(source, finding.span.line, finding.rule)}"
        )


def _fits(mark: Mark, finding: Finding) -> bool:
    return (
        (finding.rule, finding.span.line) == (mark.code, mark.line)
        and mark.column in (None, finding.span.column)
        and mark.severity in ("", finding.severity.value)
        and mark.text in finding.message
    )


def _unmet(path: str, mark: Mark, other: Finding | None, source: Source) -> str:
    if other:
        where = f"at column {other.span.column + 1} as {other.severity.value}"
        found = f"it is found {where}, with this message:\n{shown(other, source.lines)}"
    else:
        line = source.lines[mark.line - 1].rstrip() if mark.line <= len(source.lines) else ""
        found = f"it is not found there\n{mark.line} | {line}"
    return f"{place(path, mark.line)}: expected {mark}, but {found}"


# Twins


def wanted_twins(fixture: Fixture) -> dict[str, Source | None]:
    """By path what each twin must hold; None where there must be none."""
    safe = fixture.project.fix_all(SAFE)
    unsafe = fixture.project.fix_all(UNSAFE)
    wanted: dict[str, Source | None] = {}
    for path, real in fixture.files.items():
        before = fixture.marked[path].source
        wanted[twin(real, FIXED)] = safe[path] if safe[path].data != before.data else None
        wanted[twin(real, UNSAFE_FIXED)] = unsafe[path] if unsafe[path].data != safe[path].data else None
    return wanted


def check_twins(fixture: Fixture) -> None:
    """`case.fixed.py` is what `--fix` makes of `case.py`, `case.unsafe-fixed.py` what `--fix --unsafe-fixes` does."""
    problems = []
    for path, source in wanted_twins(fixture).items():
        exists = os.path.exists(path)
        if source is None and exists:
            problems.append(f"{near(path)}: fixing changes nothing that this file could show\n{_update(fixture)}")
        elif source is not None and not exists:
            problems.append(f"{near(path)} is missing: it shows what fixing changes\n{_update(fixture)}")
        elif source is not None:
            found = read_marks(source.path, read_bytes(path)).source
            if found.data != source.data:
                problems.append(
                    f"{near(path)}: fixing gives something else\n{_diff(found, source)}\n{_update(fixture)}"
                )
    fail_if(problems)


def update_twins(fixture: Fixture) -> list[str]:
    """Make the twins what fixing gives; the paths that changed."""
    changed = []
    for path, source in wanted_twins(fixture).items():
        if source is None and os.path.exists(path):
            os.remove(path)
            changed.append(path)
        elif source is not None and not _holds(path, source):
            with open(path, "wb") as file:
                file.write(source.data)
            changed.append(path)
    return changed


def _holds(path: str, source: Source) -> bool:
    return os.path.exists(path) and read_marks(source.path, read_bytes(path)).source.data == source.data


def _update(fixture: Fixture) -> str:
    return f"look at it and accept it with:  readlint test-rules {near(fixture.path)} --update"


def _diff(one: Source, other: Source) -> str:
    lines = difflib.unified_diff(one.lines, other.lines, "the twin", "fixing gives", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ no line end\n" for line in lines).rstrip("\n")
