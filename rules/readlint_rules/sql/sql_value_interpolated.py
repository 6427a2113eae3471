"""A value is put into the text of a query instead of being bound to it.

## Why is this bad?
What is put into the text of a query is SQL. Whoever chooses the value can end the literal and go on with a query of
their own: read other people's rows, change them, delete them. And a value as harmless as `O'Brien` breaks the query.

## Example
```python
import sqlite3


def find_user(conn: sqlite3.Connection, email: str):
    return conn.execute(f"SELECT * FROM users WHERE email = '{email}'").fetchone()
```

Use instead:
```python
import sqlite3


def find_user(conn: sqlite3.Connection, email: str):
    return conn.execute("SELECT * FROM users WHERE email = ?", (email,)).fetchone()
```

## What is flagged
Text that reaches a call that runs SQL, with something put in where SQL wants a value, unless it is known to be
harmless. The text is followed through f-strings, `%`, `format`, `+`, `+=`, `join`, lists that are filled,
`string.Template`, branches and functions of the same file. What SQL wants in a place is told by its grammar: a value
stands after a comparison, in `IN (...)` and `VALUES (...)`, after `LIMIT`, or inside of quotes.

Calls that run SQL are those of the database libraries: the receiver is followed to where it was made. On a receiver
that is not known, `execute` counts when its text begins like SQL.

It is an error where a client chooses the value: it is followed from requests, forms, parameters of views and messages
to bots, also into a function of the same file that it is given to. In quotes it is one too where people or other
systems write it, going by what it is called: a parameter such as `search_term`, `username` or `password`; `title`,
`email` or `message`, whose ever it is; keys and values of `filters`; JSON; `name` and `value` in tables of people and
of what people make, and in the tables that applications keep in SQLite, MySQL and PostgreSQL. So is what is typed
(`input()`, `sys.argv`), the value of any column (`{column} = '{value}'`), and the columns of rows that are copied
(`VALUES ('{row[number]}')`, `VALUES {tuple(row)}`).

The rest is a note. Keys, kinds, dates and names that the program makes hold no quote, and without quotes it is a number
or the name of a column, or the query fails. Notes are also all values in migrations, in questions about the catalog,
what only a function of the server is told (`CALL`, `SELECT f('{name}')`), and files that a query reads. Where no server
binds parameters it is reported only for what a caller chooses: a warning in `NOTIFY`, where `pg_notify` takes them, a
note in definitions of tables and in settings.

The finding stands at the call. A suppression counts there and at the statements of the same function that put the text
together.

## Not flagged
- Constants, also those of other files, members of enumerations, and choices out of a constant table.
- Numbers: `int(x)`, `len(x)`, a loop over `range`, `<int:number>` in the path of a view, parameters annotated as
  numbers, dates, UUIDs or enumerations, and such fields of what a client sends (`search.limit`).
- What was checked before: `if x not in ALLOWED: raise`, `x.isidentifier()`, a pattern that must match,
  `Query(pattern=...)`.
- Placeholders: `", ".join("?" for _ in ids)`.
- What is quoted or composed: `psycopg.sql`, `quote_ident`, `connection.ops.quote_name`; text without its quotes.
- Names of tables and columns, and directions: RL302. Whole clauses: RL303.
- Without quotes: what the database itself gave, and arguments of functions of which nothing is known, which may be
  names. Options of statements such as `CREATE` and `COPY`.
- Text that only looks like SQL and is never run, and WQL, which `query` of `wmi` takes. Test code.

## Options
`trust-annotations`: whether a parameter annotated as a number, a date, a UUID or an enumeration is one (true).
`sanitizers`: names of functions of the project that quote or check what they are given.
`report-unsunk`: a note for text that looks like SQL, has something put in and is not seen to be run (false).

## Fix safety
Each value becomes a parameter in the driver's own style, and the quotes around it go. What was text stays text: `'{x}'`
is bound as `str(x)`, unless `x` is known to be one, and `'%{x}%'` as `f"%{x}%"`. Parameters that are written out are
merged with the new ones.

What belongs in the place decides, where the text is put together in the call or in a straight line before it:

- In quotes, alone or with text around it (`'{x}'`, `'%{x}%'`, `LIKE '{x}%'`): safe. With drivers that bind on the
  server unsafe in functions of any type (`coalesce(name, '{x}')`) and in queries that group.
- A number by `%d`, and `{x!r}` of what is known to be text: safe.
- Without quotes (`id = {x}`, `LIMIT {x}`, `VALUES ({x})`): unsafe, since its type counts now.
- Several values (`IN ({...})`): unsafe. They are given in the driver's way: `IN %s` with a tuple, `= ANY(%s)`, an
  expanding parameter, a placeholder for each value.
- In quotes where servers take no parameter (`DATE '{x}'`, `INTERVAL '{x}'`, `ARRAY['{x}']`, settings, comments,
  definitions): safe with psycopg2, PyMySQL and mysqlclient, which bind on the client, else none. None for `E'{x}'`.
- Names and directions have the fix of RL302, clauses none.

The driver decides too. Safe fixes are those that were run on a database, with harmless and with hostile values:
sqlite3, psycopg2, psycopg 3, SQLAlchemy and Django, PyMySQL and mysqlclient with MariaDB, pyodbc with PostgreSQL, and
aiosqlite, aiopg and aioodbc, which hand all on to one of these. Unsafe with oracledb, cx_Oracle, mysql-connector,
aiomysql and asyncmy, which were not run; with asyncpg, and SQLAlchemy above it, which demand the exact types of
Python; with `text()` that is not run where it stands; and where the driver is guessed.

None: several statements in one text, parameters that are not written out, text that branches, is used twice or comes
from elsewhere, and `INTO #table` of SQL Server, which drops such a table when a statement with parameters ends.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readlint.api import (
    Answers,
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Question,
    Rule,
    Safety,
    Severity,
    walk,
)
from readlint_rules.sql import _annotations, _binding, _model, _prose, _queries, _reporting, _sources
from readlint_rules.sql._drivers import CALLED
from readlint_rules.sql._shared import CONSTANT, HARMLESS_TYPE, RETURN
from readlint_rules.sql._shared import Options as SharedOptions

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext


@dataclass(frozen=True)
class Options(SharedOptions):
    report_unsunk: bool = False


RULE = Rule(
    __name__,
    __doc__,
    code="RL301",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.SAFE,
    cwe=(89,),
    tags=("security", "sql"),
    since="0.1",
    security_severity=9.0,
    options=Options(),
    messages={
        "default": "{values} {verb} put into the SQL that `{call}` runs, where {they} can change the query. "
        "Bind {as_parameters} instead.",
        "request": "{values} {verb} put into the SQL that `{call}` runs and {verb} sent by a client, who can run any "
        "query with it. Bind {as_parameters} instead.",
        "unbindable": "{values} {verb} put into the SQL that `{call}` runs, in a place that takes no parameter. "
        "Check {it} against what is allowed, or quote {it} with the driver's own function.",
        "unsunk": "{values} {verb} put into text that looks like SQL. If it is run, bind parameters instead.",
    },
)


@RULE.on_call(*CALLED)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    for query in _queries.queries(call, ctx):
        found = [one for one in _queries.judged(query, ctx, RULE.options(ctx).trust) if _is_harmful(one)]
        if not found:
            continue
        message = _message(found)
        questions, asks = _reporting.asked(found)
        is_one = _reporting.verb(found, ctx) == "is"
        yield RULE.finding(
            call,
            message,
            severity=_severity(found, query.run, ctx),
            related=_reporting.related(query, found, ctx),
            also_at=_reporting.built(query, ctx),
            flow=_reporting.flow(query, found[0], ctx),
            questions=questions,
            data={"asks": asks},
            fix=_fix(query, found, ctx),
            values=_reporting.names(found, ctx),
            verb=_reporting.verb(found, ctx),
            it="it" if is_one else "them",
            they="it" if is_one else "they",
            as_parameters="it as a parameter" if is_one else "them as parameters",
            call=query.run.name,
        )


def _fix(query: _model.Query, found: list[_model.Judged], ctx: Context) -> Fix | None:
    plan = _binding.binding(query, found, ctx, RULE.options(ctx).trust)
    if plan is None:
        return None
    call = query.run.call
    title = "Bind it as a parameter" if len(plan.parameters) == 1 else "Bind them as parameters"
    safety = Safety.SAFE if plan.is_safe else Safety.UNSAFE
    return Fix(
        bind,
        title,
        *plan.nodes,
        safety=safety,
        data={"call": [call.lineno, call.col_offset, call.end_lineno, call.end_col_offset]},
    )


def bind(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    """The call with parameters, or a part of its text with placeholders."""
    from readlint_rules.sql._writing import written

    ctx = fix.ctx
    for call in ctx.nodes_of(ast.Call):
        assert isinstance(call, ast.Call)
        if [call.lineno, call.col_offset, call.end_lineno, call.end_col_offset] != fix.data["call"]:
            continue
        for query in _queries.queries(call, ctx):
            found = [one for one in _queries.judged(query, ctx, RULE.options(ctx).trust) if _is_harmful(one)]
            plan = _binding.binding(query, found, ctx, RULE.options(ctx).trust) if found else None
            if plan is not None and isinstance(fix.node, ast.expr):
                return written(plan, fix.node, fix)
    return fix.refuse("the query is another one now")


def _is_harmful(one: _model.Judged) -> bool:
    """A setting of the session, `SET lock_timeout = {self.timeout}`, cannot be bound, and where the program chooses it
    itself it is nobody else's: it counts only when a caller chooses it. What has no quotes in a statement such as
    `CREATE` or in a function may well be a keyword, and without quotes a value out of the database is a number."""
    if one.position not in _model.VALUES:
        return False
    if one.source.provenance is _model.Provenance.REQUEST:
        return True
    is_vague = one.position is _model.Position.VALUE and one.source.provenance is _model.Provenance.UNKNOWN
    if is_vague and (one.context.endswith("()") or _is_fetched(one.source.node)):
        return False
    if one.position is not _model.Position.UNBINDABLE and one.context != "SET":
        return True
    is_chosen = isinstance(one.hole.node, ast.Name) and getattr(one.source.node, "arg", None) == one.hole.node.id
    return is_chosen and one.context != "DDL option"


def _is_fetched(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in _sources.FETCHING for part in walk(node))


def _severity(found: list[_model.Judged], run: _model.Run, ctx: Context) -> Severity:
    """The worst of all values that are put in."""
    return min((_severity_of(one, run, ctx) for one in found), key=lambda severity: severity.rank)


def _severity_of(one: _model.Judged, run: _model.Run, ctx: Context) -> Severity:
    if _reporting.is_migration(ctx):
        return Severity.NOTE
    if one.source.provenance is _model.Provenance.REQUEST:
        return Severity.ERROR
    if any(isinstance(piece, _model.Text) and _sources.CATALOG.search(piece.text) for piece in one.skeleton.pieces):
        return Severity.NOTE  # the name of a table, which is put into other queries as well
    if not _prose.may_be_prose(one, run.driver):
        return Severity.NOTE
    if one.context == "SET" or one.position is _model.Position.UNBINDABLE:
        return Severity.WARNING if one.context == "NOTIFY" else Severity.NOTE  # `pg_notify(...)` takes parameters
    return Severity.ERROR


def _message(found: list[_model.Judged]) -> str:
    if any(one.source.provenance is _model.Provenance.REQUEST for one in found):
        return "request"
    return "unbindable" if all(one.position is _model.Position.UNBINDABLE for one in found) else "default"


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _reporting.stands(finding, answers) else None


@RULE.answers(CONSTANT)
def answer_constant(node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> bool | None:
    """Whether a name that another file defines is harmless in SQL."""
    return _reporting.answer(CONSTANT, node, ctx, ask)


@RULE.answers(HARMLESS_TYPE)
def answer_type(node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> bool | None:
    """Whether values of a class, or of a field, that another file defines are harmless in SQL."""
    return _annotations.answer(node, ctx)


@RULE.answers(RETURN)
def answer_return(node: ast.AST, ctx: Context, ask: Callable[[Question], object]) -> bool | None:
    """Whether what a function of another file returns is harmless in SQL."""
    return _reporting.answer(RETURN, node, ctx, ask)


@RULE.on(ast.Module)
def check_unsunk(node: ast.Module, ctx: Context) -> Iterator[Finding]:
    """Text that looks like SQL and is not seen to be run, for those who ask for it."""
    if not RULE.options(ctx).report_unsunk:
        return
    for text, found in _queries.unsunk(ctx, RULE.options(ctx).trust):
        yield RULE.finding(
            text,
            "unsunk",
            severity=Severity.NOTE,
            values=_reporting.names(found, ctx),
            verb=_reporting.verb(found, ctx),
        )
