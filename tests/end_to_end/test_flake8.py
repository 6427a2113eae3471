"""The flake8 plugin, run by the real flake8."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from harness import BAD, Readlint

pytest.importorskip("flake8", reason="flake8 is not installed")

#: A handler of which only another file knows whether it reports.
ASKING = """\
from obs import report


def refresh(store):
    try:
        store.save()
    except Exception as error:
        report(error)
"""


class Flake8:
    def __init__(self, readlint: Readlint) -> None:
        self.readlint = readlint
        self.err = ""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> list[str]:
        """The lines of a run for our codes."""
        command = [sys.executable, "-m", "flake8", "--isolated", "--select=RL", "--jobs=2", *arguments]
        done = subprocess.run(
            command, cwd=self.readlint.folder, env=self.readlint.env, input=stdin, capture_output=True, timeout=120
        )
        self.err = done.stderr.decode()
        return done.stdout.decode().replace("\r\n", "\n").splitlines()


@pytest.fixture
def flake8(readlint: Readlint) -> Flake8:
    return Flake8(readlint)


def places(lines: list[str]) -> list[str]:
    return [match[0].removeprefix("./") for line in lines if (match := re.match(r"\S+:\d+:\d+: RL\d+", line))]


def test_the_same_findings_as_readlint(flake8: Flake8, tmp_path: Path) -> None:
    # A form feed, a tabulator, two-byte and four-byte characters, a lone carriage return within a string's end.
    odd = 'def f(cache):\n\tword = "h\u00e9llo \U0001f600"; key = cache\n\f\n' + BAD
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "odd.py").write_bytes(b"\xef\xbb\xbf" + odd.replace("\n", "\r\n").encode())
    (tmp_path / "latin.py").write_bytes(("# coding: latin-1\nname = '\u00e9'\n" + BAD).encode("latin-1"))
    own = flake8.readlint(".", "--output-format", "concise", "--no-cache", status=1).out.splitlines()
    found = flake8(".")
    assert len(places(found)) > 9
    assert sorted(places(found)) == sorted(places(own))
    assert {line.partition(": RL")[2] for line in found} == {
        line.replace("[*] ", "").partition(": RL")[2] for line in own if ": RL" in line
    }


def test_standard_input(flake8: Flake8) -> None:
    found = flake8("--stdin-display-name", "src/job.py", "-", stdin=BAD.encode())
    assert places(found)[0] == "src/job.py:8:5: RL101"
    assert places(flake8("-", stdin=BAD.encode()))[0] == "stdin:8:5: RL101"


def test_settings_and_comments_are_readlints(flake8: Flake8, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.readlint]\nignore = ["RL806"]\nextend-exclude = ["vendor/"]\n')
    (tmp_path / "src").mkdir()
    reason = "  # readlint: ignore[RL101] the cache may be stale, the next call reloads it"
    (tmp_path / "src" / "bad.py").write_text(BAD.replace("except Exception:", "except Exception:" + reason))
    (tmp_path / "src" / "readlint.toml").write_text('ignore = ["jump-in-finally"]\n')
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "bad.py").write_text(BAD)
    (tmp_path / "top.py").write_text(BAD)
    assert places(flake8(".")) == [
        "src/bad.py:15:12: RL201",
        "src/bad.py:27:12: RL806",
        "top.py:8:5: RL101",
        "top.py:15:12: RL201",
        "top.py:22:9: RL106",
    ]


def test_flake8s_own_comments_hold_too(flake8: Flake8) -> None:
    noqa = BAD.replace("except Exception:", "except Exception:  # noqa: RL101")
    assert "RL101" not in "".join(flake8("-", stdin=noqa.encode()))


def test_a_suppression_without_reason_is_reported_and_an_unused_one_is_not(flake8: Flake8) -> None:
    text = "x = 1  # readlint: ignore[RL201]\ny = 2  # readlint: ignore[RL201] the clock is never set here\n"
    assert places(flake8("-", stdin=text.encode())) == ["stdin:1:8: RL003"]


def test_what_another_file_must_answer_is_not_reported(flake8: Flake8, tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(ASKING)
    (tmp_path / "obs.py").write_text("def report(error):\n    pass\n")
    assert places(flake8.readlint(".", "--output-format", "concise", status=1).out.splitlines())
    assert flake8(".") == []


def test_what_the_file_itself_answers_is_reported(flake8: Flake8, tmp_path: Path) -> None:
    own = ASKING.replace("from obs import report\n", "def report(error):\n    pass\n")
    (tmp_path / "job.py").write_text(own)
    assert places(flake8(".")) == places(flake8.readlint(".", "--output-format", "concise", status=1).out.splitlines())
    assert places(flake8("."))


def test_wrong_settings_end_the_run_and_are_named(flake8: Flake8, tmp_path: Path) -> None:
    (tmp_path / "readlint.toml").write_text('\nselekt = ["RL1"]\n')
    (tmp_path / "bad.py").write_text(BAD)
    out = flake8(".")
    assert "readlint.toml:2: unknown setting `selekt`; did you mean `select`?" in "".join(out) + flake8.err


def test_a_rule_that_fails_is_named(flake8: Flake8, pack: object, tmp_path: Path) -> None:
    pack.add("broken", "@RULE.on(ast.Pass)\ndef check(node, ctx):\n    raise ValueError('never shown')\n    yield\n")  # type: ignore[attr-defined]
    (tmp_path / "bad.py").write_text(BAD)
    found = flake8("bad.py")
    assert (
        found[0] == "bad.py:1:1: RL000 internal error: rule TY001 failed on bad.py: ValueError at toy_rules.broken:12"
    )
    assert places(found)[1] == "bad.py:8:5: RL101"
