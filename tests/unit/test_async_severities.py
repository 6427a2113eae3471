"""How bad the rules about asyncio and pools of threads say that something is: marks in fixtures do not tell."""

from __future__ import annotations

import pytest

from readlint.files.source import Source
from readlint.packs import RuleSet, rules_of_package
from readlint.testing.engine import Project, settings_for

RULES = RuleSet([rule for rule in rules_of_package("readlint_rules") if rule.code in ("RL107", "RL108", "RL109")])
HEAD = """
import asyncio
import weakref
import concurrent.futures
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

def work(client):
    client.push(1)

async def push(client):
    await client.push()

"""


def severities(code: str) -> list[tuple[str, str]]:
    source = Source("app.py", (HEAD + code).encode())
    project = Project([source], settings_for(RULES, ["RL107", "RL108", "RL109"]), RULES)
    return [(finding.rule, finding.severity.value) for finding in project.findings()["app.py"]]


LOOP = """
async def run(client):
    while True:
        try:
            await client.pull()
        except asyncio.CancelledError:
            pass
"""
BARE = """
async def run(client):
    try:
        await client.pull()
    except:
        print("lost")
    await client.push()
"""
END = """
async def run(client):
    try:
        await client.pull()
    except asyncio.CancelledError:
        pass
"""
FILTER = """
async def run(clients):
    results = await asyncio.gather(*(one.pull() for one in clients), return_exceptions=True)
    return [result for result in results if not isinstance(result, Exception)]
"""
GATHER = """
async def {name}(clients):
    await asyncio.gather(*({work} for one in clients), return_exceptions=True)
"""
NARROW = """
async def run(clients):
    for result in await asyncio.gather(*({work} for one in clients), return_exceptions=True):
        if isinstance(result, TimeoutError):
            print(result)
"""
WAIT = """
async def run(clients):
    await asyncio.wait([asyncio.create_task(one.push()) for one in clients])
"""
WAIT_IN_THREADS = """
def run(clients):
    futures = [pool.submit({work}, one) for one in clients]
    concurrent.futures.wait(futures)
"""
ALONE_IN_TRY = """
async def run(client):
    # fire-and-forget
    try:
        asyncio.create_task(push(client))
    except RuntimeError:
        print(client)
"""
BESIDE_OTHERS = """
async def run(client):
    # fire-and-forget
    try:
        await client.pull()
        asyncio.create_task(push(client))
    except RuntimeError:
        print(client)
"""
FINALIZER = """
class Client:
    def __init__(self, loop, session):
        weakref.finalize(self, self.close_session, loop, session)

    @staticmethod
    def close_session(loop, session):
        asyncio.get_running_loop().create_task(session.close())
"""
ATTRIBUTE = """
class Poller:
    def start(self):
        self._task = asyncio.create_task(self.poll())

    async def poll(self):
        await self.client.pull()
"""


@pytest.mark.parametrize(
    ("code", "rule", "severity"),
    [
        (LOOP, "RL107", "note"),
        (BARE, "RL107", "note"),
        (END, "RL107", "note"),
        (FILTER, "RL107", "note"),
        (GATHER.format(name="run", work="push(one)"), "RL108", "note"),
        (GATHER.format(name="run", work="one.push()"), "RL108", "note"),
        (GATHER.format(name="async_stop", work="push(one)"), "RL108", "note"),
        (GATHER.format(name="unsubscribe_all", work="push(one)"), "RL108", "note"),
        (NARROW.format(work="push(one)"), "RL108", "note"),
        (NARROW.format(work="one.push()"), "RL108", "note"),
        (WAIT, "RL108", "note"),
        (WAIT_IN_THREADS.format(work="work"), "RL108", "note"),
        (WAIT_IN_THREADS.format(work="print"), "RL108", "note"),
        ("async def run(client):\n    asyncio.create_task(push(client))\n", "RL109", "warning"),
        ("async def run(client):\n    push(client)\n", "RL109", "error"),
        ("def run(client):\n    pool.submit(work, client)\n", "RL109", "note"),
        ("def run(client):\n    pool.submit(client.push, 1)\n", "RL109", "note"),
        ("def run(loop, client):\n    asyncio.run_coroutine_threadsafe(push(client), loop)\n", "RL109", "note"),
        ("def run(loop, client):\n    asyncio.run_coroutine_threadsafe(client.push(), loop)\n", "RL109", "note"),
        ("def run(loop, client):\n    loop.run_in_executor(None, work, client)\n", "RL109", "note"),
        ("def run(clients):\n    pool.map(work, clients)\n", "RL109", "error"),
        ("def run(clients):\n    pool.map(print, clients)\n", "RL109", "note"),
        (ALONE_IN_TRY, "RL109", "note"),
        (BESIDE_OTHERS, "RL109", "warning"),
        (FINALIZER, "RL109", "note"),
        (ATTRIBUTE, "RL109", "note"),
    ],
)
def test_severity(code: str, rule: str, severity: str) -> None:
    assert severities(code) == [(rule, severity)]
