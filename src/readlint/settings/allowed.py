"""Secrets that may stand in the source, known by a keyed hash of each.

The key is drawn when the file is made, so that the same secret looks different in every project, and no table of hashes
made for one serves for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from readlint.settings.schema import quoted

NAME = "readlint-secrets.toml"
_SIZE = 16  # bytes


class Allowed(NamedTuple):
    """The content of one such file; an empty one allows nothing."""

    key: str = ""
    hashes: frozenset[str] = frozenset()

    def allow(self, secret: str) -> bool:
        return bool(self.hashes) and keyed_hash(self.key, secret) in self.hashes


NO_SECRETS = Allowed()


def keyed_hash(key: str, secret: str) -> str:
    data = secret.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=_SIZE, key=key.encode()).hexdigest()


def allowed_by(data: Mapping[str, Any]) -> Allowed | None:
    """What a parsed file says; None where it is not such a file."""
    key, allowed = data.get("key"), data.get("allowed", {})
    if not isinstance(key, str) or not 0 < len(key.encode()) <= 64 or not isinstance(allowed, dict):
        return None
    return Allowed(key, frozenset(allowed))


def add(file: str, known: Allowed, secret: str, reason: str) -> str:
    """Record a secret in a file that may not be there yet; its hash."""
    import secrets

    key = known.key or secrets.token_hex(_SIZE)
    mark = keyed_hash(key, secret)
    with open(file, "a", encoding="utf-8") as stream:
        if not known.key:
            stream.write(f'{_HEADER}key = "{key}"\n\n[allowed]\n')
        stream.write(f"{mark} = {quoted(reason)}\n")
    return mark


_HEADER = "# Secrets that may stand in the source, each by a hash of it. `readlint secrets allow` adds to the end.\n"
