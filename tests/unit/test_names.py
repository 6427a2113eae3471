"""The dotted name that an expression stands for."""

from __future__ import annotations

import ast

import pytest

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.settings.model import Settings


def qualified(text: str, path: str = "acme/app.py") -> str | None:
    """The name of what the only call of a text calls."""
    ctx = Context(Source(path, text.encode()), ast.parse(text), Settings())
    calls = [node for node in ast.walk(ctx.tree) if isinstance(node, ast.Call)]
    return ctx.qualified_name(calls[-1].func)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import time\ntime.time()", "time.time"),
        ("import time as t\nt.time()", "time.time"),
        ("import os.path\nos.path.join()", "os.path.join"),
        ("import os.path as p\np.join()", "os.path.join"),
        ("from time import time\ntime()", "time.time"),
        ("from time import time as now\nnow()", "time.time"),
        ("from . import obs\nobs.report()", ".obs.report"),
        ("from .obs import report\nreport()", ".obs.report"),
        ("from ..lib.obs import report as r\nr()", "..lib.obs.report"),
        ("open()", "open"),
        ("def open(): ...\nopen()", ".app.open"),
        ("def report(): ...\nreport()", ".app.report"),
        ("class A:\n    def f(self): ...\nA.f()", ".app.A.f"),
        ("def f():\n    def g(): ...\n    g()", ".app.f.g"),
        ("unknown()", None),
        ("def f(time): time.time()", None),
        ("import time\nnow = time.time\nnow()", "time.time"),
        ("import time\na = time\nb = a.time\nb()", "time.time"),
        ("a = b\nb = a\na()", None),
        ("import time\nnow = time.time\nnow = other\nnow()", None),
        ("import a\nimport b as a\na.c()", "a.c"),
        ("try:\n    import ujson as json\nexcept ImportError:\n    import json\njson.loads()", "ujson.loads"),
        ("if x:\n    from a import f\nelse:\n    def f(): ...\nf()", None),
        ("for f in x: f()", None),
        ("f().g()", None),
        ("x[0]()", None),
        ("class A:\n    def f(self): ...\n    def g(self): self.f()", ".app.A.f"),
        ("class A:\n    def f(self): ...\nclass B(A):\n    def g(self): self.f()", ".app.A.f"),
        ("from lib import Base\nclass B(Base):\n    def g(self): self.f()", "lib.Base.f"),
        ("class A(x, y):\n    def g(self): self.f()", None),
        ("import time\nclass A:\n    clock = time.time\n    def g(self): self.clock()", "time.time"),
        ("class A(B): ...\nclass B(A):\n    def g(self): self.f()", None),
        ("class A:\n    def g(self):\n        self = x\n        self.f()", None),
        ("class A:\n    def f(cls): ...\n    def g(cls): cls.f()", ".app.A.f"),
        ("def g(self): self.f()", None),
        ("import time\ndef f():\n    from other import time\n    time()", "other.time"),
        ("import time\nclass A:\n    time = 1\n    def f(self): time.time()", "time.time"),
        ("import time\ntime: object\ntime.time()", "time.time"),
    ],
)
def test_names(text: str, expected: str | None) -> None:
    assert qualified(text) == expected


#: Ways to bind a name in a function, each with a use of it behind.
_REBINDINGS = r"""
time = x
time: int = x
time += x
a = time = x
a, time = x
(time) = x
[time, a] = x
a, *time = x
for time in x: pass
for a, time in x: pass
with x as time: pass
with (x as a, y as time): pass
try: x\n    except OSError as time: raise time.f() from x
a = [time.f() for time in x]
a = (b for b in x for a, time in b if time.f())
a = lambda time: time.f()
a = lambda b, *time: time.f()
a = lambda b, **time: time.f()
if (time := x): pass
a = x; time = y
if x: time = y
import x.y as time
import time.x
from x import time
from x import (\n    a,\n    time,\n    )
from x import a, \\n    time
def time(): ...
class time: ...
async def time(): ...
global time; time = x
del time
def g(time): time.f()
def g(\n    a,\n    time,\n    ): time.f()
def g(a, *, time=1): time.f()
match x:\n        case time: pass
match x:\n        case [a, *time]: pass
match x:\n        case {"a": time}: pass
match x:\n        case A(\n            b=time,\n        ): pass
match x:\n        case {\n            "a": time,\n        }: pass
match x:\n        case a if time.f(): pass
a = x[time]
x.time = time
x[time] = time.f
assert x == time
for a, \\n        time in x: pass
for (\n        a,\n        time\n    ) in x: pass
for a in x: time = a
for a in time: pass
for a in [time for time in x]: pass
a = [b for\n    time in x]
if [a for time in x]: pass
if x(lambda a, time: a): pass
if isinstance(x, time): pass
while (a := x) and (time := y): pass
class g(time): time = x
class g(time.f): pass
import os as time
import time as a
import a as b, time.x
from time import a
(\n        time,\n        a,\n    ) = x
with x as \\n        time: pass
try: pass\n    except (\n        KeyError,\n        time,\n    ): pass
from .time import a
from time.b import c
from a.time import (b)
import a.time as b
if x: import time
if x: from a import time
if x: global time; time = x
if x: del time
for a in time: pass
for a in x(b, time): pass
for a in x(b, [c for c, time in y]): pass
for a in x: b, time = y
for x[time] in y: pass
for a in x: b(c)[0], time = y
for a in x("(", b)["("], time: pass
class g(a, time): pass
class g(x(lambda time: a)): pass
class g(x(lambda a, time: a)): pass
class g: time = x
class g: a, time = x
class g: import time
class g: a = x; import time
if x: time, a = y
if x: time |= y
if x: time += y
if x: (time) = y
if x: [a, time] = y
if x: time
if x: time: a = y
a: time = x
a: time | x = y
a: x[time, y] = y
def g(a: time) -> b: pass
def g(a) -> time: pass
def g(a, b=x(time, 1)): time = a
a = x(b, time)
a = x(b, (time := y))
a = x(time := y)
a = x(b for b, time in y)
a = x[b, time]
x[b, time] = y
x(b, c)[d], time = y
x["f("], time = y
with x as(a, time): pass
for(a, time)in x: pass
del(time)
del(a, time)
match x:\n        case(a, time): pass
match x:\n        case A(a, time): pass
match x:\n        case [\n            A(a, time)]: pass
match x:\n        case {\n            "a": time}: pass
a = {"a": time}
a = lambda: time
a = b if time else c
a = f'{time}'
a = f'{x(b, (time := y))}'
return x(b, time)
""".strip().splitlines()


@pytest.mark.parametrize("rebinding", _REBINDINGS)
@pytest.mark.parametrize("name", ["time", "open"])
@pytest.mark.parametrize("outside", [False, True])
def test_a_look_at_the_text_says_what_the_scopes_say(rebinding: str, name: str, outside: bool) -> None:
    line = rebinding.replace("\\n", "\n").replace("time", name)
    use = f"    {name}.f()\n    b = {name}\n    f(a={name})\n"
    text = f"import time\nimport sys, os.path\nx = y = 1\ndef h():\n    {line}\n{'' if outside else use}"
    text += f"def other():\n{use}"
    ctx = Context(Source("acme/app.py", text.encode()), ast.parse(text), Settings())
    loads = [node for node in ast.walk(ctx.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    assert any(load.id == name for load in loads)
    for load in loads:
        assert ctx.qualified_name(load) == ctx.names.of_name(load.id, ctx.scope(load)), load.lineno


def test_a_package_itself() -> None:
    assert qualified("def f(): ...\nf()", "acme/__init__.py") == ".f"
    assert qualified("def f(): ...\nf()", "acme/app.pyi") == ".app.f"


def test_a_callee_without_a_name_is_called_by_its_place() -> None:
    text = "x = 1; y = 'é'; f().g(1)"
    ctx = Context(Source("a.py", text.encode()), ast.parse(text), Settings())
    call = max((n for n in ast.walk(ctx.tree) if isinstance(n, ast.Call)), key=lambda n: n.end_col_offset)
    assert ctx.callee(call) == "@1:16"
