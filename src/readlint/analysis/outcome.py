"""The outcome of a handler: what becomes of the exception, at worst, over every path.

Every rule about error handling asks the same question and differs only in which outcome, of which breadth, it reports.
A handler's paths that end in a call of another file stay open; `Outcome.verdict` is then None, the finding carries
`Outcome.questions` and `Outcome.to_json()`, and the rule's `settle` function reads it back with the answers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readlint.analysis.events import (
    Region,
    carried_parameters,
    function_paths,
    is_stub,
    joined,
    known,
    never_returns,
    place,
)
from readlint.analysis.flow import flow_of
from readlint.analysis.names import is_method
from readlint.analysis.paths import NOT_KNOWN, NOTHING, Ask, Path, Paths, Rank, both, only, settle_path
from readlint.analysis.reports import log_level
from readlint.analysis.tree import FUNCTIONS, FunctionNode, body_of, parameters, statements, walk, walk_own
from readlint.findings import Question

if TYPE_CHECKING:
    from readlint.analysis.context import Context

_KIND = "outcome"
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_JUMPS = (ast.Return, ast.Break, ast.Continue)
#: Suites that end in one of these have a way to their end, or out, that does not raise.
_NOT_RAISING = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.FunctionDef, ast.Pass, ast.Delete)
Answers = Mapping[Question, Any]


class Outcome:
    """Where the paths of a handler, of an error branch or of a callback end."""

    __slots__ = ("paths",)

    def __init__(self, paths: Paths) -> None:
        self.paths = paths

    @property
    def lowest(self) -> Rank:
        """The worst it can be, whatever the open calls turn out to do."""
        return self.paths[0].rank

    @property
    def worst(self) -> Rank | None:
        """The worst outcome of all paths; None while it depends on an answer."""
        return self.lowest if not self.paths[0].asks else None

    def verdict(self, limit: Rank) -> bool | None:
        """Whether some path is no better than `limit`; None while that depends on an answer."""
        low = [path for path in self.paths if path.rank <= limit]
        if any(not path.asks for path in low):
            return True
        return None if low else False

    @property
    def questions(self) -> tuple[Question, ...]:
        subjects = {ask.subject for path in self.paths for ask in path.asks}
        return tuple(Question(_KIND, subject) for subject in sorted(subjects))

    def settle(self, answers: Answers) -> Rank:
        """The worst outcome with the answers; `Rank.UNKNOWN`, or better, where they leave it open."""

        def rank(ask: Ask) -> Rank:
            return rank_of_answer(answers.get(Question(_KIND, ask.subject)), ask.argument)

        return min(settle_path(path, rank) for path in self.paths)

    def to_json(self) -> Any:
        return [[int(path.rank), sorted(list(ask) for ask in path.asks)] for path in self.paths]

    @classmethod
    def from_json(cls, data: Any) -> Outcome:
        return cls(tuple(Path(Rank(rank), frozenset(Ask(*ask) for ask in asks)) for rank, asks in data))

    def __repr__(self) -> str:
        ways = ", ".join("+".join([p.rank.name, *(f"{a.subject}({a.argument})" for a in p.asks)]) for p in self.paths)
        return f"<Outcome {ways}>"


# Regions


def is_told_at_once(handler: ast.ExceptHandler, limit: Rank) -> bool:
    """Whether the text of a handler shows an outcome above the limit, which spares the flow analysis. False is no news.

    Most broad handlers begin with a call of a logger, or come to a `raise` whatever way they go.
    """
    for statement in handler.body:
        if isinstance(statement, ast.Raise):
            return True
        if isinstance(statement, ast.Return):
            named = (part.id for part in walk(statement) if isinstance(part, ast.Name))
            return handler.name is not None and handler.name in named
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and log_level(call) > limit:
            return True
        if any(isinstance(part, _JUMPS) for part in statements(statement, own=True)):
            return False
    return False


def handler_outcome(handler: ast.ExceptHandler, ctx: Context) -> Outcome:
    """The outcome of an `except` clause, with what its loop, its `finally` and the code after it add."""
    region = Region(ctx, handler, handler.body, [handler.name] if handler.name else [])
    exits = region.exits(handler.body)
    statement = ctx.parents[handler]
    assert isinstance(statement, ast.stmt)
    after = _Aftermath(region, statement)
    for name in ("fall", "continue"):
        if name in exits and exits[name][0].rank <= Rank.WEAK:
            exits[name] = both(exits[name], after.of_exit(name))
    return Outcome(both(joined(exits), after.of_finally()))


def suppressed_outcome(node: ast.With | ast.AsyncWith, ctx: Context) -> Outcome:
    """The outcome of what a `with suppress(...)` swallows: nothing, but for the code after it."""
    return Outcome(_Aftermath(Region(ctx, node, [], ()), node).of_exit("fall"))


def suite_outcome(body: list[ast.stmt], owner: ast.AST, ctx: Context, carriers: Iterable[str] = ()) -> Outcome:
    """The outcome of an error branch (`if not ok:`, `case Err(error):`); `owner` is the statement it belongs to."""
    return Outcome(Region(ctx, owner, body, carriers).paths(body))


def function_outcome(function: FunctionNode, ctx: Context, carriers: Iterable[str] | None = None) -> Outcome:
    """The outcome of a callback that is given the exception, in any of its parameters unless they are named."""
    every = [arg.arg for arg in parameters(function)]
    names = frozenset(carriers if carriers is not None else every[1:] if is_method(function) else every)
    if isinstance(function, ast.Lambda):
        body = body_of(function)
        return Outcome(Region(ctx, function, body, names).paths(body))
    return Outcome(function_paths(function, ctx, names))


class _Aftermath:
    """What surely happens after a handler was left, on the way of the failure alone (guards 4, 5 and 8)."""

    def __init__(self, region: Region, statement: ast.stmt) -> None:
        self.region = region
        self.ctx = region.ctx
        self.statement = statement  # the `try`

    def of_finally(self) -> Paths:
        """Guard 8: a `finally` suite that reports whatever happened, without knowing what."""
        suite = getattr(self.statement, "finalbody", [])
        worst = known(self.region.paths(suite)) if suite else NOTHING
        return only(Rank.WEAK) if all(path.rank >= Rank.WEAK for path in worst) else NOTHING

    def of_exit(self, name: str) -> Paths:
        set_in_body = self._set_in_body()
        if name == "fall" and any(map(self.region.is_tested_later, set_in_body)):
            return only(Rank.PROPAGATE)
        if name == "fall" and any(map(self.region.is_made_up_for, set_in_body)):
            return NOT_KNOWN
        following, loop = self._next() if name == "fall" else [], self._following(self.statement)[1]
        found = self.region.paths(following) if following and self._may_be_done() else NOTHING
        if loop is not None:
            return both(found, self._of_retries(loop))
        return only(Rank.RAISE) if self._is_raised_anyway(following) else found

    def _may_be_done(self) -> bool:
        """`try: return a() / except Exception: pass / return b()`: what comes next is another way to the goal."""
        success = self._success()
        return not can_fall(success, self.ctx) or any(_returns_value(statement) for statement in success)

    def _is_raised_anyway(self, following: list[ast.stmt]) -> bool:
        """Whether all this only words an error that is raised in any case."""
        last = following[-1] if following else None
        if last is None or isinstance(last, _NOT_RAISING):
            return False
        if isinstance(last, ast.Return) and not isinstance(last.value, ast.Call):  # `return sys.exit(1)`
            return False
        return known(self.region.paths(following)) == only(Rank.RAISE)

    def _next(self) -> list[ast.stmt]:
        """What runs after the `try` statement, also where it is the last one of an `if`, `with` or handler."""
        statement: ast.AST = self.statement
        rest, loop = self._following(statement)
        while not rest and loop is None and self._ends_with(statement):
            statement = self.ctx.parents[statement]
            rest, loop = self._following(statement)
        return rest

    def _ends_with(self, last: ast.AST) -> bool:
        """Whether what runs after the parent of a statement at its end runs after that statement."""
        parent = self.ctx.parents[last]
        if isinstance(parent, (ast.If, ast.With, ast.AsyncWith, ast.ExceptHandler)):
            return True
        orelse, body = getattr(parent, "orelse", ()), getattr(parent, "body", ())
        return hasattr(parent, "handlers") and not (orelse and last in body)

    def _success(self) -> list[ast.stmt]:
        return [*getattr(self.statement, "body", []), *getattr(self.statement, "orelse", [])]

    def _set_in_body(self) -> set[str]:
        """Names that keep their old value when the `try` body fails."""
        parts = (part for statement in self._success() for part in walk_own(statement))
        stored = (part for part in parts if isinstance(getattr(part, "ctx", None), ast.Store))
        return {name for part in stored if (name := place(part))}

    def _following(self, statement: ast.AST) -> tuple[list[ast.stmt], ast.stmt | None]:
        """The statements after one in its suite, and the loop whose next round comes when there are no more."""
        parent = self.ctx.parents[statement]
        for field in ("body", "orelse", "finalbody"):
            suite = getattr(parent, field, None)
            if isinstance(suite, list) and statement in suite:
                rest = suite[suite.index(statement) + 1 :]
                return rest, self._loop_around(statement)
        return [], None

    def _loop_around(self, statement: ast.AST) -> ast.stmt | None:
        child = statement
        for parent in self.ctx.ancestors(statement):
            if isinstance(parent, _LOOPS):
                return parent if child in parent.body else None
            if isinstance(parent, (*FUNCTIONS, ast.ClassDef)):
                return None
            child = parent
        return None

    def _of_retries(self, loop: ast.stmt) -> Paths:
        """Guard 4, the retry loop: success leaves it, and what counts is what happens when the tries are used up."""
        assert isinstance(loop, _LOOPS)
        inside = [part for statement in loop.body for part in statements(statement, own=True)]
        leaves = any(isinstance(part, (ast.Return, ast.Break)) and not self._in_owner(part) for part in inside)
        counts = isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant)
        if not leaves and not counts:
            return NOTHING
        raises = any(isinstance(part, ast.Raise) and not self._in_owner(part) for part in self._beside(loop))
        if self.region.is_selective or raises:
            return NOT_KNOWN  # `if attempt == last: raise`, in the handler or beside the `try`
        if isinstance(loop, ast.While) and not counts:
            return NOTHING  # it goes on for ever
        if loop.orelse:
            return known(self.region.paths(loop.orelse))
        if any(map(self.region.is_tested_later, self._set_in_body())):
            return only(Rank.PROPAGATE)
        if any(isinstance(part, ast.Break) for part in inside):
            return NOTHING
        return known(self.region.paths(self._following(loop)[0]))

    def _beside(self, loop: ast.For | ast.AsyncFor | ast.While) -> Iterator[ast.stmt]:
        beside = (statement for statement in loop.body if statement is not self.statement)
        return (part for statement in beside for part in statements(statement, own=True))

    def _in_owner(self, part: ast.AST) -> bool:
        return any(ancestor is self.region.owner for ancestor in self.ctx.ancestors(part))


def _returns_value(statement: ast.stmt) -> bool:
    return any(isinstance(part, ast.Return) and part.value is not None for part in statements(statement, own=True))


def is_silent(body: list[ast.stmt], owner: ast.AST, ctx: Context) -> bool:
    """Whether no statement of a suite raises or reports, on whatever path."""
    return not Region(ctx, owner, body, [getattr(owner, "name", None) or ""]).is_selective


def can_fall(body: list[ast.stmt], ctx: Context) -> bool:
    """Whether a suite can come to its end."""
    flow = flow_of(body, ctx.suppresses)
    before = flow.forward(True, lambda step, state: state, lambda old, new: True)
    return flow.exits["fall"] in before


# Calls of other files


def answer_outcome(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    """What a call of a function of the project does: its worst rank by the argument that carries the exception.

    Rules register it: `RULE.answers("outcome")(answer_outcome)`.
    """
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    if is_stub(node) and not never_returns(node):
        return None
    positions = [str(index) for index in range(len(node.args.posonlyargs) + len(node.args.args))]
    keywords = [f"={arg.arg}" for arg in parameters(node)]
    answer: dict[str, int] = {}
    for given in ["", "*", *positions, *keywords]:
        outcome = Outcome(function_paths(node, ctx, frozenset(carried_parameters(node, given))))
        answer[given] = int(outcome.settle({question: ask(question) for question in outcome.questions}))
    return answer


def rank_of_answer(answer: Any, argument: str) -> Rank:
    """Of an `outcome` answer, the rank for a call with the exception in this argument (empty: in none)."""
    if answer is None:
        # Nobody knows the function. Whoever is given the exception may do anything with it.
        return Rank.PROPAGATE if argument else Rank.UNKNOWN
    return Rank(answer.get(argument, answer["*"]))
