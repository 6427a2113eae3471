"""What a run came to. On the warm path; see `findings.py`."""

from __future__ import annotations

from readlint.errors import InternalError
from readlint.findings import Edit, Finding, Severity, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from readlint.findings import Json
    from readlint.suppress.baseline import Standing

    ReadLines = Callable[[str], "list[str] | None"]
    ReadBytes = Callable[[str], "bytes | None"]


class Result:
    """Findings and everything else that reporters and the exit status need."""

    __slots__ = ("baseline", "errors", "fail_on", "files_checked", "findings", "fixed", "hidden", "max_findings", "old",
                 "old_count", "outputs", "read_bytes", "read_lines", "rules_run", "stale", "standing", "suppressed",
                 "valid_until", "warnings")  # fmt: skip

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.suppressed: list[Finding] = []
        self.fixed: list[Finding] = []
        self.hidden: list[Finding] = []  # not reported, but they say where secrets are
        self.old: list[Finding] = []  # in the baseline; kept only for formats that show them
        self.old_count = 0
        self.stale: list[tuple[str, str]] = []  # path and rule of what is in the baseline and not found any more
        self.baseline = ""  # the file; empty if there is none
        self.standing: Standing | None = None  # what `readlint baseline` writes from; not remembered
        self.warnings: list[str] = []
        self.errors: list[InternalError] = []
        self.rules_run: set[str] = set()  # the codes of those that looked at a file
        self.files_checked = 0
        self.fail_on = Severity.NOTE
        self.max_findings = 0
        self.outputs: list[str] = []  # what the settings say, for a command line that does not
        self.read_lines: ReadLines | None = None  # where a report must not look on the disk
        self.read_bytes: ReadBytes | None = None
        self.valid_until = ""  # the first day on which the same files would give another result

    def status(self) -> int:
        """2 after an internal error, 1 if the findings fail the run, else 0."""
        if self.errors:
            return 2
        failing = sum(finding.severity.rank <= self.fail_on.rank for finding in self.findings)
        return int(failing > self.max_findings)

    def to_json(self, read_lines: ReadLines) -> Json:
        return {
            "findings": [[f.path, f.to_json(), _packed(f, read_lines)] for f in self.findings],
            "suppressed": [[f.path, f.to_json()] for f in self.suppressed],
            "hidden": [[f.path, f.to_json()] for f in self.hidden],
            "old": [[f.path, f.to_json(), _packed(f, read_lines)] for f in self.old],
            "old_count": self.old_count,
            "stale": self.stale,
            "baseline": self.baseline,
            "rules": sorted(self.rules_run),
            "warnings": self.warnings,
            "files": self.files_checked,
            "fail_on": self.fail_on.value,
            "max_findings": self.max_findings,
            "outputs": self.outputs,
            "until": self.valid_until,
        }

    @classmethod
    def from_json(cls, data: Json, read_lines: ReadLines) -> Result:
        result = cls()
        result.findings = [_with_edits(item, read_lines) for item in data["findings"]]
        result.suppressed = [Finding.from_json(path, item) for path, item in data["suppressed"]]
        result.hidden = [Finding.from_json(path, item) for path, item in data["hidden"]]
        result.old = [_with_edits(item, read_lines) for item in data["old"]]
        result.old_count = data["old_count"]
        result.stale = data["stale"]
        result.baseline = data["baseline"]
        result.rules_run = set(data["rules"])
        result.warnings = data["warnings"]
        result.files_checked = data["files"]
        result.fail_on = Severity(data["fail_on"])
        result.max_findings = data["max_findings"]
        result.outputs = data["outputs"]
        result.valid_until = data["until"]
        return result


# Edits in the cache. A replacement mostly repeats what stands there already; the cache must not hold source text,
# so what can be copied out of the file is kept as a place in it, and only what the fix adds is kept as text.


def _packed(finding: Finding, read_lines: ReadLines) -> Json:
    if not finding.edits:
        return finding.edits if finding.edits is None else []
    lines = read_lines(finding.path)
    return None if lines is None else [[list(e.span.key()), _recipe(e, _window(lines, e.span))] for e in finding.edits]


def _with_edits(item: Json, read_lines: ReadLines) -> Finding:
    path, data, edits = item
    finding = Finding.from_json(path, data)
    finding.edits = _unpacked(edits, path, read_lines)
    return finding


def _unpacked(data: Json, path: str, read_lines: ReadLines) -> tuple[Edit, ...] | None:
    if not data:
        return data if data is None else ()
    lines = read_lines(path)
    if lines is None:
        return None
    edits = []
    for key, recipe in data:
        window = _window(lines, span := Span(*key))
        parts = (part if isinstance(part, str) else window[part[0] : part[0] + part[1]] for part in recipe)
        edits.append(Edit(span, "".join(parts)))
    return tuple(edits)


_AROUND = 60  # lines to copy from, above and below; a statement that a fix moves text within is rarely longer


def _window(lines: list[str], span: Span) -> str:
    return "".join(lines[max(span.line - 1 - _AROUND, 0) : span.end_line + _AROUND])


def _recipe(edit: Edit, window: str) -> Json:
    """The replacement as texts and [start, length] places in the window: the longest match at each point."""
    recipe: list[Json] = []
    text, at = edit.text, 0
    while at < len(text):
        length = 0
        while at + length < len(text) and text[at : at + length + 1] in window:
            length += 1
        if length > 1:
            recipe.append([window.index(text[at : at + length]), length])
        elif recipe and isinstance(recipe[-1], str):
            recipe[-1] += text[at]
        else:
            recipe.append(text[at])
        at += max(length, 1)
    return recipe
