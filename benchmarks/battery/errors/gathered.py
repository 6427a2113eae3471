"""Results of many tasks. Seen in salt, mlrun, checkov, scrapy, homeassistant, prefect, jupyterhub."""

import asyncio
import concurrent.futures
import logging
from concurrent.futures import ThreadPoolExecutor

logger = logging.getLogger(__name__)


async def publish(channels, load):
    await asyncio.gather(*(channel.publish(load) for channel in channels), return_exceptions=True)  # verdict: defect - channels that fail are never heard of


async def notify(pushers):
    results = await asyncio.gather(*(pusher.push() for pusher in pushers), return_exceptions=True)  # verdict: defect - only counted
    logger.info("%d notifications sent", len(results))


async def warm_caches(caches):
    outcomes = await asyncio.gather(*[cache.warm() for cache in caches], return_exceptions=True)  # verdict: defect - bound and never read
    return True


async def total_size(stores):
    sizes = await asyncio.gather(*[store.size() for store in stores], return_exceptions=True)  # verdict: defect - a sum over numbers and exceptions
    total = 0
    for size in sizes:
        if size:
            total += 1
    return total


async def fill_and_work(fill, work):
    tasks = [asyncio.create_task(fill()), asyncio.create_task(work())]
    await asyncio.wait(tasks)  # verdict: defect - wait() raises nothing, and nobody looks at the tasks


def upload_graphs(graphs, upload):
    with ThreadPoolExecutor() as executor:
        concurrent.futures.wait([executor.submit(upload, graph) for graph in graphs])  # verdict: defect - the exceptions of all uploads are dropped
    logger.info("uploaded %d graphs", len(graphs))


async def push_all(pushers):
    results = await asyncio.gather(*(pusher.push() for pusher in pushers), return_exceptions=True)  # verdict: fine - each exception is logged with its cause
    for result in results:
        if isinstance(result, BaseException):
            logger.warning("failed to push", exc_info=result)


async def reproduce(states, restore):
    await asyncio.gather(*(restore(state) for state in states))  # verdict: fine - without return_exceptions the first error is raised


async def collect(calls):
    return await asyncio.gather(*calls, return_exceptions=True)  # verdict: fine - the caller gets the exceptions


async def first_answer(future, timeout):
    done, pending = await asyncio.wait([future], timeout=timeout)  # verdict: fine - the future is awaited when it is done
    if done:
        return await future
    raise TimeoutError(f"{future} not done after {timeout}s")


def measure_all(pool, endpoints, measure):
    futures = {pool.submit(measure, endpoint): endpoint for endpoint in endpoints}
    for future in concurrent.futures.as_completed(futures):  # verdict: fine - each exception is asked for and logged
        if error := future.exception():
            logger.error("endpoint %s failed", futures[future], exc_info=error)


async def close(self):
    for task in self.tasks:
        task.cancel()
    await asyncio.gather(*self.tasks, return_exceptions=True)  # verdict: fine - shutdown of tasks that were cancelled just before
