"""From the findings of a migration to its plan, and to the text of that."""

from __future__ import annotations

import ast
import itertools
import json
import os
from collections.abc import Iterable

from readlint.api import Context, Finding
from readlint_rules.migrations import _plan_alembic, _plan_django
from readlint_rules.migrations._discovery import migration_of
from readlint_rules.migrations._expressions import last
from readlint_rules.migrations._history import History
from readlint_rules.migrations._kinds import Framework
from readlint_rules.migrations._plan import Part, Plan, python_units

_LONGEST = 32  # characters of a revision: Alembic's column for it has no more


def plan_of(ctx: Context, findings: Iterable[Finding], facts: Iterable[str]) -> Plan | None:
    migration = ctx.once(migration_of)
    if migration is None or migration.framework not in (Framework.DJANGO, Framework.ALEMBIC):
        return None
    hazards: dict[int, set[str]] = {}
    for operation in migration.operations:
        codes = {one.rule for one in findings if one.span == ctx.span(operation.call)}
        if codes:
            hazards[id(operation.call)] = codes
    return Plan(migration, ctx, History([json.loads(fact) for fact in facts]), hazards)


def parts_of(plan: Plan) -> list[Part]:
    planner = _plan_django.plan_operation if plan.migration.is_django else _plan_alembic.plan_operation
    return plan.parts(planner, python_units(plan))


def printed(plan: Plan, parts: list[Part], path: str) -> str:
    """Each migration below a comment with the name of its file."""
    made = _django(plan, parts, path) if plan.migration.is_django else _alembic(plan, parts, path)
    return "\n\n".join(f"# file: {name}\n{text}" for name, text in made)


def wants_transactions(plan: Plan, parts: list[Part]) -> bool:
    """Whether a lock of one revision would be held during the next, were all of an upgrade one transaction.

    That is Alembic's default. An autocommit block commits what came before it, and ends in a new transaction.
    """
    if plan.migration.is_django:
        return False
    return any(not one.commits and not other.commits for one, other in itertools.pairwise(parts))


def _django(plan: Plan, parts: list[Part], path: str) -> Iterable[tuple[str, str]]:
    folder, app = os.path.dirname(path), plan.migration.app
    written = [one for one in plan.migration.node.body if isinstance(one, ast.Assign) and _is_dependencies(one)]
    dependencies = plan.ctx.text(written[0].value) if written else "[]"
    for number, part in enumerate(parts, 1):
        name = plan.migration.name if number == 1 else f"{plan.migration.name}_part{number}"
        yield os.path.join(folder, f"{name}.py"), _plan_django.render(plan, part, name, dependencies, number == 1)
        dependencies = f'[("{app}", "{name}")]'


def _is_dependencies(statement: ast.Assign) -> bool:
    return last(statement.targets[0]) == "dependencies"


def _alembic(plan: Plan, parts: list[Part], path: str) -> Iterable[tuple[str, str]]:
    stem, revision = os.path.splitext(path)[0], plan.migration.name
    down = repr(tuple(name for _, name in plan.migration.dependencies))
    if len(plan.migration.dependencies) == 1:
        down = repr(plan.migration.dependencies[0][1])
    for number, part in enumerate(parts, 1):
        name = revision if number == 1 else f"{revision[: _LONGEST - 4]}_p{number}"
        file = f"{stem}.py" if number == 1 else f"{stem}_p{number}.py"
        yield file, _plan_alembic.render(plan, part, name, down)
        down = repr(name)
