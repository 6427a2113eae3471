"""The composition of psycopg for names that are put into a query: `sql.SQL("... {} ...").format(sql.Identifier(x))`."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, last_name, regex
from readlint_rules.sql._layout import CannotFix, Cell, Layout, Slot, lay_out
from readlint_rules.sql._model import Hole, Judged, Position, Query
from readlint_rules.sql._plan import Plan
from readlint_rules.sql._positions import place

_DRIVERS = frozenset({"psycopg2", "psycopg"})
_CALLS = frozenset({"execute", "executemany", "mogrify", "stream"})
_SEVERAL = regex(r"(?i)(?:s|list)\Z")  # `SELECT {columns}` is not one name


def composition(query: Query, found: list[Judged], ctx: Context) -> Plan | None:
    """The plan, or None where what is put in is more than names."""
    try:
        return _plan(query, found, ctx)
    except CannotFix:
        return None


def _plan(query: Query, found: list[Judged], ctx: Context) -> Plan:
    run = query.run
    if run.driver is None or run.driver.name not in _DRIVERS or run.name not in _CALLS or run.is_part:
        raise CannotFix
    if not query.is_single or not run.is_certain:
        raise CannotFix
    layout = lay_out([run.query], ctx)
    names = _names(layout, query, found)
    for cell in layout.cells:
        if cell.slot is None:
            cell.text = cell.text.replace("{", "{{").replace("}", "}}")
    for cell in names:
        layout.place(cell, "{}")
    made = Plan(query, layout, run.call, [run.call], run.driver, "", way="compose")
    made.names = [cell.slot for cell in names if cell.slot is not None]
    return made


def _names(layout: Layout, query: Query, found: list[Judged]) -> list[Cell]:
    """The slots, each a name of its own, without the quotes around it."""
    skeleton = query.skeletons[0]
    places = place(skeleton, query.run.driver)
    flagged = {one.hole.node for one in found}
    holes = [(number, piece) for number, piece in enumerate(skeleton.pieces) if isinstance(piece, Hole)]
    slots = layout.slots
    if len(holes) != len(slots) or not slots:
        raise CannotFix
    text, cells = layout.text()
    for (number, hole), cell in zip(holes, slots, strict=True):
        placed = places.get(number)
        slot = cell.slot
        is_own = slot is not None and slot.node is hole.node and hole.node in flagged and _is_plain(slot)
        if placed is None or not is_own or hole.many or placed.position is not Position.IDENTIFIER:
            raise CannotFix
        if placed.prefix or placed.suffix or _SEVERAL.search(last_name(hole.node) or ""):
            raise CannotFix
        at = cells.index(cell)
        if placed.context == "quoted":
            if text[at - 1 : at] != '"' or text[at + 1 : at + 2] != '"':
                raise CannotFix
            cells[at - 1].text = cells[at + 1].text = ""
        elif re.search(r"[\w'\"]\Z", text[:at]) or re.match(r"[\w'\"]", text[at + 1 :]):
            raise CannotFix
    return slots


def _is_plain(slot: Slot) -> bool:
    """Whether the value itself is put in, and is one name by its looks: a call may well join several."""
    if not isinstance(slot.node, (ast.Name, ast.Attribute, ast.Subscript)):
        return False
    return not slot.conversion and slot.spec in ("", "s") and slot.written in ("", "%s", "{}")
