from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readlint.workers import _AHEAD, _CHUNK, _chunks


@given(st.integers(0, 3000), st.integers(2, 64))
def test_chunks_hold_every_job_once_and_shrink(jobs: int, workers: int) -> None:
    chunks = [*_chunks(jobs, workers)]
    assert [job for chunk in chunks for job in chunk] == [*range(jobs)]
    sizes = [len(chunk) for chunk in chunks]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[:1] <= [_CHUNK]
    assert sizes[-2 * _AHEAD * workers :] == [1] * min(jobs, 2 * _AHEAD * workers)
