"""What an object was made by: the call of a class or of a factory, or an annotation that names its class.

`self.session.get(...)` means something else for a session of requests than for a cache. Where `origins` gives the
expressions that a value comes from, this also looks through `with ... as`, properties, helpers and annotations.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from readlint.analysis.cells import Cell, Write, access
from readlint.analysis.context import Context
from readlint.analysis.tree import FUNCTIONS, walk_own
from readlint.analysis.values import Values

_BUDGET = 60  # expressions looked at for one answer
_OPTIONAL = frozenset({"typing.Optional", "typing.Annotated", "typing.Final", "typing.ClassVar"})
_GENERATORS = frozenset({"typing.Iterator", "typing.AsyncIterator", "typing.Generator", "typing.AsyncGenerator"})
_PROPERTIES = frozenset({"property", "functools.cached_property", "django.utils.functional.cached_property"})


class Maker(NamedTuple):
    """`name` is the qualified name of what was called, or of the class in the annotation where `call` is None."""

    name: str
    call: ast.Call | None = None


def makers(node: ast.expr, ctx: Context) -> tuple[Maker, ...]:
    """Everything that may have made the value, `None` aside; nothing if some of it is not known."""
    search = _Search(ctx)
    search.value(node)
    return tuple(dict.fromkeys(search.found)) if search.known else ()


def returned_makers(function: ast.AST, ctx: Context) -> tuple[Maker, ...]:
    """What made the value that a function returns, or yields as a context manager."""
    search = _Search(ctx)
    search.returned(function)
    return tuple(dict.fromkeys(search.found)) if search.known else ()


def annotated_class(annotation: ast.expr | None, ctx: Context) -> str | None:
    """The qualified name of the class in `Session`, `"Session"`, `Session | None` and `Optional[Session]`."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _quoted(annotation, annotation.value, ctx)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [s for s in (annotation.left, annotation.right) if not _is_none(s)]
        return annotated_class(sides[0], ctx) if len(sides) == 1 else None
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        name = ctx.qualified_name(annotation.value) or ""
        wraps = name in _OPTIONAL or name.replace("collections.abc", "typing") in _GENERATORS
        return annotated_class(inner[0], ctx) if wraps and inner else None  # `tuple[()]` has none
    return ctx.qualified_name(annotation) if annotation is not None else None


def _quoted(place: ast.expr, text: str, ctx: Context) -> str | None:
    parts = text.replace("| None", "").strip().split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    base = ctx.names.of_name(parts[0], ctx.scope(place))
    return ".".join([base, *parts[1:]]) if base else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


class _Search:
    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.values = ctx.once(Values)
        self.found: list[Maker] = []
        self.known = True
        self.seen: set[ast.AST] = set()

    def lost(self) -> None:
        self.known = False

    def named(self, name: str | None, call: ast.Call | None = None) -> None:
        if name is None:
            return self.lost()
        return self.found.append(Maker(name, call))

    def value(self, node: ast.expr) -> None:
        if node in self.seen or not self.known or _is_none(node):
            return None
        self.seen.add(node)
        if len(self.seen) > _BUDGET:
            return self.lost()
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.value(node.value)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            for way in (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values:
                self.value(way)
            return None
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.read(node)
        return self.lost()

    def call(self, node: ast.Call) -> None:
        name = self.ctx.qualified_name(node.func)
        local = self.ctx.local_definition(name) if name else None
        if isinstance(local, FUNCTIONS):
            return self.returned(local)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("enter_context", "enter_async_context"):
            return self.value(node.args[0]) if node.args else self.lost()
        return self.named(name, node)

    def returned(self, function: ast.AST) -> None:
        """By its `return` statements: the calls there say more than an annotation, which has to do without them."""
        if function in self.seen or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return self.lost()
        self.seen.add(function)
        inside = list(walk_own(function))
        given = [n.value for n in inside if isinstance(n, (ast.Return, ast.Yield)) and n.value is not None]
        own = _Search(self.ctx)
        own.seen = self.seen
        for value in given:
            own.value(value)
        if own.known and own.found:
            return self.found.extend(own.found)
        return self.named(annotated_class(function.returns, self.ctx))

    def read(self, node: ast.Name | ast.Attribute) -> None:
        """A variable or an attribute of the object at hand; a name that is imported stands for itself."""
        beside = self._beside(node)
        if beside is not None:
            return self.value(beside)
        way = access(node)
        cell = self.values.cell(way) if way is not None else None
        if cell is None or cell.parts:
            return self.named(self.ctx.qualified_name(node))
        written = self.values.reaching_writes(cell, node)
        if written.parameter is not None:
            self.named(annotated_class(written.parameter.annotation, self.ctx))
        writes = [write for write, rest in written.found if rest == write.rest]
        if not writes and written.parameter is None:
            return self.named(self._declared(cell))
        for write in writes:
            self.write(write, cell, node)
        return None

    def _beside(self, node: ast.expr) -> ast.expr | None:
        """`with make() as session, session.get() as answer`: what an earlier item of the same statement binds."""
        item = self.ctx.enclosing(node, ast.withitem, ast.stmt)
        statement = self.ctx.parent(item) if isinstance(item, ast.withitem) else None
        if not isinstance(statement, (ast.With, ast.AsyncWith)) or not isinstance(node, ast.Name):
            return None
        for earlier in statement.items[: statement.items.index(item)]:  # type: ignore[arg-type]  # it is one of them
            if isinstance(earlier.optional_vars, ast.Name) and earlier.optional_vars.id == node.id:
                return earlier.context_expr
        return None

    def write(self, write: Write, cell: Cell, node: ast.Name | ast.Attribute) -> None:
        made = write.node
        if isinstance(made, ast.withitem):
            return self.value(made.context_expr)
        if isinstance(made, ast.AnnAssign) and (write.value is None or _is_none(write.value)):
            return self.named(annotated_class(made.annotation, self.ctx))
        if isinstance(made, ast.arg):
            return self.named(annotated_class(made.annotation, self.ctx))
        if isinstance(made, (ast.Import, ast.ImportFrom)):
            return self.named(self.ctx.qualified_name(node))
        if isinstance(made, FUNCTIONS) and isinstance(cell.owner, ast.ClassDef) and self._is_property(made):
            return self.returned(made)
        if write.value is None or write.rest:
            return self.lost()
        return self.value(write.value)

    def _is_property(self, function: ast.AST) -> bool:
        decorators = getattr(function, "decorator_list", [])
        return any(self.values.decorator(decorator) in _PROPERTIES for decorator in decorators)

    def _declared(self, cell: Cell) -> str | None:
        """`session: Session` in the body of a class, which somebody else fills."""
        if not isinstance(cell.owner, (ast.ClassDef, ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        bindings = self.ctx.scope_of(cell.owner).bindings.get(cell.name, [])
        declared = [b.node for b in bindings if isinstance(b.node, ast.AnnAssign)]
        return annotated_class(declared[0].annotation, self.ctx) if len(declared) == 1 else None
