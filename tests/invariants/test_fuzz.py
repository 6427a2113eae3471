"""What the fuzzer found once, and a few new programs: `tests/fuzz.py` tries many more."""

from __future__ import annotations

import sys
from pathlib import Path

import fuzz
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FUZZED = sorted((Path(__file__).parents[1] / "fuzzed").glob("*.py"))
TEXTS = fuzz.corpus()
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs an alarm")


@pytest.mark.parametrize("path", FUZZED, ids=lambda path: path.stem)
def test_what_it_found(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert fuzz.failure_of(path.read_bytes(), str(tmp_path)) == ""


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, 2**40))
def test_programs_that_nobody_wrote(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    assert fuzz.failure_of(fuzz.program(seed, TEXTS), str(folder)) == ""


def test_the_same_seed_makes_the_same_program() -> None:
    assert fuzz.program(7, TEXTS) == fuzz.program(7, TEXTS) != fuzz.program(8, TEXTS)


def test_a_crash_is_found_and_cut_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = fuzz.try_out

    def try_out(data: bytes, folder: str) -> None:
        real(data, folder)
        if b"store.save()" in data:
            raise ZeroDivisionError("made up")

    monkeypatch.setattr(fuzz, "try_out", try_out)
    data = b"x = 1\ny = 2\nstore.save()\nz = 3\n"
    failure = fuzz.failure_of(data, str(tmp_path))
    assert failure.endswith("ZeroDivisionError: made up\n")
    assert fuzz.cut_down(data, str(tmp_path), failure) == b"store.save()\n"
