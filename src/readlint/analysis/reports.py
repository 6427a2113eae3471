"""Which calls tell somebody of a failure, and how well: logs, error trackers, counters, the terminal."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readlint.analysis.paths import Rank
from readlint.analysis.scopes import Binding
from readlint.analysis.tables import reporters as table
from readlint.analysis.tree import dotted, last_name, walk
from readlint.regex import regex

if TYPE_CHECKING:
    from readlint.analysis.context import Context

    Carries = Callable[[ast.AST], bool]

#: `log`, `logger`, `_LOGGER`, `app_logger`, `access_log`.
_LOGGER_NAME = regex(r"_*(?:\w+_)?log(?:ger|ging)?_?", re.IGNORECASE)
_WORD = regex(r"[A-Z]?[a-z]+|[A-Z]+")
_SENTENCE = 4  # words
_WARNING = 30  # logging.WARNING


def report_rank(call: ast.Call, ctx: Context, carries: Carries) -> Rank | None:
    """The rank of a call that reports; None for every other call. `carries`: is the exception part of it?"""
    function = call.func
    if isinstance(function, ast.Attribute):
        if function.attr in table.TRACKER_METHODS:
            return Rank.STRONG
        if function.attr in table.METRIC_METHODS:
            return Rank.WEAK
        if _is_log_method(function.attr) and is_logger(function.value, ctx):
            return _log_rank(function, call, carries)
        if (dotted(function) or "").endswith(tuple(table.TELLER_METHODS)):
            return _told(call, carries)
    name = ctx.qualified_name(function)
    if name is None:
        return None
    if name in table.TRACKERS or name in ctx.settings.error_reporters:
        return Rank.STRONG
    if name in table.TELLERS:
        return Rank.WEAK if name.startswith("traceback.") else _told(call, carries)
    module, _, method = name.rpartition(".")
    if module in table.LOG_MODULES and _is_log_method(method):
        return _log_rank(function, call, carries)
    return None


def is_report(call: ast.expr, ctx: Context, least: Rank = Rank.HIDE, carrier: str | None = None) -> bool:
    """Whether a call tells somebody, at least this well, of the exception that the name `carrier` holds."""

    def carries(node: ast.AST) -> bool:
        return carrier is not None and any(isinstance(part, ast.Name) and part.id == carrier for part in walk(node))

    rank = report_rank(call, ctx, carries) if isinstance(call, ast.Call) else None
    return rank is not None and rank >= least


def _is_logger_name(name: str) -> bool:
    return "log" in name.lower() and _LOGGER_NAME.fullmatch(name) is not None


def log_level(call: ast.Call) -> Rank:
    """The least that a call of a logger means, going by the names alone; `NOOP` for every other call."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not _is_logger_name(last_name(function.value) or ""):
        return Rank.NOOP
    if function.attr in table.LOUD_METHODS:
        return Rank.WEAK
    return Rank.HIDE if function.attr in table.QUIET_METHODS else Rank.NOOP


def logged_rank(call: ast.Call, ctx: Context) -> Rank | None:
    """`HIDE` or `WEAK`, by its level alone, for a call of a logger; None for every other call."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not _is_log_method(function.attr):
        return None
    return min(_log_rank(function, call, lambda node: False), Rank.WEAK) if is_logger(function.value, ctx) else None


def logs_traceback(call: ast.Call) -> bool:
    """`exception(...)`, `error(..., exc_info=True)`, `opt(exception=True).error(...)`."""
    called = [node for node in walk(call.func) if isinstance(node, ast.Call)]
    return last_name(call.func) in table.TRACEBACK_METHODS or any(map(_has_traceback, [call, *called]))


def is_telemetry(call: ast.Call, ctx: Context) -> bool:
    """A call to a logger, tracker, metric or tracer: its own failure must not hurt anybody."""
    if report_rank(call, ctx, lambda node: False) is not None or last_name(call.func) in table.LOGGER_CALLS:
        return True
    if isinstance(call.func, ast.Attribute) and is_logger(call.func.value, ctx):
        return True
    return is_telemetry_name(dotted(call.func) or "") or is_telemetry_name(ctx.qualified_name(call.func) or "")


def is_telemetry_name(name: str) -> bool:
    """Going by a dotted name's parts but the last, which says what is done and not with what."""
    return any(part.strip("_").lower() in table.TELEMETRY_WORDS for part in name.split(".")[:-1])


def _told(call: ast.Call, carries: Carries) -> Rank:
    return Rank.STRONG if _any_carries(call, carries) else Rank.WEAK


def _any_carries(call: ast.Call, carries: Carries) -> bool:
    return any(carries(argument) for argument in arguments(call))


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    for keyword in call.keywords:
        yield keyword.value


# Loggers


def _is_log_method(name: str) -> bool:
    plain = name[1:] if name.startswith("a") else name  # structlog's `aerror`
    known = table.QUIET_METHODS | table.LOUD_METHODS
    return name == "log" or name in known or plain in known


def _log_rank(function: ast.expr, call: ast.Call, carries: Carries) -> Rank:
    method = last_name(function) or ""
    if method not in table.LOUD_METHODS and method.startswith("a"):
        method = method[1:]
    if method in table.QUIET_METHODS or (method == "log" and _quiet_level(call)):
        return Rank.HIDE
    receiver = function.value if isinstance(function, ast.Attribute) else None
    strong = method in table.TRACEBACK_METHODS or _has_traceback(call) or _any_carries(call, carries)
    if not strong and receiver is not None:
        calls = [node for node in walk(receiver) if isinstance(node, ast.Call)]
        strong = any(_has_traceback(node) or _any_carries(node, carries) for node in calls)
    return Rank.STRONG if strong else Rank.WEAK


def _quiet_level(call: ast.Call) -> bool:
    level = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "level"), None)
    if isinstance(level, ast.Constant):
        if isinstance(level.value, int):
            return level.value < _WARNING
        return str(level.value).upper() in table.QUIET_LEVELS
    return level is not None and (last_name(level) or "").upper() in table.QUIET_LEVELS


def _has_traceback(call: ast.Call) -> bool:
    """`exc_info=True`, or any other value that is not false as it stands."""
    return any(
        keyword.arg in table.TRACEBACK_KEYWORDS
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )


def is_logger(node: ast.expr, ctx: Context) -> bool:
    """By its name, by the call that made it, or by the module it is."""
    if isinstance(node, ast.Call):
        return last_name(node.func) in table.LOGGER_CALLS
    if isinstance(node, ast.BoolOp):
        return any(is_logger(value, ctx) for value in node.values)
    name = last_name(node)
    if name is None:
        return False
    if _is_logger_name(name) or ctx.qualified_name(node) in table.LOG_MODULES:
        return True
    return isinstance(node, ast.Name) and any(_makes_logger(binding) for binding in _bindings(node, ctx))


def _bindings(node: ast.Name, ctx: Context) -> list[Binding]:
    scope = ctx.scope(node).lookup(node.id)
    return scope.bindings[node.id] if scope else []


def _makes_logger(binding: Binding) -> bool:
    if isinstance(binding.node, ast.arg):
        return (last_name(binding.node.annotation) if binding.node.annotation else "") in ("Logger", "LoggerAdapter")
    value = binding.value
    return binding.how == "assign" and isinstance(value, ast.Call) and last_name(value.func) in table.LOGGER_CALLS


# Failures told by a name or a value


def words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


def names_failure(node: ast.AST) -> bool:
    """Whether a name or text in it says that something went wrong."""
    return any(not words(text).isdisjoint(table.FAILURE_WORDS) for text in _texts(node))


def names_success(node: ast.AST) -> bool:
    return any(not words(text).isdisjoint(table.SUCCESS_WORDS) for text in _texts(node))


def is_explained(node: ast.AST) -> bool:
    """Whether it holds a sentence: somebody is meant to read what happened."""
    return any(len(text.split()) >= _SENTENCE for text in _texts(node))


def _texts(node: ast.AST) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.keyword):
            yield part.arg or ""
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
