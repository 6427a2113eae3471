"""Migrations of yoyo in Python: `steps = [step("CREATE TABLE ...", "DROP TABLE ...")]`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from readlint.api import Context
from readlint_rules.migrations._exempt import mark_new
from readlint_rules.migrations._expressions import arguments, is_false, is_none, sql_of, value
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._made import made_call, made_function
from readlint_rules.migrations._model import Migration, Operation, Statement
from readlint_rules.migrations._sql import statements

PARAMETERS = ("apply", "rollback", "ignore_errors")


def read(ctx: Context) -> Migration | None:
    calls = steps_in(ctx)
    if not calls:
        return None
    given = dict(attributes(ctx.tree))
    depends = given.get("__depends__")
    migration = Migration(
        Framework.YOYO,
        ast.copy_location(made_function("upgrade"), calls[0]),
        "",
        os.path.splitext(os.path.basename(ctx.path))[0],
        tuple(("", name) for name in _names(depends, ctx)),
        # The template of a project's first migration says that it depends on nothing.
        is_initial=depends is not None and not _elements(depends),
        is_atomic=not is_false(given.get("__transactional__")),
    )
    pairs = [(call, arguments(call, PARAMETERS)) for call in calls]
    migration.operations = _operations([(call, given.get("apply")) for call, given in pairs], migration.is_atomic, ctx)
    back = [(call, given["rollback"]) for call, given in reversed(pairs) if not is_none(given.get("rollback", _NONE))]
    if back:
        function = made_function("downgrade", (made_call(node) for _, node in back))
        migration.downgrade_node = ast.copy_location(function, back[0][1])
        migration.downgrade_mark = back[0][1]
        migration.read_downgrade = lambda: _operations(list(back), migration.is_atomic, ctx)
    return migration


_NONE = ast.Constant(None)


def steps_in(ctx: Context) -> list[ast.Call]:
    return sorted(_steps(ctx), key=lambda call: (call.lineno, call.col_offset))


def _steps(ctx: Context) -> Iterator[ast.Call]:
    """The calls of `step` that run when the module is loaded."""
    waiting: list[ast.AST] = list(ctx.tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call) and ctx.qualified_name(node.func) == "yoyo.step":
            yield node
        else:
            waiting.extend(ast.iter_child_nodes(node))


def attributes(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _elements(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Dict):  # what `{}` is
        return [key for key in node.keys if key is not None]
    return node.elts if isinstance(node, (ast.Set, ast.List, ast.Tuple)) else [node]


def _names(node: ast.expr | None, ctx: Context) -> Iterator[str]:
    for item in _elements(node) if node is not None else ():
        name = value(item, ctx)
        if isinstance(name, str):
            yield name


def _operations(parts: list[tuple[ast.Call, ast.expr | None]], is_atomic: bool, ctx: Context) -> list[Operation]:
    found = []
    for number, (call, node) in enumerate(parts, 1):
        if node is None or is_none(node):
            continue
        given = {"code": node} if isinstance(node, (ast.Name, ast.Lambda)) else {}
        operation = Operation("step", call, given)
        operation.statements = _statements(operation, node, ctx)
        # Without a transaction each text is sent alone: several statements in one text are a transaction all the same.
        operation.transaction = 0 if is_atomic else number if len(operation.statements) > 1 or given else None
        for statement in operation.statements:
            statement.transaction = operation.transaction
        operation.table = operation.statements[0].table if operation.statements else ""
        found.append(operation)
    mark_new(found)
    return found


def _statements(operation: Operation, node: ast.expr, ctx: Context) -> list[Statement]:
    text = sql_of(node, ctx)
    if isinstance(text, str):
        operation.arguments = {}
        return statements(text, operation.call)
    kind = Kind.CODE if operation.arguments else Kind.UNKNOWN
    return [Statement(kind, "", operation.call)]
