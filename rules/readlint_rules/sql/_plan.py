"""What a fix is going to do to a query: the parameters that it gets, and the cells of its text that give way to them.

A plan is made of syntax nodes alone, so that a finding can say whether its fix is safe; `_writing` turns it into code
when a fix is wanted.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from readlint.api import Context
from readlint_rules.sql._drivers import Driver
from readlint_rules.sql._layout import Cell, Layout, Slot
from readlint_rules.sql._matching import Match
from readlint_rules.sql._model import Query
from readlint_rules.sql._placeholders import Mark


@dataclass(eq=False)
class Parameter:
    """`parts` make a text; a bare one is a single slot whose value is bound as it is; `many` a list of values."""

    parts: list[str | Slot]
    bare: bool = False
    many: str = ""  # tuple, list, spread
    of_text: bool = False  # the elements of the list were written in quotes
    name: str = ""
    at: int = 0  # how many of the old placeholders come before it
    number: int = 0

    @property
    def slots(self) -> list[Slot]:
        return [part for part in self.parts if isinstance(part, Slot)]


@dataclass(eq=False)
class Plan:
    """`root` is the call that gets the parameters; `nodes` are what is rewritten."""

    query: Query
    layout: Layout
    root: ast.Call
    nodes: list[ast.expr]
    driver: Driver
    style: str
    parameters: list[Parameter] = field(default_factory=list)
    is_safe: bool = True
    existing: ast.expr | None = None
    by_name: bool = False
    way: str = "container"  # varargs, bindparams, compose
    names: list[Slot] = field(default_factory=list)  # for compose


@dataclass(eq=False)
class Draft:
    """A plan on its way, and what is known of the text that it is for.

    `text` is the query as it was written, with a null for each slot, and `cells` has the cell of each character.
    """

    plan: Plan
    ctx: Context
    matches: dict[Cell, Match]
    text: str
    cells: list[Cell]
    literals: tuple[tuple[int, int], ...]  # quotes included
    marks: list[Mark]  # of the parameters that the call has
    taken: set[str]  # their names
    is_formatted: bool  # the driver takes `%%` for `%` in the text as it is

    def literal_at(self, index: int) -> tuple[int, int] | None:
        return next((span for span in self.literals if span[0] <= index < span[1]), None)

    def marks_before(self, index: int) -> int:
        return sum(mark.start < index for mark in self.marks)

    def slot_at(self, index: int) -> Slot:
        slot = self.cells[index].slot
        assert slot is not None
        return slot
