"""Findings as results."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sarif_om import (
    ArtifactChange,
    ArtifactContent,
    CodeFlow,
    Fix,
    Location,
    LogicalLocation,
    Message,
    PhysicalLocation,
    Replacement,
    Result,
    Suppression,
    ThreadFlow,
    ThreadFlowLocation,
)

from readlint.files.source import Unreadable, read_bytes
from readlint.findings import UNPLACED, Edit, Finding, Place, Safety
from readlint.report.json import clean
from readlint.report.model import Report
from readlint.report.sarif.descriptors import fields, numbered
from readlint.report.sarif.edits import off_the_indentation
from readlint.report.sarif.limits import Limits
from readlint.report.sarif.line_hashes import line_hashes
from readlint.report.sarif.places import Places
from readlint.report.sarif.serialize import Written, to_text
from readlint.rules import Rule

_SUPPRESSED = "suppression"  # where a finding keeps the reason
_LINKS = 10  # places that a message links to; more are no message
_LOOKS_LIKE_LINK = re.compile(r"\[(?=[^\]]*\]\()")


class Results:
    """Makes the results of one log."""

    def __init__(
        self,
        report: Report,
        places: Places,
        limits: Limits,
        rules: Mapping[str, Rule[Any]],
        findings: Iterable[Finding],
    ) -> None:
        self.report = report
        self.places = places
        self.limits = limits
        self.rules = rules
        self.indexes = {code: index for index, code in enumerate(rules)}
        self._templates: dict[tuple[str, str], tuple[str, list[str]] | None] = {}
        self._hashes: dict[str, dict[int, str]] = {}
        self._lines: dict[str, set[int]] = {}
        self._old = set(map(id, report.old))
        for finding in findings:
            self._lines.setdefault(finding.path, set()).add(max(finding.span.line, 1))

    def result(self, finding: Finding) -> Result:
        related, flow = self.limits.places(finding)
        return Result(
            rule_id=clean(finding.rule),
            rule_index=self.indexes.get(finding.rule, -1),
            level=finding.severity.value,
            message=self._message(finding, related),
            locations=[self._location(finding)],
            related_locations=[self._related(place, finding, id) for id, place in enumerate(related, 1)] or None,
            code_flows=self._code_flows(flow, finding),
            fixes=self._fixes(finding),
            baseline_state=self._baseline_state(finding),
            partial_fingerprints=self._fingerprints(finding),
            suppressions=self._suppressions(finding) if self.report.show_suppressed else None,
        )

    def absent(self, path: str, code: str) -> Result:
        """Something of the baseline that is not found any more. Where it was in its file, nobody knows now."""
        physical = PhysicalLocation(
            artifact_location=self.places.artifact(path), region=self.places.region(path, UNPLACED)
        )
        return Result(
            rule_id=clean(code),
            rule_index=self.indexes.get(code, -1),
            level="none",
            kind="informational",
            message=Message(text="This finding of the baseline is not found any more."),
            locations=[Location(physical_location=physical)],
            baseline_state="absent",
        )

    def _baseline_state(self, finding: Finding) -> str | None:
        """In a log that says it of one result, every result has one."""
        if not self.report.baseline:
            return None
        return "unchanged" if id(finding) in self._old else "new"

    def _message(self, finding: Finding, related: Iterable[Place]) -> Message:
        """Consumers show `text`. It is the rule's message with the arguments, and links that no template can hold."""
        links = [f"[{_link_text(place.message)}]({number})" for number, place in enumerate(related, 1)][:_LINKS]
        text = _LOOKS_LIKE_LINK.sub(r"\\[", clean(finding.message))
        message = Message(text=f"{text} See {'; '.join(links)}." if links else text)
        known = self._template(finding.rule, finding.message_id)
        if known is not None:
            template, names = known
            arguments = [clean(finding.arguments.get(name, "")) for name in names]
            if template.format(*arguments) == clean(finding.message):
                message.id = finding.message_id
                message.arguments = arguments or None
        return message

    def _template(self, code: str, message_id: str) -> tuple[str, list[str]] | None:
        """A message of a rule as the log has it, and the names of its arguments."""
        key = (code, message_id)
        if key not in self._templates:
            rule = self.rules.get(code)
            text = rule.messages.get(message_id) if rule else None
            self._templates[key] = None if text is None else (numbered(text), fields(text))
        return self._templates[key]

    def _location(self, finding: Finding) -> Location:
        physical = self.places.physical(finding.path, finding.span)
        physical.context_region = self.places.context(finding.path, physical.region)
        return Location(physical_location=physical, logical_locations=[_logical(finding)])

    def _related(self, place: Place, finding: Finding, number: int = -1) -> Location:
        physical = self.places.physical(place.path or finding.path, place.span)
        return Location(id=number, physical_location=physical, message=Message(text=_sentence(place.message)))

    def _code_flows(self, flow: Iterable[Place], finding: Finding) -> list[CodeFlow] | None:
        steps = [ThreadFlowLocation(location=self._related(step, finding)) for step in flow]
        return [CodeFlow(thread_flows=[ThreadFlow(locations=steps)])] if steps else None

    def _fixes(self, finding: Finding) -> list[Fix] | None:
        """None for what is meant to be as it is, or where applying what may be shown would not be the fix."""
        edits = self.report.shown_edits(finding)
        if (
            _SUPPRESSED in finding.data
            or not edits
            or edits != finding.edits
            or not all(edit.text.isascii() or clean(edit.text) == edit.text for edit in edits)
        ):
            return None
        movable = off_the_indentation(edits, self.places.lines(finding.path)[0])
        if movable is None or finding.fix is None:
            return None
        replacements = [self._replacement(edit, finding.path) for edit in movable]
        change = ArtifactChange(artifact_location=self.places.artifact(finding.path), replacements=replacements)
        return [Fix(description=_description(finding.fix.title, finding.fix.safety), artifact_changes=[change])]

    def _replacement(self, edit: Edit, path: str) -> Replacement:
        region = self.places.region(path, edit.span)
        return Replacement(deleted_region=region, inserted_content=ArtifactContent(text=edit.text))

    def _fingerprints(self, finding: Finding) -> dict[str, str]:
        hashes = {"primaryLocationLineHash": self._line_hash(finding), "readlintContext/v1": finding.fingerprint}
        return {name: text for name, text in hashes.items() if text}

    def _line_hash(self, finding: Finding) -> str:
        """Empty in a file with secrets, which could be guessed from it. GitHub then computes it by itself."""
        path = finding.path
        if self.report.holds_secrets(path):
            return ""
        if path not in self._hashes:
            data = self._bytes(path)
            self._hashes[path] = {} if data is None else line_hashes(data, self._lines[path])
        return self._hashes[path].get(max(finding.span.line, 1), "")

    def _bytes(self, path: str) -> bytes | None:
        try:
            return self.report.read_bytes(path) if self.report.read_bytes else read_bytes(path)
        except Unreadable:
            return None

    def _suppressions(self, finding: Finding) -> list[Suppression]:
        """Of a result that is not suppressed an empty list: without one, that would not be known."""
        if _SUPPRESSED not in finding.data:
            return []
        return [Suppression(kind="inSource", justification=clean(finding.data[_SUPPRESSED]) or None)]


@functools.lru_cache(maxsize=64)
def _description(title: str, safety: Safety) -> Written:
    """The fixes of a rule have few titles."""
    note = " (unsafe: behaviour may change)" if safety is Safety.UNSAFE else ""
    title = clean(title).rstrip(".")
    return Written(to_text(Message(text=f"{title}{note}.")))


def _logical(finding: Finding) -> LogicalLocation:
    if finding.definition:
        name = clean(finding.definition)
        return LogicalLocation(name=name.rpartition(".")[2], fully_qualified_name=name)
    return LogicalLocation(name=clean(os.path.basename(finding.path)).removesuffix(".py"), kind="module")


def _sentence(text: str) -> str:
    text = clean(text).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _link_text(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", clean(text).rstrip("."))
