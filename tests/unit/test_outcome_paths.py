"""The algebra of paths: what it leaves out must never matter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.paths import NOTHING, Ask, Path, Paths, Rank, both, either, settle_path

asks = st.sampled_from([Ask(name, "") for name in "abc"])
paths = st.builds(Path, st.sampled_from(Rank), st.frozensets(asks, max_size=2))
sets = st.lists(paths, min_size=1, max_size=4).map(lambda found: either(found))
answers = st.fixed_dictionaries({Ask(name, ""): st.sampled_from(Rank) for name in "abc"})


def worst(found: Paths, answer: dict[Ask, Rank]) -> Rank:
    return min(settle_path(path, answer.__getitem__) for path in found)


@given(st.lists(paths, min_size=1, max_size=4), answers)
def test_pruning_keeps_the_worst(every: list[Path], answer: dict[Ask, Rank]) -> None:
    assert worst(either(every), answer) == worst(tuple(every), answer)


@given(sets, sets, answers)
def test_either_way(first: Paths, second: Paths, answer: dict[Ask, Rank]) -> None:
    assert worst(either(first, second), answer) == min(worst(first, answer), worst(second, answer))


@given(sets, sets, answers)
def test_one_after_the_other(first: Paths, second: Paths, answer: dict[Ask, Rank]) -> None:
    pairs = [max(settle_path(a, answer.__getitem__), settle_path(b, answer.__getitem__)) for a in first for b in second]
    # What nobody knows about stays so: an answer can no longer make it a raise.
    found = worst(both(first, second), answer)
    assert found == min(pairs) or {found, min(pairs)} == {Rank.UNKNOWN, Rank.RAISE}


@given(sets)
def test_nothing_changes_nothing(found: Paths) -> None:
    assert both(NOTHING, found) == both(found, NOTHING) == found
    assert both(found, found) == either(found)
