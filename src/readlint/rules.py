"""A rule is a value: what it is called, what its page says and which functions check it."""

from __future__ import annotations

import ast
import enum
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from readlint.findings import Finding, FixPlan, Place, Question, Safety, Severity, Span

if TYPE_CHECKING:
    from readlint.analysis.context import Context

Node = TypeVar("Node", bound=ast.AST)
Check = Callable[[Any, "Context"], Iterable[Finding]]
TextCheck = Callable[[str, "Context"], Iterable[Finding]]
Collector = Callable[[Any, "Context"], Iterator[str]]
Mentions = Callable[[str], bool]
Answers = Mapping[Question, Any]
Settle = Callable[[Finding, Answers], "Finding | None"]
Answerer = Callable[[ast.AST, "Context", Callable[[Question], Any]], Any]


class AllFiles(Protocol):
    """The Python files of the project, by path."""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Path and text of each."""

    def opened(self, mentions: Mentions) -> Iterator[Context]:
        """Those parsed whose text `mentions` does not rule out."""


Searcher = Callable[[Callable[[Question], Any], AllFiles], Any]

CODE = re.compile(r"[A-Z]{2}[0-9]{3}")


class Level(enum.IntEnum):
    """The rung of the readiness ladder that a finding blocks."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4
    L5 = 5
    L6 = 6
    L7 = 7


class Category(str, enum.Enum):
    OBSERVABILITY = "observability"
    SAFETY = "safety"
    RUNBOOKS = "runbooks"
    DATA = "data"
    SECURITY = "security"
    CAPACITY = "capacity"
    INCIDENTS = "incidents"


class RuleError(Exception):
    """A rule that is not well formed. The text says what to change."""


class Fix:
    """A repair that a finding offers: `apply` rewrites each of `nodes`, in the concrete tree of its statement.

    `apply(node, fix)` gets the libcst node that stands where the syntax node stood and a `FixContext`, and returns
    what replaces it. `data` reaches it through `fix.data`; it must be JSON and must not hold source text.
    """

    __slots__ = ("apply", "data", "nodes", "safety", "title")

    def __init__(
        self,
        apply: Callable[..., Any],
        title: str,
        *nodes: ast.AST,
        safety: Safety | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.apply = apply
        self.title = title
        self.nodes = nodes
        self.safety = safety
        self.data = data


OptionsT = TypeVar("OptionsT")


class Rule(Generic[OptionsT]):
    """See CONTRIBUTING.md for a rule from start to finish."""

    def __init__(
        self,
        module: str,
        doc: str | None,
        *,
        code: str,
        severity: Severity,
        level: Level,
        category: Category,
        messages: Mapping[str, str],
        since: str,
        fix: Safety = Safety.NONE,
        cwe: Iterable[int] = (),
        tags: Iterable[str] = (),
        replaces: Iterable[str] = (),
        options: OptionsT | None = None,
        in_tests: bool = False,
        preview: bool = False,
        default_on: bool = True,
        security_severity: float | None = None,
    ) -> None:
        self.module = module
        self.name = module.rpartition(".")[2].replace("_", "-")
        self.family = module.split(".")[-2] if "." in module else ""
        self.doc = inspect.cleandoc(doc or "")
        self.code = code
        self.severity = severity
        self.level = level
        self.category = category
        self.messages = dict(messages)
        self.since = since
        self.fix = fix
        self.cwe = tuple(cwe)
        self.tags = tuple(tags)
        self.replaces = tuple(replaces)  # codes of rules that have nothing to add where this one has a finding
        self.default_options = options
        self.in_tests = in_tests
        self.preview = preview
        self.default_on = default_on
        self.security_severity = security_severity
        self.node_checks: list[tuple[type[ast.AST], Check, Mentions | None]] = []
        self.call_checks: list[tuple[str, Check]] = []
        self.text_checks: list[tuple[str, TextCheck]] = []
        self.call_collectors: list[tuple[str, str, Collector]] = []
        self.node_collectors: list[tuple[type[ast.AST], str, Collector]] = []
        self.text_collectors: list[tuple[str, str, Collector]] = []
        self.fact_hints: dict[str, Mentions] = {}
        self.answerers: dict[str, Answerer] = {}
        self.answer_hints: dict[str, Callable[[str, str], bool]] = {}
        self.searchers: dict[str, Searcher] = {}
        self.settle_function: Settle | None = None
        self._validate()

    def _validate(self) -> None:
        def fail(problem: str) -> None:
            raise RuleError(f"rule {self.module}: {problem}")

        if not CODE.fullmatch(self.code):
            fail(f"code {self.code!r} must be two capital letters and three digits, such as RL101")
        if not self.doc:
            fail("the module needs a docstring: it is the rule's page")
        if not self.messages:
            fail('messages must not be empty; give at least {"default": "..."}')
        for name, text in self.messages.items():
            if not text.endswith("."):
                fail(f"message {name!r} must end in a full stop")

    def __repr__(self) -> str:
        return f"<Rule {self.code} {self.name}>"

    @property
    def summary(self) -> str:
        """The first sentence of the page."""
        return self.doc.partition("\n\n")[0].replace("\n", " ")

    def section(self, heading: str) -> str:
        """The text below `## heading` (or `heading:`) up to the next one; empty if there is none."""
        pattern = rf"^(?:## {re.escape(heading)}|{re.escape(heading)}:)\s*\n(.*?)(?=^## |^Use instead:|\Z)"
        match = re.search(pattern, self.doc, re.MULTILINE | re.DOTALL)
        return match[1].strip() if match else ""

    # Registration: what the engine calls, and when.

    def on(
        self, *types: type[Node], mentions: Mentions | None = None
    ) -> Callable[[Callable[[Node, Context], Iterable[Finding]]], Check]:
        """Check every node of these classes, in files whose text `mentions` does not rule out."""

        def register(check: Callable[[Node, Context], Iterable[Finding]]) -> Check:
            self.node_checks.extend((cls, cast(Check, check), mentions) for cls in types)
            return cast(Check, check)

        return register

    def on_call(self, *names: str) -> Callable[[Callable[[ast.Call, Context], Iterable[Finding]]], Check]:
        """Check calls of these qualified names; `*.submit` is a method of that name on any receiver."""

        def register(check: Callable[[ast.Call, Context], Iterable[Finding]]) -> Check:
            self.call_checks.extend((name, cast(Check, check)) for name in names)
            return cast(Check, check)

        return register

    def on_text(self, *kinds: str) -> Callable[[TextCheck], TextCheck]:
        """Check the files of these kinds, which are not Python: `(kind, ctx)`, of which `ctx.tree` is empty.

        The kinds are the keys of `readlint.files.kinds.KINDS`. A folder is searched for such files only because some
        rule asks for them.
        """

        def register(check: TextCheck) -> TextCheck:
            self.text_checks.extend((kind, check) for kind in kinds)
            return check

        return register

    def collect_call(
        self, fact: str, *names: str, mentions: Mentions = lambda text: True
    ) -> Callable[[Collector], Collector]:
        """Remember, for the whole project, the strings yielded for calls of these names (test files included).

        `mentions` says of a file's text whether it is worth a look.
        """

        def register(collector: Collector) -> Collector:
            self.call_collectors.extend((name, fact, collector) for name in names)
            self.fact_hints[fact] = mentions
            return collector

        return register

    def collect(
        self, fact: str, *types: type[ast.AST], mentions: Mentions = lambda text: True
    ) -> Callable[[Collector], Collector]:
        """The same for nodes of these classes. Several rules may collect one fact with one function."""

        def register(collector: Collector) -> Collector:
            self.node_collectors.extend((cls, fact, collector) for cls in types)
            self.fact_hints[fact] = mentions
            return collector

        return register

    def collect_text(self, fact: str, *kinds: str) -> Callable[[Collector], Collector]:
        """The same from files of these kinds, which are not Python: `(kind, ctx)`. All files of the kinds are read."""

        def register(collector: Collector) -> Collector:
            self.text_collectors.extend((kind, fact, collector) for kind in kinds)
            self.fact_hints.setdefault(fact, lambda text: False)
            return collector

        return register

    def answers(
        self, kind: str, *, mentions: Callable[[str, str], bool] = lambda text, name: True
    ) -> Callable[[Answerer], Answerer]:
        """Answer questions of this kind about a definition of the project: `(node, ctx, ask) -> JSON or None`.

        `mentions` says of a file's text and the definition's name there whether the answer can be other than None:
        parsing a file for nothing is what questions cost.
        """

        def register(answerer: Answerer) -> Answerer:
            self.answerers[kind] = answerer
            self.answer_hints[kind] = mentions
            return answerer

        return register

    def search(self, kind: str) -> Callable[[Searcher], Searcher]:
        """Answer `Question(kind, "")` from all of the project, once a run: `(ask, files) -> JSON or None`.

        It is for what few runs have to know: a fact is collected in every run, and remembered.
        """

        def register(searcher: Searcher) -> Searcher:
            self.searchers[kind] = searcher
            return searcher

        return register

    def settle(self, function: Settle) -> Settle:
        """Decide a conditional finding once its questions are answered. An unanswered one is None: stay silent."""
        self.settle_function = function
        return function

    # What a check yields.

    def finding(
        self,
        where: ast.AST | Span,
        message: str = "default",
        /,
        *,
        severity: Severity | None = None,
        related: Iterable[Place] = (),
        flow: Iterable[Place] = (),
        fix: Fix | None = None,
        questions: Iterable[Question] = (),
        data: Mapping[str, Any] | None = None,
        also_at: Iterable[ast.AST | Span] = (),
        **arguments: object,
    ) -> Finding:
        """`also_at`: further places at which a user may silence it, such as the line that built a text used here."""
        texts = {key: str(value) for key, value in arguments.items()}
        plan = None
        if fix is not None:
            plan = FixPlan(self._name_of(fix.apply), fix.title, fix.safety or self.fix, tuple(fix.nodes), fix.data)
        return Finding(
            self.code,
            self.name,
            severity or self.severity,
            where,
            self.messages[message].format(**texts),
            message,
            texts,
            tuple(related),
            tuple(flow),
            plan,
            tuple(questions),
            data,
            tuple(also_at),
        )

    def _name_of(self, fixer: Callable[..., Any]) -> str:
        """A function of the rule's module, or `_module.function` for one of a private module beside it."""
        package = self.module.rpartition(".")[0]
        beside = fixer.__module__.startswith(f"{package}._")
        return f"{fixer.__module__[len(package) + 1 :]}.{fixer.__name__}" if beside else fixer.__name__

    def fixer(self, name: str) -> Callable[..., Any]:
        """What a finding's fix is made by."""
        module, _, function = name.rpartition(".")
        package = self.module.rpartition(".")[0]
        found: Callable[..., Any] = getattr(import_module(f"{package}.{module}" if module else self.module), function)
        return found

    def options(self, ctx: Context) -> OptionsT:
        """This rule's options as the user set them for the file."""
        return cast(OptionsT, ctx.options_of(self))
