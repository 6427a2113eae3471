"""A failure ends in a log, but not so that somebody can find it. Seen in neutron, checkov, litellm, jupyterhub, nova, celery,
wandb, mlflow."""

import logging

import structlog

logger = logging.getLogger(__name__)
events = structlog.get_logger()


def flush_deferred(batch):
    for deferred in batch:
        try:
            deferred.execute()
        except Exception:  # verdict: defect - the log says that it failed and not why
            logger.error("placement call failed: %s", deferred)


def upload_results(client, results):
    try:
        client.upload(results)
        logger.info("uploaded")
    except Exception:  # verdict: defect - production does not log at debug, so a failed upload is invisible
        logger.debug("unexpected failure while uploading", exc_info=True)


def confirm_resize(api, server):
    try:
        api.confirm(server)
    except Exception as error:  # verdict: defect - a resize that hangs is told at info
        logger.info("cannot confirm resize: %s; will retry", error)


def sweep_state(api, sweep):
    try:
        state = api.state(sweep)
    except Exception as error:  # verdict: defect - the state becomes None, told at debug only
        logger.debug(f"fetch sweep state error: {error}")
        state = None
    return state


def clear_session(manager, name):
    try:
        manager.save(manager.load(name).without_session())
    except Exception:  # verdict: defect - debug, and without the cause
        logger.debug("could not clear the session of %s", name)


def update_chart(chart, convert):
    try:
        chart.context = convert(chart.context)
    except Exception:  # verdict: defect - which chart is known, but not what was wrong with it
        logger.warning("could not update chart %s, skipping", chart.id)


def import_users(directory, users):
    try:
        directory.add(users)
    except Exception as error:  # verdict: defect - str(error) of a KeyError is a bare word, and there is no traceback
        logger.error(str(error))


def rotate_keys(vault):
    try:
        vault.rotate()
    except Exception:  # verdict: defect - structlog without the cause is as blind
        events.error("rotation_failed", vault=vault.name)


def close_month(ledger):
    try:
        ledger.close()
    except Exception:  # verdict: defect (missed) - a print without the error is all that is left
        print("closing the month failed")


def load_model_info(client, model):
    try:
        return client.info(model)
    except Exception:  # verdict: defect - a default instead of the answer, told at debug
        logger.debug("could not get model info")
        return {"model": model}


def stop_users(spawners):
    for spawner in spawners:
        try:
            spawner.stop()
        except Exception as error:  # verdict: fine - logged as an error with the cause
            logger.error("failed to stop user %s: %s", spawner.user, error)


def start_beacon(beacon):
    try:
        beacon.start()
    except Exception:  # verdict: fine - traceback included
        logger.error("unable to start beacon %s", beacon.name, exc_info=True)


def run_callback(callback, future):
    try:
        callback(future)
    except Exception:  # verdict: fine - the traceback is logged
        logger.exception("error in callback %s", callback)


def set_attribute(pod, value):
    try:
        pod["attribute"] = value
    except Exception as error:  # verdict: fine - structlog with the error in a field
        events.warning("unable to set attribute", pod=pod, error=error)


def delete_copy(store, name, log):
    try:
        store.delete(name)
    except Exception:  # verdict: fine - the second call carries the cause
        log.error("copy %s is left behind", name)
        log.warning("cause", exc_info=True)


def connect(pool):
    try:
        return pool.connect()
    except Exception:  # verdict: fine - the error goes on, the log is an extra
        logger.error("no connection")
        raise


def describe_failure(level, job):
    try:
        job.run()
    except Exception as error:  # verdict: fine - the level is chosen by the caller and the cause is given
        logger.log(level, "job %s failed", job, exc_info=error)


def migrate_charts(charts, convert):
    for chart in charts:
        try:
            chart.params = convert(chart.params)
        except ValueError:  # verdict: fine - a named error with a known cause, and the chart is named
            logger.warning("params of chart %s are no JSON, skipping", chart.id)
