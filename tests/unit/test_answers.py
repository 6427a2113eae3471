"""Questions about definitions elsewhere: who answers, how often, and when nobody does."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

from readlint.analysis.context import Context
from readlint.errors import InternalError
from readlint.files.discovery import Discovery
from readlint.files.source import Source
from readlint.findings import Edit, Finding, FixPlan, Question, Safety, Severity, Span
from readlint.packs import RuleSet, load_rules
from readlint.project.answers import Answers, settle
from readlint.project.files import ProjectFiles
from readlint.rules import AllFiles, Category, Level, Rule
from readlint.settings.model import Settings
from readlint.settings.selection import RuleSelection
from readlint.syntax.screen import Screen

ASKED: list[str] = []
TOY: Rule[None] = Rule(
    "toys.family.toy", "A toy.", code="TY001", severity=Severity.NOTE, level=Level.L0, category=Category.SAFETY,
    messages={"default": "It is."}, since="0",
)  # fmt: skip


@TOY.answers("where")
def where(node: Any, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    ASKED.append(f"{ctx.path}:{node.lineno}")
    return ASKED[-1]


@TOY.answers("depth")
def depth(node: Any, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    """How many calls lead on from here, as far as that is known."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    further = [ask(Question("depth", ctx.qualified_name(call.func) or "")) for call in calls]
    return None if None in further else 1 + sum(further)


@TOY.answers("loud", mentions=lambda text, name: name.upper() in text)
def loud(node: Any, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    return where(node, ctx, ask)


@TOY.collect("toys", ast.ClassDef, mentions=lambda text: "class" in text)
def toys(node: ast.ClassDef, ctx: Context) -> Any:
    yield node.name


@TOY.search("makers")
def makers(ask: Callable[[Question], Any], files: AllFiles) -> Any:
    """Where the names of classes of the project are."""
    ASKED.append("makers")
    names = ask(Question("fact:toys", ""))
    return [ctx.path for ctx in files.opened(lambda text: any(name in text for name in names)) if ctx.tree.body]


def answers(*enabled: str, **files: str) -> Answers:
    ASKED.clear()
    rules = RuleSet([*load_rules().rules, TOY])
    sources = {
        path: Source(path, text.encode())
        for path, text in (
            (f"{name.replace('__', '/').replace('/init', '/__init__')}.py", text) for name, text in files.items()
        )
    }
    screen = Screen(rules)
    settings = Settings(rules=RuleSelection(enabled))
    linted = {path: screen.file(source, settings) for path, source in sources.items()}
    return Answers(rules, ProjectFiles(linted, sources, screen, lambda path: settings, Discovery))


def find(subject: str, asking: str = "acme/job.py", **files: str) -> str | None:
    return answers(**files).ask(Question("where", subject), asking)


@pytest.mark.parametrize(
    ("subject", "files", "expected"),
    [
        ("acme.obs.f", {"acme__obs": "\ndef f(): ..."}, "acme/obs.py:2"),
        (".obs.f", {"acme__obs": "\ndef f(): ..."}, "acme/obs.py:2"),
        ("acme.obs.A", {"acme__obs": "\nclass A: ..."}, "acme/obs.py:2"),
        ("acme.obs.A.f", {"acme__obs": "class A:\n def f(self): ..."}, "acme/obs.py:2"),
        ("acme.obs.A.B.f", {"acme__obs": "class A:\n class B:\n  def f(self): ..."}, "acme/obs.py:3"),
        ("acme.obs.B.f", {"acme__obs": "class A:\n def f(self): ...\nclass B(A): ..."}, "acme/obs.py:2"),
        ("acme.obs.B.f", {"acme__obs": "from .base import A\nclass B(x, A): ...", "acme__base": "class A:\n def f(self): ..."}, "acme/base.py:2"),
        ("acme.obs.X", {"acme__obs": "\nX = {1: 2}"}, "acme/obs.py:2"),
        ("acme.f", {"acme__init": "from .obs import f", "acme__obs": "\n\ndef f(): ..."}, "acme/obs.py:3"),
        ("acme.f", {"acme__init": "from .obs import g as f", "acme__obs": "\ndef g(): ..."}, "acme/obs.py:2"),
        ("acme.f", {"acme__init": "from .obs import *", "acme__obs": "\ndef f(): ..."}, "acme/obs.py:2"),
        ("acme.f", {"acme__init": "from .obs import *", "acme__obs": "from .a import *", "acme__a": "\ndef f(): ..."}, "acme/a.py:2"),
        ("acme.f", {"acme__init": "from . import obs\nf = obs.g", "acme__obs": "\ndef g(): ..."}, "acme/obs.py:2"),
        ("acme.obs.o.f", {"acme__obs": "import acme.a as o", "acme__a": "\ndef f(): ..."}, "acme/a.py:2"),
        ("acme.obs.g", {"acme__obs": "\ndef f(): ..."}, None),
        ("acme.obs.f", {"acme__obs": "def f(): ...\ndef f(): ..."}, None),  # which one?
        ("acme.obs.f", {"acme__obs": "if a:\n def f(): ...\nelse:\n f = b"}, None),
        ("acme.obs.f.g", {"acme__obs": "def f():\n def g(): ..."}, None),
        ("acme.obs.X.f", {"acme__obs": "X = make()"}, None),
        ("acme.obs.f", {"acme__obs": "def f(: ..."}, None),
        ("acme.f", {"acme__init": "from .obs import f", "acme__obs": "from . import f"}, None),  # a circle
        ("acme.f", {"acme__init": "from .obs import *", "acme__obs": "from . import *"}, None),
        ("elsewhere.f", {"acme__obs": "def f(): ..."}, None),
    ],
)  # fmt: skip
def test_from_a_name_to_a_definition(subject: str, files: dict[str, str], expected: str | None) -> None:
    assert find(subject, **{"acme__init": "", **files}) == expected


def test_an_annotated_name_is_still_one_definition() -> None:
    assert find("acme.obs.f", acme__init="", acme__obs="f: object\ndef f(): ...") == "acme/obs.py:2"


def test_each_question_is_asked_once() -> None:
    project = answers(acme__init="", acme__obs="def f(): ...")
    for _ in range(3):
        assert project.ask(Question("where", "acme.obs.f"), "acme/job.py") == "acme/obs.py:1"
    assert ASKED == ["acme/obs.py:1"]


def test_a_question_that_nobody_answers() -> None:
    project = answers(acme__obs="def f(): ...")
    assert project.ask(Question("unheard-of", "acme.obs.f"), "acme/job.py") is None


def test_a_file_is_not_parsed_where_its_text_decides() -> None:
    project = answers(m="def f(): ...", n="def f(): ...  # F")
    assert project.ask(Question("loud", "m.f"), "x.py") is None
    assert list(project._contexts) == []
    assert project.ask(Question("loud", "n.f"), "x.py") == "n.py:1"


def test_answers_that_ask_in_turn() -> None:
    text = "def a(): b(); b()\ndef b(): c()\ndef c(): ...\n"
    assert answers(m=text).ask(Question("depth", "m.a"), "x.py") == 1 + 2 * 2
    assert answers(m=text, n="from m import a\ndef d(): a()").ask(Question("depth", "n.d"), "x.py") is None  # too deep


def test_circles_end_in_silence_and_are_not_kept() -> None:
    project = answers(m="def a(): b()\ndef b(): a()\ndef c(): ...\n")
    assert project.ask(Question("depth", "m.a"), "x.py") is None
    assert project.ask(Question("depth", "m.b"), "x.py") is None
    assert project.ask(Question("depth", "m.c"), "x.py") == 1


def test_many_files_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from readlint.project import answers as module

    monkeypatch.setattr(module, "_CONTEXTS", 3)
    project = answers(**{f"m{number}": "def f(): ..." for number in range(9)})
    for number in (*range(9), *range(9)):
        assert project.definition(f"m{number}.f", "x.py") is not None
    assert len(project._contexts) == 3


def finding(*questions: Question, rule: Rule[None] = TOY) -> Finding:
    made = rule.finding(Span(1, 0, 1, 1), questions=questions)
    made.path = "a.py"
    return made


def settled(*findings: Finding) -> tuple[list[Finding], list[InternalError]]:
    errors: list[InternalError] = []
    project = answers(m="def f(): ...")
    return settle(list(findings), RuleSet([*load_rules().rules, TOY]), project, errors), errors


@pytest.fixture
def settling(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    return lambda function: monkeypatch.setattr(TOY, "settle_function", function)


def test_settling(settling: Callable[..., None]) -> None:
    sure, asked, unknown = finding(), finding(Question("where", "m.f")), finding(Question("where", "m.g"))
    settling(lambda one, answers: one if all(answers.values()) else None)
    kept, errors = settled(sure, asked, unknown)
    assert [one.questions for one in kept] == [(), ()]
    assert kept[0] is sure
    assert asked.questions  # what the cache keeps stays as it is
    assert errors == []


@pytest.mark.parametrize("learns", [True, False])
def test_edits_are_made_again_for_a_fix_that_learnt_something(settling: Callable[..., None], learns: bool) -> None:
    asked = finding(Question("where", "m.f"))
    asked.fix = FixPlan("toy", "Mend it", Safety.SAFE)
    asked.edits = (Edit(Span(1, 0, 1, 1), "x"),)

    def settle_one(one: Finding, answers: Any) -> Finding:
        if learns and one.fix:
            one.fix.data["where"] = "m.py"
        return one

    settling(settle_one)
    (kept,), _ = settled(asked)
    assert kept.edits == (None if learns else asked.edits)


def test_a_rule_that_fails_to_settle(settling: Callable[..., None]) -> None:
    def fail(one: Finding, answers: Any) -> None:
        raise ZeroDivisionError

    settling(fail)
    kept, errors = settled(finding(), finding(Question("where", "m.f")), finding(Question("where", "m.f")))
    assert len(kept) == 1
    assert [(error.rule, error.path, error.kind) for error in errors] == [("TY001", "a.py", "ZeroDivisionError")]


def test_a_rule_that_gets_lost_is_silent(settling: Callable[..., None]) -> None:
    def lost(one: Finding, answers: Any) -> Any:
        return lost(one, answers)

    settling(lost)
    assert settled(finding(Question("where", "m.f"))) == ([], [])


@pytest.mark.parametrize("enabled", [("RL201",), ()])
def test_facts_of_all_files(enabled: tuple[str, ...]) -> None:
    """Also of those that were screened without the rule that collects them."""
    project = answers(*enabled, a="x.patch('a.time')", b="x.patch('b.time')", tests__test_c="x.patch('c.time')", d="")
    facts = project.ask(Question("fact:patched-clock", ""), "a.py")
    assert facts == ["a.time", "b.time", "c.time"]
    assert project.files.consulted == (set() if enabled else {"a.py", "b.py", "d.py", "tests/test_c.py"})
    assert project.ask(Question("fact:unheard-of", ""), "a.py") == []


def test_a_search_looks_through_the_files_once_a_run() -> None:
    asked = answers("TY001", a="class Bear: ...", b="Bear()", c="x = 1", d="Bear(")
    assert asked.ask(Question("makers", ""), "a.py") == ["a.py", "b.py"]
    assert asked.ask(Question("makers", ""), "b.py") == ["a.py", "b.py"]
    assert ASKED == ["makers"]
    # Their texts are to be had without parsing them.
    assert list(asked.files.texts()) == [
        ("a.py", "class Bear: ..."),
        ("b.py", "Bear()"),
        ("c.py", "x = 1"),
        ("d.py", "Bear("),
    ]


def test_what_facts_were_is_known_only_where_a_run_compares() -> None:
    asked = answers("TY001", a="class Bear: ...")
    assert asked.ask(Question("base:toys", ""), "a.py") is None
    assert asked.ask(Question("fact:toys", ""), "a.py") == ["Bear"]
    asked.facts_at_base = lambda fact: [fact]
    assert asked.ask(Question("base:toys", ""), "a.py") == ["toys"]


def test_a_question_is_answered_when_the_rule_wants_to_know() -> None:
    asked = answers("TY001", a="class Bear: ...")
    question, other = Question("makers", ""), Question("fact:toys", "")
    known = asked.to(TOY.finding(Span(1, 0, 1, 0), questions=[question, other]))
    assert (list(known), len(known), known[other]) == ([question, other], 2, ["Bear"])
    assert not ASKED
    assert known.get(question) == ["a.py"]
    assert known.get(Question("fact:bears", "")) is None
