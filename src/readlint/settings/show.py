"""Settings as text: those that hold for a folder, and the manual of all that there are."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterable, Mapping

from readlint.errors import UserError
from readlint.settings.check import unknown_key
from readlint.settings.layers import REFINING
from readlint.settings.model import Settings
from readlint.settings.options import Option, RuleWithOptions, options_of
from readlint.settings.schema import (
    RULES,
    RULES_DESCRIPTION,
    RULES_EXAMPLE,
    SETTINGS,
    Kind,
    Setting,
    key_of,
    nearest,
    quoted,
)

_WIDTH = 100


def show_settings(settings: Settings, rules: Iterable[RuleWithOptions] = ()) -> str:
    """The settings of a folder as TOML, each with where it comes from."""
    lines = [f"# Settings of {settings.root}, from {settings.source or 'no file: these are the defaults'}"]
    for key, setting in SETTINGS.items():
        value = getattr(settings, setting.attribute)
        lines.append(_assignment(key, _plain(setting, value), settings.origins, key))
    for name, options in sorted(settings.options.items()):
        lines += ["", f"[{RULES}.{name}]"]
        for field in dataclasses.fields(options):
            key = key_of(field.name)
            lines.append(_assignment(key, getattr(options, field.name), settings.origins, f"{RULES}.{name}.{key}"))
    lines += ["", *_enabled(settings, rules)]
    return "\n".join(lines) + "\n"


def _plain(setting: Setting, value: object) -> object:
    """A value as it is written: versions are strings, and what has been applied already is not written again."""
    if setting.kind is Kind.VERSION and isinstance(value, tuple):
        return ".".join(map(str, value))
    return value


def _assignment(key: str, value: object, origins: Mapping[str, tuple[str, ...]], origin: str) -> str:
    source = ", ".join(dict.fromkeys(origins.get(origin, ("default",))))
    if value is None:
        return f"# {key} is not set"
    # Everything inherited is part of what is shown; a copy of this text must not inherit it again.
    start = "# " if key == "extend" else ""
    return f"{start}{key} = {toml(value)}  # {source}"


def _enabled(settings: Settings, rules: Iterable[RuleWithOptions]) -> list[str]:
    names = {rule.code: rule.name for rule in rules}
    enabled = sorted(settings.rules.enabled)
    return [f"# Rules that are on: {len(enabled)}", *(f"#   {code} {names.get(code, '')}".rstrip() for code in enabled)]


def toml(value: object) -> str:
    """A value in one line of TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{quoted(str(key))} = {toml(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return str(value)


def list_settings(rules: Iterable[RuleWithOptions] = ()) -> str:
    """Every setting in a few lines: the output of `readlint settings`."""
    entries = [f"{key}\n{_indented(setting.description)}" for key, setting in SETTINGS.items()]
    entries.append(f"{RULES}\n{_indented(RULES_DESCRIPTION)}")
    entries += [f"{RULES}.{rule.name}\n{_indented(', '.join(options_of(rule)))}" for rule in rules if options_of(rule)]
    return "\n".join(entries) + "\n"


def _indented(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def describe_setting(key: str, rules: Iterable[RuleWithOptions] = ()) -> str:
    """All about one setting, or about the options of a rule: the output of `readlint settings KEY`."""
    if key == RULES:
        return f"{RULES}\n{_indented(RULES_DESCRIPTION)}\n\n    Example: {RULES_EXAMPLE}\n"
    if key.startswith(f"{RULES}."):
        return _describe_rule(key.partition(".")[2], rules)
    if key not in SETTINGS:
        raise UserError(unknown_key(key, {**SETTINGS, RULES: None}))
    setting = SETTINGS[key]
    default = "not set" if setting.default is None else toml(_plain(setting, setting.default))
    facts = [
        f"Type:    {setting.type_text}",
        f"Default: {default}",
        f"Read in: {setting.scope.value}",
        f"Inherit: {_inheritance(setting)}",
        f"Example: {setting.example}",
    ]
    return "\n".join([key, _indented(setting.description), "", *(f"    {fact}" for fact in facts)]) + "\n"


def _inheritance(setting: Setting) -> str:
    refines = ", unless `select` stands beside it" if setting.key in REFINING else ""
    return setting.merge.value + refines


def _describe_rule(word: str, rules: Iterable[RuleWithOptions]) -> str:
    known = {name: rule for rule in rules for name in (rule.name, rule.code)}
    if word not in known:
        raise UserError(f"unknown rule `{word}`{nearest(word, known)}")
    options = options_of(known[word])
    lines = [_describe_option(option) for option in options.values()] or ["    This rule has no options."]
    return "\n".join([f"{RULES}.{known[word].name}", *lines]) + "\n"


def _describe_option(option: Option) -> str:
    return f"    {option.key}: {option.type_text}; default {toml(option.default)}"
