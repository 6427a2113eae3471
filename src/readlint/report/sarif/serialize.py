"""Objects of `sarif_om` as JSON, by the property names in their attrs metadata.

The serializer that comes with them copies every object at every level, keeps misspelt attributes and drops whatever
equals a default: `level: warning` would vanish below a rule whose default is `error`, and be read as an error.
"""

from __future__ import annotations

import json
from typing import Any

import attr

_PLANS: dict[type, dict[str, tuple[str, Any]]] = {}


def properties_of(value: Any) -> dict[str, Any]:
    """Everything that is set, whether or not it equals a default. An attribute that the class lacks is a KeyError."""
    cls = type(value)
    if cls not in _PLANS:
        _PLANS[cls] = _plan(cls)
    plan = _PLANS[cls]
    written = {}
    for attribute, item in vars(value).items():
        if item is not None:
            name, unset = plan[attribute]
            if item is not unset:
                written[name] = item
    return written


def _plan(cls: type) -> dict[str, tuple[str, Any]]:
    """By attribute: the property's name, and the very object that stands for none (-1 in properties that count)."""
    plan = {}
    for field in attr.fields(cls):
        counts = isinstance(field.default, int | float) and field.default < 0
        plan[field.name] = (field.metadata["schema_property_name"], field.default if counts else None)
    return plan


_ENCODER = json.JSONEncoder(check_circular=False, default=properties_of)


def to_text(value: Any) -> str:
    """ASCII on one line."""
    return _ENCODER.encode(value)
