"""Walking a syntax tree without `ast.walk`: one table says which fields of a class hold nodes."""

from __future__ import annotations

import ast
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

#: Fields that hold names, numbers or operators, never a node worth a visit.
_PLAIN = frozenset(
    "asname attr arg conversion ctx id is_async kind kwd_attrs level module name names op ops rest simple str tag "
    "type_comment type_ignores".split()
)
#: The same names hold nodes in these classes.
_NODES_AFTER_ALL = {"Import": {"names"}, "ImportFrom": {"names"}, "TypeAlias": {"name"}}
_SINGLE_AFTER_ALL = {
    ("FunctionDef", "args"),
    ("AsyncFunctionDef", "args"),
    ("Lambda", "args"),
    ("Lambda", "body"),
    ("IfExp", "body"),
    ("IfExp", "orelse"),
    ("Expression", "body"),
    ("TypeAlias", "value"),
}
_LISTS = frozenset(
    "args bases body cases comparators decorator_list defaults elts finalbody generators handlers ifs items keys "
    "keywords kw_defaults kwd_patterns kwonlyargs names orelse patterns posonlyargs targets type_params values".split()
)


def _fields(cls: type[ast.AST]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if cls in (ast.Constant, ast.Global, ast.Nonlocal, ast.MatchSingleton):
        return (), ()
    kept = _NODES_AFTER_ALL.get(cls.__name__, set())
    fields = [name for name in cls._fields if name not in _PLAIN or name in kept]
    lists = tuple(f for f in fields if f in _LISTS and (cls.__name__, f) not in _SINGLE_AFTER_ALL)
    return tuple(f for f in fields if f not in lists), lists


#: Node class -> (fields with one node or None, fields with a list of them).
FIELDS: dict[type[ast.AST], tuple[tuple[str, ...], tuple[str, ...]]] = {
    cls: _fields(cls) for cls in vars(ast).values() if isinstance(cls, type) and issubclass(cls, ast.AST)
}
#: Classes without children: most nodes are one of these.
LEAVES = frozenset({type(None), *(cls for cls, fields in FIELDS.items() if fields == ((), ()))})


#: Class -> the fields with statements, and with handlers and cases, which hold them; the last one first.
_SUITES = {
    cls: tuple(field for field in ("cases", "finalbody", "orelse", "handlers", "body") if field in lists)
    for cls, (_, lists) in FIELDS.items()
}

#: The same fields in the order in which the class declares them, each with whether it holds a list.
_IN_ORDER = {
    cls: tuple((field, field in lists) for field in cls._fields if field in single or field in lists)
    for cls, (single, lists) in FIELDS.items()
}

#: For walks that keep a stack: the last field goes on it first.
_BACKWARDS = {cls: tuple(field for field, _ in reversed(fields)) for cls, fields in _IN_ORDER.items()}
_OPENING = frozenset((*DEFINITIONS, ast.Lambda))


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below, in the order of the class's fields. Operators and contexts are left out."""
    found: list[ast.AST] = []
    for field, many in _IN_ORDER[node.__class__]:
        value = getattr(node, field, None)
        if many:
            found += value or ()
        elif value is not None:
            found.append(value)
    return found if None not in found else [child for child in found if child is not None]


def statements(top: ast.AST, *, own: bool = False) -> Iterator[ast.stmt]:
    """A statement and those in it, in source order; `own` leaves out what `walk_own` leaves out.

    Most of a tree is expressions: who looks for a `return` need not see them.
    """
    stack = [top]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.stmt):
            yield node
            if own and node is not top and isinstance(node, DEFINITIONS):
                continue
        for field in _SUITES[node.__class__]:
            stack += getattr(node, field)[::-1]


def outer_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Those of a module and of its classes, the classes themselves before their own."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.ClassDef):
            yield from outer_statements(statement.body)


def own_parts(statement: ast.AST) -> list[ast.AST]:
    """The statement, or of a class what is no statement of its own."""
    if isinstance(statement, ast.ClassDef):
        return [*outer_parts(statement), *getattr(statement, "type_params", ())]
    return [statement]


def nodes_by_class(
    tops: Sequence[ast.AST], passed_over: frozenset[type] = frozenset()
) -> dict[type[ast.AST], list[ast.AST]]:
    """`passed_over` are classes without children; most nodes are names and constants."""
    found: dict[type[ast.AST], list[ast.AST]] = {}
    passed_over |= {type(None)}
    stack: list[Any] = [*tops]
    pop, push, extend, fields = stack.pop, stack.append, stack.extend, FIELDS
    while stack:
        node = pop()
        cls = node.__class__
        if cls in passed_over:
            continue
        if cls in found:
            found[cls].append(node)
        else:
            found[cls] = [node]
        single, lists = fields[cls]
        for field in single:
            push(getattr(node, field))
        for field in lists:
            extend(getattr(node, field))
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and everything below, in source order."""
    stack = [node]
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        yield node
        for field in _BACKWARDS[node.__class__]:
            value = getattr(node, field, None)
            if value.__class__ is not list:
                if value is not None:
                    push(value)
            elif value:
                stack += value[::-1] if None not in value else [child for child in value[::-1] if child is not None]


def walk_own(node: ast.AST) -> Iterator[ast.AST]:
    """Like `walk`, but what belongs to a nested function or class is left out (the nested node itself is not)."""
    yield node
    stack = children(node)[::-1]
    pop, push = stack.pop, stack.append
    while stack:
        node = pop()
        yield node
        if node.__class__ in _OPENING:
            stack += outer_parts(node)[::-1]
            continue
        for field in _BACKWARDS[node.__class__]:
            value = getattr(node, field, None)
            if value.__class__ is not list:
                if value is not None:
                    push(value)
            elif value:
                stack += value[::-1] if None not in value else [child for child in value[::-1] if child is not None]


def outer_parts(definition: ast.AST) -> list[ast.AST]:
    """What is evaluated where a function or class is defined: decorators, defaults, annotations, bases."""
    if isinstance(definition, ast.ClassDef):
        return [*definition.decorator_list, *definition.bases, *definition.keywords]
    if isinstance(definition, ast.Lambda):
        return [*definition.args.defaults, *(d for d in definition.args.kw_defaults if d)]
    if isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
        every = parameters(definition)
        annotations = [arg.annotation for arg in every if arg.annotation]
        defaults = [*definition.args.defaults, *(d for d in definition.args.kw_defaults if d)]
        returns = [definition.returns] if definition.returns else []
        return [*definition.decorator_list, *defaults, *annotations, *returns]
    return []


def parameters(function: FunctionNode) -> list[ast.arg]:
    args = function.args
    extra = [arg for arg in (args.vararg, args.kwarg) if arg]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *extra]


def body_of(function: FunctionNode) -> list[ast.stmt]:
    if isinstance(function, ast.Lambda):
        return [ast.copy_location(ast.Return(function.body), function.body)]
    return function.body


_FEW = 4  # nodes that are looked for on their own; then it is quicker to map all that is below their statement


class Parents:
    """Each node's parent, worked out for one definition at a time: most questions are about one function of a file.

    Measured on 1,700 files: mapping every file that is asked about costs 0.4 of its parsing, this a tenth of that.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.known: dict[ast.AST, ast.AST] = {}
        self.lines: dict[ast.AST, list[int]] = {}
        self.explored: set[ast.AST] = set()
        self.sought: dict[ast.AST, int] = {}  # how often a node below a statement was asked for

    def __getitem__(self, node: ast.AST) -> ast.AST:
        parent = self.get(node)
        if parent is None:
            raise KeyError(node)
        return parent

    def get(self, node: ast.AST) -> ast.AST | None:
        parent = self.known.get(node)
        if parent is None and node is not self.tree and self.tree not in self.explored:
            self._look_for(node)
            if node not in self.known:
                # Before 3.12 a node inside an f-string does not know its line.
                self._explore(self.tree)
            parent = self.known.get(node)
        return parent

    def __iter__(self) -> Iterator[ast.AST]:
        """All nodes but the module."""
        self._explore(self.tree)
        return iter(self.known)

    def _look_for(self, node: ast.AST) -> None:
        line = getattr(node, "lineno", 0)
        if not line:
            return
        statement = self.statement_at(line)
        self.sought[statement] = self.sought.get(statement, 0) + 1
        if self.sought[statement] > _FEW or not self._descend(statement, node):
            self._explore(statement)

    def _descend(self, top: ast.AST, node: ast.AST) -> bool:
        """Map the nodes on the way down to a single one, and say whether it is there."""
        place = (node.lineno, node.col_offset)  # type: ignore[attr-defined]
        below: ast.AST | None = top
        while below is not None:
            parent, below = below, None
            for child in children(parent):
                if child is node:
                    self.known[child] = parent
                    return True
                if "lineno" in child._attributes and _holds(child, place):
                    below = child
                    break
            if below is not None:
                self.known[below] = parent
        return False

    def statement_at(self, line: int) -> ast.AST:
        """The statement of the module, or of a class, that begins last before a line ends; else the module."""
        return self.stretch_at(line)[0]

    def stretch_at(self, line: int) -> tuple[ast.AST, ast.stmt | None]:
        """That statement and the one behind it, in a class also the first one of its body."""
        owner: ast.Module | ast.ClassDef = self.tree
        following: ast.stmt | None = None
        while True:
            lines = self._lines_of(owner)
            number = bisect_right(lines, line)
            if number < len(owner.body):
                following = owner.body[number]
            if not number:
                return owner, following
            statement = owner.body[number - 1]
            if not isinstance(statement, ast.ClassDef):
                return statement, following
            owner = statement

    def statements_at(self, line: int) -> list[ast.stmt]:
        """The statements of the module, or of a class, that a line has a part of. Of a class, only its head counts."""
        found: list[ast.stmt] = []
        owners: list[ast.Module | ast.ClassDef] = [self.tree]
        for owner in owners:
            lines = self._lines_of(owner)
            for statement in reversed(owner.body[: bisect_right(lines, line)]):
                if (statement.end_lineno or line) < line:
                    break
                body = self._lines_of(statement)[0] if isinstance(statement, ast.ClassDef) else sys.maxsize
                if line <= body:
                    found.append(statement)
                if isinstance(statement, ast.ClassDef) and body <= line:
                    owners.append(statement)
        return found

    def _lines_of(self, owner: ast.Module | ast.ClassDef) -> list[int]:
        """Where the statements of a module or class begin, decorators included."""
        if owner not in self.lines:
            self.known.update(dict.fromkeys(owner.body, owner))
            self.lines[owner] = [first_line(statement) for statement in owner.body] or [sys.maxsize]
        return self.lines[owner]

    def _explore(self, top: ast.AST) -> None:
        """Map everything below a node."""
        if top in self.explored:
            return
        self.explored.add(top)
        known, leaves, fields = self.known, LEAVES, FIELDS
        stack = [top]
        while stack:
            node = stack.pop()
            single, lists = fields[node.__class__]
            for field in single:
                child = getattr(node, field, None)
                if child is not None:
                    known[child] = node
                    if child.__class__ not in leaves:
                        stack.append(child)
            for field in lists:
                for child in getattr(node, field, ()):
                    if child is not None:
                        known[child] = node
                        if child.__class__ not in leaves:
                            stack.append(child)


def _holds(node: Any, place: tuple[int, int]) -> bool:
    return (node.lineno, node.col_offset) <= place < (node.end_lineno, node.end_col_offset)


def first_line(statement: ast.stmt) -> int:
    """The line of its first decorator, if it has any."""
    decorators = getattr(statement, "decorator_list", None)
    return decorators[0].lineno if decorators else statement.lineno


def last_name(node: ast.AST) -> str | None:
    """`c` of `a.b.c` and of `c`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    return None


def dotted(node: ast.AST) -> str | None:
    """The text `a.b.c` of names and attributes only."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))
