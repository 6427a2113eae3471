"""What the workflow commands of GitHub and the logging commands of Azure Pipelines have in common.

A command is one line of the log. Whatever a message or a file name holds, it stays inside that line and inside its
field, and it does not take over the terminal that shows the log. The log shows nothing of a command but its message,
and only the first ten of a kind are shown elsewhere: so the message says what and where, too.
"""

from __future__ import annotations

import re

from readlint.report.model import position
from readlint.report.terminal import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from readlint.findings import Finding

_TEXT = re.compile("[^\r\n]+")


def encode(text: str, codes: Mapping[str, str]) -> str:
    """The text with all characters replaced that have codes, line ends among them."""
    shown = _TEXT.sub(lambda match: escape(match[0]), text)
    return "".join(codes.get(character, character) for character in shown)


def message(finding: Finding, path: str) -> str:
    line, column = position(finding.span)
    return f"{path}:{line}:{column}: {finding.rule} {finding.message}"
