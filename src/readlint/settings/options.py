"""Options of rules: read and checked by the annotations of the rule's own dataclass."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from readlint.settings.check import Bad, called
from readlint.settings.schema import RULES, attribute_of, key_of, nearest, quoted


class RuleWithOptions(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclasses.dataclass(frozen=True)
class Option:
    """One option of a rule."""

    key: str
    type: Any
    default: Any

    @property
    def type_text(self) -> str:
        plain = {bool: "true or false", int: "a whole number", float: "a number", str: "a string"}
        if self.type in plain:
            return plain[self.type]
        if _is_strings(self.type):
            return "a list of strings"
        return f"one of {', '.join(_shown(choice) for choice in typing.get_args(self.type))}"

    def accepts(self, value: object) -> bool:
        if _is_strings(self.type):
            return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        if typing.get_origin(self.type) is typing.Literal:
            return any(value == choice and type(value) is type(choice) for choice in typing.get_args(self.type))
        # bool is an int to Python, but not to whoever writes settings; 1 is a number where 1.0 is asked for.
        return type(value) is self.type or (self.type is float and type(value) is int)


def _shown(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value).lower()


def _is_strings(annotation: object) -> bool:
    return typing.get_origin(annotation) is tuple and typing.get_args(annotation) == (str, ...)


def options_of(rule: RuleWithOptions) -> dict[str, Option]:
    """The options a rule has, by key."""
    defaults = getattr(rule, "default_options", None)
    if defaults is None:
        return {}
    types = typing.get_type_hints(type(defaults))
    found = {}
    for field in dataclasses.fields(defaults):
        option = Option(key_of(field.name), types[field.name], getattr(defaults, field.name))
        supported = option.type in (bool, int, float, str) or _is_strings(option.type)
        if not supported and typing.get_origin(option.type) is not typing.Literal:
            raise TypeError(
                f"rule {rule.name}: option {field.name} must be bool, int, float, str, Literal or tuple[str, ...]"
            )
        found[option.key] = option
    return found


def check_options(rules: Iterable[RuleWithOptions], raw: object) -> dict[str, dict[str, Any]]:
    """The table `rules` of a file: for each rule's name the options that it sets, checked, by key."""
    if not isinstance(raw, Mapping):
        raise Bad(f"`{RULES}` must be a table, not {called(raw)}", (RULES,))
    known = {word: rule for rule in rules for word in (rule.code, rule.name)}
    found: dict[str, dict[str, Any]] = {}
    for word, table in raw.items():
        if word not in known:
            raise Bad(f"unknown rule `{word}` in `{RULES}`{nearest(word, known)}", (RULES, word))
        name = known[word].name
        if name in found:
            raise Bad(f"`{RULES}` has rule `{name}` twice, by name and by code", (RULES, word))
        found[name] = _check_rule(known[word], word, table)
    return found


def _check_rule(rule: RuleWithOptions, word: str, table: object) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise Bad(f"`{RULES}.{word}` must be a table, not {called(table)}", (RULES, word))
    options = options_of(rule)
    for key, value in table.items():
        path = (RULES, word, key)
        if key not in options:
            near = nearest(key, options) if options else "; it has none"
            raise Bad(f"rule `{rule.name}` has no option `{key}`{near}", path)
        if not options[key].accepts(value):
            instead = quoted(value) if isinstance(value, str) else called(value)
            raise Bad(f"`{key}` of rule `{rule.name}` must be {options[key].type_text}, not {instead}", path)
    return {key: _converted(options[key], value) for key, value in table.items()}


def _converted(option: Option, value: Any) -> Any:
    if _is_strings(option.type):
        return tuple(value)
    return float(value) if option.type is float else value


def build_options(rules: Iterable[RuleWithOptions], tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """For each rule whose options differ from its defaults, by name, an instance of its dataclass."""
    built = {}
    for rule in rules:
        table = tables.get(rule.name)
        if table:
            defaults = getattr(rule, "default_options", None)
            made = dataclasses.replace(defaults, **{attribute_of(key): value for key, value in table.items()})  # type: ignore[type-var]
            if made != defaults:
                built[rule.name] = made
    return built
