"""A text in a form that is fast to search: small letters, and 0 for every digit."""

from __future__ import annotations

_FOLDED = bytes(ord("0") if chr(byte).isdigit() else ord(chr(byte).lower()) for byte in range(128)).ljust(256, b"?")


def fold(text: str) -> str:
    """Of the same length as the text, whatever it holds: a place in one is the place in the other.

    A plain character is found ten times faster than one of a class, so a search for digits begins with `0`.
    """
    return text.encode("ascii", "replace").translate(_FOLDED).decode("ascii")
