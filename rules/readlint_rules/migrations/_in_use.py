"""Whether it is proven that code which runs still uses what a migration drops.

What is not proven stays a warning: the table may be made again, be another one of the same name, or the migration may
be all that its mapping is kept for.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from readlint.api import Answers, Context, Finding, Place, Question, Span, regex, walk
from readlint_rules.migrations import _base, _history, _judging, _mapping_uses, _mappings, _model, _sql_uses

_SQL_USES = Question("sql-uses", "")
ASKED = (_mappings.ASKED, _mapping_uses.ASKED, _SQL_USES)

_DATABASES = regex(r"(?i)dialect|sqlite|postgres|mysql")

_Places = Sequence[tuple[str, ...]]  # the table, and what its column may be called


class Use(NamedTuple):
    how: str  # the end of the message's name
    owner: str
    places: tuple[Place, ...] = ()


def data(one: _judging.Candidate, ctx: Context) -> dict[str, Any]:
    """What `of` has to know of the migration."""
    return {"is_certain": _is_certain(one, ctx), "imported": list(ctx.once(_imported))}


def _is_certain(one: _judging.Candidate, ctx: Context) -> bool:
    """Whether nothing decides about it but which database it is, and that the table or the column is there."""
    names = {one.table, *one.statement.columns}
    tests = [at.test for at in ctx.ancestors(one.operation.call) if isinstance(at, ast.If)]
    texts = {test: ctx.text(test) for test in tests}
    unclear = [test for test, text in texts.items() if not (_sql_uses.ASKS.search(text) or _DATABASES.search(text))]
    return all(any(isinstance(part, ast.Constant) and part.value in names for part in walk(test)) for test in unclear)


def _imported(ctx: Context) -> list[str]:
    """The modules that a migration imports, some of which may be names in one. Ask through `ctx.once`."""
    return sorted(set(_modules(ctx.tree)))


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from (module, *(f"{module}.{alias.name}".strip(".") for alias in node.names))


def of(
    finding: Finding, answers: Answers, places: _Places, columns: Sequence[_model.Column | None], *, is_new: bool
) -> Use | None:
    """The first use that is found. `is_new`: whether the drop is not deployed yet, and its code is."""
    known, path = _history.history(answers), finding.path
    if not finding.data["is_certain"] or known.may_come_back(path):
        return None
    is_gone = any(known.is_gone_before(path, *place) for place in places)
    use = _first(finding, answers, columns, is_gone=is_gone, is_new=is_new)
    return None if use is None or any(known.may_be_of_others(path, *place) for place in places) else use


def _first(
    finding: Finding, answers: Answers, columns: Sequence[_model.Column | None], *, is_gone: bool, is_new: bool
) -> Use | None:
    """The dearest question comes last."""
    now = [] if is_gone else _which_map(finding, _mappings.mappings(answers))
    if any(_may_be_there_again(one, finding, answers) for one in now):
        return None
    for one in now:
        if one.is_django or _is_used(one, finding, answers):
            return _mapped(finding, one)
    before = _which_map(finding, _base.mappings(answers)) if is_new and not now else []
    return Use("together", before[0].name) if before else _queried(finding, answers, columns)


def _which_map(finding: Finding, mappings: Sequence[_mappings.Mapping]) -> list[_mappings.Mapping]:
    """The classes and `Table`s that map what is dropped."""
    data, folder = finding.data, os.path.dirname(os.path.dirname(finding.path))
    # A project may map the tables of another database with the other framework.
    same = [one for one in mappings if one.is_django == data["django"]]
    found = [one for one in same if one.is_of(data["dropped"], data["model"], data["app"], folder)]
    return [one for one in found if not data["names"] or one.column(*data["names"])]


def _mapped(finding: Finding, one: _mappings.Mapping) -> Use:
    column = one.column(*finding.data["names"])
    return Use("mapped", one.name, (one.place(column[2] if column else one.line, "this is still mapped"),))


def _may_be_there_again(one: _mappings.Mapping, finding: Finding, answers: Answers) -> bool:
    """Whether what a mapping needs may be there without a migration that says so."""
    data = finding.data
    if one.is_django:
        column = one.column(*data["names"])
        return not one.is_managed or (column is not None and not column[3])
    is_table_gone = not data["names"] or _history.history(answers).stays(finding.path, data["table"]) is False
    return is_table_gone and answers[_mapping_uses.ASKED].makes_tables


def _is_used(one: _mappings.Mapping, finding: Finding, answers: Answers) -> bool:
    """Whether anything queries it, other than what the migration itself may call."""
    files = answers[_mapping_uses.ASKED].files.get((one.path, one.name), ())
    return any(not _is_imported(path, finding.data["imported"]) for path in files)


def _is_imported(path: str, modules: Sequence[str]) -> bool:
    """Whether a migration imports a file: what it does there may be the migration's own work."""
    own = os.path.splitext(path)[0].removesuffix("/__init__").replace("/", ".")
    return any(f".{own}".endswith(f".{module}") for module in modules if module)


def _queried(finding: Finding, answers: Answers, columns: Sequence[_model.Column | None]) -> Use | None:
    """SQL in the code that uses what is dropped."""
    data = finding.data
    table = data["dropped"]
    named = _history.history(answers).table_before(finding.path, data["table"]) if data["model"] else ""
    known = answers[_SQL_USES].get(table, {}) if named in ("", table) else {}
    names = [*data["columns"], *(column.name for column in columns if column)] or [""]
    use = next((known[name] for name in names if name in known), None)
    if use is None:
        return None
    path, line = use
    return Use("queried", f"{path}:{line}", (Place(Span(line, 0, line, 0), "this still uses it", path),))
