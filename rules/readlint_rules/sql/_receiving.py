"""The call that gets the parameters: which one it is, what it has already, and how it takes more."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from readlint.api import Context, dotted
from readlint_rules.sql._drivers import NUMBERED, Driver
from readlint_rules.sql._layout import CannotFix
from readlint_rules.sql._model import Run
from readlint_rules.sql._placeholders import Mark

_EXECUTE = frozenset("execute scalar scalars stream stream_scalars".split())
#: Django formats these without parameters on some databases, and on others it does not.
_ALWAYS_FORMATTED = frozenset({"raw", "RawSQL"})
#: Keyword arguments that parameters can stand beside.
_BESIDE = {
    "psycopg": frozenset({"prepare", "binary"}),
    "Django": frozenset({"translations", "using", "output_field", "params"}),
}


class Receiver(NamedTuple):
    """`way` is how the call takes parameters: in a container, as varargs, through `bindparams`."""

    call: ast.Call
    existing: ast.expr | None
    way: str


def receiver(run: Run, driver: Driver, has_lists: bool, ctx: Context) -> Receiver:
    if any(isinstance(arg, ast.Starred) for arg in run.call.args) or run.query not in run.call.args:
        raise CannotFix
    if driver.name == "SQLAlchemy":
        return _of_text(run, has_lists, ctx)
    if "varargs" in driver.containers:
        return _of_varargs(run)
    if any(keyword.arg not in _BESIDE.get(driver.name, ()) for keyword in run.call.keywords):
        raise CannotFix
    if len(run.call.args) > 2 and run.name != "RawSQL":
        raise CannotFix
    existing = run.parameters
    if isinstance(existing, ast.Constant) and existing.value is None:
        raise CannotFix
    if existing is not None and not _is_written_out(existing):
        raise CannotFix
    return Receiver(run.call, existing, "container")


def _of_varargs(run: Run) -> Receiver:
    if run.call.args.index(run.query) != 0 or any(k.arg in ("args", None) for k in run.call.keywords):
        raise CannotFix
    return Receiver(run.call, None, "varargs")


def _of_text(run: Run, has_lists: bool, ctx: Context) -> Receiver:
    """`execute(text(...), {...})` takes a dictionary; a text that stands elsewhere is given its values itself."""
    if len(run.call.args) != 1 or run.call.keywords:
        raise CannotFix
    outer = ctx.parent(run.call)
    if isinstance(outer, ast.Call) and outer.args and outer.args[0] is run.call and not outer.keywords:
        method = outer.func.attr if isinstance(outer.func, ast.Attribute) else ""
        existing = outer.args[1] if len(outer.args) == 2 else None
        fits = len(outer.args) < 3 and (existing is None or isinstance(existing, ast.Dict))
        fits = fits and method in _EXECUTE and not has_lists and not _is_of_alembic(outer, ctx)
        if fits and (existing is None or _is_written_out(existing)):
            return Receiver(outer, existing, "container")
    return Receiver(run.call, None, "bindparams")


def _is_of_alembic(call: ast.Call, ctx: Context) -> bool:
    """`op.execute(text(...))` takes options where others take parameters."""
    return dotted(call.func) == "op.execute" or (ctx.qualified_name(call.func) or "").startswith("alembic.")


def _is_written_out(value: ast.expr) -> bool:
    if isinstance(value, (ast.Tuple, ast.List)):
        return not any(isinstance(one, ast.Starred) for one in value.elts)
    keys = value.keys if isinstance(value, ast.Dict) else [None]
    return all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in keys)


def keys(value: ast.expr | None) -> set[str]:
    """The names of parameters in a dictionary."""
    found = value.keys if isinstance(value, ast.Dict) else []
    return {str(key.value) for key in found if isinstance(key, ast.Constant)}


def is_formatted(existing: ast.expr | None, run: Run, driver: Driver, text: str) -> bool:
    """Whether the driver already takes `%%` for `%` in the text as it is."""
    if not driver.percent_is_special:
        return False
    is_empty = existing is not None and not getattr(existing, "elts", getattr(existing, "keys", None))
    is_unclear = is_empty or (existing is None and run.name in _ALWAYS_FORMATTED)
    is_unclear = is_unclear or driver.name == "mysql-connector"  # which knows `%s` and nothing else
    if is_unclear and "%" in text:
        raise CannotFix
    return existing is not None and not is_empty


def check_existing(receiver: Receiver, run: Run, driver: Driver, marks: Sequence[Mark]) -> None:
    """The parameters that are there are those that the text asks for, and can be merged with others."""
    existing = receiver.existing
    if receiver.way == "varargs":
        if any(int(mark.name) > len(run.more) for mark in marks):
            raise CannotFix
    elif isinstance(existing, (ast.Tuple, ast.List)):
        if NUMBERED in driver.styles or any(mark.name for mark in marks) or len(marks) != len(existing.elts):
            raise CannotFix
    elif run.name != "text" and {mark.name for mark in marks} != keys(existing):
        raise CannotFix
