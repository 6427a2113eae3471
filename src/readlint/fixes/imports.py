"""Where an import goes that a fix needs, in the style of the file, and statements that go below the imports."""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from readlint.fixes.bindings import Import, Needs, statements_from
from readlint.fixes.edits import Cut, line_end, line_start, newline_at

if TYPE_CHECKING:
    from readlint.analysis.context import Context

_NOTICE = re.compile(r"#.*(?:copyright|licen[cs]e|spdx|coding[:=])|#!", re.IGNORECASE)


def needed_cuts(ctx: Context, needs: Needs) -> list[Cut]:
    """The cuts that add what is needed, at most one at each place."""
    joins, new = _split(ctx, needs.imports)
    block = first_block(ctx.tree.body)
    cuts = [cut for statement, names in joins for cut in _join(ctx, statement, names)]
    if block:
        cuts += [_place(ctx, imported, block) for imported in sorted(new, key=_order)]
        cuts += _below_imports(ctx, needs.statements)
    elif last_import(ctx.tree.body) is not None and not new:
        cuts += _below_imports(ctx, needs.statements)
    else:
        # Without a block of imports, both go to one place; what is conditional below it is not needed by them.
        cuts += _at_top(ctx, [imported.statement for imported in sorted(new, key=_order)], needs.statements)
    return [_joined(list(group)) for _, group in groupby(sorted(cuts, key=lambda c: c.start), lambda c: c.start)]


def _joined(cuts: list[Cut]) -> Cut:
    return Cut(cuts[0].start, max(cut.end for cut in cuts), "".join(cut.text for cut in cuts))


def _split(ctx: Context, imports: list[Import]) -> tuple[list[tuple[ast.ImportFrom, list[Import]]], list[Import]]:
    """The imports that join a statement of the file, and those that become statements."""
    joins: dict[ast.ImportFrom, list[Import]] = {}
    new: list[Import] = []
    for imported in imports:
        statement = next(statements_from(imported.module, ctx.tree), None) if imported.name else None
        if statement is None:
            new.append(imported)
        else:
            joins.setdefault(statement, []).append(imported)
    return list(joins.items()), new


# The places in a file


def is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and node.module != "__future__")


def first_block(body: list[ast.stmt]) -> list[ast.stmt]:
    """The first imports that follow one another, unconditional and not from `__future__`."""
    block: list[ast.stmt] = []
    for node in body:
        if is_import(node):
            block.append(node)
        elif block or not _may_precede_imports(node):
            break
    return block


def last_import(body: list[ast.stmt]) -> ast.stmt | None:
    """The last statement of those at the top of the file that import something, conditionally or not.

    It is not above the first block: `from __future__ import annotations` and a constant may stand before that.
    """
    last: ast.stmt | None = None
    block = first_block(body)
    for node in body:
        if isinstance(node, ast.ImportFrom) or is_import(node) or _imports_inside(node):
            last = node
        elif not _may_precede_imports(node) or (
            block and last in body[body.index(block[0]) :] and not _is_dunder(node)
        ):
            break
    return last


def _imports_inside(node: ast.stmt) -> bool:
    return isinstance(node, (ast.If, ast.Try, ast.With)) and any(is_import(part) for part in node.body)


def _may_precede_imports(node: ast.stmt) -> bool:
    return isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr, ast.If, ast.Try, ast.ImportFrom))


def _is_dunder(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id[:2] == "__"


def sections(block: list[ast.stmt], ctx: Context) -> list[list[ast.stmt]]:
    """The block, divided at its blank lines."""
    parts = [[block[0]]]
    for before, node in pairwise(block):
        between = ctx.source.lines[before.end_lineno or 0 : node.lineno - 1]
        if any(not line.strip() for line in between):
            parts.append([])
        parts[-1].append(node)
    return parts


def end_of(node: ast.stmt, ctx: Context) -> int:
    """Where the last line of a statement ends, the comment and what else stands on it included."""
    text = ctx.source.text
    end = line_end(text, ctx.source.offset(node.end_lineno or node.lineno, 0))
    while text[:end].endswith("\\") and end < len(text):  # `import a; \` goes on below
        end = line_end(text, end + len(newline_at(text, end)))
    return end


def start_of(node: ast.stmt, ctx: Context) -> int | None:
    """Where the line of a statement starts; None if something else stands before it."""
    text = ctx.source.text
    start = ctx.source.offset(node.lineno, 0)
    before = text[start : start + ctx.source.column(node.lineno, node.col_offset)]
    return None if before.strip() or text[:start].rstrip("\r\n").endswith("\\") else start


# A new statement


def _kind(node: ast.stmt) -> str:
    names = [a.name for a in node.names] if isinstance(node, ast.Import) else [_module(node)]
    return _kind_of(names[0])


def _kind_of(module: str) -> str:
    if module.startswith("."):
        return "relative"
    return "standard" if module.partition(".")[0] in sys.stdlib_module_names else "other"


def _module(node: ast.stmt) -> str:
    if isinstance(node, ast.ImportFrom):
        return "." * node.level + (node.module or "")
    assert isinstance(node, ast.Import)
    return node.names[0].name


def _order(item: Import) -> tuple[bool, str]:
    return (bool(item.name), item.module.lower())


def _imports_first(node: ast.stmt) -> tuple[bool, str]:
    return (isinstance(node, ast.ImportFrom), _module(node).lower())


def _by_module(node: ast.stmt) -> tuple[str, bool]:
    return (_module(node).lower(), isinstance(node, ast.ImportFrom))


def _place(ctx: Context, imported: Import, block: list[ast.stmt]) -> Cut:
    """One cut that puts an import statement into the first block."""
    section = _section_for(imported, sections(block, ctx))
    newline = newline_at(ctx.source.text, ctx.source.offset(block[0].lineno, 0))
    if section is None:
        return _own_section(ctx, imported, block, newline)
    index = _index(imported, section)
    start = start_of(section[0], ctx)
    if index == 0 and start is not None:
        return Cut(start, start, imported.statement + newline)
    end = end_of(section[max(index - 1, 0)], ctx)
    return Cut(end, end, newline + imported.statement)


def _section_for(imported: Import, parts: list[list[ast.stmt]]) -> list[ast.stmt] | None:
    """The section of the import's kind, if possible one that has its package; the only one if that mixes kinds."""
    if len(parts) == 1 and _mixed(parts[0]):
        return parts[0]
    kind, package = _kind_of(imported.module), imported.module.partition(".")[0]
    same = [part for part in parts if any(_kind(node) == kind for node in part)]
    own = [part for part in same if any(_module(node).partition(".")[0] == package for node in part)]
    return next(iter(own or same), None)


def _mixed(part: list[ast.stmt]) -> bool:
    return len({_kind(node) for node in part}) > 1


def _index(imported: Import, section: list[ast.stmt]) -> int:
    """The place in a section: sorted if it is, else behind the statements of the same form and kind."""
    keys: list[tuple[Callable[[ast.stmt], Any], Any]] = [
        (_imports_first, (bool(imported.name), imported.module.lower())),
        (_by_module, (imported.module.lower(), bool(imported.name))),
    ]
    for key, own in keys:
        present = [key(node) for node in section]
        if present == sorted(present):
            return bisect_right(present, own)
    alike = [
        index
        for index, node in enumerate(section, 1)
        if isinstance(node, ast.ImportFrom) == bool(imported.name) and _kind(node) == _kind_of(imported.module)
    ]
    return alike[-1] if alike else len(section) if imported.name else 0


def _own_section(ctx: Context, imported: Import, block: list[ast.stmt], newline: str) -> Cut:
    """A section of its own: the standard library's before all others, any other behind the standard library's."""
    start = start_of(block[0], ctx)
    standard = [node for node in block if _kind(node) == "standard"]
    if standard or start is None:
        end = end_of((standard or block[:1])[-1], ctx)
        return Cut(end, end, newline * 2 + imported.statement)
    start = _above_comments(ctx, start)
    return Cut(start, start, imported.statement + newline * 2)


def _above_comments(ctx: Context, start: int) -> int:
    """Above the comments of a statement, unless they reach up to the top of the file or to other code."""
    text = ctx.source.text
    above = start
    while above:
        previous = line_start(text, above - (2 if text[:above].endswith("\r\n") else 1))
        line = text[previous:above].strip()
        if not line.startswith("#"):
            return start if line else above
        above = previous
    return start


# A name that joins a statement


def _join(ctx: Context, node: ast.ImportFrom, added: list[Import]) -> Iterator[Cut]:
    """`from x import a` becomes `from x import a, b`, in order and in its layout."""
    names = [alias.name for alias in node.names]
    key = next((k for k in (_by_type, str, str.lower) if names == sorted(names, key=k)), None)
    for imported in sorted(added, key=lambda i: (key or str)(i.name)):
        text = f"{imported.name} as {imported.asname}" if imported.asname else imported.name
        index = bisect_right([key(name) for name in names], key(imported.name)) if key else len(names)
        yield _before_name(ctx, node, index, text) if index < len(names) else _behind_last_name(ctx, node, text)


def _by_type(name: str) -> Any:
    """The order of isort and ruff: constants, then classes, then the rest."""
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (rank, name)


def _starts_line(ctx: Context, alias: ast.alias) -> bool:
    line = ctx.source.lines[alias.lineno - 1]
    return not line[: ctx.source.column(alias.lineno, alias.col_offset)].strip()


def _in_parentheses(ctx: Context, node: ast.ImportFrom) -> bool:
    return ctx.source.slice(ctx.source.span(node)).endswith(")")


def _margin(ctx: Context, alias: ast.alias) -> str:
    line = ctx.source.lines[alias.lineno - 1]
    newline = newline_at(ctx.source.text, ctx.source.offset(alias.lineno, 0))
    return newline + line[: ctx.source.column(alias.lineno, alias.col_offset)]


def _before_name(ctx: Context, node: ast.ImportFrom, index: int, text: str) -> Cut:
    alias = node.names[index]
    own_line = _starts_line(ctx, alias) and _in_parentheses(ctx, node)
    start = ctx.source.offset(alias.lineno, ctx.source.column(alias.lineno, alias.col_offset))
    return Cut(start, start, f"{text},{_margin(ctx, alias) if own_line else ' '}")


def _behind_last_name(ctx: Context, node: ast.ImportFrom, text: str) -> Cut:
    alias = node.names[-1]
    span = ctx.source.span(alias)
    end = ctx.source.offset(span.end_line, span.end_column)
    if not (_starts_line(ctx, alias) and _in_parentheses(ctx, node)):
        return Cut(end, end, f", {text}")
    margin = _margin(ctx, alias)
    rest = ctx.source.text[end : line_end(ctx.source.text, end)]
    comma = re.match(r"[ \t]*,", rest)
    if "#" not in rest or ")" in rest.partition("#")[0]:
        return Cut(end, end, f",{margin}{text}")
    # The comment belongs to the name before.
    stop = end + len(rest)
    if comma:
        return Cut(stop, stop, f"{margin}{text},")
    return Cut(end, stop, f",{rest}{margin}{text}")


# Below the imports, and at the top of a file without any


def _below_imports(ctx: Context, statements: list[str]) -> list[Cut]:
    last = last_import(ctx.tree.body)
    if not statements or last is None:
        return []
    end = end_of(last, ctx)
    return [Cut(end, end, _paragraphs(ctx, end, [statements]))]


def _at_top(ctx: Context, imports: list[str], statements: list[str]) -> list[Cut]:
    paragraphs = [part for part in (imports, statements) if part]
    if not paragraphs:
        return []
    end = _end_of_header(ctx)
    if end:
        return [Cut(end, end, _paragraphs(ctx, end, paragraphs))]
    newline = newline_at(ctx.source.text, 0)
    text = (newline * 2).join(newline.join(part) for part in paragraphs) + newline
    return [Cut(0, 0, text + (newline if ctx.source.text.strip() else ""))]


def _paragraphs(ctx: Context, end: int, paragraphs: list[list[str]]) -> str:
    """Each with an empty line before it, and one behind the last if code follows at once."""
    newline = newline_at(ctx.source.text, end)
    text = "".join(newline * 2 + newline.join(part) for part in paragraphs)
    following = ctx.source.text[end + len(newline) :]
    blank = not following or not following[: line_end(following, 0)].strip()
    return text if blank else text + newline


def _end_of_header(ctx: Context) -> int:
    """Where the docstring, the `__future__` imports or a notice at the top end; 0 if there are none."""
    last: ast.stmt | None = None
    for index, node in enumerate(ctx.tree.body):
        docstring = not index and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            last = node
    if last is not None:
        return end_of(last, ctx)
    lines = ctx.source.lines
    count = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if not count or (count < len(lines) and lines[count].strip() and not any(map(_NOTICE.match, lines[:count]))):
        return 0
    return line_end(ctx.source.text, ctx.source.offset(count, 0))
