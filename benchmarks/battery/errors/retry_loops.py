"""Attempts that are repeated. Seen in ansible, salt, mlrun, celery, nova, wandb, pyload."""

import logging
import time

logger = logging.getLogger(__name__)


def call_with_retries(call, attempts):
    for _ in range(attempts):
        try:
            return call()
        except Exception:  # verdict: defect - after the last attempt the caller gets None, and no attempt left a trace
            time.sleep(1)
    return None


def wait_for_database(connect):
    while True:
        try:
            return connect()
        except Exception:  # verdict: defect - a wrong password is retried for ever, without a line
            time.sleep(5)


def send_until_done(client, message):
    delivered = False
    tries = 0
    while not delivered and tries < 5:
        tries += 1
        try:
            client.send(message)
            delivered = True
        except Exception:  # verdict: defect - nobody looks at delivered after the loop
            pass


def limited(function, retries):
    result = None
    for attempt in range(retries):
        try:
            result = function()
            break
        except Exception:  # verdict: defect - too many failures and "no result" are one value
            continue
    return result


def fetch(call, attempts):
    for attempt in range(attempts):
        try:
            return call()
        except Exception:  # verdict: fine - the loop's else raises when all attempts failed
            time.sleep(2**attempt)
    else:
        raise RuntimeError("all attempts failed")


def wait_for_connection(ping, deadline):
    error = None
    while time.monotonic() < deadline:
        try:
            return ping()
        except Exception as failure:  # verdict: fine - the last error is raised after the loop
            error = failure
            time.sleep(1)
    raise TimeoutError("no connection") from error


def upload(client, part, attempts=3):
    for attempt in range(attempts):
        try:
            return client.upload(part)
        except OSError:  # verdict: fine - the last attempt raises
            if attempt == attempts - 1:
                raise
            time.sleep(1)


def download(client, name):
    for _ in range(3):
        try:
            return client.download(name)
        except Exception as error:  # verdict: fine - every attempt is told as a warning
            logger.warning("download of %s failed, trying again: %s", name, error)
    raise RuntimeError(f"{name} cannot be downloaded")


def deliver(self, message):
    try:
        self.broker.deliver(message)
    except Exception as error:  # verdict: fine - the task queue tries again and knows the reason
        raise self.retry(exc=error, countdown=30)


def acquire(lock, timeout):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            lock.take()
            return True
        except BlockingIOError:  # verdict: fine - somebody has the lock, so it waits
            time.sleep(0.1)
    return False
