"""The one definition of every setting.

Reading, checking, `--show-settings` and `readlint settings` are all made from the fields of `Values`:
a new setting is one new field here.
"""

from __future__ import annotations

import dataclasses
import enum
import sys
from collections.abc import Iterable, Mapping
from typing import Any


class Kind(enum.Enum):
    """What a value looks like in TOML; the text is how the manual and the error messages call it."""

    BOOLEAN = "true or false"
    COUNT = "a whole number, 0 or more"
    CHOICE = "one of"
    PATH = "a path"
    VERSION = 'a Python version such as "3.10"'
    SPECIFIER = 'a version range such as ">=0.1,<1"'
    SELECTORS = "a list of rules"
    PATTERNS = "a list of patterns"
    SELECTORS_BY_PATTERN = "a table of patterns, each with a list of rules"
    NAMES = "a list of dotted names"
    CODES = "a list of codes of other tools"
    TEXTS = "a list of texts"
    OUTPUTS = "a format, or a list of formats"


class Scope(enum.Enum):
    """Whose file decides."""

    PATH = "the nearest settings file of each linted file"
    RUN = "the settings file of the current directory"
    FILE = "the settings file it stands in"


class Merge(enum.Enum):
    """What becomes of the value of a file that is inherited from through `extend`, or of a file under an option."""

    REPLACE = "replaces the inherited value"
    ADD = "adds to the inherited value"


@dataclasses.dataclass(frozen=True)
class Setting:
    key: str
    kind: Kind
    default: Any
    description: str
    example: str
    scope: Scope
    merge: Merge
    choices: tuple[str, ...]
    in_key: bool

    @property
    def attribute(self) -> str:
        return attribute_of(self.key)

    @property
    def path(self) -> tuple[str, ...]:
        """Where it stands: in the table of settings, or in a table of that."""
        return tuple(self.key.split("."))

    @property
    def type_text(self) -> str:
        if self.kind is Kind.CHOICE:
            return f"{self.kind.value} {', '.join(map(quoted, self.choices))}"
        return str(self.kind.value)


def attribute_of(key: str) -> str:
    return key.replace("-", "_").replace(".", "_")


def key_of(attribute: str) -> str:
    return attribute.replace("_", "-")


def quoted(text: str) -> str:
    """A basic string of TOML."""
    import json

    # JSON's escapes are TOML's too, but JSON leaves much that a terminal would obey or not show.
    escaped = (char if char.isprintable() else f"\\U{ord(char):08X}" for char in json.dumps(text, ensure_ascii=False))
    return "".join(escaped)


def setting(
    kind: Kind,
    default: Any,
    description: str,
    example: str,
    *,
    scope: Scope = Scope.PATH,
    merge: Merge = Merge.REPLACE,
    choices: tuple[str, ...] = (),
    in_key: bool = False,
) -> Any:
    """A field of `Values`. `in_key`: the value itself can change what is found in one file."""
    metadata = {
        "kind": kind,
        "default": default,
        "description": description,
        "example": example,
        "scope": scope,
        "merge": merge,
        "choices": choices,
        "in_key": in_key,
    }
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


#: Folders of tools. ruff's list, and what readlint and Python themselves write. `build/` is not among them: too many
#: projects have a package of that name.
EXCLUDED = (
    ".bzr/",
    ".direnv/",
    ".eggs/",
    ".git/",
    ".git-rewrite/",
    ".hg/",
    ".ipynb_checkpoints/",
    ".mypy_cache/",
    ".nox/",
    ".pants.d/",
    ".pyenv/",
    ".pytest_cache/",
    ".pytype/",
    ".readlint_cache/",
    ".ruff_cache/",
    ".svn/",
    ".tox/",
    ".venv/",
    ".vscode/",
    "__pycache__/",
    "__pypackages__/",
    "_build/",
    "buck-out/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
)

TESTS = (
    *("tests/", "test/", "testing/", "testsuite/", "tests_*/", "*_tests/"),
    *("tests.py", "test_*.py", "*_test.py", "*_tests.py", "conftest.py", "pytest_plugin.py"),
)
DATABASES = ("postgresql", "mysql", "sqlite")
SERVICE_KINDS = ("auto", "web", "worker", "cli", "library", "job")
SEVERITIES = ("error", "warning", "note")


@dataclasses.dataclass(frozen=True, slots=True)
class Values:
    """One attribute a setting; the key in TOML is the same in kebab-case."""

    select: tuple[str, ...] = setting(
        Kind.SELECTORS,
        ("DEFAULT",),
        "The rules to run: codes, names, prefixes of codes, families, `ALL` or `DEFAULT`.",
        'select = ["DEFAULT", "RL7"]',
    )
    extend_select: tuple[str, ...] = setting(
        Kind.SELECTORS,
        (),
        "Rules to run beside those of `select`.",
        'extend-select = ["raised-error-untested"]',
        merge=Merge.ADD,
    )
    ignore: tuple[str, ...] = setting(
        Kind.SELECTORS,
        (),
        "Rules not to run; where it and `select` name the same rule, the more specific one wins, and this one a tie.",
        'ignore = ["swallowed-exception"]',
        merge=Merge.ADD,
    )
    extend_ignore: tuple[str, ...] = setting(
        Kind.SELECTORS, (), "The same as `ignore`.", 'extend-ignore = ["RL2"]', merge=Merge.ADD
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = setting(
        Kind.SELECTORS_BY_PATTERN,
        {},
        "Rules not to run in the files that match a pattern, or with `!` before it, in all others.",
        'per-file-ignores = { "scripts/" = ["clocks"], "!src/" = ["RL101"] }',
    )
    extend_per_file_ignores: Mapping[str, tuple[str, ...]] = setting(
        Kind.SELECTORS_BY_PATTERN,
        {},
        "More of `per-file-ignores`.",
        'extend-per-file-ignores = { "*_demo.py" = ["ALL"] }',
        merge=Merge.ADD,
    )
    preview: bool = setting(
        Kind.BOOLEAN, False, "Whether rules that are still being tried out may be selected.", "preview = true"
    )
    fixable: tuple[str, ...] = setting(
        Kind.SELECTORS, ("ALL",), "Rules whose fixes may be applied.", 'fixable = ["clocks"]'
    )
    unfixable: tuple[str, ...] = setting(
        Kind.SELECTORS, (), "Rules whose fixes are never offered nor applied.", 'unfixable = ["swallowed-exception"]'
    )
    extend_safe_fixes: tuple[str, ...] = setting(
        Kind.SELECTORS,
        (),
        "Rules whose unsafe fixes count as safe.",
        'extend-safe-fixes = ["timing-unsafe-comparison"]',
        merge=Merge.ADD,
    )
    extend_unsafe_fixes: tuple[str, ...] = setting(
        Kind.SELECTORS,
        (),
        "Rules whose safe fixes count as unsafe.",
        'extend-unsafe-fixes = ["wall-clock-duration"]',
        merge=Merge.ADD,
    )
    exclude: tuple[str, ...] = setting(
        Kind.PATTERNS,
        EXCLUDED,
        "Files and folders that are not linted.",
        'exclude = ["generated/", "*_pb2.py"]',
        scope=Scope.RUN,
    )
    extend_exclude: tuple[str, ...] = setting(
        Kind.PATTERNS,
        (),
        "Files and folders that are not linted, beside those of `exclude`.",
        'extend-exclude = ["vendor/"]',
        scope=Scope.RUN,
        merge=Merge.ADD,
    )
    force_exclude: bool = setting(
        Kind.BOOLEAN,
        False,
        "Whether `exclude` also holds for files named on the command line.",
        "force-exclude = true",
        scope=Scope.RUN,
    )
    respect_gitignore: bool = setting(
        Kind.BOOLEAN,
        True,
        "Whether files that git ignores are left out.",
        "respect-gitignore = false",
        scope=Scope.RUN,
    )
    test_paths: tuple[str, ...] = setting(
        Kind.PATTERNS,
        TESTS,
        "Files that are tests: most rules leave them alone.",
        'test-paths = ["tests/", "*_spec.py", "!tests/smoke/"]',
        in_key=True,
    )
    target_version: tuple[int, int] = setting(
        Kind.VERSION,
        sys.version_info[:2],
        "The oldest Python the code must run on; by default the lower bound of `requires-python` in the nearest "
        "pyproject.toml, else the Python that runs readlint.",
        'target-version = "3.10"',
        in_key=True,
    )
    service_kind: str = setting(
        Kind.CHOICE,
        "auto",
        "What the code is for; some rules hold for long-running services only.",
        'service-kind = "web"',
        choices=SERVICE_KINDS,
        in_key=True,
    )
    output_format: tuple[str, ...] = setting(
        Kind.OUTPUTS,
        ("text",),
        "How findings are written, each format to standard output or to the file after `=`.",
        'output-format = ["text", "sarif=readlint.sarif"]',
        scope=Scope.RUN,
    )
    fail_on: str = setting(
        Kind.CHOICE,
        "note",
        "The lowest severity of a finding that makes the exit status 1.",
        'fail-on = "warning"',
        scope=Scope.RUN,
        choices=SEVERITIES,
    )
    max_findings: int = setting(
        Kind.COUNT,
        0,
        "How many findings, of those that `fail-on` counts, are allowed before the exit status is 1.",
        "max-findings = 100",
        scope=Scope.RUN,
    )
    extend: str | None = setting(
        Kind.PATH,
        None,
        "Another settings file to inherit from.",
        'extend = "../pyproject.toml"',
        scope=Scope.FILE,
    )
    required_version: str | None = setting(
        Kind.SPECIFIER,
        None,
        "The versions of readlint this file is meant for; any other one refuses to run.",
        'required-version = ">=0.1,<1"',
        scope=Scope.FILE,
    )
    honour_foreign_suppressions: tuple[str, ...] = setting(
        Kind.CODES,
        (),
        "Codes of other tools whose suppression comments also silence the finding readlint has on that line.",
        'honour-foreign-suppressions = ["BLE001", "B110"]',
        in_key=True,
    )
    error_reporters: tuple[str, ...] = setting(
        Kind.NAMES,
        (),
        "Functions outside the project that report an exception; those of the project are found without it.",
        'error-reporters = ["acme.obs.report"]',
        in_key=True,
    )
    operational_exceptions: tuple[str, ...] = setting(
        Kind.NAMES,
        (),
        "Exceptions of libraries that mean a failure of the outside world, as `OSError` does.",
        'operational-exceptions = ["acme.rpc.RpcError"]',
        in_key=True,
    )
    database: str = setting(
        Kind.CHOICE,
        "postgresql",
        "The database that migrations are run on; `mysql` is MariaDB too.",
        'database = "mysql"',
        choices=DATABASES,
        in_key=True,
    )
    pg_version: int = setting(
        Kind.COUNT,
        14,
        "The oldest major version of PostgreSQL that migrations are run on.",
        "pg-version = 16",
        in_key=True,
    )
    migrations_start_after: tuple[str, ...] = setting(
        Kind.TEXTS,
        (),
        "Migrations that have been run everywhere, Django's with their app, Alembic's by revision: nothing is said "
        "about them and those before them.",
        'migrations.start-after = ["shop.0042_order_email", "3f1c9a7be2d0"]',
        merge=Merge.ADD,
        in_key=True,
    )
    migrations_sql: tuple[str, ...] = setting(
        Kind.PATTERNS,
        (),
        "Files of SQL that are migrations, run in the order of their names, beside those of dbmate and yoyo.",
        'migrations.sql = ["db/migrations/*.sql", "!*.down.sql"]',
    )
    migrations_small_tables: tuple[str, ...] = setting(
        Kind.TEXTS,
        (),
        "Tables so small that reading or indexing all of one takes no time.",
        'migrations.small-tables = ["shop_currency"]',
        merge=Merge.ADD,
        in_key=True,
    )
    migrations_table_sizes: str | None = setting(
        Kind.PATH,
        None,
        "A CSV file in the project with the sizes of the tables, as the query of `readlint migrations sizes` gives "
        "them: what is slow on large tables is no finding on small ones, and says how large the others are.",
        'migrations.table-sizes = "table-sizes.csv"',
    )


def _settings() -> dict[str, Setting]:
    keys = ((_grouped(key_of(field.name)), field) for field in dataclasses.fields(Values))
    return {key: Setting(key=key, **field.metadata) for key, field in keys}


#: Tables of settings that belong together.
GROUPS = {"migrations": "What the rules about migrations cannot read out of them."}


def _grouped(key: str) -> str:
    group, _, rest = key.partition("-")
    return f"{group}.{rest}" if group in GROUPS else key


#: Every setting but the options of the rules, by its key, in the order of the manual.
SETTINGS: Mapping[str, Setting] = _settings()

#: The key of the table that holds a table of options for each rule.
RULES = "rules"
RULES_DESCRIPTION = "A table of options for each rule, by the rule's name or code."
RULES_EXAMPLE = "[tool.readlint.rules.wall-clock-duration]"


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean ...?`, or nothing when no known word is near."""
    import difflib

    folded = {candidate.casefold(): candidate for candidate in known}
    matches = difflib.get_close_matches(word.casefold().replace("_", "-"), folded, 1)
    return f"; did you mean `{folded[matches[0]]}`?" if matches else ""
