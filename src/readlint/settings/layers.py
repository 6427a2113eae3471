"""What each settings file and the command line set, and how they are put on top of each other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from readlint.settings.documents import is_within
from readlint.settings.schema import RULES, SETTINGS, Merge
from readlint.settings.selection import Choice

#: What refines a `select`, and goes when another layer's `select` takes its place.
REFINING = ("extend-select", "ignore", "extend-ignore")


@dataclasses.dataclass(frozen=True, slots=True)
class Layer:
    """What one file, or the command line, sets. `base` is what its patterns are relative to."""

    label: str
    base: str
    from_file: bool
    values: Mapping[str, Any]
    options: Mapping[str, Mapping[str, Any]]

    def base_for(self, root: str) -> str:
        """A file shared from beside the project speaks of the folder that extends it, not of its own."""
        return root if self.from_file and not is_within(root, self.base) else self.base

    @property
    def choice(self) -> Choice:
        ignored = (*self.values.get("ignore", ()), *self.values.get("extend-ignore", ()))
        return Choice(self.values.get("select"), self.values.get("extend-select", ()), ignored)


def merged(layers: Sequence[Layer]) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """The values of all layers together, and by key where they come from."""
    values: dict[str, Any] = {}
    origins: dict[str, tuple[str, ...]] = {}
    for layer in layers:
        for key in REFINING if "select" in layer.values else ():
            values.pop(key, None)
            origins.pop(key, None)
        for key, value in layer.values.items():
            adds = SETTINGS[key].merge is Merge.ADD and key in values
            values[key] = _added(values[key], value) if adds else value
            origins[key] = (*origins[key], layer.label) if adds else (layer.label,)
        for name, table in layer.options.items():
            origins.update({f"{RULES}.{name}.{key}": (layer.label,) for key in table})
    return values, origins


def _added(first: Any, second: Any) -> Any:
    if isinstance(first, dict):
        return {key: (*first.get(key, ()), *second.get(key, ())) for key in {**first, **second}}
    return (*first, *second)


def merged_options(layers: Iterable[Layer]) -> dict[str, dict[str, Any]]:
    """The options of the rules, by the rule's name and the option's key."""
    found: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for name, table in layer.options.items():
            found.setdefault(name, {}).update(table)
    return found


def placed(layers: Iterable[Layer], key: str, root: str) -> list[tuple[str, str]]:
    """The patterns of a setting, each with the folder it is relative to."""
    having = _counting(layers, key)
    if not having:
        return [(root, pattern) for pattern in SETTINGS[key].default]
    return [(layer.base_for(root), pattern) for layer in having for pattern in layer.values[key]]


def placed_rules(layers: Iterable[Layer], key: str, root: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The same for a table of patterns, with the rules of each."""
    having = _counting(layers, key)
    tables = [(layer.base_for(root), layer.values[key]) for layer in having]
    return [(base, pattern, rules) for base, table in tables for pattern, rules in table.items()]


def _counting(layers: Iterable[Layer], key: str) -> list[Layer]:
    """The layers whose value of a setting is not replaced by a later one."""
    having = [layer for layer in layers if key in layer.values]
    return having if SETTINGS[key].merge is Merge.ADD else having[-1:]
