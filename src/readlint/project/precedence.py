"""One defect, one finding: of several rules that speak of the same place, the one that says most."""

from __future__ import annotations

from readlint.findings import Finding
from readlint.packs import RuleSet


def strongest(findings: list[Finding], rules: RuleSet) -> list[Finding]:
    """The findings of one file without those that a finding of a stronger rule replaces.

    A rule names the weaker ones in `Rule.replaces`. They must point at the same place, to the character.
    """
    replaced = {(code, finding.span) for finding in findings for code in rules.by_code[finding.rule].replaces}
    if not replaced:
        return findings
    return [finding for finding in findings if (finding.rule, finding.span) not in replaced]
