"""Testing rules: the public interface for authors of rule packs. It follows semantic versioning.

    from readlint.testing import rule_cases

    @pytest.mark.parametrize("case", rule_cases("acme_readlint"), ids=str)
    def test_rule(case):
        case.run()

The pytest plugin does the same for the packs that `--readlint-pack` or the ini option `readlint_pack` names, and
`readlint test-rules PATH` does it without pytest.
"""

from __future__ import annotations

from readlint.testing.cases import (
    Case,
    Skipped,
    check_coverage,
    check_docstring,
    check_fix_invariants,
    check_fixture,
    rule_cases,
)
from readlint.testing.failures import CheckFailed
from readlint.testing.fixtures import Fixture, fixtures_of
from readlint.testing.pages import check_style

__all__ = [
    "Case",
    "CheckFailed",
    "Fixture",
    "Skipped",
    "check_coverage",
    "check_docstring",
    "check_fix_invariants",
    "check_fixture",
    "check_style",
    "fixtures_of",
    "rule_cases",
]
