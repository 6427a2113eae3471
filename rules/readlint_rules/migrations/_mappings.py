"""Which tables and columns the code of the project maps to classes, remembered as facts."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readlint.api import Answers, Context, Place, Question, Span, walk
from readlint_rules.migrations._django_fields import is_column, is_surely_column
from readlint_rules.migrations._expressions import arguments, last, value
from readlint_rules.migrations._facts import once_a_run
from readlint_rules.migrations._files import MAPPINGS, is_sqlalchemy

ASKED = Question(f"fact:{MAPPINGS}", "")


Column = tuple[str, str, int, bool]  # the attribute, the column's name, the line, and whether it surely has a column


class Mapping(NamedTuple):
    path: str
    line: int
    name: str  # of the class, or the variable
    table: str  # with its schema; empty for a model of Django that leaves the name to Django
    is_django: bool
    columns: Sequence[Column]
    is_managed: bool = True  # whether Django takes the table for one of its own, which may be a view by now

    def is_of(self, table: str, model: str, app: str, app_folder: str) -> bool:
        """Whether it maps a table, which is that of a model of an app in a folder. SQL does not say the model."""
        if not self.is_django:
            return self.table == table
        if not self.path.startswith(f"{app_folder}/models" if app_folder else "models"):
            return False
        if model:
            return self.name.lower() == model.lower()
        return table == (self.table or f"{app}_{self.name.lower()}")

    def column(self, *names: str) -> Column | None:
        return next((one for one in self.columns if not {one[0] if self.is_django else one[1]}.isdisjoint(names)), None)

    def place(self, line: int, message: str) -> Place:
        return Place(Span(line, 0, line, 0), message, self.path)


def mappings(answers: Answers) -> list[Mapping]:
    return of_facts(answers[ASKED])


@once_a_run
def of_facts(facts: Sequence[str]) -> list[Mapping]:
    return [Mapping(*json.loads(fact)) for fact in facts]


def collect(module: ast.Module, ctx: Context) -> Iterator[str]:
    text = ctx.source.text
    if ctx.settings.is_test(ctx.path):
        return
    # Django's models are where it looks for them: few of the files that mention them have to be read.
    in_models = f"/{ctx.path}".endswith("/models.py") or "/models/" in f"/{ctx.path}"
    nodes = walk(module) if is_sqlalchemy(text) else module.body if in_models else ()
    for node in nodes:
        found = of_class(node, ctx) if isinstance(node, ast.ClassDef) else _of_table(node, ctx)
        is_abstract = isinstance(node, ast.ClassDef) and _of_meta(node, "abstract", ctx) is True
        if found is not None and not is_abstract:
            yield json.dumps(found)


def of_class(node: ast.ClassDef, ctx: Context) -> Mapping | None:
    """What a class maps; None for one that is no model."""
    values = {name: (line, given) for name, line, given in _attributes(node)}
    table = value(values["__tablename__"][1], ctx) if "__tablename__" in values else None
    if isinstance(table, str):
        pairs = [_column(name, line, given, ctx) for name, (line, given) in values.items()]
        full = _with_schema(table, _schema(node, values.get("__table_args__", (0, None))[1], ctx))
        return Mapping(ctx.path, node.lineno, node.name, full, False, [one for one in pairs if one])
    fields = [
        (name, name, line, is_surely_column(given))
        for name, (line, given) in values.items()
        if given is not None and _is_field(given)
    ]
    table = _of_meta(node, "db_table", ctx)
    named = table if isinstance(table, str) else ""
    is_managed = _of_meta(node, "managed", ctx) is not False
    return Mapping(ctx.path, node.lineno, node.name, named, True, fields, is_managed) if fields else None


def _with_schema(table: str, schema: str) -> str:
    return f"{schema}.{table}" if schema and schema != "public" else table


def _schema(node: ast.ClassDef, given: ast.expr | None, ctx: Context) -> str:
    """`__table_args__ = (..., {"schema": "sales"})`; `?` where a function decides."""
    if any(isinstance(one, ast.FunctionDef) and one.name == "__table_args__" for one in node.body):
        return "?"
    if isinstance(given, ast.Tuple) and given.elts:
        given = given.elts[-1]
    if isinstance(given, ast.Dict):
        pairs = zip(given.keys, given.values, strict=True)
        found = [value(item, ctx) for key, item in pairs if isinstance(key, ast.Constant) and key.value == "schema"]
        return found[0] if found and isinstance(found[0], str) else "?" if found else ""
    return ""


def _attributes(node: ast.ClassDef) -> Iterator[tuple[str, int, ast.expr | None]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.lineno, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            is_mapped = statement.value is not None or "Mapped" in ast.dump(statement.annotation)
            if is_mapped:
                yield statement.target.id, statement.lineno, statement.value


def _column(name: str, line: int, given: ast.expr | None, ctx: Context) -> Column | None:
    """`total = Column("sum", Integer)`, also in a `deferred(...)`; None for what is no column."""
    if given is None:
        return name, name, line, True
    if not isinstance(given, ast.Call):
        return None
    if last(given.func) in ("deferred", "column_property") and given.args:
        return _column(name, line, given.args[0], ctx)
    if last(given.func) not in ("Column", "mapped_column"):
        return None
    first = value(arguments(given, ("name",)).get("name"), ctx)
    return name, first if isinstance(first, str) else name, line, True


def _is_field(given: ast.expr) -> bool:
    """A field of a Django model, by its class's name: `models.CharField(...)`."""
    if not isinstance(given, ast.Call):
        return False
    called = last(given.func)
    if called.endswith("RelationField"):
        return False  # of a project's own, for what `GenericRelation` does, which has no column
    return called.endswith(("Field", "ForeignKey", "ParentalKey")) and is_column(given)


def _of_meta(node: ast.ClassDef, option: str, ctx: Context) -> object:
    """What the `Meta` of a model says of an option."""
    for meta in node.body:
        if isinstance(meta, ast.ClassDef) and meta.name == "Meta":
            return next((value(given, ctx) for name, _, given in _attributes(meta) if name == option), None)
    return None


def _of_table(node: ast.AST, ctx: Context) -> Mapping | None:
    """`Table("orders", metadata, Column("total", ...))`."""
    if not (isinstance(node, ast.Call) and last(node.func) == "Table" and node.args):
        return None
    table = value(node.args[0], ctx)
    if not isinstance(table, str):
        return None
    schema = value(arguments(node, ()).get("schema"), ctx)
    table = _with_schema(table, schema) if isinstance(schema, str) else table
    columns = [_column("", one.lineno, one, ctx) for one in node.args[1:] if isinstance(one, ast.Call)]
    return Mapping(ctx.path, node.lineno, _variable(node, ctx) or table, table, False, [one for one in columns if one])


def _variable(table: ast.Call, ctx: Context) -> str:
    """What the code calls a table; the class's name for its `__table__`."""
    parent = ctx.parent(table)
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    name = targets[0].id if targets and isinstance(targets[0], ast.Name) else ""
    owner = ctx.enclosing(table, ast.ClassDef) if name == "__table__" else None
    return owner.name if isinstance(owner, ast.ClassDef) else name
