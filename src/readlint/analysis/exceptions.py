"""What an `except` clause catches: the classes by name, and how much that is."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.analysis.tables import exceptions as table
from readlint.analysis.tree import walk

if TYPE_CHECKING:
    from readlint.analysis.context import Context

_DEPTH = 5  # aliases of tuples of aliases
#: Names of the language that no file rebinds. Most handlers need no further look.
_BROADEST = frozenset(name for name in table.BASE | table.BROAD if "." not in name)
_ORDINARY = (table.CONTROL | table.OPERATIONAL) - {"Exception"}


class Breadth(enum.IntEnum):
    """How much a clause catches; of several classes the broadest counts."""

    UNKNOWN = 0  # a parameter, the result of a call, a name with two meanings
    CONTROL = 1
    NARROW = 2
    OPERATIONAL = 3
    BROAD = 4
    BASE = 5
    BARE = 6


def breadth(caught: ast.expr | None, ctx: Context) -> Breadth:
    """The breadth of what stands behind `except`; None is the bare clause."""
    if caught is None:
        return Breadth.BARE
    if isinstance(caught, ast.Name) and caught.id in _BROADEST:
        return Breadth.BASE if caught.id in table.BASE else Breadth.BROAD
    return ctx.once(_Breadths)[caught]


class _Breadths(dict[ast.expr, Breadth]):
    """Of what handlers name, for which several rules ask."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx

    def __missing__(self, caught: ast.expr) -> Breadth:
        found = self[caught] = breadth_of_classes([caught], self.ctx)
        return found


def breadth_of_classes(classes: list[ast.expr], ctx: Context) -> Breadth:
    """The breadth of the arguments of `contextlib.suppress` and the like."""
    names = [name for node in classes for name in caught_classes(node, ctx)]
    return max((class_breadth(name, ctx) for name in names), default=Breadth.UNKNOWN)


def may_be_broad(caught: ast.expr | None, ctx: Context) -> bool:
    """A look at the text alone, which spares most handlers the resolution of names."""
    if caught is None:
        return True
    if isinstance(caught, (ast.Name, ast.Attribute)):
        name = caught.id if isinstance(caught, ast.Name) else caught.attr
        return name in _BROADEST or (name not in _ORDINARY and name in ctx.once(_broad_aliases))
    if isinstance(caught, ast.Starred):
        return may_be_broad(caught.value, ctx)
    if isinstance(caught, (ast.Tuple, ast.List)):
        return any(may_be_broad(element, ctx) for element in caught.elts)
    return isinstance(caught, (ast.BinOp, ast.IfExp))


def _broad_aliases(ctx: Context) -> frozenset[str]:
    """Names that the module or one of its classes binds to something made of `Exception`."""
    found: set[str] = set()
    classes = [node for node in ctx.tree.body if isinstance(node, ast.ClassDef)]
    for statement in [*ctx.tree.body, *(inner for node in classes for inner in node.body)]:
        if isinstance(statement, ast.Assign) and _is_broad_value(statement.value, found):
            found.update(target.id for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.value is not None and _is_broad_value(statement.value, found):
                found.add(statement.target.id)
        elif isinstance(statement, ast.ImportFrom):
            found.update(a.asname for a in statement.names if a.asname and a.name in _BROADEST)
    return frozenset(found)


def _is_broad_value(value: ast.expr, aliases: set[str]) -> bool:
    if not isinstance(value, (ast.Name, ast.Attribute, ast.Tuple, ast.BinOp, ast.IfExp)):
        return False
    names = {node.id if isinstance(node, ast.Name) else getattr(node, "attr", "") for node in walk(value)}
    return not names.isdisjoint(_BROADEST | aliases)


def caught_classes(node: ast.expr, ctx: Context, depth: int = _DEPTH) -> Iterator[str | None]:
    """The qualified names of the classes that an expression stands for; None for each that is not known."""
    if not depth:
        yield None
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for element in node.elts:
            yield from caught_classes(element, ctx, depth)
    elif isinstance(node, ast.Starred):
        yield from caught_classes(node.value, ctx, depth - 1)
    elif isinstance(node, ast.BinOp):
        yield from caught_classes(node.left, ctx, depth - 1)
        yield from caught_classes(node.right, ctx, depth - 1)
    elif isinstance(node, ast.IfExp):
        yield from caught_classes(node.body, ctx, depth - 1)
        yield from caught_classes(node.orelse, ctx, depth - 1)
    elif isinstance(node, ast.Call):
        name = ctx.qualified_name(node.func)
        yield name if name in table.CLASS_CALLS else None
    elif isinstance(node, (ast.Name, ast.Attribute)):
        yield from _named(node, ctx, depth)
    else:
        yield None


def _named(node: ast.Name | ast.Attribute, ctx: Context, depth: int) -> Iterator[str | None]:
    name = ctx.qualified_name(node)
    value = None if name else _value_of(node, ctx)
    if value is None:
        yield name
    else:
        yield from caught_classes(value, ctx, depth - 1)


def _value_of(node: ast.Name | ast.Attribute, ctx: Context) -> ast.expr | None:
    """The expression that a name, or an attribute of `self`, is bound to once and for all."""
    if isinstance(node, ast.Name):
        scope = ctx.scope(node).lookup(node.id)
        name = node.id
    else:
        owner = ctx.receiver_class(node.value) if isinstance(node.value, ast.Name) else None
        scope = ctx.scope_of(owner) if owner else None
        name = node.attr
    bindings = scope.bindings.get(name, []) if scope else []
    return bindings[0].value if len(bindings) == 1 and bindings[0].how == "assign" else None


def class_breadth(name: str | None, ctx: Context, depth: int = _DEPTH) -> Breadth:
    """The breadth of one class, given its qualified name."""
    if name is None:
        return Breadth.UNKNOWN
    name = name.removeprefix("builtins.")
    if name in table.BASE:
        return Breadth.BASE
    if name in table.BROAD:
        return Breadth.BROAD
    if name in table.CONTROL or name.rpartition(".")[2] in table.CONTROL_NAMES:
        return Breadth.CONTROL
    if _is_operational(name, ctx):
        return Breadth.OPERATIONAL
    definition = ctx.local_definition(name) if depth else None
    if isinstance(definition, ast.ClassDef):
        return _of_bases(definition, ctx, depth)
    return Breadth.NARROW


def _is_operational(name: str, ctx: Context) -> bool:
    if name in table.OPERATIONAL or name in ctx.settings.operational_exceptions:
        return True
    return name.startswith(table.OPERATIONAL_PACKAGES) and name.rpartition(".")[2][:1].isupper()


def _of_bases(definition: ast.ClassDef, ctx: Context, depth: int) -> Breadth:
    """A class of this file means what its bases mean, but one made from `Exception` is itself narrow."""
    bases = [class_breadth(ctx.qualified_name(base), ctx, depth - 1) for base in definition.bases]
    known = [base for base in bases if base in (Breadth.CONTROL, Breadth.OPERATIONAL)]
    return max(known, default=Breadth.NARROW)


def _mentions_suppressors(ctx: Context) -> bool:
    return any(ctx.mentions(name.rpartition(".")[2]) for name in table.SUPPRESSORS)


def suppressed_classes(node: ast.expr, ctx: Context) -> list[ast.expr] | None:
    """The arguments of `contextlib.suppress(...)`, or of a class of this file made from it; None for anything else."""
    if not isinstance(node, ast.Call) or not ctx.once(_mentions_suppressors):
        return None
    name = ctx.qualified_name(node.func)
    definition = ctx.local_definition(name) if name else None
    if isinstance(definition, ast.ClassDef) and len(definition.bases) == 1:
        name = ctx.qualified_name(definition.bases[0])
    return node.args if name in table.SUPPRESSORS else None
