"""Where the project's own code uses the classes and tables of SQLAlchemy that map what a migration drops.

A mapping that nobody uses sends no query, and one that the program's start makes again is not missed for long. No run
remembers this: few have a mapping of something that is dropped.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from typing import Any, NamedTuple

from readlint.api import AllFiles, Context, Question, last_name, walk
from readlint_rules.migrations import _mappings
from readlint_rules.migrations._files import DROPS, is_of_framework
from readlint_rules.migrations._sql_uses import OF_MIGRATIONS

MAPPING_USES = "mapping-uses"
ASKED = Question(MAPPING_USES, "")


class Uses(NamedTuple):
    #: By the path and the name of a mapping, the files with code that uses it.
    files: dict[tuple[str, str], set[str]]
    makes_tables: bool  # whether some code has SQLAlchemy make all tables that are not there


def search(ask: Callable[[Question], Any], files: AllFiles) -> Uses:
    dropped = [fact.partition("\t")[::2] for fact in ask(Question(f"fact:{DROPS}", ""))]
    mappings = [one for one in _mappings.of_facts(ask(_mappings.ASKED)) if not one.is_django]
    known = [one for one in mappings if any(_maps(one, *place) for place in dropped)]
    found = Uses({(one.path, one.name): set() for one in known}, False)
    by_name: dict[str, list[_mappings.Mapping]] = {}
    for one in known:
        by_name.setdefault(one.name, []).append(one)
    for ctx in files.opened(_mentions(frozenset(by_name))) if known else ():
        if ctx.settings.is_test(ctx.path):
            continue
        found = found._replace(makes_tables=found.makes_tables or _makes_tables(ctx))
        aliases = _aliases(ctx)
        for node in () if OF_MIGRATIONS.search(ctx.path) else walk(ctx.tree):
            loaded = _loaded(node)
            for one in by_name.get(aliases.get(loaded, loaded), ()):
                if _means(node, one, ctx):
                    found.files[one.path, one.name].add(ctx.path)
    return found


def _maps(one: _mappings.Mapping, table: str, column: str) -> bool:
    return one.table == table and (not column or one.column(column) is not None)


def _mentions(names: frozenset[str]) -> Callable[[str], bool]:
    def mentions(text: str) -> bool:
        if is_of_framework(text):
            return False
        return "create_all" in text or any(name in text for name in names)

    return mentions


def _makes_tables(ctx: Context) -> bool:
    return any(isinstance(node, ast.Call) and last_name(node.func) == "create_all" for node in walk(ctx.tree))


def _aliases(ctx: Context) -> dict[str, str]:
    """`from app.tables import Order as OrderRow`: what such a name stands for."""
    imported = [alias for node in walk(ctx.tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    return {alias.asname: alias.name for alias in imported if alias.asname}


def _loaded(node: ast.AST) -> str:
    is_loaded = isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)
    return (last_name(node) or "") if is_loaded else ""


def _means(node: ast.AST, one: _mappings.Mapping, ctx: Context) -> bool:
    """Whether a name that is that of a mapping stands for it, in code that is run."""
    if ctx.path == one.path:
        functions = [at for at in ctx.ancestors(node) if isinstance(at, (ast.FunctionDef, ast.AsyncFunctionDef))]
        own = [at for at in ctx.ancestors(node) if isinstance(at, ast.ClassDef) and at.name == one.name]
        return isinstance(node, ast.Name) and bool(functions) and not own
    module, _, _ = (ctx.qualified_name(node) or "").rpartition(".")
    # `app.models.Order` is that of `app/models/order.py`, and so is `.models.Order`.
    parts = os.path.splitext(one.path)[0].replace("/", ".")
    return bool(module.strip(".")) and f".{module.strip('.')}." in f".{parts}."
