"""What one file says about another: the project tier, through the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Ran

Lint = Callable[..., Ran]

HANDLER = """\
{imports}

def job():
    try:
        work()
    except Exception as error:
        {call}
"""
REPORTS = "import logging\n\ndef report(error):\n    logging.getLogger(__name__).exception(error)\n"
SILENT = "def report(error):\n    pass\n"
METHODS = "class Reporter:\n    def failed(self, error):\n        {body}\n"


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., None]:
    (tmp_path / "pyproject.toml").touch()

    def write(**files: str) -> None:
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/').replace('/init', '/__init__')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return write


def concise(lint: Lint, *arguments: str) -> list[str]:
    ran = lint("--output-format=concise", *arguments)
    assert ran.status in (0, 1)
    assert lint("--output-format=concise", "--no-cache", *arguments) == ran
    return ran.codes


#: How a handler comes by a function of another file: its import, its call, and files in between.
WAYS: dict[str, tuple[str, str, dict[str, str]]] = {
    "direct": ("from acme.obs import report", "report(error)", {}),
    "module": ("import acme.obs", "acme.obs.report(error)", {}),
    "module_alias": ("import acme.obs as o", "o.report(error)", {}),
    "from_package": ("from acme import obs", "obs.report(error)", {}),
    "alias": ("from acme.obs import report as tell", "tell(error)", {}),
    "relative": ("from .obs import report", "report(error)", {}),
    "relative_module": ("from . import obs", "obs.report(error)", {}),
    "relative_above": ("from ..acme.obs import report", "report(error)", {"top__acme__job": "", "top__acme__obs": ""}),
    "re_export": ("from acme import report", "report(error)", {"acme__init": "from acme.obs import report\n"}),
    "re_export_relative": ("from acme import report", "report(error)", {"acme__init": "from .obs import report\n"}),
    "re_export_renamed": ("from acme import tell", "tell(error)", {"acme__init": "from .obs import report as tell\n"}),
    "star": ("from acme.all import report", "report(error)", {"acme__all": "from acme.obs import *\n"}),
    "star_here": ("from acme.obs import *", "report(error)", {}),
    "assigned": ("from acme.obs import report\ntell = report", "tell(error)", {}),
    "assigned_there": ("from acme.names import tell", "tell(error)", {"acme__names": "from . import obs\ntell = obs.report\n"}),
    "through_another": (
        "from acme.steps import tell",
        "tell(error)",
        {"acme__steps": "from acme.obs import report\n\ndef tell(error):\n    report(error)\n"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_helper_in_another_file(way: str, lint: Lint, project: Callable[..., None]) -> None:
    imports, call, between = WAYS[way]
    top = "top__" if any(name.startswith("top") for name in between) else ""
    project(**{"acme__init": "", **between})
    project(**{f"{top}acme__job": HANDLER.format(imports=imports, call=call)})
    project(**{f"{top}acme__obs": REPORTS})
    assert concise(lint) == []
    project(**{f"{top}acme__obs": SILENT})
    assert concise(lint) == ["RL101"]
    # A single file on the command line still has its project around it.
    job = f"{top.replace('__', '/')}acme/job.py"
    assert concise(lint, job) == ["RL101"]
    project(**{f"{top}acme__obs": REPORTS})
    assert concise(lint, job) == []


@pytest.mark.parametrize(
    ("imports", "call", "files"),
    [
        ("from acme.obs import Reporter", "Reporter.failed(None, error)", {}),
        ("from acme.obs import Special as Reporter", "Reporter.failed(None, error)", {}),
        ("from acme.obs import Reporter\n\nreporter = Reporter()", "reporter.failed(error)", {}),
        ("from acme.shared import reporter", "reporter.failed(error)", {"acme__shared": "from acme.obs import Reporter\nreporter = Reporter()\n"}),
    ],
)  # fmt: skip
def test_a_method_of_another_file(
    imports: str, call: str, files: dict[str, str], lint: Lint, project: Callable[..., None]
) -> None:
    special = "\n\nclass Special(Reporter):\n    pass\n"
    project(acme__init="", acme__job=HANDLER.format(imports=imports, call=call), **files)
    project(acme__obs=METHODS.format(body="raise error") + special)
    assert concise(lint) == []
    project(acme__obs=METHODS.format(body="return None") + special)
    assert concise(lint) == ["RL101"]


ATTRIBUTE = """\
from acme.obs import Reporter

class Job:
    def __init__(self):
        self.reporter = Reporter()

    def run(self):
        try:
            work()
        except Exception as error:
            self.reporter.failed(error)
"""


def test_an_attribute_whose_class_has_to_be_inferred(lint: Lint, project: Callable[..., None]) -> None:
    project(acme__init="", acme__job=ATTRIBUTE, acme__obs=METHODS.format(body="raise error"))
    assert concise(lint) == []
    project(acme__obs=METHODS.format(body="return None"))
    assert concise(lint) == ["RL101"]
    # A file that only astroid has read is one that the result depends on.
    project(acme__obs="from acme.real import Reporter\n", acme__real=METHODS.format(body="raise error"))
    assert concise(lint, "acme/job.py") == []
    project(acme__real=METHODS.format(body="return None"))
    assert concise(lint, "acme/job.py") == ["RL101"]
    project(acme__obs="from acme.other import Reporter\n", acme__other=METHODS.format(body="raise error"))
    assert concise(lint, "acme/job.py") == []


def test_what_cannot_be_known_is_silence(lint: Lint, project: Callable[..., None]) -> None:
    project(job=HANDLER.format(imports="from elsewhere import report", call="report(error)"))
    assert concise(lint) == []
    project(job=HANDLER.format(imports="from a import report", call="report(error)"))
    project(a="from b import report\n", b="from a import report\n")  # a circle
    assert concise(lint) == []
    project(a="from b import report\n", b="def report(error):\n    from a import report\n    report(error)\n")
    assert concise(lint) in ([], ["RL101"])
    project(a="x = (")
    assert concise(lint, "job.py") == []


def test_a_helper_beyond_the_project(lint: Lint, project: Callable[..., None], tmp_path: Path) -> None:
    """Without a mark of a project's root nothing but what was named is read."""
    (tmp_path / "pyproject.toml").unlink()
    project(acme__init="", acme__job=HANDLER.format(imports="from acme.obs import report", call="report(error)"))
    project(acme__obs=SILENT)
    assert concise(lint, "acme") == ["RL101"]
    assert concise(lint, "acme/job.py") == []


CLOCK = "import time\n\ndef timed():\n    start = time.time()\n    work()\n    return time.time() - start\n"


@pytest.mark.parametrize(
    "test",
    [
        "from unittest.mock import patch\n\n@patch('acme.job.time.time')\ndef test_timed(clock): ...\n",
        "def test_timed(monkeypatch):\n    monkeypatch.setattr('time.time', lambda: 0)\n",
        "from freezegun import freeze_time\n\n@freeze_time('2030-01-01')\ndef test_timed(): ...\n",
    ],
)
def test_a_test_that_stops_the_clock_makes_its_fix_unsafe(
    test: str, lint: Lint, project: Callable[..., None], tmp_path: Path
) -> None:
    project(src__acme__init="", src__acme__job=CLOCK, tests__test_job="def test_timed(): ...\n")
    assert "1 can be fixed with --fix." in lint("src", "--output-format=concise").out
    project(tests__test_job=test)
    assert "1 can be fixed with --fix --unsafe-fixes." in lint("src", "--output-format=concise").out
    assert "1 can be fixed with --fix --unsafe-fixes." in lint("src/acme/job.py", "--output-format=concise").out
    lint("src", "--fix")
    assert (tmp_path / "src" / "acme" / "job.py").read_text() == CLOCK
    project(tests__test_job="def test_timed(): ...\n")
    lint("src", "--fix")
    assert "monotonic" in (tmp_path / "src" / "acme" / "job.py").read_text()


def test_standard_input_has_its_project_around_it(lint: Lint, project: Callable[..., None]) -> None:
    project(acme__init="", acme__job="", acme__obs=SILENT)
    text = HANDLER.format(imports="from acme.obs import report", call="report(error)").encode()
    arguments = ("--stdin-filename", "acme/job.py", "--output-format=concise")
    assert lint(*arguments, stdin=text).codes == ["RL101"]
    project(acme__obs=REPORTS)
    assert lint(*arguments, stdin=text).codes == []
    # What is saved is not what counts: the buffer is.
    project(acme__obs="", acme__job="")
    own = HANDLER.format(imports="def report(error):\n    raise error\n", call="report(error)").encode()
    assert lint(*arguments, stdin=own).codes == []
