"""astroid as the last resort: what it finds, and that it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from readlint.files.discovery import Discovery
from readlint.files.source import Source
from readlint.packs import load_rules
from readlint.project import inference
from readlint.project.files import ProjectFiles
from readlint.project.inference import Inference, Reached
from readlint.settings.model import Settings
from readlint.syntax.screen import Screen, Screened

OBS = "class Reporter:\n    def handle(self): ...\n    class Inner:\n        def deep(self): ...\n\ndef make(): return Reporter()\n"


def reached(folder: Path, text: str, **files: str) -> Reached | None:
    """What the callee after the mark `^` is."""
    line, column = next((n + 1, text.index("^")) for n, text in enumerate(text.splitlines()) if "^" in text)
    paths = {"job.py": text.replace("^", ""), "obs.py": OBS, **{f"{name}.py": text for name, text in files.items()}}
    for name, content in paths.items():
        (folder / name).write_text(content)
    screen = Screen(load_rules())
    linted = {name: Screened(name) for name in paths}
    files = ProjectFiles(linted, {}, screen, lambda path: Settings(), Discovery)
    return Inference(files).callee("job.py", line, column)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from obs import Reporter\nr = Reporter()\n^r.handle()", ("obs.py", "Reporter.handle")),
        ("import obs\n^obs.make().handle()", ("obs.py", "Reporter.handle")),
        ("from obs import *\n^make()", ("obs.py", "make")),
        ("from obs import Reporter\n^Reporter.Inner().deep()", ("obs.py", "Reporter.Inner.deep")),
        (
            "from obs import Reporter\nclass A:\n    def __init__(self): self.r = Reporter()\n    def f(self): ^self.r.handle()",
            ("obs.py", "Reporter.handle"),
        ),
        ("def f(): ...\n^f()", ("job.py", "f")),
        ("def f(): ...\ns = 'é'; ^f()", ("job.py", "f")),
        ("def f(a): ^a()", None),
        ("import os\n^os.getcwd()", None),  # not of the project
        ("from obs import Reporter\n^Reporter()", None),  # no function
        ("import nowhere\n^nowhere.f()", None),
        ("def f(): ...\ndef g(): ...\nh = f if x else g\n^h()", None),  # one of two
        ("x = ^(lambda: 1)()", None),
        ("def f(): return f()\n^f()()", None),
    ],
)
def test_callees(text: str, expected: tuple[str, str] | None, tmp_path: Path) -> None:
    found = reached(tmp_path, text)
    assert (found and tuple(found)) == expected


def test_a_file_that_cannot_be_parsed(tmp_path: Path) -> None:
    assert reached(tmp_path, "from bad import f\n^f()", bad="def f(:") is None


def test_code_that_is_nested_too_deeply(tmp_path: Path) -> None:
    assert reached(tmp_path, "from bad import f\n^f()", bad=f"x = {'-' * 900}1\nf = x{'.a' * 900}") is None


def test_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "from obs import make\n^make()"
    monkeypatch.setattr(inference, "_CALLS", 0)
    assert reached(tmp_path, text) is None
    monkeypatch.setattr(inference, "_CALLS", 1)
    assert reached(tmp_path, text) == ("obs.py", "make")
    monkeypatch.setattr(inference, "_MODULES", 1)
    assert reached(tmp_path, text) is None


def test_nothing_is_imported(tmp_path: Path) -> None:
    import sys

    alarm = "raise SystemExit\n" + OBS
    assert reached(tmp_path, "from obs_alarm import make\n^make()", obs_alarm=alarm) == ("obs_alarm.py", "make")
    assert "obs_alarm" not in sys.modules


def test_a_text_that_is_not_the_one_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text("def wrong(): ...\nwrong()")
    sources = {"job.py": Source("job.py", b"def right(): ...\nright()")}
    files = ProjectFiles(
        {"job.py": Screened("job.py")}, sources, Screen(load_rules()), lambda path: Settings(), Discovery
    )
    assert Inference(files).callee("job.py", 2, 0) == ("job.py", "right")
