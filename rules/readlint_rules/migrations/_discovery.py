"""Which files are migrations. A file that is none costs a look at its text."""

from __future__ import annotations

import ast
import re

from readlint.api import Context, regex
from readlint_rules.migrations._model import Migration

#: `class Migration(migrations.Migration)`, also with a base of the project's own.
_DJANGO = regex(r"^class Migration\(", re.MULTILINE)
_ALEMBIC = regex(r"^down_revision\b", re.MULTILINE)
_YOYO = regex(r"^(?:from|import) yoyo\b", re.MULTILINE)


def migration_of(ctx: Context) -> Migration | None:
    """The migration that a file holds. Ask through `ctx.once`."""
    text = ctx.source.text
    if ctx.source.kind == "sql":
        from readlint_rules.migrations._sql_files import read as read_file

        return read_file(ctx)
    if "Migration" in text and "operations" in text and _DJANGO.search(text):
        return _django(ctx)
    if "down_revision" in text and "upgrade" in text and _ALEMBIC.search(text):
        return _alembic(ctx)
    if "yoyo" in text and "step" in text and _YOYO.search(text):
        from readlint_rules.migrations._yoyo import read as read_steps

        return read_steps(ctx)
    return None


def _django(ctx: Context) -> Migration | None:
    for node in ctx.tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Migration":
            from readlint_rules.migrations._django import read

            return read(node, ctx)
    return None


def _alembic(ctx: Context) -> Migration | None:
    functions = {node.name: node for node in ctx.tree.body if isinstance(node, ast.FunctionDef)}
    if "upgrade" not in functions:
        return None
    from readlint_rules.migrations._alembic import read

    return read(functions, ctx)
