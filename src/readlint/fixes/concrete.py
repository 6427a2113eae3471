"""The concrete tree of one expression or of a few lines: reading it, rewriting one node, writing it back.

libcst reads only that much: 0.4 ms a statement, where a whole module takes 40 ms per thousand lines.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import libcst as cst

from readlint.fixes.bindings import FixRefused
from readlint.fixes.locate import Region, indentation, suite_of

if TYPE_CHECKING:
    from readlint.analysis.context import Context

Replacement: TypeAlias = "cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[Any]"
Rewrite: TypeAlias = Callable[[cst.CSTNode], Replacement]

_OURS = cst.LeftParen()


def read_expression(text: str) -> cst.BaseExpression:
    """In parentheses of ours, taken off again: an expression may go over lines by grace of those around it.

    Where the expression would be another thing in most other places without them (`a, b`), they stay: see `bare`.
    """
    try:
        node = cst.parse_expression(f"({text}\n)")
    except cst.ParserSyntaxError:
        raise FixRefused("libcst cannot read the expression") from None
    if isinstance(node, (cst.Tuple, cst.NamedExpr, cst.Yield)) and len(node.lpar) == 1:
        return node.with_changes(lpar=[_OURS], rpar=[cst.RightParen()])
    return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """Without the parentheses that `read_expression` left around it."""
    if node.lpar and node.lpar[0] is _OURS:
        return node.with_changes(lpar=node.lpar[1:], rpar=node.rpar[:-1])
    return node


def rewrite_lines(region: Region, target: ast.AST, ctx: Context, rewrite: Rewrite) -> str:
    """The region's text with the node that stands for `target` rewritten."""
    # libcst does not know a lone carriage return as a line end.
    old = region._replace(text=region.text.replace("\r", "\n"), newline="\n") if region.newline == "\r" else region
    module = _read_module(old, indentation(target, ctx))
    place, replacement = _place(*_find(module, old, target, ctx), rewrite)
    try:
        new = module.visit(_Replace(place, replacement))
    except (TypeError, cst.CSTValidationError):  # several statements for an `elif`, say
        raise FixRefused("the place has no room for it") from None
    assert isinstance(new, cst.Module)
    code = new.code[len(old.parent) :]
    if isinstance(replacement, cst.RemovalSentinel) and len(suite_of(region.statements[0], ctx)) > 1:
        block = cast(cst.If, module.body[0]).body if region.parent else module
        if len(block.body) == 1 and block.body[0] is place:
            return ""  # no `pass` in its stead: other statements are left in the suite
    return code.replace("\n", "\r") if region.newline == "\r" else code


def _read_module(region: Region, step: str) -> cst.Module:
    source = region.parent + region.text
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError:
        raise FixRefused("libcst cannot read the statement") from None
    if module.code != source:
        raise FixRefused("libcst does not read the statement as it is written")
    if module.default_indent != step:
        # libcst takes the first indentation that it sees, our parent line's, for the file's step.
        pinned = module.visit(_PinIndents(module.default_indent))
        assert isinstance(pinned, cst.Module)
        module = pinned.with_changes(default_indent=step)
    return module.with_changes(default_newline=region.newline) if "\n" not in source else module


class _PinIndents(cst.CSTTransformer):
    def __init__(self, indent: str) -> None:
        super().__init__()
        self.indent = indent

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.BaseSuite:
        return updated_node.with_changes(indent=self.indent) if updated_node.indent is None else updated_node


class _Replace(cst.CSTTransformer):
    def __init__(self, old: cst.CSTNode, new: Replacement) -> None:
        super().__init__()
        self.old = old
        self.new = new

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node is not self.old

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        return self.new if original_node is self.old else updated_node


# From a syntax node to the concrete node in its place


def _find(
    module: cst.Module, region: Region, target: ast.AST, ctx: Context
) -> tuple[cst.CSTNode, cst.SimpleStatementLine | None]:
    """The concrete node, and the line of statements that it is in if it is a simple statement."""
    path = [target]
    while path[-1] not in region.statements:
        path.append(ctx.parents[path[-1]])
    path.reverse()
    body: Sequence[cst.CSTNode] = module.body
    if region.parent:
        body = _suite(cast(cst.If, body[0]).body)
    node, line = _statements(body)[region.statements.index(cast(ast.stmt, path[0]))]
    for parent, child in pairwise(path):
        node, line = _step(node, parent, child, ctx)
    return node, line


def _suite(block: cst.BaseSuite) -> Sequence[cst.CSTNode]:
    return block.body


def _statements(body: Sequence[cst.CSTNode]) -> list[tuple[cst.CSTNode, cst.SimpleStatementLine | None]]:
    """As `ast` counts them: each of `a; b` is a statement of its own."""
    found: list[tuple[cst.CSTNode, cst.SimpleStatementLine | None]] = []
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            found += [(small, node) for small in node.body]
        else:
            found.append((node, None))
    return found


_PARTS = {"handlers": "handlers", "cases": "cases", "items": "items", "names": "names"}


def _step(
    node: Any, parent: ast.AST, child: ast.AST, ctx: Context
) -> tuple[cst.CSTNode, cst.SimpleStatementLine | None]:
    """One step down, along the field that `child` is in."""
    field = next(
        (name for name in parent._fields if (value := getattr(parent, name)) is child or _holds(value, child)), ""
    )
    if field in _PARTS:
        return getattr(node, _PARTS[field])[getattr(parent, field).index(child)], None
    if not isinstance(child, ast.stmt):
        raise FixRefused(f"a {type(child).__name__} cannot be rewritten on its own")
    if field == "orelse" and isinstance(node, cst.If) and isinstance(node.orelse, cst.If):
        return node.orelse, None
    block = node if field == "body" else getattr(node, field)
    return _statements(_suite(block.body))[suite_of(child, ctx).index(child)]


def _holds(value: object, child: ast.AST) -> bool:
    return isinstance(value, list) and any(item is child for item in value)


# What the replacement stands for


def _place(
    node: cst.CSTNode, line: cst.SimpleStatementLine | None, rewrite: Rewrite
) -> tuple[cst.CSTNode, Replacement]:
    """The node to replace and by what: several statements, or a compound one, replace their whole line."""
    new = rewrite(node)
    if not isinstance(node, cst.BaseSmallStatement) or isinstance(new, cst.RemovalSentinel):
        alone = line is not None and len(line.body) == 1
        return (line, new) if line is not None and alone else (node, new)
    nodes = list(new) if isinstance(new, cst.FlattenSentinel) else [new]
    if line is None or len(line.body) > 1 or (len(nodes) == 1 and isinstance(nodes[0], cst.BaseSmallStatement)):
        return node, cst.FlattenSentinel(_small_statements(nodes, node))
    lines = [cst.SimpleStatementLine([n]) if isinstance(n, cst.BaseSmallStatement) else n for n in nodes]
    if lines:
        lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
    if lines and isinstance(lines[-1], cst.SimpleStatementLine):
        lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return line, cst.FlattenSentinel(lines)


def _small_statements(nodes: Sequence[cst.CSTNode], old: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
    """Several statements beside others on one line."""
    small: list[cst.BaseSmallStatement] = []
    for node in nodes:
        parts = node.body if isinstance(node, cst.SimpleStatementLine) else [node]
        for part in parts:
            if not isinstance(part, cst.BaseSmallStatement):
                raise FixRefused("the statement shares its line with others")
            small.append(part.with_changes(semicolon=cst.MaybeSentinel.DEFAULT))
    return [*small[:-1], small[-1].with_changes(semicolon=old.semicolon)]
