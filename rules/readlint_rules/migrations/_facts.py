"""What the facts of all files come to, worked out once a run.

Thousands of findings may ask for the same: to look at all facts for each of them is what would take the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from readlint_rules.migrations._files import once_in_a_row

R = TypeVar("R")


def once_a_run(build: Callable[[Sequence[str]], R]) -> Callable[[Sequence[str] | None], R]:
    """`build`, called again only for other facts. The engine gives all findings of a run one and the same list."""
    return once_in_a_row(lambda facts: build(facts or ()))
