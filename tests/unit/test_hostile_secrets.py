"""No pattern of the rules about secrets takes the square of a text's length: such a search would not end here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if not BENCHMARKS.exists():
    pytest.skip("the benchmarks are not here", allow_module_level=True)
sys.path.append(str(BENCHMARKS))
try:
    import hostile
finally:
    sys.path.remove(str(BENCHMARKS))

SEARCHES = {search.name: search for search in hostile.searches()}


def test_every_pattern_is_searched() -> None:
    assert len(SEARCHES) > len(hostile._formats.FORMATS) * 0.9
    assert {"_formats._PEM", "_mentions._BY_K", "_addresses._URL", "_values._ORDINARY"} <= SEARCHES.keys()


@pytest.mark.parametrize("name", SEARCHES)
def test_a_megabyte_of_its_own_alphabet_comes_to_an_end(name: str) -> None:
    for text in SEARCHES[name].texts:
        assert len(text) > 0.9 * hostile.MEGABYTE
        SEARCHES[name].run(text)
