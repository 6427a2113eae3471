"""Programs whose clocks only `readlint --fix --unsafe-fixes` mends. See clocks_safe.py."""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

STARTED = time.time()
_local = threading.local()


def as_timedelta(tick):
    start = datetime.utcnow()
    tick(75)
    return datetime.utcnow() - start


def also_told(tick):
    start = time.time()
    str(start)
    tick(2)
    return time.time() - start


def microseconds_alone(tick):
    start = datetime.utcnow()
    tick(0.25)
    return (datetime.utcnow() - start).microseconds


def deadline_also_told(tick):
    end = time.time() + 4
    str(end)
    count = 0
    while time.time() < end and count < 50:
        tick(1)
        count += 1
    return count


def date_also_told(tick):
    end = datetime.now() + timedelta(seconds=4)
    str(end)
    count = 0
    while datetime.now() < end and count < 50:
        tick(1)
        count += 1
    return count


def unknown_span(tick, limit=timedelta(seconds=4)):
    end = datetime.now() + limit
    count = 0
    while datetime.now() < end and count < 50:
        tick(1)
        count += 1
    return count


def unknown_limit(tick, limit=timedelta(seconds=4)):
    start = datetime.now()
    count = 0
    while datetime.now() - start < limit and count < 50:
        tick(1)
        count += 1
    return count


class Watch:
    def __init__(self):
        self.begun = time.time()
        self.until = time.time() + 7

    def uptime(self):
        return time.time() - self.begun

    def is_over(self):
        return time.time() > self.until


def public_attribute(tick):
    watch = Watch()
    tick(3)
    return watch.uptime()


def public_deadline(tick):
    watch = Watch()
    count = 0
    while not watch.is_over() and count < 50:
        tick(1)
        count += 1
    return count


class Recorder:
    def start(self):
        self._at = time.time()
        str(self._at)

    def stop(self):
        return time.time() - self._at


def attribute_also_told(tick):
    recorder = Recorder()
    recorder.start()
    tick(3)
    return recorder.stop()


@dataclass
class Lease:
    since: float = field(default_factory=time.time)

    def age(self):
        return time.time() - self.since


def default_factory(tick):
    lease = Lease()
    tick(6)
    return lease.age()


def thread_local(tick):
    _local.entered = time.time()
    tick(2)
    return time.time() - _local.entered


def dictionary(tick):
    timing = {"from": time.time()}
    tick(2)
    timing["to"] = time.time()
    return timing["to"] - timing["from"]


def public_variable(tick):
    before = time.time() - STARTED
    tick(2)
    return time.time() - STARTED - before
