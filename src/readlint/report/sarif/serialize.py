"""Objects of `sarif_om` as JSON, by the property names in their attrs metadata.

The serializer that comes with them copies every object at every level, keeps misspelt attributes and drops whatever
equals a default: `level: warning` would vanish below a rule whose default is `error`, and be read as an error.
"""

from __future__ import annotations

from collections.abc import Callable
from json.encoder import encode_basestring_ascii
from typing import Any

import attr


class Written(str):
    """A value's text, for what a log has many times."""

    __slots__ = ()


def to_text(value: Any) -> str:
    """ASCII on one line, with everything that is set, whether or not it equals a default."""
    return _WRITERS[type(value)](value)


def members_of(value: Any) -> list[str]:
    """The same in parts: `"name": ...` for each property."""
    parts: list[str] = _compiled(type(value), "parts")(value)
    return parts


def _list(items: list[Any]) -> str:
    return f"[{', '.join([_WRITERS[type(item)](item) for item in items])}]"


def _dict(items: dict[str, Any]) -> str:
    members = [f"{encode_basestring_ascii(name)}: {_WRITERS[type(item)](item)}" for name, item in items.items()]
    return f"{{{', '.join(members)}}}"


def _member(field: attr.Attribute[Any]) -> str:
    return f"{encode_basestring_ascii(field.metadata['schema_property_name'])}: "


class _Writers(dict[type, Callable[[Any], str]]):
    """What writes the objects of a class, made when the first one comes."""

    def __missing__(self, cls: type) -> Callable[[Any], str]:
        self[cls] = writer = _writer(cls)
        return writer


_WRITERS = _Writers(
    {
        bool: {True: "true", False: "false"}.__getitem__,
        dict: _dict,
        float: float.__repr__,
        int: int.__repr__,
        list: _list,
        str: encode_basestring_ascii,
        Written: str,
    }
)


def _writer(cls: type) -> Callable[[Any], str]:
    return _compiled(cls, "'{' + ', '.join(parts) + '}'")


def _compiled(cls: type, returns: str) -> Callable[[Any], Any]:
    """Code with a line for each attribute, as attrs itself makes it: a loop over them all takes half as long again.

    Where -1 stands for none, it is left out. An attribute that the class lacks is a KeyError.
    """
    fields = attr.fields(cls)
    lines = ["def write(value):", f" if len(vars(value)) != {len(fields)}: raise KeyError(*vars(value))", " parts = []"]
    for field in fields:
        counts = isinstance(field.default, int | float) and field.default < 0
        condition = f"item is not None and item != {field.default}" if counts else "item is not None"
        lines.append(f" item = value.{field.name}")
        lines.append(f" if {condition}: parts.append({_member(field)!r} + writers[type(item)](item))")
    made: dict[str, Any] = {"writers": _WRITERS}
    exec("\n".join([*lines, f" return {returns}"]), made)
    write: Callable[[Any], Any] = made["write"]
    return write
