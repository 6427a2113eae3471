"""Finding the nodes that a fix rewrites again, and the lines that libcst has to read for each."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.analysis.tree import DEFINITIONS, children, walk
from readlint.fixes.bindings import FixRefused
from readlint.fixes.edits import line_end, line_start, newline_at

if TYPE_CHECKING:
    from readlint.analysis.context import Context
    from readlint.findings import Target

_INDENT = "    "


class Region(NamedTuple):
    """Whole lines of a file that hold whole statements of one suite; mostly it is one statement."""

    start: int
    end: int
    statements: list[ast.stmt]
    text: str
    margin: str  # the indentation of the first line
    newline: str

    @property
    def parent(self) -> str:
        """A line to stand above the text, so that it can stay indented: dedenting changes multi-line strings."""
        return f"if 1:{self.newline}" if self.margin.strip("\f") else ""


def find_target(target: Target, ctx: Context) -> ast.AST:
    """The node of this class at this place."""
    cls: type[ast.AST] = getattr(ast, target.kind)
    for node in _covering(ctx.tree, target.span.line):
        if isinstance(node, cls) and ctx.source.span(node) == target.span:
            return node
    raise FixRefused("the code has changed")


def _covering(tree: ast.AST, line: int) -> Iterator[ast.AST]:
    """The nodes that may reach over a line; what lies elsewhere is left out statement by statement."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.stmt) or first_line(node) <= line <= (node.end_lineno or node.lineno):
            yield node
            stack.extend(children(node))


def first_line(node: ast.AST) -> int:
    """The line on which a node starts, its decorators included."""
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    line: int = getattr(node, "lineno", 0)
    return min([line, *(decorator.lineno for decorator in decorators)])


def region_of(node: ast.AST, ctx: Context) -> Region:
    """The smallest whole lines around a node that hold nothing but whole statements of one suite."""
    statement = ctx.statement(node)
    while True:
        suite = suite_of(statement, ctx)
        first = last = suite.index(statement)
        while first and not _begins_line(suite[first], ctx):
            first -= 1
        if _begins_line(suite[first], ctx):
            break
        parent = ctx.parents[statement]  # `if x: y` and `elif` belong to the statement around them
        statement = ctx.statement(parent)
    while last + 1 < len(suite) and not _begins_line(suite[last + 1], ctx):
        last += 1
    return _region(suite[first : last + 1], ctx)


def suite_of(statement: ast.stmt, ctx: Context) -> list[ast.stmt]:
    """The list of statements that a statement is in."""
    parent = ctx.parents[statement]
    for field in parent._fields:
        value = getattr(parent, field)
        if isinstance(value, list) and any(item is statement for item in value):
            return value
    raise FixRefused("the statement has no place of its own")


def _begins_line(statement: ast.stmt, ctx: Context) -> bool:
    text = ctx.source.text
    at = _offset(statement, ctx)
    start = line_start(text, at)
    if text[start:at].strip(" \t\f") or (isinstance(statement, ast.If) and text.startswith("elif", at)):
        return False
    return not text[:start].rstrip("\r\n").endswith("\\")


def _offset(statement: ast.stmt, ctx: Context) -> int:
    """Where a statement starts, at the `@` of its first decorator if it has one."""
    if isinstance(statement, DEFINITIONS) and statement.decorator_list:
        span = ctx.source.span(statement.decorator_list[0])
        return ctx.source.text.rfind("@", 0, ctx.source.offset(span.line, span.column))
    span = ctx.source.span(statement)
    return ctx.source.offset(span.line, span.column)


def _region(statements: list[ast.stmt], ctx: Context) -> Region:
    text = ctx.source.text
    at = _offset(statements[0], ctx)
    start = line_start(text, at)
    last = ctx.source.span(statements[-1])
    end = line_end(text, ctx.source.offset(last.end_line, last.end_column))
    newline = newline_at(text, end)
    if text[end : end + len(newline)] == newline:
        end += len(newline)
    return Region(start, end, statements, text[start:end], text[start:at], newline)


def indentation(node: ast.AST, ctx: Context) -> str:
    """One step of indentation, as it is around a node or else in the file."""
    return _first_step(ctx.ancestors(node), ctx) or ctx.once(_of_file)


def _of_file(ctx: Context) -> str:
    return _first_step(walk(ctx.tree), ctx) or _INDENT


def _first_step(nodes: Iterable[ast.AST], ctx: Context) -> str:
    for parent in nodes:
        body = getattr(parent, "body", None)
        if isinstance(parent, (ast.stmt, ast.ExceptHandler)) and isinstance(body, list) and body:
            step = _step(parent, body[0], ctx)
            if step:
                return step
    return ""


def _step(parent: ast.stmt | ast.ExceptHandler, child: ast.stmt, ctx: Context) -> str:
    outer, inner = (ctx.source.lines[line - 1] for line in (parent.lineno, first_line(child)))
    before, after = (line[: len(line) - len(line.lstrip(" \t"))] for line in (outer, inner))
    return after[len(before) :] if first_line(child) > parent.lineno and after.startswith(before) else ""
