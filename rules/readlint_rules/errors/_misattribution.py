"""Handlers that answer whatever went wrong by blaming the one who asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from readlint.api import (
    Breadth,
    Context,
    Rank,
    breadth,
    can_fall,
    dotted,
    is_report,
    last_name,
    regex,
    statements,
    walk,
    walk_own,
)

#: Errors and responses that stand for an HTTP status from 400 to 499.
_CLIENT_ERRORS = frozenset(
    {
        "AuthenticationFailed",  # djangorestframework 3
        "BadRequest",  # werkzeug 3, sanic 23
        "Forbidden",
        "HTTPBadRequest",  # aiohttp 3, pyramid 2, falcon 3
        "HTTPForbidden",
        "HTTPNotFound",
        "HTTPUnauthorized",
        "Http404",  # Django 5
        "HttpResponseBadRequest",
        "HttpResponseForbidden",
        "HttpResponseNotFound",
        "NotAuthenticated",
        "NotFound",
        "PermissionDenied",
        "Unauthorized",
    }
)
#: These blame the value that was given, and hide what really happened where the chain is cut.
_VALUE_ERRORS = frozenset({"DoesNotExist", "ValidationError", "ValueError"})
_LOG = regex(r"_*(?:\w+_)?log(?:ger)?", re.IGNORECASE)
_RETRYABLE = frozenset({408, 425, 429})
_STATUS = regex(r"(?:HTTP|_)_?(4\d\d)(?:_|$)", re.IGNORECASE)
_STATUS_NAMES = frozenset({"BAD_REQUEST", "FORBIDDEN", "NOT_FOUND", "UNAUTHORIZED", "UNPROCESSABLE_ENTITY"})
_STATUS_KEYWORDS = ("code", "status", "status_code")
_ANSWER = regex(r"abort|error|exception|http|json|render|resp", re.IGNORECASE)
_GATE = regex(
    r"_*(?:verify|authenticate|authorize|check_(?:access|auth|credential|login|passw|permission|sign|token)"
    r"|has_(?:access|perm)|is_(?:allowed|auth|permitted|valid_(?:key|login|password|session|sign|token|user))"
    r"|validate_(?:credential|key|login|password|session|token|user))\w*"
)
#: Whoever asks whether an address answers is told that it does not.
ASKS_FOR_IT = regex(
    r"_*(?:check|ping|probe|test|validate|verify)_(?:\w+_)?(?:config|connection|endpoint|server|service|url)s?(?:_\w+)?"
)
#: Libraries whose calls go over the network, to a database or to another process.
_OUTSIDE = (
    "aiohttp.", "asyncpg.", "boto3.", "grpc.", "httpx.", "ldap.", "ldap3.", "psycopg.", "psycopg2.", "pymongo.",
    "pymysql.", "redis.", "requests.", "smtplib.", "socket.", "subprocess.", "urllib3.",
)  # fmt: skip
_OUTSIDE_METHODS = frozenset(
    {
        "bulk_create",  # Django 5
        "commit",  # DB-API, SQLAlchemy 2
        "execute",
        "executemany",
        "fetchall",
        "fetchone",
        "get_or_create",
        "get_object_or_404",
        "refresh_from_db",
        "scalar_one",
        "scalars",
        "simple_bind_s",  # python-ldap 3
        "update_or_create",
        "urlopen",
        "urlretrieve",
    }
)
#: What a request itself gives, and what runs something in a thread.
_OF_REQUEST = frozenset({"body", "form", "json", "media", "post", "read", "text", "to_thread", "run_in_threadpool"})
_VERBS = frozenset({"delete", "fetch", "get", "patch", "post", "put", "query", "request", "send"})
_ABSENT = regex(r"404|Not_?Found", re.IGNORECASE)
#: A plain `get` is that of a dictionary nearly everywhere.
_LOOK_UP = regex(r"_*(?:fetch|find|get_|load|look_?up|query|retrieve|search|select)\w*")
_CLIENT = regex(r"_*(?:\w+_)?(?:client|conn|connection|db|http|ldap|redis|s3|session)", re.IGNORECASE)


def blamed_on_caller(handler: ast.ExceptHandler, ctx: Context) -> str:
    """What every way through the handler makes of the failure; empty where that is no lie."""
    if not _ends_in_answer(handler.body[-1]) or ASKS_FOR_IT.fullmatch(ctx.definition_name(handler).rpartition(".")[2]):
        return ""
    meanings = [_meaning(node, ctx) for node in _ways_out(handler)]
    if not all(meanings) or (can_fall(handler.body, ctx) and not _is_abort(handler.body[-1])):
        return ""
    calls = [part for statement in handler.body for part in walk_own(statement) if isinstance(part, ast.Call)]
    if any(is_report(call, ctx, Rank.STRONG, handler.name) or _logs_it(call, handler.name) for call in calls):
        return ""
    reaches = reaches_out(handler, ctx) or _waits_for_others(handler, ctx) or _denies(meanings[0], handler, ctx)
    return meanings[0] if reaches and not _knows_failures(handler, ctx) else ""


def _logs_it(call: ast.Call, caught: str | None) -> bool:
    """`log.error_or_exception(error)`: a logger of the project with a method of its own."""
    owner = last_name(call.func.value) or "" if isinstance(call.func, ast.Attribute) else ""
    names = {part.id for one in call.args for part in walk(one) if isinstance(part, ast.Name)}
    method = last_name(call.func) or ""
    return caught in names and _LOG.fullmatch(owner) is not None and method not in ("debug", "info", "trace")


def _ends_in_answer(statement: ast.stmt) -> bool:
    """A cheap look first: most handlers of everything end in neither."""
    return isinstance(statement, (ast.Raise, ast.Return, ast.If)) or _is_abort(statement)


def _is_abort(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and last_name(node.value.func) == "abort"


def _ways_out(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    for statement in handler.body:
        for part in statements(statement, own=True):
            if isinstance(part, (ast.Raise, ast.Return, ast.Break, ast.Continue)) or _is_abort(part):
                yield part


def _meaning(node: ast.AST, ctx: Context) -> str:
    if isinstance(node, ast.Raise):
        return _raised(node, ctx)
    if isinstance(node, ast.Expr):
        return _status(node.value)
    return _returned(node, ctx) if isinstance(node, ast.Return) and node.value is not None else ""


def _raised(node: ast.Raise, ctx: Context) -> str:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = last_name(raised) if raised is not None else None
    if raised is None or name is None:
        return ""
    cut = isinstance(node.cause, ast.Constant) and node.cause.value is None
    of_rest = (ctx.qualified_name(raised) or "").startswith("rest_framework.")
    if name in _CLIENT_ERRORS or (name in _VALUE_ERRORS and (cut or of_rest)):
        return f"`{dotted(raised) or name}`"
    return _status(node.exc) if isinstance(node.exc, ast.Call) and _ANSWER.search(name) else ""


def _returned(node: ast.Return, ctx: Context) -> str:
    function = ctx.function(node)
    value = node.value
    if isinstance(value, ast.Constant) and (value.value is False or value.value is None):
        gate = not isinstance(function, (ast.Lambda, type(None))) and _GATE.fullmatch(function.name)
        return f"`{value.value}`" if gate else ""
    if isinstance(value, ast.Tuple) and len(value.elts) in (2, 3):
        return _of_number(value.elts[1])
    if not isinstance(value, ast.Call):
        return ""
    name = last_name(value.func) or ""
    if name in _CLIENT_ERRORS:
        return f"`{name}`"
    return _status(value) if _ANSWER.search(name) else ""


def _status(node: ast.expr | None) -> str:
    """`abort(404)`, `Response(status=404)`, `HTTPException(status.HTTP_404_NOT_FOUND)`, `self.response_404()`."""
    if not isinstance(node, ast.Call):
        return ""
    if named := _of_name(last_name(node.func) or ""):
        return named
    given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in _STATUS_KEYWORDS)]
    return next(filter(None, map(_of_number, given)), "")


def _of_number(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        status = node.value
        blames = isinstance(status, int) and 400 <= status < 500 and status not in _RETRYABLE
        return f"HTTP {status!r}" if blames else ""
    name = last_name(node) or ""
    return f"`{name}`" if name in _STATUS_NAMES else _of_name(name)


def _of_name(name: str) -> str:
    match = _STATUS.search(name)
    return f"HTTP {match[1]}" if match and int(match[1]) not in _RETRYABLE else ""


# What can fail without the caller's fault


def reaches_out(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether the `try` surely calls a database or another service."""
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    calls = (part for statement in body for part in walk_own(statement) if isinstance(part, ast.Call))
    return any(_is_outside(call, ctx) for call in calls)


def _waits_for_others(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether the `try` waits for anything but what the client sent: then perhaps for a database or a service."""
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    waited = [part.value for statement in body for part in walk_own(statement) if isinstance(part, ast.Await)]
    return any(isinstance(one, ast.Call) and last_name(one.func) not in _OF_REQUEST for one in waited)


def _denies(meaning: str, handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether "not found" is said of what some object was asked for, which may be a store that is down."""
    if not _ABSENT.search(meaning):
        return False
    body: list[ast.stmt] = getattr(ctx.parents[handler], "body", [])
    calls = (part for statement in body for part in walk_own(statement) if isinstance(part, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute)
        and _LOOK_UP.fullmatch(call.func.attr) is not None
        and ctx.qualified_name(call.func) is None
        for call in calls
    )


def _is_outside(call: ast.Call, ctx: Context) -> bool:
    method = last_name(call.func) or ""
    written = dotted(call.func) or ""
    if method in _OUTSIDE_METHODS or ".objects." in f"{written}." or _is_manager(call.func):
        return True
    if (
        isinstance(call.func, ast.Attribute)
        and method in _VERBS
        and _CLIENT.fullmatch(last_name(call.func.value) or "")
    ):
        return True
    if method[:1].isupper():
        return False  # `httpx.URL(text)`: to make an object is to ask nobody
    return (ctx.qualified_name(call.func) or "").startswith(_OUTSIDE)


def _is_manager(function: ast.expr) -> bool:
    """`User.objects.filter(name=name).get(...)`"""
    return any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in walk(function))


def _knows_failures(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """Whether an earlier clause of the same `try` takes the failures of the world outside."""
    handlers: list[ast.ExceptHandler] = getattr(ctx.parents[handler], "handlers", [])
    earlier = handlers[: handlers.index(handler)]
    return any(breadth(one.type, ctx) >= Breadth.OPERATIONAL for one in earlier)
