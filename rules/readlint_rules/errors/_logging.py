"""Fixes that log an exception, shared by the rules about handlers that keep it to themselves."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING, Any

from readlint.api import Binding, Context, dotted, last_name, regex, walk, walk_own

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from readlint.api import FixContext

_FACTORIES = frozenset({"getLogger", "get_logger", "get_task_logger", "get_run_logger"})
#: An imported logger, going by its name. `get_logger` makes one, `event_logger` is no log, `log` may be a module.
_IMPORTED = regex(r"_*(?:(?:app|root|base)_)?logger|_*LOG(?:GER)?")
_ATTRIBUTE = regex(r"_*(?:log|logger)")
_LOGGER = regex(r"_*(?:\w+_)?(?:log|logger|logging)", re.IGNORECASE)
#: `logger = get_extension_logger(__name__)` of a framework (allianceauth).
_MAKER = regex(r"get_\w+_logger")
_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
_REPORTING = frozenset({"log", "notify", "record", "report", "warn", "warning"})
_MINOR = frozenset(dir(builtins)) - {"__import__", "eval", "exec", "open"}


def calls_in(body: list[ast.stmt]) -> list[str]:
    """The calls that a suite makes, by name, the one worth naming first: no builtin, and as it is written."""
    calls = [node for statement in body for node in walk_own(statement) if isinstance(node, ast.Call)]
    names = [dotted(call.func) or last_name(call.func) or "" for call in calls]
    whole = {name for call in calls if (name := dotted(call.func))}
    return sorted(filter(None, names), key=lambda name: (name in _MINOR, name not in whole))


def is_minor(name: str) -> bool:
    """A builtin that fails only over its own argument."""
    return name in _MINOR


def says_something(body: list[ast.stmt]) -> bool:
    """Whether a handler seems to report by a function of its own, so that one more line would report twice."""
    last_parts = (name.rpartition(".")[2] for name in calls_in(body))
    return any(not _REPORTING.isdisjoint(name.lower().split("_")) for name in last_parts)


def may_log(node: ast.stmt | ast.ExceptHandler, ctx: Context) -> bool:
    """Whether a fix may log here: a library without a logger chooses for itself how to report."""
    return _logger_at(node, ctx) is not None or ctx.settings.service_kind != "library"


def _logger_at(node: ast.stmt | ast.ExceptHandler, ctx: Context) -> str | None:
    """The text of a logger that is at hand at a node: the object's, the function's or the module's."""
    function = ctx.function(node)
    owner = ctx.parent(function) if function else None
    if isinstance(owner, ast.ClassDef) and (found := ctx.once(_OwnLoggers)[owner]) and ctx.scope(node).lookup("self"):
        return found
    scopes = [ctx.scope_of(function)] if function else []
    for scope in [*scopes, ctx.scope_of(ctx.tree)]:
        for name, bindings in scope.bindings.items():
            if len(bindings) == 1 and _makes_logger(bindings[0]) and ctx.scope(node).lookup(name) is scope:
                statement = ctx.statement(bindings[0].node)
                later = scope.is_module and function is not None
                if later or (ctx.parent(statement) is scope.node and statement.lineno < node.lineno):
                    return name
    return None


class _OwnLoggers(dict[ast.ClassDef, "str | None"]):
    """`self.log`, where a class's methods write to it."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()

    def __missing__(self, owner: ast.ClassDef) -> str | None:
        calls = (node for node in walk(owner) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
        names = (dotted(call.func.value) or "" for call in calls if call.func.attr in _METHODS)  # type: ignore[attr-defined]
        self[owner] = next((name for name in names if _is_own(name)), None)
        return self[owner]


def _is_own(name: str) -> bool:
    return name.startswith("self.") and _ATTRIBUTE.fullmatch(name[len("self.") :]) is not None


def _makes_logger(binding: Binding) -> bool:
    if binding.how == "import":
        return _IMPORTED.fullmatch(binding.name) is not None
    value = binding.value
    if binding.how != "assign" or not isinstance(value, ast.Call):
        return False
    maker = last_name(value.func) or ""
    return maker in _FACTORIES or (
        _MAKER.fullmatch(maker) is not None and _IMPORTED.fullmatch(binding.name) is not None
    )


def _logger(fix: FixContext) -> str:
    """The text of the logger to use: the one at hand, or a new one in the style that the file imports."""
    assert isinstance(fix.node, (ast.stmt, ast.ExceptHandler))
    found = _logger_at(fix.node, fix.ctx)
    if found:
        return found
    imported = {name.partition(".")[0] for statement in fix.ctx.tree.body for name in _imported(statement)}
    if "loguru" in imported:
        return fix.text(fix.name_for("loguru.logger"))
    if fix.ctx.function(fix.node) is None:
        fix.refuse("the new logger may come too late for code that runs at the import")
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
    named = [name for name in dict.fromkeys(calls_in(body)) if not _cannot_fail(name)]
    worth = [name for name in named if not is_minor(name)] or named
    called = worth[0] if len(worth) == 1 else ""  # of several, nobody knows which failed until it has
    text = ": ".join(filter(None, (where, called))) or fix.ctx.path.rpartition("/")[2]
    line = fix.statement(_log_call(fix, f"{text} failed"))
    assert isinstance(line, cst.SimpleStatementLine)
    return line


def _cannot_fail(name: str) -> bool:
    """`logger.debug` behind `del os.environ[key]`, `os.environ.get` inside of `int`: they are not what failed."""
    receiver, _, method = name.rpartition(".")
    if method in _METHODS and _LOGGER.fullmatch(receiver.rpartition(".")[2]):
        return True
    return name in ("os.environ.get", "os.getenv", "environ.get", "getenv")


def _log_call(fix: FixContext, text: str) -> str:
    """An error, or what `fix.data["level"]` says, with the traceback. loguru takes that from `opt` alone."""
    logger = _logger(fix)
    level = fix.data.get("level")
    if level is None:
        return f'{logger}.exception("{text}")'
    if is_loguru(logger, fix.node, fix.ctx):
        return f'{logger}.opt(exception=True).{level}("{text}")'
    return f'{logger}.{level}("{text}", exc_info=True)'


def is_loguru(logger: str, node: ast.AST, ctx: Context) -> bool:
    """Whether a logger, given by its text at a node, is loguru's."""
    return "loguru.logger" in (logger, ctx.names.of_name(logger, ctx.scope(node)))


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
    caught = _suppressed(node) if "level" in fix.data else cst.Name("Exception")
    handler = cst.ExceptHandler(cst.IndentedBlock([log]), caught)
    return cst.Try(
        node.body,
        handlers=[handler],
        leading_lines=node.leading_lines,
        whitespace_before_colon=node.whitespace_before_colon,
    )


def _suppressed(node: cst.With) -> cst.BaseExpression:
    """`OSError`, or `(OSError, KeyError)`, of `suppress(OSError, KeyError)`."""
    import libcst as cst

    call = cst.ensure_type(node.items[0].item, cst.Call)
    if len(call.args) == 1 and not call.args[0].star:
        return call.args[0].value
    element = {"": cst.Element, "*": cst.StarredElement}
    return cst.Tuple([element[argument.star](argument.value) for argument in call.args])


def catch_import_error(node: cst.ExceptHandler, fix: FixContext) -> cst.ExceptHandler:
    """For a `try` of imports alone."""
    import libcst as cst

    return node.with_changes(type=cst.Name("ImportError"), whitespace_after_except=cst.SimpleWhitespace(" "))


def error_line(fix: FixContext, text: str, name: str) -> cst.SimpleStatementLine:
    """A line that logs the exception in a variable, outside of a handler: `logger.error("...", exc_info=result)`"""
    import libcst as cst

    logger = _logger(fix)
    code = f'{logger}.error("{text}", exc_info={name})'
    if any(module == "loguru" for statement in fix.ctx.tree.body for module in _imported(statement)):
        code = f'{logger}.opt(exception={name}).error("{text}")'
    line = fix.statement(code)
    assert isinstance(line, cst.SimpleStatementLine)
    return line
