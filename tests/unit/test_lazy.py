"""Private modules of packs are executed when they are used, and as if they had been all along."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from readlint import lazy
from readlint.files.source import Source
from readlint.packs import RuleSet, load_rules, rules_of_package
from readlint.settings.model import Settings
from readlint.settings.selection import RuleSelection
from readlint.syntax.screen import Screen

PACK = "later_pack"
RULE = """
import ast
from readlint.api import Category, Level, Rule, Severity
from later_pack.family import _broken as broken
RULE = Rule(__name__, "A toy.", code="TY001", severity=Severity.NOTE, level=Level.L0, category=Category.SAFETY,
    messages={"default": "A toy."}, since="0")
@RULE.on(ast.Call)
def check(node, ctx):
    broken.WHOLE
    yield RULE.finding(node)
def own(node, fix):
    return node
"""
FILES = {
    "__init__.py": "",
    "family/__init__.py": "",
    "family/_table.py": "from later_pack.family import _broken as broken\nROWS = ['a']\ndef first() -> str:\n    return ROWS[0]\n",
    "family/_broken.py": "import sys\nHALF = object()\nif not hasattr(sys, 'mended'):\n    raise ValueError('boom')\nWHOLE = HALF\n",
    "family/_shy.py": "from later_pack.family import _bold as bold\nNAME = 'shy'\ndef other() -> str:\n    return bold.NAME\n",
    "family/_bold.py": "from later_pack.family._shy import NAME as OTHER\nNAME = 'bold'\n",
    "family/public.py": "from later_pack.family import _table as table\n",
    "family/at_once.py": "from later_pack.family._table import ROWS\n",
    "family/__main__.py": "",
    "family/_mend.py": "def mend(node, fix):\n    return node\n",
    "family/toy.py": RULE,
}


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, text in FILES.items():
        (tmp_path / PACK / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / PACK / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(lazy._FINDER, "packs", lazy._FINDER.packs)
    lazy.defer(PACK)
    yield f"{PACK}.family"
    for name in [name for name in sys.modules if name.partition(".")[0] == PACK]:
        del sys.modules[name]


def is_waiting(module: ModuleType) -> bool:
    return "ROWS" not in vars(module)


def test_a_module_waits_until_something_in_it_is_used(family: str) -> None:
    table = importlib.import_module(f"{family}.public").table
    again = importlib.import_module(f"{family}._table")
    assert again is table is sys.modules[f"{family}._table"]
    assert table.__name__ == f"{family}._table"
    assert str(table.__file__).endswith("_table.py")
    assert is_waiting(table)
    assert table.first() == "a"
    assert type(table) is ModuleType
    assert not is_waiting(table)


def test_names_that_are_imported_are_used_at_once(family: str) -> None:
    importlib.import_module(f"{family}.public")
    assert is_waiting(sys.modules[f"{family}._table"])
    assert importlib.import_module(f"{family}.at_once").ROWS == ["a"]
    assert not is_waiting(sys.modules[f"{family}._table"])


def test_it_shows_what_is_in_it(family: str) -> None:
    assert {"ROWS", "first", "__name__"} <= set(dir(importlib.import_module(f"{family}.public").table))


def test_what_is_not_there_is_not_there(family: str) -> None:
    table = importlib.import_module(f"{family}.public").table
    with pytest.raises(AttributeError, match=r"later_pack\.family\._table.* has no attribute 'nothing'"):
        table.nothing()
    with pytest.raises(ImportError, match="nothing"):
        exec(f"from {family}._table import nothing")


def test_an_execution_that_fails_leaves_nothing_behind(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = importlib.import_module(f"{family}._table").broken
    for _ in range(2):
        with pytest.raises(ValueError, match="boom"):
            _ = broken.WHOLE
        assert "HALF" not in vars(broken)
    monkeypatch.setattr(sys, "mended", True, raising=False)
    assert broken.WHOLE is broken.HALF


def test_a_failure_is_an_error_of_the_rule_that_needed_it(family: str) -> None:
    rules = RuleSet([*load_rules().rules, *rules_of_package(PACK)])
    screened = Screen(rules).file(Source("app.py", b"f()\n"), Settings(rules=RuleSelection({"TY001"})))
    (error,) = screened.errors
    assert (error.rule, error.kind, error.where) == ("TY001", "ValueError", f"{family}._broken:4")


def test_a_fix_may_wait_in_a_private_module(family: str) -> None:
    toy, mend = importlib.import_module(f"{family}.toy"), importlib.import_module(f"{family}._mend").mend
    names = [toy.RULE._name_of(fixer) for fixer in (mend, toy.own, test_it_shows_what_is_in_it)]
    assert names == ["_mend.mend", "own", "test_it_shows_what_is_in_it"]
    assert [toy.RULE.fixer(name) for name in names[:2]] == [mend, toy.own]


def test_two_that_need_each_other(family: str) -> None:
    assert importlib.import_module(f"{family}._shy").other() == "bold"


def test_public_modules_and_other_packages_are_executed_as_always(family: str) -> None:
    for name in (f"{family}.public", f"{family}.__main__", "_pytest._version"):
        assert lazy._FINDER.find_spec(name, None) is None


def test_a_finder_is_put_in_once() -> None:
    before = list(sys.meta_path)
    lazy.defer(PACK)
    lazy.defer(PACK)
    assert sys.meta_path.count(lazy._FINDER) == 1
    assert [finder for finder in sys.meta_path if finder is not lazy._FINDER] == [
        finder for finder in before if finder is not lazy._FINDER
    ]
    assert lazy._FINDER.packs.count(f"{PACK}.") == 1
