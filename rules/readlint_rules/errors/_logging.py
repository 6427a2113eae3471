"""Fixes that log an exception, shared by the rules about handlers that keep it to themselves."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from readlint.api import Context, dotted, last_name, walk_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from readlint.api import FixContext

_FACTORIES = frozenset({"getLogger", "get_logger", "get_task_logger", "get_run_logger"})
_STYLES = ("structlog", "loguru")


def called_in(body: list[ast.stmt]) -> str | None:
    """The first call that a suite makes, by its dotted name; a builtin only if there is no other."""
    calls = [node for statement in body for node in walk_own(statement) if isinstance(node, ast.Call)]
    names = [name for call in calls if (name := dotted(call.func))]
    return next((name for name in names if not hasattr(builtins, name)), next(iter(names), None))


def may_log(node: ast.AST, ctx: Context) -> bool:
    """Whether a fix may log here: a library without a logger chooses for itself how to report."""
    return _module_logger(node, ctx) is not None or ctx.settings.service_kind != "library"


def _module_logger(node: ast.AST, ctx: Context) -> str | None:
    """A logger of the module that can be used at a node."""
    module = ctx.scope_of(ctx.tree)
    for name, bindings in module.bindings.items():
        if len(bindings) == 1 and ctx.scope(node).lookup(name) is module:
            value = bindings[0].value
            if bindings[0].how == "assign" and isinstance(value, ast.Call) and last_name(value.func) in _FACTORIES:
                return name
            if bindings[0].how == "import" and "logger" in name.lower():
                return name
    return None


def _logger(fix: FixContext) -> str:
    """The text of the logger to use: the module's own, or a new one in the style that the file imports."""
    found = _module_logger(fix.node, fix.ctx)
    if found:
        return found
    imported = {name.partition(".")[0] for statement in fix.ctx.tree.body for name in _imported(statement)}
    if "loguru" in imported:
        return fix.text(fix.name_for("loguru.logger"))
    if "structlog" in imported:
        fix.module_level(f"logger = {fix.text(fix.name_for('structlog.get_logger', below_imports=True))}()")
    else:
        fix.module_level(f"logger = {fix.text(fix.name_for('logging.getLogger', below_imports=True))}(__name__)")
    return "logger"


def _imported(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return [statement.module or ""] if isinstance(statement, ast.ImportFrom) and not statement.level else []


def _log_line(fix: FixContext, body: list[ast.stmt]) -> cst.SimpleStatementLine:
    """`logger.exception("sync: client.fetch failed")`"""
    import libcst as cst

    where = fix.ctx.definition_name(fix.node).rpartition(".")[2]
    what = f"{called_in(body) or 'this'} failed"
    line = fix.statement(f'{_logger(fix)}.exception("{f"{where}: {what}" if where else what}")')
    assert isinstance(line, cst.SimpleStatementLine)
    return line


def log_in_handler(node: cst.ExceptHandler | cst.ExceptStarHandler, fix: FixContext) -> cst.CSTNode:
    """Log first, then do what the handler did. A clause that also catches exits is narrowed to `Exception`."""
    import libcst as cst

    statement = fix.ctx.parents[fix.node]
    log = _log_line(fix, getattr(statement, "body", []))
    new = node.with_changes(body=_with_first(node.body, log))
    if isinstance(new, cst.ExceptHandler) and new.type is None:
        return new.with_changes(type=cst.Name("Exception"), whitespace_after_except=cst.SimpleWhitespace(" "))
    if isinstance(new.type, cst.Name) and new.type.value == "BaseException":
        return new.with_changes(type=cst.Name("Exception"))
    return new


def _with_first(suite: cst.BaseSuite, log: cst.SimpleStatementLine) -> cst.IndentedBlock:
    import libcst as cst

    if isinstance(suite, cst.SimpleStatementSuite):
        kept = [small for small in suite.body if not _is_idle(small)]
        rest = [cst.SimpleStatementLine([small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)]) for small in kept]
        return cst.IndentedBlock([log, *rest], header=suite.trailing_whitespace)
    assert isinstance(suite, cst.IndentedBlock)
    lines: Sequence[Any] = suite.body
    first = lines[0]
    if isinstance(first, cst.SimpleStatementLine) and all(_is_idle(small) for small in first.body):
        return suite.with_changes(body=[first.with_changes(body=log.body), *lines[1:]])
    return suite.with_changes(body=[log, *lines])


def _is_idle(small: cst.BaseSmallStatement) -> bool:
    import libcst as cst

    if isinstance(small, cst.Pass):
        return True
    idle = (cst.Ellipsis, cst.SimpleString, cst.ConcatenatedString)
    return isinstance(small, cst.Expr) and isinstance(small.value, idle)


def log_suppressed(node: cst.With, fix: FixContext) -> cst.Try:
    """`with suppress(Exception):` becomes `try:`, with a handler that logs."""
    import libcst as cst

    assert isinstance(fix.node, ast.With)
    log = _log_line(fix, fix.node.body)
    handler = cst.ExceptHandler(cst.IndentedBlock([log]), cst.Name("Exception"))
    return cst.Try(
        node.body,
        handlers=[handler],
        leading_lines=node.leading_lines,
        whitespace_before_colon=node.whitespace_before_colon,
    )


def catch_import_error(node: cst.ExceptHandler, fix: FixContext) -> cst.ExceptHandler:
    """For a `try` of imports alone."""
    import libcst as cst

    return node.with_changes(type=cst.Name("ImportError"), whitespace_after_except=cst.SimpleWhitespace(" "))
