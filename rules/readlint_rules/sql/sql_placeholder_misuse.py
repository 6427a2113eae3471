"""A query has placeholders that its parameters do not fit, or that the driver does not see.

## Why is this bad?
The query was meant to be safe, and it fails the first time it runs; or worse, it runs and does something else. A
placeholder in quotes is plain text, one after `ORDER BY` orders by a constant, and in `("x")` without a comma the
driver takes each letter for a parameter.

## Example
```python
import sqlite3


def find_user(conn: sqlite3.Connection, name: str):
    return conn.execute("SELECT * FROM users WHERE name = '?'", (name,)).fetchone()
```

Use instead:
```python
import sqlite3


def find_user(conn: sqlite3.Connection, name: str):
    return conn.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchone()
```

## What is flagged
Constant queries of drivers that are known, with parameters:
- a placeholder in quotes: `'%s'`, `'?'`, `':id'`;
- parameters that are no tuple, list or dictionary: `execute("... = %s", "x")`, `execute("... = ?", (x))`;
- placeholders in the style of another driver: `?` with psycopg, `%s` with sqlite3, asyncpg or `text()`;
- a number of placeholders that differs from the number of parameters written out, and names that are not given;
- a single `%` in a query with parameters, where the driver wants `%%`;
- parameters in one tuple, where asyncpg wants each as an argument;
- a placeholder where SQL wants a name: `FROM %s`, `ORDER BY ?`;
- `text(":name")` that is run without `name`;
- `{name}` of a `format` that was forgotten, beside a dictionary with that name.

## Not flagged
Unknown drivers, parameters whose number is not known, `LIKE '%%x%%'`, `%` without parameters, the operator `?` of JSON.

## Fix safety
Safe: quotes around a placeholder are removed, the missing comma is added, `%` is doubled, and placeholders get the
style of the driver where their number is that of the parameters. Such queries fail as they are. Text with backslashes,
and text that is put together, is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.api import (
    Category,
    Context,
    Finding,
    Fix,
    Level,
    Rule,
    Safety,
    Severity,
    annotated_class,
    cell_of,
    reaching_writes,
    regex,
)
from readlint_rules.sql import _folding, _model, _placeholders, _runs
from readlint_rules.sql._drivers import COLON, DOLLAR, NUMBERED, PERCENT, QMARK, Driver

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="RL304",
    severity=Severity.ERROR,
    level=Level.L5,
    category=Category.SECURITY,
    fix=Safety.SAFE,
    cwe=(89, 628),
    tags=("security", "sql"),
    since="0.1",
    messages={
        "quoted": "{mark} stands in quotes, so {driver} takes it for text and does not bind it as meant. "
        "Remove the quotes.",
        "scalar": "{driver} wants the parameters of `{call}` in a tuple, list or dictionary, and `{given}` is not one. "
        "Write `({given},)`.",
        "style": "`{mark}` is no placeholder of {driver}, which writes them as `{style}`. The query fails.",
        "count": "The query has {wanted}, and `{call}` is given {given}. It fails.",
        "name": "The placeholder `{mark}` is given no value. The query fails.",
        "percent": "A single `%` in a query with parameters begins a placeholder of {driver}. Write `%%`.",
        "tuple": "{driver} takes each parameter as an argument of its own, and `{given}` is one. "
        "Write them separately.",
        "identifier": "`{mark}` after `{keyword}` is bound as a value, where SQL wants a name. Choose out of the names "
        "that are allowed instead.",
        "braces": "`{mark}` was meant for `format`, and nothing is put there. Write a placeholder instead.",
    },
)

_CALLED = ("*.execute", "*.executemany", "*.fetch", "*.fetchrow", "*.fetchval", "*.mogrify")
#: These take a single parameter as it is. PyMySQL 1.1 `Cursor._escape_args`; pyodbc 5 takes `*parameters`.
_TAKE_SCALARS = frozenset({"PyMySQL", "aiomysql", "asyncmy", "pymssql", "snowflake", "pyodbc", "aioodbc"})
_LAYERS = frozenset({"SQLAlchemy", "Alembic"})
_POSITIONAL = (QMARK, PERCENT, DOLLAR, NUMBERED)


class Statement(NamedTuple):
    """A constant query and how it is run."""

    run: _model.Run
    text: str
    found: _placeholders.Scan
    driver: Driver
    node: ast.expr | None  # the constant, where the query is written as one


@RULE.on_call(*_CALLED)
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    if call.args and isinstance(call.args[0], ast.Call):
        yield from _check_text(call, call.args[0], ctx)
    if len(call.args) + len(call.keywords) < 2:
        return  # no parameters
    for one in _runs.candidates(call, ctx):
        statement = _statement(one, ctx)
        if statement is not None:
            yield from _check(statement, ctx)


def _statement(one: _runs.Candidate, ctx: Context) -> Statement | None:
    found = _folding.skeletons(one.query, ctx)
    if len(found) != 1 or not found[0].is_constant or not _runs.begins_like_sql(found[0].text):
        return None
    run = _runs.resolve(one, ctx)
    if run is None or run.driver is None or not run.is_certain or run.driver.name in _LAYERS:
        return None  # a plain string for SQLAlchemy has the placeholders of the driver below
    if not run.driver.styles or not (run.parameters or run.more):
        return None
    node = one.query if isinstance(one.query, ast.Constant) else None
    return Statement(run, found[0].text, _placeholders.scan(found[0].text), run.driver, node)


def _check(one: Statement, ctx: Context) -> Iterator[Finding]:
    own = one.found.of(*one.driver.styles)
    for check_ in (_quoted, _scalar, _tuple, _style, _percent, _names, _count, _identifier, _braces):
        finding = check_(one, own, ctx)
        if finding is not None:
            yield finding
            return  # what is wrong beside it is mostly the same mistake


# What is given


def _given(run: _model.Run) -> list[ast.expr] | None:
    """The parameters, where they are written out as a sequence."""
    value = run.parameters
    if run.many and isinstance(value, (ast.List, ast.Tuple)) and value.elts:
        value = value.elts[0]
    elif run.many:
        return None
    if not isinstance(value, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in value.elts):
        return None
    return value.elts


def _keys(run: _model.Run) -> set[str] | None:
    """The names of the parameters, where they are written out as a dictionary."""
    return _dict_keys(run.parameters)


def _dict_keys(value: ast.expr | None) -> set[str] | None:
    if not isinstance(value, ast.Dict) or not all(isinstance(key, ast.Constant) for key in value.keys):
        return None
    return {str(key.value) for key in value.keys if isinstance(key, ast.Constant)}


# The checks


def _quoted(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    spans = _placeholders.quoted(one.text, one.found, one.driver)
    given, keys = _given(one.run), _keys(one.run)
    if PERCENT not in one.driver.styles:
        # A literal '?' may be meant: not one that lacks among the placeholders.
        lacking = given is not None and _placeholders.expected(own, one.driver.styles[0]) + len(spans) == len(given)
        spans = [(s, e) for s, e in spans if lacking or (keys and one.text[s + 2 : e - 1] in keys)]
    if not spans:
        return None
    is_whole = PERCENT not in one.driver.styles or all(_WHOLE.fullmatch(one.text[s + 1 : e - 1]) for s, e in spans)
    edits = [(at, at + 1, "") for s, e in spans for at in (s, e - 1)] if is_whole else []
    mark = f"`{one.text[spans[0][0] : spans[0][1]]}`"
    return RULE.finding(
        one.run.query, "quoted", mark=mark, driver=one.driver.name, fix=_text_fix(one, edits, "Remove the quotes", ctx)
    )


_WHOLE = regex(r"%(?:\(\w+\))?s")


def _scalar(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    value = one.run.parameters
    if value is None or one.run.many or "varargs" in one.driver.containers or one.driver.name in _TAKE_SCALARS:
        return None
    if len(own) != 1 or own[0].name or not _is_scalar(value, ctx):
        return None
    fix = Fix(add_comma, "Make it a tuple", value, data={"has_parentheses": _has_parentheses(value, ctx)})
    return RULE.finding(value, "scalar", driver=one.driver.name, call=one.run.name, given=ctx.text(value), fix=fix)


def _has_parentheses(value: ast.expr, ctx: Context) -> bool:
    """Whether the value stands in parentheses of its own, which are then those of the tuple."""
    span = ctx.span(value)
    line = ctx.source.lines[span.line - 1]
    before, after = line[: span.column].rstrip(), ctx.source.lines[span.end_line - 1][span.end_column :].lstrip()
    return before.endswith("(") and after.startswith(")")


def _is_scalar(value: ast.expr, ctx: Context) -> bool:
    if isinstance(value, (ast.Constant, ast.JoinedStr)):
        return not isinstance(value, ast.Constant) or value.value is not None
    if not isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
        return False
    if isinstance(value, ast.Name):
        cell = cell_of(value, ctx)
        written = reaching_writes(cell, value, ctx) if cell is not None else None
        if written is not None and written.parameter is not None and not written.found:
            return annotated_class(written.parameter.annotation, ctx) in ("str", "int", "float")
        values = [write.value for write, rest in written.found if not rest] if written is not None else []
        if len(values) == 1 and isinstance(values[0], (ast.Constant, ast.JoinedStr)):
            return not isinstance(values[0], ast.Constant) or values[0].value is not None
    return False


def _tuple(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    if "varargs" not in one.driver.containers or len(one.run.more) != 1 or one.run.many:
        return None
    value = one.run.more[0]
    if not isinstance(value, ast.Tuple) or len(value.elts) != _placeholders.expected(own, DOLLAR):
        return None
    return RULE.finding(value, "tuple", driver=one.driver.name, given=ctx.text(value))


def _style(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    foreign = [mark for mark in one.found.of(*_POSITIONAL) if mark.style not in one.driver.styles and not mark.name]
    if own or not foreign or any(mark.style != foreign[0].style for mark in foreign):
        return None
    given = list(one.run.more) if "varargs" in one.driver.containers else _given(one.run)
    if given is None or len(given) != len(foreign):
        return None
    style = one.driver.styles[0]
    edits = _placeholders.convert(one.text, foreign, style, one.found) if style in _POSITIONAL else []
    return RULE.finding(
        one.run.query,
        "style",
        mark=foreign[0].style,
        driver=one.driver.name,
        style=style,
        fix=_text_fix(one, edits, f"Write `{style}`", ctx),
    )


def _percent(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    if not one.driver.percent_is_special or not one.found.lone or _is_empty(one.run):
        return None
    edits = [(at, at + 1, "%%") for at in one.found.lone]
    return RULE.finding(
        one.run.query, "percent", driver=one.driver.name, fix=_text_fix(one, edits, "Double the `%`", ctx)
    )


def _is_empty(run: _model.Run) -> bool:
    value = run.parameters
    if isinstance(value, ast.Constant) and value.value is None:
        return True
    return isinstance(value, (ast.Tuple, ast.List)) and not value.elts


def _names(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    keys = _keys(one.run)
    missing = [
        mark for mark in own if mark.name and not mark.name.isdigit() and keys is not None and mark.name not in keys
    ]
    if not missing:
        return None
    return RULE.finding(one.run.call, "name", mark=one.text[missing[0].start : missing[0].end])


def _count(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    style = one.driver.styles[0]
    if any(mark.style != style or (mark.name and style == PERCENT) for mark in own) or style == COLON:
        return None
    if "varargs" in one.driver.containers:
        starred = any(isinstance(value, ast.Starred) for value in one.run.more)
        given = None if starred or one.run.many else list(one.run.more)
    else:
        given = _given(one.run)
    wanted = _placeholders.expected(own, style)
    if given is None or len(given) == wanted or (not own and one.found.marks):
        return None
    places, parameters = _counted(wanted, "placeholder"), _counted(len(given), "parameter")
    return RULE.finding(one.run.call, "count", wanted=places, call=one.run.name, given=parameters)


def _counted(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _identifier(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    found = _placeholders.naming(one.text, own)
    if not found:
        return None
    keyword, mark = found[0]
    return RULE.finding(one.run.query, "identifier", mark=one.text[mark.start : mark.end], keyword=keyword)


def _braces(one: Statement, own: list[_placeholders.Mark], ctx: Context) -> Finding | None:
    for key in sorted(_keys(one.run) or ()):
        if f"{{{key}}}" in one.text:
            return RULE.finding(one.run.query, "braces", mark=f"{{{key}}}")
    return None


def _check_text(call: ast.Call, made: ast.Call, ctx: Context) -> Iterator[Finding]:
    """`conn.execute(text("... :name"))` without parameters, or with others, or with the placeholders of a driver."""
    text = made.args[0].value if made.args and isinstance(made.args[0], ast.Constant) else None
    if not isinstance(text, str) or not _MARKED.search(text) or ctx.qualified_name(made.func) not in _TEXTS:
        return
    found = _placeholders.scan(text)
    names = found.of(COLON)
    foreign = found.of(PERCENT, QMARK)
    if not _runs.begins_like_sql(text):
        return
    if foreign and not names and len(call.args) > 1:
        mark = text[foreign[0].start : foreign[0].end]
        yield RULE.finding(made, "style", mark=mark, driver="text()", style=COLON)
    given = call.args[1] if len(call.args) > 1 else None
    keys = _dict_keys(given)
    if given is None and not call.keywords:
        keys = set()
    missing = [mark for mark in names if keys is not None and mark.name not in keys]
    if missing:
        yield RULE.finding(call, "name", mark=f":{missing[0].name}")


_MARKED = regex(r":[A-Za-z_]|%[s(]|\?")
_TEXTS = frozenset({"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "sqlmodel.text"})


# The fixes


def _text_fix(one: Statement, edits: list[tuple[int, int, str]], title: str, ctx: Context) -> Fix | None:
    """For a query that is written as one or several plain literals: nothing in the source stands for anything else."""
    if not edits or one.node is None or "\\" in ctx.text(one.node):
        return None
    return Fix(rewrite_text, title, one.node, data={"edits": [list(edit) for edit in edits]})


def rewrite_text(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    """The same literals with some places of their text replaced."""
    import libcst as cst

    edits = [(start, end, text) for start, end, text in fix.data["edits"]]
    if isinstance(node, cst.SimpleString):
        return _rewritten(node, 0, edits)
    if not isinstance(node, cst.ConcatenatedString):
        fix.refuse("the query is not written as plain text")
    parts: list[cst.BaseExpression] = []
    rest: cst.BaseExpression = node
    while isinstance(rest, cst.ConcatenatedString):
        parts.append(rest.left)
        rest = rest.right
    parts.append(rest)
    at = 0
    made: list[cst.SimpleString] = []
    for part in parts:
        if not isinstance(part, cst.SimpleString):
            fix.refuse("the query is not written as plain text")
        size = len(part.raw_value)
        mine = [edit for edit in edits if at <= edit[0] and edit[1] <= at + size]
        made.append(_rewritten(part, at, mine))
        at += size
    return _joined(node, made)


def _rewritten(node: cst.SimpleString, offset: int, edits: list[tuple[int, int, str]]) -> cst.SimpleString:
    text = node.raw_value
    for start, end, new in sorted(edits, reverse=True):
        text = text[: start - offset] + new + text[end - offset :]
    return node.with_changes(value=f"{node.prefix}{node.quote}{text}{node.quote}")


def _joined(node: cst.ConcatenatedString, parts: list[cst.SimpleString]) -> cst.BaseExpression:
    """The concatenation with other parts, and all that stood between them."""
    import libcst as cst

    right: cst.BaseExpression = parts[-1]
    if isinstance(node.right, cst.ConcatenatedString):
        right = _joined(node.right, parts[1:])
    return node.with_changes(left=parts[0], right=right)


def add_comma(node: cst.BaseExpression, fix: FixContext) -> cst.BaseExpression:
    """`(x)` becomes `(x,)`."""
    import libcst as cst

    element = cst.Element(node.with_changes(lpar=[], rpar=[]), comma=cst.Comma())
    return cst.Tuple([element], lpar=[], rpar=[]) if fix.data["has_parentheses"] else cst.Tuple([element])
