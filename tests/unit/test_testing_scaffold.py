"""`readlint new-rule`: what it writes passes every check, as it stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from readlint.cli import test_rules
from readlint.cli.new_rule import run
from readlint.errors import UserError
from readlint.testing.scaffold import new_rule


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(("acme", "beta")):
            del sys.modules[name]


def forget() -> None:
    """As if in a new process."""
    for name in [name for name in sys.modules if name.startswith(("acme", "beta"))]:
        del sys.modules[name]


def test_a_new_pack(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lost-call", "--pack", "acme-rules"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote acme-rules/pyproject.toml",
        "wrote acme-rules/src/acme_rules/__init__.py",
        "wrote acme-rules/src/acme_rules/reliability/__init__.py",
        "wrote acme-rules/src/acme_rules/reliability/lost_call.py",
        "wrote acme-rules/tests/fixtures/lost-call/basic.py",
        "AC101 lost-call passes its checks as it stands. Change it, and run:",
        "  readlint test-rules acme-rules",
    ]
    assert test_rules.run(["acme-rules"]) == 0
    assert "1 rule, 5 checks: 5 passed" in capsys.readouterr().out


def test_more_rules_get_the_next_codes(here: Path) -> None:
    codes = []
    for name, family in (("lost-call", ""), ("second-call", ""), ("slow-call", "speed"), ("slow-loop", "speed")):
        codes.append(new_rule(name, "acme-rules", family=family).code)
        forget()
    assert codes == ["AC101", "AC102", "AC201", "AC202"]
    assert new_rule("third-call", "acme-rules", code="AC150", family="speed").code == "AC150"
    forget()
    assert test_rules.run(["acme-rules"]) == 0


def test_the_letters_of_the_built_in_pack_are_not_given_away(here: Path) -> None:
    assert new_rule("lost-call", "acme").code == "AC101"
    (here / "RL_pack").mkdir()
    assert new_rule("lost-call", "RL_pack").code == "XX101"
    for name in [name for name in sys.modules if name.startswith("rl_pack")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("LostCall", {}, "a rule's name is small words with hyphens"),
        ("lost_call", {}, "a rule's name is small words with hyphens"),
        ("lost-call", {"code": "A1"}, "a code is two capital letters and three digits"),
        ("lost-call", {"family": "so so"}, "a family is one word"),
        ("old-call", {}, "there is a rule called old-call already"),
        ("lost-call", {"code": "AC101"}, "the code AC101 is taken"),
        ("unused-suppression", {}, "there is a rule called unused-suppression already"),
    ],
)
def test_what_is_refused(here: Path, name: str, options: dict[str, str], message: str) -> None:
    new_rule("old-call", "acme-rules")
    forget()
    before = _written(here)
    with pytest.raises(UserError, match=message):
        new_rule(name, "acme-rules", **options)
    assert _written(here) == before


def _written(here: Path) -> list[Path]:
    """What somebody wrote there, without what Python writes beside it when it imports."""
    return [path for path in sorted(here.rglob("*")) if path.suffix != ".pyc" and path.name != "__pycache__"]


def test_a_project_that_is_no_pack_is_not_made_one(here: Path) -> None:
    (here / "pyproject.toml").write_text("[project]\nname = 'beta'\n")
    with pytest.raises(UserError, match=r"it declares no rule pack; add:  \[project.entry-points"):
        new_rule("lost-call", ".")
