"""Settings files as text: reading, decoding, parsing, each once, with errors that name the line."""

from __future__ import annotations

import dataclasses
import os
import stat
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from readlint.errors import UserError
from readlint.regex import regex

if TYPE_CHECKING:
    from readlint.settings.lines import Path

_LARGEST = 10_000_000  # bytes
#: Parsers of TOML take quadratic time for a key of many parts.
_MOST_DOTS = 1_000
_AT = regex(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A TOML file as read. `prefix` leads to its table of settings, which is None when it has none."""

    path: str
    text: str
    data: Mapping[str, Any]
    prefix: Path
    table: Mapping[str, Any] | None

    def line(self, path: Path) -> int | None:
        """The line of a key that is looked for from the table of settings on."""
        from readlint.settings.lines import line_of  # needed for an error only

        return line_of(self.text, (*self.prefix, *path))


class Documents:
    """The files below and above the current directory, each read once."""

    def __init__(self, cwd: str) -> None:
        self.cwd = cwd
        self.read: set[str] = set()
        self._documents: dict[str, Document | None] = {}

    def get(self, path: str) -> Document | None:
        """The file, or None when there is no such file."""
        if path not in self._documents:
            self._documents[path] = self._read(path) if self._is_file(path) else None
        return self._documents[path]

    def shown(self, path: str) -> str:
        """A path as the user would write it."""
        return os.path.relpath(path, self.cwd) if is_within(path, self.cwd) else path

    def _is_file(self, path: str) -> bool:
        # A pipe or a device of that name would block the run.
        try:
            return stat.S_ISREG(os.stat(path).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", self.shown(path)) from None

    def text(self, path: str) -> str | None:
        """A file that is no TOML, or None when there is no such file."""
        return self._decode(path, self._content(path), "it") if self._is_file(path) else None

    def _content(self, path: str) -> bytes:
        self.read.add(path)
        try:
            with open(path, "rb") as file:
                content = file.read(_LARGEST + 1)
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", self.shown(path)) from None
        if len(content) > _LARGEST:
            raise UserError(f"is larger than {_LARGEST:,} bytes", self.shown(path))
        return content

    def _read(self, path: str) -> Document:
        content = self._content(path)
        is_pyproject = os.path.basename(path) == "pyproject.toml"
        if not is_pyproject or b"readlint" in content:
            return self._parse(path, content, is_pyproject)
        try:
            # Parsing is most of the cost of a settings file.
            return self._parse(path, content if b"requires-python" in content else b"", is_pyproject)
        except UserError:  # broken, but another tool's business
            return Document(path, "", {}, (), None)

    def _parse(self, path: str, content: bytes, is_pyproject: bool) -> Document:
        text = self._decode(path, content)
        for number, row in enumerate(text.split("\n"), 1):
            if row.count(".") > _MOST_DOTS:
                raise UserError(f"has more than {_MOST_DOTS:,} dots in one line", self.shown(path), number)
        try:
            data = parse(text) if text else {}
        except ValueError as error:
            match = _AT.search(str(error))
            line = int(match[1]) if match and match[1] else text.rstrip().count("\n") + 1
            raise UserError(f"is not valid TOML: {reason(error)}", self.shown(path), line) from None
        except RecursionError:
            raise UserError("is not valid TOML: it is nested too deeply", self.shown(path)) from None
        tool = data.get("tool")
        if isinstance(tool, dict) and "readlint" in tool:
            return Document(path, text, data, ("tool", "readlint"), tool["readlint"])
        return Document(path, text, data, (), None if is_pyproject else data)

    def _decode(self, path: str, content: bytes, what: str = "TOML") -> str:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise UserError(f"is not UTF-8, as {what} must be", self.shown(path), line) from None


def parse(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def reason(error: ValueError) -> str:
    """What a parser of TOML says, without where."""
    return _AT.sub("", str(error))


def is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
