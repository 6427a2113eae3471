"""What proves that a text is a secret beyond its shape: checksums, what it decodes to, and that it looks random."""

from __future__ import annotations

import json
import re
import string

from readlint.api import regex

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SPELT = regex(
    r"example|dummy|fake|sample|placeholder|your|redacted|insert|replace|change|testing|notreal|secret|foobar|password"
    r"|\.\.\.|(.)\1{4}|(..)\2{3}|(....)\3{2}",
    re.IGNORECASE,
)
_RUNS = ("0123456789" * 2, "9876543210" * 2, string.ascii_lowercase * 2, string.ascii_lowercase[::-1] * 2, "qwertyuiop")
_RUN = 6  # characters one after the other of an alphabet: nobody's generator gives them
_PARTS = frozenset(run[at : at + _RUN] for run in _RUNS for at in range(len(run) - _RUN + 1))


# Keys that are documented for everybody to use, by the SHA-256 of their base64 text.
_PUBLISHED = frozenset(
    {
        "3ad8f14b04b634983ece3710397663e9213b3403fd2234868f7ae95e254fe906",  # new boxes of Vagrant
    }
)


def is_published(body: str) -> bool:
    import hashlib

    return hashlib.sha256(body.encode()).hexdigest() in _PUBLISHED


def any_value(value: str) -> bool:
    """The issuer says nothing more of it."""
    return True


def looks_random(value: str) -> bool:
    """Whether a generator can have made it: no word that examples use, no repetition, no run of an alphabet."""
    if len(set(value)) < min(9, len(value) // 2 + 1) or _SPELT.search(value):
        return False
    return not runs(value)


def runs(value: str) -> bool:
    """Whether it goes through a part of an alphabet, or of a keyboard."""
    lower = value.lower()
    return any(lower[at : at + _RUN] in _PARTS for at in range(len(lower) - _RUN + 1))


def base62_checksum(value: str) -> bool:
    """GitHub's and npm's: the last six digits are the CRC-32 of what is before them."""
    import zlib

    return value[-6:] == base62(zlib.crc32(value[:-6].encode()))


def base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0")


def aws_key_id(value: str) -> bool:
    """It holds the number of an account, which has at most twelve digits."""
    import base64

    number = int.from_bytes(base64.b32decode(value)[:6], "big")
    return (number & 0x7FFFFFFFFF80) >> 7 < 10**12


def macaroon(value: str) -> bool:
    """Version 2, with the location pypi.org or test.pypi.org."""
    return b"pypi.org" in _decoded(value)[:20]


def base64_json(value: str) -> bool:
    """The first part is an object."""
    return _is_object(value.partition(".")[0])


def discord_user(value: str) -> bool:
    """It begins with the number of a user."""
    return _decoded(value.partition(".")[0]).isdigit()


def _is_object(part: str) -> bool:
    try:
        return isinstance(json.loads(_decoded(part)), dict)
    except ValueError:
        return False


def _decoded(part: str) -> bytes:
    import base64

    text = part.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
