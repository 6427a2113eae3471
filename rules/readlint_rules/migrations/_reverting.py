"""What an Alembic `downgrade` undoes of its `upgrade`."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from readlint.api import Context, regex, walk
from readlint_rules.migrations._alembic_sql import OPERATIONS, assigned
from readlint_rules.migrations._expressions import is_empty_suite, last
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Migration, Operation, Statement
from readlint_rules.migrations._wording import columns_of, listed

_NAME = regex(r"\w+")
_WORD = regex(r"[^\W\d]{2,}")
_GENERATED = regex(r"auto.?generated|alembic commands", re.IGNORECASE)
#: A docstring says why nothing is done; Alembic's own is "Downgrade schema."
_EXCUSE = regex(r"\b(no|not|nothing|never|cannot|can't|won't|without|irreversible|unsupported|no-?op)\b", re.IGNORECASE)
_CONSTRAINTS = (Kind.ADD_CHECK, Kind.ADD_FOREIGN_KEY, Kind.ADD_UNIQUE, Kind.ADD_PRIMARY_KEY, Kind.ADD_EXCLUDE)
#: What only looks at the database, or is followed to the calls inside of it.
_LOOKS = frozenset("get_bind get_context execute batch_alter_table f inline_literal".split())
_DATA = (Kind.UPDATE, Kind.INSERT, Kind.SELECT, Kind.UNKNOWN, Kind.CODE)


class Downgrade:
    def __init__(self, migration: Migration, ctx: Context) -> None:
        self.node = migration.downgrade_node
        self.ctx = ctx
        self.statements = [one for operation in migration.read_downgrade() for one in operation.statements]

    def does_nothing(self) -> str:
        """In which way, for a message; empty where it does something."""
        if self.node is None:
            return "is missing"
        if not is_empty_suite(self.node.body):
            return ""
        return "only raises" if any(isinstance(one, ast.Raise) for one in self.node.body) else "is empty"

    def is_excused(self) -> bool:
        """Whether it says why it does nothing."""
        if self.node is None:
            return False
        comments = [comment.text for comment in self.ctx.comments_in(self.node)]
        return (
            bool(_EXCUSE.search(ast.get_docstring(self.node) or ""))
            or any(len(_WORD.findall(text)) >= 3 and not _GENERATED.search(text) for text in comments)
            or any(_has_text(one) for one in self.node.body if isinstance(one, ast.Raise))
        )

    def is_open(self) -> bool:
        """Whether it may do more than can be read here."""
        if any(one.kind in (Kind.UNKNOWN, Kind.CODE) or "{" in _named(one) for one in self.statements):
            return True
        return any(_may_drop(call, self._functions()) for call in self._calls())

    def _functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.ctx.tree.body if isinstance(node, ast.FunctionDef)}

    def _calls(self) -> Iterator[ast.Call]:
        functions = self._functions()
        waiting, seen = [self.node], set[str]()
        while waiting:
            node = waiting.pop()
            for inner in walk(node) if node is not None else ():
                if isinstance(inner, ast.Call):
                    yield inner
                if isinstance(inner, ast.Name) and inner.id in functions and inner.id not in seen:
                    seen.add(inner.id)
                    waiting.append(functions[inner.id])


def _has_text(node: ast.Raise) -> bool:
    texts = [one.value for one in walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return any(len(_WORD.findall(text)) >= 3 for text in texts)


def _named(statement: Statement) -> str:
    return " ".join((statement.table, statement.name, *statement.columns))


def _may_drop(call: ast.Call, functions: dict[str, ast.FunctionDef]) -> bool:
    """Whether a call may undo something that the model does not see."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id not in functions and not hasattr(builtins, function.id)
    if not isinstance(function, ast.Attribute):
        return True
    if last(function.value) == "op":
        return function.attr not in OPERATIONS and function.attr not in _LOOKS
    if function.attr in OPERATIONS:  # of a batch
        return False
    return "drop" in function.attr or "downgrade" in function.attr


# What is left


def left_behind(migration: Migration, downgrade: Downgrade) -> Iterator[tuple[Operation, str]]:
    """What `upgrade` creates and `downgrade` does not drop."""
    created = list(_created(migration))
    if not created or downgrade.is_open():
        return
    gone = _Gone(downgrade.statements)
    told = None
    for operation, statement in created:
        if operation is not told and not gone.takes(statement) and not _is_asked_for(operation, downgrade.ctx):
            told = operation
            yield operation, _called(statement)


_LOOKED_UP = regex(r"get_table_names|get_columns|get_indexes|has_table|has_column|has_index|exists")


def _is_asked_for(operation: Operation, ctx: Context) -> bool:
    """Whether it is created only where it is not there: `if "carts" not in inspector.get_table_names():`."""
    node: ast.AST | None = operation.call
    while node is not None and not isinstance(node, (ast.FunctionDef, ast.Module)):
        node = ctx.parent(node)
        if isinstance(node, ast.If):
            names = [one for one in walk(node.test) if isinstance(one, ast.Name)]
            tests = [node.test, *(assigned(one, ctx) for one in names)]
            if any(_LOOKED_UP.search(ctx.text(test)) for test in tests if test is not None):
                return True
    return False


def _called(statement: Statement) -> str:
    if statement.kind is Kind.CREATE_TABLE:
        return f"the table {listed([statement.table])}"
    if statement.kind is Kind.ADD_COLUMN:
        return f"{columns_of(statement)} of `{statement.table}`"
    what = "index" if statement.kind is Kind.CREATE_INDEX else "constraint"
    return f"the {what} `{statement.name}`"


def _created(migration: Migration) -> Iterator[tuple[Operation, Statement]]:
    """What is new when `upgrade` is done, and would be in the way of the next one."""
    pairs = list(migration.statements())
    others = _Gone([statement for _, statement in pairs])  # what takes the place of something dropped is not new
    for operation, statement in pairs:
        is_part = statement.kind in (*_CONSTRAINTS, Kind.CREATE_INDEX)
        is_passing = statement.if_not_exists or statement.is_temporary
        if "{" in _named(statement) or is_passing or others.takes(statement):
            continue
        is_new = statement.kind is Kind.CREATE_TABLE or (
            statement.kind is Kind.ADD_COLUMN and not statement.on_new_table
        )
        is_new_part = is_part and bool(statement.name) and not statement.on_new_table and not statement.on_new_column
        if is_new or is_new_part:
            yield operation, statement


class _Gone:
    """What some statements drop, or give another name."""

    def __init__(self, statements: list[Statement]) -> None:
        tables = (Kind.DROP_TABLE, Kind.RENAME_TABLE)
        self.tables = {_plain(one.table) for one in statements if one.kind in tables}
        columns = (Kind.DROP_COLUMN, Kind.RENAME_COLUMN)
        self.columns = {(_plain(one.table), name) for one in statements if one.kind in columns for name in one.columns}
        named = (Kind.DROP_INDEX, Kind.DROP_CONSTRAINT, Kind.RENAME_OTHER)
        self.names = {_plain(one.name) for one in statements if one.kind in named}

    def takes(self, statement: Statement) -> bool:
        table = _plain(statement.table)
        if table in self.tables:
            return True
        if any((table, name) in self.columns for name in statement.columns):
            return True
        name = _plain(statement.name)
        # A naming convention makes `ck_orders_positive` of `create_check_constraint("positive", "orders", ...)`.
        return bool(name) and (name in self.names or any(one.endswith(f"_{table}_{name}") for one in self.names))


def _plain(name: str) -> str:
    """Without its schema."""
    return name.rpartition(".")[2].lower()


def is_lossy(migration: Migration, downgrade: Downgrade) -> tuple[str, str] | None:
    """A column dropped after another one was filled, which comes back empty: both names."""
    added: dict[str, list[str]] = {}
    filled = ""
    for _, one in migration.statements():
        if one.kind is Kind.ADD_COLUMN and not one.on_new_table:
            added.setdefault(one.table, []).extend(one.columns)
        elif one.kind is Kind.UPDATE and added:
            filled += one.text
        elif one.kind is Kind.DROP_COLUMN:
            old = one.columns[0]
            for new in added.get(one.table, ()):
                if {old, new} <= set(_NAME.findall(filled)) and _comes_back_empty(downgrade, one.table, old, new):
                    return old, new
    return None


def _comes_back_empty(downgrade: Downgrade, table: str, old: str, new: str) -> bool:
    done = {(one.kind, one.table, one.columns) for one in downgrade.statements}
    is_swapped = {(Kind.ADD_COLUMN, table, (old,)), (Kind.DROP_COLUMN, table, (new,))} <= done
    return is_swapped and not any(one.kind in _DATA for one in downgrade.statements) and not downgrade.is_open()
