"""The name of a table or column, or a keyword, is put into the text of a query without a check.

## Why is this bad?
A name cannot be bound as a parameter, so whatever is put there is SQL. Whoever chooses it can read another table, or go
on with a query of their own. What nobody from outside can choose today may come from a form tomorrow.

## Example
```python
import psycopg
from psycopg import sql


def list_users(conn: psycopg.Connection, order: str):
    return conn.execute(f"SELECT * FROM users ORDER BY {order}").fetchall()
```

Use instead:
```python
import psycopg
from psycopg import sql


def list_users(conn: psycopg.Connection, order: str):
    return conn.execute(sql.SQL("SELECT * FROM users ORDER BY {}").format(sql.Identifier(order))).fetchall()
```

Without psycopg, choose out of a table of the names that are allowed: `f"... ORDER BY {ORDERS[order]}"`.

## What is flagged
Text that reaches a call that runs SQL, with something put in where SQL wants a name or a keyword: after `FROM`, `JOIN`,
`INTO`, `UPDATE` or `ORDER BY`, in a list of columns, beside a dot, inside of quotes for names, or a direction. It is an
error when a client sends it. What a parameter gives is a note: mostly it comes from the program itself. So is
everything in migrations.

## Not flagged
- Constants, also those of other files, members of enumerations, choices out of a constant table, numbers.
- What was checked before: `if x not in ALLOWED: raise`, `set(xs) <= ALLOWED`, `x.isidentifier()`, a pattern that must
  match, `Query(pattern=...)`.
- What is quoted: `psycopg.sql.Identifier`, `quote_ident`, `connection.ops.quote_name`.
- Names that models and tables have: `Model._meta.db_table`, `User.__tablename__`; names read from the catalog.
- Parameters of a private function that is only called with constants; attributes and results of which nothing is known.
  Test code.

## Options
`trust-annotations`: whether a parameter annotated as a number, a date, a UUID or an enumeration is one (true).
`sanitizers`: names of functions of the project that quote or check what they are given.

## Fix safety
Unsafe: for psycopg the name is quoted with `sql.Identifier`. A quoted name is taken as it is: capitals count, and
`schema.table` is one name with a dot in it. For other drivers, and for directions, there is no fix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.api import Answers, Category, Context, Finding, Fix, Level, Rule, Safety, Severity
from readlint_rules.sql import _composing, _model, _queries, _reporting
from readlint_rules.sql._drivers import CALLED
from readlint_rules.sql._shared import Options

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE = Rule(
    __name__,
    __doc__,
    code="RL302",
    severity=Severity.NOTE,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.UNSAFE,
    cwe=(89,),
    tags=("security", "sql"),
    since="0.1",
    security_severity=6.0,
    options=Options(),
    messages={
        "default": "{values} {verb} put into the SQL that `{call}` runs as {what}, and nothing checks what {it}. "
        "Choose out of the names that are allowed, or quote with the driver's own function.",
        "request": "{values} {verb} put into the SQL that `{call}` runs as {what}, and {verb} sent by a client, "
        "who can run any query with it. Choose out of the names that are allowed.",
    },
)


@RULE.on_call(*CALLED)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    for query in _queries.queries(call, ctx):
        found = [one for one in _queries.judged(query, ctx, RULE.options(ctx).trust) if _is_harmful(one)]
        if not found:
            continue
        is_sent = any(one.source.provenance is _model.Provenance.REQUEST for one in found)
        questions, asks = _reporting.asked(found)
        yield RULE.finding(
            call,
            "request" if is_sent else "default",
            severity=_severity(found, ctx),
            related=_reporting.related(query, found, ctx),
            also_at=_reporting.built(query, ctx),
            flow=_reporting.flow(query, found[0], ctx),
            questions=questions,
            data={"asks": asks},
            fix=_fix(query, found, ctx),
            values=_reporting.names(found, ctx),
            verb=_reporting.verb(found, ctx),
            what=f"a {found[0].position.value}" if found[0].position.value != "identifier" else "a name",
            it="it is" if _reporting.verb(found, ctx) == "is" else "they are",
            call=query.run.name,
        )


def _fix(query: _model.Query, found: list[_model.Judged], ctx: Context) -> Fix | None:
    plan = _composing.composition(query, found, ctx)
    return Fix(compose, "Compose it with `psycopg.sql`", query.run.call) if plan is not None else None


def compose(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    """The call with a composed query."""
    from readlint_rules.sql._writing import written

    assert isinstance(fix.node, ast.Call)
    for query in _queries.queries(fix.node, fix.ctx):
        found = [one for one in _queries.judged(query, fix.ctx, RULE.options(fix.ctx).trust) if _is_harmful(one)]
        plan = _composing.composition(query, found, fix.ctx)
        if plan is not None:
            return written(plan, fix.node, fix)
    return fix.refuse("the query is another one now")


def _is_harmful(one: _model.Judged) -> bool:
    """Names of which nothing is known mostly come from models, from the catalog or from settings."""
    return one.position in _model.NAMES and one.source.provenance >= _model.Provenance.PARAM


def _severity(found: list[_model.Judged], ctx: Context) -> Severity:
    """Only what a client sends is known to be chosen by somebody else. A parameter mostly has the name from the program
    itself, and one that decides the order of rows was checked where the command line or the form was read."""
    is_sent = any(one.source.provenance is _model.Provenance.REQUEST for one in found)
    return Severity.ERROR if is_sent and not _reporting.is_migration(ctx) else Severity.NOTE


@RULE.settle
def settle(finding: Finding, answers: Answers) -> Finding | None:
    return finding if _reporting.stands(finding, answers) else None
