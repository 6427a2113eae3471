"""Which calls run SQL, and on which driver.

A receiver is known by how it was made, followed through variables, attributes, `with`, `.cursor()` and annotations.
What is only called like a cursor counts when its text begins like SQL; its driver is then the one that the file
imports, if it imports one, and a guess.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Context, annotated_class, cell_of, reaching_writes, regex, walk_own, writes
from readlint_rules.sql._drivers import DRIVERS, EXTRA, FUNCTIONS, HANDS_ON, MAKERS, METHODS, ONLY_IN, Driver, Sink
from readlint_rules.sql._model import Run

_BUDGET = 60  # expressions looked at for one receiver
#: What a text begins with that is SQL and no prose, after comments and parentheses. In prose an article follows.
_THINGS = (
    "aggregate|column|constraint|database|domain|event|extension|function|index|login|policy|procedure|publication|role|"
    "schema|sequence|server|stage|subscription|system|table|tablespace|trigger|type|user|view|warehouse"
)
_KINDS = (
    "clustered|external|foreign|global|if|local|materialized|nonclustered|or replace|recursive|temp|temporary|unique|"
    "unlogged|virtual"
)
_STATEMENTS = (
    r"select\b(?!\s+(?:an?|the|one|your)\s+(?!from\b|as\b)\w)",
    r"insert\s+(?:or\s+\w+\s+|ignore\s+)?into\b",
    r"update\s+\S+.*?\bset\b",
    r"delete\s+from\s+(?!the\s|a\s)",
    r"(?:merge|replace)\s+into\b",
    r"with\s+(?:recursive\s+)?\S+(?:\s*\([^)]*\))?\s+as\s+(?:not\s+|materialized\s+)*\(",
    r"call\s+[\w.]+\s*\((?!.*\b(?:yield|return)\b)",
    r"exec(?:ute)?\s+[\w.@\[]+",
    rf"(?:create|alter|drop)\s+(?:(?:{_KINDS})\s+)*(?:{_THINGS})\b",
    r"truncate\s+(?:table\s+)?\S",
    r"grant\s+\S.*?\b(?:on|to)\b",
    r"revoke\s+\S.*?\b(?:on|from)\b",
    r"""set\s+(?:session\s+|local\s+|global\s+)?[\w.@`"]+\s*(?:=|\bto\b)""",
    r"copy\s+.*?\b(?:from|to)\b",
    r"lock\s+table\b",
    r"(?:release\s+)?savepoint\s",
    r"comment\s+on\b",
    r"refresh\s+materialized\b",
    r"optimize\s+table\b",
    r"(?:analyze|attach|describe|explain|kill|listen|notify|pragma|reindex|show|use|vacuum)\s+\S",
)
_SQL = regex(rf"(?is)(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:{'|'.join(_STATEMENTS)})")
_IMPORTS = regex(r"^\s*(?:import|from)\s+([\w.]+)", re.MULTILINE)


def begins_like_sql(text: str) -> bool:
    return _SQL.match(text) is not None


class Candidate(NamedTuple):
    """A call that runs SQL if its text is SQL or its receiver a database."""

    call: ast.Call
    name: str
    sink: Sink
    query: ast.expr

    @property
    def must_begin_like_sql(self) -> bool:
        return self.sink.needs in ("verb", "both")


def candidates(call: ast.Call, ctx: Context) -> list[Candidate]:
    """What a call may run, going by its name and the shape of its arguments."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in ("extra", "Func"):
        return list(_parts_of_django(call, name, ctx))
    sink = METHODS.get(name) if isinstance(call.func, ast.Attribute) else None
    queries = [one for one in (_argument(call, one.query, one.names) for one in _sinks(name, sink)) if one is not None]
    if not any(may_be_text(one) or isinstance(one, (ast.List, ast.Tuple)) for one in queries):
        return []  # before any name is looked up
    if sink is None or name in _BOTH:
        sink = FUNCTIONS.get(ctx.qualified_name(call.func) or "", sink)
    query = _argument(call, sink.query, sink.names) if sink is not None else None
    if sink is None or query is None:
        return []
    texts = [query]
    if name == "RunSQL" and isinstance(query, (ast.List, ast.Tuple)):
        texts = [one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one for one in query.elts]
    return [Candidate(call, name, sink, text) for text in texts if may_be_text(text)]


def _sinks(name: str, method: Sink | None) -> list[Sink]:
    return [*([method] if method else []), *_FUNCTIONS_CALLED.get(name, ())]


def _parts_of_django(call: ast.Call, name: str, ctx: Context) -> Iterator[Candidate]:
    """`queryset.extra(where=[...], select={...})`, `Func(template=...)`: parts of a query, by keyword."""
    for keyword in call.keywords:
        if name == "extra" and keyword.arg in EXTRA:
            value = keyword.value
            values = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [value])
            if "django" not in ctx.source.text:
                return
        elif name == "Func" and keyword.arg == "template":
            values = [keyword.value]
        else:
            continue
        for text in values:
            if may_be_text(text) and not isinstance(text, ast.Constant):
                yield Candidate(call, name, _PART, text)


#: The functions by their last name.
_FUNCTIONS_CALLED: dict[str, list[Sink]] = {}
for _name, _sink in FUNCTIONS.items():
    _FUNCTIONS_CALLED.setdefault(_name.rpartition(".")[2], []).append(_sink)
_BOTH = _FUNCTIONS_CALLED.keys() & METHODS.keys()


def may_be_text(query: ast.expr) -> bool:
    """Whether an argument can be a text that is put together, going by its shape alone."""
    if isinstance(query, ast.Constant):
        return isinstance(query.value, str)
    return isinstance(
        query,
        (
            *(ast.JoinedStr, ast.BinOp, ast.Call, ast.Name, ast.Attribute),
            *(ast.Subscript, ast.IfExp, ast.BoolOp, ast.NamedExpr),
        ),
    )


def resolve(one: Candidate, ctx: Context) -> Run | None:
    """The call as one that runs SQL on a driver. Whether it does can still depend on its text (`is_known`)."""
    call, name, sink, query = one
    driver = DRIVERS[sink.driver] if sink.driver else None
    if driver is None and isinstance(call.func, ast.Attribute) and ctx.once(mentions_driver):
        driver = ctx.once(Receivers).driver(call.func.value)
    certain = driver is not None
    if not certain and (sink.needs == "both" or (name == "query" and ctx.once(_asks_windows))):
        return None
    known = sink.needs == "" or (certain and sink.needs == "receiver")
    parameters = _argument(call, sink.parameters, sink.parameter_names)
    more = tuple(call.args[sink.query + 1 :])
    guess = driver or ctx.once(_only_driver)
    return Run(call, name, query, parameters, more, guess, certain, known, sink.many, name in _PARTS)


def _asks_windows(ctx: Context) -> bool:
    """Whether a file imports `wmi`, whose `query` takes WQL: it begins like SQL, and has nothing to bind to."""
    return "wmi" in ctx.source.text and "wmi" in _IMPORTS.findall(ctx.source.text)


def mentions_driver(ctx: Context) -> bool:
    """Whether a file names any database library: without one no receiver can be known."""
    text = ctx.source.text
    return any(name in text for name in DRIVERS)


_PART = Sink(parameters=None, needs="", driver="django")
_PARTS = frozenset({"RawSQL", "SQL", "raw_sql", "extra", "Func"})


def _argument(call: ast.Call, position: int | None, names: tuple[str, ...]) -> ast.expr | None:
    if position is not None and 0 <= position < len(call.args):
        before = call.args[: position + 1]
        return None if any(isinstance(one, ast.Starred) for one in before) else call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg in names), None)


def _only_driver(ctx: Context) -> Driver | None:
    """The driver of a file that imports one: what an unknown cursor is guessed to belong to."""
    found = {name.partition(".")[0]: name for name in _IMPORTS.findall(ctx.source.text)}
    drivers = {_of_name(whole) or DRIVERS.get(root) for root, whole in found.items() if root not in ONLY_IN}
    drivers |= {DRIVERS["django"]} if found.get("django", "").startswith("django.db") else set()
    drivers.discard(None)
    return drivers.pop() if len(drivers) == 1 else None


def _of_name(name: str | None) -> Driver | None:
    """The driver to which a qualified name belongs."""
    root = (name or "").partition(".")[0]
    driver = DRIVERS.get(root)
    if driver is None or name is None:
        return None
    if root in MAKERS and name.rpartition(".")[2] not in MAKERS[root]:
        return None
    return driver if root not in ONLY_IN or name.startswith(ONLY_IN[root]) else None


class Receivers:
    """The drivers of the receivers in one file."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.known: dict[ast.expr, Driver | None] = {}

    def driver(self, node: ast.expr) -> Driver | None:
        """The one driver that made whatever the value can be; None if that is not known."""
        if node not in self.known:
            self.seen: set[ast.AST] = set()
            found = set(self.of(node))
            self.known[node] = found.pop() if len(found) == 1 else None
        return self.known[node]

    def of(self, node: ast.AST | None) -> Iterator[Driver | None]:
        if node is None or node in self.seen or len(self.seen) > _BUDGET:
            return
        self.seen.add(node)
        if isinstance(node, (ast.Await, ast.NamedExpr, ast.Subscript)):
            yield from self.of(node.value)
        elif isinstance(node, (ast.IfExp, ast.BoolOp)):
            for way in (node.body, node.orelse) if isinstance(node, ast.IfExp) else node.values:
                yield from self.of(way)
        elif isinstance(node, ast.Call):
            yield from self.of_call(node)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            yield from self.of_read(node)
        elif not (isinstance(node, ast.Constant) and node.value is None):
            yield None

    def of_call(self, call: ast.Call) -> Iterator[Driver | None]:
        if any(keyword.arg == "factory" for keyword in call.keywords):
            yield None  # `connection.cursor(factory=Own)`: a class of the project, whose `execute` may change the text
            return
        name = self.ctx.qualified_name(call.func)
        driver = _of_name(name)
        if driver is not None:
            yield driver
            return
        local = self.ctx.local_definition(name) if name else None
        if isinstance(local, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self.of_function(local)
        elif isinstance(call.func, ast.Attribute) and call.func.attr in HANDS_ON:
            yield from self.of(call.func.value)
        elif isinstance(call.func, ast.Name):
            yield from self.of(call.func)  # `Session = sessionmaker(...)`, then `Session()`
        elif name in ("contextlib.closing",) and call.args:
            yield from self.of(call.args[0])
        else:
            yield None

    def of_function(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Driver | None]:
        given = [n.value for n in walk_own(function) if isinstance(n, (ast.Return, ast.Yield)) and n.value is not None]
        for value in given:
            yield from self.of(value)
        if not given:
            yield _of_name(annotated_class(function.returns, self.ctx))

    def of_read(self, node: ast.Name | ast.Attribute) -> Iterator[Driver | None]:
        driver = _of_name(self.ctx.qualified_name(node))
        if driver is not None:
            yield driver
            return
        if isinstance(node, ast.Attribute) and node.attr in HANDS_ON and not isinstance(node.value, ast.Name):
            yield from self.of(node.value)
            return
        cell = cell_of(node, self.ctx)
        if cell is None:
            yield None
            return
        written = reaching_writes(cell, node, self.ctx)
        if written.parameter is not None:
            yield _of_name(annotated_class(written.parameter.annotation, self.ctx))
        if not written.found and written.parameter is None:
            written = writes(cell, self.ctx)  # `with connect() as conn, conn.cursor() as cursor`
        found = [drivers for write, _ in written.found for drivers in self.of_write(write.node, write.value)]
        yield from found
        if not found and written.parameter is None:
            yield None

    def of_write(self, made: ast.AST, value: ast.expr | None) -> Iterator[Driver | None]:
        if isinstance(made, ast.withitem):
            yield from self.of(made.context_expr)
        elif isinstance(made, ast.arg):
            yield _of_name(annotated_class(made.annotation, self.ctx))
        elif isinstance(made, ast.AnnAssign):
            named = _of_name(annotated_class(made.annotation, self.ctx))
            yield from [named] if named is not None else self.of(value)
        elif isinstance(made, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self.of_function(made)  # a property
        else:
            yield from self.of(value) if value is not None else [None]
