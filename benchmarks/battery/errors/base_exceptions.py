"""`except:` and `except BaseException`. Seen in salt, ansible, celery, wandb, distributed, litellm, sentry_sdk."""

import logging
import sys
import threading

logger = logging.getLogger(__name__)


def start_beacon(beacon, events):
    try:
        beacon.start()
    except:  # verdict: defect - the error goes on as text, but exit and Ctrl-C are turned into an event too
        error = f"{sys.exc_info()[1]}"
        events.append({"tag": beacon.name, "error": error})


def run_exit_handlers(handlers):
    for handler in handlers:
        try:
            handler()
        except BaseException as error:  # verdict: defect - logged, but SystemExit of one handler ends here
            logger.error("exit handler failed: %s", error)


def serve(server):
    while True:
        try:
            server.handle_request()
        except:  # verdict: defect - cannot be stopped with Ctrl-C
            logger.exception("request failed")


def value_of(call):
    try:
        return call()
    except:  # verdict: defect - a default for everything, the exit of the process included
        return None


def tick(clock):
    try:
        clock.tick()
    except BaseException:  # verdict: defect - nothing at all is left of the failure
        pass


def connect(pool):
    native = pool.open()
    try:
        native.login()
    except BaseException:  # verdict: fine - closes and raises
        native.close()
        raise
    return native


def guarded(callback, callbacks):
    try:
        callback()
    except BaseException as error:  # verdict: fine - only Exception ends here, with a traceback; the rest is raised
        callbacks.clear()
        if not isinstance(error, Exception):
            raise
        logger.exception("error in a callback")


def run_in_thread(call, answer):
    def target():
        try:
            answer.set_result(call())
        except BaseException as error:  # verdict: fine - a thread's target that hands everything to the waiting side
            answer.set_exception(error)

    threading.Thread(target=target).start()


def child(call):
    try:
        call()
    except BaseException:  # verdict: fine - the child process ends with a status
        logger.exception("child failed")
        sys.exit(1)


def checked(call):
    try:
        return call()
    except:  # verdict: fine - raises what it caught
        logger.error("call failed")
        raise
