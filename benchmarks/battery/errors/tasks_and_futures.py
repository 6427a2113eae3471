"""Tasks and futures that nobody keeps or asks. Seen in salt, zenml, checkov, prefect, homeassistant, distributed, mlrun."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor, as_completed

logger = logging.getLogger(__name__)
BACKGROUND = set()


async def on_event(handler, event):
    asyncio.create_task(handler(event))  # verdict: defect - may be collected while it runs, and its error is never seen


def schedule(loop, function, *arguments):
    loop.create_task(function(*arguments))  # verdict: defect - same, with the loop's method


async def start_heartbeat(session):
    _ = asyncio.ensure_future(session.heartbeat())  # verdict: defect - an underscore keeps nothing alive
    return session


async def start_workers(count, work):
    workers = []
    for _ in range(count):
        workers.append(asyncio.create_task(work()))  # verdict: defect - the list dies with the function
    logger.info("started")


def dispatch(executor, run, request):
    executor.submit(run, request)  # verdict: defect (missed) - the future holds the exception, and is thrown away


def run_checks(checks, resource):
    with ThreadPoolExecutor() as executor:
        executor.map(lambda check: check.run(resource), checks)  # verdict: defect - exceptions come only to those who iterate


def run_in_pool(pool, job):
    pool.apply_async(job.run)  # verdict: defect (missed) - neither result nor error_callback


def from_thread(loop, coroutine):
    asyncio.run_coroutine_threadsafe(coroutine, loop)  # verdict: defect - the future is the only way to see the error


def persist_maps(maps, upload):
    with ThreadPoolExecutor() as executor:
        futures = [executor.submit(upload, name, content) for name, content in maps.items()]  # verdict: defect - collected and never asked
    logger.info("persisted %d maps", len(futures))


async def write_in_background(loop, path, text):
    loop.run_in_executor(None, path.write_text, text)  # verdict: defect - a failed write is never known


async def spawn(coroutine):
    task = asyncio.create_task(coroutine)  # verdict: fine - kept in a set, with a callback that reports
    BACKGROUND.add(task)
    task.add_done_callback(finished)


def finished(task):
    BACKGROUND.discard(task)
    if not task.cancelled() and (error := task.exception()):
        logger.error("task failed", exc_info=error)


async def serve(server, monitor):
    watcher = asyncio.create_task(monitor())  # verdict: fine - awaited at the end
    try:
        await server.serve()
    finally:
        watcher.cancel()
        await asyncio.wait([watcher])


async def run_together(jobs):
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job())  # verdict: fine - the group awaits its tasks and raises


def upload_parts(parts, upload):
    with ThreadPoolExecutor() as executor:
        futures = [executor.submit(upload, part) for part in parts]  # verdict: fine - every result is asked for
        for future in as_completed(futures):
            future.result()


def resolve_all(names, resolve):
    with ThreadPoolExecutor() as executor:
        return list(executor.map(resolve, names))  # verdict: fine - list() iterates, so errors are raised


async def setup_entry(hass, entry):
    hass.async_create_task(entry.load())  # verdict: fine - the framework keeps the task and logs its error


def start(executor, function):
    return executor.submit(function)  # verdict: fine - the caller has the future


async def read_blocking(loop, path):
    return await loop.run_in_executor(None, path.read_bytes)  # verdict: fine - awaited
