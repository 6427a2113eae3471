"""Text in a page: nothing of the code under lint can become an element, an attribute or a character that hides."""

from __future__ import annotations

import html
import re

from readlint.report import terminal

_CODE = re.compile(r"`([^`]+)`")


def escape(text: str) -> str:
    """Fit for text and for quoted attributes, and pure ASCII: it is right whatever the stream's encoding."""
    text = html.escape(terminal.escape(text))
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def prose(text: str) -> str:
    """A message: what stands between backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def paragraphs(text: str) -> str:
    """A section of a rule's page; lists and programs stay as they are written."""
    return "".join(map(_block, filter(None, text.split("\n\n"))))


def _block(text: str) -> str:
    if text.startswith(("- ", "```")):
        return "<pre>" + "\n".join(map(escape, text.split("\n"))) + "</pre>"
    return f"<p>{prose(' '.join(text.split()))}</p>"
