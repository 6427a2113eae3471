"""From text to tree. `ast` reads the syntax of the interpreter that runs readlint."""

from __future__ import annotations

import ast
import re
import sys
import warnings

from readlint.files.kinds import PYTHON
from readlint.files.source import Source, Unreadable
from readlint.regex import regex

#: Syntax that a later Python reads, by how its first line looks.
_NEWER = (
    ((3, 11), regex(r"\bexcept\s*\*")),
    ((3, 12), regex(r"^\s*type\s+\w+\s*(\[.*\])?\s*=|^\s*(async\s+)?(def|class)\s+\w+\s*\[")),
    ((3, 14), regex(r"""\bt[rR]?['"]|\b[rR]t['"]|^\s*except\s+[\w.]+\s*,\s*[\w.]+(\s*,\s*[\w.]+)*\s*:""")),
)

#: What stands between two parts of code. A syntax tree takes up to a thousand bytes for each: 2 GB at most then.
_MARKS = b",.;:=([{+-*/%@|&^~<>\n"
_MOST_MARKS = 2_000_000


def parse(source: Source) -> ast.Module:
    """The tree of a file, empty for one that is not Python; `Unreadable` says why there is none."""
    if source.kind != PYTHON:
        return ast.Module([], [])
    if len(source.data) > _MOST_MARKS and _marks(source.data) > _MOST_MARKS:
        raise Unreadable(f"cannot be parsed: its {len(source.data):,} bytes of code are too many")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in linted code is not ours to print
            return ast.parse(source.text)
    except SyntaxError as error:
        raise Unreadable(_explain(error, source), max(error.lineno or 1, 1)) from None
    except (RecursionError, MemoryError):
        raise Unreadable("the code is nested too deeply to be parsed") from None
    except (ValueError, OverflowError) as error:  # null bytes on some versions, a number of too many digits
        raise Unreadable(f"cannot be parsed: {error}") from None


def _marks(data: bytes) -> int:
    blanks = data.count(b" ") - 2 * data.count(b"  ")  # those of indentation come in pairs
    return len(data) - len(data.translate(None, _MARKS)) + blanks


def _explain(error: SyntaxError, source: Source) -> str:
    mine = f"{sys.version_info[0]}.{sys.version_info[1]}"
    text = f"cannot be parsed by Python {mine}: {error.msg}"
    line = source.lines[error.lineno - 1] if error.lineno and error.lineno <= len(source.lines) else ""
    for version, pattern in _NEWER:
        if version > sys.version_info[:2] and pattern.search(line):
            return f"{text}; Python {version[0]}.{version[1]} or newer reads it, run readlint with that"
    if sys.version_info < (3, 12) and "f-string" in str(error.msg):
        return f"{text}; Python 3.12 or newer may read it, run readlint with that"
    if re.match(r"\s*(print\s+[\"'\w]|exec\s+[\"'\w]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*\w+\s*:)", line):
        return f"{text}; this is Python 2"
    return text
