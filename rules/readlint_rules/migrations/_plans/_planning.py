"""From the findings of a migration to its plan, and to the text of that."""

from __future__ import annotations

import ast
import itertools
import json
import os
from collections.abc import Callable, Iterable, Mapping

from readlint.api import Context, Finding
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._expressions import last
from readlint_rules.migrations._history import History
from readlint_rules.migrations._judging import database_of
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._model import Migration
from readlint_rules.migrations._plans import _alembic, _django, _sql_files, _yoyo
from readlint_rules.migrations._plans._layout import text_of
from readlint_rules.migrations._plans._names import paths
from readlint_rules.migrations._plans._plan import Part, Plan, Planner, python_units
from readlint_rules.migrations._plans._statements import add_followers
from readlint_rules.migrations._wording import remark

_LONGEST = 32  # characters of a revision: Alembic's column for it has no more


def plan_of(ctx: Context, findings: Iterable[Finding], facts: Iterable[str]) -> Plan | None:
    migration = ctx.once(migration_of)
    if migration is None:
        return None
    hazards: dict[int, set[str]] = {}
    for operation in migration.operations:
        codes = {one.rule for one in findings if one.span == ctx.span(operation.call)}
        if codes:
            hazards[id(operation.call)] = codes
    if migration.framework not in _IN_PYTHON:
        add_followers(migration, ctx, hazards)
    past = History([json.loads(fact) for fact in facts])
    if migration.is_django:
        _call_tables_by_name(migration, past, ctx.path)
    apart = _hazards_apart(migration, ctx, hazards) if hazards and migration.framework is Framework.ALEMBIC else {}
    return Plan(migration, ctx, past, hazards, apart)


def _hazards_apart(migration: Migration, ctx: Context, hazards: Mapping[int, set[str]]) -> dict[int, set[str]]:
    """What has another finding as long as all is one transaction: columns that are new there, later slow steps."""
    apart = {key: set(codes) for key, codes in hazards.items()}
    add_followers(migration, ctx, apart)
    for operation, statement in migration.statements():
        if statement.kind is Kind.SET_NOT_NULL and statement.on_new_column and not statement.on_new_table:
            apart.setdefault(id(operation.call), set()).add("RL508")
    return apart


def _call_tables_by_name(migration: Migration, past: History, path: str) -> None:
    """Where another migration gives a model a `db_table`, this one's statements are about that."""
    for operation in migration.operations:
        operation.table = past.name_before(path, operation.table)
        for statement in operation.statements:
            statement.table = past.name_before(path, statement.table)
            if statement.kind is Kind.ADD_FOREIGN_KEY:
                statement.other = past.name_before(path, statement.other)


def parts_of(plan: Plan, path: str, text_of: Callable[[str], str]) -> list[Part]:
    """`text_of`: what is in another file, nothing where there is none."""
    framework = plan.migration.framework
    if plan.ctx.once(database_of) != "postgresql":  # the sequences are its own
        plan.leave_all()
        return []
    if plan.migration.is_text:
        back = _sql_files.path_back(framework, path)
        return _sql_files.parts_of(plan, text_of(back) if back else "")
    if framework is Framework.YOYO:
        return plan.parts(_yoyo.plan_operation, _yoyo.units(plan))
    return plan.parts(_IN_PYTHON[framework], python_units(plan))


_IN_PYTHON: dict[Framework, Planner] = {
    Framework.DJANGO: _django.plan_operation,
    Framework.ALEMBIC: _alembic.plan_operation,
}


def is_as_it_was(parts: list[Part]) -> bool:
    """Whether nothing was planned."""
    return all(part.is_plain for part in parts)


def printed(plan: Plan, parts: list[Part], path: str) -> str:
    """Each migration below a comment with the name of its file."""
    writers = {Framework.DJANGO: _files_of_django, Framework.ALEMBIC: _files_of_alembic}
    if parts and is_as_it_was(parts) and plan.migration.framework in _IN_PYTHON:
        return f"# file: {path}\n{plan.ctx.source.text}"
    made, mark = writers.get(plan.migration.framework, _counted_files)(plan, parts, path), remark(plan.migration)
    return "\n\n".join(f"{mark} file: {name}\n{text}" for name, text in made)


def _counted_files(plan: Plan, parts: list[Part], path: str) -> Iterable[tuple[str, str]]:
    """Files that are run by their numbers."""
    if not parts:
        return
    # What dbmate remembers of a migration is its number; yoyo goes by what each depends on.
    names = paths(path, len(parts), one_a_number=plan.migration.framework is Framework.DBMATE)
    before = ""
    for part, name in zip(parts, names, strict=True):
        if plan.migration.is_text:
            yield from _sql_files.render(plan, part, name, before)
        else:
            yield name, _yoyo.render(plan, part, before)
        before = os.path.splitext(os.path.basename(name))[0]


def wants_transactions(plan: Plan, parts: list[Part]) -> bool:
    """Whether a lock of one revision would be held during the next, were all of an upgrade one transaction.

    That is Alembic's default. An autocommit block commits what came before it, and ends in a new transaction.
    """
    if plan.migration.framework is not Framework.ALEMBIC:
        return False
    return any(not one.commits and not other.commits for one, other in itertools.pairwise(parts))


def _files_of_django(plan: Plan, parts: list[Part], path: str) -> Iterable[tuple[str, str]]:
    folder, app = os.path.dirname(path), plan.migration.app
    written = [one for one in plan.migration.node.body if isinstance(one, ast.Assign) and _is_dependencies(one)]
    dependencies = text_of(plan.ctx, written[0].value) if written else "[]"
    for number, part in enumerate(parts, 1):
        name = plan.migration.name if number == 1 else f"{plan.migration.name}_part{number}"
        yield os.path.join(folder, f"{name}.py"), _django.render(plan, part, name, dependencies, number == 1)
        dependencies = f'[("{app}", "{name}")]'


def _is_dependencies(statement: ast.Assign) -> bool:
    return last(statement.targets[0]) == "dependencies"


def _files_of_alembic(plan: Plan, parts: list[Part], path: str) -> Iterable[tuple[str, str]]:
    stem, revision = os.path.splitext(path)[0], plan.migration.name
    down = repr(tuple(name for _, name in plan.migration.dependencies))
    if len(plan.migration.dependencies) == 1:
        down = repr(plan.migration.dependencies[0][1])
    for number, part in enumerate(parts, 1):
        name = revision if number == 1 else f"{revision[: _LONGEST - 4]}_p{number}"
        file = f"{stem}.py" if number == 1 else f"{stem}_p{number}.py"
        yield file, _alembic.render(plan, part, name, down, number)
        down = repr(name)
