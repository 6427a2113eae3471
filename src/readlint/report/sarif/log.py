"""The log around the results, written as it comes: no more than one result is held at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TextIO

from sarif_om import (
    ArtifactLocation,
    Invocation,
    Location,
    Message,
    MultiformatMessageString,
    Notification,
    PhysicalLocation,
    ReportingDescriptor,
    ReportingDescriptorReference,
    Run,
    RunAutomationDetails,
    Tool,
    ToolComponent,
    VersionControlDetails,
)

from readlint import __version__
from readlint.findings import Finding
from readlint.packs import load_rules
from readlint.report.json import clean
from readlint.report.model import Report
from readlint.report.sarif.descriptors import descriptor, pascal_case
from readlint.report.sarif.limits import MOST_NOTIFICATIONS, MOST_RESULTS, Limits
from readlint.report.sarif.places import ROOT, Places, file_uri
from readlint.report.sarif.repository import Repository, repository_of
from readlint.report.sarif.results import Results
from readlint.report.sarif.serialize import members_of, to_text
from readlint.rules import Rule
from readlint.suppress.rules import UNREADABLE_FILE

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://readlint.dev"
NOTIFICATIONS = {
    "not-analysed": "No rule has checked this file. It is reported as a result too.",
    "internal-error": "readlint itself failed. What else it found is reported as always.",
    "run-warning": "Something went other than expected, and the run went on.",
    "left-out": "This log does not hold everything that was found: consumers refuse what is larger.",
}


def write_log(report: Report, out: TextIO) -> None:
    """Pure ASCII, a result a line. What is known at the end, such as what was left out, comes at the end."""
    here = os.getcwd()
    repository = repository_of(here)
    places = Places(report, repository.root if repository else here)
    rules = _rules(report)
    limits = Limits()
    head = members_of(_head(report, rules, places, repository))
    out.write(f'{{\n"$schema": {json.dumps(SCHEMA)},\n"version": "2.1.0",\n"runs": [{{\n')
    for member in head:
        out.write(_counted(f"{member},\n", limits))
    out.write('"results": [')
    separator = "\n"
    for result in _results(report, places, limits, rules):
        out.write(separator + result)
        separator = ",\n"
    invocation = to_text(_invocation(report, places, limits))
    out.write(f'\n],\n"invocations": [{invocation}]\n}}]\n}}\n')


def _counted(text: str, limits: Limits) -> str:
    limits.fits(text)
    return text


def _rules(report: Report) -> dict[str, Rule[Any]]:
    """Every rule that ran or that the log names, by code."""
    named = {finding.rule for finding in (*report.findings, *report.old, *report.suppressed)}
    absent = (rule for _, rule in report.stale) if report.show_absent else ()
    codes = {*report.rules_run, *named, *absent, *(error.rule for error in report.errors)}
    return {rule.code: rule for rule in load_rules().rules if rule.code in codes}


def _head(report: Report, rules: dict[str, Rule[Any]], places: Places, repository: Repository | None) -> Run:
    run = Run(
        tool=_tool(rules),
        column_kind="utf16CodeUnits",
        newline_sequences=["\r\n", "\n", "\r"],
        default_source_language="python",
        original_uri_base_ids={ROOT: ArtifactLocation(uri=_folder_uri(places.root))},
    )
    if repository:
        run.version_control_provenance = [_provenance(repository)]
    if report.sarif_category is not None:
        # The category is what stands before the last slash.
        run.automation_details = RunAutomationDetails(id=f"{report.sarif_category}/")
    return run


def _tool(rules: dict[str, Rule[Any]]) -> Tool:
    driver = ToolComponent(
        name="readlint",
        full_name=f"readlint {__version__}",
        version=__version__,
        semantic_version=__version__,
        information_uri=HOME,
        rules=[descriptor(rule) for rule in rules.values()],
        notifications=[_notification_descriptor(name, text) for name, text in NOTIFICATIONS.items()],
    )
    return Tool(driver=driver)


def _notification_descriptor(name: str, text: str) -> ReportingDescriptor:
    description = MultiformatMessageString(text=text)
    return ReportingDescriptor(
        id=name,
        name=pascal_case(name),
        short_description=description,
        full_description=description,
        help=description,
    )


def _folder_uri(folder: str) -> str:
    return file_uri(folder).rstrip("/") + "/"


def _provenance(repository: Repository) -> VersionControlDetails:
    return VersionControlDetails(
        repository_uri=repository.remote or _folder_uri(repository.root),
        revision_id=repository.revision or None,
        branch=clean(repository.branch) or None,
        mapped_to=ArtifactLocation(uri_base_id=ROOT),
    )


def _results(report: Report, places: Places, limits: Limits, rules: dict[str, Rule[Any]]) -> Iterator[str]:
    suppressed = report.suppressed if report.show_suppressed else []
    # The sort is stable: within a severity the order stays that of files and lines.
    findings = [one for group in (report.findings, report.old, suppressed) for one in sorted(group, key=_severity)]
    kept, rest = findings[:MOST_RESULTS], findings[MOST_RESULTS:]
    results = Results(report, places, limits, rules, kept)
    for number, finding in enumerate(kept):
        text = to_text(results.result(finding))
        if not limits.fits(text):
            limits.leave_out(islice(kept, number, None))
            break
        limits.written += 1
        yield text
    limits.leave_out(rest)
    for path, code in report.stale if report.show_absent else ():
        text = to_text(results.absent(path, code))
        if limits.written >= MOST_RESULTS or not limits.fits(text):
            return
        limits.written += 1
        yield text


def _severity(finding: Finding) -> int:
    return finding.severity.rank


# The invocation


def _invocation(report: Report, places: Places, limits: Limits) -> Invocation:
    said = [*_notifications(report, places)]
    limits.unsaid = len(said[MOST_NOTIFICATIONS:])
    left_out = [_notification("left-out", "warning", sentence) for sentence in limits.sentences()]
    return Invocation(
        execution_successful=not report.errors,
        exit_code=report.status,
        tool_execution_notifications=[*said[:MOST_NOTIFICATIONS], *left_out] or None,
    )


def _notifications(report: Report, places: Places) -> Iterator[Notification]:
    for error in report.errors:
        notification = _notification("internal-error", "error", f"{error}.", _whole(error.path, places))
        if error.rule:
            notification.associated_rule = ReportingDescriptorReference(id=clean(error.rule))
        yield notification
    for finding in report.findings:
        if finding.rule == UNREADABLE_FILE.code:
            yield _notification("not-analysed", "error", finding.message, _whole(finding.path, places))
    for warning in report.warnings:
        yield _notification("run-warning", "warning", f"{warning.rstrip('.')}.")


def _whole(path: str, places: Places) -> list[Location]:
    return [Location(physical_location=PhysicalLocation(artifact_location=places.artifact(path)))] if path else []


def _notification(name: str, level: str, text: str, locations: Iterable[Location] = ()) -> Notification:
    return Notification(
        message=Message(text=clean(text)),
        level=level,
        descriptor=ReportingDescriptorReference(id=name, index=[*NOTIFICATIONS].index(name)),
        locations=[*locations] or None,
    )
