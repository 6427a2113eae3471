"""Revisions of Alembic: what `upgrade` and `downgrade` do, one call after the other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from readlint.api import Context, children
from readlint_rules.migrations._alembic_sql import OPERATIONS, assigned, emit, sql_statements
from readlint_rules.migrations._exempt import mark_new
from readlint_rules.migrations._expressions import arguments, last, name, table_name, value
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._loops import Loops
from readlint_rules.migrations._model import Migration, Operation

_Functions = Mapping[str, ast.FunctionDef]
_DEPTH = 3  # functions of the revision that call each other


def read(functions: _Functions, ctx: Context) -> Migration:
    attributes = dict(_module_values(ctx.tree, ctx))
    down = attributes.get("down_revision")
    revisions = (down,) if isinstance(down, str) else down if isinstance(down, tuple) else ()
    revision = attributes.get("revision")
    migration = Migration(
        Framework.ALEMBIC,
        functions["upgrade"],
        "",
        revision if isinstance(revision, str) else "",
        tuple(("", one) for one in revisions if isinstance(one, str)),
        is_initial=down is None,
        downgrade_node=functions.get("downgrade"),
    )
    migration.operations = Walk(functions, ctx).read(functions["upgrade"])
    if "downgrade" in functions:
        migration.read_downgrade = lambda: Walk(functions, ctx).read(functions["downgrade"])
    return migration


def _module_values(tree: ast.Module, ctx: Context) -> Iterable[tuple[str, Any]]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                yield target.id, value(node.value, ctx)  # type: ignore[attr-defined]


def _names_of_op(tree: ast.Module) -> Iterable[str]:
    """`from alembic import op as o`"""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "alembic":
            yield from (one.asname for one in node.names if one.name == "op" and one.asname)
        elif isinstance(node, ast.Import):
            yield from (one.asname for one in node.names if one.name == "alembic.op" and one.asname)


class Walk:
    """Goes through a function in the order in which it runs, into the functions that it calls."""

    def __init__(self, functions: _Functions, ctx: Context) -> None:
        self.functions = functions
        self.ctx = ctx
        self.receivers = {"op", *_names_of_op(ctx.tree)}
        self.operations: list[Operation] = []
        self.transaction: int | None = 0
        self.count = 0  # transactions begun
        self.batches: dict[str, tuple[str, ast.Call]] = {}  # by variable: the table
        self.depth = 0
        self.loops = Loops(ctx)

    def read(self, function: ast.FunctionDef) -> list[Operation]:
        self.suite(function.body)
        mark_new(self.operations)
        return self.operations

    def suite(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)
            if (
                isinstance(statement, ast.If)
                and isinstance(statement.body[-1], ast.Return)
                and self.holds(statement.test)
            ):
                return  # what comes behind it is for other databases

    def statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.With, ast.AsyncWith)):
            self.with_(node)
        elif isinstance(node, ast.If):
            self.if_(node)
        elif isinstance(node, ast.For):
            self.for_(node)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            return
        elif isinstance(node, ast.Expr):
            self.expression(node.value)
        else:
            for child in children(node):
                if isinstance(child, ast.stmt):
                    self.statement(child)
                elif isinstance(child, ast.expr):
                    self.expression(child)
                elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                    self.suite(child.body)

    def if_(self, node: ast.If) -> None:
        self.expression(node.test)
        holds = self.holds(node.test)
        if holds is not False:
            self.suite(node.body)
        if holds is not True:
            self.suite(node.orelse)

    def for_(self, node: ast.For) -> None:
        self.expression(node.iter)
        for _ in self.loops.turns(node):
            self.suite(node.body)
        self.suite(node.orelse)

    def holds(self, test: ast.expr) -> bool | None:
        """Whether a condition holds for a large table on PostgreSQL; None if it does not ask for either."""
        if isinstance(test, ast.BoolOp):
            parts = {self.holds(one) for one in test.values}
            decisive = isinstance(test.op, ast.Or)
            return decisive if decisive in parts else not decisive if parts == {not decisive} else None
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        compare = test.operand if isinstance(test, ast.UnaryOp) else test
        if isinstance(compare, ast.Name):  # `is_postgres = bind.dialect.name == "postgresql"`
            compare = assigned(compare, self.ctx) or compare
        if isinstance(compare, ast.Call) and last(compare.func) == "isinstance" and len(compare.args) == 2:
            cls = last(compare.args[1]).lower()  # `isinstance(bind.dialect, MySQLDialect)`
            is_asked = "dialect" in cls and any(one in cls for one in (*_DIALECTS, "pg"))
            return ("postgres" in cls or "pg" in cls) != negated if is_asked else None
        if not isinstance(compare, ast.Compare) or len(compare.ops) != 1:
            return None
        found = value(compare.comparators[0], self.ctx)
        if isinstance(found, int) and found >= _MANY and "count" in last(compare.left).lower():
            # What a migration does to small tables only, as in `if count < 1_000_000:`, is no danger for large ones.
            order = compare.ops[0]
            is_small = isinstance(order, (ast.Lt, ast.LtE)) != negated
            return not is_small if isinstance(order, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) else None
        named = {one for one in (found if isinstance(found, tuple) else (found,)) if isinstance(one, str)}
        if not named & _DIALECTS:
            return None
        is_other = isinstance(compare.ops[0], (ast.NotEq, ast.NotIn)) != negated
        return named.isdisjoint(_POSTGRESQL) == is_other

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        outer = self.transaction
        for item in node.items:
            call = item.context_expr
            self.expression(call)
            called = last(call.func) if isinstance(call, ast.Call) else ""
            if called == "batch_alter_table" and isinstance(call, ast.Call):
                variable = item.optional_vars
                table = arguments(call, ("table_name",)).get("table_name")
                if isinstance(variable, ast.Name):
                    self.batches[variable.id] = (name(table, self.ctx), call)
            elif called == "autocommit_block" or (self.ctx.mentions("AUTOCOMMIT") and "AUTOCOMMIT" in ast.dump(call)):
                self.transaction = None
        self.suite(node.body)
        if self.transaction is None and outer is not None:
            self.count += 1
            self.transaction = self.count

    def expression(self, node: ast.expr) -> None:
        if isinstance(node, (ast.Constant, ast.Name)):
            return
        if isinstance(node, ast.Call):
            receiver = last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            # What `op` is given holds no calls of `op`: most of a revision need not be looked at.
            if receiver not in self.receivers and receiver not in self.batches:
                self.inside(node)
            self.call(node)
        else:
            self.inside(node)

    def inside(self, node: ast.expr) -> None:
        for child in children(node):
            if isinstance(child, ast.expr):
                self.expression(child)
            elif isinstance(child, ast.keyword):
                self.expression(child.value)
            elif isinstance(child, ast.comprehension):
                self.expression(child.iter)

    def call(self, call: ast.Call) -> None:
        function = call.func
        if isinstance(function, ast.Name):
            if function.id == "create_table" or self.is_operation(function):
                # A wrapper that the project has around `op.create_table`: what follows is about a new table.
                self.operation(function.id, call, "")
            elif function.id in self.functions:
                self.function(function.id, call)
            else:
                self.handed(call)
        elif isinstance(function, ast.Attribute):
            receiver = last(function.value)
            if receiver in self.batches:
                self.operation(function.attr, call, receiver)
            elif receiver in self.receivers:
                self.operation(function.attr, call, "")
            elif function.attr in ("execute", "exec_driver_sql", "scalar"):
                self.run_sql("sql", call)

    def function(self, called: str, call: ast.Call | None = None) -> None:
        if self.depth < _DEPTH:
            self.depth += 1
            with self.loops.called(self.functions[called], call):
                self.suite(self.functions[called].body)
            self.depth -= 1

    def handed(self, call: ast.Call) -> None:
        """The functions that another one is given to run: `run_for_dialect(pg=_pg_upgrade, oracle=_oracle_upgrade)`."""
        given = [("", argument) for argument in call.args]
        given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        for named, argument in given:
            is_for_other = named in _DIALECTS and named not in _POSTGRESQL
            if isinstance(argument, ast.Name) and argument.id in self.functions and not is_for_other:
                self.function(argument.id)

    def is_operation(self, function: ast.Name) -> bool:
        """Whether it is imported, and is Alembic's own or has its parameters."""
        if function.id not in (*OPERATIONS, "execute") or function.id in self.functions:
            return False
        name = self.ctx.qualified_name(function) or ""
        return name.startswith("alembic.op.") or (function.id in _WRAPPED and "." in name)

    def operation(self, called: str, call: ast.Call, batch: str) -> None:
        if called == "execute":
            self.run_sql("execute", call)
            return
        if called not in OPERATIONS:
            return
        table = self.batches[batch][0] if batch else ""
        parameters = OPERATIONS[called]
        given = arguments(
            call,
            [one for one in parameters if one not in _TABLES.get(called, ("table_name",))] if batch else parameters,
        )
        operation = Operation(called, call, given, transaction=self.transaction, batch=batch)
        operation.table = table or _table(given, self.ctx)
        if not operation.table and any(isinstance(one, ast.Starred) for one in call.args):
            return  # nothing is known of it
        emit(operation, self.ctx)
        self.add(operation)

    def run_sql(self, called: str, call: ast.Call) -> None:
        given = arguments(call, ("sqltext",))
        operation = Operation(called, call, given, transaction=self.transaction)
        operation.statements = sql_statements(operation, self.ctx)
        if any(statement.kind is Kind.COMMIT for statement in operation.statements):
            self.transaction = operation.transaction = None
        if operation.statements:
            operation.table = operation.statements[0].table
            self.add(operation)

    def add(self, operation: Operation) -> None:
        operation.turn = self.loops.turn
        for statement in operation.statements:
            statement.transaction = operation.transaction
        self.operations.append(operation)


_MANY = 1000  # rows
_POSTGRESQL = frozenset("postgresql postgres psycopg psycopg2 asyncpg pg8000".split())  # its drivers too
_OTHERS = "sqlite pysqlite aiosqlite mysql mysqldb pymysql mariadb mssql oracle cockroachdb"
_DIALECTS = _POSTGRESQL | frozenset(_OTHERS.split())
#: What projects have functions of their own for, with the same parameters. Those for indexes differ.
_WRAPPED = frozenset(OPERATIONS) - {"create_index", "drop_index"}
#: What a batch does not have to be told.
_TABLES = {"create_foreign_key": ("source_table",)}


def _table(given: Mapping[str, ast.expr], ctx: Context) -> str:
    for key, of in (("table_name", "schema"), ("source_table", "source_schema"), ("old_table_name", "schema")):
        if key in given:
            return table_name(given[key], given.get(of), ctx)
    return ""
