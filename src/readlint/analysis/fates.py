"""What becomes of the value of one expression: which parts of it the file looks at, and whether it leaves our sight.

`done = run(cmd)` followed by `log(done.stdout)` looks at `stdout` and at nothing else. `return done`, `check(done)` and
`self.done = done` hand the value on: what happens to it there is not known, and a rule must stay silent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readlint.analysis.cells import Cell
from readlint.analysis.context import Context
from readlint.analysis.tree import last_name
from readlint.analysis.values import Values

_BUDGET = 200  # places looked at for one answer
_DEPTH = 4  # methods called on what methods gave
_NONE_TESTS = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)
#: Calls that give back what they are given, by the callee's last name; the number is the argument's position.
_HANDING_BACK = {"closing": 0, "aclosing": 0, "cast": 1, "enter_context": 0, "enter_async_context": 0}


class Use(NamedTuple):
    """One way in which the file looks at a value.

    `kind`: `attribute` (value.name), `method` (value.name(...), `node` is the call, or the `await` of it), `part`
    (value["name"], value.get("name"), "name" in value, or the place of a name that it is unpacked into), `test` (its
    truth, or a comparison with anything but None), `with` (`with value:`), `iterated`, and `passed` (an argument of a
    call of that qualified name, which is also an escape).
    """

    kind: str
    name: str
    node: ast.AST


class Fate(NamedTuple):
    """All uses, unless `escapes`: then somebody out of sight has the value too. No use and no escape: it is dropped."""

    uses: tuple[Use, ...]
    escapes: bool

    @property
    def is_dropped(self) -> bool:
        return not self.escapes and all(use.kind == "with" for use in self.uses)

    def names(self, *kinds: str) -> frozenset[str]:
        """The names of all uses of these kinds."""
        return frozenset(use.name for use in self.uses if use.kind in kinds)

    def of(self, kind: str, *names: str) -> Iterator[Use]:
        return (use for use in self.uses if use.kind == kind and (not names or use.name in names))


def fate(node: ast.expr, ctx: Context) -> Fate:
    """What becomes of the value of an expression, or of a name that is bound here, on all ways that lead on from it."""
    search = _Search(ctx)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        writes = (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.withitem, ast.For, ast.AsyncFor)
        search.target(node, ctx.enclosing(node, *writes) or node)
    else:
        search.value(node)
    return Fate(tuple(search.uses), search.escapes)


def derived(found: Fate, ctx: Context, methods: Iterable[str], depth: int = _DEPTH) -> Iterator[Fate]:
    """The fate of a value, of its parts, and of what these methods (or functions of that name) make of it."""
    yield found
    renamed = [use for use in found.of("passed") if _called(use) in methods]
    following = [*found.of("method", *methods), *found.of("part"), *renamed] if depth else []
    for use in following:
        if isinstance(use.node, (ast.Call, ast.Await, ast.Subscript, ast.Name)):
            yield from derived(fate(use.node, ctx), ctx, methods, depth - 1)


def is_tested(found: Fate, parsers: Iterable[str] = ()) -> bool:
    """Whether the truth of a value decides something, or what is `in` it.

    `parsers` are functions, by qualified or last name, that raise for a value that they cannot read, or tell: handing
    it to one of them is a test as well.
    """
    if any(found.of("test")) or any(isinstance(use.node, ast.Compare) for use in found.of("part")):
        return True
    return any({use.name, _called(use)} & set(parsers) for use in found.of("passed"))


def _called(use: Use) -> str:
    return last_name(use.node.func) or "" if isinstance(use.node, ast.Call) else ""


class _Search:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.values = ctx.once(Values)
        self.uses: list[Use] = []
        self.escapes = False
        self.seen: set[ast.AST] = set()

    def use(self, kind: str, name: str, node: ast.AST) -> None:
        self.uses.append(Use(kind, name, node))

    def escape(self) -> None:
        self.escapes = True

    def value(self, node: ast.expr) -> None:
        """Look at what stands around an expression that gives the value."""
        if node in self.seen:
            return
        self.seen.add(node)
        parent = self.ctx.parent(node)
        if len(self.seen) > _BUDGET:
            self.escape()
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.withitem)):
            self.bound(node, parent)
        elif isinstance(parent, (ast.Attribute, ast.Subscript)):
            self.taken_apart(node, parent)
        elif isinstance(parent, (ast.BoolOp, ast.IfExp, ast.Await, ast.Expr)):
            self.passed_up(node, parent)
        elif isinstance(parent, ast.Compare):
            self.compared(node, parent)
        elif isinstance(parent, (ast.If, ast.While, ast.Assert, ast.UnaryOp)):
            self.use("test", "", parent)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            is_source = node is parent.iter
            self.use("iterated" if is_source else "test", "", parent)
        elif isinstance(parent, ast.Call):
            self.argument(node, parent)
        elif isinstance(parent, ast.Tuple):
            self.paired(node, parent)
        else:
            self.escape()

    def paired(self, node: ast.expr, values: ast.Tuple) -> None:
        """`name, key = answer["name"], answer["key"]`"""
        write = self.ctx.parent(values)
        target = write.targets[0] if isinstance(write, ast.Assign) and len(write.targets) == 1 else None
        names = target.elts if isinstance(target, ast.Tuple) and len(target.elts) == len(values.elts) else []
        if names and not any(isinstance(one, ast.Starred) for one in (*names, *values.elts)):
            self.target(names[values.elts.index(node)], write or values)
        else:
            self.escape()

    def argument(self, node: ast.expr, call: ast.Call) -> None:
        if self.is_handed_back(node, call):
            self.value(call)
        else:
            self.use("passed", self.ctx.qualified_name(call.func) or "", call)
            self.escape()

    def is_handed_back(self, node: ast.expr, call: ast.Call) -> bool:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        position = _HANDING_BACK.get(name, len(call.args))
        return position < len(call.args) and call.args[position] is node

    def passed_up(self, node: ast.expr, parent: ast.BoolOp | ast.IfExp | ast.Await | ast.Expr) -> None:
        if isinstance(parent, ast.IfExp) and node is parent.test:
            self.use("test", "", parent)
        elif isinstance(parent, ast.expr):
            if isinstance(parent, ast.BoolOp) and node is not parent.values[-1]:
                self.use("test", "", parent)
            self.value(parent)

    def taken_apart(self, node: ast.expr, parent: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(parent.ctx, ast.Load):
            if isinstance(parent, ast.Subscript) and node is not parent.value:
                self.escape()  # the key of something else
        elif isinstance(parent, ast.Subscript):
            key = parent.slice
            if node is parent.value and isinstance(key, ast.Constant):
                self.use("part", str(key.value), parent)
            else:
                self.escape()
        else:
            self.attribute(parent)

    def attribute(self, node: ast.Attribute) -> None:
        call = self.ctx.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node:
            self.use("attribute", node.attr, node)
            return
        key = call.args[0] if call.args else None
        if node.attr in ("get", "pop") and isinstance(key, ast.Constant):
            self.use("part", str(key.value), call)
        awaited = self.ctx.parent(call)
        self.use("method", node.attr, awaited if isinstance(awaited, ast.Await) else call)

    def compared(self, node: ast.expr, parent: ast.Compare) -> None:
        others = [side for side in (parent.left, *parent.comparators) if side is not node]
        with_none = all(isinstance(side, ast.Constant) and side.value is None for side in others)
        if with_none and isinstance(parent.ops[0], _NONE_TESTS):
            return  # `if response is not None` asks whether there is one, not how it went
        is_key = isinstance(parent.ops[0], (ast.In, ast.NotIn)) and isinstance(parent.left, ast.Constant)
        if is_key and len(others) == 1 and node is not parent.left:
            self.use("part", str(parent.left.value), parent)  # type: ignore[attr-defined]  # it is a constant
        else:
            self.use("test", "", parent)

    # Names

    def bound(self, node: ast.expr, parent: ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.withitem) -> None:
        if isinstance(parent, ast.NamedExpr):
            self.target(parent.target, parent)
            self.value(parent)
        elif isinstance(parent, ast.withitem):
            self.use("with", "", parent)
            if parent.optional_vars is not None:
                self.target(parent.optional_vars, parent)
        else:
            for target in parent.targets if isinstance(parent, ast.Assign) else (parent.target,):
                self.target(target, parent)

    def target(self, target: ast.expr, write: ast.AST) -> None:
        if isinstance(target, ast.Name):
            for load in self.loads(target, write):
                self.value(load)
        elif isinstance(target, (ast.Tuple, ast.List)) and all(isinstance(e, ast.Name) for e in target.elts):
            for number, element in enumerate(target.elts):
                if isinstance(element, ast.Name) and self.loads(element, write):
                    self.use("part", str(number), element)
        else:
            self.escape()

    def loads(self, target: ast.Name, write: ast.AST) -> list[ast.expr]:
        """The places that may read what this write puts into a name."""
        scope = self.ctx.scope(target).lookup(target.id)
        shared = any(target.id in {*s.global_names, *s.nonlocal_names} for s in self.ctx.rebinding_scopes)
        if scope is None or scope.is_class or shared:
            self.escape()
            return []
        cell = Cell(scope.node, target.id)
        read = self.values.uses(cell) or []
        return [load for load in read if self.reaches(write, cell, load)]

    def reaches(self, write: ast.AST, cell: Cell, load: ast.expr) -> bool:
        every = self.values.all_writes(cell).found
        if len(every) == 1:
            return every[0][0].node is write
        return any(made.node is write for made, _ in self.values.reaching_writes(cell, load).found)
