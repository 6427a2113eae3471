"""Handlers that do different things on different ways. Seen in celery, homeassistant, salt, nova, distributed, buildbot."""

import logging
import os

logger = logging.getLogger(__name__)


def refresh(cache, debug):
    try:
        cache.refresh()
    except Exception:  # verdict: defect - raises only while somebody debugs
        if debug:
            raise


def update(entity):
    try:
        entity.update()
    except Exception as error:  # verdict: defect - the second time it is silent, and so is every error that is not a timeout
        if isinstance(error, TimeoutError) and entity.available:
            logger.error("timeout of %s", entity, exc_info=True)


def dispatch(handler, event):
    try:
        handler(event)
    except Exception as error:  # verdict: defect - errors without a code disappear
        if hasattr(error, "code"):
            logger.error("event failed: %s", error)
        else:
            return None


def read_state(path):
    try:
        return path.read_text()
    except Exception:  # verdict: defect (missed) - an unreadable state is an empty one, unless a variable is set
        if os.environ.get("STRICT_STATE"):
            raise
        return ""


def convert(value, kind):
    try:
        return kind(value)
    except Exception as error:  # verdict: defect (missed) - a log in one branch of three
        if kind is int:
            logger.warning("no number: %s", error)
            return 0
        elif kind is bool:
            return False
        return None


def connect(address, fallback):
    try:
        return address.connect()
    except Exception as error:  # verdict: fine - every way ends in a raise or in a log with the cause
        if fallback is None:
            raise
        logger.warning("using the fallback: %s", error)
        return fallback


def handle(request, respond):
    try:
        return respond(request)
    except Exception as error:  # verdict: fine - reported before the ways part
        logger.exception("request failed")
        if request.is_json:
            return {"error": type(error).__name__}
        return None


def read_device(device):
    try:
        return device.read()
    except OSError as error:  # verdict: fine - one errno is an answer, the others are raised
        if error.errno != 19:
            raise
        return None


def step(machine):
    try:
        machine.step()
    except Exception as error:  # verdict: fine - both arms of the match report
        match error:
            case TimeoutError():
                logger.warning("step timed out", exc_info=True)
            case _:
                logger.exception("step failed")


def commit(session):
    try:
        session.commit()
    except Exception:  # verdict: fine - the rollback may fail as well, but the error is raised either way
        try:
            session.rollback()
        finally:
            raise
