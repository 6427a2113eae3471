"""Qualified names: what `t.time` means after `import time as t`, and `now` after `now = time.time`."""

from __future__ import annotations

import ast
import builtins
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
        if self.ctx.once(_Untouched)[node.id]:
            base: str | None = node.id
        else:
            base = self.of_name(node.id, self.ctx.scope(node), depth)
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
        if isinstance(node, ast.Import):
            return next(
                (a.name if a.asname else a.name.partition(".")[0] for a in node.names if _binds(a, binding.name)), None
            )
        if isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                if _binds(alias, binding.name):
                    return f"{base}.{alias.name}" if node.module else f"{base}{alias.name}"
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


class _Untouched(dict[str, bool]):
    """Whether a built-in name means in all of a file what it means in the language, as far as a look at the text tells.

    It spares most of them the scopes: resolving the names of handlers took a third of the time of all rules about them.
    """

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.source = ctx.source

    def __missing__(self, name: str) -> bool:
        before = self.source.before_mentions(name) if name in BUILTINS else []
        self[name] = bool(before) and not any(map(_may_bind, before))
        return self[name]


def _may_bind(before: str) -> bool:
    """Whether what comes before a name on its line lets the line bind it."""
    if not before or f"{before} ".startswith(("from ", "import ", "class ", "def ", "async def ", "global ", "for ")):
        return True
    return before.endswith((" as", ",", "(", ";", ":", "lambda")) and "except" not in before


def _binds(alias: ast.alias, name: str) -> bool:
    return (alias.asname or alias.name.partition(".")[0]) == name


def is_method(function: ast.AST) -> bool:
    """A function with a receiver, going by its first parameter's customary name."""
    if not isinstance(function, FUNCTIONS) or isinstance(function, ast.Lambda):
        return False
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return bool(first) and first[0].arg in RECEIVERS
