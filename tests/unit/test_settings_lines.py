from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.settings.lines import Path, line_of, positions
from readlint.settings.show import toml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEXT = '''# select = 1
title = "x # not a comment" # [a]
multi = """
[tool.readlint]
select = ["in a string"]
""""
[project]
select = ["somebody else's"]
dates = [1979-05-27T07:32:00, 1.5, -2e3]

[tool.readlint]
"select" = [
    "RL1", # a comment, with "quotes" and ]
    'sql',
    "RL9",
]
per-file-ignores."tests/*.py" = ["RL1"]
rules.swallowed-exception.strict = true
inline = { a = 1, "b.c" = { d = [{ e = 2 }, 3] } }
literal = \'\'\'
]]]
\'\'\'
[tool.readlint.rules."wall-clock-duration"]
duration-clock = "x"
[[tool.other]]
select = 1
[ tool . 'spaced' ]
key = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("multi",), 3),
        (("project", "select"), 8),
        (("project", "dates", 2), 9),
        (("tool", "readlint"), 11),
        (("tool", "readlint", "select"), 12),
        (("tool", "readlint", "select", 0), 13),
        (("tool", "readlint", "select", 2), 15),
        (("tool", "readlint", "per-file-ignores", "tests/*.py", 0), 17),
        (("tool", "readlint", "rules", "swallowed-exception", "strict"), 18),
        (("tool", "readlint", "inline", "b.c", "d", 0, "e"), 19),
        (("tool", "readlint", "literal"), 20),
        (("tool", "readlint", "rules", "wall-clock-duration", "duration-clock"), 24),
        (("tool", "other", "select"), 26),
        (("tool", "spaced", "key"), 28),
        (("tool", "readlint", "nowhere"), 11),
        (("nowhere",), None),
    ],
)
def test_table(path: Path, line: int | None) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, path) == line


def test_line_ends_of_windows() -> None:
    assert line_of(TEXT.replace("\n", "\r\n"), ("tool", "readlint", "select", 2)) == 15


def test_a_key_with_an_escape() -> None:
    assert line_of('\n"a\\u0062" = 1\n', ("ab",)) == 2


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths_of(item, (*path, key))


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text(max_size=5), st.floats(-9, 9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=5))
def test_every_key_and_item_has_its_line(data: dict[str, Any]) -> None:
    text = "".join(f"{toml(key)} = {toml(value)}\n" for key, value in data.items())
    found = positions(text)
    assert set(found) == set(paths_of(tomllib.loads(text)))
    for number, key in enumerate(data, 1):
        assert {line for path, line in found.items() if path[0] == key} == {number}
