"""Silence without an `except`. Seen in prefect, litellm, homeassistant, wandb, distributed, django."""

import contextlib
import os
import sys
from contextlib import suppress


def close_all(streams):
    for stream in streams:
        with suppress(Exception):  # verdict: defect - which stream was not written completely is never known
            stream.flush()


def update_metadata(record, client):
    with contextlib.suppress(Exception):  # verdict: defect - the record keeps its old metadata for any reason at all
        record.metadata = client.metadata(record.id)
        record.save()


def stop(service):
    with suppress(BaseException):  # verdict: defect - swallows even the exit of the process
        service.stop()


def send(sock, data):
    with suppress(OSError):  # verdict: defect - data is not sent, without a word
        sock.sendall(data)


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):  # verdict: defect - every error of the block disappears
        return True


class Expected:
    def __exit__(self, kind, error, traceback):  # verdict: fine - one class, which the user of it expects
        return kind is not None and issubclass(kind, KeyError)


def silence_interpreter():
    sys.excepthook = lambda *details: None  # verdict: defect - no crash is ever shown again


def report_crashes(report):
    def hook(kind, error, traceback):
        report(error)

    sys.excepthook = hook  # verdict: fine - reports every crash


def quiet_loop(loop):
    loop.set_exception_handler(lambda loop, context: None)  # verdict: defect - errors of tasks disappear


def remove(path):
    with suppress(FileNotFoundError):  # verdict: fine - it need not be there
        os.remove(path)


def pop(values, key):
    with suppress(KeyError, IndexError):  # verdict: fine - nothing to pop
        values.pop(key)


def wait_for_answer(loop, report):
    loop.set_exception_handler(lambda loop, context: report(context))  # verdict: fine - handed on
