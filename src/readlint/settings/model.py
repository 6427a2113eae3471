"""The settings that hold for a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from readlint.settings.allowed import NO_SECRETS, Allowed
from readlint.settings.patterns import Excludes, PathPatterns
from readlint.settings.schema import EXCLUDED, TESTS, Values
from readlint.settings.selection import RuleSelection
from readlint.settings.sizes import NO_SIZES, TableSizes


@dataclasses.dataclass(frozen=True, slots=True)
class Settings(Values):
    """One attribute a setting (see `Values`), and what follows from them. `Settings()` holds the defaults."""

    root: str = ""
    """The folder of the settings file; the current directory when there is none. Absolute."""

    source: str | None = None
    """The settings file, absolute."""

    key: str = ""
    """The same for settings that judge every file alike; part of what a cached result is kept under."""

    rules: RuleSelection = dataclasses.field(default_factory=RuleSelection)

    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """By a rule's name its options, for those rules whose options are not the defaults."""

    tests: PathPatterns = dataclasses.field(default_factory=lambda: PathPatterns(("/", pattern) for pattern in TESTS))

    sql_migrations: PathPatterns = dataclasses.field(default_factory=PathPatterns)

    excludes: Excludes = dataclasses.field(default_factory=lambda: Excludes("/", EXCLUDED))
    """`exclude` and `extend-exclude` together, for listing files."""

    allowed_secrets: Allowed = NO_SECRETS
    """Secrets that are no findings; see `readlint secrets allow`."""

    table_sizes: TableSizes = NO_SIZES
    """How large the tables are that migrations change; see `readlint migrations sizes`."""

    origins: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """By key, or `rules.<name>.<option>`, where the value comes from; nothing for a default."""

    def is_test(self, path: str) -> bool:
        """Whether a file, seen from the current directory, is test code, which most rules leave alone."""
        return self.tests.match(path)

    def is_sql_migration(self, path: str) -> bool:
        """Whether `migrations.sql` names a file, seen from the current directory."""
        return bool(self.migrations_sql) and self.sql_migrations.match(path)
