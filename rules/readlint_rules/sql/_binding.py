"""How a query gets parameters for what is put into it, step by step: the call, the slots of its text, one plan."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, regex, walk
from readlint_rules.sql._chains import expressions
from readlint_rules.sql._drivers import COLON, NUMBERED, PERCENT, Driver
from readlint_rules.sql._folding import skeletons
from readlint_rules.sql._layout import CannotFix, Cell, Layout, lay_out
from readlint_rules.sql._lists import bind_list
from readlint_rules.sql._matching import Match, matches
from readlint_rules.sql._model import NAMES, VALUES, Judged, Position, Provenance, Query, Run
from readlint_rules.sql._placeholders import Mark, Scan, scan
from readlint_rules.sql._plan import Draft, Plan
from readlint_rules.sql._provenance import Judge, Trust
from readlint_rules.sql._receiving import Receiver, check_existing, is_formatted, keys, receiver
from readlint_rules.sql._runs import begins_like_sql
from readlint_rules.sql._values import bind_bare, bind_literal, is_number_of_template

_SUPPORTED = frozenset(
    "sqlite3 aiosqlite psycopg2 aiopg psycopg asyncpg PyMySQL mysqlclient aiomysql asyncmy mysql-connector oracledb "
    "cx_Oracle pyodbc aioodbc SQLAlchemy Django".split()
)
#: Drivers whose fixes were run against a database (`tests/end_to_end/test_sql_fixes_run.py`), and those that hand
#: queries and parameters on to one of them: aiosqlite, aiopg, aioodbc. With others no fix is safe.
MEASURED = frozenset(
    "sqlite3 aiosqlite psycopg2 aiopg psycopg asyncpg PyMySQL mysqlclient pyodbc aioodbc SQLAlchemy Django".split()
)
_CALLS = frozenset("execute mogrify stream fetch fetchrow fetchval raw RawSQL text".split())
#: Statements in which servers bind: PostgreSQL and SQLite in these, the others also in calls of procedures.
_FIRST = regex(r"(?s)(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(\w+)")
_BOUND_IN = frozenset({"select", "insert", "update", "delete", "with", "values", "merge", "replace"})
_PROCEDURES = frozenset({"call", "exec", "execute"})
#: With parameters SQL Server runs a statement in a scope of its own, and drops such a table at its end.
_TEMPORARY = regex(r"(?i)\binto\s+#")
_ASYNC = regex(r"\basyncpg\b|\bcreate_async_engine\b|\bAsync(?:Session|Connection|Engine)\b|\basync_sessionmaker\b")
_MARKING = regex(r"[%?:;'\"\\$]")


def binding(query: Query, found: list[Judged], ctx: Context, trust: Trust) -> Plan | None:
    """The plan, or None where there is no way that keeps what the query means."""
    try:
        return _plan(query, found, Judge(ctx, trust), ctx)
    except CannotFix:
        return None


def _plan(query: Query, found: list[Judged], judge: Judge, ctx: Context) -> Plan:
    driver = _driver(query.run, found)
    parts = expressions(query, ctx)
    layout = lay_out(parts, ctx)
    matched = matches(layout, query, found, ctx)
    has_lists = any(match.placed.position is Position.LIST for match in matched.values() if match.is_flagged)
    taker = receiver(query.run, driver, has_lists, ctx)
    plan = _empty(query, layout, taker, driver, parts)
    is_measured = driver.name in MEASURED and not _wants_types(driver, taker, ctx)
    plan.is_safe = query.run.is_certain and is_measured
    _bind(_draft(plan, taker, matched, ctx), judge)
    return plan


def _driver(run: Run, found: list[Judged]) -> Driver:
    driver = run.driver
    if driver is None or driver.name not in _SUPPORTED or run.many or run.name not in _CALLS:
        raise CannotFix
    if driver.name == "SQLAlchemy" and run.name != "text":
        raise CannotFix
    if run.is_part and run.name != "RawSQL":
        raise CannotFix
    if any(one.position is Position.UNBINDABLE or one.context.endswith("option") for one in found):
        raise CannotFix
    return driver


def _wants_types(driver: Driver, taker: Receiver, ctx: Context) -> bool:
    """Whether the database is told the type of each value, so that another one than the column's is an error."""
    is_async = driver.name == "SQLAlchemy" and _ASYNC.search(ctx.source.text) is not None
    return driver.name == "asyncpg" or is_async or taker.way == "bindparams"


def _empty(query: Query, layout: Layout, taker: Receiver, driver: Driver, parts: list[ast.expr]) -> Plan:
    """A plan without parameters yet."""
    chain = [] if any(part in walk(taker.call) for part in parts) else parts
    wants_names = driver.styles[0] in (COLON, NUMBERED) or isinstance(taker.existing, ast.Dict)
    by_name = taker.way != "varargs" and wants_names
    style = COLON if by_name and PERCENT not in driver.styles else driver.styles[0]
    plan = Plan(query, layout, taker.call, [*chain, taker.call], driver, style)
    plan.existing, plan.by_name, plan.way = taker.existing, by_name, taker.way
    return plan


def _draft(plan: Plan, taker: Receiver, matched: dict[Cell, Match], ctx: Context) -> Draft:
    run, driver = plan.query.run, plan.driver
    text, cells = plan.layout.text()
    found = scan(text)
    literals = found.literals if driver.dialect != "mysql" else _mysql_literals(text, found)
    has_marks = taker.existing is not None or taker.way in ("varargs", "bindparams") or run.name == "text"
    marks: list[Mark] = found.of(*driver.styles) if has_marks else []
    formatted = is_formatted(taker.existing, run, driver, text)
    check_existing(taker, run, driver, marks)
    _check_statement(text, literals, run, driver)
    taken = {mark.name for mark in marks} | keys(taker.existing)
    return Draft(plan, ctx, matched, text, cells, literals, marks, taken, formatted)


def _check_statement(text: str, literals: tuple[tuple[int, int], ...], run: Run, driver: Driver) -> None:
    """One statement, and one that parameters can be bound in."""
    rest, first = _blank(text, literals), _FIRST.match(text)
    if re.search(r";\s*\S", rest) or (driver.dialect == "sqlite" and re.search(r"\?\d", rest)):
        raise CannotFix
    if driver.dialect == "tsql" and _TEMPORARY.search(rest):
        raise CannotFix
    allowed = _BOUND_IN | (_PROCEDURES if driver.dialect in ("tsql", "oracle") else frozenset())
    is_whole = run.name not in ("text", "RawSQL") or begins_like_sql(text)
    if is_whole and not driver.binds_on_client and (first is None or first[1].lower() not in allowed):
        raise CannotFix


def _mysql_literals(text: str, found: Scan) -> tuple[tuple[int, int], ...]:
    """MySQL takes `"..."` for a literal too."""
    rest = _blank(text, found.literals)
    return tuple(sorted([*found.literals, *(match.span() for match in re.finditer(r'"(?:[^"]|"")*"', rest))]))


def _blank(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    for start, end in spans:
        text = text[:start] + "_" * (end - start) + text[end:]
    return text


# The slots


def _bind(draft: Draft, judge: Judge) -> None:
    bound: set[Cell] = set()
    for index, cell in enumerate(draft.cells):
        if cell.slot is not None and cell not in bound:
            bound |= _bind_slot(draft, index, judge)
    if not draft.plan.parameters:
        raise CannotFix
    if draft.plan.driver.percent_is_special and not draft.is_formatted:
        for cell in draft.plan.layout.cells:
            cell.text = cell.text.replace("%", "%%") if cell not in bound else cell.text


def _bind_slot(draft: Draft, index: int, judge: Judge) -> set[Cell]:
    """The cells that give way to a parameter, none where the slot stays as it is."""
    slot, match, literal = draft.slot_at(index), draft.matches.get(draft.cells[index]), draft.literal_at(index)
    if match is not None and (match.is_flagged or _goes_along(draft, index)):
        return _bind_match(draft, index, match)
    if slot.form in ("percent", "format"):
        raise CannotFix  # the template is going to be gone
    if literal is not None and _is_flagged(draft, literal):
        return bind_literal(draft, literal)
    _check_kept(draft, index, judge)
    return set()


def _bind_match(draft: Draft, index: int, match: Match) -> set[Cell]:
    position, literal = match.placed.position, draft.literal_at(index)
    if position is Position.LIST:
        return bind_list(draft, index, in_quotes=match.placed.context == "text")
    if position is Position.QUOTED and literal is not None:
        return bind_literal(draft, literal)
    if position is Position.VALUE and literal is None:
        return bind_bare(draft, index)
    raise CannotFix


def _goes_along(draft: Draft, index: int) -> bool:
    """`%d` beside a value that is bound: the operator that puts it in is going to be gone."""
    match = draft.matches[draft.cells[index]]
    return match.placed.position is Position.VALUE and is_number_of_template(draft.slot_at(index))


def _is_flagged(draft: Draft, literal: tuple[int, int]) -> bool:
    """Whether something in the literal is what the finding is about."""
    inside = (draft.matches.get(cell) for cell in draft.cells[slice(*literal)])
    return any(match is not None and match.is_flagged for match in inside)


def _check_kept(draft: Draft, index: int, judge: Judge) -> None:
    """What stays must not hold anything that parameters give another meaning: a `%`, a placeholder."""
    slot, match = draft.slot_at(index), draft.matches.get(draft.cells[index])
    if match is None:
        texts = skeletons(slot.node, draft.ctx)
        if not texts or not all(one.is_constant and not _MARKING.search(one.text) for one in texts):
            raise CannotFix
        return
    is_number = judge.of(slot.node).provenance is Provenance.SAFE_NUM or slot.spec == "d"
    if match.placed.position not in NAMES and not (is_number and match.placed.position in VALUES):
        raise CannotFix
