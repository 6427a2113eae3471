"""The safe sequences of Django's operations."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable

from readlint_rules.migrations._expressions import arguments, last
from readlint_rules.migrations._history import is_constrained
from readlint_rules.migrations._judging import described_above
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._model import Column, Default, Operation, Statement
from readlint_rules.migrations._plans import _texts
from readlint_rules.migrations._plans._layout import indented, text_of, with_part
from readlint_rules.migrations._plans._plan import (
    Part,
    Plan,
    Step,
    call_text,
    header,
    name_of,
    proof_name,
    quoted,
)

_OPERATIONS = "from django.contrib.postgres.operations import "


def plan_operation(plan: Plan, operation: Operation, codes: Collection[str]) -> list[Step]:
    field = operation.arguments.get("field")
    if operation.name == "AddIndex":
        return [_concurrent_index(plan, operation)]
    if operation.name == "AddConstraint":
        return _constraint(plan, operation)
    if operation.name == "AddField" and isinstance(field, ast.Call):
        return _add_field(plan, operation, field, codes)
    if operation.name == "AlterField" and isinstance(field, ast.Call):
        return _alter_field(plan, operation, field, codes)
    return []


def render(plan: Plan, part: Part, name: str, dependencies: str, own: bool) -> str:
    """The module of one part. `own`: it has what else the migration's class says."""
    others = [indented(text_of(plan.ctx, one)) for one in plan.migration.node.body if own and _is_other(one)]
    above = ["    atomic = False"] * (not part.atomic) + others + [f"    dependencies = {dependencies}"]
    operations = [line for step in part.steps for line in step.lines]
    head = header(part, "\n".join([*above, *operations]), plan.ctx, ["from django.db import migrations"])
    listed = [indented(line if line.startswith("#") else f"{line},", 8) for line in plan.with_comments(operations)]
    body = "\n".join([*above, "    operations = [", *listed, "    ]"])
    return f"{head}\n\n\nclass Migration(migrations.Migration):\n{body}\n"


def _is_other(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(one, ast.Name) and one.id not in ("dependencies", "operations", "atomic") for one in targets)


# Statements


def _sql(sql: str, reverse: str) -> str:
    return f"migrations.RunSQL(\n    {sql!r},\n    {reverse!r},\n)"


def _separate(database: list[str], state: list[str]) -> str:
    inner = "\n".join(
        f"    {key}=[\n{chr(10).join(f'{indented(one, 8)},' for one in items)}\n    ],"
        for key, items in (("database_operations", database), ("state_operations", state))
    )
    return f"migrations.SeparateDatabaseAndState(\n{inner}\n)"


def _build(name: str, table: str, columns: tuple[str, ...], unique: bool) -> str:
    sql = _texts.build_index(quoted(name), quoted(table), map(quoted, columns), unique=unique)
    return _sql(sql, _texts.drop_index(quoted(name)))


def _attach(name: str, table: str) -> str:
    sql = _texts.attach_index(quoted(name), quoted(table))
    return _sql(sql, _texts.drop_constraint(quoted(name), quoted(table)))


def _validate(name: str, table: str) -> str:
    sql = _texts.validate(quoted(name), quoted(table))
    return f"migrations.RunSQL(\n    {sql!r},\n    migrations.RunSQL.noop,\n)"


# Operations


def _concurrent_index(plan: Plan, operation: Operation) -> Step:
    text = call_text(plan.ctx, operation.call, {}, function="AddIndexConcurrently")
    return Step([text], atomic=False, imports=(f"{_OPERATIONS}AddIndexConcurrently",))


def _constraint(plan: Plan, operation: Operation) -> list[Step]:
    statement = operation.statements[0]
    given = operation.arguments
    original = text_of(plan.ctx, operation.call)
    if statement.kind is Kind.ADD_CHECK:
        model = text_of(plan.ctx, given["model_name"])
        not_valid = call_text(plan.ctx, operation.call, {}, function="AddConstraintNotValid")
        validate = f"ValidateConstraint(model_name={model}, name={statement.name!r})"
        return [
            Step([not_valid], imports=(f"{_OPERATIONS}AddConstraintNotValid",)),
            Step([validate], imports=(f"{_OPERATIONS}ValidateConstraint",)),
        ]
    if statement.kind is not Kind.ADD_UNIQUE or not statement.columns:
        return []
    columns = tuple(_column(plan, operation, field) for field in statement.columns)
    return _unique(statement.name, operation.table, columns, original)


def _column(plan: Plan, operation: Operation, field: str) -> str:
    known = _known(plan, operation, field)
    return known.name if known else field


def _known(plan: Plan, operation: Operation, field: str) -> Column | None:
    above = described_above(field, operation, plan.migration, plan.ctx)
    return above or plan.past.before(plan.ctx.path, f"{plan.migration.app}_{operation.model.lower()}", field)


def _unique(name: str, table: str, columns: tuple[str, ...], state: str) -> list[Step]:
    return [
        Step([_build(name, table, columns, unique=True)], atomic=False),
        Step([_separate([_attach(name, table)], [state])]),
    ]


def _add_field(plan: Plan, operation: Operation, field: ast.Call, codes: Collection[str]) -> list[Step]:
    column = operation.column
    if column is None or last(field.func) == "OneToOneField" or "RL505" in codes:
        return []
    statement = operation.statements[0]
    keywords: dict[str, str | None] = {}
    later: list[Step] = []
    if "RL503" in codes:
        if column.default == Default.NONE:
            return []
        keywords.update(null="True", db_default=None)
        later += _filled(plan, operation, field)
        if not column.null:
            later += _not_null(plan, operation, _as_alter(plan, operation, text_of(plan.ctx, field)))
    if column.indexed:
        keywords["db_index"] = "False"
    if "RL506" in codes:
        keywords["unique"] = None
    first = with_part(plan.ctx, operation.call, field, call_text(plan.ctx, field, keywords))
    state = _as_alter(plan, operation, text_of(plan.ctx, field))
    if column.indexed:
        index = _build(name_of(statement, "idx"), operation.table, (column.name,), unique=False)
        later.append(Step([_separate([index], [state])], atomic=False))
    if "RL506" in codes:
        later += _unique(name_of(statement, "uniq"), operation.table, (column.name,), state)
    return [Step([first]), *later] if later else []


def _as_alter(plan: Plan, operation: Operation, field: str) -> str:
    given = operation.arguments
    model, name = text_of(plan.ctx, given["model_name"]), text_of(plan.ctx, given["name"])
    return f"migrations.AlterField(model_name={model}, name={name}, field={field})"


def _filled(plan: Plan, operation: Operation, field: ast.Call) -> list[Step]:
    """The default for new rows, then for those that are there already."""
    default = text_of(plan.ctx, arguments(field, ())["db_default"])
    nullable = call_text(plan.ctx, field, {"null": "True"})
    return [Step([_as_alter(plan, operation, nullable)]), _backfill(plan, operation, default)]


def _backfill(plan: Plan, operation: Operation, value: str) -> Step:
    key = ast.literal_eval(operation.arguments["name"])
    name = f"fill_{key}"
    function = f'''def {name}(apps, schema_editor):
    """In batches, each of which commits by itself."""
    rows = apps.get_model("{plan.migration.app}", "{operation.model}").objects.filter({key}=None)
    while keys := list(rows.values_list("pk", flat=True)[:1000]):
        rows.filter(pk__in=keys).update({key}={value})'''
    text = f"migrations.RunPython({name}, migrations.RunPython.noop, elidable=True)"
    return Step([text], atomic=False, functions=(function,))


def _alter_field(plan: Plan, operation: Operation, field: ast.Call, codes: Collection[str]) -> list[Step]:
    original, table, column = text_of(plan.ctx, operation.call), operation.table, operation.column
    if column is None or len(set(codes) - {"RL513"}) != 1:
        return []
    if "RL508" in codes:
        return _not_null(plan, operation, original)
    old = _known(plan, operation, ast.literal_eval(operation.arguments["name"]))
    if "RL505" in codes and old is not None and is_constrained(old):
        loosened = _null(table, column.name, "DROP", "SET", original)
        return [Step([loosened])] if column.null and not old.null else []
    planned = next((names for code, names in _PLANNED.items() if code in codes), ())
    if old is None or not _differ_in(planned, old, column):
        return []
    statement = next(one for one in operation.statements if one.columns)
    if "RL506" in codes:
        return _unique(name_of(statement, "uniq"), table, (column.name,), original)
    if "RL501" in codes:
        index = _build(name_of(statement, "idx"), table, (column.name,), unique=False)
        return [Step([_separate([index], [original])], atomic=False)]
    keys = [one for one in operation.statements if one.kind is Kind.ADD_FOREIGN_KEY and "{" not in one.other]
    return _foreign_key(keys[0], original) if "RL505" in codes and keys else []


#: What a plan changes in the database; whatever else an `AlterField` changes would stay as it was.
_PLANNED = {"RL506": ("unique",), "RL501": ("indexed",), "RL505": ("references", "constrained")}
_OF_DJANGO = ("python_default", "known", "is_named")


def _differ_in(names: Iterable[str], old: Column, new: Column) -> bool:
    """Whether two columns differ in nothing else, as far as a database knows them."""
    return old._replace(**{name: getattr(new, name) for name in (*names, *_OF_DJANGO)}) == new


def _foreign_key(statement: Statement, original: str) -> list[Step]:
    table, name = statement.table, name_of(statement, "fk")
    key = f"FOREIGN KEY ({quoted(statement.columns[0])}) REFERENCES {quoted(statement.other)}"
    added = f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {key} DEFERRABLE INITIALLY DEFERRED NOT VALID"
    removed = _texts.drop_constraint(quoted(name), quoted(table))
    return [Step([_separate([_sql(added, removed)], [original])]), Step([_validate(name, table)])]


def _null(table: str, column: str, to: str, back: str, state: str) -> str:
    """Whether a foreign key may be null, without Django's `AlterField`, which would make its constraint anew."""
    change, undo = (_texts.set_null(quoted(table), quoted(column), verb) for verb in (to, back))
    return _separate([_sql(change, undo)], [state])


def _not_null(plan: Plan, operation: Operation, final: str) -> list[Step]:
    column = operation.column
    assert column is not None
    table, name = operation.table, proof_name(operation.table, column.name)
    check = _texts.check_not_null(quoted(name), quoted(table), quoted(column.name))
    drop = _texts.drop_constraint(quoted(name), quoted(table))
    steps = [Step([_sql(check, drop)])]
    field = operation.arguments["field"]
    given = arguments(field, ()) if isinstance(field, ast.Call) else {}
    default = given.get("default")
    if default is not None and operation.name == "AlterField":
        text = text_of(plan.ctx, default)
        is_called = isinstance(default, (ast.Name, ast.Attribute, ast.Lambda))
        steps.append(_backfill(plan, operation, f"({text})()" if is_called else text))
    steps.append(Step([_validate(name, table)]))
    if is_constrained(column) and operation.name == "AlterField":
        final = _null(table, column.name, "SET", "DROP", final)
    steps.append(Step([final, _sql(drop, check)]))
    return steps
