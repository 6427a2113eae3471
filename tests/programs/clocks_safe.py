"""Programs whose clocks `readlint --fix` mends. Each gives what it measured; `tick` lets time pass.

tests/end_to_end/test_clock_fixes.py runs them as they are and mended, under a clock that is set back meanwhile.
"""

import datetime as dt
import time
import time as t
from collections import deque
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import wraps
from time import time as wall

_begun = None


def seconds(tick):
    start = time.time()
    tick(2.5)
    return time.time() - start


def both_ends_named(tick):
    start = time.time()
    tick(2)
    end = time.time()
    return end - start


def nanoseconds(tick):
    start = time.time_ns()
    tick(3)
    return (time.time_ns() - start) / 1e9


def milliseconds(tick):
    start = int(time.time() * 1000)
    tick(1.25)
    return int(time.time() * 1000) - start


def rounded(tick):
    start = round(time.time(), 3)
    tick(2)
    return round(time.time() - start, 2)


def imported_name(tick):
    start = wall()
    tick(4)
    return wall() - start


def renamed_module(tick):
    start = t.time()
    tick(4)
    return t.time() - start


def total_seconds(tick):
    start = datetime.now()
    tick(90)
    return (datetime.now() - start).total_seconds()


def zoned(tick):
    start = datetime.now(timezone.utc)
    tick(90)
    return (datetime.now(timezone.utc) - start).total_seconds()


def utcnow(tick):
    start = dt.datetime.utcnow()
    tick(0.5)
    delta = dt.datetime.utcnow() - start
    return delta.total_seconds()


def whole_seconds(tick):
    start = datetime.now()
    tick(90)
    return (datetime.now() - start).seconds


def seconds_and_rest(tick):
    start = datetime.utcnow()
    tick(2.5)
    delta = datetime.utcnow() - start
    return delta.seconds * 1_000_000 + delta.microseconds


def timestamps(tick):
    start = datetime.now().timestamp()
    tick(7)
    return datetime.now().timestamp() - start


def laps(tick):
    gaps = []
    last = time.time()
    for pause in (1, 2, 3):
        tick(pause)
        now = time.time()
        gaps.append(now - last)
        last = now
    return sum(gaps)


def after_an_error(tick):
    start = time.time()
    try:
        tick(2)
        raise OSError
    except OSError:
        return time.time() - start


def walrus(tick):
    if start := time.time():
        tick(2)
        return time.time() - start
    return None


def closure(tick):
    start = time.time()

    def elapsed():
        return time.time() - start

    tick(3)
    return elapsed()


def decorated(tick):
    took = []

    def timed(function):
        @wraps(function)
        def inner():
            start = time.time()
            try:
                return function()
            finally:
                took.append(time.time() - start)

        return inner

    timed(lambda: tick(2))()
    return took[0]


def context_manager(tick):
    took = []

    @contextmanager
    def timing():
        start = time.time()
        yield
        took.append(time.time() - start)

    with timing():
        tick(6)
    return took[0]


class _Watch:
    _start = None

    def start(self):
        self._start = time.time()

    def stop(self):
        return 0 if self._start is None else time.time() - self._start


def attribute(tick):
    watch = _Watch()
    watch.start()
    tick(8)
    return watch.stop()


def module_variable(tick):
    global _begun
    _begun = time.time()
    tick(3)
    return time.time() - _begun


def deadline(tick):
    end = time.time() + 5
    count = 0
    while time.time() < end and count < 50:
        tick(1)
        count += 1
    return count


def remaining(tick):
    end = time.time() + 10
    tick(4)
    return max(0, end - time.time())


def deadline_in_nanoseconds(tick):
    end = time.time_ns() + 3_000_000_000
    count = 0
    while time.time_ns() < end and count < 50:
        tick(1)
        count += 1
    return count


def elapsed_against_a_limit(tick):
    start = time.time()
    count = 0
    while time.time() - start < 4 and count < 50:
        tick(1)
        count += 1
    return count


def elapsed_by_name(tick):
    start = time.time()
    for count in range(50):
        tick(1)
        elapsed = time.time() - start
        if elapsed > 6:
            return count
    return 50


def sum_in_the_comparison(tick):
    start = time.time()
    count = 0
    while not start + 3 <= time.time() and count < 50:
        tick(1)
        count += 1
    return count


def cut_off(tick):
    seen = time.time()
    count = 0
    while not seen < time.time() - 3 and count < 50:
        tick(1)
        count += 1
    return count


def datetime_deadline(tick):
    end = datetime.now(timezone.utc) + timedelta(minutes=1, seconds=5)
    count = 0
    while datetime.now(timezone.utc) < end and count < 50:
        tick(10)
        count += 1
    return count


def datetime_remaining(tick):
    end = datetime.utcnow() + timedelta(seconds=30)
    tick(10)
    return (end - datetime.utcnow()).total_seconds()


def datetime_limit(tick):
    start = datetime.now()
    count = 0
    while datetime.now() - start < timedelta(seconds=5) and count < 50:
        tick(1)
        count += 1
    return count


def next_run(tick):
    due = time.time()
    runs = 0
    for _ in range(20):
        if time.time() >= due:
            runs += 1
            due += 5
        tick(1)
    return runs


def nearest(tick):
    now = time.time()
    end = min(now + 30, now + 4)
    count = 0
    while time.time() < end and count < 50:
        tick(1)
        count += 1
    return count


class _Throttle:
    _next_check = None

    def is_due(self):
        if self._next_check is None or time.time() > self._next_check:
            self._next_check = time.time() + 3
            return True
        return False


def throttle(tick):
    throttle = _Throttle()
    due = 0
    for _ in range(12):
        due += throttle.is_due()
        tick(1)
    return due


def shared_start(tick):
    start = time.time()
    while time.time() - start < 5:
        tick(2)
    end = start + 20
    left = end - time.time()
    return time.time() - start + left * 1000


def sliding_window(tick):
    seen = deque()
    seen.append(1)
    last = time.time()
    for _ in range(10):
        tick(1)
        if time.time() - last > 2:
            seen.append(1)
            last = time.time()
    return len(seen)


class _Cleaner:
    _cleaned = 0

    def clean(self):
        if time.time() - self._cleaned > 60:
            self._cleaned = time.time()
            return True
        return False


def long_ago(tick):
    cleaner = _Cleaner()
    cleaned = []
    for _ in range(8):
        cleaned.append(cleaner.clean())
        tick(10)
    return [number for number, done in enumerate(cleaned) if done]
