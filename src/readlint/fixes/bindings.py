"""Which name a fix may write for something of a module: an import that is there, or one that has to be added."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.analysis.names import BUILTINS
from readlint.analysis.scopes import Binding, Scope
from readlint.analysis.tree import FUNCTIONS, walk

if TYPE_CHECKING:
    from readlint.analysis.context import Context


class FixRefused(Exception):
    """This place cannot be rewritten. The text says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Import(NamedTuple):
    """`import module`, or with a name `from module import name`; `asname` is empty where there is none."""

    module: str
    name: str = ""
    asname: str = ""

    @property
    def bound(self) -> str:
        return self.asname or self.name or self.module.partition(".")[0]

    @property
    def statement(self) -> str:
        what = f"from {self.module} import {self.name}" if self.name else f"import {self.module}"
        return f"{what} as {self.asname}" if self.asname else what

    def spelling(self, dotted: str) -> str | None:
        """What `dotted` is called where this import is in force."""
        if not self.name and not self.asname:
            return dotted if dotted == self.module or dotted.rpartition(".")[0] == self.module else None
        whole = f"{self.module}.{self.name}" if self.name else self.module
        if dotted == whole:
            return self.bound
        return f"{self.bound}.{dotted[len(whole) + 1 :]}" if dotted.rpartition(".")[0] == whole else None


class Needs:
    """What the fix of one finding adds outside the places that it rewrites."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self.statements: list[str] = []


def spell(dotted: str, node: ast.AST, ctx: Context, needs: Needs, line: int = 0) -> str:
    """The name of `dotted` at a node; what has to be imported for it is added to `needs`.

    `line` is where the name is evaluated while the module is imported; 0 means in a function, later.
    """
    scope = ctx.scope(node)
    for imported in visible_imports(scope, ctx, line or getattr(node, "lineno", sys.maxsize), later=not line):
        spelling = imported.spelling(dotted)
        if spelling:
            return spelling
    for imported in (*needs.imports, *_candidates(dotted, ctx)):
        spelling = imported.spelling(dotted)
        if spelling and _is_free(imported, scope, ctx):
            if imported not in needs.imports:
                needs.imports.append(imported)
            return spelling
    raise FixRefused(f"the name that `{dotted}` would need is taken")


def visible_imports(scope: Scope | None, ctx: Context, line: int, *, later: bool) -> Iterator[Import]:
    """The imports whose names certainly mean what they import, innermost scope first."""
    start = scope
    while scope is not None and start is not None:
        for name, bindings in scope.bindings.items():
            if start.lookup(name) is scope and not (scope.is_module and name in ctx.rebound_globals):
                runs_later = later and scope.is_module
                yield from _imports_of(name, bindings, scope, sys.maxsize if runs_later else line)
        scope = scope.parent


def _imports_of(name: str, bindings: list[Binding], scope: Scope, line: int) -> Iterator[Import]:
    """What a name is imported as, if nothing but imports binds it. One of them must be certain to have run."""
    body = getattr(scope.node, "body", [])
    found: list[Import] = []
    certain: list[Import] = []
    for binding in bindings:
        if binding.how == "annotate":
            continue
        if binding.how != "import":
            return
        own = [imported for imported in imports_in(binding.node) if imported.bound == name]
        found += own
        if binding.node in body and _line(binding.node) < line:
            certain += own
    if len(set(found)) == 1 or all(not imported.name and not imported.asname for imported in found):
        yield from dict.fromkeys(certain)


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def imports_in(node: ast.AST) -> Iterator[Import]:
    """The imports of a statement, relative ones left out."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, "", alias.asname or "")
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Import("." * node.level + (node.module or ""), alias.name, alias.asname or "")


def _candidates(dotted: str, ctx: Context) -> list[Import]:
    """Imports to add, the one that suits the file best first."""
    module, _, name = dotted.rpartition(".")
    if not module:
        return [Import(dotted), Import(dotted, "", f"_{dotted}")]
    whole, part = Import(module), Import(module, name)
    alias = Import(module, "", "_" + module.replace(".", "_"))
    if "." in module or any(True for _ in statements_from(module, ctx.tree)):
        return [part, whole, alias]
    return [whole, part, alias]


def statements_from(module: str, tree: ast.Module) -> Iterator[ast.ImportFrom]:
    """The unconditional `from module import ...` that a further name can join."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module == module and node.names[0].name != "*":
            yield node


def _is_free(imported: Import, scope: Scope, ctx: Context) -> bool:
    """Whether the module may bind the import's name, and the name then means the import in this scope."""
    name = imported.bound
    if name in BUILTINS or name in ctx.rebound_globals:
        return False
    owner = scope.lookup(name)
    if owner is None:
        return not (_has_star_import(ctx) and _is_read(name, ctx))
    # Under TYPE_CHECKING, say: the same import again, this time for good.
    return owner.is_module and all(
        binding.how == "import" and imported in imports_in(binding.node) for binding in owner.bindings[name]
    )


def _has_star_import(ctx: Context) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in walk(ctx.tree))


def _is_read(name: str, ctx: Context) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in walk(ctx.tree))


def runs_at_import(node: ast.AST, ctx: Context) -> bool:
    """Whether a node is evaluated while its module is imported, so that what it names must be bound by then."""
    return not isinstance(node, FUNCTIONS) and ctx.function(node) is None
