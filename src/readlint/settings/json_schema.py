"""The settings as a JSON schema, for editors that complete and check TOML: made from `schema.py` and the rules."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from readlint.report import formats
from readlint.settings.documents import parse
from readlint.settings.options import Option, options_of
from readlint.settings.schema import GROUPS, RULES, RULES_DESCRIPTION, SETTINGS, Kind, Setting
from readlint.settings.selection import RuleLike, Selectors

Schema = dict[str, Any]

ID = "https://readlint.dev/readlint.schema.json"
#: Rules of other packs, by code, prefix, name or family. Codes that begin with RL are readlint's own: all are known.
_OTHER_RULE = r"^(?!RL)[A-Z]{2}[0-9]{0,3}$|^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$"
_NOT_EMPTY = r"\S"
_CLAUSE = r"(===|==|!=|>=|<=|~=|>|<)?\s*v?\d+(\.\d+)*(\.\*)?"
# Not `\w`, which is ASCII to editors but not to Python.
_WORD = r"[^\s.\d][^\s.]*"
_SELECTOR = {"$ref": "#/definitions/selector"}


def as_text(rules: Iterable[RuleLike], other_packs: bool) -> str:
    return json.dumps(schema(rules, other_packs), indent=2) + "\n"


def schema(rules: Iterable[RuleLike], other_packs: bool) -> Schema:
    """Everything that readlint accepts. `other_packs`: rules may be installed that are not known here."""
    rules = tuple(rules)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": "readlint",
        "description": "Settings of readlint: `[tool.readlint]` in pyproject.toml, or readlint.toml.",
        "type": "object",
        "additionalProperties": False,
        "definitions": {"selector": _selector(rules, other_packs)},
        "properties": {
            **{key: _setting(setting) for key, setting in SETTINGS.items() if "." not in key},
            **{group: _group(group, text) for group, text in GROUPS.items()},
            RULES: _options_of_rules(rules, other_packs),
        },
    }


def _selector(rules: Sequence[RuleLike], other_packs: bool) -> Schema:
    known = {"enum": sorted(Selectors(rules).known)}
    text = "A rule by its code or name, or several by a prefix of their codes, their family, `ALL` or `DEFAULT`."
    others = [{"type": "string", "pattern": _OTHER_RULE}] if other_packs else []
    return {"description": text, "anyOf": [known, *others]}


def _setting(setting: Setting) -> Schema:
    found = {"description": f"{setting.description} It {setting.merge.value}.", **_BY_KIND[setting.kind](setting)}
    # The default of a version is the Python that runs readlint, whichever that is.
    if setting.default is not None and setting.kind is not Kind.VERSION:
        found["default"] = setting.default
    example: Any = parse(setting.example)
    for key in setting.path:
        example = example[key]
    return {**found, "examples": [example]}


def _group(group: str, text: str) -> Schema:
    settings = [setting for setting in SETTINGS.values() if setting.path[:-1] == (group,)]
    properties = {setting.path[-1]: _setting(setting) for setting in settings}
    return {"description": text, "type": "object", "additionalProperties": False, "properties": properties}


def _string(pattern: str = _NOT_EMPTY) -> Callable[[Setting], Schema]:
    return lambda setting: {"type": "string", "pattern": pattern}


def _strings(pattern: str = _NOT_EMPTY) -> Callable[[Setting], Schema]:
    return lambda setting: {"type": "array", "items": {"type": "string", "pattern": pattern}}


def _selectors(setting: Setting) -> Schema:
    return {"type": "array", "items": _SELECTOR}


def _selectors_by_pattern(setting: Setting) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": r"^!*(\s+\S|[^\s!])"},
        "additionalProperties": {"type": "array", "items": _SELECTOR},
    }


def _outputs(setting: Setting) -> Schema:
    output = {"type": "string", "pattern": f"^({'|'.join(formats())})(=|$)"}
    return {"anyOf": [output, {"type": "array", "items": output}]}


_BY_KIND: Mapping[Kind, Callable[[Setting], Schema]] = {
    Kind.BOOLEAN: lambda setting: {"type": "boolean"},
    Kind.COUNT: lambda setting: {"type": "integer", "minimum": 0},
    Kind.CHOICE: lambda setting: {"enum": list(setting.choices)},
    Kind.PATH: _string(),
    Kind.VERSION: _string(r"^3\.[0-9]+$"),
    Kind.SPECIFIER: _string(rf"^[\s,]*{_CLAUSE}(\s*,[\s,]*{_CLAUSE})*[\s,]*$"),
    Kind.SELECTORS: _selectors,
    Kind.PATTERNS: _strings(),
    Kind.SELECTORS_BY_PATTERN: _selectors_by_pattern,
    Kind.NAMES: _strings(rf"^{_WORD}(\.{_WORD})*$"),
    Kind.CODES: _strings(r"^[A-Za-z][A-Za-z0-9_-]*$"),
    Kind.TEXTS: _strings(),
    Kind.OUTPUTS: _outputs,
}


def _options_of_rules(rules: Sequence[RuleLike], other_packs: bool) -> Schema:
    tables = {}
    for rule in rules:
        options = {key: _option(option) for key, option in options_of(rule).items()}
        table = {"type": "object", "additionalProperties": False, "properties": options}
        tables.update({rule.name: table, rule.code: table})
    others = {"patternProperties": {_OTHER_RULE: {"type": "object"}}} if other_packs else {}
    return {
        "description": RULES_DESCRIPTION,
        "type": "object",
        "additionalProperties": False,
        "properties": dict(sorted(tables.items())),
        **others,
    }


def _option(option: Option) -> Schema:
    plain = {bool: "boolean", int: "integer", float: "number", str: "string"}
    if option.type in plain:
        return {"type": plain[option.type], "default": option.default}
    if typing.get_origin(option.type) is typing.Literal:
        return {"enum": list(typing.get_args(option.type)), "default": option.default}
    return {"type": "array", "items": {"type": "string"}, "default": option.default}
