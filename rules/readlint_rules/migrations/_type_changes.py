"""What PostgreSQL does when a column gets another type.

Measured by the file node, on 15.18 and for the common ones on 18.6. A type is changed in place only where the old bytes
are the new ones: a wider limit (`varchar_support`, `numeric_support`, `interval_support` and their like drop the cast),
or a cast without a function.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from readlint.api import regex


class Change(enum.Enum):
    NONE = "none"  # the same type, or the same bytes
    REWRITE = "rewrite"
    ZONE = "zone"  # in place if the time zone of the session is UTC, from PostgreSQL 12
    UNKNOWN = "unknown"


class Type(NamedTuple):
    head: str
    parameters: tuple[int, ...] = ()


_TYPE = regex(r'^"?(?P<head>[a-z_][\w. ]*?)"?\s*(?:\((?P<parameters>[\d\s,]*)\))?(?P<zone> with(?:out)? time zone)?$')
_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "decimal": "numeric",
    "float": "double precision",
    "float8": "double precision",
    "float4": "real",
    "character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "bit varying": "varbit",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}
#: Types of the server itself: a change from one to another that is not listed below writes every row anew.
_KNOWN = frozenset(
    "smallint integer bigint numeric real money boolean varchar char text bytea date time timetz timestamp timestamptz "
    "interval json jsonb uuid inet cidr macaddr xml bit varbit tsvector tsquery point int4range int8range numrange "
    "daterange tsrange tstzrange".split()
) | {"double precision", "enum"}
#: Casts that keep the bytes: `castmethod = 'b'` in `pg_cast`.
_SAME_BYTES = frozenset({("varchar", "text"), ("text", "varchar"), ("cidr", "inet"), ("xml", "text")})
#: What a change without `USING` may do, besides a change to text (asked of 15.18, each type to each).
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_AUTOMATIC = {
    **dict.fromkeys(_NUMBERS, frozenset(_NUMBERS)),
    "money": frozenset({"numeric"}),
    "date": frozenset({"timestamp", "timestamptz"}),
    "time": frozenset({"timetz", "interval"}),
    "timetz": frozenset({"time"}),
    "timestamp": frozenset({"date", "time", "timestamptz"}),
    "timestamptz": frozenset({"date", "time", "timetz", "timestamp"}),
    "interval": frozenset({"time"}),
    "json": frozenset({"jsonb"}),
    "jsonb": frozenset({"json"}),
    "inet": frozenset({"cidr"}),
    "cidr": frozenset({"inet"}),
    "bit": frozenset({"varbit"}),
    "varbit": frozenset({"bit"}),
}
_TEXTS = frozenset({"varchar", "char", "text"})
_WIDENED = frozenset({"varchar", "varbit"})
_PRECISE = frozenset({"time", "timetz", "timestamp", "timestamptz", "interval"})
_DIGITS = 6  # of a second, where none are given


def parsed(text: str) -> Type:
    """A type as it is written; its head is empty where it is not one word and a limit."""
    found = _TYPE.match(text.strip().lower())
    if found is None:
        return Type("")
    head = " ".join((found["head"] + (found["zone"] or "")).split())
    parameters = re.findall(r"\d+", found["parameters"] or "")
    return Type(_ALIASES.get(head, head), tuple(map(int, parameters)))


def change(old_text: str, new_text: str) -> Change:
    old, new = parsed(old_text), parsed(new_text)
    if old.head == new.head and old.head:
        return Change.NONE if old == new or _is_wider(old, new) else Change.REWRITE
    if {old.head, new.head} == {"timestamp", "timestamptz"}:
        return Change.ZONE
    if not {old.head, new.head} <= _KNOWN:
        return Change.UNKNOWN
    if (old.head, new.head) in _SAME_BYTES and not new.parameters:
        return Change.NONE
    return Change.REWRITE


def is_refused(old_text: str, new_text: str) -> bool:
    """Whether it takes a `USING`: `column "x" cannot be cast automatically to type json`."""
    old, new = parsed(old_text).head, parsed(new_text).head
    if old == new or not {old, new} <= _KNOWN or new in _TEXTS:
        return False
    is_money = new == "money" and old in ("integer", "bigint", "numeric")
    return not is_money and new not in _AUTOMATIC.get(old, ())


def _is_wider(old: Type, new: Type) -> bool:
    """Whether every value of the old type is one of the new type, of the same bytes."""
    if old.head in _WIDENED:
        return not new.parameters or (bool(old.parameters) and new.parameters[0] >= old.parameters[0])
    if old.head == "numeric":
        return not new.parameters or (bool(old.parameters) and _is_wider_number(old.parameters, new.parameters))
    if old.head in _PRECISE:
        return (*new.parameters, _DIGITS)[0] >= (*old.parameters, _DIGITS)[0]
    return False


def _is_wider_number(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    (old_precision, old_scale), (new_precision, new_scale) = (*old, 0)[:2], (*new, 0)[:2]
    return new_precision >= old_precision and new_scale == old_scale


def is_plain_cast(using: str, column: str) -> bool:
    """Whether a `USING` says no more than the change of the type does: `zip::text`."""
    text = using.replace('"', "").lower().strip()
    name = re.escape(column.lower())
    return bool(re.fullmatch(rf"{name}(\s*::\s*[\w\s(),.]+)?|cast\s*\(\s*{name}\s+as\s+[\w\s(),.]+\)", text))
