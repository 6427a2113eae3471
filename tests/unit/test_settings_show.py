from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any, Literal

import pytest

from readlint.errors import UserError
from readlint.settings.check import Checker
from readlint.settings.load import SettingsLoader
from readlint.settings.schema import SETTINGS
from readlint.settings.selection import Selectors
from readlint.settings.show import describe_setting, list_settings, show_settings, toml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclasses.dataclass(frozen=True)
class ClockOptions:
    duration_clock: Literal["monotonic", "perf_counter"] = "monotonic"
    names: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class FakeRule:
    code: str
    name: str
    family: str
    preview: bool = False
    default_options: Any = None


RULES = (
    FakeRule("RL101", "swallowed-exception", "errors"),
    FakeRule("RL201", "wall-clock-duration", "clocks", default_options=ClockOptions()),
)
TEXT = """\
extend = "base.toml"
max-findings = 5
per-file-ignores = { "a \\"b\\"/*" = ["RL1"] }
rules.RL201.duration-clock = "perf_counter"
target-version = "3.12"
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_values_with_where_they_come_from() -> None:
    Path("readlint.toml").write_text(TEXT, encoding="utf-8")
    Path("base.toml").write_text('ignore = ["RL101"]\n', encoding="utf-8")
    lines = show_settings(SettingsLoader(RULES).for_folder(), RULES).splitlines()
    assert lines[0].endswith("readlint.toml")
    assert 'ignore = ["RL101"]  # base.toml' in lines
    assert "max-findings = 5  # readlint.toml" in lines
    assert 'fail-on = "note"  # default' in lines
    assert 'duration-clock = "perf_counter"  # readlint.toml' in lines
    assert "names = []  # default" in lines
    assert lines[-2:] == ["# Rules that are on: 1", "#   RL201 wall-clock-duration"]


def test_the_text_is_a_settings_file_that_means_the_same() -> None:
    Path("readlint.toml").write_text(TEXT, encoding="utf-8")
    Path("base.toml").write_text('ignore = ["RL101"]\n', encoding="utf-8")
    settings = SettingsLoader(RULES).for_folder()
    Path("readlint.toml").write_text(show_settings(settings, RULES), encoding="utf-8")
    copy = SettingsLoader(RULES).for_folder()
    assert copy.key == settings.key
    assert all(
        getattr(copy, s.attribute) == getattr(settings, s.attribute) for s in SETTINGS.values() if s.key != "extend"
    )


def test_without_a_file() -> None:
    first = show_settings(SettingsLoader(RULES, isolated=True).for_folder()).splitlines()[0]
    assert first.endswith("from no file: these are the defaults")


def test_the_list_has_every_setting() -> None:
    lines = list_settings(RULES).splitlines()
    assert [line for line in lines if not line.startswith(" ")] == [*SETTINGS, "rules", "rules.wall-clock-duration"]
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("key", SETTINGS)
def test_the_page_of_a_setting(key: str) -> None:
    page = describe_setting(key)
    assert page.startswith(f"{key}\n")
    assert SETTINGS[key].example in page


@pytest.mark.parametrize("key", SETTINGS)
def test_a_definition_is_whole(key: str) -> None:
    setting = SETTINGS[key]
    assert setting.description.endswith(".")
    assert ". " not in setting.description
    assert list(tomllib.loads(setting.example)) == [setting.path[0]]


@pytest.mark.parametrize("key", SETTINGS)
def test_an_example_is_accepted(key: str) -> None:
    named = (
        FakeRule("RL701", "silent-worker", "observability"),
        FakeRule("RL806", "timing-unsafe-comparison", "security"),
        FakeRule("RL903", "raised-error-untested", "verification"),
    )
    setting = SETTINGS[key]
    example: Any = tomllib.loads(setting.example)
    for name in setting.path:
        example = example[name]
    Checker(Selectors((*RULES, *named))).convert(setting, example)


def test_the_page_of_the_options_of_a_rule() -> None:
    page = describe_setting("rules.RL201", RULES)
    assert page.splitlines() == [
        "rules.wall-clock-duration",
        '    duration-clock: one of "monotonic", "perf_counter"; default "monotonic"',
        "    names: a list of strings; default []",
    ]
    assert describe_setting("rules.swallowed-exception", RULES).endswith("This rule has no options.\n")
    assert describe_setting("rules").startswith("rules\n")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("selct", "unknown setting `selct`; did you mean `select`?"),
        ("rules.RL999", "unknown rule `RL999`"),
        ("rules.swallowed", "unknown rule `swallowed`; did you mean `swallowed-exception`?"),
    ],
)
def test_unknown_pages(key: str, message: str) -> None:
    with pytest.raises(UserError, match="unknown") as caught:
        describe_setting(key, RULES)
    assert str(caught.value).startswith(message)


def test_toml_of_odd_texts() -> None:
    text = 'a"b\\c\n\x7f\x00é😀'
    assert tomllib.loads(f"key = {toml(text)}") == {"key": text}
