"""What the HTTP client libraries are called, what makes their clients, and which of them check the status."""

from __future__ import annotations

import ast
import re

from readlint.api import (
    Breadth,
    Context,
    Maker,
    breadth_of_classes,
    last_name,
    regex,
    suppressed_classes,
    walk,
    walk_own,
)

#: Functions of a module that send a request. requests 2.32, httpx 0.28 (httpx2 is its fork of that name), niquests 3.14
#: and urllib3 2.5.
_MODULES = ("requests", "requests.api", "httpx", "httpx2", "niquests")
METHODS = ("get", "post", "put", "patch", "delete", "options", "request")
FUNCTIONS = (
    *(f"{module}.{method}" for module in _MODULES for method in METHODS),
    *("httpx.stream", "httpx2.stream", "urllib3.request", "aiohttp.request"),
)
#: Classes and functions that make a client, by library. None of these checks the status unless told to.
CLIENTS = {
    "requests.Session": "requests",
    "requests.session": "requests",
    "requests.sessions.Session": "requests",
    "requests_oauthlib.OAuth1Session": "requests",  # requests-oauthlib 2.0
    "requests_oauthlib.OAuth2Session": "requests",
    "requests_toolbelt.sessions.BaseUrlSession": "requests",  # requests-toolbelt 1.0
    "requests_cache.CachedSession": "requests",  # requests-cache 1.2
    "httpx.Client": "httpx",
    "httpx.AsyncClient": "httpx",
    "httpx2.Client": "httpx",
    "httpx2.AsyncClient": "httpx",
    "niquests.Session": "niquests",
    "niquests.AsyncSession": "niquests",
    "aiohttp.ClientSession": "aiohttp",  # aiohttp 3.13
    "aiohttp.client.ClientSession": "aiohttp",
    "urllib3.PoolManager": "urllib3",  # urllib3 2.5
    "urllib3.ProxyManager": "urllib3",
    "urllib3.HTTPConnectionPool": "urllib3",
    "urllib3.HTTPSConnectionPool": "urllib3",
    "urllib3.poolmanager.PoolManager": "urllib3",
}
#: What of a response is its body: requests 2.32, httpx 0.28, aiohttp 3.13 `client_reqrep.py`, urllib3 2.5.
BODY = frozenset(
    [
        *("json", "text", "content", "raw", "read", "data", "iter_content", "iter_lines", "stream"),
        *("iter_bytes", "iter_text", "iter_raw", "aread", "aiter_bytes", "aiter_text", "aiter_lines", "aiter_raw"),
    ]
)
#: What tells how the request went, or that somebody looked into it.
STATUS = frozenset(
    [
        *("raise_for_status", "ok", "status_code", "status", "reason", "reason_phrase"),
        *("is_success", "is_error", "is_client_error", "is_server_error", "is_redirect", "has_redirect_location"),
    ]
)
WRITING = frozenset({"post", "put", "patch", "delete"})

#: Arguments of a client or a call that check the status, or may. aiohttp has `raise_for_status`, httpx `event_hooks`,
#: requests `hooks`; `app` and these transports answer in the place of a server.
_CHECKING = frozenset({"raise_for_status", "event_hooks", "hooks", "app"})
_PASSES_CHECKING = regex(rf"\b(?:{'|'.join(sorted(_CHECKING))})[ \t]*=")
_LIBRARIES = frozenset(name.partition(".")[0] for name in CLIENTS)
_PRETENDING = regex(r"ASGI|WSGI|Mock|Test|Fake|Stub")
_CLIENT_WORDS = ("requests", "httpx", "aiohttp", "urllib3", "ession", "lient")
_HOOKS = regex(r"\.(?:hooks|event_hooks)\b")


_BEST_EFFORT = regex(
    r"telemetry|analytics|metric|usage_?(?:stats|data)|tracking|beacon|heart_?beat|(?:^|[/._])ping", re.IGNORECASE
)


def mentions_client(ctx: Context) -> bool:
    return any(map(ctx.mentions, _CLIENT_WORDS))


def has_hooks(ctx: Context) -> bool:
    """`session.hooks["response"] = ...` somewhere in the file: a hook may raise for every response."""
    return _HOOKS.search(ctx.source.text) is not None


def method_of(call: ast.Call, ctx: Context) -> str:
    """The HTTP method in small letters; empty if a variable decides it."""
    name = (ctx.qualified_name(call.func) or last_name(call.func) or "").rpartition(".")[2].lower()
    if name not in ("request", "stream"):
        return name
    given = [k.value for k in call.keywords if k.arg == "method"] or call.args[:1]
    method = ctx.constant(given[0]) if given else None
    return method.lower() if isinstance(method, str) else ""


def may_be_request(call: ast.Call) -> bool:
    """Whether the arguments are those of a request: `cells.get("key", 0)` and `queue.put(item, block)` are not."""
    name = last_name(call.func)
    if any(keyword.arg in ("url", "json", "headers", "params", "data") for keyword in call.keywords):
        return True
    if name in ("request", "stream"):
        return len(call.args) > 1
    if not call.args or (name == "get" and len(call.args) > 1):
        return False
    first = call.args[0]
    return not isinstance(first, ast.Constant) or (isinstance(first.value, str) and "/" in first.value)


def may_check(call: ast.Call, ctx: Context) -> bool:
    """What is in `**options` nobody knows."""
    return any(keyword.arg is None for keyword in call.keywords) or checks_by_argument(call, ctx)


def checks_by_argument(call: ast.Call, ctx: Context) -> bool:
    """A client or call that is told to raise, that hands its responses to a hook, or that asks no server at all."""
    for keyword in call.keywords:
        if keyword.arg in _CHECKING and ctx.constant(keyword.value) not in (False, None):
            return not _is_for_requests(keyword.value)
        if keyword.arg == "transport" and not _is_plain_transport(keyword.value, ctx):
            return True
    return False


def _is_for_requests(hooks: ast.expr) -> bool:
    """`{"request": [...]}`: hooks that never see a response."""
    keys = hooks.keys if isinstance(hooks, ast.Dict) else []
    return bool(keys) and all(isinstance(key, ast.Constant) and key.value == "request" for key in keys)


def _is_plain_transport(node: ast.expr, ctx: Context) -> bool:
    made = node.func if isinstance(node, ast.Call) else node
    name = ctx.qualified_name(made) or ""
    return name.startswith("httpx") and not _PRETENDING.search(name)


def library_of(maker: Maker, ctx: Context) -> str | None:
    """The library whose client this maker makes, empty where that client checks the status itself; None if unknown."""
    if maker.call is not None and may_check(maker.call, ctx):
        return ""
    local = ctx.local_definition(maker.name)
    if isinstance(local, ast.ClassDef):
        return library_of_class(local, ctx)
    return CLIENTS.get(maker.name)


def library_of_class(owner: ast.ClassDef, ctx: Context) -> str | None:
    """A project's class made from a client; one that sends in a way of its own, or has hooks, may check."""
    found = {CLIENTS.get(ctx.qualified_name(base) or "") for base in owner.bases} - {None}
    if len(found) != 1:
        return None
    changed = {"request", "_request", "send", "hooks", "urlopen", *METHODS}
    inside = [node for node in walk(owner) if isinstance(node, ast.Call) and last_name(node.func) == "__init__"]
    checks = any(may_check(call, ctx) for call in inside)
    if checks or not changed.isdisjoint(ctx.scope_of(owner).bindings) or _HOOKS.search(ctx.text(owner)):
        return ""
    return found.pop()


def mentions_checking(text: str) -> bool:
    return any(library in text for library in _LIBRARIES) and _PASSES_CHECKING.search(text) is not None


def is_best_effort(call: ast.Call, ctx: Context) -> bool:
    """Telemetry by its own name or that of its function, class or file: nobody waits for it to arrive."""
    names = f"{ctx.path}/{ctx.definition_name(call)}"
    return _BEST_EFFORT.search(names) is not None


def sends_in_silence(call: ast.Call, ctx: Context) -> bool:
    """What is around it keeps every failure to itself: an error status would be no news there."""
    handlers = handlers_around(call, ctx)
    if any(_is_silent(handler) or _only_debugs(handler, ctx) for handler in handlers):
        return True
    blocks = (
        one for one in ctx.ancestors(call) if isinstance(one, ast.With) and ctx.function(one) is ctx.function(call)
    )
    given = (suppressed_classes(item.context_expr, ctx) for block in blocks for item in block.items)
    return any(breadth_of_classes(classes, ctx) >= Breadth.OPERATIONAL for classes in given if classes)


def handlers_around(node: ast.AST, ctx: Context) -> list[ast.ExceptHandler]:
    """Those of the nearest `try` statement whose body holds the node."""
    child = node
    for parent in ctx.ancestors(node):
        if isinstance(parent, ast.Try) and child in parent.body:
            return parent.handlers
        child = parent
    return []


def _only_debugs(handler: ast.ExceptHandler, ctx: Context) -> bool:
    """`except Exception as error: log.debug(...)`: a request that never arrived is no news either."""
    if handler.type is not None and breadth_of_classes([handler.type], ctx) < Breadth.OPERATIONAL:
        return False
    calls = [statement.value for statement in handler.body if isinstance(statement, ast.Expr)]
    return len(calls) == len(handler.body) and all(
        isinstance(call, ast.Call) and last_name(call.func) == "debug" for call in calls
    )


def _is_silent(handler: ast.ExceptHandler) -> bool:
    inside = [part for statement in handler.body for part in walk_own(statement)]
    return not any(isinstance(part, (ast.Call, ast.Raise)) for part in inside)
