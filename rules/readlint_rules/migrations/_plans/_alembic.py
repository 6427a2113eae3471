"""The safe sequences of Alembic's operations."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from readlint_rules.migrations._expressions import last
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Operation, Statement
from readlint_rules.migrations._plans import _texts
from readlint_rules.migrations._plans._layout import indented, text_of, with_part
from readlint_rules.migrations._plans._plan import (
    AUTOCOMMIT,
    Part,
    Plan,
    Step,
    call_text,
    header,
    name_of,
    quoted,
)


def plan_operation(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    if operation.batch or not isinstance(plan.ctx.parent(operation.call), ast.Expr):
        return []
    planner = _PLANNERS.get(operation.name)
    return planner(plan, operation, codes) if planner else []


def render(plan: Plan, part: Part, revision: str, down: str) -> str:
    upgrade = [line for step in part.steps for line in step.lines]
    upgrade = [*_locals(plan, upgrade, plan.migration.node), *upgrade]
    downgrade = [line for step in reversed(part.steps) for line in step.undo]
    downgrade = [*_locals(plan, downgrade, plan.migration.downgrade_node), *downgrade]
    body = f"def upgrade():\n{_indented(upgrade)}\n\n\ndef downgrade():\n{_indented(downgrade or ['pass'])}\n"
    head = header(part, body, plan.ctx, ["from alembic import op"])
    return f"{head}\n\nrevision = {revision!r}\ndown_revision = {down}\n\n\n{body}"


def _locals(plan: Plan, lines: list[str], function: ast.AST | None) -> list[str]:
    """The assignments of the whole function that some of its statements need: `connection = op.get_bind()`."""
    words = set(re.findall(r"\w+", "\n".join(lines)))
    found = []
    for one in reversed(getattr(function, "body", [])):
        if isinstance(one, ast.Assign) and any(isinstance(to, ast.Name) and to.id in words for to in one.targets):
            found.append(text_of(plan.ctx, one))
            words.update(re.findall(r"\w+", found[-1]))
    return found[::-1]


def _indented(lines: list[str]) -> str:
    return "\n".join(map(indented, lines))


# Statements


def _autocommitted(*lines: str) -> str:
    return f"{AUTOCOMMIT}\n" + _indented(list(lines))


def _execute(sql: str) -> str:
    return f"op.execute({sql!r})"


def _validate(table: str, name: str) -> Step:
    return Step([_execute(_texts.validate(quoted(name), quoted(table)))])


def _dropped(name: str, table: str, kind: str) -> str:
    return f"op.drop_constraint({name!r}, {table!r}, type_={kind!r})"


def _index(name: str, statement: Statement, unique: bool) -> Step:
    made = f"op.create_index({name!r}, {statement.table!r}, {list(statement.columns)!r}"
    made += ", unique=True" if unique else ""
    create = f"{made}, postgresql_concurrently=True, if_not_exists=True)"
    return Step([_autocommitted(create)], [_autocommitted(_index_dropped(name, statement.table))])


def _index_dropped(name: str, table: str) -> str:
    return f"op.drop_index({name!r}, {table!r}, postgresql_concurrently=True, if_exists=True)"


# Operations


def _create_index(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    create = call_text(plan.ctx, operation.call, {"postgresql_concurrently": "True", "if_not_exists": "True"})
    return [Step([_autocommitted(create)], [_autocommitted(_index_dropped(statement.name, statement.table))])]


def _unique(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    return _unique_of(statement, statement.name or name_of(statement, "key"))


def _unique_of(statement: Statement, name: str) -> list[Step]:
    attach = _execute(_texts.attach_index(quoted(name), quoted(statement.table)))
    return [_index(name, statement, unique=True), Step([attach], [_dropped(name, statement.table, "unique")])]


def _not_valid(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    if not statement.name:
        return []
    kind = "foreignkey" if statement.kind is Kind.ADD_FOREIGN_KEY else "check"
    add = call_text(plan.ctx, operation.call, {"postgresql_not_valid": "True"})
    return [
        Step([add], [_dropped(statement.name, statement.table, kind)]),
        _validate(statement.table, statement.name),
    ]


def _alter_column(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = next((one for one in operation.statements if one.kind is Kind.SET_NOT_NULL), None)
    if statement is None or len(operation.statements) > 1:
        return []
    return _not_null(statement, text_of(plan.ctx, operation.call))


def _not_null(statement: Statement, final: str) -> list[Step]:
    """A check that proves it lets `SET NOT NULL` pass without a look at the rows."""
    table, column = statement.table, statement.columns[0]
    name = name_of(statement, "not_null")
    check = f"{quoted(column)} IS NOT NULL"
    make = f"op.create_check_constraint({name!r}, {table!r}, {check!r}, postgresql_not_valid=True)"
    nullable = f"op.alter_column({table!r}, {column!r}, nullable=True)"
    return [
        Step([make], [_dropped(name, table, "check")]),
        _validate(table, name),
        Step([final, _dropped(name, table, "check")], [make, nullable]),
    ]


def _add_column(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    column, node, ctx = operation.column, operation.arguments.get("column"), plan.ctx
    if column is None or not isinstance(node, ast.Call) or column.check:
        return []
    keywords: dict[str, str | None] = {}
    later: list[Step] = []
    first = operation.statements[0]
    if "RL503" in codes:
        default = next((one.value for one in node.keywords if one.arg == "server_default"), None)
        if default is None:
            return []
        keywords.update(server_default=None, nullable=None)
        later.append(
            Step([f"op.alter_column({first.table!r}, {column.name!r}, server_default={text_of(ctx, default)})"])
        )
        later.append(_backfill(first))
        if not column.null:
            later += _not_null(first, f"op.alter_column({first.table!r}, {column.name!r}, nullable=False)")
    keywords.update(index=None, unique=None)
    keys = [text_of(ctx, one) for one in node.args if isinstance(one, ast.Call) and last(one.func) == "ForeignKey"]
    plain = with_part(ctx, operation.call, node, call_text(ctx, node, keywords, without=keys))
    for statement in operation.statements[1:]:
        later += _apart(statement, keys)
    drop = f"op.drop_column({first.table!r}, {column.name!r})"
    return [Step([plain], [drop]), *later] if later else []


def _apart(statement: Statement, keys: list[str]) -> list[Step]:
    """What Alembic does for a column beyond adding it."""
    if statement.kind is Kind.CREATE_INDEX:
        return [_index(f"ix_{statement.table}_{statement.columns[0]}", statement, statement.unique)]
    if statement.kind is Kind.ADD_UNIQUE:
        return _unique_of(statement, name_of(statement, "key"))
    name, table = name_of(statement, "fkey"), statement.table
    target = ast.parse(keys[0], mode="eval").body
    assert isinstance(target, ast.Call)
    parent = ast.unparse(target.args[0]).strip("'\"").rpartition(".")[2]
    local = list(statement.columns)
    add = f"op.create_foreign_key({name!r}, {table!r}, {statement.other!r}, {local!r}, [{parent!r}], "
    return [
        Step([f"{add}postgresql_not_valid=True)"], [_dropped(name, table, "foreignkey")]),
        _validate(table, name),
    ]


def _backfill(statement: Statement) -> Step:
    """In batches, each of which commits by itself."""
    sql = _texts.fill_batch(quoted(statement.table), quoted(statement.columns[0]))
    loop = f"while op.get_bind().exec_driver_sql({sql!r}).rowcount:\n    pass"
    return Step([_autocommitted(loop)])


_PLANNERS = {
    "create_index": _create_index,
    "create_unique_constraint": _unique,
    "create_foreign_key": _not_valid,
    "create_check_constraint": _not_valid,
    "alter_column": _alter_column,
    "add_column": _add_column,
}
