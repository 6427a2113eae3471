"""The log calls of a handler: which there are, what they say of the exception, and how to make them say more."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from readlint.api import (
    Context,
    Question,
    Rank,
    dotted,
    last_name,
    logged_rank,
    logs_traceback,
    walk,
    walk_own,
)

if TYPE_CHECKING:
    import libcst as cst

    from readlint.api import FixContext

KIND = "logger"  # the question what kind of logger a name of another file is
_LEVELS = frozenset(["DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL", "TRACE"])
_STDLIB = frozenset(
    [
        "logging.getLogger",
        "logging.LoggerAdapter",
        "celery.get_task_logger",
        "celery.utils.log.get_logger",  # celery 5
        "celery.utils.log.get_task_logger",
        "multiprocessing.get_logger",
        "oslo_log.log.getLogger",  # an adapter of logging's
    ]
)
_STRUCTLOG = frozenset(["structlog.get_logger", "structlog.getLogger", "structlog.stdlib.get_logger"])
_NAMED = {"logging": "stdlib", "loguru.logger": "loguru", "flask.current_app.logger": "stdlib"}
_TRACEBACKS = frozenset(["exc_info", "exception", "format_exc", "format_exception", "print_exc", "print_exception"])
#: Methods that a fix knows how to give the traceback to.
PLAIN = frozenset(["error", "warning", "warn", "critical", "fatal"])
QUIET = frozenset(["debug", "info", "trace"])


def log_calls(handler: ast.ExceptHandler, ctx: Context) -> list[ast.Call]:
    """The calls of loggers in a handler; none where a level is known only at run time, or a traceback is declined."""
    inside = [part for statement in handler.body for part in walk_own(statement)]
    calls = [part for part in inside if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)]
    found = [call for call in calls if logged_rank(call, ctx) is not None]
    return [] if any(_is_open(call) for call in found) else found


def _is_open(call: ast.Call) -> bool:
    if any(keyword.arg in (None, "exc_info") for keyword in call.keywords) and not logs_traceback(call):
        return True
    if last_name(call.func) != "log":
        return False
    level = call.args[0] if call.args else None
    return not isinstance(level, ast.Constant) and (last_name(level) if level else None) not in _LEVELS


def carries_cause(handler: ast.ExceptHandler) -> bool:
    """Whether anything in a handler uses the exception, or asks for its traceback."""
    for part in (inner for statement in handler.body for inner in walk_own(statement)):
        if isinstance(part, ast.Name) and part.id == handler.name:
            return True
        if isinstance(part, ast.Call) and (last_name(part.func) in _TRACEBACKS or logs_traceback(part)):
            return True
    return False


def formats_traceback(call: ast.Call) -> bool:
    """`log.debug("failed: %s" % traceback.format_exc())`"""
    return any(
        isinstance(part, ast.Call) and last_name(part.func) in _TRACEBACKS for part in walk(call) if part is not call
    )


def is_only_text(handler: ast.ExceptHandler, calls: list[ast.Call], ctx: Context) -> bool:
    """`logger.error(str(error))` and no other use of the exception."""
    name = handler.name
    inside = [part for statement in handler.body for part in walk_own(statement)]
    uses = [part for part in inside if isinstance(part, ast.Name) and part.id == name]
    if len(calls) != 1 or len(uses) != 1 or logged_rank(calls[0], ctx) is not Rank.WEAK or logs_traceback(calls[0]):
        return False
    arguments = calls[0].args
    if len(arguments) == 2 and isinstance(arguments[0], ast.Constant) and arguments[0].value in ("%s", "{}"):
        arguments = arguments[1:]
    return len(arguments) == 1 and not calls[0].keywords and _is_text_of(arguments[0], name)


def _is_text_of(node: ast.expr, name: str | None) -> bool:
    """`error`, `str(error)`, `f"{error}"`, `"%s" % error`, `"{}".format(error)`, `error.message`."""
    if isinstance(node, ast.JoinedStr):
        return (
            len(node.values) == 1
            and isinstance(node.values[0], ast.FormattedValue)
            and (node.values[0].conversion != ord("r") and _is_text_of(node.values[0].value, name))
        )
    if isinstance(node, ast.BinOp):
        return isinstance(node.left, ast.Constant) and node.left.value == "%s" and _is_text_of(node.right, name)
    if isinstance(node, ast.Call):
        return last_name(node.func) in ("str", "format") and len(node.args) == 1 and _is_text_of(node.args[0], name)
    return dotted(node) in (name, f"{name}.message")


# What kind of logger it is


def kind_of(call: ast.Call, ctx: Context) -> tuple[str, list[Question]]:
    """`stdlib`, `structlog` or `loguru`; else nothing, with the question to ask where another file may know."""
    assert isinstance(call.func, ast.Attribute)
    receiver = call.func.value
    name = ctx.qualified_name(receiver)
    found = _NAMED.get(name or "") or _kind_here(receiver, ctx)
    asked = name is not None and "." in name and name.partition(".")[0] not in sys.stdlib_module_names
    return found, [Question(KIND, name)] if asked and name and not found else []


def _kind_here(receiver: ast.expr, ctx: Context) -> str:
    if isinstance(receiver, ast.Name):
        scope = ctx.scope(receiver).lookup(receiver.id)
        bindings = scope.bindings.get(receiver.id, []) if scope else []
        return _kind_made(bindings[0].value, ctx) if len(bindings) == 1 else ""
    if isinstance(receiver, ast.Attribute) and isinstance(receiver.value, ast.Name):
        owner = ctx.receiver_class(receiver.value)
        values = [part for part in walk(owner) if isinstance(part, ast.Assign)] if owner else []
        own = (receiver.attr, f"{receiver.value.id}.{receiver.attr}")
        kinds = {_kind_made(part.value, ctx) for part in values if dotted(part.targets[0]) in own}
        return kinds.pop() if len(kinds) == 1 else ""
    return _kind_made(receiver, ctx)


def _kind_made(value: ast.expr | None, ctx: Context) -> str:
    """By the call that makes it: `logging.getLogger(__name__)`."""
    if not isinstance(value, ast.Call):
        return ""
    name = ctx.qualified_name(value.func)
    if name in _STDLIB or name in _STRUCTLOG:
        return "stdlib" if name in _STDLIB else "structlog"
    if isinstance(value.func, ast.Attribute) and value.func.attr in ("getChild", "bind", "opt", "new"):
        receiver = value.func.value
        return _NAMED.get(ctx.qualified_name(receiver) or "") or _kind_here(receiver, ctx)
    return ""


def logger_kind(node: ast.AST, ctx: Context, ask: Callable[[Question], Any]) -> Any:
    """Answers what kind of logger a module binds to a name."""
    statement = None if isinstance(node, ast.Module) else ctx.statement(node)  # `from acme import logger`, a module
    made = isinstance(statement, (ast.Assign, ast.AnnAssign)) and _kind_made(statement.value, ctx)
    return made or None


# Fixes


def remedy(call: ast.Call, kind: str) -> str:
    method = last_name(call.func)
    logger = dotted(call.func.value) if isinstance(call.func, ast.Attribute) else None
    if method == "error":
        return f"Use `{logger or 'logger'}.exception`"
    if kind == "loguru":
        return f"Use `{logger or 'logger'}.opt(exception=True).{method}`"
    return "Add `exc_info=True`" if method in PLAIN else "Log the exception with it"


def add_cause(node: cst.Call, fix: FixContext) -> cst.Call:
    """`error` becomes `exception`; any other level gets the traceback as its kind of logger takes it."""
    import libcst as cst

    function = cst.ensure_type(node.func, cst.Attribute)
    if function.attr.value == "error":
        return node.with_changes(func=function.with_changes(attr=cst.Name("exception")))
    return _with_traceback(node, function, fix)


def raise_level(node: cst.Call, fix: FixContext) -> cst.Call:
    """`debug` and `info` become `warning`, with the traceback."""
    import libcst as cst

    function = cst.ensure_type(node.func, cst.Attribute).with_changes(attr=cst.Name("warning"))
    if fix.data["has_traceback"]:
        return node.with_changes(func=function)
    return _with_traceback(node.with_changes(func=function), function, fix)


def _with_traceback(node: cst.Call, function: cst.Attribute, fix: FixContext) -> cst.Call:
    import libcst as cst

    if fix.data["kind"] == "loguru":
        logger = cst.parse_expression(f"{fix.text(function.value)}.opt(exception=True)")
        return node.with_changes(func=function.with_changes(value=logger))
    added = cst.ensure_type(cst.parse_expression("f(exc_info=True)"), cst.Call).args[0]
    if not node.args:
        return node.with_changes(args=[added])
    *before, last = node.args
    space, end = _split_at_comment(node)
    if isinstance(last.comma, cst.Comma):
        added = added.with_changes(comma=last.comma.with_changes(whitespace_after=end))
    else:
        added = added.with_changes(whitespace_after_arg=end)
    comma = cst.Comma(whitespace_after=space)
    last = last.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
    return node.with_changes(args=[*before, last, added])


def _split_at_comment(node: cst.Call) -> tuple[cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """What stands before an argument put behind the last one, and behind it; a comment stays beside its argument."""
    import libcst as cst

    last = node.args[-1]
    end = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    earlier = node.args[-2].comma if len(node.args) > 1 else None
    before = earlier.whitespace_after if isinstance(earlier, cst.Comma) else node.whitespace_before_args
    plain = cst.TrailingWhitespace()
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return cst.SimpleWhitespace(" "), end  # several arguments a line
    if not isinstance(end, cst.ParenthesizedWhitespace):
        return before.with_changes(first_line=plain, empty_lines=[]), end
    return before.with_changes(first_line=end.first_line, empty_lines=[]), end.with_changes(first_line=plain)
