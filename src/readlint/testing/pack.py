"""Finding a pack's rules and fixtures: from its package's name, or from a path in its source tree."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readlint.errors import UserError
from readlint.packs import GROUP, RuleSet, rules_of_package
from readlint.rules import Rule
from readlint.testing.engine import rule_set
from readlint.testing.failures import near

PROJECT = "pyproject.toml"
FIXTURES = os.path.join("tests", "fixtures")
#: Where the packages of a distribution are, seen from its folder.
_ROOTS = ("", "src", "rules")


@dataclass(frozen=True)
class Pack:
    """The rules to test, and where their fixtures are."""

    package: str
    rules: tuple[Rule[Any], ...]
    folder: str  # of the fixtures; it need not be there
    only: str = ""  # a fixture, or a folder in one, beyond which nothing is tested

    @cached_property
    def rule_set(self) -> RuleSet:
        return rule_set(self.all_rules)

    @cached_property
    def all_rules(self) -> list[Rule[Any]]:
        return rules_of_package(self.package)


def find_packs(target: str) -> list[Pack]:
    """The packs that a package's name or a path means: a distribution, a package, a module of a rule, or fixtures."""
    if os.path.exists(target):
        return _at_path(os.path.abspath(target))
    if all(part.isidentifier() for part in target.split(".")):
        return [_installed(target)]
    raise UserError(f"there is no file, folder or package called {target}")


def _installed(package: str) -> Pack:
    rules = tuple(rules_of_package(package))
    _require_rules(rules, package)
    inside = os.path.dirname(os.path.abspath(sys.modules[package].__file__ or "."))
    root = next((folder for folder in _upwards(inside) if os.path.isfile(os.path.join(folder, PROJECT))), os.getcwd())
    return Pack(package, rules, os.path.join(root, FIXTURES))


def _at_path(path: str) -> list[Pack]:
    for root in _upwards(path):
        packages = packages_of(root)
        if packages:
            return _narrowed([_in_tree(root, package) for package in packages], root, path)
    raise UserError(
        f"no rule pack is around {near(path)}: a pack has a {PROJECT} with the table "
        f'[project.entry-points."{GROUP}"] (`readlint new-rule` makes one)'
    )


def packages_of(root: str) -> list[str]:
    """The packages that a folder's pyproject.toml declares as rule packs."""
    from readlint.settings.documents import parse

    path = os.path.join(root, PROJECT)
    if not os.path.isfile(path):
        return []
    try:
        with open(path, encoding="utf-8") as file:
            table = parse(file.read())
        packs = table["project"]["entry-points"][GROUP]
        return sorted(set(packs.values()))
    except (KeyError, TypeError, AttributeError):
        return []
    except ValueError as error:
        raise UserError(f"this is not TOML: {error}", path) from None


def package_folder(root: str, package: str) -> str | None:
    """Where a package is in the source tree of its distribution."""
    parts = package.split(".")
    folders = (os.path.join(root, above, *parts) for above in _ROOTS)
    return next((folder for folder in folders if os.path.isdir(folder)), None)


def _in_tree(root: str, package: str) -> Pack:
    folder = package_folder(root, package)
    if folder is not None and package not in sys.modules:
        base = folder
        for _ in package.split("."):
            base = os.path.dirname(base)
        if not _is_importable(package, folder):
            sys.path.insert(0, base)
    rules = tuple(rules_of_package(package))
    _require_rules(rules, package)
    return Pack(package, rules, os.path.join(root, FIXTURES))


def _is_importable(package: str, folder: str) -> bool:
    """Whether importing the package gives this very source tree, and not another copy of it."""
    try:
        spec = importlib.util.find_spec(package)
    except ImportError:
        return False
    places = list(spec.submodule_search_locations or []) if spec else []
    return any(os.path.realpath(place) == os.path.realpath(folder) for place in places)


def _narrowed(packs: list[Pack], root: str, path: str) -> list[Pack]:
    """Only the rules that a path inside the distribution is about."""
    if path == root:
        return packs
    found = [narrowed for pack in packs if (narrowed := _within(pack, path))]
    if not found:
        raise UserError(f"{near(path)} has neither rules nor fixtures of {', '.join(pack.package for pack in packs)}")
    return found


def _within(pack: Pack, path: str) -> Pack | None:
    if _contains(path, pack.folder):
        return pack
    if _contains(pack.folder, path):
        name = os.path.relpath(path, pack.folder).split(os.sep)[0]
        rules = tuple(rule for rule in pack.rules if rule.name == name)
        only = path if os.path.join(pack.folder, name) != path else ""
        return Pack(pack.package, rules, pack.folder, only) if rules else None
    rules = tuple(rule for rule in pack.rules if _contains(path, os.path.abspath(module_file(rule))))
    return Pack(pack.package, rules, pack.folder) if rules else None


def _contains(folder: str, path: str) -> bool:
    folder, path = os.path.realpath(folder), os.path.realpath(path)
    return path == folder or path.startswith(folder + os.sep)


def module_file(rule: Rule[Any]) -> str:
    return sys.modules[rule.module].__file__ or rule.module


def _upwards(path: str) -> Iterator[str]:
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _require_rules(rules: tuple[Rule[Any], ...], package: str) -> None:
    if not rules:
        raise UserError(f"the package {package} has no rules: a rule is a module with a `RULE` value")
