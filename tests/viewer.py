"""Reading a SARIF log as the viewer of VS Code does: positions are lines and UTF-16 units."""

from __future__ import annotations

import re
from typing import Any


def lines_of(text: str) -> list[str]:
    """With their ends."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def offset(text: str, line: int, column: int) -> int:
    """The place of a position in the text's UTF-16 bytes."""
    return sum(len(part.encode("utf-16-le")) for part in lines_of(text)[: line - 1]) + (column - 1) * 2


def select(text: str, region: Any) -> str:
    start = offset(text, region["startLine"], region["startColumn"])
    end = offset(text, region["endLine"], region["endColumn"])
    return text.encode("utf-16-le")[start:end].decode("utf-16-le")


def applied(text: str, fix: Any) -> str:
    """The text after a fix of one file."""
    (change,) = fix["artifactChanges"]
    encoded = text.encode("utf-16-le")
    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        start = offset(text, region["startLine"], max(region["startColumn"], _first_column(text, region["startLine"])))
        end = offset(text, region["endLine"], region["endColumn"])
        encoded = encoded[:start] + replacement["insertedContent"]["text"].encode("utf-16-le") + encoded[end:]
    return encoded.decode("utf-16-le")


def _first_column(text: str, line: int) -> int:
    """Where the line's first character stands that is no blank: no region is taken to begin before it."""
    found = [*lines_of(text), ""][line - 1].rstrip("\r\n")
    return len(found) - len(found.lstrip()) + 1
