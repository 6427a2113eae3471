"""Python code of migrations that goes through whole tables: query sets of Django, queries of SQLAlchemy's sessions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from readlint.api import Context, children, regex, walk
from readlint_rules.migrations._code import nodes_of, reached_from
from readlint_rules.migrations._expressions import last, statements_below, value
from readlint_rules.migrations._judging import Candidate

#: A condition on one of these picks single rows, or a range of them.
KEYS = frozenset("pk id uuid guid ctid".split())
#: With one value of these, at most a few rows are meant.
NAMES = frozenset("slug name code codename key identifier email username domain app_label model path".split())
_WORDS = "|".join(sorted(KEYS | NAMES))
_PARENTS = r"\w+_(?:id|name)"  # what the name of such a column ends with
#: One row, a list of them, or a range. `id IN (SELECT ...)` is none without a LIMIT.
PICKED = regex(
    rf"""\blimit\b|\bctid\b|\bbetween\b
    |\b(?:{_WORDS})\W{{0,2}}\s*(?:=|<|>|<=|>=)\s*(?:any\b|['%:$?{{\d])
    |\b{_PARENTS}\W{{0,2}}\s*=\s*(?:any\b|['%:$?{{\d])
    |\b(?:{_WORDS}|{_PARENTS})\W{{0,2}}\s*in\s*(?:%|:|\$|\?|\{{|\(\s*['%:$?{{\d])""",
    re.IGNORECASE | re.VERBOSE,
)
#: Tables that frameworks keep small.
SMALL = frozenset(
    "contenttype permission group site django_content_type auth_permission auth_group django_site alembic_version "
    "django_migrations".split()
)
_MANAGERS = ("objects", "_default_manager", "_base_manager", "query")
_WRITES = frozenset({"update", "delete"})
_LOOKUPS = frozenset(
    "exact iexact in range gt gte lt lte isnull contains icontains startswith endswith regex iregex".split()
)
_BATCHED = frozenset({"limit", "yield_per", "slice"})
#: What hands on all that it is given.
_AROUND = frozenset("list tuple set iter enumerate sorted reversed tqdm".split())


#: What is set is no condition.
_WHERE = regex(r"\bwhere\b.*|\blimit\b", re.IGNORECASE | re.DOTALL)


def is_picked(one: Candidate, ctx: Context) -> bool:
    """Whether an UPDATE or a DELETE is of single rows, or of a range of them."""
    if one.statement.text:
        where = _WHERE.search(one.statement.text)
        return where is not None and bool(PICKED.search(where[0]))
    return picks_rows(one.operation.call) or "limit(" in ctx.text(one.operation.call)


class Backfill(NamedTuple):
    node: ast.AST
    model: str  # as the code names it
    table: str  # empty where that is not known
    what: str  # "update", "delete", "loop", "bulk_update"


class Query(NamedTuple):
    """`Order.objects.filter(...)`, with what it is made of."""

    model: str
    table: str
    is_picked: bool  # by key, by name, by a slice
    is_of_session: bool = False  # SQLAlchemy's, which writes what is assigned to its objects


def backfills(function: ast.FunctionDef, ctx: Context) -> Iterator[Backfill]:
    if ctx.mentions(may_query):
        for one in reached_from(function, ctx):
            if isinstance(one, ast.FunctionDef) and any(map(_may_write, nodes_of(one, ctx))):
                yield from _Reader(one, ctx).suite(one.body)


def _may_write(node: ast.AST) -> bool:
    """Whether it is worth to find out what a function queries."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and (node.func.attr in _WRITES or node.func.attr == "bulk_update")
    return isinstance(node, ast.For)


def may_query(text: str) -> bool:
    """Whether there may be a query at all: most revisions of Alembic have none."""
    return "objects" in text or "_manager" in text or "query" in text


class _Reader:
    def __init__(self, function: ast.FunctionDef, ctx: Context) -> None:
        self.ctx = ctx
        self.tables = ctx.once(tables_of)
        self.queries: dict[str, Query] = {}
        self.models: dict[str, str] = {}  # by the variable
        self.batches = _batches(function, ctx)
        for node in nodes_of(function, ctx):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.assigned(node.targets[0].id, node.value)

    def assigned(self, target: str, source: ast.expr) -> None:
        table = _table_of_model(source, self.ctx)
        if table:
            self.tables = {**self.tables, target: table}
            name = _model_name(source, self.ctx, target)
            self.models[target] = target if name.lower() == target.lower() else name
        found = self.query(source)
        if found is not None:
            self.queries[target] = found

    def suite(self, body: Iterable[ast.AST], loops: bool = False) -> Iterator[Backfill]:
        for node in body:
            if isinstance(node, ast.For):
                found = self.rows(node)
                if found is not None:
                    yield found
                    continue
            yield from self.call(node, loops)
            yield from self.suite(children(node), loops or isinstance(node, (ast.For, ast.While)))

    def call(self, node: ast.AST, loops: bool) -> Iterator[Backfill]:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        called = node.func.attr
        found = self.query(node.func.value) if called in _WRITES or called == "bulk_update" else None
        if found is None or self.is_small(found):
            return
        if (called in _WRITES and not found.is_picked) or (
            called == "bulk_update" and not loops and not self.is_batch(node)
        ):
            yield Backfill(node, found.model, found.table, called)

    def is_batch(self, call: ast.Call) -> bool:
        """Whether a `bulk_update` writes some rows only, or the rest of those that a loop has written in batches."""
        return len(call.args) > 2 or _has(call, "batch_size") or any(last(one) in self.batches for one in call.args[:1])

    def rows(self, loop: ast.For) -> Backfill | None:
        """A loop over all rows of a table that writes each of them."""
        found = self.query(_unwrapped(loop.iter))
        if found is None or found.is_picked or self.is_small(found):
            return None
        targets = {node.id for node in walk(loop.target) if isinstance(node, ast.Name)}
        inside = [node for statement in loop.body for node in walk(statement)]
        if any(isinstance(node, ast.Call) and last(node.func) == "commit" for node in inside):
            return None
        write = next((node for node in inside if self.writes(node, targets, found)), None)
        return Backfill(write, found.model, found.table, "loop") if write is not None else None

    def writes(self, node: ast.AST, targets: set[str], rows: Query) -> bool:
        if isinstance(node, ast.Assign):  # an attribute of a mapped object, written when the session is flushed
            written = [one for one in node.targets if isinstance(one, ast.Attribute) and last(one.value) in targets]
            return bool(written) and rows.is_of_session
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        if last(node.func.value) in targets:
            return node.func.attr in ("save", "delete")
        found = self.query(node.func.value) if node.func.attr in _WRITES else None
        return found is not None and found.model == rows.model

    def is_small(self, found: Query) -> bool:
        small = {*SMALL, *(name.lower() for name in self.ctx.settings.migrations_small_tables)}
        is_measured = self.ctx.settings.table_sizes.is_small(found.table)
        return is_measured or found.model.lower() in small or found.table.lower() in small

    def query(self, node: ast.expr) -> Query | None:
        """What a chain of calls asks for, if it begins with a manager or a session's `query`."""
        is_picked, is_query = False, False
        model: ast.expr | None = None
        while True:
            if isinstance(node, ast.Subscript):
                is_picked = is_picked or isinstance(node.slice, ast.Slice)
                node = node.value
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = node.func.attr
                is_picked = is_picked or called in _BATCHED or _picks(node, called)
                if called == "query" and node.args:
                    model, is_query = node.args[0], True
                if called == "get_model":
                    break
                node = node.func.value
            elif isinstance(node, ast.Attribute):
                is_query = is_query or node.attr in _MANAGERS or node.attr.endswith("_objects")
                node = node.value
            else:
                break
        if isinstance(node, ast.Name) and not is_query and node.id in self.queries:
            known = self.queries[node.id]
            return known._replace(is_picked=known.is_picked or is_picked)
        if not is_query:
            return None
        name = last(model or node)
        name = self.models.get(name, name) or _model_name(node, self.ctx)
        table = _table_of_model(node, self.ctx) or self.tables.get(last(model or node), "")
        return Query(name, table, is_picked, model is not None)


def _unwrapped(node: ast.expr) -> ast.expr:
    """`orders` of `enumerate(list(orders))`."""
    while isinstance(node, ast.Call) and last(node.func) in _AROUND and node.args:
        node = node.args[0]
    return node


def _has(call: ast.Call, keyword: str) -> bool:
    return any(one.arg in (keyword, None) for one in call.keywords)


def _picks(call: ast.Call, called: str) -> bool:
    """Whether a `filter` leaves only some rows, whose number does not grow with the table."""
    if called not in ("filter", "get", "where", "filter_by", "get_or_create"):
        return False
    return any(map(_names_row, call.keywords)) or any(map(picks_rows, call.args))


def _names_row(keyword: ast.keyword) -> bool:
    """`pk__in=keys`, `slug="main"`, `order_id=order.pk`; not `email=None`."""
    words = (keyword.arg or "").split("__")
    lookup = words.pop() if words[-1] in _LOOKUPS else ""
    field = words[-1] if words else ""
    if field in KEYS:
        return lookup != "isnull"
    is_empty = isinstance(keyword.value, ast.Constant) and not keyword.value.value
    return lookup in ("", "exact", "in") and (field in NAMES or field.endswith("_id")) and not is_empty


def picks_rows(condition: ast.expr) -> bool:
    """Whether SQLAlchemy's `orders.c.id == row.id` or `Order.id.in_(ids)` is part of a condition."""
    for node in walk(condition):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute):
            field, other = node.left.attr, node.comparators[0]
            is_name = isinstance(node.ops[0], ast.Eq) and (field in NAMES or field.endswith("_id"))
            is_empty = isinstance(other, ast.Constant) and not other.value
            if (field in KEYS or is_name) and not is_empty and not _is_column(other):
                return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            field = last(node.func.value)
            if node.func.attr in ("in_", "between") and (field in KEYS or field.endswith("_id")):
                return True
    return False


def _is_column(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and last(node.value) in ("c", "columns")


def tables_of(ctx: Context) -> Mapping[str, str]:
    """The tables that names of the file stand for: `sa.table("orders", ...)`, classes with a `__tablename__`.

    Ask through `ctx.once`.
    """
    found: dict[str, str] = {}
    for node in statements_below(ctx.tree) if ctx.mentions(_may_name_table) else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            is_table = last(node.value.func) in ("table", "Table") and bool(node.value.args)
            name = value(node.value.args[0], ctx) if is_table else None
            if isinstance(name, str):
                found[node.targets[0].id] = name
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.Assign) and last(statement.targets[0]) == "__tablename__":
                    found[node.name] = str(value(statement.value, ctx))
    return found


_NAMING = regex(r"\b(?:[tT]able\b|__tablename__)")


def _may_name_table(text: str) -> bool:
    return "able" in text and _NAMING.search(text) is not None


def _batches(function: ast.FunctionDef, ctx: Context) -> set[str]:
    """The lists that a loop hands to `bulk_update`."""
    calls = (
        node for node in nodes_of(function, ctx) if isinstance(node, ast.Call) and last(node.func) == "bulk_update"
    )
    named = ((call, call.args[0].id) for call in calls if call.args and isinstance(call.args[0], ast.Name))
    loops = (ast.For, ast.While)
    return {name for call, name in named if any(isinstance(up, loops) for up in ctx.ancestors(call))}


def _model_name(node: ast.expr, ctx: Context, unknown: str = "the model") -> str:
    """`Order` of `apps.get_model("shop", "Order")`."""
    given = value(node.args[-1], ctx) if isinstance(node, ast.Call) and node.args else ""
    is_name = isinstance(given, str) and len(given.split(".")) <= 2 and all(map(str.isidentifier, given.split(".")))
    return given.rpartition(".")[2] if is_name else unknown


def _table_of_model(node: ast.expr, ctx: Context) -> str:
    """`shop_order` of `apps.get_model("shop", "Order")`."""
    if not isinstance(node, ast.Call) or last(node.func) != "get_model":
        return ""
    given = [value(argument, ctx) for argument in node.args]
    given += [value(keyword.value, ctx) for keyword in node.keywords if keyword.arg in ("app_label", "model_name")]
    texts = [one for one in given if isinstance(one, str)]
    return ".".join(texts).replace(".", "_").lower() if texts else ""
