"""Where a point in time leaves the process: others read it there, and cannot know this process's own clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from readlint.api import Cell, Context, cell_of, is_record, last_name, regex, uses
from readlint_rules.clocks._differences import outer_value

_MOST = 40  # places that one value is followed to

#: Functions that write values down for others. CPython 3.14; orjson 3.11, simplejson 3.20, ujson 5, PyYAML 6,
#: msgpack 1.1, flask 3.1, django 5.2, starlette 0.41, aiohttp 3.12.
_WRITING = {
    **dict.fromkeys(("json.dumps", "json.dump", "simplejson.dumps", "simplejson.dump", "ujson.dumps"), "JSON"),
    **dict.fromkeys(("orjson.dumps", "msgpack.packb", "msgpack.dumps", "marshal.dumps"), "a serialized value"),
    **dict.fromkeys(("pickle.dumps", "pickle.dump", "yaml.dump", "yaml.safe_dump"), "a serialized value"),
    **dict.fromkeys(("flask.jsonify", "quart.jsonify", "django.http.JsonResponse"), "an HTTP response"),
    **dict.fromkeys(("starlette.responses.JSONResponse", "fastapi.responses.JSONResponse"), "an HTTP response"),
    **dict.fromkeys(("django.http.HttpResponse", "aiohttp.web.json_response"), "an HTTP response"),
}
#: Methods that do, on whatever they are called: files, databases, caches, queues between processes. DB-API 2,
#: Django 5.2 managers, pymongo 4, redis-py 7, pika 1.3, celery 5.7, confluent-kafka 2, pyzmq 27, csv.
_METHODS = {
    **dict.fromkeys(("write_text", "writelines", "writerow", "writerows"), "a file"),
    **dict.fromkeys(("execute", "executemany", "executescript"), "a database"),
    **dict.fromkeys(("insert_one", "insert_many", "update_one", "update_many", "replace_one"), "a database"),
    **dict.fromkeys(("update_or_create", "bulk_create"), "a database"),
    **dict.fromkeys(("setex", "psetex", "hset", "hmset", "zadd", "lpush", "rpush", "xadd", "set_many"), "a cache"),
    **dict.fromkeys(("basic_publish", "apply_async", "send_task", "produce", "send_json", "put_item"), "a message"),
}
#: Methods that do when what they are called on has a name like this.
_METHODS_OF = (
    ("a file", frozenset({"write"}), regex(r"(?:^|_)(?:f|fp|fh|fd|file|out|handle|stream|log)$|file$")),
    ("a cache", frozenset({"set", "add", "put"}), regex(r"cache|redis|memcache", re.IGNORECASE)),
    ("a database", frozenset({"create", "update", "get_or_create"}), regex(r"^objects$")),
    ("a message", frozenset({"publish", "send"}), regex(r"producer|channel|exchange|redis|mqtt|broker|topic")),
    ("a message", frozenset({"delay"}), regex(r"task")),
    (
        "an HTTP request",
        frozenset({"post", "put", "patch", "request"}),
        regex(r"^(?:requests|httpx)$|session$|client$"),
    ),
)
_LOGGERS = regex(r"^_?log(?:ger|ging)?$", re.IGNORECASE)
_LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "bind", "msg"})
#: Fields of a log record that everybody takes for a date.
_DATED = regex(r"^(?:timestamp|time|ts|date|datetime|@timestamp)$", re.IGNORECASE)
_ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "api_route", "websocket"})
_HEADERS = frozenset({"headers", "cookies"})
#: What turns a point in time into something that others read.
_WRITTEN_OUT = frozenset({"isoformat", "strftime", "ctime", "timetuple", "utctimetuple", "humanize"})
_TEXTS = frozenset({"str", "repr", "format"})


class Departure(NamedTuple):
    node: ast.expr  # what leaves
    where: str


def departures(node: ast.expr, ctx: Context) -> Iterator[Departure]:
    """Where the value of an expression leaves the process, as far as this file shows."""
    seen: set[ast.AST] = set()
    waiting = [(node, "")]
    while waiting and len(seen) < _MOST:
        current, field = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for whole, name in _wholes(current, field, ctx):
            where = _sink(whole, name, ctx)
            if where:
                yield Departure(whole, where)
            else:
                waiting += [(use, name) for use in _read_again(whole, ctx)]


def _wholes(node: ast.expr, field: str, ctx: Context) -> Iterator[tuple[ast.expr, str]]:
    """The expression with what is made of it around it, and the field of a record that it is in."""
    while True:
        node = outer_value(node, ctx)
        yield node, field
        parent = ctx.parent(node)
        if isinstance(parent, ast.Dict) and node in parent.values:
            key = parent.keys[parent.values.index(node)]
            field = str(key.value) if isinstance(key, ast.Constant) else field
        elif isinstance(parent, ast.Call) and node in parent.args:
            if ctx.qualified_name(parent.func) not in _TEXTS:
                return
        elif isinstance(parent, ast.keyword) and ctx.qualified_name(_call_of(parent, ctx).func) == "dict":
            field, parent = parent.arg or field, _call_of(parent, ctx)
        elif not isinstance(parent, (ast.List, ast.Tuple, ast.JoinedStr, ast.FormattedValue)):
            return
        assert isinstance(parent, ast.expr)
        node = parent


def _read_again(node: ast.expr, ctx: Context) -> Iterator[ast.expr]:
    """The uses of what a value is kept in: of the name, of the attribute, of the whole dictionary."""
    parent = ctx.parent(node)
    if isinstance(parent, ast.Assign):
        targets = parent.targets
    elif isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
        targets = [parent.target]
    else:
        return
    for target in targets:
        cell = cell_of(target, ctx)
        if cell is not None:
            yield from uses(cell, ctx) or ()
            if isinstance(target, ast.Subscript):
                yield from uses(Cell(cell.owner, cell.name), ctx) or ()


def _call_of(keyword: ast.keyword, ctx: Context) -> ast.Call:
    call = ctx.parent(keyword)
    return call if isinstance(call, ast.Call) else ast.Call(ast.Name("", ast.Load()), [], [])


# Sinks


def _sink(node: ast.expr, field: str, ctx: Context) -> str:
    """What takes a value out of the process right here; empty if nothing does."""
    parent = ctx.parent(node)
    if isinstance(parent, ast.Attribute):
        return "a text" if parent.attr in _WRITTEN_OUT else ""
    if isinstance(parent, ast.keyword):
        return _taken_by_keyword(parent, field, ctx)
    if isinstance(parent, ast.Call) and node in parent.args:
        return _taken(parent, field, ctx)
    if isinstance(parent, ast.Return):
        return "an HTTP response" if field and _is_route(ctx.function(parent), ctx) else ""
    if isinstance(parent, ast.Assign):
        return next(filter(None, (_kept_outside(target, ctx) for target in parent.targets)), "")
    return ""


def _taken(call: ast.Call, field: str, ctx: Context) -> str:
    function = call.func
    name = ctx.qualified_name(function)
    if name in _WRITING:
        return _WRITING[name]
    if not isinstance(function, ast.Attribute):
        return ""
    if function.attr in _METHODS:
        return _METHODS[function.attr]
    receiver = last_name(function.value) or ""
    if function.attr in _LOG_METHODS and _LOGGERS.search(receiver):
        return "a log's date" if _DATED.match(field) else ""
    return next((where for where, names, owner in _METHODS_OF if function.attr in names and owner.search(receiver)), "")


def _taken_by_keyword(keyword: ast.keyword, field: str, ctx: Context) -> str:
    call = _call_of(keyword, ctx)
    where = _taken(call, (field if keyword.arg == "extra" else keyword.arg) or "", ctx)
    if where or not keyword.arg:
        return where
    name = ctx.qualified_name(call.func)
    made = ctx.local_definition(name) if name else None
    return "a database" if isinstance(made, ast.ClassDef) and _is_table(made, ctx) else ""


def _is_table(made: ast.ClassDef, ctx: Context) -> bool:
    """A class whose instances are rows: messages and tuples stay in the process until somebody sends them."""
    return is_record(made, ctx) and not any(last_name(base) in ("BaseModel", "NamedTuple") for base in made.bases)


def _kept_outside(target: ast.expr, ctx: Context) -> str:
    """`response.headers["X-Time"] = value`, and a field of a row."""
    if isinstance(target, ast.Subscript):
        return "an HTTP header" if last_name(target.value) in _HEADERS else ""
    if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
        return ""
    owner = ctx.receiver_class(target.value)
    if owner is None or target.value.id == "cls" or target.attr.startswith("_"):
        return ""  # no column
    return "a database" if _is_table(owner, ctx) else ""


def _is_route(function: ast.AST | None, ctx: Context) -> bool:
    """A function whose result a web framework sends, by its decorator."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    calls = [one for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one.func, ast.Attribute) and one.func.attr in _ROUTES for one in calls)
