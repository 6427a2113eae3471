"""Looking up a variable of the environment, with the libraries that people use for it."""

from __future__ import annotations

import ast

from readlint.api import Context, last_name

_GETTERS = frozenset(
    {"os.environ.get", "os.getenv", "os.environ.setdefault", "decouple.config", "starlette.config.Config"}
)
_READERS = frozenset("config env getenv get_env".split())  # instances of environs, django-environ, decouple, starlette


def looked_up(call: ast.AST, ctx: Context) -> str:
    """The variable's name; empty where it is no look-up."""
    if not isinstance(call, ast.Call) or not call.args:
        return ""
    key = call.args[0]
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str) or not _reads(call.func, ctx):
        return ""
    return key.value


def _reads(function: ast.expr, ctx: Context) -> bool:
    name = last_name(function)
    if name in ("get", "getenv", "setdefault", "config"):
        return ctx.qualified_name(function) in _GETTERS or (name in _READERS and isinstance(function, ast.Name))
    if name in _READERS:
        return isinstance(function, ast.Name)
    # `env.str("SECRET_KEY", default=...)`
    return isinstance(function, ast.Attribute) and name == "str" and last_name(function.value) == "env"


def is_lookup(node: ast.AST, ctx: Context) -> bool:
    return bool(looked_up(node, ctx))


def fallback_of(call: ast.Call) -> ast.expr | None:
    """What is taken where the variable is missing."""
    if len(call.args) > 1:
        return call.args[1]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
