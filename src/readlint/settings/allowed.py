"""Secrets that may stand in the source, known by a keyed hash of each.

The key is drawn when the file is made, so that the same secret looks different in every project, and no table of hashes
made for one serves for another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from readlint.digest import blake2b
from readlint.errors import UserError
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
    return blake2b(data, digest_size=_SIZE, key=key.encode()).hexdigest()


def allowed_by(data: Mapping[str, Any]) -> Allowed | None:
    """What a parsed file says; None where it is not such a file."""
    key, allowed = data.get("key"), data.get("allowed", {})
    if not isinstance(key, str) or not 0 < len(key.encode()) <= 64 or not isinstance(allowed, dict):
        return None
    return Allowed(key, frozenset(allowed))


def add(file: str, known: Allowed, secret: str, reason: str) -> str:
    """Record a secret in a file that may not be there yet; its hash."""
    import secrets

    if os.path.islink(file):
        raise UserError("is a link, and may lead anywhere; put a file in its place", file)
    key = known.key or secrets.token_hex(_SIZE)
    mark = keyed_hash(key, secret)
    row = f"{mark} = {quoted(reason)}\n"
    try:
        _append(file, row if known.key else f'{_HEADER}key = "{key}"\n\n[allowed]\n{row}')
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", os.path.relpath(file)) from None
    return mark


def _append(file: str, text: str) -> None:
    """All of it or nothing: half a line would make the file unreadable."""
    size = os.path.getsize(file) if os.path.exists(file) else 0
    try:
        with open(file, "ab") as stream:
            stream.write(text.encode("utf-8"))
    except OSError:
        os.truncate(file, size)
        raise


_HEADER = "# Secrets that may stand in the source, each by a hash of it. `readlint secrets allow` adds to the end.\n"
