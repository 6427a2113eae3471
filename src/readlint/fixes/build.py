"""From a finding's plan to edits of its file."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from readlint.fixes.bindings import FixRefused, Needs, runs_at_import
from readlint.fixes.concrete import Replacement, bare, read_expression, rewrite_lines
from readlint.fixes.context import FixContext
from readlint.fixes.edits import Cut, overlap, smallest, to_edits
from readlint.fixes.imports import needed_cuts
from readlint.fixes.locate import Region, find_target, indentation, region_of
from readlint.suppress.apply import deletions

if TYPE_CHECKING:
    import libcst as cst

    from readlint.analysis.context import Context
    from readlint.findings import Edit, Finding
    from readlint.rules import Rule

_HOLE = "__readlint_hole__"
_HOLE_DUMP = ast.dump(ast.Name(_HOLE, ast.Load()))
_F_STRING_BREAKERS = set("\"'\\\n#")


def make_edits(finding: Finding, rule: Rule[Any], ctx: Context) -> tuple[Edit, ...]:
    """The edits of a finding's fix, sorted; `FixRefused` says why there are none."""
    plan = finding.fix
    if plan is None:
        raise FixRefused("there is no fix")
    deleted = deletions(plan)
    if deleted is not None:
        return deleted
    fixer: Callable[[Any, FixContext], Replacement] = rule.fixer(plan.apply)
    needs = Needs()
    nodes = [find_target(target, ctx) for target in plan.targets]
    cuts: list[Cut] = []
    for node in nodes:
        fix = FixContext(ctx, node, plan.data, needs, indentation(node, ctx))
        cuts += _rewrite(node, ctx, lambda concrete, fix=fix: fixer(concrete, fix))  # type: ignore[misc]
    added = needed_cuts(ctx, needs)
    _check_order(nodes, ctx, added)
    cuts = sorted({*cuts, *added})
    if not cuts:
        raise FixRefused("the fix changes nothing")
    if overlap(cuts):
        raise FixRefused("its edits overlap")
    return to_edits(ctx.source, cuts)


def _check_order(nodes: list[ast.AST], ctx: Context, added: list[Cut]) -> None:
    """What runs while the module is imported must find its names bound."""
    for node in nodes:
        span = ctx.source.span(node)
        at = ctx.source.offset(span.line, span.column)
        if runs_at_import(node, ctx) and any(cut.start > at for cut in added):
            raise FixRefused("the imports of the file come after this place")


def _rewrite(node: ast.AST, ctx: Context, rewrite: Callable[[cst.CSTNode], Replacement]) -> list[Cut]:
    region = region_of(node, ctx)
    if isinstance(node, ast.expr):
        return _rewrite_expression(node, region, ctx, rewrite)
    if isinstance(node, ast.keyword):
        return _rewrite_keyword(node, region, ctx, rewrite)
    new = rewrite_lines(region, node, ctx, rewrite)
    if new and _dump(region.parent + new) is None:
        raise FixRefused("the rewritten statement is not Python")
    return smallest(ctx.source.text, region.start, region.end, new)


def _rewrite_expression(
    node: ast.expr, region: Region, ctx: Context, rewrite: Callable[[cst.CSTNode], Replacement]
) -> list[Cut]:
    text = _own_text(node, ctx)
    new = rewrite(read_expression(text))
    code = _code(new, region, indentation(node, ctx))
    if any(comment not in code for comment in _comments_in(node, ctx)):
        raise FixRefused("a comment would be lost")
    inside = ctx.enclosing(node, ast.JoinedStr)
    if inside is not None and ctx.target_version < (3, 12) and (_F_STRING_BREAKERS & set(code)) - set(text):
        raise FixRefused("before Python 3.12 an f-string cannot hold this")
    span = ctx.source.span(node)
    start = ctx.source.offset(span.line, span.column)
    for candidate in (code, f"({code})"):
        if _fits(candidate, region, start, start + len(text)):
            return smallest(ctx.source.text, start, start + len(text), candidate)
    raise FixRefused("the new expression does not fit into its place")


def _comments_in(node: ast.expr, ctx: Context) -> list[str]:
    """The comments inside of an expression; one on its last line stands behind it."""
    span = ctx.source.span(node)
    if span.line == span.end_line:
        return []
    found = ctx.source.comments
    return [found[line].text for line in range(span.line, span.end_line) if line in found]


def _code(new: Replacement, region: Region, indent: str) -> str:
    import libcst as cst

    if not isinstance(new, cst.BaseExpression):
        raise FixRefused("an expression can only become an expression")
    return cst.Module([], default_indent=indent, default_newline=region.newline).code_for_node(bare(new)).rstrip(" \t")


def _own_text(node: ast.expr, ctx: Context) -> str:
    """The text of an expression, proven to be its own: before 3.12 places inside f-strings are wrong."""
    text = ctx.text(node)
    if isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
        raise FixRefused("a target of an assignment is no expression")
    if _dump(f"({text}\n)") != ast.dump(ast.Module([ast.Expr(node)], [])):
        raise FixRefused("its place in the file is not certain")
    return text


def _fits(candidate: str, region: Region, start: int, end: int) -> bool:
    """Whether the statement, read again, is the old one with just this expression changed."""
    before = region.parent + region.text[: start - region.start]
    after = region.text[end - region.start :]
    frame = _dump(f"{before}({_HOLE}){after}")
    own = _dump(f"({candidate}\n)")
    if frame is None or own is None or frame.count(_HOLE_DUMP) != 1:
        return False
    match = re.fullmatch(r"Module\(body=\[Expr\(value=(.*)\)\](?:, type_ignores=\[\])?\)", own, re.DOTALL)
    return match is not None and _dump(before + candidate + after) == frame.replace(_HOLE_DUMP, match[1])


def _dump(code: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in linted code is not ours to print
            return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _rewrite_keyword(
    node: ast.keyword, region: Region, ctx: Context, rewrite: Callable[[cst.CSTNode], Replacement]
) -> list[Cut]:
    """A keyword argument is rewritten in the concrete tree of its call."""
    import libcst as cst

    call = ctx.parents[node]
    if not isinstance(call, ast.Call):
        raise FixRefused("it is not an argument of a call")
    parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    index = sorted(parts, key=lambda part: (part.lineno, part.col_offset)).index(node)

    def rewrite_call(concrete: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(concrete, cst.Call)
        new = rewrite(concrete.args[index])
        kept = [] if isinstance(new, cst.RemovalSentinel) else [cst.ensure_type(new, cst.Arg)]
        args = [*concrete.args[:index], *kept, *concrete.args[index + 1 :]]
        if args and not kept and index == len(args):  # the comma before a last argument goes with it
            args[-1] = args[-1].with_changes(comma=concrete.args[index].comma)
        return concrete.with_changes(args=args)

    return _rewrite_expression(call, region, ctx, rewrite_call)
