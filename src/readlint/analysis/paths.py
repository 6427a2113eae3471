"""What becomes of an exception along one path, and the algebra of many paths.

A path has the rank of the best thing that surely happens on it, and the calls of project functions whose own rank is
not known yet: it is at least the first and becomes the best of all once they are.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rank(enum.IntEnum):
    """What became of the exception, from worst to best."""

    NOOP = 0  # nothing at all
    CONST = 1  # a value that does not depend on it took its place
    HIDE = 2  # a `debug` or `info` line
    WEAK = 3  # somebody is told, but not what it was
    STRONG = 4  # logged or tracked with its traceback or its text
    PROPAGATE = 5  # it, or its text, left the handler
    UNKNOWN = 6  # a call about which nothing is known: at least what is known, perhaps better
    RAISE = 7  # it, or another one, goes on; or the process ends


class Ask(NamedTuple):
    """A call of a project function: its qualified name, and the argument that carries the exception.

    `argument` is empty (none does), a position such as "0", or a keyword such as "=exc".
    """

    subject: str
    argument: str


class Path(NamedTuple):
    rank: Rank
    asks: frozenset[Ask] = frozenset()


#: The ways that lead on from a place, without those that another one is worse than or equal to.
Paths = tuple[Path, ...]

NOTHING: Paths = (Path(Rank.NOOP),)
NOT_KNOWN: Paths = (Path(Rank.UNKNOWN),)
_MOST = 12  # paths kept apart; the worst are kept, and what is dropped could only have made a finding conditional
_MOST_ASKS = 6  # project calls on one path; more is a program of its own, not a handler


def only(rank: Rank) -> Paths:
    return (Path(rank),)


def either(*sets: Iterable[Path]) -> Paths:
    """Control goes one of several ways."""
    kept: list[Path] = []
    for path in sorted({path for paths in sets for path in paths}, key=_order):
        if not any(worse.rank <= path.rank and worse.asks <= path.asks for worse in kept):
            kept.append(path)
    return tuple(kept[:_MOST])


def both(first: Paths, second: Paths) -> Paths:
    """One thing happens, then the other."""
    if first in (NOTHING, second):
        return second
    if second == NOTHING:
        return first
    return either(_together(a, b) for a in first for b in second)


def _together(first: Path, second: Path) -> Path:
    rank = max(first.rank, second.rank)
    asks = first.asks | second.asks
    if rank >= Rank.UNKNOWN:
        return Path(rank)
    return Path(Rank.UNKNOWN) if len(asks) > _MOST_ASKS else Path(rank, asks)


def _order(path: Path) -> tuple[int, int, list[Ask]]:
    return (path.rank, len(path.asks), sorted(path.asks))


def settle_path(path: Path, answer: Callable[[Ask], Rank]) -> Rank:
    return max([path.rank, *map(answer, path.asks)])
