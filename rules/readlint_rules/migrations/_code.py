"""What the functions of a migration do with the rows of tables, as far as the file shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Context, walk
from readlint_rules.migrations._expressions import arguments, last, value

#: Methods that change rows: of a query all that it finds, of an object one.
_OF_QUERIES = frozenset({"update", "delete"})
_OF_OBJECTS = frozenset({"save", "delete", "update_or_create", "get_or_create", "create", "add", "update"})
_OF_MANY = frozenset({"bulk_update", "bulk_create", "bulk_update_mappings", "executemany", "execute"})
_QUERIES = frozenset({"objects", "_default_manager", "_base_manager", "filter", "all", "exclude", "query"})
_DEPTH = 3  # functions of the file that call each other


def functions_of(ctx: Context) -> dict[str, ast.FunctionDef]:
    """Those of the file, and of the class of its migration, which `RunPython` is given too. Ask through `ctx.once`."""
    classes = [node for node in ctx.tree.body if isinstance(node, ast.ClassDef) and node.name == "Migration"]
    bodies = [statement for node in classes for statement in node.body]
    return {node.name: node for node in (*ctx.tree.body, *bodies) if isinstance(node, ast.FunctionDef)}


class _Nodes(dict[ast.AST, list[ast.AST]]):
    """The nodes below each function, in source order: several rules look through the same functions."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()

    def __missing__(self, function: ast.AST) -> list[ast.AST]:
        self[function] = found = list(walk(function))
        return found


def nodes_of(function: ast.AST, ctx: Context) -> list[ast.AST]:
    """A function and everything below, in source order."""
    return ctx.once(_Nodes)[function]


def bodies(node: ast.expr | None, ctx: Context) -> list[ast.AST]:
    """The function that an expression names, and those of the file that it calls or passes on."""
    function = node if isinstance(node, ast.Lambda) or node is None else ctx.once(functions_of).get(last(node))
    return reached_from(function, ctx) if function is not None else []


def reached_from(function: ast.AST, ctx: Context) -> list[ast.AST]:
    """A function and those of the file that it calls or passes on."""
    functions = ctx.once(_functions_called)
    found: list[ast.AST] = []
    waiting: list[ast.AST | None] = [function]
    for _ in range(_DEPTH):
        level = [one for one in dict.fromkeys(waiting) if one is not None and one not in found]
        found += level
        waiting = [functions.get(called) for one in level for called in _named(one, ctx)] if functions else []
    return found


def _functions_called(ctx: Context) -> dict[str, ast.FunctionDef]:
    """The functions of the file whose name stands anywhere but at their head. Ask through `ctx.once`."""
    text = ctx.source.text
    return {name: function for name, function in ctx.once(functions_of).items() if text.count(name) > 1}


def _named(function: ast.AST, ctx: Context) -> Iterator[str]:
    for node in nodes_of(function, ctx):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def models_of(function: ast.AST, ctx: Context) -> Iterator[tuple[str, str]]:
    """The models that it asks Django for, and their tables, in lower case; empty for one that is not constant."""
    for node in nodes_of(function, ctx):
        if isinstance(node, ast.Call) and last(node.func) == "get_model":
            given = arguments(node, ("app_label", "model_name"))
            words = [value(given[key], ctx) for key in ("app_label", "model_name") if key in given]
            name = ".".join(str(one).lower() if isinstance(one, str) else "" for one in words)
            yield name.rpartition(".")[2], name.replace(".", "_")


def changes_many_rows(function: ast.AST, ctx: Context) -> bool:
    """Whether it takes longer the more rows there are: an update of a query, an object saved in a loop over one."""
    for node in nodes_of(function, ctx):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, receiver = node.func.attr, node.func.value
            if called in _OF_MANY or (called in _OF_QUERIES and _is_query(receiver)):
                return True
        elif isinstance(node, (ast.For, ast.AsyncFor)) and not _is_short(node.iter) and _changes_rows(node):
            return True
    return False


def _changes_rows(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Call) and last(one.func) in _OF_OBJECTS for one in walk(node))


def _is_query(node: ast.expr) -> bool:
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Attribute) and node.attr in _QUERIES:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _is_short(node: ast.expr) -> bool:
    """A loop over what is written in the file."""
    if isinstance(node, ast.Call) and last(node.func) in ("items", "values", "keys", "enumerate", "range", "zip"):
        node = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0] if node.args else node
    return isinstance(node, (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Constant)) or (
        isinstance(node, ast.Name) and node.id.isupper()
    )
