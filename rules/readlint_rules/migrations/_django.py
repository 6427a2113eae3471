"""Migrations of Django: the class, its attributes and its operations."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator

from readlint.api import Context
from readlint_rules.migrations._django_fields import column_of, is_column
from readlint_rules.migrations._django_sql import emit
from readlint_rules.migrations._exempt import mark_new
from readlint_rules.migrations._expressions import arguments, is_false, is_none, is_true, last, name, value
from readlint_rules.migrations._kinds import Framework
from readlint_rules.migrations._model import Column, Migration, Operation

#: The parameters of each operation, in their order.
_FIELD = ("model_name", "name", "field", "preserve_default")
PARAMETERS = {
    "AddField": _FIELD,
    "AlterField": _FIELD,
    "RemoveField": ("model_name", "name"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "CreateModel": ("name", "fields", "options", "bases", "managers"),
    "DeleteModel": ("name",),
    "RenameModel": ("old_name", "new_name"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelManagers": ("name", "managers"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AddIndex": ("model_name", "index"),
    "AddIndexConcurrently": ("model_name", "index"),
    "RemoveIndex": ("model_name", "name"),
    "RemoveIndexConcurrently": ("model_name", "name"),
    "RenameIndex": ("model_name", "new_name"),
    "AddConstraint": ("model_name", "constraint"),
    "AddConstraintNotValid": ("model_name", "constraint"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "ValidateConstraint": ("model_name", "name"),
    "RemoveConstraint": ("model_name", "name"),
    "RunSQL": ("sql", "reverse_sql", "state_operations", "hints", "elidable"),
    "RunPython": ("code", "reverse_code", "atomic", "hints", "elidable"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
}


def read(node: ast.ClassDef, ctx: Context) -> Migration:
    attributes = _attributes(node)
    stem = os.path.splitext(os.path.basename(ctx.path))[0]
    dependencies = tuple(_dependencies(attributes.get("dependencies"), ctx))
    app = _app(ctx.path, dependencies)
    is_squash = "replaces" in attributes and bool(getattr(attributes["replaces"], "elts", True))
    migration = Migration(
        Framework.DJANGO,
        node,
        app,
        stem,
        dependencies,
        # Without an attribute, Django takes the first migration of an app for the initial one.
        is_initial=is_true(attributes.get("initial")) or all(label != app for label, _ in dependencies),
        is_squash=is_squash,
        replaces=tuple(name for of, name in _dependencies(attributes.get("replaces"), ctx) if of == app),
        is_atomic=not is_false(attributes.get("atomic")),
    )
    _Operations(migration, ctx).read(attributes.get("operations"))
    mark_new(migration.operations)
    return migration


def _attributes(node: ast.ClassDef) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = statement.value
    return found


def _dependencies(node: ast.expr | None, ctx: Context) -> Iterator[tuple[str, str]]:
    for item in _elements(node, ctx):
        if isinstance(item, ast.Tuple) and len(item.elts) == 2:
            app, migration = value(item.elts[0], ctx), value(item.elts[1], ctx)
            if isinstance(app, str) and isinstance(migration, str):
                yield app, migration


def _app(path: str, dependencies: tuple[tuple[str, str], ...]) -> str:
    """The app's label: the folder's name, unless the settings of the app give it another one."""
    folder = os.path.basename(os.path.dirname(os.path.dirname(path)))
    apps = list(dict.fromkeys(app for app, _ in dependencies))
    if folder in apps or not apps:
        return folder
    if not folder:  # a file that is linted from its own folder
        return apps[0]
    # `wagtail/users` is `wagtailusers`: a label that contains the folder's name, and no other one does.
    alike = [app for app in apps if folder.replace("_", "") in app.replace("_", "")]
    # `pulpcore/app` is `core`: a migration follows the one with the number before in its own app.
    following = [app for app, name in dependencies if _number(path) == _number(name) + 1 > 1]
    found = alike or list(dict.fromkeys(following))
    return found[0] if len(found) == 1 else folder


def _number(path: str) -> int:
    """Of a migration by its name: 42 of `0042_order_email`."""
    digits = os.path.basename(path).partition("_")[0]
    return int(digits) if digits.isdecimal() else 0


def _elements(node: ast.expr | None, ctx: Context, read: frozenset[str] = frozenset()) -> Iterator[ast.expr]:
    """The elements of a list that may be put together out of several, some of which have names."""
    if isinstance(node, (ast.List, ast.Tuple)):
        for item in node.elts:
            yield from _elements(item.value, ctx, read) if isinstance(item, ast.Starred) else (item,)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _elements(node.left, ctx, read)
        yield from _elements(node.right, ctx, read)
    elif isinstance(node, ast.ListComp):
        yield node.elt
    elif isinstance(node, ast.Name) and node.id not in read:
        yield from _elements(_assigned(node.id, ctx), ctx, read | {node.id})


def _assigned(name: str, ctx: Context) -> ast.expr | None:
    """What a name of the file, or of a class in it, stands for."""
    found = None
    for statement in ctx.tree.body:
        for one in statement.body if isinstance(statement, ast.ClassDef) else (statement,):
            if isinstance(one, ast.Assign) and last(one.targets[0]) == name:
                found = one.value
    return found


class _Operations:
    """Reads the operations of one migration in their order."""

    def __init__(self, migration: Migration, ctx: Context) -> None:
        self.migration = migration
        self.ctx = ctx
        self.tables: dict[str, str] = {}  # by model, where this migration names the table

    def read(self, node: ast.expr | None, *, state: bool = False, database: bool = False) -> None:
        for item in _elements(node, self.ctx):
            if not isinstance(item, ast.Call):
                continue
            called = self.called(item.func)
            given = arguments(item, PARAMETERS.get(called, ()))
            if called == "SeparateDatabaseAndState":
                self.read(given.get("database_operations"), state=state, database=True)
                self.read(given.get("state_operations"), state=True, database=database)
                continue
            operation = self.operation(called, item, given)
            operation.is_state_only, operation.is_database_only = state, database
            self.migration.operations.append(operation)
            if not state:
                emit(operation, self.migration, self.ctx)
            if called == "RunSQL":
                self.read(given.get("state_operations"), state=True)

    def called(self, function: ast.expr) -> str:
        """`AddIndex`, also of `import AddIndex as Add`."""
        called = last(function)
        if called in PARAMETERS or not isinstance(function, ast.Name):
            return called
        qualified = self.ctx.qualified_name(function) or ""
        return qualified.rpartition(".")[2] if qualified.startswith("django.") else called

    def operation(self, called: str, call: ast.Call, given: dict[str, ast.expr]) -> Operation:
        operation = Operation(called, call, given, transaction=self.transaction(called, given))
        key = "model_name" if "model_name" in given else "old_name" if called == "RenameModel" else "name"
        if called in PARAMETERS and key in given:
            operation.model = name(given[key], self.ctx)
            self.note_table(called, operation, given)
            operation.table = self.table(operation.model)
        if called in ("AddField", "AlterField") and "field" in given:
            operation.column = column_of(name(given.get("name"), self.ctx), given["field"], self.ctx)
        elif called == "CreateModel":
            operation.fields = list(self.fields(given.get("fields")))
        return operation

    def fields(self, node: ast.expr | None) -> Iterator[tuple[str, ast.expr, Column | None]]:
        for item in node.elts if isinstance(node, (ast.List, ast.Tuple)) else ():
            if isinstance(item, ast.Tuple) and len(item.elts) == 2:
                called, field = name(item.elts[0], self.ctx), item.elts[1]
                yield called, field, column_of(called, field, self.ctx) if is_column(field) else None

    def note_table(self, called: str, operation: Operation, given: dict[str, ast.expr]) -> None:
        node = given.get("options") if called == "CreateModel" else None
        if isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "db_table":
                    self.tables[operation.model.lower()] = name(item, self.ctx).strip('"')

    def table(self, model: str) -> str:
        return self.tables.get(model.lower()) or f"{self.migration.app}_{model.lower()}"

    def transaction(self, called: str, given: dict[str, ast.expr]) -> int | None:
        """One for the whole migration; without it, code has one of its own and a statement none."""
        if self.migration.is_atomic:
            return 0
        is_own = is_true(given.get("atomic")) or is_none(given.get("atomic"))
        return len(self.migration.operations) + 1 if called == "RunPython" and is_own else None
