"""A budget of time for each file, and within it for each rule: one that never ends costs its file, not the run.

Once a second a clock looks where the program is. It costs nothing in between, and seconds in which the machine slept
or the process stood still are not counted. What Python code runs is ended by an exception then. A loop in C code
does not see that; a worker process that is stuck in one is ended from within, and its parent goes on without the file.
"""

from __future__ import annotations

import _thread
import contextlib
import faulthandler
import functools
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

TICK = 1.0  # seconds
RULE = 20  # ticks for one rule and one file; the slowest of ours takes one on a file of 100,000 lines
SEARCH = 600  # ticks for what a rule looks for in all files of the project, of which there may be very many
FILE = 60  # ticks for one file
_GRACE = 10  # ticks
SEARCHING = "_searched"  # what calls a rule's search, in readlint.project.answers
STUCK = 90  # seconds without a tick, after which a worker ends


class OutOfTime(BaseException):
    """Raised wherever the program is then. Not an `Exception`, which a rule might catch."""

    def __init__(self, rule: str, ticks: int) -> None:
        super().__init__(rule)
        self.rule = rule  # its code; empty for the whole file
        self.kind = f"it took more than {int(ticks * TICK)} seconds"


class Clock:
    """Counts ticks while a file is worked on."""

    def __init__(self) -> None:
        self.modules: Mapping[str, str] = {}  # the code of the rule that a module is
        self.counting = False
        self.bounded = False
        self.file = 0
        self.rules: Counter[tuple[str, int]] = Counter()

    @contextlib.contextmanager
    def budget(self, *, of_file: bool = False) -> Iterator[None]:
        """A new budget for each rule at work inside, or for all of it together. `OutOfTime` says that one is spent."""
        self.bounded = of_file
        self.file = 0
        self.rules.clear()
        self.counting = True
        try:
            yield
        finally:
            self.counting = False

    def tick(self, number: int = 0, frame: FrameType | None = None) -> None:
        if not self.counting:
            return
        self.file += 1
        rule, most = self._rule_at(frame)
        self.rules[rule, most] += 1
        if self.bounded and self.file > FILE:
            raise OutOfTime("", FILE)
        if rule and self.rules[rule, most] > most:
            raise OutOfTime(rule, most)

    def _rule_at(self, frame: FrameType | None) -> tuple[str, int]:
        """The code of the rule that is at work, empty if none is, and its ticks."""
        rule = ""
        while frame is not None:
            module = frame.f_globals.get("__name__", "")
            if module.startswith("readlint.project."):
                if not rule:
                    break  # it looks for what the rule asked; how long that takes is the project's doing
                if frame.f_code.co_name == SEARCHING:
                    return rule, SEARCH
            rule = rule or self.modules.get(module, "")
            frame = frame.f_back
        return rule, RULE

    @contextlib.contextmanager
    def running(self, *, in_worker: bool = False) -> Iterator[None]:
        """Tick while this lasts. Signals reach the main thread only: elsewhere there is no budget."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def tick(number: int, frame: FrameType | None) -> None:
            if in_worker:
                _end_unless_called_again()
                if self.counting and self.file > FILE + _GRACE:
                    os._exit(1)  # what was raised was caught, again and again
            self.tick(number, frame)

        with _timer(tick):
            if in_worker:
                _end_unless_called_again()
            try:
                yield
            finally:
                if in_worker:
                    faulthandler.cancel_dump_traceback_later()


CLOCK = Clock()


@contextlib.contextmanager
def _timer(tick: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Call `tick` in the main thread, about once a second of it."""
    if not hasattr(signal, "setitimer"):
        with _ringing(tick):
            yield
    elif signal.getitimer(signal.ITIMER_REAL)[0]:
        yield  # somebody else's alarm, who runs readlint in a process of theirs
    else:
        before = signal.signal(signal.SIGALRM, tick)
        signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _ringing(tick: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """On Windows a thread does it. SIGTERM is free there: processes are ended without being told."""
    done = threading.Event()

    def ring() -> None:
        while not done.wait(TICK):
            _thread.interrupt_main(signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, tick)
    thread = threading.Thread(target=ring, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        signal.signal(signal.SIGTERM, before)


def _end_unless_called_again() -> None:
    """The one timer that a loop in C code cannot hold up, on any system. What it prints helps nobody."""
    faulthandler.dump_traceback_later(STUCK, exit=True, file=_nowhere())


@functools.cache
def _nowhere() -> int:
    return os.open(os.devnull, os.O_WRONLY)
