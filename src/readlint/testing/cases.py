"""Every check of every rule of a pack, one by one, for whatever runs them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from readlint.rules import Rule
from readlint.testing.failures import CheckFailed, fail_if, near
from readlint.testing.fixtures import Fixture, check_marks, check_twins, fixtures_of, update_twins
from readlint.testing.invariants import check_invariants
from readlint.testing.pack import Pack, find_packs, module_file
from readlint.testing.pages import check_page, check_style, near_misses


class Skipped(Exception):
    """A fixture that this Python cannot read."""


@dataclass(frozen=True)
class Case:
    """One check: `run` raises `CheckFailed`, or `Skipped` where this Python cannot tell."""

    rule: Rule[Any]
    what: str
    path: str
    run: Callable[[], None]
    update: Callable[[], list[str]] = list

    @property
    def id(self) -> str:
        return f"{self.rule.name}: {self.what}"

    def __str__(self) -> str:
        return self.id


def rule_cases(target: str, fixtures: str | None = None) -> list[Case]:
    """All checks of a pack, by its package's name or a path in its source tree.

    `fixtures` is the folder with a folder of fixtures for each rule, where it is not `tests/fixtures` beside the
    pack's pyproject.toml.
    """
    return [case for pack in find_packs(target) for case in _of_pack(pack, fixtures or pack.folder)]


def _of_pack(pack: Pack, folder: str) -> Iterator[Case]:
    for rule in pack.rules:
        fixtures = fixtures_of(rule, folder, pack.rule_set)
        path = module_file(rule)
        if not pack.only:
            yield Case(rule, "style", path, _bound(check_style, rule))
            yield Case(rule, "page", path, _bound(check_docstring, rule, pack))
            yield Case(rule, "fixtures", path, _bound(check_coverage, rule, fixtures, folder))
        for fixture in fixtures:
            if pack.only and not _shares_path(pack.only, fixture.path):
                continue
            name, path = os.path.splitext(fixture.name)[0], fixture.path
            yield Case(rule, f"fixture {name}", path, _bound(check_fixture, fixture), _bound(_update, fixture))
            yield Case(rule, f"fixes in {name}", path, _bound(check_fix_invariants, fixture))


def _bound(function: Callable[..., Any], *arguments: object) -> Callable[[], Any]:
    return lambda: function(*arguments)


def _shares_path(one: str, other: str) -> bool:
    one, other = os.path.realpath(one), os.path.realpath(other)
    # A twin stands for its fixture.
    stem = one.replace(".unsafe-fixed.py", ".py").replace(".fixed.py", ".py")
    return stem == other or one.startswith(other + os.sep)


def check_docstring(rule: Rule[Any], pack: Pack | None = None) -> None:
    """The page's Example fires, "Use instead" does not, and fixing the one gives the other."""
    from readlint.testing.engine import rule_set

    check_page(rule, pack.rule_set if pack else rule_set([rule]))


def check_fixture(fixture: Fixture) -> None:
    """Marks and findings agree in both directions, and the twins show what fixing gives."""
    _skip_if_newer(fixture)
    check_marks(fixture)
    check_twins(fixture)


def check_fix_invariants(fixture: Fixture) -> None:
    """Fixed files parse, stay fixed, have lost the findings, and are changed nowhere but where the edits say."""
    _skip_if_newer(fixture)
    check_invariants(fixture.project, fixture.files)


def check_coverage(rule: Rule[Any], fixtures: list[Fixture], folder: str) -> None:
    """A rule has fixtures with hits and, beside them, code that looks like the defect and is right."""
    own = near(os.path.join(folder, rule.name))
    if not fixtures:
        raise CheckFailed([f"{rule.name} has no fixtures: write {own}{os.sep}basic.py with `# expect: {rule.code}`"])
    hits = misses = 0
    for fixture in fixtures:
        if fixture.is_for_newer_python:
            continue
        for path, marked in fixture.marked.items():
            lines = {mark.line for mark in marked.marks if not mark.miss}
            hits += sum(mark.code == rule.code and not mark.miss for mark in marked.marks)
            source = fixture.project.sources[path]
            misses += near_misses(source, fixture.project.context(source).tree, lines)
    problems = []
    if not hits:
        problems.append(f"{own}: no line is marked `# expect: {rule.code}`")
    if not misses:
        problems.append(f"{own}: there is no near miss; add a function that looks like the defect and is right")
    fail_if(problems)


def _update(fixture: Fixture) -> list[str]:
    return [] if fixture.is_for_newer_python else update_twins(fixture)


def _skip_if_newer(fixture: Fixture) -> None:
    if fixture.is_for_newer_python:
        raise Skipped(f"{near(fixture.path)} needs a newer Python")
