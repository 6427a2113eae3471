"""Scopes: which names a module, class, function or comprehension binds, and where."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from readlint.analysis.tree import COMPREHENSIONS, FUNCTIONS, children, outer_parts, parameters

_DEFINING_TYPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINING = {ast.FunctionDef: "def", ast.AsyncFunctionDef: "def", ast.ClassDef: "class"}
_BINDING_FIELDS = frozenset("items body orelse handlers finalbody cases pattern patterns kwd_patterns".split())


class Binding(NamedTuple):
    """One place that gives a name its value.

    `how`: assign, annotate, augment, unpack, for, with, import, param, def, class, except, walrus, match, delete.
    `value` is the expression bound as it stands (assign, walrus), or the one that the name is taken out of
    (unpack, for, with, augment); `path` says how an unpacked name sits in it: `(1,)` is `b` of `a, b = value`.
    """

    name: str
    how: str
    node: ast.AST
    value: ast.expr | None = None
    path: tuple[int, ...] = ()


class Scope:
    __slots__ = ("bindings", "global_names", "node", "nonlocal_names", "parent")

    def __init__(self, node: ast.AST, parent: Scope | None, walruses: Sequence[int] = ()) -> None:
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.global_names: set[str] = set()
        self.nonlocal_names: set[str] = set()
        for binding in _bindings(node, self, walruses):
            self.bindings.setdefault(binding.name, []).append(binding)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_module(self) -> bool:
        return isinstance(self.node, ast.Module)

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        return self.node if isinstance(self.node, FUNCTIONS) else None

    def lookup(self, name: str) -> Scope | None:
        """The scope whose binding a use of `name` in this scope means; None for builtins and unknown names."""
        scope: Scope | None = self
        first = True
        while scope is not None:
            if name in scope.global_names:
                scope = scope.module()
                return scope if name in scope.bindings else None
            if name in scope.bindings and name not in scope.nonlocal_names and (first or not scope.is_class):
                return scope
            scope, first = scope.parent, False
        return None

    def module(self) -> Scope:
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


#: The fields of statements that lead to further bindings. Expressions bind nothing but by `:=`.
_SUITES = {
    cls: tuple(field for field in cls._fields if field in _BINDING_FIELDS)
    for cls in (
        *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler),
        *(ast.Match, ast.match_case, ast.MatchAs, ast.MatchOr, ast.MatchSequence, ast.MatchMapping, ast.MatchClass),
        getattr(ast, "TryStar", ast.Try),  # new in 3.11
    )
}


_BINDING = frozenset(
    (
        *(ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.withitem, ast.Delete),
        *(ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping),
        *(ast.Global, ast.Nonlocal),
    )
)


def _bindings(owner: ast.AST, scope: Scope, walruses: Sequence[int]) -> Iterator[Binding]:
    """`walruses` are the lines that have a `:=`: only expressions on them must be looked through as well."""
    if isinstance(owner, FUNCTIONS):
        for arg in parameters(owner):
            yield Binding(arg.arg, "param", arg)
    if isinstance(owner, COMPREHENSIONS):
        for generator in owner.generators:
            yield from _targets(generator.target, "for", generator, generator.iter)
        return
    stack: list[Any] = [owner.body] if isinstance(owner, ast.Lambda) else list(reversed(getattr(owner, "body", [])))
    while stack:
        node = stack.pop()
        cls = node.__class__
        if cls in _DEFINING:
            yield Binding(node.name, _DEFINING[cls], node)
        elif cls is ast.Assign and len(node.targets) == 1 and node.targets[0].__class__ is ast.Name:
            yield Binding(node.targets[0].id, "assign", node, node.value)  # what most of them are
        elif cls in _BINDING:
            yield from _of_node(node, scope)
        if walruses and _has_one(node, walruses):
            own = outer_parts(node) if cls in _DEFINING or cls is ast.Lambda else list(children(node))
            stack.extend(reversed(own))
        elif cls in _SUITES:
            for field in reversed(_SUITES[cls]):
                part = getattr(node, field)
                if part.__class__ is list:
                    stack.extend(reversed(part))
                elif part is not None:
                    stack.append(part)


def _has_one(node: ast.AST, walruses: Sequence[int]) -> bool:
    first = getattr(node, "lineno", 0)
    if not first or isinstance(node, _DEFINING_TYPES):
        return True  # no position, or decorators that come before it
    return bisect_right(walruses, node.end_lineno) > bisect_left(walruses, first)  # type: ignore[attr-defined]


def _of_node(node: ast.AST, scope: Scope) -> Iterator[Binding]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _targets(target, "assign", node, node.value)
    elif isinstance(node, ast.AnnAssign):
        yield from _targets(node.target, "assign" if node.value else "annotate", node, node.value)
    elif isinstance(node, ast.AugAssign):
        yield from _targets(node.target, "augment", node, node.value)
    elif isinstance(node, ast.NamedExpr):
        yield Binding(node.target.id, "walrus", node, node.value)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from _targets(node.target, "for", node, node.iter)
    elif isinstance(node, ast.withitem):
        if node.optional_vars is not None:
            yield from _targets(node.optional_vars, "with", node, node.context_expr)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield Binding(alias.asname or alias.name.partition(".")[0], "import", node)
    elif isinstance(node, ast.ExceptHandler):
        if node.name:
            yield Binding(node.name, "except", node)
    elif isinstance(node, (ast.MatchAs, ast.MatchStar)):
        if node.name:
            yield Binding(node.name, "match", node)
    elif isinstance(node, ast.MatchMapping):
        if node.rest:
            yield Binding(node.rest, "match", node)
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield Binding(target.id, "delete", node)
    elif isinstance(node, ast.Global):
        scope.global_names.update(node.names)
    elif isinstance(node, ast.Nonlocal):
        scope.nonlocal_names.update(node.names)


def _targets(
    target: ast.expr, how: str, node: ast.AST, value: ast.expr | None, path: tuple[int, ...] = ()
) -> Iterator[Binding]:
    if isinstance(target, ast.Name):
        yield Binding(target.id, "unpack" if path and how == "assign" else how, node, value, path)
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value, how, node, None, path)
    elif isinstance(target, (ast.Tuple, ast.List)):
        starred = False
        for index, element in enumerate(target.elts):
            starred = starred or isinstance(element, ast.Starred)
            yield from _targets(element, how, node, None if starred else value, (*path, index))
