"""Code of a migration moved to where a plan needs it. What stands inside of strings stays as it is."""

from __future__ import annotations

import ast
import warnings

from readlint.api import Context

_PART = "part_of_it"


def text_of(ctx: Context, node: ast.AST) -> str:
    """The code of a node as it would stand at the margin."""
    return _at_margin(ctx.text(node), ctx, node)


def with_part(ctx: Context, node: ast.AST, part: ast.AST, code: str) -> str:
    """The same with other code, which stands at the margin, in the place of a part of it."""
    before, _, after = ctx.text(node).rpartition(ctx.text(part))
    text = _at_margin(f"{before}{_PART}{after}", ctx, node)
    line = text[: text.index(_PART)].rpartition("\n")[2]
    return text.replace(_PART, indented(code, len(line) - len(line.lstrip())).lstrip(), 1)


def _at_margin(text: str, ctx: Context, node: ast.AST) -> str:
    line = ctx.source.lines[ctx.source.span(node).line - 1]
    margin = len(line) - len(line.lstrip())
    head = f"if x:\n{' ' * margin}" if margin else ""
    return _moved(text, -margin, _in_strings(head + text, head.count("\n")))


def comments_above(ctx: Context, line: int) -> list[str]:
    """The author's comments right above a line, but for the marks of what `alembic revision --autogenerate` wrote."""
    found: list[str] = []
    for text in reversed(ctx.source.lines[: line - 1]):
        if not text.lstrip().startswith("#"):
            break
        found.insert(0, text.strip())
    return [text for text in found if not text.startswith("# ###")]


def indented(code: str, by: int = 4) -> str:
    """What stands at the margin, further in."""
    return " " * by + _moved(code, by, _in_strings(code))


def _moved(code: str, by: int, fixed: set[int]) -> str:
    """All lines but the first and the fixed ones further in, or out. Lines are counted from 0."""
    lines = code.split("\n")
    for number, line in enumerate(lines[1:], 1):
        if number not in fixed and line.strip():
            lines[number] = " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip())) :]
    return "\n".join(lines)


def _in_strings(code: str, first: int = 0) -> set[int]:
    """The lines that begin inside of a string, counted from the one after `first` lines."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes
            tree = ast.parse(code)
    except SyntaxError:  # an argument such as `*columns`
        return set()
    strings = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))
    ]
    return {
        line - 1 - first for node in strings for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
