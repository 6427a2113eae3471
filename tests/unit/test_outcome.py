"""What becomes of an exception, at worst, over every path through a handler."""

from __future__ import annotations

import ast
import json
import textwrap

import pytest

from readlint.analysis.context import Context
from readlint.analysis.outcome import Outcome, answer_outcome, function_outcome, is_told_at_once, suite_outcome
from readlint.analysis.paths import Rank
from readlint.files.source import Source
from readlint.findings import Question
from readlint.settings.model import Settings

NOOP, CONST, HIDE, WEAK, STRONG = Rank.NOOP, Rank.CONST, Rank.HIDE, Rank.WEAK, Rank.STRONG
PROPAGATE, UNKNOWN, RAISE = Rank.PROPAGATE, Rank.UNKNOWN, Rank.RAISE


def context(text: str, settings: Settings | None = None) -> Context:
    return Context(Source("acme/app.py", text.encode()), ast.parse(text), settings or Settings())


def of_module(text: str, settings: Settings | None = None) -> Outcome:
    """The outcome of the module's first handler."""
    ctx = context(textwrap.dedent(text), settings)
    handlers = [node for node in ast.walk(ctx.tree) if isinstance(node, ast.ExceptHandler)]
    return ctx.outcome(min(handlers, key=lambda node: node.lineno))


def of(body: str, before: str = "", settings: Settings | None = None) -> Outcome:
    """The outcome of a handler with this body, in a function that has nothing after it but a use of `later`."""
    lines = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    head = "def function(self, flag, out):\n    try:\n        work()\n    except Exception as e:\n"
    text = f"{head}{lines}\n    use(later)\n"
    return of_module(f"{textwrap.dedent(before)}\n{text}", settings)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", NOOP),
        ("...", NOOP),
        ("'words'", NOOP),
        ("return", NOOP),
        ("unread = 1", NOOP),
        ("text = str(e)", NOOP),
        ("del flag", NOOP),
        ("return None", CONST),
        ("return {}", CONST),
        ("later = 1", CONST),
        ("later: int = 1", CONST),
        ("self.cache = None", CONST),
        ("out[1] = None", CONST),
        ("out.append(None)", NOOP),
        ("yield 1", CONST),
        ("log.debug('x')", HIDE),
        ("log.info('x', exc_info=True)", HIDE),
        ("log.log(10, 'x')", HIDE),
        ("log.warning('x')", WEAK),
        ("log.warning('x', exc_info=False)", WEAK),
        ("print('x')", WEAK),
        ("self.errors += 1", WEAK),
        ("return {'error': 1}", WEAK),
        ("log.warning('x', exc_info=True)", STRONG),
        ("log.warning('x', exc_info=flag)", STRONG),
        ("log.error('x: %s', e)", STRONG),
        ("log.error(f'x: {e}')", STRONG),
        ("text = str(e)\nlog.error(text)", STRONG),
        ("log.exception('x')", STRONG),
        ("logger.opt(exception=e).error('x')", STRONG),
        ("(flag or log).error(e)", STRONG),
        ("import traceback\nlog.error(traceback.format_exc())", STRONG),
        ("client.capture_exception(e)", STRONG),
        ("return e", PROPAGATE),
        ("return str(e)", PROPAGATE),
        ("later = e", PROPAGATE),
        ("self.error = e", PROPAGATE),
        ("out.append(e)", PROPAGATE),
        ("unknown(e)", PROPAGATE),
        ("unknown(cause=e)", PROPAGATE),
        ("unknown(*e.args)", PROPAGATE),
        ("yield e", PROPAGATE),
        ("message.nack()", PROPAGATE),
        ("return Response(status=502)", PROPAGATE),
        ("return Response(status=404)", UNKNOWN),
        ("log.debug('x')\nreturn e", PROPAGATE),
        ("unknown()", UNKNOWN),
        ("later = flag.upper().replace('a', 'b')", UNKNOWN),
        ("raise", RAISE),
        ("raise OSError", RAISE),
        ("assert False", RAISE),
        ("unknown()\nraise", RAISE),
        ("import sys\nsys.exit(1)", RAISE),
        ("import sys\nsys.exit()", CONST),
        ("import os\nos._exit(1)", RAISE),
        ("str(e)\nrepr(e)\nisinstance(e, OSError)", NOOP),
        ("e.add_note('x')", NOOP),
        # the worst path counts
        ("if flag:\n  raise", UNKNOWN),
        ("if DEBUG:\n  raise", NOOP),
        ("if DEBUG:\n  raise\nelse:\n  log.error('x')", WEAK),
        ("if DEBUG:\n  return e\nreturn None", CONST),
        ("for x in out:\n  pass\nraise", RAISE),
        ("for x in out:\n  x.set_exception(e)", PROPAGATE),
        ("while out:\n  break", NOOP),
        ("try:\n  raise\nexcept OSError:\n  pass", NOOP),
        ("try:\n  pass\nfinally:\n  raise", RAISE),
        ("match flag:\n  case 1:\n    raise\n  case _:\n    log.error('x')", WEAK),
        ("match flag:\n  case 1:\n    raise", NOOP),
        ("with open('x') as later:\n  raise", RAISE),
        ("if out:\n  out.put(e)", PROPAGATE),
        ("if e.errno == 2:\n  return None\nraise", UNKNOWN),
        ("if e.errno == 2:\n  return None", NOOP),
    ],
)
def test_worst_path(body: str, expected: Rank) -> None:
    assert of(body).worst is expected


def test_a_reporter_of_the_settings() -> None:
    before = "from acme.obs import report"
    assert of("report()", before).worst is None
    assert of("report()", before, Settings(error_reporters=("acme.obs.report",))).worst is STRONG


@pytest.mark.parametrize(
    ("helper", "call", "expected"),
    [
        ("def f(x): log.error('x', exc_info=x)", "f(e)", STRONG),
        ("def f(x): log.error('x')", "f(e)", WEAK),
        ("def f(x): g(x)\ndef g(y): h(y)\ndef h(z): log.error(z)", "f(e)", STRONG),
        ("def f(x): pass", "f(e)", NOOP),
        ("def f(x, y): use(y)", "f(e, 1)", UNKNOWN),
        ("def f(x, y): use(y)", "f(1, e)", PROPAGATE),
        ("def f(x, *rest): use(rest)", "f(1, e)", PROPAGATE),
        ("def f(x, **rest): use(rest)", "f(1, cause=e)", PROPAGATE),
        ("def f(x): return x", "f(e)", NOOP),
        ("def f(x): return x", "return f(e)", PROPAGATE),
        ("def f(): raise OSError", "f()", RAISE),
        ("from typing import NoReturn\ndef f() -> NoReturn: ...", "f()", RAISE),
        ("def f():\n  if DEBUG: raise OSError", "f()", NOOP),
        ("def f(): f()", "f()", UNKNOWN),
        ("def f(n):\n  if n: f(n - 1)", "f(1)", NOOP),
        ("def f(): g()\ndef g(): f()", "f()", UNKNOWN),
        ("class f:\n  def __init__(self): pass", "f()", UNKNOWN),
        ("class f:\n  def __init__(self, x): pass", "f(e)", PROPAGATE),
    ],
)
def test_functions_of_the_same_file(helper: str, call: str, expected: Rank) -> None:
    assert of(call, helper).worst is expected


def test_methods() -> None:
    text = """
    class A(Base):
        def run(self):
            try: work()
            except Exception as e: {call}
        def report(self, error): log.error(error)
        def hook(self, error): pass
        def reset(self): self.count = 0
    """
    assert of_module(text.format(call="self.report(e)")).worst is STRONG
    assert of_module(text.format(call="self.reset()")).worst is NOOP
    assert of_module(text.format(call="self.hook(e)")).worst is PROPAGATE, "a method for others to fill"
    inherited = of_module("from acme.base import Base\n" + textwrap.dedent(text).format(call="self.other()"))
    assert inherited.questions == (Question("outcome", "acme.base.Base.other"),)


def test_only_functions_that_may_be_of_the_project_are_asked_for() -> None:
    before = "import acme, shelve\nfrom . import own"
    assert of("acme.f()", before).questions == (Question("outcome", "acme.f"),)
    assert of("own.f()", before).questions == (Question("outcome", ".own.f"),)
    for call in ("shelve.open()", "acme.Klass()", "nobody.knows()", "acme.connection.close()"):
        assert of(call, before).questions == (), call


# Open paths


def test_an_open_path_does_not_hide_a_closed_one() -> None:
    outcome = of("if DEBUG:\n  acme.f()", "import acme")
    assert outcome.worst is NOOP
    assert outcome.verdict(CONST) is True
    assert outcome.questions == ()


def test_verdict_of_an_open_handler() -> None:
    outcome = of("acme.f()", "import acme")
    assert (outcome.lowest, outcome.worst) == (NOOP, None)
    assert outcome.verdict(CONST) is None
    assert of("log.error('x')\nacme.f()", "import acme").verdict(CONST) is False


def answer(**ranks: Rank) -> dict[str, int]:
    names = {"plain": "", "any": "*", "first": "0"}
    return {"": 0, "*": 0} | {names[name]: int(rank) for name, rank in ranks.items()}


def test_settling() -> None:
    question = Question("outcome", "acme.f")
    plain, given = of("acme.f()", "import acme"), of("acme.f(e)", "import acme")
    assert plain.settle({question: answer(plain=STRONG, first=NOOP)}) is STRONG
    assert given.settle({question: answer(plain=STRONG, first=NOOP)}) is NOOP
    assert plain.settle({question: None}) is UNKNOWN
    assert given.settle({}) is PROPAGATE


def test_the_worst_of_several_answers_counts() -> None:
    outcome = of("if DEBUG:\n  acme.f()\nelse:\n  acme.g()", "import acme")
    ask = {name: Question("outcome", f"acme.{name}") for name in "fg"}
    assert outcome.settle({ask["f"]: answer(plain=RAISE), ask["g"]: answer(plain=HIDE)}) is HIDE
    both = of("acme.f()\nacme.g()", "import acme")
    assert both.settle({ask["f"]: answer(plain=RAISE), ask["g"]: answer(plain=HIDE)}) is RAISE


def test_through_the_cache() -> None:
    outcome = of("if DEBUG:\n  acme.f(e)\nelse:\n  log.debug('x')\n  acme.g(cause=e)", "import acme")
    again = Outcome.from_json(json.loads(json.dumps(outcome.to_json())))
    assert again.paths == outcome.paths
    assert again.questions == outcome.questions


def test_too_many_ways_to_keep_apart_mean_silence() -> None:
    tests = "\n".join(f"if flag{n}:\n  acme.f{n}()\nelse:\n  acme.g{n}()" for n in range(40))
    outcome = of(tests, "import acme")
    assert len(outcome.paths) <= 12
    assert outcome.verdict(CONST) is not True


# Answers about functions of other files


def answered(text: str, **others: object) -> object:
    ctx = context(textwrap.dedent(text))
    return answer_outcome(ctx.tree.body[-1], ctx, lambda question: others.get(question.subject.rpartition(".")[2]))


def test_answer_by_parameter() -> None:
    found = answered("def report(name, error, /, *, cause=None):\n  log.error('x', exc_info=error)\n  log.error(cause)")
    assert found == {
        "": STRONG,
        "*": STRONG,
        "0": STRONG,
        "1": STRONG,
        "=name": STRONG,
        "=error": STRONG,
        "=cause": STRONG,
    }
    found = answered("def report(name, error):\n  log.info(name)\n  out.put(error)")
    assert isinstance(found, dict)
    assert (found[""], found["0"], found["1"], found["=error"]) == (UNKNOWN, UNKNOWN, PROPAGATE, PROPAGATE)


def test_the_receiver_is_no_parameter() -> None:
    text = "class A:\n  def report(self, error):\n    self.error = error\n"
    ctx = context(text)
    (method,) = ctx.tree.body[0].body  # type: ignore[attr-defined]
    found = answer_outcome(method, ctx, lambda question: None)
    assert (found[""], found["0"]) == (NOOP, PROPAGATE)


def test_an_answer_may_ask_in_turn() -> None:
    text = "from . import more\ndef report(error):\n  more.tell(error)"
    assert answered(text, tell=answer(first=STRONG))["0"] == STRONG  # type: ignore[index]
    assert answered(text)["0"] == PROPAGATE  # type: ignore[index]
    assert answered(text)[""] == UNKNOWN  # type: ignore[index]


@pytest.mark.parametrize(
    "text", ["X = 1", "class A: pass", "def f(self, error): pass", "@abstractmethod\ndef f(error): use(error)"]
)
def test_no_answer(text: str) -> None:
    assert answered(text) is None


# Where the failure goes on after the handler


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("try: return work()\nexcept Exception: pass\nraise OSError", RAISE),
        ("try: return work()\nexcept Exception: pass\nlog.error('x')", WEAK),
        ("try: return work()\nexcept Exception: pass\nreturn other()", UNKNOWN),
        ("try: return work()\nexcept Exception: pass\nreturn n", CONST),
        ("if n:\n  try: return work()\n  except Exception: pass\nreturn other(n)", UNKNOWN),
        ("try:\n  if n: return work()\nexcept Exception: pass\nreturn other(n)", UNKNOWN),
        ("try:\n  if n: return work()\nexcept Exception: pass\nself.error(n)", WEAK),
        ("try: n = work()\nexcept Exception: pass\nreturn other(n)", NOOP),
        ("try: work()\nexcept Exception: pass\nlog.error('x')", NOOP),
        ("if n:\n  try: return work()\n  except Exception: pass\nraise OSError", RAISE),
        ("if n:\n  try: return work()\n  except Exception: pass\nreturn None", CONST),
        ("try: work()\nexcept Exception: pass\nfinally: log.error('x')", WEAK),
        ("try: work()\nexcept Exception: pass\nfinally: other()", NOOP),
        ("for n in range(3):\n  try: return work()\n  except Exception: continue\nraise OSError", RAISE),
        ("for n in range(3):\n  try: return work()\n  except Exception: continue\nreturn None", CONST),
        ("for n in xs:\n  try: work()\n  except Exception: continue\nraise OSError", NOOP),
        ("for n in xs:\n  try:\n    work()\n    break\n  except Exception:\n    if n > 3: raise\n  sleep(1)", UNKNOWN),
        ("while n:\n  try: n = work()\n  except Exception: pass\nraise OSError", RAISE),
        ("while True:\n  try: return work()\n  except Exception: pass\nraise OSError", NOOP),
        ("ok = True\ntry: work()\nexcept Exception: ok = False\nif not ok: raise OSError", PROPAGATE),
        ("ok = True\ntry: work()\nexcept Exception: ok = False\nif not ok: return 1", CONST),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nif not x: log.error('x')", PROPAGATE),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nassert x", PROPAGATE),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nif not x: x = other(n)", UNKNOWN),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nif x is None: x = other(n)", UNKNOWN),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nif x: x = other(x)", NOOP),
        ("try: x = work()\nexcept Exception: x = None\nif x == '': x = other(n)", UNKNOWN),
        ("x = {}\ntry: x['a'] = work()\nexcept Exception: pass\nif not x['a']: raise OSError", PROPAGATE),
        ("x = {}\ntry: x['a'] = work()\nexcept Exception: pass\nif not x['b']: raise OSError", NOOP),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nfinally:\n  if not x: raise OSError", PROPAGATE),
        ("try:\n  try: x = b()\n  except Exception: x = 1\nfinally: c()\nraise IOError(x)", RAISE),
        ("try:\n  try: x = b()\n  except Exception: x = 1\nexcept OSError: pass\nelse: return x\nraise OSError", CONST),
        ("x = None\ntry: x = work()\nexcept Exception: pass\nif not x: return 'Error: no x'", PROPAGATE),
    ],
)
def test_aftermath(text: str, expected: Rank) -> None:
    assert of_module("def f(xs, n):\n" + textwrap.indent(text, "  ")).worst is expected


def test_other_regions() -> None:
    ctx = context("if not ok:\n  log.error('x')\nelif maybe:\n  pass\n")
    (branch,) = ctx.tree.body
    assert isinstance(branch, ast.If)
    assert suite_outcome(branch.body, branch, ctx).worst is WEAK
    ctx = context("def done(task):\n  log.error(task)\ncall = lambda task: None")
    function, assign = ctx.tree.body
    assert isinstance(function, ast.FunctionDef)
    assert isinstance(assign, ast.Assign)
    assert isinstance(assign.value, ast.Lambda)
    assert function_outcome(function, ctx).worst is STRONG
    assert function_outcome(assign.value, ctx).worst is CONST


# Code that machines write


def test_long_chains_and_deep_nesting_end() -> None:
    chain = "if a == 0: pass\n" + "".join(f"elif a == {n}: pass\n" for n in range(1, 900)) + "else: raise"
    assert of(chain).worst is NOOP
    nested = "".join("  " * n + "try:\n" + "  " * n + "  a()\n" + "  " * n + "finally:\n" for n in range(15))
    assert of(nested + "  " * 15 + "b()").worst is UNKNOWN


# What the text alone decides


@pytest.mark.parametrize(
    ("body", "limit", "expected"),
    [
        ("raise", CONST, True),
        ("if flag: flag.set()\nraise", CONST, True),
        ("if flag: return\nraise", CONST, False),
        ("for x in out:\n  if x: break\nraise", CONST, False),
        ("log.exception('x')\nreturn None", HIDE, True),
        ("log.debug('x')", CONST, True),
        ("log.debug('x')", HIDE, False),
        ("if flag: log.error('x')", CONST, False),
        ("out.count('x')\nself.logger.warning('x')", HIDE, True),
        ("return {'error': str(e)}", CONST, True),
        ("return None", CONST, False),
        ("catalog.error('x')", CONST, False),
        ("pass", CONST, False),
    ],
)
def test_told_at_once(body: str, limit: Rank, expected: bool) -> None:
    text = f"try: work()\nexcept Exception as e:\n{textwrap.indent(body, '  ')}"
    ctx = context(f"def f(self, flag, out):\n{textwrap.indent(text, '  ')}")
    handler = next(node for node in ast.walk(ctx.tree) if isinstance(node, ast.ExceptHandler))
    assert is_told_at_once(handler, limit) is expected
    if expected:
        assert ctx.outcome(handler).verdict(limit) is False


# Results made of nothing, functions whose name says that something failed


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return Result(items={})", CONST),
        ("return Result()", CONST),
        ("return Result(items=flag)", UNKNOWN),
        ("return NotFoundError()", WEAK),
        ("self.on_failure()", WEAK),
        ("self.proceed()", UNKNOWN),
        ("if isinstance(flag, str): return flag\nraise", UNKNOWN),
        ("if out.get('silent'): return\nraise", UNKNOWN),
        ("x = other(flag)\nif x: self.x = 1", UNKNOWN),
        ("x = str(flag)", NOOP),
    ],
)
def test_what_else_a_handler_does(body: str, expected: Rank) -> None:
    assert of(body).worst is expected
