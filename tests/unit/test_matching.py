"""Knowing findings again: by digests alone, each entry once at most."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.suppress.matching import Entry, match

FILES = ("a.py", "b.py", "lib/a.py", "lib/c.py")
PARTS = st.sampled_from("0123")
ENTRIES = st.lists(
    st.builds(Entry, st.sampled_from(FILES), st.sampled_from(["RL101", "RL201"]), PARTS, PARTS, PARTS), max_size=12
)
GONE = st.sets(st.sampled_from(FILES))


@given(ENTRIES, ENTRIES, GONE)
def test_no_entry_is_two_findings(known: list[Entry], found: list[Entry], gone: set[str]) -> None:
    partners = match(known, found, gone.__contains__, frozenset(FILES) - gone)
    assert len(partners) == len(found)
    assert Counter(filter(None, partners)) <= Counter(known)
    for one, partner in zip(found, partners, strict=True):
        if partner is None:
            continue
        assert one.rule == partner.rule
        assert (one.fingerprint, one.shape, one.statement) != ("", "", "")
        same = [getattr(one, part) == getattr(partner, part) for part in ("fingerprint", "shape", "statement")]
        assert any(same)
        assert same[0] or one.path == partner.path or partner.path in gone


@given(ENTRIES, st.randoms(use_true_random=False))
def test_what_did_not_change_is_known(known: list[Entry], random: object) -> None:
    found = list(known)
    random.shuffle(found)  # type: ignore[attr-defined]
    assert all(match(known, found, lambda _: False, frozenset(FILES)))


def entry(path: str, number: int, shape: int | None = None) -> Entry:
    return Entry(path, "RL101", f"{number}", f"{number}", f"{number if shape is None else shape}")


def known_as(known: list[Entry], found: list[Entry], gone: set[str], linted: set[str]) -> list[str | None]:
    partners = match(known, found, gone.__contains__, frozenset(linted))
    return [partner and f"{partner.path} {partner.fingerprint}" for partner in partners]


def test_the_file_itself_comes_first() -> None:
    known = [entry("a.py", 1), entry("b.py", 1)]
    assert known_as(known, [entry("b.py", 1), entry("a.py", 1)], set(), {"a.py", "b.py"}) == ["b.py 1", "a.py 1"]


def test_another_name_for_the_function_in_a_renamed_file() -> None:
    known = [entry("old.py", 1), entry("old.py", 2)]
    found = [entry("new.py", 1), entry("new.py", 3, shape=2)]
    assert known_as(known, found, {"old.py"}, {"new.py"}) == ["old.py 1", "old.py 2"]
    assert known_as(known, found, set(), {"new.py", "old.py"}) == ["old.py 1", None]


def test_of_many_renamed_files_each_is_taken_for_its_namesake() -> None:
    known = [entry(f"old/{name}.py", 1) for name in "abc"]
    found = [entry(f"new/{name}.py", 4, shape=1) for name in "cab"]
    names = known_as(known, found, {one.path for one in known}, {one.path for one in found})
    assert names == ["old/c.py 1", "old/a.py 1", "old/b.py 1"]


def test_a_file_with_little_in_common_is_no_successor() -> None:
    known = [entry("old.py", number) for number in range(4)]
    found = [entry("new.py", 9, shape=1)]
    assert known_as(known, found, {"old.py"}, {"new.py"}) == [None]
    assert known_as(known, [entry("lib/old.py", 9, shape=1)], {"old.py"}, {"lib/old.py"}) == ["old.py 1"]


@pytest.mark.parametrize("count", [3, 60])
def test_what_stands_everywhere_says_nothing_of_renames(count: int) -> None:
    known = [entry(f"old{number}.py", 1) for number in range(count)]
    found = [entry(f"new{number}.py", 2, shape=1) for number in range(count)]
    names = known_as(known, found, {one.path for one in known}, {one.path for one in found})
    assert all(names) is (count == 3)


def test_what_was_not_linted_is_not_given_away() -> None:
    known = [entry("a.py", 1)]
    assert known_as(known, [entry("b.py", 1)], set(), {"b.py"}) == [None]
    assert known_as(known, [entry("b.py", 1)], set(), {"a.py", "b.py"}) == ["a.py 1"]
