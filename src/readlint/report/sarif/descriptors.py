"""The rules as a log describes them: what an alert's page shows."""

from __future__ import annotations

import string
from typing import Any

from sarif_om import MultiformatMessageString, ReportingConfiguration, ReportingDescriptor

from readlint import docs
from readlint.findings import Severity
from readlint.report.model import page_url
from readlint.rules import Category, Rule

_TAGS = 10  # GitHub drops what is more
_LONGEST = 1024  # characters of a description that GitHub takes
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def descriptor(rule: Rule[Any]) -> ReportingDescriptor:
    return ReportingDescriptor(
        id=rule.code,
        name=pascal_case(rule.name),
        short_description=_text(rule.summary),
        full_description=_text(f"{rule.summary} {_first_paragraph(rule.section('Why is this bad?'))}".strip()),
        help=_text(docs.render(rule, "text"), docs.render(rule, "markdown")),
        help_uri=page_url(rule.code, rule.name) or None,
        default_configuration=ReportingConfiguration(
            enabled=rule.default_on and not rule.preview, level=rule.severity.value
        ),
        message_strings={name: _text(numbered(text)) for name, text in rule.messages.items()},
        properties=_properties(rule),
    )


def pascal_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _properties(rule: Rule[Any]) -> dict[str, Any]:
    """GitHub's own. `security-severity` makes a security rule of any rule, so that only those have it."""
    properties: dict[str, Any] = {
        "precision": "medium" if rule.preview else "high",
        "problem.severity": _PROBLEM[rule.severity],
        "tags": _tags(rule),
    }
    if rule.security_severity is not None:
        properties["security-severity"] = f"{rule.security_severity:.1f}"
    return properties


def _tags(rule: Rule[Any]) -> list[str]:
    """What consumers read first: the rest is cut off."""
    security = [Category.SECURITY.value] if rule.security_severity is not None else []
    # Three digits, as CodeQL writes them: alerts of both are then found by one filter.
    weaknesses = [f"external/cwe/cwe-{number:03}" for number in rule.cwe]
    own = [tag for tag in (*rule.tags, rule.category.value, rule.family, rule.level.name) if tag]
    if not security:
        own = [tag for tag in own if tag != Category.SECURITY.value]
    return list(dict.fromkeys([*security, *weaknesses, *own]))[:_TAGS]


def _first_paragraph(text: str) -> str:
    return text.partition("\n\n")[0].replace("\n", " ")


def _text(text: str, markdown: str | None = None) -> MultiformatMessageString:
    if markdown is None and len(text) > _LONGEST:
        text = text[: _LONGEST - 3] + "..."
    return MultiformatMessageString(text=text, markdown=markdown)


# Messages


def numbered(text: str) -> str:
    """A message of a rule with its holes numbered: `{0}` for the first name, and so on."""
    numbers = {name: index for index, name in enumerate(fields(text))}
    parts = []
    for literal, name, _, _ in string.Formatter().parse(text):
        parts.append(literal.replace("{", "{{").replace("}", "}}"))
        if name is not None:
            parts.append(f"{{{numbers[name]}}}")
    return "".join(parts)


def fields(text: str) -> list[str]:
    """The names of a message's holes, each once, in order."""
    return list(dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(text) if name is not None))
