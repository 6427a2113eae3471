"""Secrets of every format that the rules know, made up, with the proofs that the formats ask for."""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from collections.abc import Iterable
from random import Random
from typing import Any

from readlint_rules.secrets._formats import FORMATS, Format, secrets_in
from readlint_rules.secrets._proofs import base62, base62_checksum, base64_json, discord_user, macaroon

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser

#: What must stand before a secret that has no beginning of its own.
BEFORE = {"Telegram": "8123456789:"}
#: Characters that a class in a pattern may stand for; `.` and `-` would end a token's way of being one.
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def made(row: Format, random: Random) -> str:
    """One secret; those that look like examples by chance, or have no digit to be found by, are thrown away."""
    while True:
        secret = row.prefix + _proven(row, _text(parser.parse(row.rest), random), random)
        if any(found.issuer == row.issuer for found in secrets_in(BEFORE.get(row.issuer, "") + secret)):
            return secret


def shaped(row: Format, random: Random) -> str:
    """What has the shape of one, and no more."""
    return row.prefix + _text(parser.parse(row.rest), random)


def some(random: Random) -> list[tuple[Format, str]]:
    return [(row, made(row, random)) for row in FORMATS]


def _proven(row: Format, body: str, random: Random) -> str:
    if row.proof is base62_checksum:
        return body[:-6] + base62(zlib.crc32(body[:-6].encode()))
    if row.proof is macaroon:
        return _base64(b"\x02\x01\x08pypi.org\x02" + random.randbytes(90))
    if row.proof is base64_json:
        part = _base64(json.dumps({"u": _text(parser.parse("[0-9a-f]{64}"), random)}).encode())
        return ".".join([part, *body.split(".")[1:]])
    if row.proof is discord_user:
        number = str(random.randrange(10**17, 10**18)).encode()
        return ".".join([_base64(number), *body.split(".")[1:]])
    return body


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _text(items: Iterable[Any], random: Random) -> str:
    """A text that a parsed regular expression matches."""
    return "".join(_one(str(kind), value, random) for kind, value in items)


def _one(kind: str, value: Any, random: Random) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "IN":
        allowed = [c for c in _LETTERS if re.fullmatch(_class(value), c)]
        return random.choice(allowed)
    if kind == "MAX_REPEAT":
        low, high, items = value
        return "".join(_text(items, random) for _ in range(random.randint(low, min(high, low + 40))))
    if kind == "SUBPATTERN":
        return _text(value[3], random)
    if kind == "BRANCH":
        return _text(random.choice(value[1]), random)
    assert kind == "ASSERT", kind
    return ""


def _class(items: Iterable[Any]) -> str:
    parts = {"LITERAL": lambda v: re.escape(chr(v)), "RANGE": lambda v: f"{chr(v[0])}-{chr(v[1])}"}
    names = {"CATEGORY_WORD": r"\w", "CATEGORY_DIGIT": r"\d"}
    return "[" + "".join(parts[str(k)](v) if str(k) in parts else names[str(v)] for k, v in items) + "]"
