"""Where the number of a monotonic clock goes. Seen in celery, home-assistant, prefect, aiohttp and asyncio services."""

import json
import logging
import time
from datetime import datetime, timezone

logger = logging.getLogger(__name__)


def snapshot(queue):
    return json.dumps({"size": queue.qsize(), "at": time.monotonic()})  # verdict: defect - nobody can tell what it counts from


def save_checkpoint(path, step):
    path.write_text(f"{step} {time.perf_counter()}")  # verdict: defect - read again after a restart it is nonsense


def touch(redis, name):
    redis.set(f"seen:{name}", time.monotonic())  # verdict: defect - every worker counts from another moment


def record(cursor, name):
    cursor.execute("INSERT INTO seen VALUES (%s, %s)", (name, time.monotonic()))  # verdict: defect - a column of numbers without a date


def log_event(name):
    logger.info(name, extra={"timestamp": time.monotonic()})  # verdict: defect - a date in 1970


def started_at():
    begun = time.monotonic()
    return datetime.fromtimestamp(begun, timezone.utc)  # verdict: defect - no date


def took_since():
    begun = time.monotonic()
    logger.info("begin")
    yield
    logger.info("took %s", time.time() - begun)  # verdict: defect - two clocks that have nothing to do with each other


def remaining(timeout):
    until = time.time() + timeout
    yield until
    yield time.monotonic() < until  # verdict: defect - always true


async def send_state(session, loop):
    await session.post("https://example.org/state", json={"at": loop.time()})  # verdict: defect - the loop's time means nothing outside


def send_duration(session):
    begun = time.monotonic()
    yield
    session.post("https://example.org/took", json={"seconds": time.monotonic() - begun})  # verdict: fine - a duration means the same everywhere


def accepted(time_accepted):
    return time.time() - (time.monotonic() - time_accepted)  # verdict: fine - tells one clock in terms of the other


def boot_time():
    return time.time() - time.monotonic()  # verdict: fine - both are read at one instant


def to_loop_time(loop, when):
    return loop.time() + when - time.time()  # verdict: fine - the same, for `call_at`


def keep(jobs, name):
    jobs[name] = {"begun": time.monotonic()}  # verdict: fine - stays in the process


def debug():
    logger.debug("tick %s", time.monotonic())  # verdict: fine - only the order matters in this text


def set_gauge(gauge):
    gauge.set(time.time())  # verdict: fine - the wall clock


def describe(row):
    return json.dumps({"at": time.time(), "name": row.name})  # verdict: fine - a date
