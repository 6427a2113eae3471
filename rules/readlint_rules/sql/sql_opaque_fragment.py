"""A whole clause, or a whole query, comes in from outside as text.

## Why is this bad?
Text that is run as SQL is code. A function that takes a condition as text cannot tell a condition from an attack, and
everybody who calls it has to remember never to put a value into it.

## Example
```python
import sqlite3


def count_users(conn: sqlite3.Connection, condition: str):
    return conn.execute(f"SELECT COUNT(*) FROM users WHERE {condition}").fetchone()
```

Use instead:
```python
import sqlite3


def count_users(conn: sqlite3.Connection, city: str):
    return conn.execute("SELECT COUNT(*) FROM users WHERE city = ?", (city,)).fetchone()
```

## What is flagged
Text that reaches a call that runs SQL, with something put in where SQL wants a clause, a condition or everything, when
it is a parameter of the function or sent by a client.

It is an error when a client sends it, and a warning in `extra`, `RawSQL` and `Func` of Django without parameters. The
rest is a note: functions that take a query or a condition are mostly a layer around the database, and what matters is
who calls them. So is a whole query of a client, where what it is called says that it is one (`request.form["sql"]`):
consoles and gateways are there to run it.

## Not flagged
- Constants, also those of other files, and files of the project.
- What builders give: `select(...)`, `psycopg.sql.Composed`.
- Text that a function of the project puts together: it is looked at there.
- Test code.

## Options
`trust-annotations`: whether a parameter annotated as a number, a date, a UUID or an enumeration is one (true).
`sanitizers`: names of functions of the project that quote or check what they are given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Level, Rule, Severity, regex
from readlint_rules.sql import _model, _queries, _reporting
from readlint_rules.sql._drivers import CALLED
from readlint_rules.sql._shared import Options

RULE = Rule(
    __name__,
    __doc__,
    code="RL303",
    severity=Severity.WARNING,
    level=Level.L5,
    category=Category.SECURITY,
    cwe=(89, 564),
    tags=("security", "sql"),
    since="0.1",
    security_severity=6.0,
    options=Options(),
    messages={
        "default": "{values} {verb} run by `{call}` as part of a query, and whoever calls this function writes that "
        "SQL. Take values instead of text, and bind them.",
        "query": "`{call}` runs {values} as it is, and whoever calls this function writes that SQL. Make sure that "
        "nobody puts values into it: take the parameters beside it.",
        "request": "{values} {verb} run by `{call}` as SQL, and {verb} sent by a client, who can run any query. "
        "Take values instead of SQL, and bind them.",
    },
)


#: Of whoever sends what is called so it is wanted that they write SQL: consoles, dashboards, gateways to a database.
_IS_SQL = regex(r"(?i)(?:^|\b|_)(?:sql|quer(?:y|ies)|statements?|stmts?|commands?|cmd)(?:\b|_)")


@RULE.on_call(*CALLED)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    for query in _queries.queries(call, ctx):
        found = [one for one in _queries.judged(query, ctx, RULE.options(ctx).trust) if _is_opaque(one)]
        if not found:
            continue
        message, severity = _kind(query, found)
        yield RULE.finding(
            call,
            message,
            severity=severity,
            related=_reporting.related(query, found, ctx),
            also_at=_reporting.built(query, ctx),
            flow=_reporting.flow(query, found[0], ctx),
            values=_reporting.names(found, ctx),
            verb=_reporting.verb(found, ctx),
            call=query.run.name,
        )


def _is_opaque(one: _model.Judged) -> bool:
    """A condition, or anything: what is no text by its annotation is a statement that a library made."""
    if one.position is not _model.Position.FRAGMENT or one.source.provenance < _model.Provenance.PARAM:
        return False
    annotation = getattr(one.source.node, "annotation", None)
    return annotation is None or "str" in ast.unparse(annotation) or "Any" in ast.unparse(annotation)


def _kind(query: _model.Query, found: list[_model.Judged]) -> tuple[str, Severity | None]:
    sent = [one for one in found if one.source.provenance is _model.Provenance.REQUEST]
    if sent:
        is_console = all(_is_all_of(query, one) and _IS_SQL.search(_words(one)) for one in sent)
        return "request", Severity.NOTE if is_console else Severity.ERROR
    if query.run.is_part and query.run.name != "SQL":
        return "default", Severity.NOTE if _has_parameters(query.run) else None
    if any(len(one.skeleton.pieces) == 1 for one in found):
        return "query", Severity.NOTE
    return "default", Severity.NOTE


def _is_all_of(query: _model.Query, one: _model.Judged) -> bool:
    return len(one.skeleton.pieces) == 1 and not query.run.is_part and query.run.name not in ("text", "literal_column")


def _words(one: _model.Judged) -> str:
    """What it is called where it is run, and where it comes from."""
    return f"{ast.unparse(one.hole.node)} {ast.unparse(one.source.node)}"


def _has_parameters(run: _model.Run) -> bool:
    """`extra(where=[condition], params=values)`, `RawSQL(condition, values)`"""
    given = run.parameters or next((k.value for k in run.call.keywords if k.arg in ("params", "select_params")), None)
    return given is not None and not (isinstance(given, (ast.Tuple, ast.List)) and not given.elts)
