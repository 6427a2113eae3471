"""Rewriting migrations. Importing libcst is slow: only what is called for a fix imports this module."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst
import libcst.matchers as m

from readlint.api import FixContext


def not_atomic(node: cst.ClassDef) -> cst.ClassDef:
    """The migration with `atomic = False`."""
    body = node.body
    assert isinstance(body, cst.IndentedBlock)
    kept = [statement for statement in body.body if not _sets_atomic(statement)]
    at = 1 if kept and m.matches(kept[0], _DOCSTRING) else 0
    line = cst.parse_statement("atomic = False")
    return node.with_changes(body=body.with_changes(body=[*kept[:at], line, *kept[at:]]))


_DOCSTRING = m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])
_ATOMIC = m.SimpleStatementLine(body=[m.Assign(targets=[m.AssignTarget(m.Name("atomic"))])])


def _sets_atomic(statement: cst.CSTNode) -> bool:
    return m.matches(statement, _ATOMIC)


def rename_calls(node: cst.ClassDef, names: dict[str, str], fix: FixContext) -> cst.ClassDef:
    """The class with other operations in place of those that `names` has; they are imported."""

    class Renaming(cst.CSTTransformer):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            function = updated_node.func
            last = function.attr if isinstance(function, cst.Attribute) else function
            new = names.get(last.value) if isinstance(last, cst.Name) else None
            return updated_node.with_changes(func=fix.name_for(new)) if new else updated_node

    made = node.visit(Renaming())
    assert isinstance(made, cst.ClassDef)
    return made


def with_keywords(call: cst.Call, keywords: Iterable[tuple[str, str]]) -> cst.Call:
    """The call with these keywords in addition, or in place of its own."""
    wanted = dict(keywords)
    kept = []
    for argument in call.args:
        text = wanted.pop(argument.keyword.value, None) if argument.keyword else None
        kept.append(argument.with_changes(value=cst.parse_expression(text)) if text else argument)
    bare = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    made = [cst.Arg(cst.parse_expression(text), cst.Name(key), equal=bare) for key, text in wanted.items()]
    return call.with_changes(args=_separated(kept, made) if made else kept)


def _separated(kept: list[cst.Arg], made: list[cst.Arg]) -> list[cst.Arg]:
    """The arguments as one list, laid out as the first ones are."""
    if not kept:
        return made
    last = kept[-1]
    between = kept[0].comma if len(kept) > 1 else cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    joined = [*kept[:-1], last.with_changes(comma=between, whitespace_after_arg=cst.SimpleWhitespace(""))]
    joined += [argument.with_changes(comma=between) for argument in made[:-1]]
    joined.append(made[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg))
    return joined


def autocommitted(node: cst.Expr, keywords: Iterable[tuple[str, str]], fix: FixContext) -> cst.With:
    """`op.create_index(...)` inside of `with op.get_context().autocommit_block():`, with more keywords."""
    assert isinstance(node.value, cst.Call)
    line = cst.SimpleStatementLine([node.with_changes(value=with_keywords(node.value, keywords))])
    comments = [comment for comment in fix.ctx.comments_in(fix.node) if comment.line == fix.node.end_lineno]  # type: ignore[attr-defined]
    if comments:
        space = cst.TrailingWhitespace(cst.SimpleWhitespace("  "), cst.Comment(comments[0].text))
        line = line.with_changes(trailing_whitespace=space)
    context = cst.Call(fix.name_for("alembic.op.get_context"))
    block = cst.Call(cst.Attribute(context, cst.Name("autocommit_block")))
    return cst.With([cst.WithItem(block)], cst.IndentedBlock([line]))
