"""Code in the text of a message: on one line, and short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readlint.analysis.tree import children
from readlint.findings import Span
from readlint.regex import regex

if TYPE_CHECKING:
    from readlint.analysis.context import Context

_LONGEST = 60  # characters
_BREAK = regex(r"\s*(?:\\|#[^\r\n]*)?[\r\n]\s*")  # with a comment before it: what is left has no texts in it


def short_code(node: ast.AST, ctx: Context) -> str:
    """Its code, of a compound statement its head.

    Of texts in code that does not fit nothing is said: a part of a secret is not known for one any more.
    """
    span = ctx.span(node)
    code = ctx.source.slice(span)
    if len(code) <= _LONGEST and code.splitlines() == [code]:
        return code
    code = _BREAK.sub(" ", _without_texts(node, span, ctx))
    code = code.replace("( ", "(").replace(", )", ")").replace(" )", ")")
    return code if len(code) <= _LONGEST else f"{code[: _LONGEST - 3]}..."


def _without_texts(node: ast.AST, span: Span, ctx: Context) -> str:
    source, parts = ctx.source, []
    at, end = source.offset(span.line, span.column), source.offset(span.end_line, span.end_column)
    for text in sorted(map(source.span, _texts(node)), key=Span.key):
        first = source.offset(text.line, text.column)
        if at <= first < end:
            parts += [source.text[at:first], '"..."']
            at = source.offset(text.end_line, text.end_column)
    return "".join([*parts, source.text[at:end]])


def _texts(node: ast.AST) -> Iterator[ast.AST]:
    """What is written as a text, formatted ones as a whole; not those in the suites of a statement."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))):
        yield node
        return
    if type(node).__name__ == "TemplateStr":
        yield node
        return
    for child in children(node):
        if not isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield from _texts(child)
