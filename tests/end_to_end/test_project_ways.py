"""How a name leads from one file to a definition in another, and what a remembered result depends on because of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Pack, Ran, Readlint

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
METHODS = "class Reporter:\n    def handle(self, error):\n        {body}\n"


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
    "assigned": ("from acme.obs import report\ntell = report", "tell(error)", {}),
    "assigned_there": (
        "from acme.names import tell",
        "tell(error)",
        {"acme__names": "from . import obs\ntell = obs.report\n"},
    ),
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
    ("imports", "call"),
    [
        ("from acme.obs import Reporter", "Reporter.handle(None, error)"),
        ("import acme.obs", "acme.obs.Reporter.handle(None, error)"),
        ("from acme.obs import Special as Reporter", "Reporter.handle(None, error)"),
    ],
)
def test_a_method_of_another_file(imports: str, call: str, lint: Lint, project: Callable[..., None]) -> None:
    special = "\n\nclass Special(Reporter):\n    pass\n"
    project(acme__init="", acme__job=HANDLER.format(imports=imports, call=call))
    project(acme__obs=METHODS.format(body="raise error") + special)
    assert concise(lint) == []
    project(acme__obs=METHODS.format(body="x = 1") + special)
    assert concise(lint) == ["RL101"]


ATTRIBUTE = """\
from acme.obs import Reporter

class Job:
    def __init__(self):
        self.reporter = Reporter()

    def run(self):
        self.reporter.handle()
"""
#: A rule that wants to know what a method call reaches.
ASKING = """
@RULE.on(ast.Call)
def check(call, ctx):
    if isinstance(call.func, ast.Attribute):
        yield RULE.finding(call, questions=[Question("reaches", ctx.callee(call))])

@RULE.settle
def settle(finding, answers):
    (answer,) = answers.values()
    if answer is None:
        return None
    finding.message = f"It reaches {answer}."
    return finding

@RULE.answers("reaches")
def answer(node, ctx, ask):
    return f"{ctx.path}:{node.lineno}"
"""


def test_what_inference_read_is_what_the_result_depends_on(readlint: Readlint, pack: Pack, tmp_path: Path) -> None:
    def reached() -> list[str]:
        arguments = ("acme/job.py", "--output-format=concise", "-q", "--select=TY001")
        ran = readlint(*arguments)
        assert readlint(*arguments) == readlint(*arguments, "--no-cache") == ran
        return [line.partition("TY001 ")[2] for line in ran.out.splitlines()]

    pack.add("asking", ASKING)
    (tmp_path / "acme").mkdir()
    other = "\n" * 8 + METHODS.format(body="x = 1")
    files = {"__init__": "", "job": ATTRIBUTE, "real": METHODS.format(body="x = 1"), "other": other}
    for name, text in {**files, "obs": "from acme.real import Reporter\n"}.items():
        (tmp_path / "acme" / f"{name}.py").write_text(text)
    (tmp_path / "pyproject.toml").touch()
    assert reached() == ["It reaches acme/real.py:2."]
    (tmp_path / "acme" / "real.py").write_text("\n" + METHODS.format(body="x = 1"))
    assert reached() == ["It reaches acme/real.py:3."]
    (tmp_path / "acme" / "obs.py").write_text("from acme.other import Reporter\n")  # astroid alone has read it
    assert reached() == ["It reaches acme/other.py:10."]
    (tmp_path / "acme" / "other.py").write_text("Reporter = unknown\n")
    assert reached() == []


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


def test_without_a_mark_of_its_root_a_project_is_the_package(
    lint: Lint, project: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").unlink()
    imports, call = "from acme.obs import report\nfrom .near import tell", "report(error)\n        tell(error)"
    project(acme__init="", acme__job=HANDLER.format(imports=imports, call=call), acme__obs=SILENT)
    project(acme__near=SILENT.replace("report", "tell"))
    assert concise(lint, "acme/job.py") == ["RL101"]
    assert concise(lint, "acme") == ["RL101"]


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
