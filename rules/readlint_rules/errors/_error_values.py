"""Functions that tell a failure by what they return: a `Result`, a value beside its error, `False` out of a handler."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from readlint.api import Context, Rank, can_fall, last_name, regex, walk, walk_own

Function = ast.FunctionDef | ast.AsyncFunctionDef

#: returns 0.25, result 0.17, rusty-results 1.1, Expression 5.
_LIBRARIES = frozenset({"expression", "result", "returns", "rusty_result", "rusty_results"})
_RESULTS = frozenset("Either FutureResult FutureResultE IOResult IOResultE Result ResultE".split())
_RESULT_DECORATORS = frozenset({"attempt", "as_result", "as_async_result", "future_safe", "impure_safe", "safe"})
_ERROR_NAME = regex(r"_*(?:\w+_)?(?:e|err|errmsg|error|errors|error_message|exc|exception|ex)", re.IGNORECASE)
_BEST_EFFORT = regex(r"best[- ]effort|\bnever (?:raises?|fails?)\b|\bsilently\b", re.IGNORECASE)
_PROBE = regex(r"_*(?:is|are|has|have|can|should|needs?)_")
#: What every function that tells its failure by a value has in its text.
_SIGNS = regex(r"\breturn\b.*\b(?:None|True|False)\b|\breturn \(\s*\n")
_IMPORT = regex(rf"^(?:from|import) (?:{'|'.join(sorted(_LIBRARIES))})\b", re.MULTILINE)
_WRAPPERS = frozenset({"contextmanager", "asynccontextmanager", "overload", "abstractmethod"})


def may_signal(text: str, name: str) -> bool:
    """Whether a look at the text leaves it open that a function of this name tells its failure by a value."""
    if f"def {name}" not in text:
        return name in text  # perhaps it comes from elsewhere
    heads = list(_heads(text, name))
    if not heads or (any(library in text for library in _LIBRARIES) and _IMPORT.search(text)):
        return True
    return any(_SIGNS.search(text, end, _end_of_block(text, indent, end)) for indent, end in heads)


def _heads(text: str, name: str) -> Iterator[tuple[int, int]]:
    """The indentation of each definition of a name, and where the name ends."""
    at = text.find(f"def {name}")
    while at >= 0:
        before, end = text[text.rfind("\n", 0, at) + 1 : at], at + len("def ") + len(name)
        if before.strip() in ("", "async") and not f"_{text[end : end + 1]}".isidentifier():
            yield len(before) - len(before.lstrip()), end
        at = text.find(f"def {name}", end)


def _end_of_block(text: str, indent: int, start: int) -> int:
    """Where a line begins that is indented no deeper than the head, the bracket that closes its parameters excepted."""
    after = re.compile(rf"^[ \t]{{0,{indent}}}[^\s#)]", re.MULTILINE).search(text, start)
    return after.start() if after else len(text)


def mentions_results(ctx: Context) -> bool:
    """Whether the file imports one of the libraries with a `Result`."""
    modules = [name for node in ctx.tree.body for name in _modules(node)]
    return any(module.partition(".")[0] in _LIBRARIES for module in modules)


def _modules(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def signal(node: ast.AST, ctx: Context) -> dict[str, Any] | None:
    """How a function tells that it failed: `kind` is `result`, `pair` (its part `index` is the error) or `flag`."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or _is_excused(node):
        return None
    if _returns_result(node, ctx):
        return {"kind": "result", "index": -1, "place": None}
    inside = [part for statement in node.body for part in walk_own(statement)]
    returned = [part for part in inside if isinstance(part, ast.Return)]
    if not returned or any(isinstance(part, (ast.Yield, ast.YieldFrom)) for part in inside):
        return None
    pair = _pair(node, returned, ctx)
    if pair is not None:
        return {"kind": "pair", "index": pair[0], "place": _place(pair[1], ctx)}
    failed = _failed_flag(returned, ctx)
    return {"kind": "flag", "index": -1, "place": _place(failed, ctx)} if failed is not None else None


def _place(node: ast.AST, ctx: Context) -> list[Any]:
    return [*ctx.span(node).key(), ctx.path]


def _is_excused(function: Function) -> bool:
    decorators = {last_name(decorator) for decorator in function.decorator_list}
    return not _WRAPPERS.isdisjoint(decorators) or bool(
        _BEST_EFFORT.search(f"{function.name.replace('_', ' ')} {ast.get_docstring(function, clean=False) or ''}")
    )


def _returns_result(function: Function, ctx: Context) -> bool:
    annotation = function.returns
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if annotation is not None and _is_of_library(annotation, _RESULTS, ctx):
        return True
    plain = [part.func if isinstance(part, ast.Call) else part for part in function.decorator_list]
    return any(_is_of_library(part, _RESULT_DECORATORS, ctx) for part in plain)


def _is_of_library(node: ast.expr, names: frozenset[str], ctx: Context) -> bool:
    """Whether it is one of these, by whatever name the file imports it."""
    parts = (ctx.qualified_name(node) or "").split(".")
    return len(parts) > 1 and parts[0] in _LIBRARIES and parts[-1] in names


def _pair(function: Function, returned: list[ast.Return], ctx: Context) -> tuple[int, ast.Return] | None:
    """Which part tells of a failure, and a `return` that gives one, where every way ends in `value, error`."""
    values = [statement.value for statement in returned]
    pairs = [value for value in values if isinstance(value, ast.Tuple) and len(value.elts) == 2]
    if len(pairs) != len(returned) or can_fall(function.body, ctx):
        return None
    for index in (0, 1):
        failed = _denied(pairs, index, ctx)
        if failed is not None and not _PROBE.match(function.name):
            return index, returned[failed]
    succeeds = any(_is_none(pair.elts[1]) for pair in pairs)
    failures = [number for number, pair in enumerate(pairs) if _is_failure(pair, ctx)]
    whole = all(_is_none(pair.elts[1]) or number in failures for number, pair in enumerate(pairs))
    return (1, returned[failures[0]]) if succeeds and failures and whole else None


def _denied(pairs: list[ast.Tuple], index: int, ctx: Context) -> int | None:
    """Which pair says that it failed, where this part of each is `True` or `False`.

    Beside a `False` stands nothing, or why: `return False, self.get(name)` only says that nothing had to be created.
    """
    parts = [pair.elts[index] for pair in pairs]
    flags = [part.value if isinstance(part, ast.Constant) else None for part in parts]
    if not all(flag is True or flag is False for flag in flags) or len(set(flags)) != 2:
        return None
    beside = [pair.elts[1 - index] for flag, pair in zip(flags, pairs, strict=True) if flag is False]
    return flags.index(False) if all(_is_empty(part) or _says_why(part, ctx) for part in beside) else None


def _says_why(node: ast.expr, ctx: Context) -> bool:
    text = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    return text or _is_error(node, ctx)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_failure(pair: ast.Tuple, ctx: Context) -> bool:
    """`None, error`: nothing, and why."""
    value, error = pair.elts
    return _is_empty(value) and _is_error(error, ctx)


def _is_empty(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Tuple)):
        return not node.elts
    return not node.keys if isinstance(node, ast.Dict) else isinstance(node, ast.Constant) and not node.value


def _is_error(node: ast.expr, ctx: Context) -> bool:
    if isinstance(node, ast.Call) and (last_name(node.func) or "").endswith(("Error", "Exception")):
        return True
    caught = ctx.enclosing(node, ast.ExceptHandler)
    names = {part.id for part in walk(node) if isinstance(part, ast.Name)}
    if caught is not None and caught.name in names:
        return True
    return isinstance(node, ast.Name) and _ERROR_NAME.fullmatch(node.id) is not None


def _failed_flag(returned: list[ast.Return], ctx: Context) -> ast.Return | None:
    """The `return False` of a handler that tells nobody else, where everything else returns `True` or `False`."""
    values = [part.value.value if isinstance(part.value, ast.Constant) else part.value for part in returned]
    if not any(value is True for value in values) or not all(value is True or value is False for value in values):
        return None
    for statement, value in zip(returned, values, strict=True):
        handler = ctx.enclosing(statement, ast.ExceptHandler) if value is False else None
        if handler is not None and ctx.outcome(handler).verdict(Rank.CONST):
            return statement
    return None
