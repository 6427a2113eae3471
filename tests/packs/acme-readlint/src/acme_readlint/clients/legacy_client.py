"""The old client is asked for a connection, which it never gives back.

## Why is this bad?
`acme.legacy.connect` opens a connection for every call. Under load the server has none left, and every service that
shares it stops.

## Example
```python
from acme import legacy, pool


def handle(request):
    pool.warm_up()
    return legacy.connect(request.shard)
```

Use instead:
```python
from acme import legacy, pool


def handle(request):
    pool.warm_up()
    return pool.connection(request.shard)
```

## Not flagged
- `connect` of anything else.

## Fix safety
Unsafe: connections out of the pool are shared, and must not be closed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Category, Context, Finding, Fix, Level, Rule, Safety, Severity

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="AC101",
    severity=Severity.ERROR,
    level=Level.L6,
    category=Category.CAPACITY,
    fix=Safety.UNSAFE,
    cwe=(404,),
    tags=("acme",),
    since="1.0",
    messages={"default": "`{call}` opens a connection that nobody gives back; take one from `acme.pool.connection`."},
)


@RULE.on_call("acme.legacy.connect")
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    fix = Fix(use_pool, "Take the connection from the pool", call)
    yield RULE.finding(call, call=ctx.text(call.func), fix=fix)


def use_pool(call: cst.Call, fix: FixContext) -> cst.BaseExpression:
    return call.with_changes(func=fix.name_for("acme.pool.connection"))
