"""One parsed file and everything a rule may ask about it, each answer computed when first asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from readlint.analysis import constants
from readlint.analysis.flow import Flow, flow_of
from readlint.analysis.loads import Loads
from readlint.analysis.names import RECEIVERS, Names, is_method
from readlint.analysis.scopes import Scope
from readlint.analysis.tree import (
    COMPREHENSIONS,
    DEFINITIONS,
    FUNCTIONS,
    LEAVES,
    FunctionNode,
    Parents,
    body_of,
    first_line,
    nodes_by_class,
    walk,
)
from readlint.files.kinds import PYTHON
from readlint.files.source import SUPPRESSION
from readlint.findings import Span
from readlint.fingerprint import Shapes

if TYPE_CHECKING:
    from readlint.analysis.outcome import Outcome
    from readlint.analysis.values import Origins
    from readlint.files.source import Comment, Source
    from readlint.rules import Rule
    from readlint.settings.model import Settings

T = TypeVar("T", bound=ast.AST)
R = TypeVar("R")

_UNASKED: Any = object()


class Context:
    """What a check gets beside its node."""

    def __init__(self, source: Source, tree: ast.Module, settings: Settings) -> None:
        self.source = source
        self.tree = tree
        self.settings = settings
        self.path = source.path
        self._scopes: dict[ast.AST, Scope] = {}
        self._statement_owners: dict[ast.stmt, ast.AST] = {}
        self._flows: dict[ast.AST, Flow] = {}
        self._outcomes: dict[ast.ExceptHandler, Outcome] = {}
        self._once: dict[Any, Any] = {}
        self._identities: dict[tuple[ast.AST, bool, bool], tuple[str, str]] = {}
        self._comments: dict[ast.AST, dict[int, Comment]] = {}
        self._mentions: dict[str | Callable[[str], bool], bool] = {}

    def close(self) -> None:
        """Let go of everything. The analyses refer back to the context, and a collector that runs seldom frees late."""
        self.__dict__.clear()

    # The file

    @property
    def target_version(self) -> tuple[int, int]:
        """The oldest Python that the project supports."""
        return self.settings.target_version

    def options_of(self, rule: Rule[Any]) -> Any:
        return self.settings.options.get(rule.name, rule.default_options)

    def text(self, node: ast.AST) -> str:
        """The source text of a node, as written."""
        return self.source.slice(self.source.span(node))

    def span(self, node: ast.AST) -> Span:
        """Where a finding about this node points: the head of a compound statement, all of anything else."""
        return self.source.header(node)

    def is_allowed_secret(self, secret: str) -> bool:
        """Whether somebody has decided that this secret may stand in the source; see `readlint secrets allow`."""
        return self.settings.allowed_secrets.allow(secret)

    def comments_in(self, node: ast.AST) -> list[Comment]:
        """The comments on the lines of a node, in order, but for suppressions."""
        span = self.source.span(node)
        return self.comments_on(range(span.line, span.end_line + 1))

    def comments_on(self, lines: Iterable[int]) -> list[Comment]:
        """The comments of some lines, but for suppressions.

        A rule that took one for an explanation would fall silent, and the suppression would be reported as unused.
        """
        return [comment for comment in map(self.comment_at, lines) if comment and not SUPPRESSION.match(comment.text)]

    def comment_at(self, line: int) -> Comment | None:
        """The comment of a line, looked for in the statement of the module or class that it belongs to."""
        if self.source.kind != PYTHON:
            return self.source.comments.get(line)
        if "#" not in self.source.lines[line - 1]:
            return None
        first, last = self.parents.stretch_at(line)
        if first not in self._comments:
            self._comments[first] = self.source.comments_between(self._start(first), self._start(last))
        return self._comments[first].get(line)

    def _start(self, node: ast.AST | None) -> int:
        """Where a statement begins in the text, the module at its beginning, and nothing at its end."""
        if node is None:
            return len(self.source.text)
        if not isinstance(node, ast.stmt):
            return 0
        line = first_line(node)
        span = self.source.span(node)
        return self.source.offset(line, span.column if line == span.line else 0)

    def once(self, question: Callable[[Context], R]) -> R:
        """What a function says about this file, asked only once."""
        answer: R = self._once.get(question, _UNASKED)
        if answer is _UNASKED:
            answer = self._once[question] = question(self)
        return answer

    def mentions(self, what: str | Callable[[str], bool]) -> bool:
        """Whether a text is anywhere in the file, or what a function says of the file's text."""
        if what not in self._mentions:
            text = self.source.text
            self._mentions[what] = what in text if isinstance(what, str) else what(text)
        return self._mentions[what]

    # The tree

    @cached_property
    def parents(self) -> Parents:
        return Parents(self.tree)

    @cached_property
    def shapes(self) -> Shapes:
        return Shapes(self.parents)

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def nodes_of(self, *classes: type[ast.AST]) -> list[ast.AST]:
        """All nodes of exactly these classes in the file, those of one class in no particular order."""
        every = self._inner_nodes if LEAVES.isdisjoint(classes) else self._all_nodes
        return [node for cls in classes for node in every.get(cls, ())]

    @cached_property
    def _inner_nodes(self) -> dict[type[ast.AST], list[ast.AST]]:
        return nodes_by_class([self.tree], LEAVES)

    @cached_property
    def _all_nodes(self) -> dict[type[ast.AST], list[ast.AST]]:
        return nodes_by_class([self.tree])

    @cached_property
    def loads(self) -> Loads:
        """Where the file reads a name."""
        return Loads(self)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """From the parent up to the module."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    def enclosing(self, node: ast.AST, *types: type[T]) -> T | None:
        """The nearest ancestor of these classes."""
        return next((a for a in self.ancestors(node) if isinstance(a, types)), None)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node is part of; a statement is its own."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def function(self, node: ast.AST) -> FunctionNode | None:
        """The function in whose body a node is evaluated (not the one whose decorator or default it is)."""
        owner = node
        while not isinstance(owner, ast.Module):
            owner = self._owner(owner)
            if not isinstance(owner, COMPREHENSIONS):  # which belong to the function around them
                return owner if isinstance(owner, FUNCTIONS) else None
        return None

    def in_async_function(self, node: ast.AST) -> bool:
        return isinstance(self.function(node), ast.AsyncFunctionDef)

    def identity(self, node: ast.AST, *, secret: bool = False) -> tuple[str, str]:
        """The definition that a node is in, and the shape of its statement.

        Of all nodes right below one node they are the same: the operations of a migration stand in one list.
        """
        owner = node if isinstance(node, (ast.stmt, ast.ExceptHandler)) else self.parents.get(node) or node
        key = (owner, owner is node, secret)
        if key not in self._identities:
            name = self.definition_name(owner, inclusive=owner is not node)
            self._identities[key] = (name, self.shapes.of(owner, secret=secret))
        return self._identities[key]

    def definition_name(self, node: ast.AST, *, inclusive: bool = False) -> str:
        """The qualified name of the definition around a node, as in `Class.method`; empty at module level."""
        chain = [node, *self.ancestors(node)] if inclusive else list(self.ancestors(node))
        return ".".join(reversed([a.name for a in chain if isinstance(a, DEFINITIONS)]))

    # Names and scopes

    @cached_property
    def names(self) -> Names:
        return Names(self)

    def qualified_name(self, node: ast.AST) -> str | None:
        """The dotted name that an expression stands for, through imports and aliases; None if unknown."""
        return self.names.qualified(node)

    def callee(self, call: ast.Call) -> str:
        """What a question calls the function that a call reaches: its name, or where to infer it from."""
        span = self.source.span(call.func)
        return self.qualified_name(call.func) or f"@{span.line}:{span.column}"

    @cached_property
    def _walruses(self) -> tuple[int, ...]:
        """The lines with a `:=`: expressions bind names nowhere else."""
        if ":=" not in self.source.text:
            return ()
        return tuple(number for number, line in enumerate(self.source.lines, 1) if ":=" in line)

    def scope_of(self, owner: ast.AST) -> Scope:
        """The scope that a module, class, function or comprehension opens."""
        scope = self._scopes.get(owner)
        if scope is None:
            parent = None if isinstance(owner, ast.Module) else self.scope(owner)
            scope = self._scopes[owner] = Scope(owner, parent, self._walruses)
        return scope

    def scope(self, node: ast.AST) -> Scope:
        """The scope in which a node is evaluated."""
        return self.scope_of(self._owner(node))

    def _owner(self, node: ast.AST) -> ast.AST:
        """The module, class, function or comprehension in whose scope a node is evaluated."""
        child = node
        while not isinstance(child, ast.stmt):
            parent = self.parents.get(child)
            if parent is None:
                return self.tree
            if isinstance(parent, ast.comprehension) and child is parent.iter:
                owner = self.parents[parent]
                if owner.generators[0] is parent:  # type: ignore[attr-defined]  # the class of any comprehension
                    child = owner  # the first iterable is evaluated outside
                    continue
            if parent.__class__ in _OWNERS_OF_EXPRESSIONS and _evaluates(parent, child):
                return parent
            child = parent
        return self._owner_of_statement(child)

    def _owner_of_statement(self, statement: ast.stmt) -> ast.AST:
        if statement not in self._statement_owners:
            owner = self.parents.get(statement) or self.tree  # a lambda's `return` stands in no tree
            while owner.__class__ not in _OWNERS_OF_STATEMENTS:
                owner = self.parents[owner]
            self._statement_owners[statement] = owner
        return self._statement_owners[statement]

    @cached_property
    def rebinding_scopes(self) -> list[Scope]:
        """The scopes with a `global` or `nonlocal` statement. Most files have none, and need no look at their tree."""
        places = [at for word in ("global", "nonlocal") for at in self.source.mentions(word) if self._may_begin(at)]
        statements = [one for at in places for one in self.parents.statements_at(self.source.position(at)[0])]
        found = (
            self.scope(node)
            for statement in dict.fromkeys(statements)
            for node in walk(statement)
            if isinstance(node, (ast.Global, ast.Nonlocal))
        )
        return list(dict.fromkeys(found))

    def _may_begin(self, at: int) -> bool:
        """Whether a statement may begin at a place in the text."""
        before = self.source.text[self.source.text.rfind("\n", 0, at) + 1 : at].strip()
        return not before or before.endswith((":", ";"))

    @cached_property
    def rebound_globals(self) -> frozenset[str]:
        """Module names that some function declares `global`."""
        return frozenset(name for scope in self.rebinding_scopes for name in scope.global_names)

    def receiver_class(self, name: ast.Name) -> ast.ClassDef | None:
        """The class whose instance (or self) a name such as `self` or `cls` is."""
        scope: Scope | None = self.scope(name).lookup(name.id) if name.id in RECEIVERS else None
        if scope is None or not is_method(scope.node):
            return None
        first = [*scope.node.args.posonlyargs, *scope.node.args.args][0]  # type: ignore[attr-defined]
        if first.arg != name.id or len(scope.bindings[name.id]) != 1:
            return None
        owner = self.parents.get(scope.node)
        return owner if isinstance(owner, ast.ClassDef) else None

    def local_definition(self, qualified: str) -> ast.AST | None:
        """The function or class of this file that a qualified name means."""
        prefix = f"{self.names.module}."
        if not qualified.startswith(prefix):
            return None
        node: ast.AST = self.tree
        for part in qualified[len(prefix) :].split("."):
            if not isinstance(node, (ast.Module, *DEFINITIONS)):
                return None
            bindings = self.scope_of(node).bindings.get(part, [])
            definitions = [b.node for b in bindings if b.how in ("def", "class")]
            if len(definitions) != 1 or len(bindings) != 1:
                return None
            node = definitions[0]
        return node

    # Flow and values

    def flow(self, function: FunctionNode) -> Flow:
        if function not in self._flows:
            self._flows[function] = flow_of(body_of(function), self.suppresses)
        return self._flows[function]

    def suppresses(self, item: ast.withitem) -> bool:
        """Whether a `with` item swallows exceptions that its suite raises."""
        call = item.context_expr
        return isinstance(call, ast.Call) and self.qualified_name(call.func) == "contextlib.suppress"

    def constant(self, node: ast.expr) -> Any:
        """The value of an expression that the file alone decides, else `UNKNOWN`."""
        return constants.fold(node, self)

    def origins(self, node: ast.expr) -> Origins:
        """Where the value of an expression comes from."""
        from readlint.analysis.values import origins

        return origins(node, self)

    def outcome(self, handler: ast.ExceptHandler) -> Outcome:
        """What becomes of the exception in a handler, at worst, over all its paths."""
        if handler not in self._outcomes:
            from readlint.analysis.outcome import handler_outcome

            self._outcomes[handler] = handler_outcome(handler, self)
        return self._outcomes[handler]


_OWNERS_OF_STATEMENTS = frozenset((*DEFINITIONS, ast.Module))
_OWNERS_OF_EXPRESSIONS = frozenset((*COMPREHENSIONS, ast.Lambda))


def _evaluates(owner: ast.AST, child: ast.AST) -> bool:
    """Whether `child`, a direct part of a lambda or comprehension, is evaluated in the scope that this opens."""
    return not isinstance(owner, ast.Lambda) or child is owner.body
