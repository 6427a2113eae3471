"""Projects in which much happens at once: functions move, files are renamed and black has its way with them.

Every finding carries a number in a comment, which fingerprints do not see: by it a finding is known for certain.
"""

from __future__ import annotations

import re
from copy import deepcopy
from random import Random
from typing import NamedTuple

import pytest

from readlint.files.source import Source
from readlint.packs import load_rules
from readlint.settings.load import SettingsLoader
from readlint.suppress.matching import Entry, entry_of, match
from readlint.syntax.screen import Screen

black = pytest.importorskip("black", reason="black is not installed")

SCREEN = Screen(load_rules())
SETTINGS = SettingsLoader(load_rules().rules, isolated=True).for_folder(".")
ROUNDS = 60
#: Each with a finding in the line of the mark. Some differ in nothing, some in what they call.
DEFECTS = (
    "try:\n    {call}()\nexcept Exception:  # @{mark}\n    pass\n",
    "try:\n    {call}(1, 'a')\n    more()\nexcept (ValueError, Exception):  # @{mark}\n    return None\n",
    "try:\n    {call}()\nexcept:  # @{mark}\n    pass\n",
    "begun = time.time()\n{call}()\nreport(time.time() - begun)  # @{mark}\n",
    "try:\n    {call}()\nfinally:\n    return 1  # @{mark}\n",
)
CALLS = ("save", "load", "store.flush", "client.send", "work")
HARMLESS = (
    "x = {{'a': 1,\n     'b' : 2}}",
    "check( 1,2 )",
    "'''Text.'''",
    "y = (1)",
    "total = total+{number}",
    "if a :  b()",
)
HEAD = "import os,time\nfrom  lib import (save,\n   load)\n"


class Function(NamedTuple):
    name: str
    owner: str  # the class, or nothing
    parts: list[str]  # statements, at any depth of their own


Project = dict[str, list[Function]]


def text_of(functions: list[Function]) -> str:
    pieces = [HEAD]
    for function in functions:
        margin = "    " if function.owner else ""
        lines = [
            f"def {function.name}(a,b = 1):",
            *(f"    {line}" for part in function.parts for line in part.split("\n")),
        ]
        owner = [f"class {function.owner}:"] if function.owner else []
        pieces.append("\n".join([*owner, *(margin + line for line in lines), f"{margin}    return a"]))
    return "\n\n".join(pieces) + "\n"


class Maker:
    """Makes projects, and changes them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.marks = 0
        self.names = 0

    def name(self, stem: str) -> str:
        self.names += 1
        return f"{stem}{self.names}"

    def defect(self) -> str:
        self.marks += 1
        call = self.random.choice(CALLS)
        return self.random.choice(DEFECTS).format(call=call, mark=self.marks).rstrip("\n")

    def harmless(self) -> str:
        return self.random.choice(HARMLESS).format(number=self.random.randrange(100))

    def function(self) -> Function:
        parts = [self.defect() for _ in range(self.random.choice([1, 1, 2, 3]))]
        parts += [self.harmless() for _ in range(self.random.randrange(3))]
        self.random.shuffle(parts)
        return Function(self.name("work"), self.name("Owner") if self.random.random() < 0.3 else "", parts)

    def project(self) -> Project:
        return {
            self.name("pkg/mod") + ".py": [self.function() for _ in range(self.random.randrange(1, 6))]
            for _ in range(6)
        }

    def changed(self, project: Project) -> Project:
        project = deepcopy(project)
        for _ in range(self.random.randrange(1, 15)):
            self.random.choice(
                [
                    self.move,
                    self.shuffle,
                    self.rename,
                    self.edit,
                    self.edit,
                    self.rename_function,
                    self.mend,
                    self.spoil,
                    self.guard,
                ]
            )(project)
        return project

    def some_functions(self, project: Project) -> list[Function]:
        return project[self.random.choice(list(project))]

    def shuffle(self, project: Project) -> None:
        self.random.shuffle(self.some_functions(project))

    def move(self, project: Project) -> None:
        functions = self.some_functions(project)
        if functions:
            self.some_functions(project).append(functions.pop())

    def rename(self, project: Project) -> None:
        path = self.random.choice(list(project))
        project[self.name("other/mod") + ".py"] = project.pop(path)

    def rename_function(self, project: Project) -> None:
        functions = self.some_functions(project)
        if functions:
            functions[0] = functions[0]._replace(name=self.name("other"))

    def edit(self, project: Project) -> None:
        for function in self.some_functions(project)[:2]:
            function.parts.insert(self.random.randint(0, len(function.parts)), self.harmless())

    def guard(self, project: Project) -> None:
        """A line more in a `try`: what the handler guards is another statement now."""
        for function in self.some_functions(project)[:1]:
            number = self.random.randrange(len(function.parts))
            function.parts[number] = function.parts[number].replace("try:\n", "try:\n    prepare()\n", 1)

    def mend(self, project: Project) -> None:
        for function in self.some_functions(project)[:1]:
            function.parts[:] = [part for part in function.parts if "@" not in part] or ["pass"]

    def spoil(self, project: Project) -> None:
        self.some_functions(project).append(self.function())


def entries(project: Project, *, formatted: bool) -> dict[str, Entry]:
    """By their marks."""
    found: dict[str, Entry] = {}
    for path, functions in project.items():
        text = text_of(functions)
        if formatted:
            text = black.format_str(text, mode=black.Mode(line_length=60))
        lines = text.splitlines()
        for finding in SCREEN.file(Source(path, text.encode()), SETTINGS).findings:
            mark = re.search(r"@(\d+)", lines[finding.span.line - 1])
            if mark:
                found[f"{finding.rule} {mark[1]}"] = entry_of(finding, path)
    return found


def test_findings_are_known_again() -> None:
    untouched = kept = 0
    for number in range(ROUNDS):
        maker = Maker(Random(number))
        before = maker.project()
        after = maker.changed(before)
        known = entries(before, formatted=False)
        found = entries(after, formatted=True)
        partners = match(list(known.values()), list(found.values()), lambda path: path not in after, frozenset(after))  # noqa: B023
        taken = [partner for partner in partners if partner]
        assert len(set(taken)) == len(taken), "two findings for one entry"
        old = [partner for mark, partner in zip(found, partners, strict=True) if mark in known]
        untouched += len(old)
        kept += sum(partner is not None for partner in old)
    assert untouched > 20 * ROUNDS
    assert kept >= 0.99 * untouched, f"{kept} of {untouched}"
