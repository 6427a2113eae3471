"""Which of the statements of a migration in SQL a plan has to change, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence

from readlint.api import Context
from readlint_rules.migrations._exempt import is_harmless
from readlint_rules.migrations._holding import Locks
from readlint_rules.migrations._kinds import Kind
from readlint_rules.migrations._locks import effect
from readlint_rules.migrations._model import Migration, Operation, Statement
from readlint_rules.migrations._plans._plan import Plan, Step
from readlint_rules.migrations._plans._sql import SEQUENCES, Action, actions_of, at_once, made

#: What must not run while a lock is held.
_SLOW = (Kind.VALIDATE, Kind.UPDATE, Kind.DELETE, Kind.INSERT)
_CODES = {
    Kind.CREATE_INDEX: "RL501",
    **dict.fromkeys((Kind.CLUSTER, Kind.VACUUM_FULL, Kind.REINDEX, Kind.SET_LOGGED, Kind.SET_TABLESPACE), "RL503"),
    **dict.fromkeys((Kind.ADD_CHECK, Kind.ADD_NOT_NULL, Kind.ADD_FOREIGN_KEY), "RL505"),
    **dict.fromkeys((Kind.ADD_UNIQUE, Kind.ADD_PRIMARY_KEY, Kind.ADD_EXCLUDE), "RL506"),
    Kind.SET_NOT_NULL: "RL508",
    **dict.fromkeys(_SLOW, "RL513"),
}


def plan_statement(
    plan: Plan, operation: Operation, sql: str, found: Sequence[Statement]
) -> tuple[list[Step], set[str]]:
    """The steps of one statement, none where it stays as it is, and what no step mends.

    `found`: what the reader says of it.
    """
    codes = set(plan.hazards.get(id(operation.call), ()))
    steps: list[Step] = []
    same: list[Action] = []  # actions that stay together
    unplanned: set[str] = set()
    for action in actions_of(sql, found):
        is_safe = not codes or is_harmless(operation, action.statement, plan.ctx)
        hazards = set() if is_safe else _hazards(action.statement, plan) - ({"RL513"} - codes)
        sequence = SEQUENCES.get(action.statement.kind)
        planned = sequence(action, hazards, plan) if hazards and sequence else []
        if planned:
            steps += _behind(same, planned)
            same = []
        else:
            same.append(action)
            unplanned |= hazards
    return (_behind(same, steps, is_last=True) if steps else []), unplanned


def _behind(same: list[Action], steps: list[Step], *, is_last: bool = False) -> list[Step]:
    """Steps behind what stays the same, or before it."""
    if not same:
        return steps
    kept = made([f"{same[0].head} {', '.join(one.text for one in same)}".lstrip()])
    if is_last:
        return [*steps, kept]
    # A constraint that takes the place of another one must not leave a time without either.
    is_replaced = any(one.statement.kind is Kind.DROP_CONSTRAINT for one in same) and steps[0].atomic
    return [at_once([kept, steps[0]]), *steps[1:]] if is_replaced else [kept, *steps]


def _hazards(statement: Statement, plan: Plan) -> set[str]:
    """The findings that a statement can be the reason of."""
    if statement.kind is not Kind.ADD_COLUMN:
        is_safe = statement.not_valid or statement.using_index or statement.concurrently
        return {_CODES[statement.kind]} if statement.kind in _CODES and not is_safe else set()
    what, column = effect(statement, plan.ctx.settings.pg_version), statement.column
    found = {"RL503"} if what.rewrite else {"RL505"} if what.scan else set()
    return found | ({"RL506"} if column and column.unique else set())


def add_followers(migration: Migration, ctx: Context, hazards: dict[int, set[str]]) -> None:
    """The first slow step under a lock has a finding. Those behind it in the same transaction must go with it."""
    moved: set[int | None] = set()
    for operation, statement in migration.statements():
        codes = hazards.get(id(operation.call), set())
        is_slow = statement.kind in _SLOW and not is_harmless(operation, statement, ctx)
        if is_slow and operation.transaction in moved and ctx.once(Locks).held_at(statement):
            hazards[id(operation.call)] = codes | {"RL513"}
        elif "RL513" in codes:
            moved.add(operation.transaction)
