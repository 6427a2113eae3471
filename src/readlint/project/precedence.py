"""One defect, one finding: of several rules that speak of the same place, the one that says most."""

from __future__ import annotations

from readlint.findings import Finding
from readlint.packs import RuleSet


def strongest(findings: list[Finding], rules: RuleSet) -> list[Finding]:
    """The findings of one file without those that a finding of a stronger rule replaces.

    A rule names the weaker ones in `Rule.replaces`. They must point at the same place, to the character. A note takes
    no error's place: then it is the note that has nothing to add.
    """
    stronger = {(code, finding.span): finding for finding in findings for code in rules.by_code[finding.rule].replaces}
    replaced: set[Finding] = set()
    for finding in findings if stronger else ():
        other = stronger.get((finding.rule, finding.span))
        if other is not None:
            replaced.add(finding if other.severity.rank <= finding.severity.rank else other)
    return [finding for finding in findings if finding not in replaced]
