from __future__ import annotations

import dataclasses
import os
import pickle
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from readlint.errors import UserError
from readlint.settings.load import SettingsLoader
from readlint.settings.model import Settings
from readlint.settings.schema import SETTINGS, Values, attribute_of


@dataclasses.dataclass(frozen=True)
class ClockOptions:
    duration_clock: Literal["monotonic", "perf_counter"] = "monotonic"
    strict: bool = False


@dataclasses.dataclass(frozen=True)
class FakeRule:
    code: str
    name: str
    family: str
    preview: bool = False
    default_options: Any = None


RULES = (
    FakeRule("RL001", "unreadable-file", "engine"),
    FakeRule("RL101", "swallowed-exception", "errors"),
    FakeRule("RL106", "jump-in-finally", "errors", preview=True),
    FakeRule("RL201", "wall-clock-duration", "clocks", default_options=ClockOptions()),
)
RUNNING = sys.version_info[:2]
Load = Callable[..., Settings]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # A name that no pattern for tests fits.
    root = tmp_path / "project"
    root.mkdir()
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    return root


def write(path: str, text: str = "") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return file


def load(folder: str = ".", **arguments: Any) -> Settings:
    return SettingsLoader(RULES, **arguments).for_folder(folder)


def error(folder: str = ".", **arguments: Any) -> str:
    with pytest.raises(UserError) as caught:
        load(folder, **arguments)
    return str(caught.value)


# Where settings are found


def test_without_a_file_the_defaults_hold(project: Path) -> None:
    settings = load("src")
    assert (settings.root, settings.source, settings.select) == (str(project), None, ("DEFAULT",))
    assert settings.rules.enabled == {"RL001", "RL101", "RL201"}
    assert settings.target_version == RUNNING
    assert settings.origins == {}


def test_settings_made_by_hand_hold_the_defaults() -> None:
    made = Settings()
    assert all(getattr(made, setting.attribute) == setting.default for setting in SETTINGS.values())
    assert made.is_test("tests/a.py")
    assert ".venv/" in made.excludes.patterns


def test_every_setting_is_an_attribute() -> None:
    assert [attribute_of(key) for key in SETTINGS] == [field.name for field in dataclasses.fields(Values)]


def test_the_nearest_file_wins(project: Path) -> None:
    write("pyproject.toml", "[tool.readlint]\nfail-on = 'error'")
    write("app/readlint.toml", "fail-on = 'warning'")
    loader = SettingsLoader(RULES)
    assert loader.for_folder("app/deep/er").fail_on == "warning"
    assert loader.for_folder("app/deep/er").root == str(project / "app")
    assert loader.for_folder("lib").fail_on == loader.for_folder("").fail_on == "error"
    assert loader.for_folder("lib") is loader.for_folder(str(project / "other"))
    assert loader.files_read == {str(project / "pyproject.toml"), str(project / "app" / "readlint.toml")}
    assert {str(project), str(project / "app" / "deep" / "er"), "/"} <= loader.folders_probed


def test_precedence_in_one_folder() -> None:
    write("pyproject.toml", "[tool.readlint]\nmax-findings = 1")
    assert load().max_findings == 1
    write("readlint.toml", "max-findings = 2")
    assert load().max_findings == 2
    write(".readlint.toml", "max-findings = 3")
    assert load().max_findings == 3


def test_settings_in_a_table_of_their_own() -> None:
    write("readlint.toml", "[migrations]\nstart-after = ['shop.0042_order_email']\nsmall-tables = ['currency']")
    assert load().migrations_start_after == ("shop.0042_order_email",)
    assert load().migrations_small_tables == ("currency",)


def test_a_pyproject_without_our_table_is_passed_over() -> None:
    write("readlint.toml", "max-findings = 1")
    write("app/pyproject.toml", "[tool.ruff]\nselect = ['readlint']")
    assert load("app").max_findings == 1


def test_an_empty_table_is_a_file_of_settings(project: Path) -> None:
    write("readlint.toml", "max-findings = 1")
    write("app/pyproject.toml", "[tool.readlint]")
    write("lib/readlint.toml", "")
    assert load("app").max_findings == 0
    assert load("lib").max_findings == 0
    assert load("lib").root == str(project / "lib")


def test_a_broken_file_of_others_is_not_our_business() -> None:
    write("pyproject.toml", "[project\nrequires-python = '>=3.9'")
    assert load().source is None


def test_a_folder_named_like_a_settings_file_is_none() -> None:
    Path("readlint.toml").mkdir()
    assert load().source is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_named_like_a_settings_file_is_none() -> None:
    os.mkfifo("readlint.toml")
    assert load().source is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_to_itself() -> None:
    Path("readlint.toml").symlink_to("readlint.toml")
    assert error().startswith("readlint.toml: cannot be read: ")


def test_byte_order_mark() -> None:
    Path("readlint.toml").write_bytes(b"\xef\xbb\xbfmax-findings = 1\r\n")
    assert load().max_findings == 1


# The oldest Python


def test_target_version() -> None:
    write("pyproject.toml", "[project]\nrequires-python = '>=3.9,<4'")
    write("app/readlint.toml", "")
    assert load().target_version == load("app").target_version == (3, 9)
    assert load("app").origins["target-version"] == ("pyproject.toml",)
    write("app/pyproject.toml", "[project]\nrequires-python = '~=3.12'\n[tool.readlint]")
    assert load("app").target_version == (3, 12)
    write("app/readlint.toml", "target-version = '3.14'")
    assert load("app").target_version == (3, 14)
    assert load("app", isolated=True).target_version == RUNNING


@pytest.mark.parametrize("wanted", ["1", "['>=3.9']", "'<4'", "'nonsense'"])
def test_a_bound_that_says_nothing(wanted: str) -> None:
    write("pyproject.toml", f"[project]\nrequires-python = {wanted}")
    assert load().target_version == RUNNING


# Inheritance


def test_extend_replaces_and_adds(project: Path) -> None:
    write("base.toml", "extend = 'root.toml'\nextend-exclude = ['b']\nexclude = ['base']\nunfixable = ['RL101']")
    write("root.toml", "extend-exclude = ['a']\nexclude = ['root']\nmax-findings = 7\nfail-on = 'error'")
    write("app/pyproject.toml", "[tool.readlint]\nextend = '../base.toml'\nextend-exclude = ['c']\nfail-on = 'note'")
    settings = load("app")
    assert settings.extend_exclude == ("a", "b", "c")
    assert settings.exclude == ("base",)
    assert (settings.max_findings, settings.fail_on, settings.unfixable) == (7, "note", ("RL101",))
    assert settings.extend == str(project / "base.toml")
    assert settings.origins["extend-exclude"] == ("root.toml", "base.toml", "app/pyproject.toml")
    assert settings.origins["max-findings"] == ("root.toml",)


def test_selection_through_extend() -> None:
    write("base.toml", "select = ['errors', 'clocks']\nignore = ['RL101']")
    write("a/readlint.toml", "extend = '../base.toml'\nignore = ['RL201']")
    write("b/readlint.toml", "extend = '../base.toml'\nselect = ['errors']")
    write("c/readlint.toml", "extend = '../base.toml'\nextend-select = ['RL101']")
    assert load("a").rules.enabled == frozenset()
    assert load("a").ignore == ("RL101", "RL201")
    assert load("b").rules.enabled == {"RL101"}
    assert load("b").ignore == ()
    assert load("c").rules.enabled == {"RL101", "RL201"}


def test_options_of_rules_through_extend() -> None:
    write("base.toml", "[rules.RL201]\nstrict = true\nduration-clock = 'perf_counter'")
    write("readlint.toml", "extend = 'base.toml'\n[rules.wall-clock-duration]\nstrict = false")
    assert load().options == {"wall-clock-duration": ClockOptions("perf_counter", False)}
    assert load().origins["rules.wall-clock-duration.strict"] == ("readlint.toml",)


def test_patterns_of_a_file_above_start_there() -> None:
    write("readlint.toml", "per-file-ignores = { 'app/gen/*' = ['RL1'] }\nextend-exclude = ['/app/vendor']")
    write("app/readlint.toml", "extend = '../readlint.toml'")
    settings = load("app")
    assert "RL101" not in settings.rules.for_path("app/gen/a.py")
    assert "/app/vendor" in settings.excludes.patterns
    assert settings.excludes.root == os.getcwd()


def test_patterns_of_a_shared_file_start_at_the_one_that_extends_it() -> None:
    write("shared/readlint.toml", "per-file-ignores = { 'gen/*' = ['RL1'] }\ntest-paths = ['/checks/']")
    write("app/readlint.toml", "extend = '../shared/readlint.toml'")
    settings = load("app")
    assert "RL101" not in settings.rules.for_path("app/gen/a.py")
    assert settings.is_test("app/checks/a.py")


def test_extend_may_name_the_home_folder(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(project / "home"))
    write("home/mine.toml", "max-findings = 1")
    write("readlint.toml", "extend = '~/mine.toml'")
    assert load().max_findings == 1


def test_a_circle() -> None:
    write("readlint.toml", "\nextend = 'b/c.toml'")
    write("b/c.toml", "\n\nextend = '../readlint.toml'")
    expected = "b/c.toml:3: `extend` goes round in a circle: readlint.toml -> b/c.toml -> readlint.toml"
    assert error() == expected


def test_extend_of_itself() -> None:
    write("readlint.toml", "extend = 'readlint.toml'")
    assert error() == "readlint.toml:1: `extend` goes round in a circle: readlint.toml -> readlint.toml"


def test_extend_of_nothing() -> None:
    write("readlint.toml", "extend = 'gone.toml'")
    assert error() == "readlint.toml:1: `extend` names gone.toml, which is not there"
    write("gone.toml", "[tool.readlint]\n")
    write("other/pyproject.toml", "[project]")
    write("readlint.toml", "extend = 'other/pyproject.toml'")
    assert error() == "readlint.toml:1: `extend` names other/pyproject.toml, which has no `[tool.readlint]`"


# The command line


def test_options_override_files() -> None:
    write("readlint.toml", "fail-on = 'error'\nignore = ['RL101']\nextend-exclude = ['a']")
    overrides = {"fail-on": "warning", "select": ["RL101"], "extend-exclude": ["b"], "preview": None}
    settings = load(overrides=overrides)
    assert (settings.fail_on, settings.extend_exclude) == ("warning", ("a", "b"))
    assert settings.rules.enabled == {"RL101"}
    assert settings.origins["fail-on"] == ("command line",)


def test_ignore_on_the_command_line_adds() -> None:
    write("readlint.toml", "ignore = ['RL101']")
    assert load(overrides={"ignore": ["RL201"]}).rules.enabled == {"RL001"}


def test_patterns_of_the_command_line_start_at_the_current_directory(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("readlint.toml", "")
    Path("app").mkdir()
    monkeypatch.chdir("app")
    settings = load(overrides={"per-file-ignores": {"/a.py": ["RL101"]}})
    assert settings.root == str(project)
    assert "RL101" not in settings.rules.for_path("a.py")
    assert "RL101" in settings.rules.for_path("../a.py")


def test_config_with_a_fragment() -> None:
    write("readlint.toml", "fail-on = 'error'\nmax-findings = 1")
    config = ["fail-on = 'note'", "rules.RL201.strict = true", "max-findings=2"]
    settings = load(config=config, overrides={"max-findings": 3})
    assert (settings.fail_on, settings.max_findings) == ("note", 3)
    assert settings.options == {"wall-clock-duration": ClockOptions(strict=True)}


def test_config_with_a_file(project: Path) -> None:
    write("readlint.toml", "fail-on = 'error'")
    write("app/readlint.toml", "fail-on = 'error'")
    write("app/pyproject.toml", "[project]\nrequires-python = '>=3.11'")
    write("ci/lint.toml", "max-findings = 1\ntest-paths = ['/checks/']")
    settings = load("app", config=["ci/lint.toml"])
    assert (settings.fail_on, settings.max_findings, settings.root) == ("note", 1, str(project))
    assert settings.source == str(project / "ci" / "lint.toml")
    assert settings.target_version == (3, 11)
    assert settings.is_test("checks/a.py")


def test_isolated() -> None:
    write("readlint.toml", "fail-on = 'error'")
    loader = SettingsLoader(RULES, isolated=True, config=["max-findings = 1"])
    settings = loader.for_folder()
    assert (settings.fail_on, settings.max_findings) == ("note", 1)
    assert loader.files_read == loader.folders_probed == set()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"config": ["a.toml", "b.toml"]}, "`--config` names more than one file: a.toml, b.toml"),
        ({"config": ["a.toml"], "isolated": True}, "`--config a.toml` and `--isolated` contradict each other"),
        ({"config": ["a.toml"]}, "a.toml: there is no such settings file"),
        ({"config": ["fail-on = 1"]}, "--config: `fail-on` must be one of"),
        ({"config": ["extend = 'x'"]}, "--config: `extend` stands in settings files only"),
        (
            {"config": ["fail-on = warning"]},
            "`--config fail-on = warning`: Invalid value; give a settings file or TOML",
        ),
        ({"overrides": {"select": ["RL999"]}}, "command line: unknown rule `RL999` in `--select`"),
        ({"overrides": {"fail-on": "bad"}}, "command line: `--fail-on` must be one of "),
    ],
)
def test_wrong_options(arguments: dict[str, Any], message: str) -> None:
    assert error(**arguments).startswith(message)


# Wrong files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.readlint]\nselct = []", "2: unknown setting `selct`; did you mean `select`?"),
        ("[tool.readlint]\nextend_select = []", "2: unknown setting `extend_select`; did you mean `extend-select`?"),
        ("[tool.readlint.migrations]\nstart-afer = []", "2: unknown setting `migrations.start-afer`"),
        ("[tool.readlint]\nmigrations = 1", "2: `migrations` must be a table, not a whole number"),
        ("[tool.readlint]\n'migrations.start-after' = []", "2: unknown setting `migrations.start-after`"),
        ("[tool.readlint]\nzzzz = 1", "2: unknown setting `zzzz`; `readlint settings` lists them all"),
        ("[tool]\nreadlint = 1", "2: `tool.readlint` must be a table, not a whole number"),
        ("[tool.readlint.lint]\nselect = []", "1: unknown setting `lint`"),
        ("[tool]\nreadlint.preview = 1", "2: `preview` must be true or false, not a whole number"),
        ("tool.readlint.'preview' = 1", "1: `preview` must be true or false, not a whole number"),
        (
            "[tool.readlint]\nselect = 'RL1'",
            "2: `select` must be a list of rules, not a string; for example `select = ",
        ),
        ("[tool.readlint]\nselect = [\n'RL1',\n1]", "4: `select` must hold strings, not a whole number"),
        ("[tool.readlint]\nselect = [\n'RL1',\n'swallowed']", "4: unknown rule `swallowed` in `select`"),
        ("[tool.readlint]\nexclude = ['']", "2: `exclude` must not hold empty strings"),
        (
            "[tool.readlint]\n[tool.readlint.per-file-ignores]\n'a/*' = ['RL1']\n\"b\" = ['RL1',\n 'jump-in-finaly']",
            "5: unknown rule `jump-in-finaly` in `per-file-ignores`; did you mean `jump-in-finally`?",
        ),
        ("[tool.readlint]\nper-file-ignores = ['a']", "2: `per-file-ignores` must be a table of patterns"),
        ("[tool.readlint]\nper-file-ignores = { '!' = [] }", "2: `per-file-ignores` must not hold empty patterns"),
        ("[tool.readlint]\nper-file-ignores = { a = 'RL1' }", "2: `per-file-ignores` must be a table of patterns"),
        ("[tool.readlint]\nmax-findings = true", "2: `max-findings` must be a whole number, 0 or more"),
        ("[tool.readlint]\nmax-findings = -1", "2: `max-findings` must be a whole number, 0 or more, not -1"),
        ("[tool.readlint]\nfail-on = 'info'", '2: `fail-on` must be one of "error", "warning", "note", not "info"'),
        ("[tool.readlint]\ntarget-version = 3.10", "2: `target-version` must be a Python version such as"),
        ("[tool.readlint]\ntarget-version = 'py310'", '2: `target-version` must be a Python version such as "3.10"'),
        ("[tool.readlint]\nextend = ''", "2: `extend` must not be empty"),
        ("[tool.readlint]\nextend = 2026-01-01", "2: `extend` must be a path, not a date or time"),
        ("[tool.readlint]\nerror-reporters = ['a.b', 'a b']", '2: "a b" in `error-reporters` is not a dotted name'),
        ("[tool.readlint]\nhonour-foreign-suppressions = ['S1,']", '2: "S1," in `honour-foreign-suppressions`'),
        ("[tool.readlint]\nrequired-version = 'new'", "2: `required-version` must be a version range such as"),
        (
            "[tool.readlint.rules.RL201]\n\nstrict = 1",
            "3: `strict` of rule `wall-clock-duration` must be true or false, not a whole number",
        ),
        ("[tool.readlint]\nrules.nothing.x = 1", "2: unknown rule `nothing` in `rules`"),
        ("[tool.readlint]\n\nselect = ", "3: is not valid TOML: Invalid value"),
        ("[tool.readlint]\nselect = [", "2: is not valid TOML: Invalid value"),
        ("[tool.readlint]\npreview = true\npreview = true\n", "3: is not valid TOML: Cannot overwrite a value"),
    ],
)
def test_the_line_of_an_error(text: str, message: str) -> None:
    write("pyproject.toml", text)
    assert error().startswith(f"pyproject.toml:{message}")


def test_the_path_of_an_error_is_as_the_user_would_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("readlint.toml", "selct = []").resolve()
    Path("app").mkdir()
    monkeypatch.chdir("app")
    assert error().startswith(f"{file}:1: ")


def test_text_that_is_not_utf8() -> None:
    Path("readlint.toml").write_bytes(b"# a\n# \xe9\n")
    assert error() == "readlint.toml:2: is not UTF-8, as TOML must be"


def test_another_version_is_asked_for_before_anything_else() -> None:
    write("readlint.toml", "brand-new = 1\nrequired-version = '>=99'")
    assert error().startswith("readlint.toml:2: this project asks for readlint >=99; this is ")
    write("readlint.toml", "required-version = '>=0.1,<99'")
    assert load().required_version == ">=0.1,<99"


def test_a_file_that_may_not_be_read() -> None:
    file = write("readlint.toml")
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("root reads everything")
    assert error() == "readlint.toml: cannot be read: Permission denied"


# What follows from settings


def test_preview_rules_by_name_warn_once() -> None:
    write("readlint.toml", "select = ['RL106', 'ALL']")
    write("app/readlint.toml", "extend = '../readlint.toml'")
    loader = SettingsLoader(RULES)
    assert "RL106" not in loader.for_folder().rules.enabled
    loader.for_folder("app")
    text = "selecting `RL106` has no effect: the rule is in preview, which needs `preview = true`"
    assert loader.warnings == [text]
    loader = SettingsLoader(RULES, overrides={"preview": True})
    assert "RL106" in loader.for_folder().rules.enabled
    assert loader.warnings == []


def test_per_file_ignores() -> None:
    write(
        "readlint.toml",
        """
        per-file-ignores = { "scripts/" = ["errors"], "!*.py" = ["clocks"] }
        extend-per-file-ignores = { "scripts/" = ["ALL"], "a.py" = ["swallowed-exception"] }
        """,
    )
    rules = load().rules
    assert rules.for_path("b.py") == {"RL001", "RL101", "RL201"}
    assert rules.for_path("x/a.py") == {"RL001", "RL201"}
    assert rules.for_path("b.pyi") == {"RL001", "RL101"}
    assert rules.for_path("scripts/b.py") == frozenset()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/a.py", True),
        ("src/app/test/a.py", True),
        ("testing/a.py", True),
        ("test_a.py", True),
        ("src/a_test.py", True),
        ("conftest.py", True),
        ("src/app/pytest_plugin.py", True),
        ("src/app/plugin.py", False),
        ("src/contest.py", False),
        ("src/latest.py", False),
        ("src/tests.py", True),
        ("src/smoke_tests.py", True),
        ("tests_integ/a.py", True),
        ("src/app/end_to_end_tests/a.py", True),
        ("src/app/testsuite/a.py", True),
        ("src/app/test_visibility/a.py", False),
        ("src/modules/test.py", False),
        ("src/app.py", False),
    ],
)
def test_what_is_a_test(path: str, expected: bool) -> None:
    assert load().is_test(path) is expected
    assert load().is_test(os.path.abspath(path)) is expected


def test_exclude() -> None:
    write("readlint.toml", "extend-exclude = ['gen/']")
    patterns = load().excludes.patterns
    assert "gen/" in patterns
    assert ".venv/" in patterns


def test_settings_reach_another_process() -> None:
    write("readlint.toml", "per-file-ignores = { 'a.py' = ['RL1'] }\nrules.RL201.strict = true")
    settings = load()
    copy = pickle.loads(pickle.dumps(settings))
    assert copy.key == settings.key
    assert copy.options == settings.options
    assert copy.rules.for_path("a.py") == settings.rules.for_path("a.py")
    assert copy.is_test("tests/a.py")


def key(text: str) -> str:
    write("readlint.toml", text)
    return load().key


@pytest.mark.parametrize(
    "text",
    [
        "select = ['RL101']",
        "ignore = ['RL101']",
        "preview = true",
        "per-file-ignores = { 'a' = ['RL1'] }",
        "unfixable = ['RL101']",
        "extend-safe-fixes = ['RL101']",
        "extend-unsafe-fixes = ['RL101']",
        "test-paths = ['x']",
        "target-version = '3.7'",
        "service-kind = 'cli'",
        "honour-foreign-suppressions = ['S110']",
        "error-reporters = ['a.b']",
        "operational-exceptions = ['a.b']",
        "rules.RL201.strict = true",
    ],
)
def test_what_changes_results_changes_the_key(text: str) -> None:
    assert key(text) != key("")
    assert key(text) == key(f"# a comment\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        "select = ['DEFAULT']",
        "ignore = ['RL106']",
        "exclude = ['x']",
        "output-format = 'json'",
        "fail-on = 'error'",
        "max-findings = 1",
        "rules.RL201.strict = false",
    ],
)
def test_what_changes_no_result_keeps_the_key(text: str) -> None:
    assert key(text) == key("")


def test_the_key_is_the_same_in_another_checkout(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "per-file-ignores = { 'a/*' = ['RL1'] }"
    first = key(text)
    other = project.parent / "elsewhere"
    other.mkdir()
    monkeypatch.chdir(other)
    assert key(text) == first


def test_the_key_differs_where_patterns_start_elsewhere() -> None:
    text = "per-file-ignores = { '/a' = ['RL1'] }"
    write("app/readlint.toml", text)
    write("readlint.toml", text)
    assert load("app").key != load().key


# The sizes of tables

SIZES = "schema,table,rows,bytes\npublic,shop_order,200,8192\n"
NAMED = "[tool.readlint]\nmigrations.table-sizes = 'db/sizes.csv'"


def test_sizes_of_tables_are_part_of_what_a_result_depends_on(project: Path) -> None:
    write("db/sizes.csv", SIZES)
    without = load().key
    write("pyproject.toml", NAMED)
    loader = SettingsLoader(RULES)
    first = loader.for_folder("app")
    size = first.table_sizes.of("shop_order")
    assert size is not None
    assert size.rows == 200
    assert str(project / "db" / "sizes.csv") in loader.files_read
    assert first.migrations_table_sizes == str(project / "db" / "sizes.csv")
    write("db/sizes.csv", SIZES.replace("200", "201"))
    assert len({without, first.key, load().key}) == 3
    os.rename("db", "moved")
    write("pyproject.toml", NAMED.replace("db/", "moved/"))
    write("moved/sizes.csv", SIZES)
    assert load().key == first.key  # wherever it lies


def test_sizes_of_tables_are_named_from_where_they_are_named(project: Path) -> None:
    write("db/sizes.csv", SIZES)
    write("db/base.toml", "[migrations]\ntable-sizes = 'sizes.csv'")
    write("readlint.toml", "extend = 'db/base.toml'")
    assert load("app/deep").table_sizes.of("shop_order")
    loader = SettingsLoader(RULES, config=["migrations.table-sizes = 'db/sizes.csv'"], isolated=True)
    assert loader.for_folder("app").table_sizes.of("shop_order")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "pyproject.toml: `migrations.table-sizes` names db/sizes.csv, which is not there; `readlint migrations"),
        ("a,b\n", "db/sizes.csv:1: must begin with `schema,table,rows,bytes`"),
        (SIZES + "public,a,x,1\n", "db/sizes.csv:3: `rows` must be a whole number"),
        (SIZES + "\x80", "db/sizes.csv:3: is not UTF-8, as it must be"),
        ("a" * 10_000_001, "db/sizes.csv: is larger than 10,000,000 bytes"),
    ],
)
def test_a_file_with_sizes_that_is_none(text: str | None, message: str) -> None:
    write("pyproject.toml", NAMED)
    if text is not None:
        Path("db").mkdir()
        Path("db/sizes.csv").write_text(text, encoding="latin-1")
    assert error().startswith(message)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file tree")
def test_a_pipe_is_no_file_with_sizes() -> None:
    write("pyproject.toml", NAMED)
    Path("db").mkdir()
    os.mkfifo("db/sizes.csv")
    assert "which is not there" in error()
