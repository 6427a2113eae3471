"""When to give up, and when to look again. Seen in salt, ansible, sqlalchemy, sentry-sdk, home-assistant, mlflow, prefect."""

import threading
import time
from datetime import datetime, timedelta, timezone

POLL = 0.5
REFRESH = timedelta(minutes=5)


def wait_for_port(probe, timeout):
    until = time.time() + timeout
    while time.time() < until:  # verdict: defect - gives up at once, or never, when the clock is set
        if probe():
            return True
        time.sleep(POLL)
    return False


def take(queue, lock, timeout):
    end = time.time() + timeout
    while not queue:
        left = end - time.time()  # verdict: defect - the time left can become hours
        if left <= 0:
            raise TimeoutError
        lock.wait(left)
    return queue.popleft()


def reboot_and_wait(host, timeout):
    end = datetime.now(timezone.utc) + timedelta(seconds=timeout)
    while datetime.now(timezone.utc) < end:  # verdict: defect - a machine that boots sets its clock, of all moments then
        if host.answers():
            return
    raise TimeoutError(host)


def collect(source, wait):
    begun = int(time.time())
    limit = begun + wait
    while True:
        yield source.get(max(1, limit - int(time.time())))  # verdict: defect - the same in whole seconds


def stop_children(children, grace):
    limit = time.time() + grace
    for child in children:
        child.join(max(0.0, limit - time.time()))  # verdict: defect - children are killed without grace


def acquire(path, create, timeout):
    begun = time.time()
    while not create(path):
        if time.time() - begun >= timeout:  # verdict: defect - a lock that is held forever, or given up at once
            return False
        time.sleep(POLL)
    return True


def poll(job, timeout):
    began = time.time()
    while (time.time() - began) < timeout:  # verdict: defect - the classic loop
        if job.done():
            return job.result()
    return None


def read_passphrase(process, timeout):
    begin = datetime.now()
    while process.poll() is None:
        now = datetime.now()
        if (now - begin).seconds > timeout:  # verdict: defect - `.seconds` of a negative difference is nearly a day
            process.kill()


class Token:
    def __init__(self, fetch):
        self._fetch = fetch
        self._value = None
        self._until = None

    def value(self):
        if self._until is None or time.time() >= self._until:  # verdict: defect - kept in this object only
            self._value, lifetime = self._fetch()
            self._until = time.time() + lifetime
        return self._value


class Camera:
    _deadline = None

    def is_stale(self):
        return self._deadline is None or datetime.now(timezone.utc) > self._deadline  # verdict: defect - set in another method

    def update(self, image):
        self._image = image
        self._deadline = datetime.now(timezone.utc) + REFRESH


class Presence:
    def __init__(self, keep):
        self._keep = keep
        self._seen = None

    def see(self):
        self._seen = datetime.now(timezone.utc)

    def is_home(self):
        return self._seen is not None and datetime.now(timezone.utc) - self._seen < self._keep  # verdict: defect - everybody comes home when the clock goes back


class Flusher:
    def __init__(self, every):
        self._every = every
        self._flushed = time.time()

    def tick(self, flush):
        if time.time() - self._flushed >= self._every:  # verdict: defect - batches stop until the clock has caught up
            flush()
            self._flushed = time.time()


class Reports:
    def __init__(self):
        self._sent = time.time()

    def is_due(self, interval):
        return self._sent < time.time() - interval  # verdict: defect - the same, the other way round


class Cache:
    def __init__(self, ttl):
        self._ttl = ttl
        self._filled = 0

    def get(self, load):
        now = time.time()
        if now - self._filled > self._ttl:  # verdict: defect - a cache in memory, whose age is a duration
            self._value = load()
            self._filled = now
        return self._value


def every(interval, work, stop: threading.Event):
    due = time.time()
    while not stop.is_set():
        work()
        due += interval
        stop.wait(max(0, due - time.time()))  # verdict: defect - catches up an hour of ticks at once


class Backoff:
    def __init__(self):
        self._blocked = {}

    def block(self, key, seconds):
        self._blocked[key] = time.time() + seconds

    def is_blocked(self, key):
        return self._blocked.get(key, 0) > time.time()  # verdict: defect - blocked for as long as the clock was set back


def wait_all(futures, timeout):
    end = time.monotonic() + timeout
    for future in futures:
        future.result(timeout=end - time.monotonic())  # verdict: fine - the right clock


async def settle(loop, quiet):
    until = loop.time() + quiet
    while loop.time() < until:  # verdict: fine - the loop's own clock
        await quiet_moment(until)


async def quiet_moment(until):
    return until


class Slot:
    def __init__(self, limit):
        self.limit = limit
        self.begun = time.time()
        self.timeout = limit

    def shrink(self, timeout):
        timeout = time.time() + timeout
        while time.time() < timeout:  # verdict: defect - a parameter becomes a deadline
            if self.limit == 0:
                return


def ask(question, timeout):
    step(question, time.time() + timeout)


def step(question, deadline):
    while question.open:
        if time.time() > deadline:  # verdict: defect (missed) - the deadline is made by the caller
            raise TimeoutError
