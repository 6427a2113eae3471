"""libcst costs more than a whole run without fixes: only making a fix may import it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "readlint.fixes.apply",
        "readlint.fixes.ask",
        "readlint.fixes.diff",
        "readlint.fixes.imports",
        "readlint.fixes.locate",
        "readlint.fixes.verify",
        "readlint.fixes.write",
        "readlint_rules.security.timing_unsafe_comparison",
    ],
)
def test_libcst_is_not_imported(module: str) -> None:
    code = f"import sys, {module}; sys.exit('libcst' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
