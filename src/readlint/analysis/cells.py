"""Cells: the places of one file that hold values, and every statement that writes one.

A cell is a variable, an attribute of the instances of a class, an entry of a dictionary or list, or what hangs from
one of those. `self.jobs[key]["start"]` is the cell `jobs` of its class with the parts *any entry* and `"start"`.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, cast

from readlint.analysis.context import Context
from readlint.analysis.tree import LEAVES, last_name, nodes_by_class, outer_statements, own_parts, statements


class Part(NamedTuple):
    """One step into a value: `attr` .name, `key` ["k"], `index` [0], `any` [expr], `element` what a loop over it gives,
    `value` what a context variable holds."""

    kind: str
    key: object = None


ANY = Part("any")
ELEMENT = Part("element")
VALUE = Part("value")
ANY_ATTRIBUTE = Part("attr", "*")  # setattr(self, name, value)
Parts = tuple[Part, ...]


class Access(NamedTuple):
    """An expression that reads or names a cell. `defaults` are what it gives when the cell is empty."""

    root: ast.Name
    parts: Parts
    defaults: tuple[ast.expr, ...] = ()


class Cell(NamedTuple):
    """`owner` is the scope of a variable, the class of an attribute, or the word for a framework's container."""

    owner: ast.AST | str
    name: str
    parts: Parts = ()


class Write(NamedTuple):
    """A cell gets a value: `rest` says which part of `value` it is. Without a value nobody knows what it gets."""

    node: ast.AST
    root: ast.Name | None
    parts: Parts
    value: ast.expr | None
    rest: Parts = ()
    weak: bool = False
    how: str = "assign"


def part_of(key: ast.expr) -> Part | None:
    if isinstance(key, ast.Constant):
        is_index = isinstance(key.value, int) and not isinstance(key.value, bool)
        return Part("index" if is_index else "key", key.value)
    if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub) and isinstance(key.operand, ast.Constant):
        return Part("index", -key.operand.value) if isinstance(key.operand.value, int) else ANY
    return None if isinstance(key, ast.Slice) else ANY


def access(node: ast.expr) -> Access | None:
    """`self.d["k"]`, `d.get("k", 0)`, `stack.pop()`, `getattr(g, "start", None)` taken apart."""
    if isinstance(node, ast.Name):
        return Access(node, ())
    if isinstance(node, ast.Attribute):
        return _into(node.value, Part("attr", node.attr))
    if isinstance(node, ast.Subscript):
        return _into(node.value, part_of(node.slice))
    if isinstance(node, ast.Call):
        return _call_access(node)
    return None


def _call_access(call: ast.Call) -> Access | None:
    if call.keywords:
        return None
    if isinstance(call.func, ast.Name):
        if call.func.id != "getattr" or len(call.args) not in (2, 3) or not isinstance(call.args[1], ast.Constant):
            return None
        return _into(call.args[0], Part("attr", call.args[1].value), call.args[2:])
    if not isinstance(call.func, ast.Attribute):
        return None
    method, receiver, args = call.func.attr, call.func.value, call.args
    if method in ("get", "pop", "setdefault") and 1 <= len(args) <= 2:
        return _into(receiver, part_of(args[0]), args[1:])
    if method in ("pop", "popleft") and not args:
        return _into(receiver, Part("index", -1))
    if method == "get" and not args:
        return _into(receiver, VALUE)
    return None


def _into(node: ast.expr, part: Part | None, defaults: Iterable[ast.expr] = ()) -> Access | None:
    outer = access(node) if part is not None else None
    if outer is None or part is None:
        return None
    return Access(outer.root, (*outer.parts, part), tuple(defaults))


def meets(write: Part, read: Part) -> str:
    """Whether what is written there is read here: `yes`, `maybe`, `no`, or `unclear` when it depends on the type."""
    if write == read:
        return "maybe" if read in (ANY, ELEMENT) else "yes"
    if write == ANY_ATTRIBUTE:
        return "unclear" if read.kind == "attr" else "no"
    if "attr" in (write.kind, read.kind) or "value" in (write.kind, read.kind):
        return "no"
    if read == ELEMENT:
        return "unclear"
    if write == ELEMENT:
        return "no" if read.kind == "key" else "maybe"
    if ANY in (write, read) or _is_from_end(write) or _is_from_end(read):
        return "maybe" if write.kind != "key" or read.kind != "index" else "no"
    return "no"


def _is_from_end(part: Part) -> bool:
    return part.kind == "index" and isinstance(part.key, int) and part.key < 0


#: Methods that change what they are called on. Most calls are none of these, and are passed over by name.
_WRITING = frozenset({"add", "append", "appendleft", "extend", "insert", "set", "setdefault", "update"})
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor, ast.withitem)
#: Where an attribute is written, its name stands in the text, or one of these.
_UNNAMED = ("setattr", "__dict__", "update")


class Index:
    """What one file writes through attributes, entries and methods."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self._in_statement: dict[ast.AST, tuple[Write, ...]] = {}
        self._mentioning: dict[str, list[Write]] = {}

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [statement for statement in statements(self.ctx.tree) if isinstance(statement, ast.ClassDef)]

    def writes_into(self, parts: Collection[Part], function: ast.AST | None) -> Iterator[Write]:
        """The writes whose last step is one of these, or may be; for the variables of a function, those in it."""
        for write in self._below(function) if function is not None else self._near(parts):
            last = write.parts[-1] if write.parts else None
            if last is None or any(meets(last, part) != "no" for part in parts):
                yield write

    def writes_from(self, first: Part) -> Iterator[Write]:
        """The writes whose way from a name begins with this attribute."""
        return (write for write in self._near([first]) if write.parts[:1] == (first,))

    def _near(self, parts: Collection[Part]) -> Iterable[Write]:
        """Most questions are about attributes, and few functions mention one."""
        if any(part.kind != "attr" for part in parts):
            return self._everywhere
        names = [str(part.key) for part in parts if part != ANY_ATTRIBUTE]
        return dict.fromkeys(write for name in (*names, *_UNNAMED) for write in self._at(name))

    def _below(self, top: ast.AST) -> tuple[Write, ...]:
        if top not in self._in_statement:
            self._in_statement[top] = tuple(_writes_below(top))
        return self._in_statement[top]

    def _at(self, name: str) -> list[Write]:
        if name not in self._mentioning:
            found = self.ctx.loads.mentioning(name)
            self._mentioning[name] = [write for statement in found for write in self._below(statement)]
        return self._mentioning[name]

    @cached_property
    def _everywhere(self) -> list[Write]:
        return [write for statement in outer_statements(self.ctx.tree.body) for write in self._below(statement)]


def _writes_below(top: ast.AST) -> Iterator[Write]:
    nodes = nodes_by_class(own_parts(top), LEAVES)
    for cls in _STATEMENTS:
        for node in nodes.get(cls, ()):
            yield from _statement_writes(node)
    for call in cast("list[ast.Call]", nodes.get(ast.Call, ())):
        function = call.func
        if isinstance(function, ast.Attribute):
            if function.attr in _WRITING or last_name(function.value) == "__dict__":
                yield from _call_writes(call)
        elif isinstance(function, ast.Name) and function.id == "setattr":
            yield from _call_writes(call)


def _statement_writes(node: ast.AST) -> Iterator[Write]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _target_writes(target, node, node.value)
    elif isinstance(node, ast.AnnAssign):
        if node.value is not None:
            yield from _target_writes(node.target, node, node.value)
    elif isinstance(node, ast.AugAssign):
        yield from _target_writes(node.target, node, None, how="augment")
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from _target_writes(node.target, node, node.iter, (ELEMENT,))
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield from _target_writes(node.optional_vars, node, None)


def _target_writes(
    target: ast.expr, node: ast.AST, value: ast.expr | None, rest: Parts = (), how: str = "assign"
) -> Iterator[Write]:
    """Names are left out: their scope knows them."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for number, element in enumerate(target.elts):
            starred = isinstance(element, ast.Starred)
            yield from _target_writes(element, node, None if starred else value, (*rest, Part("index", number)), how)
    elif isinstance(target, ast.Starred):
        yield from _target_writes(target.value, node, None, (), how)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        root, parts = _root_and_parts(target)
        yield Write(node, root, parts, value, rest, how=how)


def _root_and_parts(target: ast.expr) -> tuple[ast.Name | None, Parts]:
    """Where the way to a target begins; without a name at its beginning, the attributes after what is not known."""
    found = access(target)
    if found is not None:
        return found.root, found.parts
    parts: list[Part] = []
    while isinstance(target, (ast.Attribute, ast.Subscript)):
        parts.append(Part("attr", target.attr) if isinstance(target, ast.Attribute) else ANY)
        target = target.value
    return None, tuple(reversed(parts))


def _call_writes(call: ast.Call) -> Iterator[Write]:
    function, args = call.func, call.args
    if isinstance(function, ast.Name) and function.id == "setattr" and len(args) == 3:
        name = args[1].value if isinstance(args[1], ast.Constant) else None
        root, parts = _root_and_parts(args[0])
        part = ANY_ATTRIBUTE if name is None else Part("attr", name)
        yield Write(call, root, (*parts, part), args[2], weak=name is None)
    if not isinstance(function, ast.Attribute):
        return
    root, parts = _root_and_parts(function.value)
    if parts[-1:] == (Part("attr", "__dict__"),):
        yield Write(call, root, (*parts[:-1], ANY_ATTRIBUTE), None, weak=True)
    method = function.attr
    if method in ("append", "appendleft", "add") and len(args) == 1:
        yield Write(call, root, (*parts, ELEMENT), args[0], weak=True)
    elif method == "insert" and len(args) == 2:
        yield Write(call, root, (*parts, ELEMENT), args[1], weak=True)
    elif method == "extend" and len(args) == 1:
        yield Write(call, root, (*parts, ELEMENT), args[0], (ELEMENT,), weak=True)
    elif method == "setdefault" and len(args) == 2:
        yield Write(call, root, (*parts, part_of(args[0]) or ANY), args[1], weak=True)
    elif method == "set" and len(args) == 1 and not call.keywords:
        yield Write(call, root, (*parts, VALUE), args[0])
    elif method == "update":
        for argument in args:
            yield Write(call, root, parts, argument, weak=True, how="update")
        for keyword in call.keywords:
            part = ANY if keyword.arg is None else Part("key", keyword.arg)
            yield Write(call, root, (*parts, part), keyword.value if keyword.arg else None)
