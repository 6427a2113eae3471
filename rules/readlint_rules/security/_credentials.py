"""What a value is called and where it comes from: credentials, message authentication codes, parts of a request."""

from __future__ import annotations

import ast
from functools import lru_cache

from readlint.api import Context, children, parameters, regex, walk
from readlint_rules._requests import METHODS, PARTS

# What a credential is called, by the last words of its name. Everything else about a name is what it is *of*.
_SECRETS = frozenset("apikey authtoken csrftoken otp passcode passphrase passwd password secret totp xsrftoken".split())
_SECRET_PAIRS = frozenset(
    "access_token api_key api_token auth_key auth_token csrf_token hub_signature password_hash reset_token secret_key "
    "secret_token session_token verification_code verify_token webhook_signature webhook_token xsrf_token".split()
)
# These words mean other things too: a lexer's token, a function's signature. They need more to convince.
_AMBIGUOUS = frozenset("hmac mac pin pwd sig signature token".split())
# Words behind a credential's name that say nothing: `token_header`, `signature_bytes`.
_FILLERS = frozenset("bytes guess header hex param str string value".split())
# A token or a key that is none: `page_token`, `identity_token` of an ORM, `token_type`.
_HARMLESS = frozenset(
    "cancel cancellation continuation cursor end identity lock next page pagination start stop sync".split()
)
_REQUEST_CALLS = METHODS | {"get_header"}
_PARAMETER_MARKERS = frozenset(f"fastapi.{name}" for name in ("Body", "Cookie", "Form", "Header", "Path", "Query"))
# Calls that hand on what they get, and methods that hand on their receiver.
_WRAPPERS = frozenset(
    "b64decode b64encode bytes bytes2unicode encodebytes force_bytes force_str hexlify native_str quote quote_plus "
    "smart_str str to_bytes to_str to_unicode unhexlify unicode unquote urlsafe_b64decode urlsafe_b64encode".split()
)
_READERS = frozenset("decode decrypt extract json load loads parse read split".split())
_METHODS = frozenset(
    "casefold decode digest encode get_secret_value hexdigest lower lstrip removeprefix rstrip strip upper".split()
)
_LOOKUPS = frozenset("get get_header getheader getlist pop".split()) | _REQUEST_CALLS
_MACS = frozenset({"hmac.new", "hmac.digest", "hmac.HMAC"})

_PLAIN = regex(r"[\w.-]{1,40}")
_WORDS = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words_of(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def label(node: ast.expr) -> str:
    """What the source calls a value; empty if nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _key(node.slice) or label(node.value)
    if isinstance(node, (ast.Await, ast.NamedExpr)):
        return label(node.value)
    if isinstance(node, ast.BoolOp):
        return label(node.values[0])
    return _label_of_call(node) if isinstance(node, ast.Call) else ""


def _label_of_call(node: ast.Call) -> str:
    name = label(node.func)
    if name in _METHODS and isinstance(node.func, ast.Attribute):
        return label(node.func.value)
    if name in _LOOKUPS:
        return _key(node.args[0]) if node.args else ""
    return label(node.args[0]) if name in _WRAPPERS and node.args else name


def _key(node: ast.expr) -> str:
    """`"api_key"` and `CONF_API_KEY`, as the key that they are."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and _PLAIN.fullmatch(node.value) else ""
    return node.id.lower() if isinstance(node, ast.Name) and node.id.isupper() else ""


def secrecy(node: ast.expr) -> int:
    """2: named as a credential; 1: named as something that may be one; 0: neither."""
    return _secrecy_of(label(node))


@lru_cache(maxsize=4096)
def _secrecy_of(name: str) -> int:
    words = words_of(name)
    while len(words) > 1 and (words[-1] in _FILLERS or words[-1].isdigit()):
        words.pop()
    if not words or _HARMLESS & set(words):
        return 0
    if words[-1] in _SECRETS or "_".join(words[-2:]) in _SECRET_PAIRS:
        return 2
    return 1 if words[-1] in _AMBIGUOUS else 0


#: It stands in the name of every function that makes such a code.
_MAC_WORD = "hmac"


def is_mac(node: ast.expr, ctx: Context) -> bool:
    """Whether a value is a message authentication code, made here. Few files make any."""
    return ctx.once(_mentions_mac) and _is_mac(node, ctx, set())


def _mentions_mac(ctx: Context) -> bool:
    return _MAC_WORD in ctx.source.text


def _is_mac(node: ast.expr, ctx: Context, seen: set[str]) -> bool:
    if isinstance(node, ast.Name):
        if node.id in seen:
            return False
        seen.add(node.id)
        return any(_is_mac(value, ctx, seen) for value in values_of(node, ctx))
    if isinstance(node, ast.NamedExpr):
        return _is_mac(node.value, ctx, seen)
    if isinstance(node, ast.BinOp):
        return _is_mac(node.left, ctx, seen) or _is_mac(node.right, ctx, seen)
    if isinstance(node, ast.JoinedStr):
        return any(_is_mac(part.value, ctx, seen) for part in node.values if isinstance(part, ast.FormattedValue))
    if not isinstance(node, ast.Call):
        return False
    if ctx.qualified_name(node.func) in _MACS:
        return True
    name = label(node.func)
    if name in _METHODS and isinstance(node.func, ast.Attribute):
        return _is_mac(node.func.value, ctx, seen)
    return name in _WRAPPERS and bool(node.args) and _is_mac(node.args[0], ctx, seen)


def values_of(name: ast.Name, ctx: Context) -> list[ast.expr]:
    """What a name is given, in its function or at module level."""
    owner = ctx.scope(name).lookup(name.id)
    return [b.value for b in owner.bindings[name.id] if b.value is not None] if owner else []


def same_value(one: ast.expr, other: ast.expr, ctx: Context) -> bool:
    """Whether both are the same value, differently written: `key != key.strip()`, `encode(decoded) != text`."""
    return not _names_of(one, ctx, set()).isdisjoint(_names_of(other, ctx, set()))


def _names_of(node: ast.expr, ctx: Context, seen: set[str]) -> set[str]:
    """The variables that hold a value on its way, through whatever only changes how it is written."""
    while isinstance(node, ast.Call):
        name = label(node.func)
        if name in _METHODS and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif name in _WRAPPERS and node.args:
            node = node.args[0]
        else:
            return seen
    if isinstance(node, ast.Name) and node.id not in seen:
        seen.add(node.id)
        owner = ctx.scope(node).lookup(node.id)
        bindings = owner.bindings[node.id] if owner else []
        if len(bindings) == 1 and bindings[0].how == "assign" and bindings[0].value is not None:
            _names_of(bindings[0].value, ctx, seen)
    return seen


def is_sent(node: ast.expr, ctx: Context) -> bool:
    """Whether a value comes out of a request."""
    return _is_sent(node, ctx, set())


def _is_sent(node: ast.AST, ctx: Context, seen: set[str]) -> bool:
    if isinstance(node, ast.Attribute) and node.attr in PARTS and _is_request(node.value):
        return True
    if isinstance(node, (ast.Attribute, ast.Subscript)):  # `known[request.args["user"]]` is ours
        return not _is_parameter(node.value, ctx) and _is_sent(node.value, ctx, seen)
    if isinstance(node, ast.Call):
        return _gives_sent(node, ctx, seen)
    if not isinstance(node, ast.Name):
        return any(_is_sent(part, ctx, seen) for part in children(node))
    owner = ctx.scope(node).lookup(node.id)
    if owner is None or owner.is_module or node.id in seen:
        return False
    if any(binding.how == "param" for binding in owner.bindings[node.id]):
        return _is_sent_parameter(node.id, owner.node, ctx)
    seen.add(node.id)
    return any(_is_sent(value, ctx, seen) for value in values_of(node, ctx))


def _gives_sent(call: ast.Call, ctx: Context, seen: set[str]) -> bool:
    name = label(call.func)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) and name in _METHODS else call.func
    if name in _REQUEST_CALLS or _is_sent(receiver, ctx, seen):
        return True
    # What `store.find(request.args["id"])` gives is ours; what `parse(request.data)` gives is not.
    reads = name in _WRAPPERS or (name not in _LOOKUPS and bool(_READERS & set(words_of(name))))
    return reads and any(_is_sent(part, ctx, seen) for part in call.args)


def _is_request(node: ast.expr) -> bool:
    return words_of(label(node))[-1:] in (["request"], ["req"])


def _is_parameter(node: ast.expr, ctx: Context) -> bool:
    owner = ctx.scope(node).lookup(node.id) if isinstance(node, ast.Name) else None
    return owner is not None and any(b.how == "param" for b in owner.bindings[node.id])  # type: ignore[attr-defined]


def _is_sent_parameter(name: str, function: ast.AST, ctx: Context) -> bool:
    """A part of the path beside the `request`, or FastAPI's `x_api_key: str = Header()`."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or name in ("self", "cls", "request"):
        return False
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if any(arg.arg == "request" for arg in positional):
        return True
    defaults = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
    defaults.update({a: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d})
    parts = [part for arg in parameters(function) if arg.arg == name for part in (arg.annotation, defaults.get(arg))]
    calls = [call for part in parts if part for call in walk(part) if isinstance(call, ast.Call)]
    return any(ctx.qualified_name(call.func) in _PARAMETER_MARKERS for call in calls)
