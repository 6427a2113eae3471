"""Which slot in the text of a query is which of the holes that the rules judged, and what SQL wants there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from readlint.api import Context
from readlint_rules.sql._folding import skeletons
from readlint_rules.sql._layout import CannotFix, Cell, Layout, Slot
from readlint_rules.sql._model import Hole, Judged, Position, Query
from readlint_rules.sql._positions import Placed, place


class Match(NamedTuple):
    placed: Placed
    is_flagged: bool  # the finding is about it


def matches(layout: Layout, query: Query, found: Sequence[Judged], ctx: Context) -> dict[Cell, Match]:
    """What is known of each slot; a slot whose text is known is left out."""
    skeleton = query.skeletons[0]
    places = place(skeleton, query.run.driver)
    flagged = {one.hole.node for one in found}
    holes = [(number, piece) for number, piece in enumerate(skeleton.pieces) if isinstance(piece, Hole)]
    matched: dict[Cell, Match] = {}
    for cell in layout.slots:
        assert cell.slot is not None
        built = _built(cell.slot, holes, places, ctx)
        mine = built or _own(cell.slot, holes)
        if not mine:
            continue
        number, hole = mine[0]
        if number not in places:
            raise CannotFix
        placed = places[number] if built else _as_list(hole, places[number])
        matched[cell] = Match(placed, any(one.node in flagged for _, one in mine))
        del holes[: len(mine)]
    if holes or not any(match.is_flagged for match in matched.values()):
        raise CannotFix
    return matched


def _own(slot: Slot, holes: list[tuple[int, Hole]]) -> list[tuple[int, Hole]]:
    """The next hole, if it is this slot; a join is judged by its elements."""
    if not holes:
        return []
    hole = holes[0][1]
    is_own = hole.node is slot.node or (hole.many and any(part is hole.node for part in ast.walk(slot.node)))
    return holes[:1] if is_own else []


def _built(
    slot: Slot, holes: list[tuple[int, Hole]], places: dict[int, Placed], ctx: Context
) -> list[tuple[int, Hole]]:
    """What is put into a text that was put together before and stands in a literal as a whole: `'{index_name}'`."""
    found = skeletons(slot.node, ctx)
    inner = found[0].holes if len(found) == 1 else ()
    mine = holes[: len(inner)]
    if not inner or [hole.node for _, hole in mine] != [hole.node for hole in inner] or inner[0].node is slot.node:
        return []
    texts = [piece.text for piece in found[0].pieces if not isinstance(piece, Hole)]
    is_whole = all(number in places and places[number].position is Position.QUOTED for number, _ in mine)
    return mine if is_whole and not any(set("'\"\\") & set(text) for text in texts) else []


def _as_list(hole: Hole, placed: Placed) -> Placed:
    """Several values within one pair of quotes: `'{"','".join(names)}'`."""
    is_list = hole.many and placed.position is Position.QUOTED
    return placed._replace(position=Position.LIST, context="text") if is_list else placed
