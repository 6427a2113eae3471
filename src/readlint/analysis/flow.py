"""Control flow: the order in which the statements of a function (or of one handler) can run.

A `Step` is one simple statement, or the head of a compound one. `next` are the steps that may follow when it
completes, `errors` those that follow when it raises. A `finally` suite stands once for each way through it, so
that "every path" means what it says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import TypeVar

State = TypeVar("State")


class Step:
    __slots__ = ("errors", "exit", "next", "node")

    def __init__(self, node: ast.AST | None, after: Iterable[Step] = (), errors: Iterable[Step] = ()) -> None:
        self.node = node
        self.next = list(after)
        self.errors = list(errors)
        self.exit = ""  # how control leaves the region, on an exit step only

    def __repr__(self) -> str:
        what = self.exit or f"{type(self.node).__name__}:{getattr(self.node, 'lineno', '?')}"
        return f"<Step {what}>"


#: The ways out of a region. `break` and `continue` are those of a loop around it.
EXITS = ("fall", "return", "break", "continue", "raise")
_COPIES = 2  # nested `finally` suites that are copied for each way through them


class Flow:
    """The graph of a region: where it starts and its five exits."""

    __slots__ = ("entry", "exits")

    def __init__(self, entry: Step, exits: dict[str, Step]) -> None:
        self.entry = entry
        self.exits = exits

    def steps(self) -> list[Step]:
        """Every step that can be reached, in an order in which most come after what leads to them."""
        seen: dict[int, Step] = {}
        stack = [self.entry]
        while stack:
            step = stack.pop()
            if id(step) not in seen:
                seen[id(step)] = step
                stack.extend(reversed(step.next))
                stack.extend(step.errors)
        return list(seen.values())

    def forward(
        self,
        start: State,
        transfer: Callable[[Step, State], State],
        join: Callable[[State, State], State],
        *,
        follow_errors: bool = False,
    ) -> dict[Step, State]:
        """The state before each step that can be reached, as the join over all paths to it."""
        before: dict[Step, State] = {self.entry: start}
        work = [self.entry]
        while work:
            step = work.pop()
            after = transfer(step, before[step])
            for target in step.next:
                _flow_into(target, after, before, join, work)
            if follow_errors:
                # A statement that raises may have done its work or not.
                for target in step.errors:
                    _flow_into(target, join(before[step], after), before, join, work)
        return before


def _flow_into(
    target: Step,
    state: State,
    before: dict[Step, State],
    join: Callable[[State, State], State],
    work: list[Step],
) -> None:
    old = before.get(target)
    new = state if old is None else join(old, state)
    if old is None or new != old:
        before[target] = new
        work.append(target)


class _Targets:
    """Where the ways out of the place at hand lead."""

    __slots__ = ("break_", "continue_", "raises", "return_")

    def __init__(self, return_: Step, break_: Step, continue_: Step, raises: list[Step]) -> None:
        self.return_ = return_
        self.break_ = break_
        self.continue_ = continue_
        self.raises = raises

    def but(self, **changes: object) -> _Targets:
        new = _Targets(self.return_, self.break_, self.continue_, self.raises)
        for name, value in changes.items():
            setattr(new, name, value)
        return new


def flow_of(body: list[ast.stmt], suppresses: Callable[[ast.withitem], bool] = lambda item: False) -> Flow:
    """The flow of a suite. `suppresses` tells a `with` item that swallows what its suite raises."""
    exits: dict[str, Step] = {}
    for name in EXITS:
        exits[name] = step = Step(None)
        step.exit = name
    targets = _Targets(exits["return"], exits["break"], exits["continue"], [exits["raise"]])
    return Flow(_Builder(suppresses).suite(body, exits["fall"], targets), exits)


class _Builder:
    """Builds backwards: what follows a statement is known before the statement's own step is made."""

    def __init__(self, suppresses: Callable[[ast.withitem], bool]) -> None:
        self.suppresses = suppresses
        self.copying = 0  # `finally` suites being copied, each inside of the one before

    def suite(self, body: list[ast.stmt], after: Step, to: _Targets) -> Step:
        for statement in reversed(body):
            after = self.statement(statement, after, to)
        return after

    def statement(self, node: ast.stmt, after: Step, to: _Targets) -> Step:
        if isinstance(node, (ast.Return, ast.Break, ast.Continue, ast.Raise)):
            return self.jump(node, to)
        if isinstance(node, ast.If):
            return self.branches(node, after, to)
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            return self.loop(node, after, to)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            inner = to
            if any(self.suppresses(item) for item in node.items):
                inner = to.but(raises=[after])
            return Step(node, [self.suite(node.body, after, inner)], to.raises)
        if isinstance(node, ast.Match):
            return self.match(node, after, to)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self.try_(node, after, to)  # type: ignore[arg-type]  # TryStar has the same fields
        return Step(node, [after], to.raises)

    def branches(self, node: ast.If, after: Step, to: _Targets) -> Step:
        # An `elif` is nested in the tree; generated code has chains longer than the stack is deep.
        chain = [node]
        while len(chain[-1].orelse) == 1 and isinstance(chain[-1].orelse[0], ast.If):
            chain.append(chain[-1].orelse[0])
        step = self.suite(chain[-1].orelse, after, to)
        for link in reversed(chain):
            step = Step(link, _live(link.test, [self.suite(link.body, after, to), step]), to.raises)
        return step

    def jump(self, node: ast.stmt, to: _Targets) -> Step:
        if isinstance(node, ast.Break):
            return Step(node, [to.break_])
        if isinstance(node, ast.Continue):
            return Step(node, [to.continue_])
        if isinstance(node, ast.Return):
            return Step(node, [to.return_], to.raises)
        return Step(node, to.raises)

    def loop(self, node: ast.While | ast.For | ast.AsyncFor, after: Step, to: _Targets) -> Step:
        head = Step(node, (), to.raises)
        body = self.suite(node.body, head, to.but(break_=after, continue_=head))
        leave = self.suite(node.orelse, after, to)
        head.next = _live(node.test, [body, leave]) if isinstance(node, ast.While) else [body, leave]
        return head

    def match(self, node: ast.Match, after: Step, to: _Targets) -> Step:
        ways = [self.suite(case.body, after, to) for case in node.cases]
        last = node.cases[-1]
        wild = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        return Step(node, ways if wild else [*ways, after], to.raises)

    def try_(self, node: ast.Try, after: Step, to: _Targets) -> Step:
        if node.finalbody:
            leave = _Through(self, node.finalbody, to)
            after = leave.through(after)
            to = _Targets(
                leave.through(to.return_),
                leave.through(to.break_),
                leave.through(to.continue_),
                [leave.through(step) for step in to.raises],
            )
        handlers = [Step(handler, [self.suite(handler.body, after, to)], to.raises) for handler in node.handlers]
        caught = handlers if any(_catches_all(h) for h in node.handlers) else [*handlers, *to.raises]
        otherwise = self.suite(node.orelse, after, to)
        body = self.suite(node.body, otherwise, to.but(raises=caught))
        return Step(node, [body])


class _Through:
    """A copy of a `finally` suite for each step that control goes on to after it.

    A `try` within a `finally` suite is copied with it, and its own `finally` suite for each of those copies: below
    some depth all ways share one copy, else the graph grows exponentially.
    """

    def __init__(self, builder: _Builder, body: list[ast.stmt], to: _Targets) -> None:
        self.builder = builder
        self.body = body
        self.to = to
        self.copies: dict[Step, Step] = {}
        self.shared: Step | None = None

    def through(self, goal: Step) -> Step:
        if self.builder.copying >= _COPIES:
            return self.through_shared(goal)
        if goal not in self.copies:
            self.builder.copying += 1
            self.copies[goal] = self.builder.suite(self.body, goal, self.to)
            self.builder.copying -= 1
        return self.copies[goal]

    def through_shared(self, goal: Step) -> Step:
        if self.shared is None:
            self.shared = Step(None)
            self.copies[self.shared] = self.builder.suite(self.body, self.shared, self.to)
        if goal not in self.shared.next:
            self.shared.next.append(goal)
        return self.copies[self.shared]


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id == "BaseException")


def _live(test: ast.expr, ways: list[Step]) -> list[Step]:
    """Of [true, false], those that a constant test leaves."""
    if isinstance(test, ast.Constant):
        return ways[:1] if test.value else ways[1:]
    return ways
