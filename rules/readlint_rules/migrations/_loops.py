"""What the variables of a revision's loops, and the parameters of its functions, stand for."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator, Mapping, Sequence

from readlint.api import UNKNOWN, Context
from readlint_rules.migrations._alembic_sql import assigned
from readlint_rules.migrations._expressions import arguments, bound, last, resolved, value

_MOST = 40  # turns of a loop that are gone through; what a longer one does is read once, without its values
_MOST_WITHIN = 400  # turns of loops within loops
_ORDERED = frozenset({"list", "tuple", "set", "sorted", "reversed"})


class Loops:
    """Knows which turn of its loops a revision is in."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.turn = 0  # of all loops and functions around; not 0 where the same calls were gone through before
        self._around = 1  # turns of all loops around, multiplied
        self._entered: dict[ast.FunctionDef, int] = {}

    def turns(self, loop: ast.For) -> Iterator[None]:
        """Go through the body each time that this gives one."""
        outer, names = self.turn, _names(loop.target)
        around = {name: known for name, known in self.ctx.once(bound).items() if name not in names}
        items = self._items(loop.iter)
        values = [self._given(loop.target, item) for item in items or ()]
        is_few = len(values) <= _MOST and self._around * len(values) <= _MOST_WITHIN
        turns = values if (any(values) and is_few) or items == [] else [{}]
        self._around *= max(len(turns), 1)
        for number, given in enumerate(turns):
            self.turn = outer * _MOST + number
            with self._standing({**around, **given}):
                yield
        self._around //= max(len(turns), 1)
        self.turn = outer

    @contextlib.contextmanager
    def called(self, function: ast.FunctionDef, call: ast.Call | None) -> Iterator[None]:
        """Its parameters stand for what it is called with, and nothing else does for anything."""
        outer, before = self.turn, self._entered.get(function, 0)
        self._entered[function] = before + 1
        self.turn = outer * _MOST + before
        with self._standing(self._parameters(function, call)):
            yield
        self.turn = outer

    def _parameters(self, function: ast.FunctionDef, call: ast.Call | None) -> dict[str, ast.expr]:
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        defaults = function.args.defaults
        given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
        given |= arguments(call, names) if call is not None else {}
        found = {name: self._frozen(one) for name, one in given.items()}
        return {name: one for name, one in found.items() if one is not None}

    @contextlib.contextmanager
    def _standing(self, known: Mapping[str, ast.expr]) -> Iterator[None]:
        now = self.ctx.once(bound)
        before = dict(now)
        now.clear()
        now.update(known)
        try:
            yield
        finally:
            now.clear()
            now.update(before)

    def _given(self, target: ast.expr, item: ast.expr) -> dict[str, ast.expr]:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts = _parts(item)
            if len(parts) != len(target.elts):
                return {}
            pairs = zip(target.elts, parts, strict=True)
            return {name: known for one, part in pairs for name, known in self._given(one, part).items()}
        known = self._frozen(item) if isinstance(target, ast.Name) else None
        return {last(target): known} if known is not None else {}

    def _frozen(self, node: ast.expr) -> ast.expr | None:
        """What does not depend on any other name."""
        found = value(node, self.ctx)
        if found is not UNKNOWN:
            return ast.copy_location(ast.Constant(found), node)
        is_column = isinstance(node, ast.Call) and last(node.func) == "Column"
        return node if is_column else None

    def _items(self, node: ast.expr) -> Sequence[ast.expr] | None:
        """What a loop goes through; None if that is not known, as of a list that is empty at first."""
        if isinstance(node, ast.Name):
            found = self._held(node)
            return None if isinstance(found, ast.Name) else self._items(found)
        if isinstance(node, ast.Call):
            return self._items_of_call(node)
        parts = node.keys if isinstance(node, ast.Dict) else _parts(node)
        is_open = not parts or any(one is None or isinstance(one, ast.Starred) for one in parts)
        return None if is_open else parts  # type: ignore[return-value]

    def _held(self, node: ast.expr) -> ast.expr:
        """What a name stands for."""
        known = resolved(node, self.ctx)
        if known is node and isinstance(node, ast.Name):
            known = assigned(node, self.ctx)
        return known or node

    def _items_of_call(self, call: ast.Call) -> Sequence[ast.expr] | None:
        function = call.func
        if isinstance(function, ast.Name) and function.id in _ORDERED and len(call.args) == 1:
            return self._items(call.args[0])
        if not isinstance(function, ast.Attribute):
            return None
        held = self._held(function.value)
        if function.attr == "split" and len(call.args) == 1:
            text, mark = value(held, self.ctx), value(call.args[0], self.ctx)
            is_text = isinstance(text, str) and isinstance(mark, str) and mark
            return [ast.Constant(part) for part in text.split(mark) if part.strip()] if is_text else None
        if not isinstance(held, ast.Dict) or not held.keys or None in held.keys:
            return None
        if function.attr == "items":
            return [ast.Tuple([key, one]) for key, one in zip(held.keys, held.values, strict=True) if key is not None]
        return {"keys": self._items(held), "values": held.values}.get(function.attr)


def _parts(node: ast.expr) -> Sequence[ast.expr]:
    if isinstance(node, ast.Constant) and isinstance(node.value, tuple):
        return [ast.copy_location(ast.Constant(one), node) for one in node.value]
    return node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else []


def _names(target: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
