"""The order in which statements can run: compared by hand, and with what Python does."""

from __future__ import annotations

import ast
import itertools
import random
import sys
import textwrap
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlint.analysis.flow import EXITS, Flow, Step, flow_of


def flow(text: str) -> Flow:
    body = ast.parse(textwrap.dedent(text)).body
    return flow_of(body, lambda item: ast.unparse(item) == "suppress()")


def exits(text: str) -> set[str]:
    """The ways out of a suite that can be reached when no plain statement fails."""
    graph = flow(text)
    seen, stack = set(), [graph.entry]
    while stack:
        step = stack.pop()
        if step not in seen:
            seen.add(step)
            stack += step.next
    return {step.exit for step in seen if step.exit}


def exits_with_errors(text: str) -> set[str]:
    return {step.exit for step in flow(text).steps() if step.exit}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "fall"),
        ("return", "return"),
        ("raise a", "raise"),
        ("break", "break"),
        ("continue", "continue"),
        ("return\na", "return"),
        ("if a: return", "fall return"),
        ("if a: return\nelse: raise", "return raise"),
        ("if a: return\nelif b: raise\nelse: break", "return raise break"),
        ("if True: return", "return"),
        ("if False: return", "fall"),
        ("while a: return", "fall return"),
        ("while True: a", ""),
        ("while True: return", "return"),
        ("while True: break", "fall"),
        ("while 1:\n if a: break\n continue", "fall"),
        ("while a: continue\nelse: return", "return"),
        ("while a: break\nelse: return", "fall return"),
        ("for a in b: return", "fall return"),
        ("for a in b: break\nelse: raise", "fall raise"),
        ("for a in b: continue\nelse: raise", "raise"),
        ("for a in b:\n for c in d: break\n return", "fall return"),
        ("with a: return", "return"),
        ("with a: b", "fall"),
        ("with suppress(): return", "return"),
        ("match a:\n case 1: return", "fall return"),
        ("match a:\n case 1: return\n case _: raise", "return raise"),
        ("match a:\n case 1: return\n case b: raise", "return raise"),
        ("match a:\n case _ if b: return", "fall return"),
        ("try: return\nfinally: a", "return"),
        ("try: return\nfinally: raise", "raise"),
        ("try: raise\nfinally: return", "return"),
        ("try: raise\nexcept: a", "fall"),
        ("try: raise\nexcept BaseException: a", "fall"),
        ("try: raise\nexcept A: a", "fall raise"),
        ("try: raise\nexcept A: return\nexcept B: break", "return break raise"),
        ("try: raise\nexcept: raise", "raise"),
        ("try: a\nexcept: return\nelse: break", "break"),
        ("try: raise\nexcept: return\nelse: break", "return"),
        ("try: raise\nexcept: a\nfinally: return", "return"),
        ("try:\n if a: return\n if b: break\n if c: continue\nfinally: d", "fall return break continue"),
        ("while a:\n try: break\n finally: continue", "fall"),
        ("def f(): return", "fall"),
        ("class A:\n def f(self): return", "fall"),
        ("assert a", "fall"),
    ],
)
def test_exits(text: str, expected: str) -> None:
    assert exits(text) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "fall raise"),
        ("try: a\nexcept: b", "fall raise"),
        ("try: a\nexcept: pass", "fall raise"),  # `pass` is a statement like any other
        ("with suppress(): a\nreturn", "return raise"),
        ("return a", "return raise"),
        ("if a: break\nelse: continue", "break continue raise"),
    ],
)
def test_exits_where_any_statement_may_fail(text: str, expected: str) -> None:
    assert exits_with_errors(text) == set(expected.split())


def test_suppressed_errors_go_on_behind() -> None:
    graph = flow("with suppress():\n a\nb")
    (step,) = (step for step in graph.steps() if getattr(step.node, "lineno", 0) == 2)
    assert [error.node.lineno for error in step.errors] == [3]


def test_states_are_joined_over_all_paths() -> None:
    graph = flow("if a:\n x\nelse:\n if b:\n  y\n else:\n  x\nz")

    def transfer(step: Step, state: frozenset[str]) -> frozenset[str]:
        return state | {step.node.value.id} if isinstance(step.node, ast.Expr) else state

    before = graph.forward(frozenset(), transfer, lambda one, two: one & two)
    assert before[graph.exits["fall"]] == {"z"}
    after = graph.forward(frozenset(), transfer, lambda one, two: one | two)
    assert after[graph.exits["fall"]] == {"x", "y", "z"}
    assert graph.exits["raise"] not in before
    with_errors = graph.forward(frozenset(), transfer, lambda one, two: one & two, follow_errors=True)
    assert with_errors[graph.exits["raise"]] == frozenset()


@pytest.mark.parametrize("suite", ["g()", "return g()", "raise g()"])
def test_nested_finally_suites_do_not_multiply(suite: str) -> None:
    depth = 60
    text = "".join(f"{' ' * level}try:\n" for level in range(depth)) + f"{' ' * depth}work()\n"
    text += "".join(f"{' ' * level}finally:\n{' ' * level} {suite}\n" for level in reversed(range(depth)))
    assert len(flow(text).steps()) < 100 * depth


def test_finally_suites_in_one_another_do_not_multiply() -> None:
    def nest(level: int) -> str:
        pad = " " * level
        inside = nest(level + 1) if level < 60 else f"{pad} g()\n"
        return f"{pad}try:\n{pad} h()\n{pad}except A:\n{pad} return\n{pad}finally:\n{inside}"

    assert len(flow(nest(0)).steps()) < 10_000


def test_long_chains_need_no_deep_stack() -> None:
    text = "if a: b\n" + "".join(f"elif a{number}: return\n" for number in range(300))
    limit = sys.getrecursionlimit()
    body = ast.parse(text).body
    sys.setrecursionlimit(200)
    try:
        graph = flow_of(body)
    finally:
        sys.setrecursionlimit(limit)
    assert len(graph.steps()) > 600


# Whatever way Python takes through a function, the graph has it.

Tree = str | tuple  # a simple statement, or a compound one with the suites in it
SIMPLE = ("s()", "s()", "return s()", "break", "continue", "raise c.A", "raise c.B", "raise")
COMPOUND = {
    "if": ("if c():\n{0}", "if c():\n{0}else:\n{1}", "if c():\n{0}elif c():\n{1}else:\n{2}"),
    "loop": (
        "while c():\n{0}",
        "while c():\n{0}else:\n{1}",
        "for _ in c.some():\n{0}",
        "for _ in c.some():\n{0}else:\n{1}",
    ),
    "try": (
        *("try:\n{0}except c.A:\n{1}", "try:\n{0}except:\n{1}", "try:\n{0}except c.A:\n{1}except c.B:\n{2}"),
        *("try:\n{0}finally:\n{1}", "try:\n{0}except c.A:\n{1}else:\n{2}", "try:\n{0}except c.A:\n{1}finally:\n{2}"),
    ),
}


def suites(inside: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    forms = [form for forms in COMPOUND.values() for form in forms]

    def build(form: str, parts: list[list[str]], rest: list[str]) -> list[str]:
        filled = form.format(*("".join(f" {line}\n" for line in part) for part in parts))
        return [*filled.splitlines(), *rest]

    return st.builds(build, st.sampled_from(forms), st.tuples(inside, inside, inside), inside)


bodies = st.recursive(st.sampled_from(SIMPLE).map(lambda statement: [statement]), suites, max_leaves=12)


class Chance:
    """Decides conditions, lengths of loops and what fails; gives up after a while so that loops end."""

    class A(Exception):
        pass

    class B(Exception):
        pass

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.left = 60

    def __call__(self) -> bool:
        self.left -= 1
        if self.random.random() < 0.1:
            raise self.random.choice([self.A, self.B])
        return self.left > 0 and self.random.random() < 0.5

    def some(self) -> Iterator[int]:
        return iter(range(self.random.randrange(3) if self.left > 0 and self() else 0))


def executed(lines: list[str], seed: int) -> list[int | str]:
    """The lines that run, in their order, and how the function ends."""
    code = compile("def f(s, c):\n" + "".join(f" {line}\n" for line in lines), "<test>", "exec")
    space: dict[str, object] = {}
    exec(code, space)
    seen: list[int | str] = []

    def trace(frame: object, event: str, argument: object) -> object:
        if frame.f_code.co_name == "f" and event == "line":  # type: ignore[attr-defined]
            seen.append(frame.f_lineno - 1)  # type: ignore[attr-defined]
        return trace

    chance = Chance(seed)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        result = space["f"](lambda: chance() or "value", chance)  # type: ignore[operator]
        seen.append("fall" if result is None else "return")
    except (Chance.A, Chance.B, RuntimeError):
        seen.append("raise")
    finally:
        sys.settrace(before)
    return seen


def line_of(step: Step) -> int | str | None:
    """What a trace shows of a step: nothing of `try` and `except`, which some versions trace and some do not."""
    if step.exit:
        return step.exit
    return None if step.node is None or isinstance(step.node, (ast.Try, ast.ExceptHandler)) else step.node.lineno


def successors(graph: Flow) -> dict[int | str, set[int | str]]:
    """From line to line, over what a trace does not show."""
    found: dict[int | str, set[int | str]] = {}
    for step in [Step(None, [graph.entry]), *graph.steps()]:
        line = 0 if step.node is None and not step.exit and step.next == [graph.entry] else line_of(step)
        if line is None:
            continue
        seen: set[Step] = set()
        stack = [*step.next, *step.errors]
        while stack:
            target = stack.pop()
            if target in seen:
                continue
            seen.add(target)
            shown = line_of(target)
            if shown is None:
                stack += [*target.next, *target.errors]
            else:
                found.setdefault(line, set()).add(shown)
    return found


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 11), reason="3.11 traces a line of the `finally` suite after the exception"
)
@settings(max_examples=300)
@given(bodies)
def test_python_takes_no_way_that_the_graph_has_not(lines: list[str]) -> None:
    text = "\n".join(lines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a `return` in a `finally`
        try:
            compile("def f(s, c):\n" + textwrap.indent(text, " "), "<test>", "exec")
        except SyntaxError:  # `break` outside of a loop
            return
        ways = successors(flow(text))
        known = {line for line in ways if isinstance(line, int)}
        for seed in range(8):
            trace = [0, *(line for line in executed(lines, seed) if isinstance(line, str) or line in known)]
            for before, after in itertools.pairwise(trace):
                assert after in ways[before], (trace, before, after)


def test_every_exit_has_a_name() -> None:
    assert set(flow("a").exits) == set(EXITS)
