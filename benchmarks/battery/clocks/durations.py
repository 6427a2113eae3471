"""How long something took. Seen in superset, salt, ansible, mlflow, buildbot, home-assistant."""

import functools
import logging
import time
from contextlib import contextmanager
from datetime import datetime, timezone

logger = logging.getLogger(__name__)


def run_statement(cursor, statement):
    began = time.time()
    cursor.execute(statement)
    logger.info("ran in %.1f s", time.time() - began)  # verdict: defect - a step of the clock is a negative or huge duration in the log


def compile_pillar(render, minion):
    begin = time.time()
    data = render(minion)
    finish = time.time()
    data["took"] = round((finish - begin) * 1000, 2)  # verdict: defect - both ends are named, and can be an hour apart
    return data


def play_task(task):
    begin = datetime.now()
    result = task()
    finish = datetime.now()
    result["delta"] = str(finish - begin)  # verdict: defect - local time without a zone also jumps at daylight saving
    return result


def load_model(path, loader):
    at = datetime.now(timezone.utc)
    model = loader(path)
    logger.info("loaded", extra={"ms": (datetime.now(timezone.utc) - at).total_seconds() * 1000})  # verdict: defect - a zone does not keep the clock from being set
    return model


def render(template):
    begin = datetime.utcnow()
    text = template.render()
    logger.debug("rendered in %s ms", (datetime.utcnow() - begin).microseconds / 1000)  # verdict: defect - microseconds are a part of the difference, and the clock can jump
    return text


def timed(metric):
    def wrap(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            begin = time.time()
            try:
                return function(*args, **kwargs)
            finally:
                metric.timing(function.__name__, time.time() - begin)  # verdict: defect - the metric shows the corrections of the clock

        return inner

    return wrap


@contextmanager
def stopwatch(label):
    begin = time.time()
    yield
    logger.info("%s: %d s", label, time.time() - begin)  # verdict: defect - measured over the `yield` of a context manager


class Phase:
    def __init__(self, name):
        self.name = name
        self._entered = None

    def enter(self):
        self._entered = time.time()

    def leave(self):
        return time.time() - self._entered  # verdict: defect - begun in one method, measured in another


class Uptime:
    def __init__(self):
        self._since = datetime.now(timezone.utc)

    def seconds(self):
        return (datetime.now(timezone.utc) - self._since).total_seconds()  # verdict: defect - the age of this very object


def throughput(rows):
    begin = time.time()
    count = sum(1 for _ in rows)
    return count / (time.time() - begin)  # verdict: defect - divides by nothing, or by less, when the clock steps back


def rate_of_events(events):
    last, gaps = time.time(), []
    for _ in events:
        now = time.time()
        gaps.append(now - last)  # verdict: defect - the gap between two readings of one loop
        last = now
    return gaps


def query_cost(connection, query):
    begin = time.perf_counter()
    connection.execute(query)
    return time.perf_counter() - begin  # verdict: fine - a clock for durations


def nap(seconds):
    before = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - before  # verdict: fine - never goes back


async def request(loop, send):
    begin = loop.time()
    await send()
    return loop.time() - begin  # verdict: fine - the loop's clock is monotonic


def sub_second_part():
    now = time.time()
    return now - int(now)  # verdict: fine - a part of one reading, for a file's name


def offset_of_local_time():
    now = time.time()
    return datetime.fromtimestamp(now) - datetime.utcfromtimestamp(now)  # verdict: fine - one instant in two zones


def report(begin):
    logger.info("took %s", time.time() - begin)  # verdict: defect (missed) - its callers pass `time.time()`


def migrate(steps):
    begin = time.time()
    for step in steps:
        step()
    report(begin)
