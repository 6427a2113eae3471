"""Where a value comes from that is put into SQL: a constant, a number, something quoted or checked, or anybody."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from readlint.api import (
    UNKNOWN,
    Context,
    Parts,
    Question,
    Write,
    annotated_class,
    called_function,
    cell_of,
    last_name,
    reaching_writes,
    statements,
    writes,
)
from readlint_rules.sql import _sources as table
from readlint_rules.sql._annotations import (
    field_is_harmless,
    has_pattern,
    is_choice,
    is_enumeration,
    is_harmless,
    question_about,
)
from readlint_rules.sql._clients import Function, default_of, is_number_in_path, is_of_handler, is_sent
from readlint_rules.sql._guards import is_checked
from readlint_rules.sql._model import Hole, Provenance, Source
from readlint_rules.sql._shared import CONSTANT, RETURN

_BUDGET = 300  # expressions looked at for one answer
_DEPTH = 14

P = Provenance


class Trust(NamedTuple):
    """What the user's options say."""

    annotations: bool = True
    sanitizers: frozenset[str] = frozenset()


class Judge:
    """The provenances of one file."""

    def __init__(self, ctx: Context, trust: Trust) -> None:
        self.ctx = ctx
        self.trust = trust
        self.open: set[ast.AST] = set()
        self.checked: dict[ast.expr, bool] = {}
        self.budget = _BUDGET

    def hole(self, hole: Hole) -> Source:
        """Where what is put in comes from."""
        self.budget = _BUDGET
        if hole.conversion in ("r", "a") or hole.spec[-1:] in tuple("dxXobeEfFgGn%"):
            return Source(P.SAFE_NUM, hole.node) if hole.spec else self.of(hole.node)
        return self.of(hole.node)

    def of(self, node: ast.expr, depth: int = _DEPTH) -> Source:
        self.budget -= 1
        if not depth or self.budget < 0:
            return Source(P.UNKNOWN, node)
        if isinstance(node, (ast.Name, ast.Attribute)) and table.MARKERS.search(last_name(node) or ""):
            return Source(P.PLACEHOLDER_LIST, node)
        found = self._of(node, depth)
        if found.provenance.is_safe or not isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
            return found
        if node not in self.checked:
            self.checked[node] = is_checked(node, self.ctx)
        return Source(P.ALLOWLISTED, node) if self.checked[node] else found

    def _of(self, node: ast.expr, depth: int) -> Source:
        if isinstance(node, ast.Constant):
            return Source(P.CONST, node)
        if isinstance(node, (ast.JoinedStr, ast.FormattedValue)):
            return self.joined(node, depth)
        if isinstance(node, ast.BinOp):
            return self.operation(node, depth)
        if isinstance(node, (ast.UnaryOp, ast.Compare)):
            return Source(P.SAFE_NUM, node)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            ways = (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values
            return self.worst(node, ways, depth)
        if isinstance(node, (ast.NamedExpr, ast.Await, ast.Starred)):
            return self.of(node.value, depth - 1)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self.worst(node, node.elts, depth)
        if isinstance(node, ast.Dict):
            return self.worst(node, [part for part in (*node.keys, *node.values) if part is not None], depth)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.of(node.elt, depth - 1)
        if isinstance(node, ast.Call):
            return self.call(node, depth)
        if isinstance(node, ast.Subscript):
            return self.entry(node, depth)
        if isinstance(node, ast.Attribute):
            return self.attribute(node, depth)
        if isinstance(node, ast.Name):
            return self.read(node, depth)
        return Source(P.UNKNOWN, node)

    def worst(self, node: ast.expr, parts: Iterable[ast.expr], depth: int) -> Source:
        return worst(node, [self.of(part, depth - 1) for part in parts])

    def joined(self, node: ast.JoinedStr | ast.FormattedValue, depth: int) -> Source:
        if isinstance(node, ast.JoinedStr):
            return self.worst(node, node.values, depth)
        return self.of(node.value, depth - 1)

    def operation(self, node: ast.BinOp, depth: int) -> Source:
        if isinstance(node.op, ast.Mult):
            texts = [self.ctx.constant(side) for side in (node.left, node.right)]
            if any(isinstance(text, (str, tuple)) for text in texts) or isinstance(node.left, (ast.List, ast.Tuple)):
                inner = self.worst(node, (node.left,) if not isinstance(node.left, ast.Constant) else (), depth)
                return inner if not inner.provenance.is_safe else Source(P.PLACEHOLDER_LIST, node)
        if not isinstance(node.op, (ast.Add, ast.Mod)):
            return Source(P.SAFE_NUM, node)
        if isinstance(node.op, ast.Mod) and not isinstance(self.ctx.constant(node.left), (str, type(UNKNOWN))):
            return Source(P.SAFE_NUM, node)
        sides = [self.of(side, depth - 1) for side in (node.left, node.right)]
        if isinstance(node.op, ast.Add) and any(_is_number(side) for side in (node.left, node.right)):
            return Source(P.SAFE_NUM, node)  # text and a number cannot be added
        return worst(node, sides)

    # Calls

    def call(self, node: ast.Call, depth: int) -> Source:
        name = self.ctx.qualified_name(node.func) or ""
        last = last_name(node.func) or ""
        if self.is_sanitizer(name, last):
            return Source(P.QUOTED_IDENT, node)
        if table.MARKERS.search(last):
            return Source(P.PLACEHOLDER_LIST, node)
        if name in table.NUMBERS or (last in table.NUMBER_METHODS and isinstance(node.func, ast.Attribute)):
            return Source(P.SAFE_NUM, node)
        if name in table.TYPING_CALLS:
            return Source(P.TYPED, node)
        if disarms_quotes(node):
            return Source(P.QUOTED_IDENT, node)
        kinds = [*node.args[2:3], *(keyword.value for keyword in node.keywords if keyword.arg == "type")]
        if last == "get" and any(self.ctx.qualified_name(kind) in table.NUMBERS for kind in kinds):
            return Source(P.SAFE_NUM, node)  # `request.args.get("page", type=int)`
        if is_sent(node, self.ctx):
            return Source(P.REQUEST, node)
        if name in table.PASSING and node.args:
            return self.passed(node, name, depth)
        if isinstance(node.func, ast.Attribute):
            found = self.method(node, node.func, depth)
            if found is not None:
                return found
        function = called_function(node, self.ctx)
        if function is not None and function not in self.open:
            return self.returned(node, function, depth)
        if _is_question(name):
            return Source(P.UNKNOWN, node, (Question(RETURN, name),))
        return Source(P.UNKNOWN, node)

    def is_sanitizer(self, name: str, last: str) -> bool:
        if last in self.trust.sanitizers or name.lstrip(".") in self.trust.sanitizers:
            return True
        return table.QUOTING.search(last) is not None or last in table.COMPOSED or name.startswith(table.BUILDERS)

    def passed(self, node: ast.Call, name: str, depth: int) -> Source:
        """`str(x)`, `sorted(xs)`, `map(str, xs)`"""
        if name in ("map", "filter"):
            function = self.ctx.qualified_name(node.args[0]) or ""
            if function in table.NUMBERS:
                return Source(P.SAFE_NUM, node)
            if name == "map" and self.is_sanitizer(
                function, function.rpartition(".")[2] or last_name(node.args[0]) or ""
            ):
                return Source(P.QUOTED_IDENT, node)
            if name == "map" and isinstance(node.args[0], ast.Lambda):
                return self.worst(node, (node.args[0].body,), depth)
            return self.worst(node, node.args[1:], depth)
        if name == "zip":
            return self.worst(node, node.args, depth)
        return self.of(node.args[0], depth - 1)

    def method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Source | None:
        method, receiver = function.attr, function.value
        if method in table.CATALOG_METHODS:
            return Source(P.ALLOWLISTED, node)
        if method in table.FILE_METHODS:
            return Source(P.CONST, node)
        if method == "join" and len(node.args) == 1:
            inner = self.worst(node, (receiver, node.args[0]), depth)
            return Source(P.PLACEHOLDER_LIST, node) if inner.provenance.is_safe else inner
        if method in ("format", "format_map", "replace"):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            return self.worst(node, (receiver, *values), depth)
        if method in table.SAME_METHODS:
            return self.of(receiver, depth - 1)
        if method in ("get", "pop", "setdefault") and node.args:
            if any(self.ctx.constant(argument) in ("?", "%s") for argument in node.args[1:]):
                return Source(P.PLACEHOLDER_LIST, node)
            inner = self.of(receiver, depth - 1)
            rest = [self.of(argument, depth - 1) for argument in node.args[1:]]
            return worst(node, [inner, *rest])
        made_of = self.of(receiver, depth - 1)
        if method in table.DATE_METHODS and made_of.provenance is P.SAFE_NUM:
            return made_of
        return Source(made_of.provenance, node) if made_of.provenance >= P.TYPED else None

    def returned(self, node: ast.expr, function: ast.AST, depth: int) -> Source:
        self.open.add(function)
        if isinstance(function, ast.Lambda):
            values = [function.body]
        else:
            annotation = annotated_class(getattr(function, "returns", None), self.ctx)
            if self.trust.annotations and annotation in table.NUMBER_CLASSES:
                self.open.discard(function)
                return Source(P.SAFE_NUM, node)
            values = [n.value for n in statements(function, own=True) if isinstance(n, ast.Return) and n.value]
        found = worst(node, [self.of(value, depth - 1) for value in values] or [Source(P.UNKNOWN, node)])
        self.open.discard(function)
        # What a helper makes of its own parameters is the result of a call to whoever calls it.
        return Source(min(found.provenance, P.UNKNOWN), node, found.questions) if found.provenance is P.PARAM else found

    # Attributes and entries

    def entry(self, node: ast.Subscript, depth: int) -> Source:
        if is_sent(node, self.ctx):
            return Source(P.REQUEST, node)
        held = self.of(node.value, depth - 1)
        if held.provenance.is_safe:
            # An entry of a constant table is one of those that stand there, whatever the key is.
            return held._replace(provenance=max(held.provenance, P.CONST))
        if isinstance(node.value, ast.Name) and _is_capital(node.value.id):
            return Source(P.ALLOWLISTED, node)
        return Source(max(held.provenance, P.UNKNOWN), held.node, held.questions)

    def attribute(self, node: ast.Attribute, depth: int) -> Source:
        if is_sent(node, self.ctx):
            return Source(P.REQUEST, node)
        if self.ctx.qualified_name(node) in table.TYPED_NAMES:
            return Source(P.TYPED, node)
        if self.is_metadata(node):
            return Source(P.CONST, node)
        if _is_capital(node.attr) or (node.attr in ("value", "name") and self.is_enum(node.value)):
            return Source(P.CONST, node)
        if self.declared(node) in table.NUMBER_CLASSES:
            return Source(P.SAFE_NUM, node)
        cell = cell_of(node, self.ctx)
        if cell is not None and isinstance(cell.owner, ast.ClassDef) and not cell.parts:
            return self.member(node, depth)
        name = self.ctx.qualified_name(node) or ""
        if name.partition(".")[0] in table.STANDARD and name not in ("os.environ", "sys.argv"):
            return Source(P.CONST, node)
        if name and not name.startswith("builtins"):
            return Source(P.UNKNOWN, node, (Question(CONSTANT, name),) if _is_question(name) else ())
        inner = self.of(node.value, depth - 1) if isinstance(node.value, (ast.Name, ast.Attribute)) else None
        if inner is not None and inner.provenance >= P.TYPED:
            return self.field(node, inner.provenance)
        is_part = inner is not None and isinstance(inner.node, ast.arg)  # of a parameter
        return Source(P.UNKNOWN, inner.node if inner is not None and is_part else node)

    def field(self, node: ast.Attribute, provenance: Provenance) -> Source:
        """A field of what a client sends, as in `filters.limit`: its class says what it may hold."""
        owner: ast.expr = node.value
        name = node.attr
        if name == "value" and isinstance(owner, ast.Attribute):  # `filters.order.value`, of an enumeration
            name, owner = owner.attr, owner.value
        annotation = self.annotation(owner)
        local = self.ctx.local_definition(annotated_class(annotation, self.ctx) or "")
        if isinstance(local, ast.ClassDef) and field_is_harmless(local, name, self.ctx):
            return Source(P.SAFE_NUM, node)
        question = question_about(annotation, name, self.ctx)
        return Source(provenance, node, (question,) if question is not None else ())

    def is_metadata(self, node: ast.Attribute) -> bool:
        """`Model._meta.db_table`, `User.__tablename__`, `table.c.name`"""
        parts: set[str] = set()
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            parts.add(at.attr)
            at = at.value
        return bool(parts & table.METADATA)

    def is_enum(self, owner: ast.expr) -> bool:
        """A member of an enumeration: `Status.OPEN.value`, `Status(x).value`, a parameter that is annotated so."""
        if isinstance(owner, ast.Attribute):
            return _is_capital(owner.attr)
        if isinstance(owner, ast.Call):
            return isinstance(owner.func, (ast.Name, ast.Attribute)) and (last_name(owner.func) or "")[:1].isupper()
        declared = self.declared(owner)
        local = self.ctx.local_definition(declared) if declared else None
        if isinstance(local, ast.ClassDef):
            return is_enumeration(local)
        return declared is not None and declared.rpartition(".")[2].endswith(("Enum", "Type", "Status"))

    def declared(self, node: ast.expr) -> str | None:
        """The class in the annotation of a parameter, a variable or an attribute."""
        return annotated_class(self.annotation(node), self.ctx)

    def annotation(self, node: ast.expr) -> ast.expr | None:
        if not self.trust.annotations or not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        cell = cell_of(node, self.ctx)
        if cell is None or cell.parts or isinstance(cell.owner, str):
            return None
        bindings = self.ctx.scope_of(cell.owner).bindings.get(cell.name, [])
        return getattr(bindings[0].node, "annotation", None) if len(bindings) == 1 else None

    def member(self, node: ast.Attribute, depth: int) -> Source:
        """An attribute of the object at hand: what the class gives it, but for what comes from its makers."""
        found = self.read(node, depth)
        return found._replace(provenance=P.UNKNOWN) if found.provenance is P.PARAM else found

    # Variables

    def read(self, node: ast.Name | ast.Attribute, depth: int) -> Source:
        if isinstance(node, ast.Name) and self.ctx.qualified_name(node) in table.TYPED_NAMES:
            return Source(P.TYPED, node)
        cell = cell_of(node, self.ctx)
        if cell is None:
            return Source(P.UNKNOWN, node)
        written = reaching_writes(cell, node, self.ctx)
        found = [self.write(write, rest, node, depth) for write, rest in written.found]
        if written.parameter is not None:
            found.append(self.parameter(written.parameter, node, depth))
        if not written.complete or not found:
            found.append(Source(P.UNKNOWN, node))
        # What a list or a dictionary has been given since it was made.
        if isinstance(node, ast.Name) and any(_is_container(write.value) for write, _ in written.found):
            found += [self.write(write, rest, node, depth) for write, rest in self.added(node)]
        return worst(node, found)

    def added(self, node: ast.Name) -> list[tuple[Write, Parts]]:
        from readlint.api import ELEMENT

        cell = cell_of(node, self.ctx)
        found = writes(cell._replace(parts=(ELEMENT,)), self.ctx).found if cell is not None else ()
        return [(write, ()) for write, rest in found if not rest and write.value is not None]

    def write(self, write: Write, rest: Parts, node: ast.expr, depth: int) -> Source:
        made = write.node
        if made in self.open:
            return Source(P.CONST, node)  # a loop adds nothing that is not there already
        self.open.add(made)
        try:
            return self._write(write, rest, node, depth)
        finally:
            self.open.discard(made)

    def _write(self, write: Write, rest: Parts, node: ast.expr, depth: int) -> Source:
        made = write.node
        if isinstance(made, ast.AugAssign):
            return self.augmented(made, depth)
        if isinstance(made, ast.arg):
            return self.parameter(made, node, depth)
        if isinstance(made, (ast.Import, ast.ImportFrom)):
            name = self.ctx.qualified_name(node) or ""
            is_constant = isinstance(node, ast.Name) and _is_capital(node.id)
            return Source(P.CONST, node) if is_constant else Source(P.UNKNOWN, node, (Question(CONSTANT, name),))
        if isinstance(made, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.returned(node, made, depth)  # a property, read as an attribute
        if isinstance(made, (ast.For, ast.AsyncFor, ast.comprehension)):
            return self.element(made.iter, rest[1:], node, depth)
        if isinstance(made, ast.withitem):
            return Source(P.UNKNOWN, node)
        declared = annotated_class(made.annotation, self.ctx) if isinstance(made, ast.AnnAssign) else None
        if self.trust.annotations and declared in table.NUMBER_CLASSES:
            return Source(P.SAFE_NUM, node)
        if write.value is None:
            return Source(P.UNKNOWN, node)
        return self.unpacked(write.value, rest, depth)

    def augmented(self, made: ast.AugAssign, depth: int) -> Source:
        if not isinstance(made.op, (ast.Add, ast.Mod)):
            return Source(P.SAFE_NUM, made)
        before = self.of(made.target, depth - 1) if isinstance(made.target, (ast.Name, ast.Attribute)) else None
        return worst(made.value, [self.of(made.value, depth - 1), *([before] if before else [])])

    def unpacked(self, value: ast.expr, rest: Parts, depth: int) -> Source:
        if rest and isinstance(value, (ast.Tuple, ast.List)) and rest[0].kind == "index":
            index = rest[0].key
            if isinstance(index, int) and index < len(value.elts):
                return self.unpacked(value.elts[index], rest[1:], depth)
        found = self.of(value, depth - 1)
        return found if not rest or found.provenance.is_safe else Source(max(found.provenance, P.UNKNOWN), found.node)

    def element(self, items: ast.expr, rest: Parts, node: ast.expr, depth: int) -> Source:
        """What a loop over something gives."""
        if isinstance(items, ast.Call):
            name = self.ctx.qualified_name(items.func) or ""
            if name == "range" or (name == "enumerate" and rest[:1] and rest[0].key == 0):
                return Source(P.SAFE_NUM, node)
            if name == "enumerate" and items.args:
                return self.element(items.args[0], rest[1:], node, depth)
            if name == "zip" and rest and isinstance(rest[0].key, int) and rest[0].key < len(items.args):
                return self.element(items.args[rest[0].key], rest[1:], node, depth)
            if isinstance(items.func, ast.Attribute) and items.func.attr in ("items", "keys", "values"):
                return self.of_mapping(items.func, rest, node, depth)
            if isinstance(items.func, ast.Attribute) and items.func.attr in table.FETCHING:
                return Source(P.UNKNOWN, items)
        if isinstance(items, (ast.Tuple, ast.List)) and rest:
            return worst(node, [self.unpacked(element, rest, depth) for element in items.elts])
        if isinstance(items, ast.Dict):
            return self.worst(node, [key for key in items.keys if key is not None], depth)
        found = self.of(items, depth - 1)
        if found.provenance.is_safe and isinstance(found.node, ast.Call) and found.provenance is P.PLACEHOLDER_LIST:
            return Source(P.CONST, node)
        return found

    def of_mapping(self, function: ast.Attribute, rest: Parts, node: ast.expr, depth: int) -> Source:
        held: ast.expr = function.value
        cell = cell_of(held, self.ctx) if isinstance(held, (ast.Name, ast.Attribute)) else None
        if cell is not None:
            found = [w.value for w, r in reaching_writes(cell, held, self.ctx).found if w.value is not None and not r]
            held = found[0] if len(found) == 1 and isinstance(found[0], ast.Dict) else held
        if isinstance(held, ast.Dict):
            wants_keys = function.attr == "keys" or (function.attr == "items" and rest[:1] and rest[0].key == 0)
            wanted = [key for key in held.keys if key is not None] if wants_keys else held.values
            return worst(node, [self.of(part, depth - 1) for part in wanted])
        return self.of(held, depth - 1)

    # Parameters

    def parameter(self, made: ast.arg, node: ast.expr, depth: int) -> Source:
        function = self.ctx.parent(self.ctx.parent(made) or made)
        if self.trust.annotations and is_harmless(made.annotation, self.ctx):
            return Source(P.SAFE_NUM, node)
        if made.annotation is not None and is_choice(made.annotation):
            return Source(P.ALLOWLISTED, node)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Source(P.PARAM, made)
        if is_number_in_path(function, made):
            return Source(P.SAFE_NUM, node)
        if has_pattern(default_of(function, made.arg)):
            return Source(P.ALLOWLISTED, node)
        if function.name == "_":
            return Source(P.UNKNOWN, node)  # a cell of a notebook: what other cells give it
        calls = self.callers(function)
        given = [_argument(call, made.arg, function) for call in calls or ()]
        if calls and all(value is not None for value in given) and function not in self.open:
            self.open.add(function)
            found = worst(node, [self.of(value, depth - 1) for value in given if value is not None])
            self.open.discard(function)
            return found
        question = question_about(made.annotation, "", self.ctx) if self.trust.annotations else None
        questions = (question,) if question is not None else ()
        if is_of_handler(function, made):
            return Source(P.REQUEST, made, questions)
        return self.sent_by_caller(function, made, depth) or Source(P.PARAM, made, questions)

    def sent_by_caller(self, function: Function, made: ast.arg, depth: int) -> Source | None:
        """What a client sends and a view of the same file hands on."""
        if function in self.open:
            return None
        self.open.add(function)
        given = [_argument(call, made.arg, function) for call in self.ctx.once(_Calls).resolved(function)]
        found = [self.of(value, depth - 1) for value in given if value is not None]
        self.open.discard(function)
        return next((one for one in found if one.provenance is P.REQUEST), None)

    def callers(self, function: Function) -> list[ast.Call] | None:
        """All calls of a function that only this file calls; None if there may be others."""
        owner = self.ctx.parent(function)
        is_nested = isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef))
        is_private = function.name.startswith("_") and not function.name.endswith("__")
        decorators = {last_name(one) for one in function.decorator_list}
        if not decorators <= {"classmethod", "staticmethod"} or not (is_nested or is_private):
            return None
        return self.ctx.once(_Calls).of(function)


class _Calls:
    """The calls of one file by the name of what is called, and the functions that are also handed on."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.calls: dict[str, list[ast.Call]] = {}
        self.named: dict[str, int] = {}
        self.leading: dict[Function, list[ast.Call]] = {}
        for node in ctx.nodes_of(ast.Call, ast.Name, ast.Attribute):
            if isinstance(node, ast.Call):
                self.calls.setdefault(last_name(node.func) or "", []).append(node)
            elif isinstance(node, (ast.Name, ast.Attribute)):
                name = last_name(node) or ""
                self.named[name] = self.named.get(name, 0) + 1

    def of(self, function: Function) -> list[ast.Call] | None:
        calls = self.calls.get(function.name, [])
        return calls if calls and len(calls) == self.named.get(function.name, 0) else None

    def resolved(self, function: Function) -> list[ast.Call]:
        """The calls that are known to lead to a function."""
        if function not in self.leading:
            calls = self.calls.get(function.name, [])
            self.leading[function] = [call for call in calls if called_function(call, self.ctx) is function]
        return self.leading[function]


def worst(node: ast.expr, found: list[Source]) -> Source:
    """The most dangerous of several. All questions must be answered well for the whole to be harmless."""
    if not found:
        return Source(P.CONST, node)
    chosen = max(found, key=lambda one: (one.provenance, not one.questions))
    unsafe = [one for one in found if not one.provenance.is_safe]
    if chosen.provenance.is_safe or not all(one.questions for one in unsafe):
        certain = [one for one in unsafe if not one.questions and one.provenance is chosen.provenance]
        return (certain[0] if certain else chosen)._replace(questions=())
    return chosen._replace(questions=tuple(dict.fromkeys(q for one in unsafe for q in one.questions)))


def _argument(call: ast.Call, name: str, function: Function) -> ast.expr | None:
    args = function.args
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords):
        return None
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    defaults = dict(zip(reversed(names), reversed(args.defaults), strict=False))
    defaults |= {arg.arg: d for arg, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}
    if names[:1] in (["self"], ["cls"]) and isinstance(call.func, ast.Attribute):
        names = names[1:]
    given = dict(zip(names, call.args, strict=False)) | {k.arg: k.value for k in call.keywords if k.arg}
    return given.get(name, defaults.get(name))


def disarms_quotes(call: ast.Call) -> bool:
    """`text.replace("'", "''")`, and `text.replace("'", "")`"""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("replace", "translate"):
        return False
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    if len(texts) != 2 or texts[0] not in ("'", '"', "`", "\\", "]") or not isinstance(texts[1], str):
        return False
    return len(texts[1]) == 2 or (texts[0] == "'" and "'" not in texts[1])


def _is_capital(name: str) -> bool:
    """`TABLE`, `_TABLE_NAME`, but not `T`: a constant by its spelling."""
    return name.isupper() and len(name.strip("_")) > 1


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _is_container(value: ast.expr | None) -> bool:
    return isinstance(value, (ast.List, ast.Set, ast.Dict, ast.ListComp))


def _is_question(name: str) -> bool:
    """Whether a name may be something of the project's own."""
    root = name.partition(".")[0]
    return "." in name and root not in table.LIBRARIES
