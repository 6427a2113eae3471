"""XML that every parser takes, whatever stands in messages, source lines and file names. Pure ASCII, as our JSON is."""

from __future__ import annotations

import re

from readlint.report.json import clean

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'

#: What XML 1.0 does not allow, not even as a reference. `clean` has seen to lone surrogates.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Markup, what attributes and line ends are normalised from, and all that is not ASCII.
_SPECIAL = re.compile("[^ !#-%'-;=?-~]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def content(text: str) -> str:
    """For content, which keeps its lines."""
    return quote(text).replace("&#10;", "\n")


def quote(text: str) -> str:
    """For an attribute. Only characters that XML cannot hold are changed, into visible escapes."""
    visible = _FORBIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), clean(text))
    return _SPECIAL.sub(_reference, visible)


def _reference(match: re.Match[str]) -> str:
    return _NAMED.get(match[0]) or f"&#{ord(match[0])};"


def tag(element: str, /, **attributes: str | int) -> str:
    """What stands between the angle brackets of a start tag."""
    return " ".join([element, *(f'{key}="{quote(str(value))}"' for key, value in attributes.items())])
