"""Where things are: files as URIs, positions in UTF-16 units, and the text that stands there."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from urllib.parse import quote_from_bytes

from sarif_om import ArtifactContent, ArtifactLocation, PhysicalLocation, Region

from readlint.findings import Span
from readlint.report.json import clean
from readlint.report.model import Report
from readlint.report.sarif.serialize import Written, to_text

ROOT = "%SRCROOT%"
_AROUND = 2  # lines of context, above and below
_LONGEST = 4000  # characters of a snippet: nobody reads a minified line or a table of data in an alert


def file_uri(path: str) -> str:
    """As `Path.as_uri` has it, which loads HTTP and mail with `urllib.request` since Python 3.14."""
    return "file://" + quote_from_bytes(os.fsencode(path)) if os.sep == "/" else Path(path).as_uri()


class Places:
    """The places of one log. Files in the folder `root` get addresses relative to it."""

    def __init__(self, report: Report, root: str) -> None:
        self.report = report
        self.root = os.path.join(root, "")
        self.here = os.getcwd()
        self.artifact = functools.lru_cache(maxsize=64)(self._artifact)
        self.lines = functools.lru_cache(maxsize=2)(self._lines)

    def _artifact(self, path: str) -> Written:
        """A result names its file four times and more, and is in the same one as the result before."""
        return Written(to_text(self._location(path)))

    def _location(self, path: str) -> ArtifactLocation:
        real = os.path.normpath(os.path.join(self.here, path))
        if not real.startswith(self.root):
            return ArtifactLocation(uri=file_uri(real))
        inside = real[len(self.root) :].replace(os.sep, "/")
        return ArtifactLocation(uri=quote_from_bytes(os.fsencode(inside)), uri_base_id=ROOT)

    def _lines(self, path: str) -> tuple[list[str], list[str]]:
        """The lines of a file as they are, to count in, and as they may be shown.

        The star that stands for a character of a secret need not take as many UTF-16 units as the character.
        """
        return self.report.read_lines(path) or [], self.report.lines(path) or []

    def physical(self, path: str, span: Span) -> PhysicalLocation:
        region = self.region(path, span)
        region.snippet = _content(_cut(self.lines(path)[1], span))
        return PhysicalLocation(artifact_location=self.artifact(path), region=region)

    def region(self, path: str, span: Span) -> Region:
        """A finding without a place is at the start of its file."""
        lines = self.lines(path)[0]
        line = span.line or 1
        end_line = span.end_line or line
        return Region(
            start_line=line,
            start_column=_units(lines, line, span.column) + 1,
            end_line=end_line,
            end_column=_units(lines, end_line, span.end_column) + 1,
        )

    def context(self, path: str, region: Region) -> Region | None:
        """Whole lines around a region; None where there is nothing that can be shown."""
        lines, shown = self.lines(path)
        first, last = max(region.start_line - _AROUND, 1), min(region.end_line + _AROUND, len(lines))
        if last < region.end_line:
            return None
        snippet = _content("".join(shown[first - 1 : last - 1]) + shown[last - 1].rstrip("\r\n"))
        end_column = _units(lines, last, len(lines[last - 1].rstrip("\r\n"))) + 1
        if last == region.end_line:
            end_column = max(end_column, region.end_column)
        return snippet and Region(
            start_line=first, start_column=1, end_line=last, end_column=end_column, snippet=snippet
        )


def _units(lines: list[str], line: int, column: int) -> int:
    """UTF-16 units before a column that counts code points."""
    if line > len(lines) or (text := lines[line - 1]).isascii():
        return column
    return column + sum(character > "\uffff" for character in text[:column])


def _cut(lines: list[str], span: Span) -> str:
    """The text of a span."""
    if span.line == span.end_line:
        return lines[span.line - 1][span.column : span.end_column] if 0 < span.line <= len(lines) else ""
    parts = lines[max(span.line - 1, 0) : span.end_line]
    if len(parts) == span.end_line - span.line + 1:
        parts[-1] = parts[-1][: span.end_column]
    return "".join(parts)[span.column :]


def _content(text: str) -> ArtifactContent | None:
    return ArtifactContent(text=clean(text)) if 0 < len(text) <= _LONGEST else None
