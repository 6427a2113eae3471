"""What files other than Python give the names of credentials: one reader of lines, with each syntax's own notion of
what separates a name from its value and where the value ends.

Nothing is parsed that names no credential: the search begins at the names. Every repetition has an end.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from readlint.api import regex
from readlint_rules.secrets._folding import fold
from readlint_rules.secrets._mentions import BEFORE, NAME
from readlint_rules.secrets._values import names_credential


class Entry(NamedTuple):
    """A credential's name, what it is given, and where that stands. `encoded`: as it is written, it is in base64."""

    name: str
    value: str
    start: int
    end: int
    encoded: bool = False


def entries(kind: str, text: str, folded: bytes) -> Iterator[Entry]:
    """The names of credentials that are given something, `folded` being the text as `fold` makes it."""
    if kind in _OTHERS:
        yield from _OTHERS[kind](text)
    for start, name in _names(folded.replace(b"-", b"_"), text):
        matches = (pattern.match(text, start + len(name)) for pattern in _PATTERNS.get(kind, ()))
        match = next(filter(None, matches), None)
        if match is not None and not _is_comment(text, start):
            group = match.lastindex or 1
            yield Entry(name, match[group], *match.span(group))


_PARTS = tuple(
    map(fold, ("passw", "secret", "apikey", "_key", "token", "passphrase", "pwd", "accesskey", "privatekey"))
)


def _names(folded: bytes, text: str) -> Iterator[tuple[int, str]]:
    """Where the whole names begin, each once."""
    done = set()
    for part in _PARTS:
        at = folded.find(part)
        while at >= 0:
            before, behind = BEFORE.search(text, max(at - 60, 0), at), NAME.match(text, at)
            start = before.start() if before else at
            end = behind.end() if behind else at + len(part)
            if start not in done:
                done.add(start)
                if names_credential(text[start:end]):
                    yield start, text[start:end]
            at = folded.find(part, max(end, at + 1))


_COMMENT = regex(r"[ \t]{0,200}(?://[ \t]|--[ \t]|/?\*|<!--)")


def _is_comment(text: str, start: int) -> bool:
    """Of the languages that have others than those with a `#`."""
    return _COMMENT.match(text, text.rfind("\n", 0, start) + 1) is not None


# Behind the name: what separates it from its value, the value, and what must follow. The last group is the value.

_QUOTED = r"""(?:"((?:[^"\\\n]|\\[^\n]){1,400})"|'([^'\n]{1,400})')"""
_STRING = r'"((?:[^"\\\n]|\\[^\n]){1,400})"'
_TO_THE_END = rf"""(?:{_QUOTED}|([^\s"']\S{{0,400}}))(?=[ \t]{{0,200}}(?:[#;\n\r]|\Z))"""
_WORD = rf"""=(?:{_QUOTED}|([^\s"';&|)]{{1,400}}))"""
_BLANK = "[ \t]{0,80}"
_PATTERNS = {
    kind: tuple(map(regex, patterns))
    for kind, patterns in {
        "dockerfile": (_WORD, rf"[ \t]{{1,80}}{_TO_THE_END}"),
        "env": (rf"{_BLANK}={_BLANK}{_TO_THE_END}",),
        "ini": (rf"{_BLANK}[=:]{_BLANK}{_TO_THE_END}",),
        "json": (rf'"\s{{0,80}}:\s{{0,80}}{_STRING}',),
        "netrc": (r"\s{1,80}(\S{1,400})",),
        # Python in JSON: its quotes are escaped.
        "notebook": (
            r"""(?:\\"|')?\]?\)?[ ]{0,9}(?:[:=]|==|,)[ ]{0,9}(?:\\"([^"\\\n]{1,400})\\"|'([^'"\\\n]{1,400})')""",
        ),
        "shell": (_WORD,),
        "terraform": (rf'"?{_BLANK}[=:]{_BLANK}{_QUOTED}',),
        "toml": (rf"""["']?{_BLANK}={_BLANK}{_QUOTED}""",),
        # `{password: x, user: y}`, and in lists and scripts `PASSWORD=x`.
        "yaml": (
            rf"""["']?{_BLANK}:[ \t]{{1,80}}(?:{_QUOTED}|([^\s"'][^\s,}}]{{0,400}}))"""
            r"(?=[ \t]{0,200}(?:[,}#\n\r]|\Z))",
            _WORD,
        ),
    }.items()
}


# A name that is itself a value, and its value beside it

_YAML_PAIR = regex(
    r"""^[ \t-]{0,200}name:[ \t]{1,80}["']?([\w.-]{3,80})["']?[ \t]{0,80}\r?\n[ \t]{0,200}value:[ \t]{1,80}"""
    r"""["']?([^\s"']{3,400})["']?[ \t]{0,80}\r?$""",
    re.MULTILINE,
)
_JSON_PAIR = regex(
    rf"""(?<=")(?:name|key)"\s{{0,80}}:\s{{0,80}}"([\w.-]{{3,80}})"\s{{0,80}},\s{{0,80}}"value"\s{{0,80}}:\s{{0,80}}{_STRING}"""
)
_VARIABLE = regex(
    r'variable[ \t]{1,80}"([\w-]{3,80})"[ \t]{0,80}\{[^{}]{0,2000}?\bdefault[ \t]{0,80}=[ \t]{0,80}"([^"\\\n]{3,400})"'
)


def _of_yaml(text: str) -> Iterator[Entry]:
    if "value:" in text:
        yield from _pairs(_YAML_PAIR, text)
    if "Secret" in text:
        yield from _data_of_secrets(text)


def _of_json(text: str) -> Iterator[Entry]:
    if '"value"' in text:
        yield from _pairs(_JSON_PAIR, text)
    yield from _basic(text)


def _of_terraform(text: str) -> Iterator[Entry]:
    yield from _pairs(_VARIABLE, text)


def _pairs(pattern: re.Pattern[str], text: str) -> Iterator[Entry]:
    for match in pattern.finditer(text):
        if names_credential(match[1]):
            yield Entry(match[1], match[2], *match.span(2))


# What is written in base64: the data of a Kubernetes Secret, `user:password` of a registry

_IS_SECRET = regex(r"""^kind:[ \t]{1,80}["']?Secret["']?[ \t]{0,80}\r?$""", re.MULTILINE)
_DOCUMENT = regex(r"^---", re.MULTILINE)
_DATA = regex(r"^data:[ \t]{0,80}\r?\n((?:[ \t][^\n]*(?:\n|\Z)|\r?\n)*)", re.MULTILINE)
_DATUM = regex(
    r"""^[ \t]{1,80}["']?([\w.-]{1,80})["']?:[ \t]{1,80}["']?([0-9A-Za-z+/]{8,4000}={0,2})["']?[ \t]{0,80}\r?$""",
    re.MULTILINE,
)
_BASIC = regex(r'auth(?<![A-Za-z0-9-]auth)"?[ \t]{0,9}[=:][ \t]{0,9}"?([0-9A-Za-z+/]{8,400}={0,2})(?![\w+/=])')


def _data_of_secrets(text: str) -> Iterator[Entry]:
    bounds = [0, *(match.start() for match in _DOCUMENT.finditer(text)), len(text)]
    for start, end in pairwise(bounds):
        data = _DATA.search(text, start, end) if _IS_SECRET.search(text, start, end) else None
        for datum in _DATUM.finditer(text, *data.span(1)) if data else ():
            decoded = _decoded(datum[2])
            if decoded:
                yield Entry(datum[1], decoded, *datum.span(2), True)


def _basic(text: str) -> Iterator[Entry]:
    if "auth" in text:
        for match in _BASIC.finditer(text):
            user, colon, password = _decoded(match[1]).partition(":")
            if user and colon:
                yield Entry("auth", password, *match.span(1), True)


def _decoded(text: str) -> str:
    """What base64 text says; empty where it is none, or no text."""
    try:
        return base64.b64decode(text, validate=True).decode("ascii").strip()
    except (binascii.Error, ValueError):
        return ""


_OTHERS = {"yaml": _of_yaml, "json": _of_json, "ini": _basic, "terraform": _of_terraform}
