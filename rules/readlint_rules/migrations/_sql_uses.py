"""Where the SQL in the project's own code uses tables that a migration drops, or of which it drops columns.

Only strings that are a statement by themselves are read. No run remembers them: few have anything to look for.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from readlint.api import AllFiles, Context, Question, regex
from readlint_rules.migrations._facts import once_a_run
from readlint_rules.migrations._files import DROPS, MIGRATIONS, is_of_framework
from readlint_rules.migrations._sql_names import HOLE, statements

_BEGINS = regex(
    r"(?s)(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|SELECT|insert|INSERT|update|UPDATE|delete|DELETE|with|WITH)\s"
)
#: Every statement that is read has one of these, in lower case, or one of both: plain texts are found much faster than
#: a pattern.
_HEADS = ("select ", "select\n", "insert into", "delete from")
_UPDATES = ("update ", "update\n")
_SETS = (" set ", "\nset ")
#: `migrations/utils/columns.py`: what migrations call.
OF_MIGRATIONS = regex(r"(?:^|/)(?:migrations?|alembic|versions)/")
#: What looks first whether a table, or its column, is still there.
ASKS = regex(
    r"(?i)\b(?:has|is|check)?_?(?:table|column)s?_exists?\b|has_(?:table|column)\b|\bget_(?:table_names|columns)\b|"
    r"\btable_names\(|\b(?:sqlite_master|information_schema|to_regclass|table_info|introspection)\b"
)
#: What stands before a table in such a statement, which may be put together of several strings.
_BEFORE_TABLE = regex(
    r"""(?<![.\w])(?:into|update|join|only|from(?:\s[\w\s.,"'`\[\]]{0,120},)?)[\s"'`\[(\\]+"""
    r"""(?:(?!information_schema)\w+["'`\]]*\.["'`\[]*)?\Z"""
)
_IMPORTS = regex(r"\s+import\b")
_FAR = 200  # characters

Uses = dict[str, dict[str, tuple[str, int]]]


def search(ask: Callable[[Question], Any], files: AllFiles) -> Uses:
    """By table the path and the line of the first use, of the table under an empty name, and of each of its columns."""
    tables = frozenset(fact.partition("\t")[0] for fact in ask(Question(f"fact:{DROPS}", "")))
    folders = _folders(ask(Question(f"fact:{MIGRATIONS}", "")))
    found: Uses = {}
    for ctx in files.opened(_mentions(tables)) if tables else ():
        if ctx.settings.is_test(ctx.path) or os.path.dirname(ctx.path) in folders or OF_MIGRATIONS.search(ctx.path):
            continue
        for node, text in _texts(ctx):
            uses = list(_used(text, tables))
            for table, column in uses if uses and not ASKS.search(ctx.text(_around(node, ctx))) else ():
                place = (ctx.path, node.lineno)
                known = found.setdefault(table, {})
                known[column] = min(known.get(column, place), place)
    return found


def _around(node: ast.AST, ctx: Context) -> ast.AST:
    """The outermost function that a string is in; at the top of a module the string itself."""
    functions = (one for one in ctx.ancestors(node) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return max(functions, key=lambda one: -one.lineno, default=node)


@once_a_run
def _folders(facts: Sequence[str]) -> frozenset[str]:
    """Where migrations are: what stands beside them is code of theirs."""
    return frozenset(os.path.dirname(json.loads(fact)[0]) for fact in facts)


def _mentions(tables: Collection[str]) -> Callable[[str], bool]:
    """Cheap tests first: most files have no statement, and most of those that have use other tables."""
    words = frozenset(table.rpartition(".")[2].lower() for table in tables)

    def mentions(text: str) -> bool:
        lower = text.lower()
        if not (_has_one(_HEADS, lower) or (_has_one(_UPDATES, lower) and _has_one(_SETS, lower))):
            return False
        return any(_may_use(word, lower) for word in words) and not is_of_framework(text)

    return mentions


def _has_one(words: Sequence[str], text: str) -> bool:
    return any(word in text for word in words)


def _may_use(table: str, text: str) -> bool:
    """To read the strings of a file takes as long as parsing it twice, and most names of tables are common words."""
    at = text.find(table)
    while at >= 0:
        end = at + len(table)
        is_whole = not any(one.isalnum() or one == "_" for one in (text[at - 1 : at], text[end : end + 1]))
        if is_whole and _BEFORE_TABLE.search(text, max(at - _FAR, 0), at) and not _IMPORTS.match(text, end):
            return True
        at = text.find(table, end)
    return False


def _texts(ctx: Context) -> Iterator[tuple[ast.expr, str]]:
    """The strings of a file that begin like a statement, but for documentation."""
    for node in ctx.nodes_of(ast.JoinedStr, ast.Constant):
        assert isinstance(node, ast.expr)
        text = _text(node)
        if not _BEGINS.match(text):
            continue
        parent = ctx.parent(node)
        is_part = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add)
        if not isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)):
            yield node, f"{text} {HOLE}" if is_part else text


def _text(node: ast.AST) -> str:
    """With something in the place of what is put into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or HOLE for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _used(text: str, tables: Collection[str]) -> Iterator[tuple[str, str]]:
    for statement in statements(text):
        for table in statement.tables & set(tables):
            yield table, ""
            yield from ((table, column) for column in statement.columns_of(table))
