"""Expressions of migrations, read without the scopes of a file: nearly all of them are literals."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from readlint.api import UNKNOWN, Context, regex


def bound(ctx: Context) -> dict[str, ast.expr]:
    """What the variables of loops and the parameters of functions stand for in the turn that is just read.

    Constants and columns, so that none refers to another. Ask through `ctx.once`.
    """
    return {}


def resolved(node: ast.expr | None, ctx: Context) -> ast.expr | None:
    return ctx.once(bound).get(node.id, node) if isinstance(node, ast.Name) else node


def value(node: ast.expr | None, ctx: Context) -> Any:
    """What an expression is, or UNKNOWN. A list is a tuple."""
    if isinstance(node, ast.Name):
        node = resolved(node, ctx)
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        items = tuple(value(item, ctx) for item in node.elts)
        return UNKNOWN if UNKNOWN in items else items
    if node is None or isinstance(node, (ast.Dict, ast.Lambda)):
        return UNKNOWN
    if isinstance(node, ast.Call):
        # `op.f("ix_order_email")` keeps a name as it is.
        is_plain = isinstance(node.func, ast.Attribute) and node.func.attr == "f" and len(node.args) == 1
        return value(node.args[0], ctx) if is_plain else UNKNOWN
    return ctx.constant(node)


def name(node: ast.expr | None, ctx: Context) -> str:
    """The name of a table or column; what is not constant is called as it is written."""
    found = value(node, ctx)
    if isinstance(found, str):
        return found
    if node is None or found is None:
        return ""
    if isinstance(node, (ast.JoinedStr, ast.BinOp)):
        return _put_together(node, ctx)
    if isinstance(node, ast.Call) and len(node.args) == 1 and last(node.func) in ("text", "literal_column"):
        expression = value(node.args[0], ctx)  # of an index: `sa.text("lower(email)")`
        if isinstance(expression, str):
            return expression
    return f"{{{ctx.text(node)}}}"


def _put_together(node: ast.expr, ctx: Context) -> str:
    """`{prefix}orders` of `f"{prefix}orders"` as of `prefix + ORDERS`: a revision may write a name both ways."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return "".join(_put_together(part, ctx) for part in parts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _put_together(node.left, ctx) + _put_together(node.right, ctx)
    found = value(node, ctx)
    return found if isinstance(found, str) else f"{{{ctx.text(node)}}}"


def table_name(table: ast.expr | None, schema: ast.expr | None, ctx: Context) -> str:
    """A schema that only the settings know is the same for all tables."""
    found, of = name(table, ctx), name(schema, ctx)
    return f"{of}.{found}" if of and of != "public" and "{" not in of else found


def names(node: ast.expr | None, ctx: Context) -> tuple[str, ...]:
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return tuple(name(item, ctx) for item in node.elts)
    found = value(node, ctx)
    if isinstance(found, tuple):
        return tuple(item for item in found if isinstance(item, str))
    return (found,) if isinstance(found, str) else ()


def is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def arguments(call: ast.Call, parameters: Sequence[str]) -> dict[str, ast.expr]:
    """The arguments by name; positional ones have the names of `parameters`."""
    found: dict[str, ast.expr] = {}
    for parameter, argument in zip(parameters, call.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        found[parameter] = argument
    for keyword in call.keywords:
        if keyword.arg:
            found[keyword.arg] = keyword.value
    return found


def last(node: ast.expr) -> str:
    """`AddField` of `migrations.AddField`; empty for what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_empty_suite(body: Sequence[ast.stmt]) -> bool:
    """Whether a function does nothing: `pass`, a docstring, `...`, `return`, `raise`."""
    return all(isinstance(one, ast.Raise) or is_empty(one) for one in body)


def is_empty(node: ast.stmt) -> bool:
    is_constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_constant or isinstance(node, ast.Pass) or (isinstance(node, ast.Return) and node.value is None)


#: The fields that hold further statements, the last one first.
_SUITES: dict[type[ast.AST], list[str]] = {
    cls: found
    for cls in vars(ast).values()
    if isinstance(cls, type) and issubclass(cls, (ast.stmt, ast.excepthandler, ast.match_case))
    for found in [[one for one in reversed(cls._fields) if one in ("body", "handlers", "orelse", "finalbody", "cases")]]
}


def statements_below(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements of a file in source order, without a look at what they are made of."""
    waiting: list[ast.AST] = [*tree.body[::-1]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for field in _SUITES.get(node.__class__, ()):
            waiting += getattr(node, field)[::-1]


_HOLES = regex(r"%\(\w+\)s|%s|\{[\w.\[\]]*\}")


def sql_of(node: ast.expr | None, ctx: Context) -> Any:
    """The text of a query, or UNKNOWN. What is put into it is a name that says so: `"{table}"`."""
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, ctx)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = value(node.left, ctx)
        return _HOLES.sub('"{?}"', text) if isinstance(text, str) else UNKNOWN
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = value(node.func.value, ctx)
        return _HOLES.sub('"{?}"', text) if isinstance(text, str) else UNKNOWN
    return value(node, ctx)


def _filled_in(part: ast.expr, ctx: Context) -> Any:
    """The text of a part of an f-string that is a constant of the file, or UNKNOWN."""
    if not isinstance(part, ast.FormattedValue):
        return value(part, ctx)
    if part.conversion != -1 or part.format_spec is not None:
        return UNKNOWN
    if resolved(part.value, ctx) is not part.value:
        return value(part.value, ctx)
    if not last(part.value).isupper():
        return UNKNOWN
    return ctx.once(_constants).get(last(part.value), UNKNOWN) if isinstance(part.value, ast.Name) else UNKNOWN


def _constants(ctx: Context) -> dict[str, str]:
    """The texts that a file has names in capitals for: without its scopes, which cost more than the rest."""
    return {
        last(target): node.value.value
        for node in ctx.tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(node.value.value, str)
    }


def _joined(parts: Sequence[ast.expr], ctx: Context) -> str:
    text = ""
    for part in parts:
        known = _filled_in(part, ctx)
        if isinstance(known, str):
            text += known
        else:
            hole = f"{{{ctx.text(part.value) if isinstance(part, ast.FormattedValue) else '?'}}}".replace('"', "'")
            text += hole if text[-1:] in ('"', "'", "`") else f'"{hole}"'
    return text
