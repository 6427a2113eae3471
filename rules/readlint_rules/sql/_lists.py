"""Several values as parameters: `IN ({...})`, in the way that the driver takes them."""

from __future__ import annotations

import ast
import re

from readlint.api import Context
from readlint_rules.sql._adding import add
from readlint_rules.sql._chains import is_stable
from readlint_rules.sql._drivers import NUMBERED
from readlint_rules.sql._layout import CannotFix, Cell, Slot, lay_out
from readlint_rules.sql._plan import Draft, Parameter


def bind_list(draft: Draft, index: int, *, in_quotes: bool) -> set[Cell]:
    draft.plan.is_safe = False
    slot = draft.slot_at(index)
    start, opener, end, is_not = _around(draft.text, index)
    if slot.conversion or slot.spec not in ("", "s"):
        raise CannotFix
    items, of_text = _items(slot.node, draft.ctx)
    listed = Parameter([Slot(items, slot.form)], at=draft.marks_before(index), of_text=of_text or in_quotes)
    driver = draft.plan.driver
    if driver.name in ("psycopg", "asyncpg"):
        listed.many = "list"
        cells = draft.cells[start:end]
        add(draft, listed, cells, "<> ALL({})" if is_not else "= ANY({})")
    elif driver.name == "SQLAlchemy" or driver.expands_sequences:
        listed.many = "list" if driver.name == "SQLAlchemy" else "tuple"
        cells = draft.cells[opener:end]
        add(draft, listed, cells)
    else:
        cells = [draft.cells[index]]
        cells[0].brings_parentheses = opener == index
        _spread(draft, listed, cells[0], items)
    return set(cells)


def _around(text: str, index: int) -> tuple[int, int, int, bool]:
    """Where `NOT IN (...)` begins, where its parenthesis opens if it has one, where it ends, and whether it is NOT."""
    before = re.search(r"(?i)\b(not\s+)?in\s*(\()?\s*\Z", text[:index])
    if before is None:
        raise CannotFix
    end = index + 1
    if before[2]:
        closing = re.match(r"\s*\)", text[end:])
        if closing is None:
            raise CannotFix
        end += closing.end()
    return before.start(), before.start(2) if before[2] else index, end, bool(before[1])


def _spread(draft: Draft, listed: Parameter, cell: Cell, items: ast.expr) -> None:
    """One placeholder for each value, made when it runs."""
    is_again = isinstance(items, (ast.Name, ast.Attribute))  # it is asked for its length too
    plan = draft.plan
    if plan.by_name or plan.driver.styles[0] == NUMBERED or not is_again or cell.slot is None:
        raise CannotFix
    if cell.slot.form not in ("fstring", "concat") or not is_stable(items, plan.query, draft.ctx):
        raise CannotFix
    listed.many = "spread"
    plan.parameters.append(listed)
    cell.spreads = items


# What is put in


def _items(node: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    """The values that are joined, and whether each was put in quotes: `",".join(map(str, ids))`, `tuple(ids)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        return _elements(node.args[0], ctx) if len(node.args) == 1 else (node, False)
    if isinstance(node, ast.Call) and ctx.qualified_name(node.func) == "tuple" and len(node.args) == 1:
        return node.args[0], False
    if isinstance(node, (ast.Name, ast.Attribute)):
        return node, False
    raise CannotFix


def _elements(items: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    """`map(str, ids)`, `(str(i) for i in ids)`, `ids`"""
    if isinstance(items, ast.Call) and ctx.qualified_name(items.func) == "map" and len(items.args) == 2:
        if ctx.qualified_name(items.args[0]) in ("str", "repr"):
            return items.args[1], False
        raise CannotFix
    if not isinstance(items, (ast.GeneratorExp, ast.ListComp)):
        return items, False
    one = items.generators[0]
    if len(items.generators) > 1 or one.ifs or one.is_async or not isinstance(one.target, ast.Name):
        raise CannotFix
    element, is_quoted = _element(items.elt, ctx)
    if not isinstance(element, ast.Name) or element.id != one.target.id:
        raise CannotFix
    return one.iter, is_quoted


def _element(node: ast.expr, ctx: Context) -> tuple[ast.expr, bool]:
    """What an element is made of: `str(i)`, `f"'{i}'"`, `"'" + i + "'"`."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and ctx.qualified_name(node.func) in ("str", "repr"):
        return node.args[0], False
    if not isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)):
        return node, False
    made = lay_out([node], ctx)
    text, _ = made.text()
    slots = [cell.slot for cell in made.slots if cell.slot is not None]
    if len(slots) != 1 or text not in ("\0", "'\0'") or slots[0].spec.strip("s"):
        raise CannotFix
    return slots[0].node, text != "\0"
