"""GitLab's Code Quality report, shown in merge requests: https://docs.gitlab.com/ci/testing/code_quality/"""

from __future__ import annotations

import json

from readlint.digest import blake2b
from readlint.findings import Severity
from readlint.report.json import clean
from readlint.report.model import position

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from readlint.errors import InternalError
    from readlint.findings import Finding, Json
    from readlint.report.model import Report

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
PROJECT = "CI_PROJECT_DIR"  # GitLab takes paths from here


def write(report: Report, out: TextIO) -> None:
    identities = Identities()
    separator = "[\n  "
    for entry in [*map(_finding, report.findings), *map(_error, report.errors)]:
        location = entry["location"]
        location["path"] = clean(report.path_below(PROJECT, location["path"]))
        entry["fingerprint"] = identities.of(location["path"], entry["fingerprint"])
        out.write(separator + json.dumps(entry))
        separator = ",\n  "
    out.write("[]\n" if separator.startswith("[") else "\n]\n")


class Identities:
    """GitLab drops an entry whose fingerprint came up before; ours tell findings apart only within their file."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], int] = {}

    def of(self, path: str, fingerprint: str) -> str:
        count = self.seen[path, fingerprint] = self.seen.get((path, fingerprint), 0) + 1
        parts = "\0".join([path, fingerprint, str(count)])
        return blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _finding(finding: Finding) -> Json:
    line, _ = position(finding.span)
    return {
        "description": clean(f"{finding.rule} {finding.name}: {finding.message}"),  # the rule is shown nowhere else
        "check_name": clean(f"{finding.rule} {finding.name}"),
        "fingerprint": finding.fingerprint or f"{finding.rule} {finding.message}",
        "severity": SEVERITIES[finding.severity],
        "location": {"path": finding.path, "lines": {"begin": line, "end": max(finding.span.end_line, line)}},
    }


def _error(error: InternalError) -> Json:
    return {
        "description": clean(str(error)),
        "check_name": "internal-error",
        "fingerprint": str(error),
        "severity": "blocker",
        "location": {"path": error.path, "lines": {"begin": 1}},
    }
