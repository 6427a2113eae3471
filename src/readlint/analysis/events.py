"""What the statements of a handler, or of a function that it calls, do with the exception."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from readlint.analysis.flow import Step, flow_of
from readlint.analysis.names import BUILTINS, is_method
from readlint.analysis.paths import NOT_KNOWN, NOTHING, Ask, Path, Paths, Rank, both, either, only
from readlint.analysis.reports import arguments, is_explained, names_failure, names_success, report_rank, words
from readlint.analysis.tables import inert
from readlint.analysis.tables import reporters as table
from readlint.analysis.tree import (
    DEFINITIONS,
    children,
    dotted,
    last_name,
    outer_parts,
    parameters,
    statements,
    walk,
    walk_own,
)
from readlint.regex import regex

if TYPE_CHECKING:
    from readlint.analysis.context import Context

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_DEPTH = 3  # functions of the same file called by functions of the same file
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
#: `self._note_failure(user)`: whatever it does in this file, the failure is told.
_NOTED = regex(r"_*(?:note|count|record|mark|add)_(?:\w+_)?fail(?:ed|ure|ures)")
#: Calls that give the exception being handled.
_SOURCES = {
    "exc_info": "sys.exc_info",
    "exception": "sys.exception",
    "format_exc": "traceback.format_exc",
    "Failure": "twisted.python.failure.Failure",
}


#: Nobody sets these in production.
_WHILE_DEVELOPING = frozenset(["debug", "debugging"])

Test = ast.If | ast.While | ast.Assert


def _excludes(test: ast.expr) -> bool:
    """`not isinstance(...)`, `error.errno != ENOENT`: what is tested is what is let through."""
    if isinstance(test, ast.UnaryOp):
        return True
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.NotEq, ast.NotIn, ast.IsNot))


class Tests:
    """The tests of a file, by function, and the places that each looks at."""

    def __init__(self, ctx: Context) -> None:
        self.tree = ctx.tree
        self._within: dict[ast.AST, list[Test]] = {}
        self._places: dict[Test, frozenset[str | None]] = {}

    def within(self, function: ast.AST | None) -> list[Test]:
        owner = function or self.tree
        if owner not in self._within:
            self._within[owner] = [node for node in statements(owner, own=True) if isinstance(node, Test)]
        return self._within[owner]

    def places(self, test: Test) -> frozenset[str | None]:
        if test not in self._places:
            self._places[test] = frozenset(place(part) for part in walk(test.test))
        return self._places[test]


class Region:
    """A piece of code that an exception runs into: `owner` is a handler or a function, `carriers` names hold it."""

    def __init__(
        self, ctx: Context, owner: ast.AST, body: list[ast.stmt], carriers: Iterable[str], depth: int = _DEPTH
    ) -> None:
        self.ctx = ctx
        self.owner = owner
        self.body = body
        self.depth = depth
        self.carriers = frozenset(carriers)
        self.is_function = isinstance(owner, DEFINITIONS)
        self._of_nodes: dict[ast.AST, Paths] = {}
        self._ranks: dict[ast.Call, Rank | None] = {}
        self._telling: dict[Test, bool] = {}
        self._spread()

    def _spread(self) -> None:
        """`text = str(error)`: `text` carries it too. Two rounds, for one such name made of another."""
        for _ in range(2):
            found = set(self.carriers)
            for statement in self.body:
                for node in walk_own(statement):
                    if isinstance(node, _ASSIGNMENTS) and node.value is not None and self.carries(node.value):
                        found.update(name.id for target in _targets(node) for name in _names(target))
            if found == self.carriers:
                break
            self.carriers = frozenset(found)

    def carries(self, node: ast.AST) -> bool:
        """Whether the exception, or its text, is part of an expression."""
        for part in walk(node):
            if isinstance(part, ast.Name) and part.id in self.carriers:
                return True
            if isinstance(part, ast.Call):
                source = _SOURCES.get(last_name(part.func) or "")
                if source and not part.args and self.ctx.qualified_name(part.func) == source:
                    return True
        return False

    # Suites

    def exits(self, body: list[ast.stmt]) -> dict[str, Paths]:
        """The paths that leave a suite, by the way they leave it."""
        flow = flow_of(body, self.ctx.suppresses)
        before = flow.forward(NOTHING, self._after, either)
        return {name: before[step] for name, step in flow.exits.items() if step in before}

    def paths(self, body: list[ast.stmt]) -> Paths:
        return joined(self.exits(body))

    def _after(self, step: Step, before: Paths) -> Paths:
        if step.node is None:
            return before
        if step.node not in self._of_nodes:
            self._of_nodes[step.node] = self._of_node(step.node)
        return both(before, self._of_nodes[step.node])

    def _of_node(self, node: ast.AST) -> Paths:
        if isinstance(node, ast.Raise):
            return NOTHING  # counts where it leaves the region: it may be caught on the way
        if isinstance(node, DEFINITIONS):
            return only(Rank.PROPAGATE) if self.carries(node) else NOTHING
        found = only(self._statement_rank(node))
        for part in _evaluated(node):
            for call in self._calls(part):
                found = both(found, self.call(call))
        if isinstance(node, _LOOPS):
            # `for waiter in waiters: waiter.set_exception(error)` counts even if nobody waits.
            return both(found, _loud(self.paths(node.body)))
        if isinstance(node, ast.If):
            return both(found, self._of_test(node))
        if isinstance(node, ast.Match) and self.carries(node.subject) and self.is_selective:
            return NOT_KNOWN
        return found

    def _of_test(self, node: ast.If) -> Paths:
        if not node.orelse and (_tells_somebody(node) or _is_once(node)):
            return _loud(self.paths(node.body))
        if self.is_selective and (self._is_about_one(node) or self._is_choice(node.test)):
            # `if error.errno != ENOENT: raise`: the silence is about this one error. `if not fail_silently: raise`:
            # it is what the caller asked for.
            return NOT_KNOWN
        return NOTHING

    def _is_about_one(self, node: ast.If) -> bool:
        """A test of the exception, unless all the others end in silence: `if is_timeout(error): log(error)`."""
        if not self.carries(node.test):
            return False
        if _excludes(node.test) or (isinstance(node.test, ast.BoolOp) and any(map(_excludes, node.test.values))):
            return True
        is_last = bool(self.body) and node is self.body[-1]
        rest = node.orelse or ([] if is_last else None)
        return rest is None or not any(map(self._speaks, node.body)) or any(map(self._speaks, rest))

    def _is_choice(self, test: ast.expr) -> bool:
        """Whether the caller decides: by an argument, or by an option of the object that says so by its name."""
        names = [part for part in walk(test) if isinstance(part, (ast.Name, ast.Attribute))]
        keys = [part.value for part in walk(test) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        told = {word for text in [*(last_name(part) or "" for part in names), *keys] for word in words(text)}
        if not told.isdisjoint(table.TOLERANCE_WORDS):
            return True
        if not told.isdisjoint(_WHILE_DEVELOPING):
            return False
        function = self.ctx.function(self.owner)
        given = {arg.arg for arg in parameters(function)} - {"self", "cls"} if function else set()
        names = [part for part in names if last_name(part) not in BUILTINS]
        plain = [part.id for part in names if isinstance(part, ast.Name)]
        return bool(plain) and len(plain) == len(names) and given.issuperset(plain)

    @cached_property
    def is_selective(self) -> bool:
        """Some way through it raises, reports or hands the exception on."""
        return any(self._speaks(statement) for statement in self.body)

    def _speaks(self, node: ast.AST) -> bool:
        for part in walk_own(node):
            if isinstance(part, ast.Raise):
                return True
            if isinstance(part, ast.Call) and self._call_speaks(part):
                return True
            if isinstance(part, ast.Return) and part.value is not None and self.carries(part.value):
                return True
            if isinstance(part, ast.Assign) and not isinstance(part.targets[0], ast.Name) and self.carries(part.value):
                return True
        return False

    def _rank(self, call: ast.Call) -> Rank | None:
        if call not in self._ranks:
            self._ranks[call] = report_rank(call, self.ctx, self.carries)
        return self._ranks[call]

    def _call_speaks(self, call: ast.Call) -> bool:
        rank = self._rank(call)
        if rank is not None:
            return rank >= Rank.WEAK
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if method in table.END_METHODS or method in table.HAND_OVERS:
            return True
        name = self.ctx.qualified_name(call.func)
        if name in table.ENDS:
            return True
        known = name in inert.FORMATTERS or method in inert.EXCEPTION_METHODS
        return not known and bool(self._given(call))

    # Statements

    def _statement_rank(self, node: ast.AST) -> Rank:
        if isinstance(node, ast.Return):
            return Rank.NOOP if node.value is None or self.is_function else self.value_rank(node.value)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            return max(self._stored(target, node.value) for target in _targets(node))
        if isinstance(node, ast.Assert):
            false = isinstance(node.test, ast.Constant) and not node.test.value
            return Rank.RAISE if false else Rank.UNKNOWN
        if isinstance(node, ast.Expr) and not self.is_function:
            return self._yielded(node.value)
        return Rank.NOOP

    def value_rank(self, value: ast.expr) -> Rank:
        """What it means that this value takes the exception's place."""
        if self.carries(value) or is_server_error(value):
            return Rank.PROPAGATE
        if names_failure(value) or is_explained(value) or _denies_success(value):
            return Rank.WEAK
        return Rank.CONST if is_given(value) else Rank.UNKNOWN

    def _yielded(self, value: ast.expr) -> Rank:
        if isinstance(value, (ast.Yield, ast.YieldFrom)):
            return Rank.CONST if value.value is None else self.value_rank(value.value)
        return Rank.NOOP

    def _stored(self, target: ast.expr, value: ast.expr) -> Rank:
        if isinstance(target, (ast.Tuple, ast.List)):
            return max((self._stored(element, value) for element in target.elts), default=Rank.NOOP)
        if isinstance(target, ast.Name) and not self._is_read_elsewhere(target):
            # `value = other()`, and the handler goes on with it
            another = (
                not self.is_function and not is_given(value) and not self.carries(value) and self._reads(target.id)
            )
            return Rank.UNKNOWN if another else Rank.NOOP
        if self.carries(value) or self.carries(target):
            return Rank.PROPAGATE
        if self.is_function:
            return Rank.NOOP
        if self.is_tested_later(place(target)):
            return Rank.PROPAGATE
        if self.is_made_up_for(place(target)):
            return Rank.UNKNOWN
        if names_failure(value) or is_explained(value) or (names_failure(target) and not is_false(value)):
            return Rank.WEAK
        if not isinstance(target, ast.Name) and names_success(target) and is_false(value):
            return Rank.WEAK  # `self.available = False`
        return Rank.CONST if is_given(value) else Rank.UNKNOWN

    def _is_read_elsewhere(self, target: ast.Name) -> bool:
        scope = self.ctx.scope(target)
        if not scope.function or scope.lookup(target.id) is not scope:
            return True  # a name of the module or class, which any other file may read
        if self.is_function:
            return False
        uses = (use for use in self.ctx.loads.of(target.id, scope.node) if isinstance(use, ast.Name))
        return any(self.owner not in self.ctx.ancestors(use) for use in uses)

    def _reads(self, name: str) -> bool:
        parts = (part for statement in self.body for part in walk(statement))
        return any(isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load) for part in parts)

    def is_tested_later(self, name: str | None) -> bool:
        """Guard 5, flag then check: a test after the `try` reads the name and one of its ways raises or reports."""
        return name is not None and any(map(self._tells, self._tests_of(name)))

    def is_made_up_for(self, name: str | None) -> bool:
        """`if value is None: value = other()` after the `try`: another way to the goal, not a default."""
        return name is not None and any(_makes_up_for(name, test) for test in self._tests_of(name))

    def _tests_of(self, name: str) -> list[Test]:
        return [test for test in self._tests_after if name in self.tests.places(test)]

    @cached_property
    def _tests_after(self) -> list[Test]:
        """The tests after the handlers, those of the `finally` suite among them."""
        handlers = getattr(self.ctx.parent(self.owner), "handlers", None) or [self.owner]
        last = max(getattr(handler, "end_lineno", 0) for handler in handlers)
        return [test for test in self.tests.within(self.ctx.function(self.owner)) if test.lineno > last]

    @cached_property
    def tests(self) -> Tests:
        return self.ctx.once(Tests)

    def _tells(self, test: Test) -> bool:
        if test not in self._telling:
            self._telling[test] = isinstance(test, ast.Assert) or self._speaks(test) or _answers_failure(test)
        return self._telling[test]

    # Calls

    def _calls(self, part: ast.AST) -> Iterator[ast.Call]:
        """Calls that are made when a part is evaluated. What a log call's arguments call is only its text."""
        stack = [part]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Call):
                yield node
                if self._rank(node) is not None:
                    continue
            stack.extend(outer_parts(node) if isinstance(node, ast.Lambda) else children(node))

    def call(self, call: ast.Call) -> Paths:
        rank = self._rank(call)
        if rank is not None:
            return only(rank)
        name = self.ctx.qualified_name(call.func)
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if name in table.ENDS or method in table.END_METHODS or _ends_test(call.func):
            return only(Rank.CONST if _exits_well(call, name) else Rank.RAISE)
        if method in table.HAND_OVERS or is_server_error(call):
            return only(Rank.PROPAGATE)
        definition = self.ctx.local_definition(name) if name else None
        if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
            noted = only(Rank.WEAK) if _NOTED.fullmatch(definition.name) else NOTHING
            return both(noted, self._of_function(definition, call))
        if self.carries(call.func):
            return NOTHING if method in inert.EXCEPTION_METHODS else NOT_KNOWN
        given = self._given(call)
        if _is_blank(call) and self._is_result(call):
            return NOTHING
        if isinstance(definition, ast.ClassDef):
            return only(Rank.PROPAGATE) if given else NOT_KNOWN
        return self._given_away(call, name, method, given) if given else self._plain(call, name, method)

    def _is_result(self, call: ast.Call) -> bool:
        parent = self.ctx.parent(call)
        return isinstance(parent, (ast.Return, ast.Assign, ast.AnnAssign)) and not self.is_function

    def _given_away(self, call: ast.Call, name: str | None, method: str, given: str) -> Paths:
        if name in inert.FORMATTERS or method in inert.EXCEPTION_METHODS:
            return NOTHING
        return _ask(name, given) if is_askable(name) else only(Rank.PROPAGATE)

    def _plain(self, call: ast.Call, name: str | None, method: str) -> Paths:
        if method in inert.STORES and not self.is_function:
            if names_failure(call):
                return only(Rank.WEAK)  # `failed.append(item)`
            if not all(isinstance(argument, ast.Constant) or is_false(argument) for argument in arguments(call)):
                return NOT_KNOWN  # `left.append(item)`: perhaps for another try
        if name in inert.FUNCTIONS or method in inert.METHODS:
            return NOTHING
        if not words(last_name(call.func) or "").isdisjoint(table.FAILURE_WORDS):
            return only(Rank.WEAK)  # `self.error(value)`, `on_failure()`
        return _ask(name, "") if is_askable(name) else NOT_KNOWN

    def _given(self, call: ast.Call) -> str:
        """Which argument carries the exception; empty if none does."""
        for index, argument in enumerate(call.args):
            if self.carries(argument):
                return "*" if isinstance(argument, ast.Starred) else str(index)
        for keyword in call.keywords:
            if self.carries(keyword.value):
                return f"={keyword.arg}" if keyword.arg else "*"
        return ""

    def _of_function(self, function: Function, call: ast.Call) -> Paths:
        given = self._given(call)
        if not self.depth:
            return NOT_KNOWN
        if is_stub(function):
            return only(Rank.PROPAGATE) if given else NOT_KNOWN
        carriers = frozenset(carried_parameters(function, given))
        return function_paths(function, self.ctx, carriers, self.depth - 1)


def joined(exits: dict[str, Paths]) -> Paths:
    """All ways out as one set of paths."""
    ways = [only(Rank.RAISE) if name == "raise" else paths for name, paths in exits.items()]
    return either(*ways) if ways else NOT_KNOWN


def known(paths: Paths) -> Paths:
    """What surely happens: a call that is not known does nothing here."""
    return either(Path(Rank.NOOP) if path.rank is Rank.UNKNOWN else path for path in paths)


def _loud(paths: Paths) -> Paths:
    """What a suite tells that may not run at all; a value that it sets counts only where it runs."""
    return paths if all(path.rank >= Rank.HIDE for path in paths) else NOTHING


# Functions


def function_paths(function: Function, ctx: Context, carriers: frozenset[str], depth: int = _DEPTH) -> Paths:
    """What a call of this function does, on every way through it, when these parameters carry the exception."""
    memory = ctx.once(_memory)
    key = (function, carriers, depth)
    if key not in memory:
        memory[key] = only(Rank.RAISE) if never_returns(function) else _body_paths(function, ctx, carriers, depth)
    return memory[key]


def _memory(ctx: Context) -> dict[tuple[ast.AST, frozenset[str], int], Paths]:
    return {}


def _body_paths(function: Function, ctx: Context, carriers: frozenset[str], depth: int) -> Paths:
    return Region(ctx, function, function.body, carriers, depth).paths(function.body)


def never_returns(function: Function) -> bool:
    return function.returns is not None and last_name(function.returns) in ("NoReturn", "Never")


def is_stub(function: Function) -> bool:
    """A method for others to fill: what it does here says nothing about what will be called."""
    if any(last_name(decorator) in ("abstractmethod", "overload") for decorator in function.decorator_list):
        return True
    return is_method(function) and all(_is_empty(statement) for statement in function.body)


def _is_empty(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Raise):
        return "NotImplementedError" in ast.dump(statement)
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def carried_parameters(function: Function, given: str) -> list[str]:
    """The parameters that an argument reaches: a position such as "0", a keyword such as "=exc", or "*" for any."""
    plain = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
    names = plain[1:] if is_method(function) else plain
    if given.isdigit() and int(given) < len(names):
        return [names[int(given)]]
    if given.startswith("=") and given[1:] in {arg.arg for arg in parameters(function)}:
        return [given[1:]]
    rest = [arg.arg for arg in (function.args.vararg, function.args.kwarg) if arg]
    return [] if not given else names if given == "*" else rest


def is_askable(name: str | None) -> bool:
    """A function that may be the project's own. A constructor only makes a value."""
    if name is None or name.rpartition(".")[2][:1].isupper():
        return False
    return name.startswith(".") or ("." in name and name.partition(".")[0] not in sys.stdlib_module_names)


def _ask(name: str | None, given: str) -> Paths:
    return (Path(Rank.NOOP, frozenset({Ask(name or "", given)})),)


# Expressions


def _evaluated(node: ast.AST) -> list[ast.AST]:
    """What a step itself evaluates: for a compound statement its head."""
    if isinstance(node, (ast.If, ast.While)):
        return [node.test]
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return [node.iter]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [item.context_expr for item in node.items]
    if isinstance(node, ast.Match):
        return [node.subject]
    if isinstance(node, ast.ExceptHandler) or hasattr(node, "handlers"):
        return []
    return [node]


def _targets(node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _names(target: ast.expr) -> list[ast.Name]:
    return [part for part in walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)]


def _tells_somebody(node: ast.If) -> bool:
    """`if callback: callback(error)`, `if not future.done(): future.set_exception(error)`: nobody else to tell."""
    tested = {dotted(part) for part in walk(node.test)} - {None, "self", "cls"}
    for statement in node.body:
        for part in walk_own(statement):
            name = dotted(part.func) if isinstance(part, ast.Call) else None
            while name:
                if name in tested:
                    return True
                name = name.rpartition(".")[0]
    return False


def place(node: ast.AST) -> str | None:
    """Where a value is kept, as text: `a.b`, and `a["key"]` too."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and (base := dotted(node.value)):
        return f"{base}[{node.slice.value!r}]"
    return dotted(node)


def _makes_up_for(name: str, test: Test) -> bool:
    if name not in _unset(test.test):
        return False
    inside = (part for part in statements(test, own=True) if isinstance(part, ast.Assign) and not is_given(part.value))
    return any(place(target) == name for part in inside for target in part.targets)


def _unset(test: ast.expr) -> Iterator[str | None]:
    """The names that a test asks for having no value: `not a`, `a is None`, `a == ""`."""
    for part in walk(test):
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            yield place(part.operand)
        elif isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Is, ast.Eq)):
            yield place(part.left) if is_false(part.comparators[0]) else None


def _answers_failure(node: ast.AST) -> bool:
    """`return "Error: no zone"`"""
    returned = (part.value for part in statements(node, own=True) if isinstance(part, ast.Return))
    return any(
        names_failure(value) or is_explained(value) or is_server_error(value) for value in returned if value is not None
    )


def _is_once(node: ast.If) -> bool:
    """`if self.was_online: log(...); self.was_online = False`: told the first time."""
    tested = {dotted(part) for part in walk(node.test)} - {None, "self", "cls"}
    inside = (part for statement in node.body for part in statements(statement, own=True))
    return any(dotted(target) in tested for part in inside if isinstance(part, ast.Assign) for target in part.targets)


def is_given(value: ast.expr) -> bool:
    """A value that is simply there. One that is worked out by a call is another way to the goal, not a default."""
    calls = [part for part in walk(value) if isinstance(part, ast.Call)]
    return all(_is_blank(call) or not list(arguments(call)) for call in calls)


def _is_blank(node: ast.expr) -> bool:
    """An object made of nothing: `Result()`, `Breakdown(by_type={})`."""
    if not isinstance(node, ast.Call) or not (last_name(node.func) or "")[:1].isupper():
        return False
    return all(map(is_false, arguments(node)))


def is_false(value: ast.expr) -> bool:
    """`None`, `False`, `0`, an empty text or container."""
    if isinstance(value, ast.Constant):
        return not value.value
    if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return not value.elts
    return isinstance(value, ast.Dict) and not value.keys


def _denies_success(value: ast.expr) -> bool:
    """`{"ok": False}`"""
    pairs = zip(value.keys, value.values, strict=True) if isinstance(value, ast.Dict) else ()
    return any(key is not None and names_success(key) and is_false(item) for key, item in pairs)


def is_server_error(node: ast.expr) -> bool:
    """`Response(status=500)`, `(body, 503)`, `HttpResponseServerError()`, `abort(500)`."""
    for part in walk(node):
        if isinstance(part, (ast.Name, ast.Attribute)) and last_name(part) in table.SERVER_ERRORS:
            return True
    if isinstance(node, ast.Tuple):
        return len(node.elts) in (2, 3) and _is_500(node.elts[1])
    if isinstance(node, ast.Call):
        named = [k.value for k in node.keywords if k.arg in ("status", "status_code", "code")]
        return any(_is_500(value) for value in [*node.args, *named])
    return False


def _is_500(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and 500 <= node.value < 600


def _exits_well(call: ast.Call, name: str | None) -> bool:
    if name not in ("sys.exit", "exit", "quit", "os._exit") and dotted(call.func) != "exit":
        return False
    status = next(arguments(call), None)  # `exit(1)`, `exit(status=1, message=...)`
    return status is None or is_false(status)


def _ends_test(function: ast.expr) -> bool:
    """`self.fail(...)` of a test case, `parser.error(...)` of argparse, `exit(1)` where `exit` is a parameter."""
    return dotted(function) in ("self.fail", "parser.error", "argparser.error", "self.parser.error", "exit")
