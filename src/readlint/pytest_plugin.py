"""The pytest plugin: `pytest --readlint-pack acme_readlint` runs the checks of a rule pack as test items.

It is loaded by every pytest run in readlint's environment, so it imports nothing of readlint before it is asked to.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from readlint.testing import Case


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("readlint")
    group.addoption(
        "--readlint-pack",
        action="append",
        default=[],
        metavar="PACK",
        help="test the rules of this pack: a package's name, or a path in its source tree",
    )
    parser.addini("readlint_pack", "packs whose rules are tested, as with --readlint-pack", type="args", default=[])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    # Fixtures are code to be linted. One that is about tests is named like one, and must not be run.
    return True if _packs(config) and collection_path.parts[-2:] == ("tests", "fixtures") else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    # First of all plugins, so that `-k`, `-m` and the like see these items too.
    items.extend(item for pack in _packs(config) for item in _items(session, pack))


def _packs(config: pytest.Config) -> list[str]:
    asked: list[str] = config.getoption("--readlint-pack")
    always: list[str] = config.getini("readlint_pack")
    one_test = any("::" in argument for argument in config.args)  # who names a single test wants that one alone
    return asked or ([] if one_test else always)


def _items(session: pytest.Session, pack: str) -> Iterator[pytest.Item]:
    from readlint.errors import UserError
    from readlint.testing import rule_cases

    # A path in the ini file is seen from that file, wherever pytest is started.
    path = session.config.rootpath / pack
    try:
        cases = rule_cases(str(path) if path.exists() and not pack.isidentifier() else pack)
    except UserError as error:
        raise pytest.UsageError(f"readlint: {error}") from None
    for case in cases:
        below = Path(os.path.relpath(case.path, session.config.rootpath)).as_posix()
        yield RuleItem.from_parent(session, name=case.id, nodeid=f"{below}::{case.id}", case=case)


class RuleItem(pytest.Item):
    """One check of one rule."""

    def __init__(self, *, case: Case, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case = case
        self.path = Path(case.path)
        self.add_marker("readlint")

    def runtest(self) -> None:
        from readlint.testing import Skipped

        try:
            self.case.run()
        except Skipped as reason:
            pytest.skip(str(reason))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from readlint.testing import CheckFailed

        # A failed check says all there is to say; where in readlint it was noticed helps nobody.
        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "readlint: a check of a readlint rule")
