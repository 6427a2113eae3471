"""The JSON schema of the settings says what readlint itself says."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any, Literal

import pytest
from harness import Ran
from hypothesis import given
from hypothesis import strategies as st

from readlint.errors import UserError
from readlint.report import formats
from readlint.settings.check import Bad
from readlint.settings.documents import parse
from readlint.settings.json_schema import schema
from readlint.settings.load import SettingsLoader
from readlint.settings.schema import SETTINGS, Kind

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")


@dataclasses.dataclass(frozen=True)
class Options:
    duration_clock: Literal["monotonic", "perf_counter"] = "monotonic"
    strict: bool = False
    most: int = 3
    share: float = 0.5
    prefix: str = "x"
    names: tuple[str, ...] = ("a",)


@dataclasses.dataclass(frozen=True)
class FakeRule:
    code: str
    name: str
    family: str
    preview: bool = False
    default_options: Any = None


RULES = (
    FakeRule("RL101", "swallowed-exception", "errors"),
    FakeRule("RL201", "wall-clock-duration", "clocks", default_options=Options()),
)
OWN = schema(RULES, other_packs=False)
OPEN = schema(RULES, other_packs=True)


def accepts(table: Any, of: dict[str, Any] = OWN) -> bool:
    return bool(jsonschema.Draft7Validator(of).is_valid(table))


def readlint_accepts(table: dict[str, Any]) -> bool:
    try:
        SettingsLoader(RULES, table, isolated=True).for_folder(".")
    except (UserError, Bad):
        return False
    return True


def test_it_is_a_schema_of_draft_7() -> None:
    jsonschema.Draft7Validator.check_schema(OWN)
    jsonschema.Draft7Validator.check_schema(OPEN)
    assert list(OWN["properties"]) == [*dict.fromkeys(setting.path[0] for setting in SETTINGS.values()), "rules"]
    assert all(one["description"] for one in OWN["properties"].values())


def nested(key: str, value: object) -> dict[str, Any]:
    first, _, rest = key.partition(".")
    return {first: nested(rest, value) if rest else value}


def test_every_default_and_every_example_is_accepted() -> None:
    for key, setting in SETTINGS.items():
        group, _, inner = key.partition(".")
        one = OPEN["properties"][group]["properties"][inner] if inner else OPEN["properties"][key]
        examples = [
            value for value in one["examples"] if setting.kind is Kind.PATH or readlint_accepts(nested(key, value))
        ]
        assert examples or "list of rules" in setting.type_text  # rules that these are not
        if key == "output-format" and "sarif" not in formats():
            examples = []
        for value in [*examples, *([one["default"]] if "default" in one else [])]:
            assert accepts(nested(key, json.loads(json.dumps(value))), OPEN), (key, value)


VALID = """
select = ["ALL", "DEFAULT"]
select = ["RL", "RL1", "RL10", "RL101", "errors", "wall-clock-duration"]
ignore = []
per-file-ignores = { "a/*" = ["RL1"], "!src/" = ["clocks"], " a" = [] }
target-version = "3.7"
required-version = ">=0.1,<1"
required-version = " ,>= 0.1 , ~=0.1.0,"
required-version = "==0.*"
required-version = "v0.1.0"
max-findings = 0
output-format = "text"
output-format = ["concise", "json=report.json", "text=-"]
error-reporters = ["acme.obs.report", "größe.melde"]
honour-foreign-suppressions = ["S110", "too-many_x"]
rules = { RL201 = { strict = true } }
rules = { wall-clock-duration = { duration-clock = "perf_counter", most = 4, share = 1, prefix = "", names = ["b"] } }
rules = { RL101 = {} }
"""

INVALID = """
selekt = ["RL1"]
extend_select = []
select = "RL1"
select = [1]
select = ["RL9"]
select = ["swallowed"]
select = [""]
preview = 1
exclude = [""]
exclude = [" "]
exclude = "a"
per-file-ignores = ["a"]
per-file-ignores = { a = "RL1" }
per-file-ignores = { a = ["RL7"] }
per-file-ignores = { "!" = [] }
per-file-ignores = { "! " = [] }
max-findings = -1
max-findings = true
max-findings = 1.5
target-version = "4.0"
target-version = "3"
target-version = 3.10
required-version = ">=x"
required-version = ""
required-version = "1 2"
service-kind = "daemon"
fail-on = "info"
fail-on = 1
extend = ""
extend = 1
error-reporters = ["a b"]
error-reporters = ["1a"]
error-reporters = ["a..b"]
honour-foreign-suppressions = ["S 110"]
output-format = 1
output-format = [""]
rules = 1
rules = { RL999 = {} }
rules = { swallowed = {} }
rules = { RL201 = 1 }
rules = { RL201 = { strikt = true } }
rules = { RL201 = { strict = 1 } }
rules = { RL201 = { duration-clock = "sundial" } }
rules = { RL201 = { most = "3" } }
rules = { RL201 = { share = "3" } }
rules = { RL201 = { names = "b" } }
rules = { RL201 = { names = [1] } }
rules = { RL201 = { prefix = [] } }
rules = { RL101 = { strict = true } }
"""


@pytest.mark.parametrize("line", VALID.strip().splitlines())
def test_what_is_right(line: str) -> None:
    table = parse(line)
    assert readlint_accepts(table)
    assert accepts(table)
    assert accepts(table, OPEN)


@pytest.mark.parametrize("line", INVALID.strip().splitlines())
def test_what_is_wrong(line: str) -> None:
    table = parse(line)
    assert not readlint_accepts(table)
    assert not accepts(table)


def test_an_unknown_format_is_wrong_and_every_known_one_right() -> None:
    assert not accepts({"output-format": "excel"})
    assert all(accepts({"output-format": [name, f"{name}=x"]}) for name in formats())


def test_other_packs_may_be_installed() -> None:
    assert accepts({"select": ["TY101", "TY", "toy-rule", "toys"], "rules": {"toy-rule": {"most": 1}}}, OPEN)
    assert not accepts({"select": ["RL999"]}, OPEN)
    assert not accepts({"select": ["Swallowed Exception"]}, OPEN)
    assert not accepts({"rules": {"RL999": {}}}, OPEN)


WORDS = st.sampled_from(
    [
        *(
            "RL101",
            "RL",
            "errors",
            "ALL",
            "text",
            "json=a",
            "3.10",
            ">=0",
            "==0.1.*",
            "web",
            "error",
            "a.b",
            "S110",
            "!",
        ),
        "",
    ]
) | st.text(max_size=4)
VALUES = st.recursive(
    st.booleans() | st.integers(-1, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS | st.sampled_from(["strict"]), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from([key for key in [*SETTINGS, "rules"] if key != "extend"]), VALUES)
def test_what_readlint_accepts_the_schema_accepts(key: str, value: object) -> None:
    table = nested(key, value)
    known = set(formats())
    if key == "output-format" and readlint_accepts(table):
        # Which formats there are is known where they are written.
        outputs = value if isinstance(value, list) else [value]
        table = {key: [output for output in outputs if str(output).partition("=")[0] in known]}
    if readlint_accepts(table):
        assert accepts(table)
        assert accepts(table, OPEN)


def test_the_command_prints_it_for_what_is_installed(lint: Callable[..., Ran]) -> None:
    ran = lint("settings", "--schema")
    printed = json.loads(ran.out)
    assert ran.status == 0
    assert "RL101" in printed["definitions"]["selector"]["anyOf"][0]["enum"]
    assert (
        printed["properties"]["rules"]["properties"]["RL201"]
        == printed["properties"]["rules"]["properties"]["wall-clock-duration"]
    )
    assert accepts({"select": ["RL101"]}, printed)
