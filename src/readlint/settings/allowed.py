"""Secrets that may stand in the source, known by a keyed hash of each.

The key is drawn when the file is made, so that the same secret looks different in every project, and no table of hashes
made for one serves for another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

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
