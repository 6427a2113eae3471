"""Qualified names: what `t.time` means after `import time as t`, and `now` after `now = time.time`."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from readlint.analysis.scopes import Binding, Scope
from readlint.analysis.tree import FUNCTIONS

if TYPE_CHECKING:
    from readlint.analysis.context import Context

#: Those of the Python that runs readlint, and the later ones that linted code may use.
BUILTINS = frozenset(dir(builtins)) | {"BaseExceptionGroup", "ExceptionGroup"}
RECEIVERS = frozenset({"self", "cls", "mcs"})  # going by custom
_DEPTH = 6  # aliases of aliases; nobody writes more, and a cycle must end


class Names:
    """Names of one file.

    What the file imports keeps its dotted name, with one leading dot or more where the import is relative. What it
    defines itself is relative to its package: `.obs.report` for `report` in `obs.py`. Builtins are bare.
    None means that nothing is known, and that a rule must stay silent.
    """

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        stem = ctx.path.rpartition("/")[2].partition(".")[0]
        self.module = "" if stem == "__init__" else f".{stem}"

    def qualified(self, node: ast.AST, depth: int = _DEPTH) -> str | None:
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or not depth:
            return None
        if attributes and node.id in RECEIVERS:
            member = self._member(node, attributes[-1], depth)
            if member is not None:
                return ".".join([member, *reversed(attributes[:-1])])
        base = self.ctx.once(_Everywhere)[node.id] or self.of_name(node.id, self.ctx.scope(node), depth)
        return None if base is None else ".".join([base, *reversed(attributes)])

    def of_name(self, name: str, scope: Scope, depth: int = _DEPTH) -> str | None:
        owner = scope.lookup(name)
        if owner is None:
            return name if name in BUILTINS else None
        bindings = [b for b in owner.bindings[name] if b.how not in ("annotate", "delete")]
        names = {self._of_binding(binding, owner, depth) for binding in bindings}
        if len(names) > 1 and all(binding.how == "import" for binding in bindings):
            # try: import ujson as json / except ImportError: import json. The first is what the author prefers.
            return self._of_binding(bindings[0], owner, depth)
        return names.pop() if len(names) == 1 else None

    def _of_binding(self, binding: Binding, owner: Scope, depth: int) -> str | None:
        node = binding.node
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return _imported_by(node, binding.name)
        if binding.how in ("def", "class"):
            return self.of_definition(node)
        if binding.how == "assign" and isinstance(binding.value, (ast.Name, ast.Attribute)):
            return self.qualified(binding.value, depth - 1)
        return None

    def of_definition(self, node: ast.AST) -> str:
        """The name of a function or class that this file defines."""
        return f"{self.module}.{self.ctx.definition_name(node, inclusive=True)}"

    def _member(self, receiver: ast.Name, attribute: str, depth: int) -> str | None:
        """`self.method` and `cls.alias`, through the class and its only base."""
        owner = self.ctx.receiver_class(receiver)
        return None if owner is None else self.of_member(owner, attribute, depth)

    def of_member(self, owner: ast.ClassDef, attribute: str, depth: int = _DEPTH) -> str | None:
        scope = self.ctx.scope_of(owner)
        bindings = scope.bindings.get(attribute, [])
        if bindings:
            return self._of_binding(bindings[0], scope, depth) if len(bindings) == 1 else None
        if len(owner.bases) != 1 or not depth:
            return None
        base = self.qualified(owner.bases[0], depth - 1)
        local = self.ctx.local_definition(base) if base else None
        if isinstance(local, ast.ClassDef):
            return self.of_member(local, attribute, depth - 1)
        return f"{base}.{attribute}" if base else None


class _Everywhere(dict[str, str]):
    """What a name means in all of a file, as far as a look at the text tells; empty if it may depend on the place.

    So it is with built-in names and with what the module imports, unless some line may bind them as well. It spares
    most names the scopes: resolving those of handlers took a third of the time of all rules about them.
    """

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.source = ctx.source

    def __missing__(self, name: str) -> str:
        meaning = ""
        if name in self._imports:
            meaning = self._imported(name, self._imports[name])
        elif name in BUILTINS and any(True for _ in self.source.mentions(name)) and not self._is_bound(name):
            meaning = name
        self[name] = meaning
        return meaning

    @cached_property
    def _imports(self) -> dict[str, list[ast.Import | ast.ImportFrom]]:
        """By name the import statements of the module itself, not those in its `try` and `if`."""
        found: dict[str, list[ast.Import | ast.ImportFrom]] = {}
        for statement in self.ctx.tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                for alias in statement.names:
                    found.setdefault(_bound_by(alias), []).append(statement)
        return found

    def _imported(self, name: str, statements: list[ast.Import | ast.ImportFrom]) -> str:
        """`import a` and `import a.b` bind the same; otherwise there must be only one that does."""
        meanings = {_imported_by(statement, name) for statement in statements}
        if len(meanings) > 1 or self._is_bound(name, statements):
            return ""
        return meanings.pop() or ""

    def _is_bound(self, name: str, besides: Iterable[ast.stmt] = ()) -> bool:
        """Whether a line may bind a name, but for those of some statements."""
        offset = self.source.offset
        places = [(offset(one.lineno, 0), offset((one.end_lineno or one.lineno) + 1, 0)) for one in besides]
        return any(
            self._may_bind(name, at)
            for at in self.source.mentions(name)
            if not any(first <= at < last for first, last in places)
        )

    def _may_bind(self, name: str, at: int) -> bool:
        """Whether what stands around a mention of a name lets the line bind it."""
        text = self.source.text
        before = text[text.rfind("\n", 0, at) + 1 : at].strip()
        if f"{before} ".startswith(_BINDING_LINES):
            return True
        if text[at + len(name) : at + len(name) + 1] in _USING:
            return False
        if before.endswith("="):
            return "=" in text[at : text.find("\n", at)] or self.ctx.mentions("case ")
        return not before or before.endswith("as") or (before.endswith(_BEFORE_TARGETS) and "except" not in before)


#: Lines that begin so may bind any name on them.
_BINDING_LINES = (
    *("from ", "import ", "class ", "def ", "async def ", "for ", "async for "),
    *("global ", "nonlocal ", "del ", "case ", "type "),
)
#: What follows a name that is used: an attribute, an entry or a call of what it means.
_USING = frozenset(".[(")
_BEFORE_TARGETS = ("for", ",", "(", "[", "*", ";", ":", "lambda", "import", "global", "nonlocal", "del")


def _imported_by(statement: ast.Import | ast.ImportFrom, name: str) -> str | None:
    """What a name means that an import binds."""
    for alias in statement.names:
        if _bound_by(alias) == name:
            if isinstance(statement, ast.Import):
                return alias.name if alias.asname else name
            base = "." * statement.level + (statement.module or "")
            return f"{base}.{alias.name}" if statement.module else f"{base}{alias.name}"
    return None


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def is_method(function: ast.AST) -> bool:
    """A function with a receiver, going by its first parameter's customary name."""
    if not isinstance(function, FUNCTIONS) or isinstance(function, ast.Lambda):
        return False
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return bool(first) and first[0].arg in RECEIVERS
