"""The safe sequences of Alembic's operations."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from readlint_rules.migrations._expressions import is_none, last
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Operation, Statement
from readlint_rules.migrations._plans import _texts
from readlint_rules.migrations._plans._layout import indented, text_of, with_part
from readlint_rules.migrations._plans._plan import (
    AUTOCOMMIT,
    Part,
    Placed,
    Plan,
    Step,
    bound_names,
    call_text,
    header,
    is_way_out,
    name_of,
    only_binds,
    proof_name,
    quoted,
)


def plan_operation(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    if operation.batch or not isinstance(plan.ctx.parent(operation.call), ast.Expr):
        return []
    planner = _PLANNERS.get(operation.name)
    if planner is None or (planner not in (_create_index, _alone) and _is_named_at_run_time(operation)):
        return []
    return planner(plan, operation, codes)


def _is_named_at_run_time(operation: Operation) -> bool:
    """Whether a name is one that only the running revision knows, and so cannot be written down."""
    names = (name for one in operation.statements for name in (one.table, one.name, one.other, *one.columns))
    return any("{" in name for name in names)


def render(plan: Plan, part: Part, revision: str, down: str, number: int) -> str:
    upgrade = [line for step in part.steps for line in step.lines]
    first = min((getattr(line, "at", 0) for line in upgrade), default=0)
    upgrade = [*_ways_out(plan, plan.migration.node, first), *upgrade]
    upgrade = _with_locals(plan, upgrade, plan.migration.node)
    downgrade = [line for step in reversed(part.steps) for line in step.undo]
    if downgrade:
        calls = [one.call.lineno for one in plan.migration.read_downgrade()]
        downgrade = [*_ways_out(plan, plan.migration.downgrade_node, min(calls, default=0)), *downgrade]
    downgrade = _with_locals(plan, downgrade, plan.migration.downgrade_node, plan.migration.node)
    head = header(part, _functions(plan, upgrade, downgrade), plan.ctx, ["from alembic import op"])
    body = _functions(plan, plan.with_comments(upgrade), plan.with_comments(downgrade))
    more = "".join(f"{text}\n" for text in _of_the_branch(plan)) if number == 1 else ""
    return f"{_message(plan, number)}{head}\n\nrevision = {revision!r}\ndown_revision = {down}\n{more}\n\n{body}"


def _functions(plan: Plan, upgrade: Iterable[str], downgrade: Iterable[str]) -> str:
    heads = (f"def upgrade({_parameters(plan.migration.node)}):", f"def downgrade({_parameters(plan.backwards)}):")
    return f"{heads[0]}\n{_indented(upgrade)}\n\n\n{heads[1]}\n{_indented(downgrade) or indented('pass')}\n"


def _ways_out(plan: Plan, function: ast.AST | None, line: int) -> list[str]:
    """What ends a function before it comes to a line."""
    above = [one for one in getattr(function, "body", []) if one.lineno < line and is_way_out(one)]
    return [Placed.of(text_of(plan.ctx, one), one) for one in above]


def _message(plan: Plan, number: int) -> str:
    """What `alembic history` says of a revision."""
    first = next(iter(plan.ctx.tree.body), None)
    value = first.value if isinstance(first, ast.Expr) else None
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return ""
    said = f"{value.value.strip().partition(chr(10))[0]}, part {number}"
    is_plain = '"' not in said and "\\" not in said
    own = f'"""{said}"""' if is_plain else repr(said)
    return (text_of(plan.ctx, value) if number == 1 else own) + "\n\n"


def _parameters(function: ast.AST) -> str:
    """What the project's environment gives to its revisions: `upgrade(table_prefix="")`."""
    return ast.unparse(function.args) if isinstance(function, ast.FunctionDef) else ""


def _of_the_branch(plan: Plan) -> Iterator[str]:
    """What else a revision says of its place among the others, which its followers do not repeat."""
    for statement in plan.ctx.tree.body:
        is_set = isinstance(statement, (ast.Assign, ast.AnnAssign)) and not is_none(statement.value)
        if is_set and not {"branch_labels", "depends_on"}.isdisjoint(bound_names(statement)):
            yield f"{next(bound_names(statement))} = {text_of(plan.ctx, statement.value)}"  # type: ignore[attr-defined]


def _with_locals(plan: Plan, lines: list[str], *functions: ast.AST | None) -> list[str]:
    """Each line below what binds its names: `connection = op.get_bind()`, imports. The first function has it."""
    operations = [*plan.migration.operations, *(plan.migration.read_downgrade() if len(functions) > 1 else ())]
    bodies = [
        [one for one in getattr(function, "body", []) if only_binds(one, operations, plan.ctx)]
        for function in functions
    ]
    bound: dict[str, ast.stmt] = {}
    found: list[str] = []
    for line in lines:
        for one in _binding(_names(line), bodies, getattr(line, "at", 0)):
            if any(bound.get(name) is not one for name in bound_names(one)):
                found.append(Placed.of(text_of(plan.ctx, one), one))
                bound.update(dict.fromkeys(bound_names(one), one))
        found.append(line)
    return found


def _binding(names: set[str], bodies: list[list[ast.stmt]], line: int) -> list[ast.stmt]:
    """What gave some names their values last above a line, 0 for the end, and what that needs itself."""
    found: list[ast.stmt] = []
    for name in sorted(names):
        for number, body in enumerate(bodies):
            above = [one for one in body if name in bound_names(one) and (not line or number or one.lineno < line)]
            if above:
                needed = _names(ast.unparse(above[-1])) - {name}
                found += [*_binding(needed, bodies[number:], above[-1].lineno), above[-1]]
                break
    return sorted(dict.fromkeys(found), key=lambda one: one.lineno)


def _names(code: str) -> set[str]:
    return {one.id for one in ast.walk(ast.parse(code)) if isinstance(one, ast.Name)}


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(map(indented, lines))


# Statements


def _autocommitted(*lines: str) -> str:
    return f"{AUTOCOMMIT}\n" + _indented(list(lines))


def _execute(sql: str) -> str:
    return f"op.execute({sql!r})"


def _validate(table: str, name: str) -> Step:
    return Step([_execute(_texts.validate(quoted(name), quoted(table)))])


def _at(table: str, before: str = "", after: str = "", prefix: str = "") -> str:
    """Arguments that say the table, with others before and behind it; its schema has a keyword of its own."""
    schema, _, name = table.rpartition(".")
    said = [before, repr(name), after, f"{prefix}schema={schema!r}" if schema else ""]
    return ", ".join(one for one in said if one)


def _dropped(name: str, table: str, kind: str) -> str:
    return f"op.drop_constraint({_at(table, repr(name), f'type_={kind!r}')})"


def _index(name: str, statement: Statement, unique: bool) -> Step:
    made = _at(statement.table, repr(name), f"{list(statement.columns)!r}{', unique=True' if unique else ''}")
    create = f"op.create_index({made}, postgresql_concurrently=True, if_not_exists=True)"
    return Step([_autocommitted(create)], [_autocommitted(_index_dropped(_at(statement.table, repr(name))))])


def _index_dropped(which: str) -> str:
    return f"op.drop_index({which}, postgresql_concurrently=True, if_exists=True)"


# Operations


def _create_index(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    create = call_text(plan.ctx, operation.call, {"postgresql_concurrently": "True", "if_not_exists": "True"})
    which = _at(statement.table, repr(statement.name))
    if _is_named_at_run_time(operation):
        given = operation.arguments
        texts = [text_of(plan.ctx, given[key]) for key in ("index_name", "table_name") if key in given]
        which = ", ".join([*texts, *(f"schema={text_of(plan.ctx, given[key])}" for key in given if key == "schema")])
    return [Step([_autocommitted(create)], [_autocommitted(_index_dropped(which))])] if statement.name else []


def _unique(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    name = statement.name or name_of(statement, "key")
    dropped = [one for one in plan.migration.of_kind(Kind.DROP_CONSTRAINT) if one.table == statement.table]
    # As long as the old constraint is there, so is its index.
    index = f"{name[:59]}_new" if any(one.name == name for one in dropped) else name
    return _unique_of(statement, name, index)


def _unique_of(statement: Statement, name: str, index: str = "") -> list[Step]:
    built = _index(index or name, statement, unique=True)
    attach = _execute(_texts.attach_index(quoted(name), quoted(statement.table), index=quoted(index or name)))
    return [built, Step([attach], [_dropped(name, statement.table, "unique")], replaces=True)]


def _not_valid(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = operation.statements[0]
    kind, ending = ("foreignkey", "fkey") if statement.kind is Kind.ADD_FOREIGN_KEY else ("check", "check")
    add, name = call_text(plan.ctx, operation.call, {"postgresql_not_valid": "True"}), statement.name
    if not name:
        if not statement.columns or not is_none(next(iter(operation.call.args), None)):
            return []
        name = name_of(statement, ending)
        add = add.replace("(None, ", f"({name!r}, ", 1)
    return [
        Step([add], [_dropped(name, statement.table, kind)], replaces=True),
        _validate(statement.table, name),
    ]


def _alter_column(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    statement = next((one for one in operation.statements if one.kind is Kind.SET_NOT_NULL), None)
    if statement is None or len(operation.statements) > 1:
        return []
    return _not_null(statement, text_of(plan.ctx, operation.call))


def _not_null(statement: Statement, final: str) -> list[Step]:
    """A check that proves it lets `SET NOT NULL` pass without a look at the rows."""
    table, column = statement.table, statement.columns[0]
    name = proof_name(table, column)
    check = f"{quoted(column)} IS NOT NULL"
    make = f"op.create_check_constraint({_at(table, repr(name), repr(check))}, postgresql_not_valid=True)"
    nullable = f"op.alter_column({_at(table, after=repr(column))}, nullable=True)"
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
        where = _at(first.table, after=repr(column.name))
        later.append(Step([f"op.alter_column({where}, server_default={text_of(ctx, default)})"]))
        later.append(_backfill(first))
        if not column.null:
            later += _not_null(first, f"op.alter_column({where}, nullable=False)")
    keywords.update(index=None, unique=None)
    keys = [text_of(ctx, one) for one in node.args if isinstance(one, ast.Call) and last(one.func) == "ForeignKey"]
    plain = with_part(ctx, operation.call, node, call_text(ctx, node, keywords, without=keys))
    for statement in operation.statements[1:]:
        later += _apart(statement, keys)
    drop = f"op.drop_column({_at(first.table, after=repr(column.name))})"
    return [Step([plain], [drop]), *later] if later else []


def _apart(statement: Statement, keys: list[str]) -> list[Step]:
    """What Alembic does for a column beyond adding it."""
    if statement.kind is Kind.CREATE_INDEX:
        return [_index(f"ix_{statement.table.rpartition('.')[2]}_{statement.columns[0]}", statement, statement.unique)]
    if statement.kind is Kind.ADD_UNIQUE:
        return _unique_of(statement, name_of(statement, "key"))
    name, table = name_of(statement, "fkey"), statement.table
    target = ast.parse(keys[0], mode="eval").body
    assert isinstance(target, ast.Call)
    parent = ast.unparse(target.args[0]).strip("'\"").rpartition(".")[2]
    local = list(statement.columns)
    schema, _, other = statement.other.rpartition(".")
    named = _at(table, repr(name), f"{other!r}, {local!r}, [{parent!r}]", prefix="source_")
    named += f", referent_schema={schema!r}" if schema else ""
    return [
        Step([f"op.create_foreign_key({named}, postgresql_not_valid=True)"], [_dropped(name, table, "foreignkey")]),
        _validate(table, name),
    ]


def _backfill(statement: Statement) -> Step:
    """In batches, each of which commits by itself."""
    sql = _texts.fill_batch(quoted(statement.table), quoted(statement.columns[0]))
    loop = f"while op.get_bind().exec_driver_sql({sql!r}).rowcount:\n    pass"
    return Step([_autocommitted(loop)])


def _alone(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    """What changes rows needs a revision of its own, so that it holds no lock of what came before it."""
    statement = plan.ctx.parent(operation.call)
    return [Step([text_of(plan.ctx, statement)])] if set(codes) == {"RL513"} and statement is not None else []


_PLANNERS = {
    "execute": _alone,
    "sql": _alone,
    "create_index": _create_index,
    "create_unique_constraint": _unique,
    "create_foreign_key": _not_valid,
    "create_check_constraint": _not_valid,
    "alter_column": _alter_column,
    "add_column": _add_column,
}
