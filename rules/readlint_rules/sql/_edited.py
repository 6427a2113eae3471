"""The text of a file with some of it replaced, read piece by piece."""

from __future__ import annotations

import ast

from readlint.api import Context


class Edited:
    """Edits that are made from the inside to the outside: what was taken out with its edits may be replaced again."""

    def __init__(self, ctx: Context) -> None:
        self.source = ctx.source
        self.text = ctx.source.text
        self.edits: list[tuple[int, int, str]] = []

    def extent(self, node: ast.AST) -> tuple[int, int]:
        span = self.source.span(node)
        return self.source.offset(span.line, span.column), self.source.offset(span.end_line, span.end_column)

    def replace(self, start: int, end: int, text: str) -> None:
        self.edits.append((start, end, text))

    def take(self, start: int, end: int) -> str:
        """The text there with the edits that lie in it, which are used up."""
        mine = sorted(edit for edit in self.edits if start <= edit[0] and edit[1] <= end)
        self.edits = [edit for edit in self.edits if edit not in mine]
        made, at = [], start
        for first, last, new in mine:
            made += [self.text[at:first], new]
            at = last
        return "".join([*made, self.text[at:end]])
