"""Whatever happens to a project between two runs, a run with the cache says what a run without it says."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readlint import cache
from readlint.cli import main
from readlint.report.model import read_lines_of_file

REPORTING = (
    "from helpers import report\n\ndef f():\n    try:\n        g()\n    except Exception as error:\n        {}\n"
)
CLOCK = "import time\n\ndef f():\n    start = time.time()\n    work()\n    return {} - start\n"

#: Contents for any file: those in one line are of the same length.
TEXTS = (
    *(REPORTING.format("report(error)"), REPORTING.format("return 'none'")),
    *(CLOCK.format("time.time()"), CLOCK.format("clock.now()")),
    *("def report(error):\n    raise error\n", "def report(error):\n    pass  # no\n"),
    *("from .lib.deep import report\n", "from .lib import report as r\n"),
    *("def test_f():\n    patch('app.time.time')\n", "def test_f():\n    patch('app.open.read')\n"),
    "try:\n    f()\nexcept Exception:  # readlint: ignore[RL101] this is how it has to be\n    pass\n",
    "x = (\n",
    "",
)
FILES = ("app.py", "helpers.py", "lib/__init__.py", "lib/deep.py", "tests/test_app.py", "other.txt")
SETTINGS = (
    "",
    "[tool.readlint]\nselect = ['RL1']\n",
    "[tool.readlint]\nselect = ['RL2']\n",
    "[tool.readlint]\nextend-exclude = ['lib']\n",
    "[tool.readlint]\nunfixable = ['ALL']\n",
    "[tool.readlint]\nper-file-ignores = { 'app.py' = ['ALL'] }\n",
)
IGNORED = ("", "app.py\n", "*.py\n!app.py\n", "lib/\n")

#: What a project begins with.
START = {**dict(zip(FILES, (*TEXTS[:1], *TEXTS[4:7:2], TEXTS[5], TEXTS[9], ""), strict=True)), "pyproject.toml": ""}

file = st.sampled_from(FILES)
text = st.sampled_from(TEXTS)


class Project:
    """A folder, and what can happen to it."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)

    def write_in_secret(self, name: str, content: str) -> None:
        """With the time of modification put back, as `git stash`, `tar` and `touch -r` do."""
        path = self.folder / name
        if path.exists():
            before = path.stat()
            path.write_text(content)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def replace(self, name: str, content: str) -> None:
        """A new file in the place of the old one, with its time of modification."""
        path = self.folder / name
        if path.exists():
            before = path.stat()
            (self.folder / "new").write_text(content)
            os.utime(self.folder / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
            (self.folder / "new").rename(path)

    def touch(self, name: str) -> None:
        if (self.folder / name).exists():
            (self.folder / name).touch()

    def rename(self, name: str, other: str) -> None:
        if (self.folder / name).exists():
            (self.folder / other).parent.mkdir(exist_ok=True)
            (self.folder / name).replace(self.folder / other)

    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)


def edits() -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(
        st.tuples(st.just("write"), file, text),
        st.tuples(st.just("write_in_secret"), file, text),
        st.tuples(st.just("replace"), file, text),
        st.tuples(st.just("touch"), file),
        st.tuples(st.just("rename"), file, file),
        st.tuples(st.just("delete"), file),
        st.tuples(st.just("write"), st.just("pyproject.toml"), st.sampled_from(SETTINGS)),
        st.tuples(st.just("write"), st.sampled_from([".gitignore", "lib/.gitignore"]), st.sampled_from(IGNORED)),
        st.tuples(st.just("delete"), st.sampled_from(["pyproject.toml", ".gitignore"])),
    )


runs = st.sampled_from(
    [["."], ["app.py"], ["lib", "app.py"], [".", "--select=ALL"], [".", "--output-format=json"], [".", "--statistics"]]
)


@contextlib.contextmanager
def project() -> Iterator[Project]:
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # Made by the first run, it would be a change during that run, which then is not remembered.
        os.mkdir(cache.FOLDER)
        try:
            yield Project(folder)
        finally:
            os.chdir(before)


def run(*arguments: str) -> tuple[int, str, str]:
    read_lines_of_file.cache_clear()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([*arguments, "--jobs=1"])
    return status, out.getvalue(), err.getvalue()


def of_note(test: Callable[..., None]) -> Callable[..., None]:
    """What chance would come upon too seldom."""
    examples = (
        [(("write_in_secret", "app.py", TEXTS[1]), ["."])],
        [(("replace", "app.py", TEXTS[1]), ["."])],
        [(("touch", "app.py"), ["app.py"]), (("write", "helpers.py", TEXTS[5]), ["app.py"])],  # not linted itself
        [(("write", "app.py", TEXTS[2]), ["app.py"]), (("write", "tests/test_app.py", TEXTS[8]), ["app.py"])],
        [(("delete", "helpers.py"), ["app.py"]), (("write", "helpers.py", TEXTS[5]), ["app.py"])],
        [(("touch", "app.py"), ["lib"]), (("write", ".gitignore", IGNORED[3]), ["lib"])],
        [(("write", ".gitignore", IGNORED[1]), ["."]), (("write", ".gitignore", IGNORED[0]), ["."])],
        [(("write", "pyproject.toml", SETTINGS[1]), ["lib"]), (("write", "pyproject.toml", SETTINGS[2]), ["lib"])],
        [(("touch", "app.py"), ["app.py"]), (("write", "pyproject.toml", SETTINGS[5]), ["app.py"])],
    )
    for example_ in examples:
        test = example(example_)(test)
    return test


def check(changes: list[tuple[tuple[str, ...], list[str]]], after: Callable[[], None]) -> None:
    with project() as tree:
        for name, content in START.items():
            tree.write(name, content)
        for (how, *what), arguments in [(("touch", "app.py"), ["."]), *changes]:
            getattr(tree, how)(*what)
            after()
            expected = run(*arguments, "--no-cache")
            assert run(*arguments) == expected, "cold"
            assert run(*arguments) == expected, "warm"


@settings(max_examples=30)
@of_note
@given(st.lists(st.tuples(edits(), runs), max_size=5))
def test_edits_one_after_the_other(changes: list[tuple[tuple[str, ...], list[str]]]) -> None:
    """So shortly before the run that their stamps are not trusted: contents are compared."""
    check(changes, after=lambda: time.sleep(0.025))  # what changes during a run keeps it from being remembered


@settings(max_examples=20)
@of_note
@given(st.lists(st.tuples(edits(), runs), max_size=5))
def test_edits_long_before_the_run(changes: list[tuple[tuple[str, ...], list[str]]]) -> None:
    """Seen from the run everything has been there for long: the stamps alone decide."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache.time, "time_ns", lambda: int(time.time() * 1e9) + 3_600_000_000_000)
        check(changes, after=lambda: time.sleep(0.015))  # time stamps are that coarse


def test_the_warm_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the two properties would compare cold runs with cold runs."""
    from readlint import run as pipeline

    lints = []
    whole = pipeline.lint
    monkeypatch.setattr(pipeline, "lint", lambda *arguments: lints.append(arguments) or whole(*arguments))
    with project() as tree:
        tree.write("app.py", TEXTS[0])
        time.sleep(0.1)
        first = run(".")
        assert run(".") == first
        assert len(lints) == 1
        tree.write("app.py", TEXTS[1])
        time.sleep(0.1)
        assert run(".") != first
        assert len(lints) == 2


def test_only_what_changed_is_screened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from readlint.syntax.screen import Screen

    screened = []
    whole = Screen.file
    monkeypatch.setattr(
        Screen, "file", lambda self, source, *more: screened.append(source.path) or whole(self, source, *more)
    )
    with project() as tree:
        for name in FILES[:4]:
            tree.write(name, TEXTS[0])
        run(".")
        assert sorted(screened) == sorted(FILES[:4])
        screened.clear()
        tree.write("app.py", TEXTS[1])
        tree.touch("helpers.py")
        run(".")
        assert screened == ["app.py"]
        screened.clear()
        run("app.py", "lib")  # other arguments, the same files
        assert screened == []
        run(".", "--select=RL1")
        assert sorted(screened) == sorted(FILES[:4])
