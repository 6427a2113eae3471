"""The project's own rules: pages, fixtures, fixes, and what all rules have in common."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from readlint.docs import differences, pages
from readlint.packs import RuleSet, pack_names, rules_of_package
from readlint.suppress.rules import ENGINE_RULES
from readlint.testing import Case, CheckFailed, Skipped, check_style, rule_cases

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PACK = "readlint_rules"
RULES = rules_of_package(PACK)
#: What a rule's module may import of readlint when it runs; more is public for type checkers only.
PUBLIC = ("readlint.api", PACK)


@pytest.mark.parametrize("case", rule_cases(PACK, os.path.join(HERE, "fixtures")), ids=str)
def test_rule(case: Case) -> None:
    failed = ""
    try:
        case.run()
    except Skipped as reason:
        pytest.skip(str(reason))
    except CheckFailed as failure:
        failed = str(failure)
    if failed:
        pytest.fail(failed, pytrace=False)


@pytest.mark.parametrize("rule", ENGINE_RULES, ids=lambda rule: rule.name)
def test_style_of_the_engines_rules(rule: object) -> None:
    check_style(rule)  # type: ignore[arg-type]


def test_codes_and_names_are_unique() -> None:
    RuleSet([*ENGINE_RULES, *RULES])


def test_codes_belong_to_their_families() -> None:
    families: dict[str, set[str]] = {}
    for rule in [*ENGINE_RULES, *RULES]:
        families.setdefault(rule.code[:3], set()).add(rule.family)
    assert {prefix: names for prefix, names in families.items() if len(names) > 1} == {}


def test_every_folder_of_fixtures_belongs_to_a_rule() -> None:
    names = {rule.name for rule in RULES}
    folder = os.path.join(HERE, "fixtures")
    assert [name for name in sorted(os.listdir(folder)) if name not in names] == []


def test_the_pages_are_those_of_the_rules() -> None:
    folder = os.path.join(ROOT, "docs", "rules")
    lines = differences(folder, pages([*ENGINE_RULES, *RULES]))
    command = "python -m readlint.docs --write docs/rules"
    if lines:
        pytest.fail(f"docs/rules is not up to date; run: {command}\n{''.join(lines)}", pytrace=False)


def test_the_built_in_pack_is_found_as_any_other_one() -> None:
    if not pack_names():
        pytest.skip("readlint runs from its source tree without being installed")
    assert PACK in pack_names()


def modules() -> list[str]:
    root = os.path.join(ROOT, "rules", PACK)
    return [os.path.join(here, name) for here, _, names in os.walk(root) for name in names if name.endswith(".py")]


@pytest.mark.parametrize("path", modules(), ids=os.path.basename)
def test_rules_use_the_public_interface_only(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    checking = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    skipped = {inner for node in checking for inner in ast.walk(node)}
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node not in skipped]
    names = [node.module or "" for node in imported]
    names += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    private = [name for name in names if re.match(r"readlint\b", name) and not name.startswith(PUBLIC)]
    assert not private, f"{path} imports {', '.join(private)}; a rule imports readlint.api"


def test_importing_the_rules_does_not_import_libcst() -> None:
    code = f"import sys, readlint.packs as p; p.rules_of_package({PACK!r}); sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
