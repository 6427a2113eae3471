"""Where a handler stands, and what its `try` is about."""

from __future__ import annotations

import ast
import textwrap

import pytest

from readlint.analysis.context import Context
from readlint.analysis.exceptions import Breadth, breadth
from readlint.analysis.guards import (
    announces_fallback,
    has_reason,
    is_at_boundary,
    is_awaited_end,
    is_cleanup,
    is_import_probe,
    is_in_thread,
    is_justified,
    is_only_cleanup,
    is_only_parsing,
    is_only_telemetry,
    is_skipped,
)
from readlint.files.source import Source
from readlint.settings.model import Settings


def parsed(text: str, path: str = "acme/app.py") -> Context:
    text = textwrap.dedent(text)
    return Context(Source(path, text.encode()), ast.parse(text), Settings())


def last_handler(ctx: Context) -> ast.ExceptHandler:
    handlers = [node for node in ast.walk(ctx.tree) if isinstance(node, ast.ExceptHandler)]
    return max(handlers, key=lambda node: node.lineno)


HANDLER = "try: work()\nexcept Exception: pass\n"


def inside(head: str) -> str:
    """A handler in the innermost of nested heads, such as `class A: def f(self):`."""
    lines = head.split("; ")
    text = "".join("  " * depth + line + "\n" for depth, line in enumerate(lines))
    return text + textwrap.indent(HANDLER, "  " * len(lines))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("import a", True),
        ("from a import b\nHAS = True", True),
        ("import a\nx += (a,)", True),
        ("import a\na.setup()", False),
        ("import a\nx = a.make()", False),
        ("HAS = True", False),
        ("from . import a\n__all__.append('a')", True),
        ("from . import a\nnames.append('a')", False),
    ],
)
def test_import_probe(body: str, expected: bool) -> None:
    assert is_import_probe(ast.parse(body).body) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (inside("def close(self):"), True),
        (inside("async def aclose(self):"), True),
        (inside("def __exit__(self, *a):"), True),
        (inside("def __del__(self):"), True),
        (inside("def tearDownClass(cls):"), True),
        (inside("def teardown_db():"), True),
        (inside("def shutdown():"), True),
        (inside("try: a()\nfinally:"), True),
        (inside("try: a()\nexcept OSError:"), True),
        ("import atexit\n" + inside("def bye():") + "atexit.register(bye)\n", True),
        (inside("def closest():"), False),
        (inside("def work():"), False),
        (inside("def close(self):; def inner():"), False),
        (HANDLER, False),
    ],
)
def test_cleanup(text: str, expected: bool) -> None:
    ctx = parsed(text)
    assert is_cleanup(last_handler(ctx), ctx) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("log.info('x')", True),
        ("statsd.gauge('x', 1)\nspan.set_attribute('a', 1)", True),
        ("self._metrics.timing('x', 1)", True),
        ("from acme import telemetry\ntelemetry.send(1)", True),
        ("with tracer.start_span('x'): log.info('x')", True),
        ("if flag: metrics.add(1)", True),
        ("await analytics.track(1)", True),
        ("get_logger().log_call(1)", True),
        ("work()", False),
        ("log.info('x')\nwork()", False),
        ("import telemetry", False),
    ],
)
def test_only_telemetry(body: str, expected: bool) -> None:
    ctx = parsed(body)
    assert is_only_telemetry(ctx.tree.body, ctx) is expected


def test_inside_of_the_logging_system() -> None:
    ctx = parsed("import logging\n" + inside("class Redact(logging.Filter):; def filter(self, r):"))
    statement = ctx.parents[last_handler(ctx)]
    assert isinstance(statement, ast.Try)
    assert is_only_telemetry(statement.body, ctx)


def test_a_telemetry_module() -> None:
    ctx = parsed("work()", "acme/telemetry/client.py")
    assert is_only_telemetry(ctx.tree.body, ctx)


@pytest.mark.parametrize(
    ("comment", "caught", "expected"),
    [
        ("# the peer may be gone", "OSError", True),
        ("# fine", "OSError", False),
        ("# TODO handle this properly", "OSError", False),
        ("# the peer may be gone", "Exception", False),
        ("# the peer may be gone", "", False),
    ],
)
def test_justified(comment: str, caught: str, expected: bool) -> None:
    ctx = parsed(f"try:\n  work()\nexcept {caught}:\n  {comment}\n  pass\n".replace("except :", "except:"))
    handler = last_handler(ctx)
    assert is_justified(handler, breadth(handler.type, ctx), ctx) is expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# the peer may be gone", True),
        ("# noqa: E722, BLE001  pylint: disable=bare-except,broad-except", False),
        ("# noqa: BLE001 - an estimate is optional", True),
        ("# noqa: BLE001  # it raises for an unknown name", True),
        ("# nosec B110 # pragma: no cover", False),
        ("# the peer may be gone  # noqa: S110", True),
        ("# type: ignore[no-any-return, misc]", False),
        ("# --- 1 2 3 ---", False),
        ("# fine here", False),
        ("# the peer may be gone; TODO: ask", False),
    ],
)
def test_reasons(comment: str, expected: bool) -> None:
    ctx = parsed(f"try:\n  work()\nexcept Exception:\n  {comment}\n  pass\n")
    assert has_reason(last_handler(ctx), ctx) is expected


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# A failure here must not break the session.", True),
        ("# Best effort.", True),
        ("# Guard it so that a failure\n# can't break the session.", True),
        ("# Make sure that jobs which may have failed are ended.", False),
        ("# Ignoring what happens.\nmore()", False),
    ],
)
def test_a_reason_above(comment: str, expected: bool) -> None:
    ctx = parsed(f"{comment}\ntry:\n  work()\nexcept Exception:\n  pass\n")
    assert has_reason(last_handler(ctx), ctx) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("except OSError:  # the peer is gone\n  pass", True),
        ("except OSError:\n  pass  # the peer is gone", True),
        ("except OSError:\n  pass\n  # the peer is gone", True),
        ("except OSError:\n  pass\n\n    # the peer is gone\nwork()", True),
        ("# the peer is gone\nexcept OSError:\n  pass", True),
        ("except OSError:\n  pass\n# the work goes on", False),
        ("except OSError:\n  pass\nwork()\n# the peer is gone", False),
        ("  # the work is done\nexcept OSError:\n  pass", False),
        ("except OSError:\n  # log.error(one, two, three)\n  pass", False),
        ("except OSError:\n  # reply = one or two\n  pass", False),
        ("except OSError:\n  # we expect this (the peer is gone)\n  pass", True),
        ("except OSError:  # noqa: S110 - the peer is gone\n  pass", True),
        ("except OSError:  # noqa: S110, E501 # the peer is gone\n  pass", True),
        ("except OSError:  # pragma: no cover\n  pass", False),
        ("except OSError:  # pylint: disable=one,two-three, four\n  pass", False),
        ("except OSError:  # type: ignore[one, two, three]\n  pass", False),
        ("except OSError:  # the peer is gone\n  # TODO\n  pass", False),
        ("except OSError:  # -- 1 2 3 --\n  pass", False),
    ],
)
def test_a_reason_is_found_wherever_it_stands(text: str, expected: bool) -> None:
    ctx = parsed(f"try:\n  work()\n{text}\n")
    assert has_reason(last_handler(ctx), ctx) is expected


def test_a_reason_in_a_with() -> None:
    ctx = parsed("with suppress(OSError):\n  work()  # the peer is gone\n")
    assert has_reason(ctx.tree.body[0], ctx)


def test_nothing_justifies_more_than_operational() -> None:
    assert [b for b in Breadth if is_justified(ast.Pass(), b, parsed("")) and b > Breadth.OPERATIONAL] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (inside("def main():"), True),
        (inside("def handle():; while True:"), True),
        (inside("if __name__ == '__main__':"), True),
        (inside("class AuthMiddleware:; def handle(self):"), True),
        (inside("@app.task\ndef sync():"), True),
        ("import threading\n" + inside("def loop():") + "threading.Thread(target=loop)\n", True),
        (inside("def fetch():"), False),
        (inside("def fetch(n):; while n:"), False),
        (HANDLER, False),
    ],
)
def test_boundary(text: str, expected: bool) -> None:
    ctx = parsed(text)
    assert is_at_boundary(last_handler(ctx), ctx) is expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (HANDLER, "a.py", False),
        (HANDLER, "a.pyi", True),
        (HANDLER, "a_pb2.py", True),
        ("# @generated\n" + HANDLER, "a.py", True),
        ('"""Reads @generated files."""\n' + HANDLER, "a.py", False),
        (inside("if TYPE_CHECKING:"), "a.py", True),
        (inside("if typing.TYPE_CHECKING:"), "a.py", True),
        (inside("if DEBUG:"), "a.py", False),
    ],
)
def test_skipped(text: str, path: str, expected: bool) -> None:
    ctx = parsed(text, path)
    assert is_skipped(last_handler(ctx), ctx) is expected


@pytest.mark.parametrize(
    ("body", "cleanup", "parsing"),
    [
        ("sock.close()", True, False),
        ("await client.aclose()", True, False),
        ("if sock:\n  sock.close()\n  sock = None", True, False),
        ("x = await response.json()", False, True),
        ("import os\nos.unlink(p)", False, False),
        ("sock.send(b'')\nsock.close()", False, False),
        ("x = int(text)", False, True),
        ("x = response.json()", False, True),
        ("x = int(read())", False, False),
        ("x = int(a)\ny = float(a)", False, True),
        ("self.x = int(a)", False, True),
        ("self.x = int(a)\nself.y = int(b)", False, False),
        ("return dict(a)['b'].strip().split(',')", False, True),
        ("return self.a.b", False, True),
        ("import a\nx = re.match('b', a.version)", False, False),  # `re` is not imported here
        ("import a, re\nx = re.match('b', a.version)", False, True),
        ("from acme.compat import ipaddress\nx = ipaddress.ip_network(a)", False, True),
        ("x = _PATTERN.search(a)", False, True),
        ("x = index.search(a)", False, False),
        ("x = headers.get('X-Rate')", False, True),
        ("x = cache.get(key)", False, False),
        ("x = client.get('https://acme.example')", False, False),
        ("years.append(int(a))", False, True),
        ("years.append(read(a))", False, False),
        ("with open(a) as f: x = int(f)", False, False),
        ("import os\nos.replace('a', 'b')", False, False),
        ("import os\nx = os.stat(a).st_size", False, True),
        ("x = parse_date(a)", False, True),
        ("print(a)", False, False),
        ("del a.b", False, True),
        ("x = load(text)", False, False),
    ],
)
def test_what_the_body_is(body: str, cleanup: bool, parsing: bool) -> None:
    ctx = parsed(body)
    assert (is_only_cleanup(ctx.tree.body, ctx), is_only_parsing(ctx.tree.body, ctx)) == (cleanup, parsing)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("async def f(task):\n  task.cancel()\n  try: await task\n  except Exception: pass", True),
        ("def f(self):\n  self.f.set_exception(1)\n  try: self.f.result()\n  except Exception: pass", True),
        ("async def f(task, other):\n  other.cancel()\n  try: await task\n  except Exception: pass", False),
        ("async def f(task):\n  task.cancel()\n  try: await work(task)\n  except Exception: pass", False),
    ],
)
def test_awaited_end(text: str, expected: bool) -> None:
    ctx = parsed(text)
    statement = ctx.parents[last_handler(ctx)]
    assert isinstance(statement, ast.Try)
    assert is_awaited_end(statement.body, ctx) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("try_parse", True),
        ("_maybe_load", True),
        ("user_or_none", True),
        ("remove_quietly", True),
        ("__repr__", True),
        ("is_open", True),
        ("_should_retry", True),
        ("load", False),
        ("island", False),
    ],
)
def test_announced_by_name(name: str, expected: bool) -> None:
    ctx = parsed(inside(f"def {name}():"))
    assert announces_fallback(last_handler(ctx), ctx) is expected


def test_a_probe_answers_yes_or_no() -> None:
    text = "def is_open():\n  try: return work()\n  except Exception: return {}"
    answers = {value: parsed(text.format(value)) for value in ("False", "None", "default")}
    announced = [value for value, ctx in answers.items() if announces_fallback(last_handler(ctx), ctx)]
    assert announced == ["False", "None"]


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Best effort: a failure is of no importance.", True),
        ("This never raises.", True),
        ("Returns ``None`` if the query fails.", True),
        ("The version, or None when it cannot be told.", True),
        ("Errors are silently ignored.", True),
        ("Swallow what the device raises.", True),
        ("Ignores all errors of the server.", True),
        ("Returns None if there is no such user.", False),
        ("Raises an error if the query fails.", False),
    ],
)
def test_announced_by_docstring(docstring: str, expected: bool) -> None:
    ctx = parsed(f'def work():\n  """{docstring}"""\n  try: a()\n  except Exception: pass')
    assert announces_fallback(last_handler(ctx), ctx) is expected


def test_a_comment_announces_nothing() -> None:
    ctx = parsed("def work():\n  # Best effort, never raises.\n  try: a()\n  except Exception: pass  # best effort")
    assert not announces_fallback(last_handler(ctx), ctx)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n  try: a()\n  except E: b()\nThread(target=f)\n", True),
        ("class A:\n  def f(self):\n    try: a()\n    except E: b()\n  def g(self): Process(target=self.f)\n", True),
        ("class A(threading.Thread):\n  def run(self):\n    try: a()\n    except E: b()\n", True),
        ("class A(Runner):\n  def run(self):\n    try: a()\n    except E: b()\n", False),
        ("def f():\n  try: a()\n  except E: b()\n", False),
        ("try: a()\nexcept E: b()\n", False),
    ],
)
def test_in_thread(text: str, expected: bool) -> None:
    ctx = parsed(text)
    assert is_in_thread(last_handler(ctx), ctx) is expected
