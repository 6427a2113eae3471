"""Which checks see which nodes, and what a file's result holds."""

from __future__ import annotations

import ast
import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Finding, Place, Question, Severity, Span
from readlint.packs import RuleSet, load_rules
from readlint.rules import Category, Fix, Level, Rule, Safety
from readlint.settings.model import Settings
from readlint.settings.selection import RuleSelection
from readlint.syntax.screen import Screen, Screened


def rule(code: str = "TY001", **options: Any) -> Rule[None]:
    return Rule(
        f"toys.family.rule_{code.lower()}",
        "A toy.",
        code=code,
        severity=Severity.NOTE,
        level=Level.L0,
        category=Category.SAFETY,
        messages={"default": "`{what}`."},
        since="0",
        **options,
    )


def screened(text: str, *rules: Rule[None], path: str = "acme/app.py", off: tuple[str, ...] = ()) -> Screened:
    everything = RuleSet([*load_rules().rules, *rules])
    enabled = {"RL001", *(one.code for one in rules)} - set(off)
    return Screen(everything).file(Source(path, text.encode()), Settings(rules=RuleSelection(enabled)))


def seen(text: str, toy: Rule[None]) -> list[tuple[int, int]]:
    return [(finding.span.line, finding.span.column) for finding in screened(text, toy).findings]


def on(*classes: type[ast.AST]) -> Rule[None]:
    toy = rule()

    @toy.on(*classes)
    def check(node: Any, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(node, what=type(node).__name__)

    return toy


def on_call(*names: str) -> Rule[None]:
    toy = rule()

    @toy.on_call(*names)
    def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(call, what=ast.unparse(call.func))

    return toy


#: A text with exactly one node of each class.
ONE_OF_EACH = {
    ast.Name: "name",
    ast.Constant: "1",
    ast.Pass: "pass",
    ast.Global: "def f():\n    global x",
    ast.Continue: "while 1: continue",
    ast.alias: "import os",
    ast.arg: "def f(a): ...",
    ast.keyword: "f(a=1)",
    ast.withitem: "with a: ...",
    ast.ExceptHandler: "try: ...\nexcept: ...",
    ast.comprehension: "[a for a in b]",
    ast.match_case: "match a:\n    case 1: ...",
    ast.MatchSingleton: "match a:\n    case None: ...",
    ast.MatchStar: "match a:\n    case [*b]: ...",
    ast.MatchMapping: "match a:\n    case {'k': 1, **rest}: ...",
    ast.MatchClass: "match a:\n    case C(x=1): ...",
    ast.JoinedStr: "f'{a}'",
    ast.FormattedValue: "f'{a!r}'",
    ast.Starred: "f(*a)",
    ast.Slice: "a[1:2]",
    ast.NamedExpr: "(a := 1)",
    ast.Lambda: "lambda: 1",
    ast.AsyncFunctionDef: "async def f(): ...",
    ast.Await: "async def f(): await a",
    ast.YieldFrom: "def f(): yield from a",
    ast.IfExp: "a if b else c",
    ast.Module: "a",
}


@pytest.mark.parametrize("cls", ONE_OF_EACH)
def test_checks_of_every_class_of_node(cls: type[ast.AST]) -> None:
    assert len(seen(ONE_OF_EACH[cls], on(cls))) == 1


def test_the_walk_comes_everywhere() -> None:
    """A call in each place where an expression can stand."""
    places = [
        *(
            "@f()\ndef g(): ...",
            "def g(a=f()): ...",
            "def g(*, a=f()): ...",
            "def g(a: f()): ...",
            "def g() -> f(): ...",
        ),
        *("def g(*a: f(), **b: f()): ...", "class A(f()): ...", "class A(metaclass=f()): ...", "@f()\nclass A: ..."),
        *("lambda a=f(): 1", "lambda: f()", "[f() for a in b]", "[a for a in f()]", "[a for a in b if f()]"),
        *("{f(): 1}", "{1: f()}", "{**f()}", "f'{f()}'", "f'{a:{f()}}'", "f(f())", "f(a=f())", "f(*f())", "f(**f())"),
        *("a[f()]", "a[f():]", "a[:f()]", "a[::f()]", "f() < a", "a < f()", "a < b < f()", "f() and a", "not f()"),
        *(
            "with f(): ...",
            "with a as b[f()]: ...",
            "for a in f(): ...",
            "while f(): ...",
            "if f(): ...\nelif f(): ...",
        ),
        *("try: f()\nfinally: ...", "try: ...\nexcept f(): ...", "try: ...\nexcept: f()\nelse: f()\nfinally: f()"),
        *(
            "raise f()",
            "raise a from f()",
            "assert f(), f()",
            "del a[f()]",
            "return_ = f()",
            "a: f() = f()",
            "a += f()",
        ),
        *(
            "match f():\n    case 1: f()",
            "match a:\n    case b if f(): ...",
            "(a := f())",
            "a if f() else f()",
            "f().b",
        ),
        *("async def g():\n    async with f(): ...\n    async for a in f(): await f()", "def g(): yield f()"),
        *("def g(): yield from f()", "def g(): return f()", "if a: ...\nelse: f()", "for a in b: ...\nelse: f()"),
    ]
    for text in places:
        expected = {(n.lineno, n.col_offset) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)}
        assert set(seen(text, on(ast.Call))) == expected, text
        assert len(seen(text, on(ast.Call))) == len(expected), text
        by_name = {
            (n.lineno, n.col_offset)
            for n in ast.walk(ast.parse(text))
            if isinstance(n, ast.Call) and ast.unparse(n.func) == "f"
        }
        assert set(seen(text, on_call("*.f"))) == by_name, text


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.time()",
        "import time as t\nt.time()",
        "from time import time\ntime()",
        "from time import time as now\nnow()",
        "import time\nnow = time.time\nnow()",
        "import time\nnow: object = time.time\nnow()",
        "import time\na = now = time.time\nnow()",
        "import time\n\nclass A:\n    clock = time.time\n\n    def f(self):\n        self.clock()",
        "from time import time as sleep\nsleep()",  # a name that another check is waiting for
    ],
)
def test_calls_by_every_name(text: str) -> None:
    toy = on_call("time.time", "time.sleep")
    assert len(seen(text, toy)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "time.time()",
        "import mytime as time\ntime.time()",
        "def time(): ...\ntime()",
        "import time\ntime.time",
        "x.time()",
    ],
)
def test_calls_of_others(text: str) -> None:
    assert seen(text, on_call("time.time")) == []


def test_an_alias_that_may_be_either() -> None:
    text = "import time\nif a:\n    clock = time.time\nelse:\n    clock = time.monotonic\nclock()"
    assert seen(text, on_call("*.time", "*.monotonic")) == [(6, 0)]


def test_a_method_on_any_receiver() -> None:
    assert seen("a.submit()\nb().submit()\nsubmit()\na.submitted()", on_call("*.submit")) == [(1, 0), (2, 0), (3, 0)]


def test_findings_come_in_the_order_of_the_file() -> None:
    toy = on(ast.Call)
    places = seen("f(g())\nclass A:\n    x = h()\nf()\n", toy)
    assert places == sorted(places)


def test_a_rule_that_is_off_costs_and_finds_nothing() -> None:
    toy, other = on(ast.Call), rule("TY002")
    calls = []

    @other.on(ast.Call)
    def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
        calls.append(node)
        yield other.finding(node, what="x")

    result = screened("f()", toy, other, off=("TY002",))
    assert [finding.rule for finding in result.findings] == ["TY001"]
    assert calls == []


def test_tests_are_looked_at_by_few_rules() -> None:
    toy, loud = on(ast.Call), rule("TY002", in_tests=True)

    @loud.on(ast.Call)
    def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
        yield loud.finding(node, what="x")

    assert {f.rule for f in screened("f()", toy, loud, path="tests/test_a.py").findings} == {"TY002"}
    assert {f.rule for f in screened("f()", toy, loud).findings} == {"TY001", "TY002"}


def test_facts_are_collected_wherever_their_rule_is_on() -> None:
    toy = rule()

    @toy.collect_call("patched", "*.patch")
    def collect(call: ast.Call, ctx: Context) -> Iterator[str]:
        yield from sorted(ast.unparse(argument) for argument in call.args)

    text = "m.patch(b, a)\nm.patch(a)\n"
    for path in ("acme/app.py", "tests/test_app.py"):  # no rule that is on looks at tests
        assert screened(text, toy, path=path).facts == {"patched": ["a", "b"]}
        assert screened(text, toy, path=path, off=("TY001",)).facts == {}
    everything = RuleSet([*load_rules().rules, toy])
    collected = Screen(everything).facts_of(Source("x.py", b"m.patch(c)"), Settings())
    assert collected.facts["patched"] == ["c"]


def test_facts_of_nodes_are_collected_once_for_rules_that_share_a_function() -> None:
    first, second = rule(), rule("TY002")

    def collect(module: ast.Module, ctx: Context) -> Iterator[str]:
        calls.append(ctx.path)
        yield str(len(module.body))

    calls: list[str] = []
    for toy in (first, second):
        toy.collect("statements", ast.Module)(collect)
    assert screened("a\nb\n", first, second, off=("TY001",)).facts["statements"] == ["2"]
    assert calls == ["acme/app.py"]


def test_a_finding_is_placed() -> None:
    toy = rule()

    @toy.on(ast.Return)
    def check(node: ast.Return, ctx: Context) -> Iterator[Finding]:
        places = [Place(node.value, "here")]
        yield toy.finding(
            node, what="x", related=places, flow=places, fix=Fix(repair, "Repair", node, safety=Safety.SAFE)
        )

    def repair(node: Any, fix: Any) -> Any: ...

    (finding,) = screened("class A:\n    def f(self):\n        s = '😀'; return 'é' + s\n", toy).findings
    assert (finding.path, finding.definition) == ("acme/app.py", "A.f")
    assert finding.span == Span(3, 17, 3, 31)
    assert finding.related[0].span == finding.flow[0].span == Span(3, 24, 3, 31)
    assert finding.fix.targets[0].span == finding.span
    assert finding.where == finding.span  # nothing holds on to the tree
    assert len(finding.fingerprint) == 16
    copy, before = finding.copy(), finding.to_json()
    assert (copy.path, copy.to_json()) == (finding.path, before)
    copy.fix.safety = Safety.NONE
    copy.arguments["what"] = copy.data["what"] = "y"
    assert finding.to_json() == before


def test_what_a_file_gave_survives_the_cache() -> None:
    toy = rule()

    @toy.on(ast.Call)
    def check(node: ast.Call, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(node, what="é\ud800", questions=[Question("a", "b")], data={"x": (1, {"y": None})})

    result = screened("f()  # readlint: ignore[TY001] since it is as it is\n", toy)
    data = json.loads(json.dumps(result.to_json()))
    again = Screened.from_json("acme/app.py", data)
    assert again.to_json() == result.to_json() == data
    assert again.findings[0].data == result.findings[0].data == {"x": [1, {"y": None}]}
    assert len(again.directives) == 1
    assert screened("x = 1").to_json() == 0
    assert Screened.from_json("a.py", 0).findings == []


def test_a_file_that_cannot_be_parsed() -> None:
    (finding,) = screened("x = 1\nx = (\n", on(ast.Call)).findings
    assert (finding.rule, finding.span.line) == ("RL001", 2)
    assert screened("x = (", on(ast.Call), off=("RL001",)).findings == []


def test_a_check_is_called_where_the_text_may_matter() -> None:
    toy, texts = rule(), []

    def says_so(text: str) -> bool:
        texts.append(text)
        return "so" in text

    @toy.on(ast.Pass, ast.Module, mentions=says_so)
    def check(node: ast.AST, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(Span(1, 0, 1, 0), what=type(node).__name__)

    assert [finding.message for finding in screened("pass  # so\npass", toy).findings] == ["`Module`."] + [
        "`Pass`."
    ] * 2
    assert screened("pass\npass", toy).findings == []
    assert texts == ["pass  # so\npass", "pass\npass"]  # each asked about once


def test_a_text_that_cannot_be_judged_is_an_error_of_the_rule() -> None:
    toy = rule()
    toy.on(ast.Pass, mentions=lambda text: bool(text[100]))(lambda node, ctx: [])
    (error,) = screened("pass", toy).errors
    assert (error.rule, error.kind) == ("TY001", "IndexError")


def test_what_is_collected_is_collected_where_the_text_may_matter() -> None:
    toy = rule()

    def name(node: ast.Name, ctx: Context) -> Iterator[str]:
        yield node.id

    toy.collect("names", ast.Name, mentions=lambda text: "so" in text)(name)
    toy.collect_call("calls", "*.f", mentions=lambda text: "so" in text)(lambda call, ctx: ["f"])
    assert screened("a.f()", toy).facts == {}
    assert screened("a.f()  # so", toy).facts == {"calls": ["f"], "names": ["a"]}
    other = rule("TY002")
    other.collect("names", ast.Name, mentions=lambda text: "a" in text)(name)
    assert screened("a.f()", toy, other).facts == {"names": ["a"]}


def test_rules_that_look_at_the_module_only() -> None:
    text = "f()\ndef g():\n    f()\n"
    assert len(screened(text, on(ast.Module)).findings) == 1
    assert len(screened(text, on(ast.Module, ast.Call)).findings) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(Severity),
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.text(), JSON))
def test_the_data_of_a_finding_is_what_the_cache_gives_back(data: dict[str, Any]) -> None:
    toy = rule()

    @toy.on(ast.Module)
    def check(node: ast.AST, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(node, what="", data={**data, "secret": []})

    kept = screened("x = 1\n", toy).findings[0].data
    assert repr(kept) == repr(json.loads(json.dumps({**data, "secret": []})))


@pytest.mark.parametrize(("text", "is_offered"), [("hunter2", False), ("safe", True)])
def test_a_fix_that_would_have_to_remember_a_secret_is_not_offered(text: str, is_offered: bool) -> None:
    toy = rule()

    def repair(node: Any, fix: Any) -> Any: ...

    @toy.on(ast.Constant)
    def check(node: ast.Constant, ctx: Context) -> Iterator[Finding]:
        fix = Fix(repair, "Repair", node, safety=Safety.SAFE, data={"texts": [f"default={text}"]})
        yield toy.finding(node, what="", data={"secret": [[1, 5, 1, 12]]}, fix=fix)

    found = screened("x = 'hunter2'\n", toy)
    assert (found.findings[0].fix is not None) is is_offered
    assert "hunter2" not in str(found.to_json())


def test_the_own_words_of_a_rule_are_no_secret() -> None:
    toy = rule()
    toy.messages["default"] = "`{what}` is a secret."

    @toy.on(ast.Constant)
    def check(node: ast.Constant, ctx: Context) -> Iterator[Finding]:
        yield toy.finding(node, what="app.secret_key = 'secret'", data={"secret": [[1, 5, 1, 11]]})

    (found,) = screened("x = 'secret'\n", toy).findings
    assert found.message == "`app.secret_key = '******'` is a secret."
    assert found.arguments == {"what": "app.secret_key = '******'"}


def test_a_message_that_a_rule_has_changed_keeps_the_secret_as_well() -> None:
    toy = rule()

    @toy.on(ast.Constant)
    def check(node: ast.Constant, ctx: Context) -> Iterator[Finding]:
        changed = toy.finding(node, what="it", data={"secret": [[1, 5, 1, 12]]})
        changed.message = "It is hunter2."
        yield changed
        changed = toy.finding(node, what="it")
        changed.message_id, changed.arguments, changed.message = "other", {}, "It is hunter2."
        yield changed

    found = screened("x = 'hunter2'\n", toy).findings
    assert [one.message for one in found] == ["It is *******."] * 2


def test_what_a_worker_sends_is_what_the_cache_has() -> None:
    toy = on(ast.Module)
    whole = screened("x = 1\n", toy)
    sent: Screened = pickle.loads(pickle.dumps(whole))
    assert (sent.path, sent.to_json()) == (whole.path, whole.to_json())
    assert sent.findings[0] is not whole.findings[0]
