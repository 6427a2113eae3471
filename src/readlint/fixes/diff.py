"""What `--diff` prints: a unified diff that `git apply` and `patch` take."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from readlint.files.secrets import without

_NO_NEWLINE = "\\ No newline at end of file\n"
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def unified_diff(path: str, old: str, new: str, secrets: Iterable[str] = ()) -> str:
    """The diff of one file; empty where nothing differs. `secrets` are masked, and no patch can then be made of it."""
    return "".join(_rows(path, _lines(without(secrets, old)), _lines(without(secrets, new))))


def _rows(path: str, old: list[str], new: list[str]) -> Iterator[str]:
    rows = difflib.unified_diff(old, new, _header("a/" + path), _header("b/" + path))
    for row in rows:
        yield row
        if not row.endswith("\n"):
            yield "\n" + _NO_NEWLINE


def _lines(text: str) -> list[str]:
    r"""Split at \n alone, as git does: a lone carriage return or a form feed is part of its line."""
    lines = text.split("\n")
    last = lines.pop()
    return [line + "\n" for line in lines] + ([last] if last else [])


def _header(name: str) -> str:
    """A name as git writes it: quoted if need be, with a tab behind it if it has a space."""
    if any(character in _ESCAPES or not character.isprintable() for character in name):
        return '"' + "".join(map(_escape, name)) + '"'
    return name + "\t" if " " in name else name


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return "".join(f"\\{byte:03o}" for byte in character.encode(errors="surrogateescape"))
