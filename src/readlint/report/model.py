"""What every format reads: the findings of a run and what the user should know besides them.

A finding that shows where a secret is says so in `data["secret"]`, a list of `[line, column, end line, end column]`
in its own file. Those regions are masked in everything that a report shows of that file.
"""

from __future__ import annotations

import functools
import io
import os
import re

from readlint.errors import InternalError
from readlint.findings import Edit, Finding, Safety, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeAlias

    #: The lines of a file with their ends, or None where the file cannot be shown.
    ReadLines: TypeAlias = Callable[[str], list[str] | None]
    ReadBytes: TypeAlias = Callable[[str], bytes | None]

DOCS_URL = "https://readlint.dev/rules/"
OWN_RULES = "RL"  # other packs have pages elsewhere
MASK = "*"


class Report:
    """One run, as the formats see it."""

    __slots__ = (
        "_masked",
        "_secrets",
        "baseline",
        "colour",
        "env",
        "errors",
        "files_checked",
        "findings",
        "fixed",
        "old",
        "old_count",
        "only_shows",
        "quiet",
        "read_bytes",
        "read_lines",
        "rules_run",
        "sarif_category",
        "show_absent",
        "show_fixes",
        "show_suppressed",
        "stale",
        "status",
        "suppressed",
        "suppresses",
        "unsafe_fixes",
        "warnings",
    )

    def __init__(
        self,
        findings: Iterable[Finding],
        *,
        files_checked: int = 0,
        fixed: Iterable[Finding] = (),
        suppresses: bool = False,
        only_shows: bool = False,
        suppressed: Iterable[Finding] = (),
        hidden: Iterable[Finding] = (),
        old: Iterable[Finding] = (),
        old_count: int = 0,
        stale: Iterable[tuple[str, str]] = (),
        baseline: str = "",
        rules_run: Iterable[str] = (),
        warnings: Iterable[str] = (),
        errors: Iterable[InternalError] = (),
        read_lines: ReadLines | None = None,
        read_bytes: ReadBytes | None = None,
        status: int = 0,
        unsafe_fixes: bool = False,
        show_fixes: bool = False,
        show_suppressed: bool = False,
        show_absent: bool = False,
        sarif_category: str | None = None,
        quiet: bool = False,
        colour: bool | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.findings = sorted(findings, key=Finding.sort_key)
        self.files_checked = files_checked
        self.fixed = sorted(fixed, key=Finding.sort_key)
        self.suppresses = suppresses  # what was "fixed" got a comment
        self.only_shows = only_shows  # what would be done, in a difference
        self.suppressed = sorted(suppressed, key=Finding.sort_key)
        self.old = sorted(old, key=Finding.sort_key)  # in the baseline; they fail no run
        self.old_count = old_count  # of them, whether they are at hand or not
        self.stale = list(stale)  # path and rule of what has left the baseline
        self.baseline = baseline  # the file; empty if there is none
        self.rules_run = list(rules_run)  # codes
        self.warnings = list(warnings)
        self.errors = list(errors)
        self.read_lines = read_lines or read_lines_of_file
        self.read_bytes = read_bytes  # where the bytes are not on the disk, or not as they are there
        self.status = status  # what the run exits with
        self.unsafe_fixes = unsafe_fixes  # `--unsafe-fixes` was given: what it would apply counts as fixable
        self.show_fixes = show_fixes
        self.show_suppressed = show_suppressed
        self.show_absent = show_absent
        self.sarif_category = sarif_category
        self.quiet = quiet
        self.colour = colour  # None: as the terminal and the environment have it
        self.env = env or {}  # where a format finds the machine that it is made for; empty: nowhere in particular
        self._secrets = _secret_spans([*self.findings, *self.suppressed, *self.fixed, *self.old, *hidden])
        self._masked: dict[str, list[str] | None] = {}

    def by_severity(self) -> list[Finding]:
        """The worst first, for consumers that show only the first few."""
        return sorted(self.findings, key=lambda finding: finding.severity.rank)

    def path_below(self, variable: str, path: str) -> str:
        """The path as seen from the folder that an environment variable names, where it is below that folder.

        readlint may run in a subfolder of the checkout; the services that show findings count from its top.
        """
        root = self.env.get(variable)
        if not root:
            return path
        try:
            folder = os.path.relpath(os.path.realpath(os.path.dirname(path)), os.path.realpath(root))
        except ValueError:  # another drive, or no path
            return path
        below = os.path.normpath(os.path.join(folder, os.path.basename(path))).replace(os.sep, "/")
        return path if below.startswith("../") else below

    def applicability(self, finding: Finding) -> Safety:
        """How the finding's fix may be applied; NONE where there is none, or where making it came to nothing."""
        if finding.fix is None or finding.edits == ():
            return Safety.NONE
        return finding.fix.safety

    def fixable(self, finding: Finding) -> bool:
        """Whether `--fix` with this run's options would mend it."""
        safety = self.applicability(finding)
        return safety is Safety.SAFE or (safety is Safety.UNSAFE and self.unsafe_fixes)

    def holds_secrets(self, path: str) -> bool:
        return path in self._secrets

    def lines(self, path: str) -> list[str] | None:
        """The file's lines, secrets masked, for everything that shows source text."""
        if path not in self._secrets:
            return self.read_lines(path)
        if path not in self._masked:
            lines = self.read_lines(path)
            self._masked[path] = lines and _mask(lines, self._secrets[path])
        return self._masked[path]

    def shown_edits(self, finding: Finding) -> tuple[Edit, ...]:
        """The edits of the finding's fix, without the secrets of the file that they may carry along."""
        edits = finding.edits or ()
        if not edits or finding.path not in self._secrets:
            return edits
        lines = self.read_lines(finding.path) or []
        for span in self._secrets[finding.path]:
            secret = "".join(part for part, _ in _parts(lines, span))
            if secret:
                edits = tuple(Edit(edit.span, edit.text.replace(secret, MASK * len(secret))) for edit in edits)
        return edits


def rule_url(finding: Finding) -> str:
    """The page of the finding's rule; empty for a rule of somebody else's pack."""
    return page_url(finding.rule, finding.name)


def page_url(rule: str, name: str) -> str:
    """The page of a rule by its code and its name."""
    if rule.startswith(OWN_RULES) and name.isascii() and name.replace("-", "").isalnum():
        return DOCS_URL + name
    return ""


def position(span: Span) -> tuple[int, int]:
    """Line and column as people count them; a finding without a place is at the file's start."""
    return (max(span.line, 1), span.column + 1)


def split_lines(text: str) -> list[str]:
    r"""Lines with their ends, split only where Python's parser does: \r\n, \r and \n."""
    return list(io.StringIO(text, newline=""))


@functools.lru_cache(maxsize=512)  # the cache reads them for the edits of all findings, then the report for each
def read_lines_of_file(path: str) -> list[str] | None:
    try:
        if not os.path.isfile(path):
            return None  # a pipe or a device may never end
        with open(path, "rb") as file:
            data = file.read()
        return split_lines(_decode(data))
    except (OSError, ValueError, LookupError):  # gone, unreadable, or not text (UnicodeError is a ValueError)
        return None


def _decode(data: bytes) -> str:
    """As PEP 263 has it. `tokenize` knows how, but would cost more than the rest of a warm run."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    for line in data.split(b"\n", 2)[:2]:
        cookie = re.match(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", line)
        if cookie:
            return data.decode(cookie[1].decode("ascii"))
        if not re.match(rb"[ \t\f]*(?:#|\r?$)", line):  # PEP 263: only comments may come before it
            break
    return data.decode("utf-8")


def _secret_spans(findings: Iterable[Finding]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for finding in findings:
        for numbers in finding.data.get("secret", ()):
            spans.setdefault(finding.path, []).append(Span(*numbers))
    return spans


def _parts(lines: list[str], span: Span) -> list[tuple[str, int]]:
    """The text inside the span, line by line, each with the line's index."""
    parts = []
    for index in range(max(span.line - 1, 0), min(span.end_line, len(lines))):
        end = span.end_column if index == span.end_line - 1 else None
        parts.append((lines[index][span.column if index == span.line - 1 else 0 : end], index))
    return parts


def _mask(lines: list[str], spans: list[Span]) -> list[str]:
    """Stars for the secrets, as many as there were characters: columns stay what they are."""
    masked = list(lines)
    for span in spans:
        for part, index in _parts(lines, span):
            start = span.column if index == span.line - 1 else 0
            stars = re.sub(r"[^\r\n]", MASK, part)
            masked[index] = masked[index][:start] + stars + masked[index][start + len(part) :]
    return masked
