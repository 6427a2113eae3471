"""Whether a value read from TOML, or from an option, is what its setting asks for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from readlint.regex import regex
from readlint.settings import versions
from readlint.settings.schema import Kind, Setting, nearest, quoted
from readlint.settings.selection import Selectors

if TYPE_CHECKING:
    from readlint.settings.lines import Path

_VERSION = regex(r"3\.[0-9]+")
_DOTTED = regex(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_CODE = regex(r"[A-Za-z][A-Za-z0-9_-]*")


class Bad(Exception):
    """A value that cannot be. `path` leads to it from the table of settings."""

    def __init__(self, message: str, path: Path) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


def called(value: object) -> str:
    """What TOML calls the type of a value."""
    kinds = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a string"),
        ((list, tuple), "a list"),
        (Mapping, "a table"),
    )
    return next((name for types, name in kinds if isinstance(value, types)), "a date or time")


@dataclasses.dataclass(frozen=True)
class Checker:
    """Turns raw values of settings into those of `Values`. `prefix` is what stands before a key in messages."""

    selectors: Selectors
    prefix: str = ""

    def convert(self, setting: Setting, value: object) -> Any:
        return _CONVERTERS[setting.kind](self, setting, value)

    def name(self, setting: Setting) -> str:
        return f"`{self.prefix}{setting.key}`"

    def wrong(self, setting: Setting, value: object) -> Bad:
        text = f"{self.name(setting)} must be {setting.type_text}, not {called(value)}; for example `{setting.example}`"
        return Bad(text, setting.path)

    def boolean(self, setting: Setting, value: object) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(setting, value)
        return value

    def count(self, setting: Setting, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(setting, value)
        if value < 0:
            raise Bad(f"{self.name(setting)} must be {setting.type_text}, not {value}", setting.path)
        return value

    def text(self, setting: Setting, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(setting, value)
        if not value.strip():
            raise Bad(f"{self.name(setting)} must not be empty", setting.path)
        return value

    def choice(self, setting: Setting, value: object) -> str:
        text = self.text(setting, value)
        if text not in setting.choices:
            raise Bad(f"{self.name(setting)} must be {setting.type_text}, not {quoted(text)}", setting.path)
        return text

    def version(self, setting: Setting, value: object) -> tuple[int, int]:
        text = self.text(setting, value)
        if not _VERSION.fullmatch(text):
            raise Bad(f"{self.name(setting)} must be {setting.type_text}, not {quoted(text)}", setting.path)
        major, minor = map(int, text.split("."))
        return (major, minor)

    def specifier(self, setting: Setting, value: object) -> str:
        text = self.text(setting, value)
        if versions.clauses(text) is None:
            raise Bad(f"{self.name(setting)} must be {setting.type_text}, not {quoted(text)}", setting.path)
        return text

    def strings(self, setting: Setting, value: object, path: Path = ()) -> tuple[str, ...]:
        where = path or setting.path
        if not isinstance(value, list | tuple):
            raise Bad(self.wrong(setting, value).message, where)
        for index, item in enumerate(value):
            if not isinstance(item, str):
                text = f"{self.name(setting)} must hold strings, not {called(item)}"
                raise Bad(text, (*where, index))
            if not item.strip():
                raise Bad(f"{self.name(setting)} must not hold empty strings", (*where, index))
        return tuple(value)

    def rules(self, setting: Setting, value: object, path: Path = ()) -> tuple[str, ...]:
        found = self.strings(setting, value, path)
        for index, selector in enumerate(found):
            if selector not in self.selectors:
                text = f"unknown rule `{selector}` in {self.name(setting)}{self.selectors.nearest(selector)}"
                raise Bad(text, (*(path or setting.path), index))
        return found

    def table(self, setting: Setting, value: object) -> dict[str, tuple[str, ...]]:
        if not isinstance(value, Mapping):
            raise self.wrong(setting, value)
        for pattern in value:
            if not pattern.lstrip("!").strip():
                raise Bad(f"{self.name(setting)} must not hold empty patterns", (*setting.path, pattern))
        return {pattern: self.rules(setting, names, (*setting.path, pattern)) for pattern, names in value.items()}

    def outputs(self, setting: Setting, value: object) -> tuple[str, ...]:
        """Which formats there are is known where they are written."""
        return self.strings(setting, [value] if isinstance(value, str) else value)

    def names(self, setting: Setting, value: object) -> tuple[str, ...]:
        return self._matching(setting, value, _DOTTED, "a dotted name")

    def codes(self, setting: Setting, value: object) -> tuple[str, ...]:
        return self._matching(setting, value, _CODE, "a code")

    def _matching(self, setting: Setting, value: object, regex: re.Pattern[str], what: str) -> tuple[str, ...]:
        found = self.strings(setting, value)
        for index, item in enumerate(found):
            if not regex.fullmatch(item):
                raise Bad(f"{quoted(item)} in {self.name(setting)} is not {what}", (*setting.path, index))
        return found


_CONVERTERS: Mapping[Kind, Callable[[Checker, Setting, object], Any]] = {
    Kind.BOOLEAN: Checker.boolean,
    Kind.COUNT: Checker.count,
    Kind.CHOICE: Checker.choice,
    Kind.PATH: Checker.text,
    Kind.VERSION: Checker.version,
    Kind.SPECIFIER: Checker.specifier,
    Kind.SELECTORS: Checker.rules,
    Kind.PATTERNS: Checker.strings,
    Kind.SELECTORS_BY_PATTERN: Checker.table,
    Kind.OUTPUTS: Checker.outputs,
    Kind.NAMES: Checker.names,
    Kind.CODES: Checker.codes,
    Kind.TEXTS: Checker.strings,
}


def unknown_key(key: str, known: Mapping[str, object], what: str = "setting") -> str:
    return f"unknown {what} `{key}`{nearest(key, known) or '; `readlint settings` lists them all'}"
