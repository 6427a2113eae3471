"""What one file cannot tell: helpers that report, clocks that tests stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Pack, Readlint

HELPERS = """\
import logging

logger = logging.getLogger(__name__)


def report():
    logger.exception("failed")


def count():
    return 1


class Reporter:
    def failed(self):
        raise RuntimeError("failed")
"""
HANDLER = """\
{imports}


{prelude}
def push(client, row):
    try:
        client.put(row)
    except Exception:
        {call}
"""

#: How a handler can reach a helper of another file. The helper's own name comes last.
WAYS = {
    "direct": ("from acme.obs import {name}", "", "{name}()"),
    "module": ("import acme.obs", "", "acme.obs.{name}()"),
    "alias": ("import acme.obs as o", "", "o.{name}()"),
    "relative": ("from .obs import {name} as tell", "", "tell()"),
    "re-export": ("from acme import {name}", "", "{name}()"),
    "star": ("from acme.stars import {name}", "", "{name}()"),
}


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'acme'\n")
    (folder / "__init__.py").write_text("from .obs import count, report\n")
    (folder / "stars.py").write_text("from acme.obs import *\n")
    (folder / "obs.py").write_text(HELPERS)
    return folder


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "codes"), [("report", []), ("count", ["RL101"])])
def test_helpers_of_other_files(readlint: Readlint, acme: Path, way: str, name: str, codes: list[str]) -> None:
    imports, prelude, call = (text.format(name=name) for text in WAYS[way])
    (acme / "jobs.py").write_text(HANDLER.format(imports=imports, prelude=prelude, call=call))
    select = ("--select", "RL101", "--output-format", "concise")
    assert readlint(".", *select).codes == codes
    # The file alone still has its project around it.
    assert readlint("acme/jobs.py", *select).codes == codes


def test_a_callee_that_only_inference_finds(readlint: Readlint, pack: Pack, acme: Path) -> None:
    pack.add(
        "asking",
        "@RULE.on_call('*.failed')\ndef check(call, ctx):\n"
        "    yield RULE.finding(call, questions=[Question('toy-line', ctx.callee(call))])\n\n\n"
        "@RULE.answers('toy-line')\ndef line(node, ctx, ask):\n    return f'{ctx.path}:{node.lineno}'\n\n\n"
        "@RULE.settle\ndef settle(finding, answers):\n"
        "    return finding if list(answers.values()) == ['acme/obs.py:15'] else None\n",
    )
    (acme / "jobs.py").write_text(
        "from acme.obs import Reporter\n\n\nclass Job:\n    def __init__(self):\n        self.reporter = Reporter()\n\n"
        "    def run(self, stranger):\n        self.reporter.failed()\n        stranger.failed()\n"
    )
    ran = readlint(".", "--select", "TY001", "--output-format", "concise")
    assert ran.out.startswith("acme/jobs.py:9:9: TY001")
    assert ran.codes == ["TY001"]


CLOCK = """\
import time


def timed(work):
    start = time.time()
    work()
    return time.time() - start
"""


@pytest.mark.parametrize(
    ("test", "fixed"),
    [
        ("import acme\n", True),
        ("from unittest.mock import patch\n\n\n@patch('acme.clock.time.time')\ndef test_it(fake):\n    pass\n", False),
        ("from freezegun import freeze_time\n\n\n@freeze_time('2026-01-01')\ndef test_it():\n    pass\n", False),
    ],
)
@pytest.mark.parametrize("paths", [["."], ["acme"], ["acme/clock.py"]])
def test_a_stopped_clock_makes_the_fix_unsafe(
    readlint: Readlint, acme: Path, tmp_path: Path, test: str, fixed: bool, paths: list[str]
) -> None:
    (acme / "clock.py").write_text(CLOCK)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_clock.py").write_text(test)
    readlint(*paths, "--select", "RL201", "--fix")
    assert ("monotonic" in (acme / "clock.py").read_text()) is fixed
