"""Metrics, traces and logs that may fail. Seen in sentry_sdk, wandb, mlflow, distributed, prefect, litellm."""

import logging

import statsd

logger = logging.getLogger(__name__)
metrics = statsd.StatsClient()


def count_and_store(order, store):
    try:
        store.save(order)
        metrics.incr("orders")
    except Exception:  # verdict: defect - the order is in there too, not only its metric
        pass


def finish_span(span, response):
    try:
        response.commit()
        span.set_attribute("status", response.status)
        span.end()
    except Exception:  # verdict: defect - the commit is no telemetry
        logger.debug("span not finished")


def count_login(user):
    try:
        metrics.incr("logins")
    except Exception:  # verdict: fine (flagged) - only a metric: it must never stop a login
        pass


def log_from_destructor(name, error):
    try:
        logging.getLogger(name).error("unraisable", exc_info=error)
    except Exception:  # verdict: fine (flagged) - the logger itself failed, there is no other place to tell
        pass


def traced(span, call):
    try:
        result = call()
    except Exception as error:  # verdict: fine - recorded in the trace and raised
        span.record_exception(error)
        raise
    finally:
        span.end()
    return result


def message_of(record):
    try:
        return record.getMessage()
    except Exception as error:  # verdict: fine - the text that is logged says what was wrong
        return f"Bad logger message: {error}"


def fetch_flags(client):
    try:
        return client.flags()
    except Exception:  # verdict: fine - counted and logged with its traceback
        metrics.incr("flags.failed")
        logger.warning("flags cannot be read", exc_info=True)
        return {}
