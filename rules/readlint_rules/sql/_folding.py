"""Folding the expression that builds a query into text and holes, one skeleton for each way through it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from readlint.api import (
    ELEMENT,
    Cell,
    Context,
    Parts,
    Write,
    called_function,
    cell_of,
    last_name,
    parameters,
    reaching_writes,
    statements,
    writes,
)
from readlint_rules.sql import _sources as table
from readlint_rules.sql._guards import is_checked
from readlint_rules.sql._model import Hole, Piece, Skeleton, Text
from readlint_rules.sql._provenance import disarms_quotes
from readlint_rules.sql._templates import format_pieces, percent_pieces, replace_pieces, template_pieces

_MOST = 8  # skeletons kept of one query; those with the most holes
_LONGEST = 400  # pieces
_BUDGET = 400  # expressions looked at for one query
_CALLS = 2  # functions of the file entered, one inside of the other

_SAME = frozenset({"strip", "lstrip", "rstrip", "encode", "expandtabs"})
_SAME_FUNCTIONS = frozenset({"textwrap.dedent", "inspect.cleandoc", "str", "textwrap.indent", "sqlparse.format"})
_TEMPLATES = frozenset({"string.Template"})
_TEMPLATE_STRING = getattr(ast, "TemplateStr", ())  # new in 3.14

Skeletons = list[Skeleton]


class Env:
    """What the parameters of a function are in the call that is followed."""

    def __init__(self, given: dict[str, ast.expr], function: ast.AST, outer: Env | None) -> None:
        self.given = given
        self.function = function
        self.outer = outer


def skeletons(query: ast.expr, ctx: Context) -> Skeletons:
    """All texts that the expression can be; empty if it is no text."""
    return _Folder(ctx).fold(query, None)


class _Folder:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.budget = _BUDGET
        self.open: set[ast.AST] = set()  # writes being folded: a loop comes round to them again
        self.calls = 0
        self.cuts = 0
        self.known: dict[tuple[ast.AST, Env | None], Skeletons] = {}

    def fold(self, node: ast.expr, env: Env | None) -> Skeletons:
        self.budget -= 1
        if self.budget < 0:
            return [whole(node)]
        if isinstance(node, ast.Constant):
            return _constant(node)
        if isinstance(node, ast.JoinedStr):
            return self.product([self.joined(part, env) for part in node.values])
        if isinstance(node, ast.BinOp):
            return self.operation(node, env)
        if isinstance(node, ast.IfExp):
            way = self.decided(node.test, env)
            ways = [node.body, node.orelse] if way is None else [node.body if way else node.orelse]
            return union(*(self.fold(one, env) for one in ways))
        if isinstance(node, ast.BoolOp):
            return union(*(self.fold(value, env) for value in node.values))
        if isinstance(node, (ast.NamedExpr, ast.Await)):
            return self.fold(node.value, env)
        if isinstance(node, ast.Call):
            return self.call(node, env)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.read(node, env)
        return [] if isinstance(node, _TEMPLATE_STRING) else [whole(node)]

    def joined(self, part: ast.expr, env: Env | None) -> Skeletons:
        if not isinstance(part, ast.FormattedValue):
            return _constant(part) if isinstance(part, ast.Constant) else [whole(part)]
        conversion = chr(part.conversion) if part.conversion > 0 else ""
        spec = "".join(str(p.value) if isinstance(p, ast.Constant) else "?" for p in _spec(part))
        hole = Hole(part.value, part, "fstring", conversion=conversion, spec=spec)
        return [Skeleton((hole,))] if conversion or spec else self.put_in(hole, env)

    def put_in(self, hole: Hole, env: Env | None) -> Skeletons:
        """A hole, or the text that is known to fill it."""
        found = self.fold(hole.node, env)
        if not found:
            return [Skeleton((hole,))]
        return [s._replace(pieces=(self._outside(s.pieces[0], hole),)) if _is_hole(s) else s for s in found]

    def _outside(self, piece: Piece, hole: Hole) -> Hole:
        """The hole as the text has it. Only a parameter of a helper gives way to what the caller gives for it."""
        assert isinstance(piece, Hole)
        return hole._replace(node=piece.node, many=piece.many or hole.many) if piece.form == "whole" else hole

    # Operators

    def operation(self, node: ast.BinOp, env: Env | None) -> Skeletons:
        if isinstance(node.op, ast.Add):
            # A chain of `+` is nested in the tree as deeply as it is long.
            parts: list[tuple[ast.expr, ast.BinOp]] = []
            left: ast.expr = node
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                parts.append((left.right, left))
                left = left.left
            parts.append((left, parts[-1][1]))
            return self.product([self.added(part, at, env) for part, at in reversed(parts)])
        if isinstance(node.op, ast.Mod):
            return self.formatted(self.fold(node.left, env), node, env)
        return [whole(node)]

    def added(self, part: ast.expr, at: ast.AST, env: Env | None) -> Skeletons:
        return self.put_in(Hole(part, at, "concat"), env)

    def formatted(self, templates: Skeletons, node: ast.BinOp, env: Env | None) -> Skeletons:
        """`template % values`"""
        found: Skeletons = []
        for template in templates:
            pieces = percent_pieces(template.pieces, node)
            if pieces is None:
                found.append(whole(node))
            else:
                found += self.filled(template, pieces, env)
        return cover(found)

    def filled(self, template: Skeleton, pieces: Sequence[Piece], env: Env | None) -> Skeletons:
        """A template whose slots are holes now; those that are filled with known text become text."""
        parts: list[Skeletons] = []
        for piece in pieces:
            is_new = isinstance(piece, Hole) and piece not in template.pieces
            if isinstance(piece, Hole) and is_new and not piece.spec and not piece.conversion:
                parts.append(self.put_in(piece, env))
            else:
                parts.append([Skeleton((piece,))])
        kept = Skeleton((), template.steps, template.crosses)
        return self.product([[kept], *parts])

    # Calls

    def call(self, node: ast.Call, env: Env | None) -> Skeletons:
        name = self.ctx.qualified_name(node.func)
        if name in _SAME_FUNCTIONS and node.args:
            inner = self.fold(node.args[0], env)
            return inner if any(not _is_hole(one) for one in inner) else [whole(node)]
        if isinstance(node.func, ast.Attribute):
            found = self.method(node, node.func, env)
            if found is not None:
                return found
        return self.function(node, env)

    def method(self, node: ast.Call, function: ast.Attribute, env: Env | None) -> Skeletons | None:
        method, receiver = function.attr, function.value
        if method == "join" and len(node.args) == 1:
            return self.join(node, receiver, node.args[0], env)
        if method in ("substitute", "safe_substitute"):
            return self.substituted(node, receiver, env)
        if method not in _SAME and method not in ("format", "format_map", "replace", "lower", "upper"):
            return None
        inner = self.fold(receiver, env)
        if not inner or all(_is_hole(one) for one in inner):
            return [whole(node)]
        if method in _SAME or (method in ("lower", "upper") and all(one.is_constant for one in inner)):
            return inner
        if method == "format":
            return self.slots(inner, format_pieces, node, env)
        if disarms_quotes(node):
            return [whole(node)]  # what is in it is harmless now
        if method == "replace" and len(node.args) == 2:
            return self.slots(inner, replace_pieces, node, env)
        return [whole(node)]

    def slots(self, templates: Skeletons, fill: object, node: ast.Call, env: Env | None) -> Skeletons:
        found: Skeletons = []
        for template in templates:
            pieces = fill(template.pieces, node)  # type: ignore[operator]  # one of the three of `_templates`
            found += [whole(node)] if pieces is None else self.filled(template, pieces, env)
        return cover(found)

    def substituted(self, node: ast.Call, receiver: ast.expr, env: Env | None) -> Skeletons:
        """`Template("... $name").substitute(name=value)`"""
        made = receiver
        if isinstance(receiver, (ast.Name, ast.Attribute)):
            values = self.written(receiver)
            made = values[0] if len(values) == 1 else receiver
        is_template = isinstance(made, ast.Call) and self.ctx.qualified_name(made.func) in _TEMPLATES
        if not is_template or not isinstance(made, ast.Call) or not made.args:
            return [whole(node)]
        return self.slots(self.fold(made.args[0], env), template_pieces, node, env)

    def written(self, read: ast.expr) -> list[ast.expr]:
        cell = cell_of(read, self.ctx)
        found = reaching_writes(cell, read, self.ctx).found if cell is not None else ()
        return [write.value for write, rest in found if write.value is not None and not rest]

    def function(self, node: ast.Call, env: Env | None) -> Skeletons:
        """What a function of this file returns, with the caller's arguments for its parameters."""
        function = called_function(node, self.ctx) if self.calls < _CALLS else None
        if table.QUOTING.search(last_name(node.func) or ""):
            return [whole(node)]
        if function is None or function in self.open or any(isinstance(a, ast.Starred) for a in node.args):
            return [whole(node)]
        inner = Env(_given(node, function), function, env)
        self.open.add(function)
        self.calls += 1
        returned = [function.body] if isinstance(function, ast.Lambda) else self.returned(function, inner)
        found = union(*(self.fold(value, inner) for value in returned))
        self.calls -= 1
        self.open.discard(function)
        if not found or all(_is_hole(one) for one in found):
            return [whole(node)]
        return [one._replace(crosses=True) for one in found]

    def returned(self, function: ast.AST, env: Env) -> list[ast.expr]:
        """What a function returns, going by the constants that it is given."""
        made = [n for n in statements(function, own=True) if isinstance(n, ast.Return)]
        return [one.value for one in made if one.value is not None and self.is_reached(one, env)]

    def is_reached(self, made: ast.stmt, env: Env) -> bool:
        """Whether no constant that is given takes another way: `if not quoted: return f"{key} = :{key}"`"""
        at: ast.AST = made
        while at is not env.function:
            owner = self.ctx.parent(at)
            for suite in (getattr(owner, "body", []), getattr(owner, "orelse", [])):
                if at not in suite:
                    continue
                if isinstance(owner, ast.If) and self.taken(owner, env) not in (None, suite):
                    return False
                if any(self.leaves(before, env) for before in suite[: suite.index(at)]):
                    return False
            if owner is None:
                break
            at = owner
        return True

    def taken(self, choice: ast.If, env: Env) -> list[ast.stmt] | None:
        way = self.decided(choice.test, env)
        return None if way is None else choice.body if way else choice.orelse

    def leaves(self, statement: ast.stmt, env: Env) -> bool:
        taken = self.taken(statement, env) if isinstance(statement, ast.If) else None
        return bool(taken and isinstance(taken[-1], (ast.Return, ast.Raise)))

    def decided(self, test: ast.expr, env: Env | None) -> bool | None:
        """Whether a condition holds, where it is a parameter that is given a constant."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.decided(test.operand, env)
            return None if inner is None else not inner
        given = self.argument(test, env)
        return bool(given.value) if isinstance(given, ast.Constant) else None

    # Joins

    def join(self, node: ast.Call, separator: ast.expr, items: ast.expr, env: Env | None) -> Skeletons:
        between = self.fold(separator, env)
        parts = self.items(items, node, env)
        is_alone = len(parts) == 1  # of a kind: `f" {operator} ".join(f"{key} = '{value}'" for key, value in ...)`
        if not is_alone and (len(between) != 1 or not between[0].is_constant):
            return [whole(node)]
        if not parts:
            return [Skeleton((Hole(node, node, "join", many=True),))]
        woven: list[Skeletons] = []
        for number, part in enumerate(parts):
            woven += [between, part] if number else [part]
        return self.product(woven)

    def items(self, items: ast.expr, join: ast.Call, env: Env | None) -> list[Skeletons]:
        """The texts that are joined, as far as they are known; one for each of a kind."""
        if isinstance(items, (ast.List, ast.Tuple)):
            starred = any(isinstance(element, ast.Starred) for element in items.elts)
            return [] if starred else [self.put_in(Hole(e, join, "join"), env) for e in items.elts]
        if isinstance(items, (ast.ListComp, ast.GeneratorExp)):
            found = self.fold(items.elt, env)
            is_text = any(not _is_hole(one) and not one.is_constant for one in found)
            return [[_many(one) for one in found]] if is_text else []
        if isinstance(items, ast.BinOp) and isinstance(items.op, ast.Add):
            left, right = self.items(items.left, join, env), self.items(items.right, join, env)
            return [*left, *right] if left and right else []
        if isinstance(items, (ast.Name, ast.Attribute)):
            return self.listed(items, join, env)
        return []

    def listed(self, items: ast.Name | ast.Attribute, join: ast.Call, env: Env | None) -> list[Skeletons]:
        """The elements of a list that is made in one place and added to in others, in the order of the lines."""
        cell = cell_of(items, self.ctx)
        if cell is None or cell.parts or items in self.open:
            return []
        base = reaching_writes(cell, items, self.ctx)
        if base.parameter is not None:
            return []
        added = writes(cell._replace(parts=(ELEMENT,)), self.ctx).found
        self.open.add(items)
        found: list[tuple[int, Skeletons]] = []
        for write, rest in sorted(added, key=lambda one: getattr(one[0].node, "lineno", 0)):
            elements = self.elements(write, rest, join, env)
            if elements is None:
                found = []
                break
            found += [(0, [one._replace(steps=(*one.steps, write.node)) for one in each]) for each in elements]
        self.open.discard(items)
        return [each for _, each in found]

    def elements(self, write: Write, rest: Parts, join: ast.Call, env: Env | None) -> list[Skeletons] | None:
        """What one statement puts into a list; None if that is not known."""
        value = write.node.value if isinstance(write.node, ast.AugAssign) else write.value
        if value is None:
            return None
        while rest and rest[0].kind == "index" and isinstance(value, (ast.List, ast.Tuple)):  # `names, kinds = [], []`
            key = rest[0].key
            starred = any(isinstance(element, ast.Starred) for element in value.elts)
            if starred or not isinstance(key, int) or key not in range(len(value.elts)):
                return None
            value, rest = value.elts[key], rest[1:]
        if not rest and not isinstance(write.node, ast.AugAssign):
            return [self.put_in(Hole(value, join, "join"), env)]
        if isinstance(value, (ast.List, ast.Tuple)) and not value.elts:
            return []
        return self.items(value, join, env) or None

    # Variables

    def read(self, node: ast.Name | ast.Attribute, env: Env | None) -> Skeletons:
        given = self.argument(node, env)
        if given is not None:
            found = self.fold(given, env.outer if env else None)
            # What the helper has checked is its own parameter: nobody checks it where the call stands.
            is_proven = bool(found) and all(_is_hole(one) for one in found) and is_checked(node, self.ctx)
            return [whole(node)] if is_proven else found
        cell = cell_of(node, self.ctx)
        if cell is None or cell.parts:
            return [whole(node)]
        return self.cell(cell, node, node, env)

    def argument(self, node: ast.expr, env: Env | None) -> ast.expr | None:
        if env is None or not isinstance(node, ast.Name) or node.id not in env.given:
            return None
        scope = self.ctx.scope(node).lookup(node.id)
        alone = scope is not None and scope.node is env.function and len(scope.bindings[node.id]) == 1
        return env.given[node.id] if alone else None

    def cell(self, cell: Cell, at: ast.expr, read: ast.expr, env: Env | None) -> Skeletons:
        """What a variable or an attribute holds where it is read."""
        written = reaching_writes(cell, at, self.ctx)
        is_outer = isinstance(cell.owner, (ast.ClassDef, ast.Module)) and not self._is_at_hand(cell, read)
        if not written.complete or (not written.found and written.parameter is None):
            return [whole(read)]
        found: Skeletons = []
        for write, rest in written.found:
            found += self.write(write, rest, cell, read, env, is_outer)
        if written.parameter is not None:
            found.append(whole(read))
        if all(_is_hole(one) for one in found):
            return [whole(read)] if found or not self.open else []
        return cover(found)

    def _is_at_hand(self, cell: Cell, read: ast.expr) -> bool:
        """A variable of the module, read by the module's own statements."""
        return cell.owner is self.ctx.scope(read).node

    def write(
        self, write: Write, rest: Parts, cell: Cell, read: ast.expr, env: Env | None, is_outer: bool
    ) -> Skeletons:
        found = self.written_by(write, rest, cell, read, env, is_outer)
        return [
            whole(read) if _is_hole(one) else Skeleton(one.pieces, (*one.steps, write.node), one.crosses or is_outer)
            for one in found
        ]

    def written_by(
        self, write: Write, rest: Parts, cell: Cell, read: ast.expr, env: Env | None, is_outer: bool
    ) -> Skeletons:
        """What one statement gives a variable. It is asked again in every branch that follows, so it is kept."""
        key = (write.node, env)
        if write.node in self.open:
            self.cuts += 1
            return []  # a loop: what it adds is there once already
        if key in self.known:
            return self.known[key]
        cuts = self.cuts
        self.open.add(write.node)
        if isinstance(write.node, ast.AugAssign):
            is_unordered = is_outer and isinstance(cell.owner, ast.ClassDef)  # nobody knows which method runs first
            found = [whole(read)] if is_unordered else self.augmented(write.node, cell, env)
        elif rest or write.value is None or write.how == "unclear":
            found = [whole(read)]
        else:
            found = self.fold(write.value, env)
        self.open.discard(write.node)
        if cuts == self.cuts and not rest:
            self.known[key] = found
        return found

    def augmented(self, node: ast.AugAssign, cell: Cell, env: Env | None) -> Skeletons:
        before = self.cell(cell, node.target, node.target, env)
        if isinstance(node.op, ast.Add):
            return self.product([before, self.added(node.value, node, env)])
        if isinstance(node.op, ast.Mod):
            operation = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
            return self.formatted(before, operation, env)
        return [whole(node.target)]

    # Putting together

    def product(self, parts: list[Skeletons]) -> Skeletons:
        """All ways to put one of each together."""
        found = [Skeleton(())]
        for part in parts:
            found = cover([_and(first, second) for first in found for second in part])
        return found


def whole(node: ast.expr) -> Skeleton:
    """An expression of which nothing is known but that it is there."""
    return Skeleton((Hole(node, node, "whole"),))


def union(*sets: Iterable[Skeleton]) -> Skeletons:
    return cover([one for each in sets for one in each])


def cover(found: Skeletons) -> Skeletons:
    """As few of many as have all the holes, the fullest first."""
    found = list(dict.fromkeys(found))
    if len(found) <= _MOST:
        return found
    kept: Skeletons = []
    seen: set[ast.AST] = set()
    for one in sorted(found, key=lambda one: -len(one.holes)):
        new = {hole.node for hole in one.holes} - seen
        if new or not kept:
            kept.append(one)
            seen |= new
    return kept[:_MOST]


def _and(first: Skeleton, second: Skeleton) -> Skeleton:
    if len(first.pieces) > _LONGEST:
        return first
    steps = (*first.steps, *(step for step in second.steps if step not in first.steps))
    return Skeleton(first.pieces + second.pieces, steps, first.crosses or second.crosses)


def _constant(node: ast.Constant) -> Skeletons:
    if isinstance(node.value, str):
        return [Skeleton((Text(node.value, node, 0, len(node.value)),))] if node.value else [Skeleton(())]
    if isinstance(node.value, (bool, int, float)):
        return [Skeleton((Text(str(node.value), node),))]
    return []


def _is_hole(one: Skeleton) -> bool:
    return len(one.pieces) == 1 and isinstance(one.pieces[0], Hole)


def _many(one: Skeleton) -> Skeleton:
    return one._replace(pieces=tuple(p._replace(many=True) if isinstance(p, Hole) else p for p in one.pieces))


def _spec(part: ast.FormattedValue) -> list[ast.expr]:
    return part.format_spec.values if isinstance(part.format_spec, ast.JoinedStr) else []


def _given(call: ast.Call, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> dict[str, ast.expr]:
    """The arguments by the names of the parameters, constant defaults included."""
    args = function.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    defaults = dict(zip(reversed(names), reversed(args.defaults), strict=False))
    defaults |= {a.arg: d for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d is not None}
    given: dict[str, ast.expr] = {n: value for n, value in defaults.items() if isinstance(value, ast.Constant)}
    if any(keyword.arg is None for keyword in call.keywords):
        given = {}  # `**options` may give any of them
    if names[:1] in (["self"], ["cls"]) and isinstance(call.func, ast.Attribute):
        names = names[1:]
    given |= dict(zip(names, call.args, strict=False))
    known = {arg.arg for arg in parameters(function)}
    return given | {k.arg: k.value for k in call.keywords if k.arg in known and k.arg is not None}
