"""One more parameter: its name, and its placeholder in the text."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from readlint_rules.sql._chains import is_stable
from readlint_rules.sql._drivers import COLON, DOLLAR, PERCENT
from readlint_rules.sql._layout import CannotFix, Cell, Slot
from readlint_rules.sql._plan import Draft, Parameter, Plan

_MOVABLE = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.Constant, ast.JoinedStr, ast.BinOp, ast.IfExp),
    *(ast.ListComp, ast.GeneratorExp),
)
_IMMOVABLE = (ast.NamedExpr, ast.Yield, ast.YieldFrom)


def add(draft: Draft, parameter: Parameter, span: Sequence[Cell], template: str = "{}") -> None:
    """The cells of the span give way to a placeholder."""
    for slot in parameter.slots:
        _check_movable(slot, draft)
    plan = draft.plan
    plan.parameters.append(parameter)
    parameter.number = len(plan.parameters)
    parameter.name = _free_name(parameter, draft) if plan.by_name else ""
    mark = _mark(plan, parameter)
    behind = plan.layout.cells[plan.layout.cells.index(span[-1]) + 1 :]
    following = next((one.text for one in behind if one.text or one.slot is not None), "")
    mark += " " if following == ":" and plan.style == COLON else ""  # `:name::text` is no name for `text()`
    for cell in span:
        cell.text = ""
        cell.stays = False
    plan.layout.place(span[0], template.format(mark))


def _check_movable(slot: Slot, draft: Draft) -> None:
    """What is put in can stand among the parameters, and has the same value there."""
    if not isinstance(slot.node, _MOVABLE) or any(isinstance(part, _IMMOVABLE) for part in ast.walk(slot.node)):
        raise CannotFix
    if slot.form in ("percent", "format") and not _is_whole(slot):
        raise CannotFix
    if not is_stable(slot.node, draft.plan.query, draft.ctx):
        raise CannotFix


def _is_whole(slot: Slot) -> bool:
    """Whether the template puts in the expression itself, or something of it that can be written: `{user.name}`."""
    if slot.form == "percent":
        return re.fullmatch(r"%(?:\(\w+\))?[sdi]", slot.written) is not None and not isinstance(slot.node, ast.Dict)
    is_simple = isinstance(slot.node, (ast.Name, ast.Attribute, ast.Call))
    return re.fullmatch(r"\{\w*\}", slot.written) is not None or (slot.path != "" and is_simple)


def _mark(plan: Plan, parameter: Parameter) -> str:
    if plan.by_name:
        return f"%({parameter.name})s" if plan.style == PERCENT else f":{parameter.name}"
    if plan.style == DOLLAR:
        return f"${len(plan.query.run.more) + parameter.number}"
    return plan.style


def _free_name(parameter: Parameter, draft: Draft) -> str:
    base = _base_name(parameter.slots[0])
    base = base.strip("_") if re.fullmatch(r"[A-Za-z_]\w*", base) and base.strip("_") else "value"
    if draft.plan.driver.dialect == "oracle":
        base = f"p_{base}"  # words such as `date` are no names there
    name, number = base, 1
    while name in draft.taken:
        number += 1
        name = f"{base}_{number}"
    draft.taken.add(name)
    return name


def _base_name(slot: Slot) -> str:
    """What the value is called: `name` for `str(name)`, `user.name`, `user["name"]`, `name.strip()`."""
    node = slot.node
    while isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
        node = node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    if slot.path:
        return slot.path.rpartition(".")[2]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "value")
