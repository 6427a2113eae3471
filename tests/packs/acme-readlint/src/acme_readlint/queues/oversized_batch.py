"""A consumer asks the queue for more messages at once than it can work off before they are given to another one.

## Why is this bad?
Messages that are not confirmed in time are delivered again. A batch that takes longer than that is worked on twice,
then three times, and the queue grows while everybody is busy.

## Example
```python
from acme import queues


def work(name):
    for message in queues.receive(name, limit=5000):
        message.run()
```

Use instead:
```python
from acme import queues


def work(name):
    for message in queues.receive(name, limit=100):
        message.run()
```

## Not flagged
- Limits that only the running program knows.

## Fix safety
There is no fix: how many messages are worked off in time, only their owner knows.

## Options
`largest-batch` is the number of messages that may be asked for at once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from readlint.api import UNKNOWN, Category, Context, Finding, Level, Rule, Severity


@dataclass(frozen=True)
class Options:
    largest_batch: int = 500


RULE: Rule[Options] = Rule(
    __name__,
    __doc__,
    code="AC201",
    severity=Severity.WARNING,
    level=Level.L6,
    category=Category.CAPACITY,
    tags=("acme",),
    since="1.0",
    options=Options(),
    messages={"default": "This takes {limit} messages at once, more than {largest}; the rest are delivered twice."},
)


@RULE.on_call("acme.queues.receive")
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    largest = RULE.options(ctx).largest_batch
    for keyword in call.keywords:
        limit = ctx.constant(keyword.value) if keyword.arg == "limit" else UNKNOWN
        if isinstance(limit, int) and limit > largest:
            yield RULE.finding(keyword.value, limit=limit, largest=largest)
