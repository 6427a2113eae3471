"""The processes that many files are screened in. Most runs need none, and to import what starts them takes as long
as the interpreter's own start.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from readlint.budget import CLOCK
from readlint.parallel import SeldomCollection

Job = TypeVar("Job")
Result = TypeVar("Result")

_CHUNK = 12
_AHEAD = 2  # chunks that a worker has at hand, so that it never waits for the next one


class _Worker:
    def __init__(
        self, process: multiprocessing.process.BaseProcess, pipe: multiprocessing.connection.Connection
    ) -> None:
        self.process = process
        self.pipe = pipe
        self.chunks: deque[list[int]] = deque()  # it reads the first one, the others lie in its pipe


class Pool(Generic[Job, Result]):
    def __init__(self, jobs: Sequence[Job], work: Callable[[Job], Result], crashed: Callable[[Job], Result]) -> None:
        self.jobs = jobs
        self.work = work
        self.crashed = crashed
        self.chunks: deque[list[int]] = deque()
        # A forked worker has the rules and the settings already; elsewhere they are sent once.
        self.context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")

    def run(self, count: int) -> Iterator[tuple[int, Result]]:
        self.chunks.extend(_chunks(len(self.jobs), count))
        workers = [self._start() for _ in range(count)]
        try:
            for worker in workers:
                self._feed(worker)
            while busy := {worker.pipe: worker for worker in workers if worker.chunks}:
                for pipe in multiprocessing.connection.wait(list(busy)):
                    worker = busy[pipe]  # type: ignore[index]  # `wait` returns what it was given
                    try:
                        results = pickle.loads(worker.pipe.recv_bytes())
                    except (EOFError, OSError):
                        workers.remove(worker)
                        yield from self._bury(worker)
                        workers.append(fresh := self._start())
                        self._feed(fresh)
                        continue
                    chunk = worker.chunks.popleft()
                    self._feed(worker)
                    yield from zip(chunk, results, strict=True)
        finally:
            for worker in workers:
                worker.process.terminate()
                worker.pipe.close()

    def _start(self) -> _Worker:
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=_serve, args=(theirs, self.jobs, self.work, os.getpid()), daemon=True)  # type: ignore[attr-defined]
        forked = self.context.get_start_method() == "fork"
        with _interrupts_held_back(), contextlib.nullcontext() if forked else _away_from_linted_code():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _feed(self, worker: _Worker) -> None:
        while self.chunks and len(worker.chunks) < _AHEAD:
            worker.chunks.append(self.chunks.popleft())
            with contextlib.suppress(OSError):  # it is dead already, which the next reading from it shows
                worker.pipe.send(worker.chunks[-1])

    def _bury(self, worker: _Worker) -> Iterator[tuple[int, Result]]:
        """One file killed the worker: the files of its chunk are tried again alone, which tells which."""
        worker.pipe.close()
        worker.process.join(1)
        deadly, *untouched = worker.chunks
        self.chunks.extendleft(reversed(untouched))
        if len(deadly) == 1:
            yield deadly[0], self.crashed(self.jobs[deadly[0]])
        else:
            self.chunks.extendleft([index] for index in reversed(deadly))


def _chunks(jobs: int, workers: int) -> Iterator[list[int]]:
    """Ever smaller towards the end: nobody then waits for a worker that has only begun with many files."""
    start = 0
    while start < jobs:
        size = max(1, min(_CHUNK, (jobs - start) // (2 * _AHEAD * workers)))
        yield list(range(start, start + size))
        start += size


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C reaches every process of the terminal; one that has only just started would print a traceback."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _away_from_linted_code() -> Iterator[None]:
    """A process that is not forked looks for Python's own modules in the folder that it starts in, first of all."""
    here = os.getcwd()
    os.chdir(os.path.dirname(os.__file__))
    try:
        yield
    finally:
        os.chdir(here)


def _serve(
    pipe: multiprocessing.connection.Connection, jobs: Sequence[Job], work: Callable[[Job], Result], parent: int
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    with SeldomCollection() as collection, CLOCK.running(in_worker=True):
        while _alive(pipe, parent):
            results = []
            for index in pipe.recv():
                results.append(work(jobs[index]))
                collection.file_done()
            pipe.send_bytes(pickle.dumps(results, pickle.HIGHEST_PROTOCOL))


def _alive(pipe: multiprocessing.connection.Connection, parent: int) -> bool:
    """Wait for work. A worker outlives a parent that was killed: its pipe never closes, since it was forked too."""
    try:
        while not pipe.poll(1):
            if os.getppid() != parent:
                return False
    except (EOFError, OSError):
        return False
    return True
