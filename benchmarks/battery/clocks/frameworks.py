"""Begun in one hook, ended in another. Seen in superset, flask, django, sqlalchemy, celery and starlette services."""

import contextvars
import threading
import time
from dataclasses import dataclass, field

from celery.signals import task_postrun, task_prerun
from flask import Flask, g, request
from sqlalchemy import event

app = Flask(__name__)
_state = threading.local()
_entered = contextvars.ContextVar("entered")
_begun = {}


@app.before_request
def remember():
    g.begun = time.time()


@app.after_request
def say(response):
    response.headers["Server-Timing"] = f"app;dur={(time.time() - g.begun) * 1000}"  # verdict: defect - kept in flask's g
    return response


def attach(engine, log):
    @event.listens_for(engine, "before_cursor_execute")
    def before(conn, cursor, statement, parameters, context, executemany):
        conn.info.setdefault("begun", []).append(time.time())

    @event.listens_for(engine, "after_cursor_execute")
    def after(conn, cursor, statement, parameters, context, executemany):
        log(statement, time.time() - conn.info["begun"].pop())  # verdict: defect - kept in the connection's stack


@task_prerun.connect
def task_begins(task_id, **kwargs):
    _begun[task_id] = time.time()


@task_postrun.connect
def task_ends(task_id, **kwargs):
    app.logger.info("took %s", time.time() - _begun.pop(task_id))  # verdict: defect - kept in a module's dictionary


class Timing:
    """Django middleware of the old kind."""

    def process_request(self, request):
        request.begun = time.time()

    def process_response(self, request, response):
        response["X-Took"] = str(time.time() - request.begun)  # verdict: defect - kept on the request
        return response


async def middleware(request, call_next):
    request.state.begun = time.time()
    response = await call_next(request)
    response.headers["X-Took"] = str(time.time() - request.state.begun)  # verdict: defect - kept in the request's state
    return response


def enter():
    _state.entered = time.time()
    _entered.set(time.time())


def leave(log):
    log(time.time() - _state.entered)  # verdict: defect - kept for the thread
    log(time.time() - _entered.get())  # verdict: defect - kept for the context


@dataclass
class Span:
    name: str
    begun: float = field(default_factory=time.time)

    def seconds(self):
        return time.time() - self.begun  # verdict: defect - a default factory is a reading too


class Pool:
    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._begun = clock()

    def age(self):
        return self._clock() - self._begun  # verdict: fine - the clock is given, and monotonic unless told otherwise


def since_client(request_time):
    return time.time() - request_time  # verdict: fine - the client's header


def queue_time():
    return time.time() - float(request.headers["X-Request-Start"])  # verdict: fine - the proxy's clock is another machine's


def queued(headers):
    return time.time() - headers["enqueued_at"]  # verdict: fine - the broker's message
