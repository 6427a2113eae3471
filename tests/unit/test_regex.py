"""Regular expressions that wait to be compiled."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
import readlint_rules
from hypothesis import given
from hypothesis import strategies as st

import readlint
from readlint.regex import regex


def test_it_is_what_re_compiles() -> None:
    late, at_once = regex(r"(\w+)=(\d+)", re.ASCII), re.compile(r"(\w+)=(\d+)", re.ASCII)
    for _ in range(2):  # the second time the method is an attribute
        found = late.search("a b=1")
        assert found is not None
        assert found.groups() == ("b", "1")
    assert late.sub("x", "a=1 b=2") == at_once.sub("x", "a=1 b=2") == "x x"
    assert (late.pattern, late.flags, late.groups) == (at_once.pattern, at_once.flags, at_once.groups)


def test_it_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    whole = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or whole(*given))
    late = regex("x+")
    assert compiled == []
    assert late.fullmatch("xx")
    assert compiled == [("x+", 0)]


def test_what_is_no_expression_says_so_when_it_is_used() -> None:
    late = regex("(")
    with pytest.raises(re.error):
        late.search("")


def test_hints_spare_a_search() -> None:
    late = regex(r"\bnever raise", re.IGNORECASE, ("raise",))
    found = late.search("It Never RAISES.")
    assert found is not None
    assert found.start() == 3
    assert late.search("It never fails.") is None
    assert late.search("It may raise.") is None
    assert late.sub("x", "never raise") == "x"


def _hinted() -> list[Any]:
    packages = [
        *walk_packages(readlint.__path__, "readlint."),
        *walk_packages(readlint_rules.__path__, "readlint_rules."),
    ]
    modules = [import_module(one.name) for one in packages if not one.name.endswith(("__main__", "_plugin"))]
    return [value for module in modules for value in vars(module).values() if getattr(value, "hints", ())]


@pytest.mark.parametrize("pattern", _hinted(), ids=lambda pattern: pattern.pattern[:30])
@given(data=st.data())
def test_nothing_is_found_without_a_hint(pattern: Any, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern.pattern, pattern.flags), alphabet=st.characters(codec="ascii")))
    assert pattern.search(text), text
