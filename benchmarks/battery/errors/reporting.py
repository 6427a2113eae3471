"""Helpers that other files of the battery call. Seen in nova, celery, sentry_sdk, mlflow, litellm."""

import logging
from contextlib import contextmanager

import sentry_sdk

logger = logging.getLogger(__name__)


def report(error, place):
    logger.error("%s failed", place, exc_info=error)


def track(error):
    sentry_sdk.capture_exception(error)


def report_when_verbose(error, verbose):
    if verbose:
        logger.error("failed", exc_info=error)


def forget(error):
    """Looks like a report, and is none."""


@contextmanager
def captured(place):
    try:
        yield
    except Exception as error:  # verdict: fine - reported by report(), then the block is left
        report(error, place)
