"""Regular expressions that wait to be compiled."""

from __future__ import annotations

import re

import pytest

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
