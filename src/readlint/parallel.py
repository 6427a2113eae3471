"""Screening many files in worker processes.

The order of results never depends on the workers. A worker that dies (out of memory, a crash in C code) costs the
file it was reading an error, not the run.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from readlint.budget import CLOCK

Job = TypeVar("Job")
Result = TypeVar("Result")

#: Measured with 2 cores on files of 180 lines: below, starting the workers costs more than they save.
FILES_WORTH_WORKERS = 96
COLLECT_EVERY = 400


def default_workers() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def each(
    jobs: Sequence[Job], work: Callable[[Job], Result], crashed: Callable[[Job], Result], workers: int
) -> Iterator[tuple[int, Result]]:
    """`work(job)` of every job with its index, in any order; `crashed(job)` where the worker died of it."""
    if workers <= 1 or len(jobs) < FILES_WORTH_WORKERS:
        with SeldomCollection() as collection, CLOCK.running():
            for index, job in enumerate(jobs):
                yield index, work(job)
                collection.file_done()
    else:
        from readlint.workers import Pool

        yield from Pool(jobs, work, crashed).run(min(workers, len(jobs)))


class SeldomCollection:
    """Syntax trees make the garbage collector run often and find nothing: it takes an eighth of the time."""

    def __enter__(self) -> SeldomCollection:
        self.was_enabled = gc.isenabled()
        self.files = 0
        gc.disable()
        gc.freeze()
        return self

    def file_done(self) -> None:
        """What a file leaves behind is little, and goes off the list that `nodes_of` reads."""
        self.files += 1
        if self.files % COLLECT_EVERY:
            gc.collect(0)
        else:
            gc.collect()
            gc.freeze()  # what is left are results: to look through them every time would be quadratic

    def __exit__(self, *error: object) -> None:
        gc.unfreeze()
        if self.was_enabled:
            gc.enable()
