"""One value as a parameter: one that stands bare in the query, or a literal with something put into it."""

from __future__ import annotations

import re

from readlint.api import regex
from readlint_rules.sql._adding import add
from readlint_rules.sql._layout import CannotFix, Cell, Slot
from readlint_rules.sql._plan import Draft, Parameter
from readlint_rules.sql._texts import is_text

#: What a literal may follow where a server binds: after a word such as DATE or INTERVAL it is no expression.
_BEFORE_LITERAL = regex(
    r"(?i)(?:[=<>(,|~+\-*/@]|\b(?:like|ilike|glob|regexp|rlike|match|similar\s+to|between|and|or|not|then|else|when|case|in|"
    r"select|limit|offset|where|having|on|by|distinct|escape|return|values))\s*\Z"
)
_FUNCTION = regex(r"(?i)\b(\w+)\s*\((?:[^()']|'[^']*')*\Z")
#: Words that are no function before a parenthesis.
_NO_FUNCTIONS = frozenset("in values and or not on where when select any all exists using then else case as".split())
#: Functions that take text whatever else there is of their name.
_OF_TEXT = frozenset(
    "lower upper trim ltrim rtrim btrim length char_length initcap md5 replace strpos starts_with".split()
)
#: `INSERT INTO t (a, b) VALUES ('...'`: no function.
_VALUES = regex(r"(?is)\bvalues\s*\((?:[^()']|'[^']*'|\([^()]*\))*\Z")


def bind_bare(draft: Draft, index: int) -> set[Cell]:
    """`id = {x}`: the value itself, which counts with its type from now on."""
    cell, slot = draft.cells[index], draft.slot_at(index)
    before, after = draft.text[:index], draft.text[index + 1 :]
    is_number = is_number_of_template(slot)
    if (slot.conversion not in ("", "r", "s") or slot.spec not in ("", "s")) and not is_number:
        raise CannotFix
    if re.search(r"[\w.\"]\Z", before) or re.match(r"[\w(.\"]", after):
        raise CannotFix
    is_quoted = slot.conversion == "r" and not slot.path and is_text(slot.node, draft.ctx)
    if not is_number and not (is_quoted and _may_follow(before, draft)):
        draft.plan.is_safe = False
    add(draft, Parameter([slot], bare=True, at=draft.marks_before(index)), [cell])
    return {cell}


def is_number_of_template(slot: Slot) -> bool:
    """`%d`, which makes a number of whatever it is given."""
    return slot.form == "percent" and slot.spec in ("d", "i")


def bind_literal(draft: Draft, span: tuple[int, int]) -> set[Cell]:
    """`'%{x}%'`: the whole literal becomes one parameter."""
    start, end = span
    _check_literal(draft, start, end)
    if not _may_follow(draft.text[:start], draft):
        draft.plan.is_safe = False
    parts = [
        _plain(part, draft.text[start], draft) if isinstance(part, str) else part
        for part in _parts(draft.cells[start + 1 : end - 1])
    ]
    cells = draft.cells[start:end]
    add(draft, Parameter(parts, at=draft.marks_before(start)), cells)
    return set(cells)


def _check_literal(draft: Draft, start: int, end: int) -> None:
    """A parameter can stand there, and what is written in the literal says what it seems to say."""
    driver, before, content = draft.plan.driver, draft.text[:start], draft.text[start + 1 : end - 1]
    if re.search(r"[\w&$\"]\Z", before) or re.match(r"[\w\"']", draft.text[end:]):
        raise CannotFix  # E'...' and others that say how the literal is to be read
    if "\\" in content and (driver.dialect == "mysql" or driver.name in ("Django", "SQLAlchemy")):
        raise CannotFix
    if driver.name == "SQLAlchemy" and re.search(r":\w", content):
        raise CannotFix
    if not driver.binds_on_client and not _BEFORE_LITERAL.search(before):
        raise CannotFix


def _parts(cells: list[Cell]) -> list[str | Slot]:
    """What a literal is made of."""
    parts: list[str | Slot] = []
    for cell in cells:
        if cell.slot is not None:
            _check_part(cell.slot)
            parts.append(cell.slot)
        elif parts and isinstance(parts[-1], str):
            parts[-1] += cell.text
        else:
            parts.append(cell.text)
    return parts


def _check_part(slot: Slot) -> None:
    if slot.form == "percent" and slot.spec not in ("s", "d", "i"):
        raise CannotFix
    if slot.form == "format" and (slot.spec or slot.conversion):
        raise CannotFix


def _plain(text: str, quote: str, draft: Draft) -> str:
    """The text of a literal as the database reads it."""
    if draft.is_formatted:
        if "%" in text.replace("%%", ""):
            raise CannotFix
        text = text.replace("%%", "%")
    return text.replace(quote * 2, quote)


def _may_follow(before: str, draft: Draft) -> bool:
    """Whether a server takes a parameter just as it takes a literal there.

    In a function of any type it cannot tell the type of a parameter, and two parameters are never the same
    expression, as GROUP BY wants.
    """
    if draft.plan.driver.binds_on_client or draft.plan.driver.dialect == "sqlite":
        return True
    match = _FUNCTION.search(before)
    is_known = match is None or match[1].lower() in _NO_FUNCTIONS | _OF_TEXT or _VALUES.search(before) is not None
    return is_known and "group by" not in draft.text.lower()
