"""Cancellation that ends in a handler. Seen in homeassistant, jupyterhub, prefect, distributed, litellm, django."""

import asyncio
import contextlib
import logging

logger = logging.getLogger(__name__)


async def wait_until_ready(driver):
    try:
        await driver.ready.wait()
    except asyncio.CancelledError:  # verdict: defect - whoever cancelled it sees a task that ended well
        logger.debug("cancelling start")
        return
    await driver.start()


async def track(future, results):
    try:
        await asyncio.wait_for(future, 10)
    except asyncio.CancelledError:  # verdict: defect (missed) - a cancelled wait goes on as if the future were done
        pass
    results.append(future)


async def consume(queue, handle):
    while True:
        try:
            await handle(await queue.get())
        except asyncio.CancelledError:  # verdict: defect - the consumer cannot be stopped
            continue


async def poll_forever(client):
    while True:
        try:
            await client.poll()
        except BaseException:  # verdict: defect - logs the cancellation and polls on
            logger.exception("poll failed")
        await asyncio.sleep(5)


async def flush(buffer):
    with contextlib.suppress(asyncio.CancelledError):  # verdict: defect - the flush is cut off and the caller believes it is done
        await buffer.flush()


async def read_frame(stream):
    try:
        return await stream.read()
    except (asyncio.CancelledError, ConnectionResetError):  # verdict: defect - a cancelled read returns an empty frame
        return b""


async def stop_distributor(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:  # verdict: fine - it awaits the end of the task that it has just cancelled
        pass


async def stop_listener(self):
    self._listener.cancel()
    with contextlib.suppress(asyncio.CancelledError):  # verdict: fine - same, with suppress
        await self._listener


async def send_and_receive(channel, message):
    try:
        await channel.write(message)
        return await channel.read()
    except asyncio.CancelledError:  # verdict: fine - marks the channel as unusable and passes the cancellation on
        channel.reuse = False
        raise


async def forward(task):
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:  # verdict: fine - cancels the inner task, waits for it and passes on
        task.cancel()
        await asyncio.wait((task,))
        raise


async def refresh(client):
    try:
        await client.refresh()
    except Exception:  # verdict: fine - does not catch a cancellation, and logs the traceback
        logger.exception("refresh failed")


async def open_session(pool):
    session = await pool.open()
    try:
        await session.login()
    except BaseException:  # verdict: fine - closes and raises
        await session.close()
        raise
    return session


async def with_deadline(call):
    try:
        return await asyncio.wait_for(call(), 30)
    except asyncio.TimeoutError as error:  # verdict: fine - a timeout is not a cancellation, and it is raised as another error
        raise RuntimeError("took too long") from error
