"""Migrations that are files of SQL: dbmate's, yoyo's, and those that a setting names.

Nearly all files of SQL are something else (dumps, queries, fixtures), so one is a migration only where it says so in
the words of its runner. Its statements become the same operations as what Alembic is given by `op.execute`.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from readlint.api import Context, regex
from readlint_rules.migrations._exempt import mark_new
from readlint_rules.migrations._kinds import Framework, Kind
from readlint_rules.migrations._made import made_call, made_function
from readlint_rules.migrations._model import Migration, Operation
from readlint_rules.migrations._sql import Reader, Token, split

Node = TypeVar("Node", ast.Call, ast.FunctionDef)

#: As dbmate 2 and yoyo 9 read them.
UP = regex(r"^--\s*migrate:up(?P<options>[ \t]+\S[^\r\n]*)?[ \t\r]*$", re.MULTILINE)
DOWN = regex(r"^--\s*migrate:down(?P<options>[ \t]+\S[^\r\n]*)?[ \t\r]*$", re.MULTILINE)
_HEAD = regex(r"(?:[ \t]*(?:--[^\r\n]*)?(?:\r\n|\r|\n))*(?:[ \t]*--[^\r\n]*)?")
DIRECTIVE = regex(r"^\s*--\s*(transactional|depends)\s*:[ \t]*([^\r\n]*)\r?$", re.MULTILINE)
#: What yoyo runs to take back the migration of the same name.
ROLLBACK = ".rollback.sql"
_OF_TRANSACTIONS = frozenset({"begin", "start", "commit", "end", "rollback", "abort"})


def read(ctx: Context) -> Migration | None:
    text, path = ctx.source.text, ctx.path
    if path.endswith(ROLLBACK):
        return None
    up = UP.search(text) if "migrate:up" in text else None
    if up is not None:
        return _dbmate(up, ctx)
    directives = _directives(text) if "--" in text else {}
    if directives:
        return _yoyo(directives, ctx)
    return _named(ctx) if ctx.settings.is_sql_migration(path) else None


def rolls_back(ctx: Context) -> bool:
    """Whether a file takes back the migration of yoyo that it is named after."""
    return ctx.path.endswith(ROLLBACK) and any(split(ctx.source.text))


def _dbmate(up: re.Match[str], ctx: Context) -> Migration:
    text = ctx.source.text
    down = DOWN.search(text, up.end())
    migration = Migration(Framework.DBMATE, _function("upgrade", *up.span(), ctx), "", _stem(ctx.path), is_text=True)
    migration.is_atomic = _is_atomic(up)
    end = down.start() if down else len(text)
    # dbmate sends all of a block at once: what stands in no transaction is one of its own, unless it stands alone.
    migration.operations = _operations(up.end(), end, ctx, 0 if migration.is_atomic else None, is_one_text=True)
    if down is not None:
        atomic = 0 if _is_atomic(down) else None
        back = _operations(down.end(), len(text), ctx, atomic, is_one_text=True)
        migration.downgrade_node = _function("downgrade", down.end(), len(text), ctx, back)
        migration.downgrade_mark = _call(*down.span(), ctx)
        migration.read_downgrade = lambda: back
    return migration


def _is_atomic(mark: re.Match[str]) -> bool:
    return "transaction:false" not in (mark["options"] or "").split()


def _directives(text: str) -> dict[str, str]:
    head = _HEAD.match(text)
    found: dict[str, str] = {}
    for match in DIRECTIVE.finditer(head[0]) if head and ":" in head[0] else ():
        found[match[1]] = f"{found.get(match[1], '')} {match[2]}".strip()
    return found


def _yoyo(directives: dict[str, str], ctx: Context) -> Migration:
    depends = directives.get("depends")
    name = _stem(ctx.path)
    migration = Migration(
        Framework.YOYO,
        _function("upgrade", 0, 0, ctx),
        "",
        name,
        tuple(("", one) for one in (depends or "").split()),
        # The first one says that it depends on nothing; one that says nothing may well be a later one.
        is_initial=depends == "",
        is_atomic=directives.get("transactional", "").lower() != "false",
        has_own_file_back=True,
        is_text=True,
    )
    migration.operations = _operations(0, len(ctx.source.text), ctx, 0 if migration.is_atomic else None)
    _place_at_first(migration)
    return migration


def _named(ctx: Context) -> Migration:
    """One of `migrations.sql`: whether its runner opens a transaction is not known, so only its own ones count."""
    node = _function("upgrade", 0, 0, ctx)
    migration = Migration(Framework.SQL, node, "", _stem(ctx.path), is_atomic=False, is_text=True)
    migration.operations = _operations(0, len(ctx.source.text), ctx, None)
    _place_at_first(migration)
    return migration


def _place_at_first(migration: Migration) -> None:
    if migration.operations:
        ast.copy_location(migration.node, migration.operations[0].call)


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


# Statements


def _operations(
    start: int, end: int, ctx: Context, transaction: int | None, *, is_one_text: bool = False
) -> list[Operation]:
    """The statements between two offsets. `transaction` is the runner's, None where it opens none."""
    parts = [(tokens, start + tokens[0].start, start + tokens[-1].end) for tokens in split(ctx.source.text[start:end])]
    if is_one_text and transaction is None and len(parts) > 1:
        transaction = 0
    found = []
    for (tokens, first, last), number in zip(parts, _transactions(parts, transaction, is_one_text), strict=True):
        call = _call(first, last, ctx)
        operation = Operation("execute", call, {}, transaction=number)
        operation.statements = Reader(tokens, ctx.source.text[first:last], call).statements()
        for statement in operation.statements:
            statement.transaction = number
        operation.table = operation.statements[0].table if operation.statements else ""
        found.append(operation)
    mark_new(found)
    return found


def _transactions(
    parts: Iterable[tuple[list[Token], int, int]], current: int | None, is_one_text: bool
) -> Iterator[int | None]:
    """The number of the transaction that each statement is in, with those that the file opens and ends itself."""
    count = 0
    for tokens, _, _ in parts:
        word = tokens[0]
        if word not in _OF_TRANSACTIONS or (word == "rollback" and "to" in tokens):
            yield current
        elif word in ("begin", "start"):
            if current is None:
                count += 1
                current = count
            yield current
        else:
            yield current
            count += 1
            current = count if is_one_text else None  # what is left of a text is a transaction again


# Nodes, for the sake of their places


def _call(start: int, end: int, ctx: Context) -> ast.Call:
    """A statement. Its text is without layout, so that a finding is known again when it is written otherwise."""
    return _placed(made_call(ast.Constant(" ".join(ctx.source.text[start:end].split()))), start, end, ctx)


def _function(name: str, start: int, end: int, ctx: Context, body: Iterable[Operation] = ()) -> ast.FunctionDef:
    changing = [one.call for one in body if any(statement.kind is not Kind.SETTING for statement in one.statements)]
    return _placed(made_function(name, changing), start, end, ctx)


def _placed(node: Node, start: int, end: int, ctx: Context) -> Node:
    (line, column), (end_line, end_column) = map(ctx.source.position, (start, end))
    node.lineno, node.col_offset = line, _bytes(line, column, ctx)
    node.end_lineno, node.end_col_offset = end_line, _bytes(end_line, end_column, ctx)
    return node


def _bytes(line: int, column: int, ctx: Context) -> int:
    """A column as syntax trees count it."""
    lines = ctx.source.lines
    return len(lines[line - 1][:column].encode()) if line <= len(lines) else 0
