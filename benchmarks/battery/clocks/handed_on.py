"""Readings that go through other hands before they meet another. Seen in salt, superset, home-assistant, buildbot, nova."""

import heapq
import time


def profile_begin(label):
    return label, time.time()


def profile_end(label, begun, log):
    log("%s: %s", label, time.time() - begun)  # verdict: defect (missed) - begun in the function above


def profile(label, log):
    name, begun = profile_begin(label)
    work()
    log("%s: %s", name, time.time() - begun)  # verdict: defect - a function of the file gives the start


class Scheduler:
    def __init__(self):
        self._queue = []

    def call_later(self, delay, function):
        heapq.heappush(self._queue, (time.time() + delay, id(function), function))

    def run(self):
        when, _, function = self._queue[0]
        if when <= time.time():  # verdict: defect (missed) - everything planned waits until the clock has caught up
            heapq.heappop(self._queue)
            function()


class Map:
    def __init__(self):
        self._attr_updated = time.time()

    @property
    def updated(self):
        return self._attr_updated

    def is_old(self):
        return time.time() - self.updated > 60  # verdict: defect - through a property


class Timer:
    def __enter__(self):
        self.begun = time.time()
        return self

    def __exit__(self, *exc):
        return None


def managed(log):
    with Timer() as timer:
        work()
    log(time.time() - timer.begun)  # verdict: defect (missed) - read after the block that measured


def in_place():
    took = time.time()
    work()
    took -= time.time()  # verdict: defect (missed) - a difference like any other, with the sign turned
    return -took


class Clocked:
    def __init__(self, clock=time.time):
        self._clock = clock
        self._begun = clock()

    def age(self):
        return self._clock() - self._begun  # verdict: defect (missed) - tests give another clock, services take the default


class Waiting:
    def __init__(self):
        self._since = {}

    def add(self, key):
        self._since[key] = time.time()

    def longest(self):
        return time.time() - min(self._since.values())  # verdict: defect (missed) - the oldest of several readings


class Worker:
    limit_hit = 0

    def is_paused(self):
        return time.time() - self.limit_hit < 5  # verdict: defect - set from outside, by the supervisor below


def supervise(workers):
    for worker in workers:
        if worker.is_full():
            worker.limit_hit = time.time()


class Eta:
    def __init__(self):
        self._eta = {}

    def update(self, name, seconds):
        self._eta[name] = time.time() + seconds

    def show(self, name):
        return f"{self._eta[name] - time.time():.0f} s left"  # verdict: defect - a countdown that is shown to somebody


def restored(state):
    begun = state.get("begun") or time.time()
    return time.time() - begun  # verdict: fine - perhaps of the run before a restart


class Job:
    def __init__(self, row):
        self.begun = row.begun

    def restart(self):
        self.begun = time.time()

    def age(self):
        return time.time() - self.begun  # verdict: fine - perhaps from the database


def work():
    return None
