"""Jumps out of `finally`, which throw the error in flight away. Seen in pyload, zenml, prefect, salt, mlrun."""

import os


def account_info(account):
    try:
        account.data.update(account.grab())
    finally:
        return account.data  # verdict: defect - every error of grab() is lost


def login(page):
    premium = False
    try:
        session = page.split(",")[1].split("=")[1]
        premium = bool(session)
    finally:
        return {"premium": premium}  # verdict: defect - a page of another shape becomes "not premium"


def poll(queue, handle):
    while True:
        item = queue.get()
        try:
            handle(item)
        finally:
            queue.task_done()
            if item is None:
                break  # verdict: defect - leaving the loop drops the error of handle()


def process(items, handle, lock):
    for item in items:
        lock.acquire()
        try:
            handle(item)
        finally:
            lock.release()
            continue  # verdict: defect - the next item hides the error of this one


def export(rows, path):
    file = open(path, "w", encoding="utf-8")
    try:
        for row in rows:
            file.write(row)
    finally:
        with file:
            return file.tell()  # verdict: defect - a write that failed returns a length


def drop_engine(engines, engine):
    try:
        engine.run()
    finally:
        for key, known in list(engines.items()):
            if known is engine:
                del engines[key]
                break  # verdict: fine - leaves the loop inside the finally, not the finally


def with_environment(values, call):
    previous = {key: os.environ.get(key) for key in values}
    try:
        os.environ.update(values)
        return call()
    finally:
        for key, value in previous.items():
            if value is not None:
                os.environ[key] = value
                continue  # verdict: fine - goes on in the loop that restores
            os.environ.pop(key, None)


def timed(call, clock, sink):
    started = clock()
    try:
        return call()
    finally:

        def elapsed():
            return clock() - started  # verdict: fine - returns from the nested function

        sink(elapsed())


def locked(lock, call):
    try:
        result = call()
    finally:
        lock.release()
    return result  # verdict: fine - after the finally, so errors get through
