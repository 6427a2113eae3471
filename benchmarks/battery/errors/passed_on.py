"""The exception goes somewhere else. Seen in neutron, mlrun, mlflow, scrapy, celery, salt, litellm."""

import sys


def worker(jobs, results):
    for job in jobs:
        try:
            results.put(job())
        except Exception as error:  # verdict: fine - the reader of the queue gets it
            results.put(error)


def collect(checks):
    errors = []
    for check in checks:
        try:
            check()
        except Exception as error:  # verdict: fine - collected, and raised together
            errors.append(error)
    if errors:
        raise ExceptionGroup("checks failed", errors)


def save_branch(branches, name, save, unsaved):
    try:
        branches[name] = save()
    except Exception as error:  # verdict: fine - listed with its text under what was not saved
        unsaved[name] = f"{name} -- {error}"


def resolve(waiter, call):
    try:
        waiter.set_result(call())
    except Exception as error:  # verdict: fine - the waiter raises it
        waiter.set_exception(error)


class Call:
    def run(self):
        try:
            self.value = self.function()
        except Exception as error:  # verdict: fine - kept in the object and raised by value()
            self.error = error

    def start(self):
        try:
            self.thread.start()
        except Exception:  # verdict: defect (missed) - the attribute says that it failed, and no one reads it
            self._start_failed = True


def query(send):
    caught = None
    try:
        answer = send()
    except Exception:  # verdict: fine - the error is read after the try
        caught = sys.exc_info()[1]
        answer = None
    return {"answer": answer, "error": str(caught) if caught else None}


def reject(message, handle):
    try:
        handle(message)
    except Exception:  # verdict: fine - the broker gets the message back
        message.nack()
    else:
        message.ack()


def acknowledge(message, handle):
    try:
        handle(message)
    except Exception:  # verdict: defect - the message is acknowledged although nothing was done with it
        message.ack()


def summary(call):
    try:
        call()
    except Exception as error:  # verdict: defect - the class name is computed and dropped
        kind = type(error).__name__
    return "done"


def wrap(call):
    try:
        return call()
    except Exception as error:  # verdict: fine - another error, with the first one as its cause
        raise RuntimeError("call failed") from error


def unwrapped(call):
    failed = False
    try:
        call()
    except Exception:  # verdict: fine - the flag is tested below, and raises
        failed = True
    if failed:
        raise RuntimeError("call failed")


def unasked(call):
    failed = False
    try:
        call()
    except Exception:  # verdict: defect (missed) - the flag decides only what is printed
        failed = True
    print("done" if not failed else "done.")
