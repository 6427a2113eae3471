from __future__ import annotations

import dataclasses
from typing import Any, Literal

import pytest

from readlint.settings.check import Bad
from readlint.settings.options import build_options, check_options, options_of


@dataclasses.dataclass(frozen=True)
class ClockOptions:
    duration_clock: Literal["monotonic", "perf_counter"] = "monotonic"
    strict: bool = False
    limit: int = 3
    ratio: float = 0.5
    prefix: str = ""
    names: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class FakeRule:
    code: str
    name: str
    default_options: Any = None


CLOCKS = FakeRule("RL201", "wall-clock-duration", ClockOptions())
PLAIN = FakeRule("RL101", "swallowed-exception")
RULES = (CLOCKS, PLAIN)


def options(table: dict[str, Any]) -> dict[str, Any]:
    return build_options(RULES, check_options(RULES, {"wall-clock-duration": table}))


def test_every_type() -> None:
    table = {
        "duration-clock": "perf_counter",
        "strict": True,
        "limit": 4,
        "ratio": 1,
        "prefix": "x",
        "names": ["a", "b"],
    }
    made = options(table)["wall-clock-duration"]
    assert made == ClockOptions("perf_counter", True, 4, 1.0, "x", ("a", "b"))
    assert type(made.ratio) is float


def test_the_code_names_the_rule_as_well() -> None:
    assert check_options(RULES, {"RL201": {"limit": 1}}) == {"wall-clock-duration": {"limit": 1}}


def test_defaults_are_no_options() -> None:
    assert options({"duration-clock": "monotonic"}) == {}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"strict": 1}, "`strict` of rule `wall-clock-duration` must be true or false, not a whole number"),
        ({"limit": True}, "`limit` of rule `wall-clock-duration` must be a whole number, not true or false"),
        ({"limit": 1.5}, "`limit` of rule `wall-clock-duration` must be a whole number, not a number"),
        ({"ratio": True}, "`ratio` of rule `wall-clock-duration` must be a number, not true or false"),
        ({"prefix": []}, "`prefix` of rule `wall-clock-duration` must be a string, not a list"),
        ({"names": "x"}, '`names` of rule `wall-clock-duration` must be a list of strings, not "x"'),
        ({"names": [1]}, "`names` of rule `wall-clock-duration` must be a list of strings, not a list"),
        (
            {"duration-clock": "sundial"},
            '`duration-clock` of rule `wall-clock-duration` must be one of "monotonic", "perf_counter", not "sundial"',
        ),
        (
            {"duration_clock": "x"},
            "rule `wall-clock-duration` has no option `duration_clock`; did you mean `duration-clock`?",
        ),
    ],
)
def test_wrong_options(table: dict[str, Any], message: str) -> None:
    with pytest.raises(Bad) as caught:
        options(table)
    assert caught.value.message == message
    assert caught.value.path == ("rules", "wall-clock-duration", next(iter(table)))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "`rules` must be a table, not a list"),
        ({"RL201": 1}, "`rules.RL201` must be a table, not a whole number"),
        ({"wall-clock": {}}, "unknown rule `wall-clock` in `rules`; did you mean `wall-clock-duration`?"),
        ({"RL201": {}, "wall-clock-duration": {}}, "`rules` has rule `wall-clock-duration` twice, by name and by code"),
        ({"RL101": {"x": 1}}, "rule `swallowed-exception` has no option `x`; it has none"),
    ],
)
def test_wrong_tables(table: Any, message: str) -> None:
    with pytest.raises(Bad) as caught:
        check_options(RULES, table)
    assert caught.value.message == message


def test_a_rule_with_an_option_that_toml_cannot_say() -> None:
    @dataclasses.dataclass(frozen=True)
    class Odd:
        names: frozenset[str] = frozenset()

    with pytest.raises(TypeError, match="option names must be bool, int"):
        options_of(FakeRule("RL201", "odd", Odd()))
