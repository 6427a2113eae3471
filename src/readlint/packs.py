"""Finding rules: a pack is an installed package named in the entry-point group `readlint.rules`.

Packs come from readlint's own environment only: a configuration file cannot make readlint run code.
"""

from __future__ import annotations

import importlib
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.machinery import PathFinder
from typing import Any

from readlint import lazy
from readlint.digest import blake2b
from readlint.errors import UserError
from readlint.rules import Rule

GROUP = "readlint.rules"


class RuleSet:
    """All rules that are installed, by code and by name."""

    def __init__(self, rules: Iterable[Rule[Any]]) -> None:
        self.rules = sorted(rules, key=lambda rule: rule.code)
        self.by_code: dict[str, Rule[Any]] = {}
        self.by_name: dict[str, Rule[Any]] = {}
        for rule in self.rules:
            for table, key in ((self.by_code, rule.code), (self.by_name, rule.name)):
                if key in table:
                    raise UserError(f"the rules {table[key].module} and {rule.module} are both called {key}")
                table[key] = rule
        self.kinds = frozenset(kind for rule in self.rules for kind, _ in rule.text_checks)  # that some rule reads
        self._check_precedence()

    def _check_precedence(self) -> None:
        """Rules that replace each other, perhaps by way of others, would leave nothing at all."""
        for rule in self.rules:
            weaker: set[str] = set()
            found = set(rule.replaces)
            while found:
                weaker |= found
                found = {code for name in found & self.by_code.keys() for code in self.by_code[name].replaces} - weaker
            if rule.code in weaker:
                raise UserError(f"the rule {rule.module} replaces itself, or a rule that replaces it")

    def find(self, key: str) -> Rule[Any] | None:
        """A rule by its code or its name."""
        return self.by_code.get(key) or self.by_name.get(key)


@lru_cache(maxsize=1)
def load_rules() -> RuleSet:
    """The engine's own rules and those of every installed pack."""
    from readlint.suppress.rules import ENGINE_RULES

    packs = [rule for package in pack_names() for rule in rules_of_package(package)]
    return RuleSet([*ENGINE_RULES, *packs])


def pack_names() -> list[str]:
    """What `importlib.metadata.entry_points` says, without its imports: they take as long as Python's start."""
    if any(map(_is_archive, sys.path)) or any(map(_knows_distributions, sys.meta_path)):
        from importlib.metadata import entry_points

        return sorted({entry.value for entry in entry_points(group=GROUP)})
    found: dict[str, set[str]] = {}  # by distribution; the first one of a name is the one that is imported
    for folder in sys.path:
        for name in _names_in(folder or "."):
            if name.lower().endswith((".dist-info", ".egg-info")):
                distribution = re.sub(r"[-_.]+", "_", name.rpartition(".")[0].partition("-")[0]).lower()
                if distribution not in found:
                    found[distribution] = _packs_of(os.path.join(folder, name, "entry_points.txt"))
    return sorted({pack for packs in found.values() for pack in packs})


def _is_archive(folder: str) -> bool:
    return folder.endswith(".egg") or os.path.isfile(folder)


def _knows_distributions(finder: Any) -> bool:
    """Whether somebody's own finder may know of packages that are not in a folder."""
    return finder is not PathFinder and hasattr(finder, "find_distributions")


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _packs_of(file: str) -> set[str]:
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            text = opened.read()
    except OSError:  # most distributions have none
        return set()
    lines = [line.strip() for line in text.partition(f"[{GROUP}]")[2].splitlines()]
    own = itertools.takewhile(lambda line: not line.startswith("["), lines)
    return {line.partition("=")[2].strip() for line in own if "=" in line and not line.startswith("#")}


def rules_of_package(package: str) -> list[Rule[Any]]:
    """The `RULE` of every module of a package whose name does not begin with an underscore."""
    lazy.defer(package)
    try:
        root = importlib.import_module(package)
        modules = [importlib.import_module(name) for name in _module_names(root.__path__, package)]
    except Exception as error:
        raise UserError(f"the rule pack {package} cannot be loaded: {type(error).__name__}: {error}") from error
    rules = [module.RULE for module in modules if hasattr(module, "RULE")]
    for rule in rules:
        if not isinstance(rule, Rule):
            raise UserError(f"the rule pack {package} cannot be loaded: its RULE {rule!r} is not a readlint.api.Rule")
    return rules


def _module_names(folders: Iterable[str], package: str) -> Iterator[str]:
    for folder in folders:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            stem, dot, ending = entry.name.partition(".")
            if stem.startswith("_"):
                continue
            if entry.is_dir() and not dot:
                yield from _module_names([entry.path], f"{package}.{stem}")
            elif ending == "py":
                yield f"{package}.{stem}"


def pack_files() -> list[str]:
    """Everything whose change changes which rules there are and what they find. The cache holds while it stays."""
    # Where packages are installed: a new pack, or a new version of one, shows there.
    return sorted({*filter(None, sys.path), *_code_files(), *map(os.path.dirname, _code_files())})


def code_version() -> str:
    """A digest of readlint's own code and of all packs: what one of their versions found is nothing to another."""
    digest = blake2b(digest_size=16)
    for path in sorted(_code_files()):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def _code_files() -> Iterator[str]:
    folders = [os.path.dirname(__file__)]
    for package in pack_names():
        folders.extend(sys.modules[package].__path__ if package in sys.modules else [])
    for folder in folders:
        for here, _, names in os.walk(folder):
            yield from (os.path.join(here, name) for name in names if name.endswith(".py"))
