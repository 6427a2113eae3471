"""New rules, and new packs for them: files that pass every check from the start, for the author to change."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

from readlint import __version__
from readlint.errors import UserError
from readlint.packs import GROUP, rules_of_package
from readlint.suppress.rules import ENGINE_RULES
from readlint.testing.pack import FIXTURES, PROJECT, find_packs, package_folder, packages_of

DEFAULT_FAMILY = "reliability"

_PROJECT = """\
[build-system]
requires = ["hatchling>=1.24"]
build-backend = "hatchling.build"

[project]
name = "{distribution}"
version = "0.1.0"
description = "Rules for readlint"
requires-python = ">=3.10"
dependencies = ["readlint>={version}"]

[project.entry-points."{group}"]
{distribution} = "{package}"

[tool.hatch.build.targets.wheel]
packages = ["src/{package}"]

[tool.pytest.ini_options]
readlint_pack = "."
"""

_MODULE = '''\
"""A call of `example.call`, which stands for what this rule is about.

## Why is this bad?
Say what goes wrong in production, and how people notice.

## Example
```python
import example

example.call()
```

Use instead:
```python
import example

example.better_call()
```

## Not flagged
- `call` of anything else.

## Fix safety
There is no fix.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from readlint.api import Category, Context, Finding, Level, Rule, Severity

RULE: Rule[None] = Rule(
    __name__,
    __doc__,
    code="{code}",
    severity=Severity.WARNING,
    level=Level.L6,
    category=Category.SAFETY,
    tags=("{family}",),
    since="{version}",
    messages={{"default": "`{{call}}` goes wrong in production; call `example.better_call`."}},
)


@RULE.on_call("example.call")
def check(call: ast.Call, ctx: Context) -> Iterator[Finding]:
    yield RULE.finding(call, call=ctx.text(call.func))
'''

_FIXTURE = """\
import example
from example import call as aliased


def hit():
    example.call()  # expect: {code}:5 `example.call` goes wrong


def hit_through_an_alias():
    return aliased(1)  # expect: {code}


def near_miss(telephone):
    telephone.call()
"""


class NewRule(NamedTuple):
    """What there is to say to its author."""

    code: str
    files: list[str]
    root: str


def new_rule(name: str, root: str, code: str = "", family: str = "") -> NewRule:
    """Write a rule's module and fixture into the pack at `root`, which is made if there is none."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UserError(f"a rule's name is small words with hyphens, as in swallowed-exception, not {name}")
    if code and not re.fullmatch(r"[A-Z]{2}[0-9]{3}", code):
        raise UserError(f"a code is two capital letters and three digits, as in AC101, not {code}")
    if family and not family.isidentifier():
        raise UserError(f"a family is one word, as in clocks, not {family}")
    root = os.path.abspath(root)
    started = _new_pack(root)
    package = packages_of(root)[0]
    inside = package_folder(root, package)
    if inside is None:
        raise UserError(f"the package {package} is not in {root}, in its src or in its rules")
    _make_importable(root)
    rules = [*ENGINE_RULES, *rules_of_package(package)]
    family = family or _usual_family(inside)
    code = _free_code(code, package, family, [(rule.code, rule.family) for rule in rules])
    if name in {rule.name for rule in rules}:
        raise UserError(f"there is a rule called {name} already")
    files = {
        os.path.join(inside, family, "__init__.py"): "",
        os.path.join(inside, family, name.replace("-", "_") + ".py"): _MODULE.format(
            code=code, family=family, version="0.1"
        ),
        os.path.join(root, FIXTURES, name, "basic.py"): _FIXTURE.format(code=code),
    }
    return NewRule(code, [*started, *_write(files)], root)


def _make_importable(root: str) -> None:
    """Make the pack importable; it may have no rules yet."""
    try:
        find_packs(root)
    except UserError as error:
        if "has no rules" not in error.message:
            raise


def _new_pack(root: str) -> list[str]:
    """The files of a new distribution; none if there is one already."""
    path = os.path.join(root, PROJECT)
    if packages_of(root):
        return []
    if os.path.exists(path):
        package = _package_name(root)
        raise UserError(
            f'it declares no rule pack; add:  [project.entry-points."{GROUP}"]  {package} = "{package}"', path
        )
    package = _package_name(root)
    names = {"distribution": package.replace("_", "-"), "package": package, "group": GROUP, "version": __version__}
    return _write(
        {
            path: _PROJECT.format(**names),
            os.path.join(root, "src", package, "__init__.py"): '"""Rules for readlint."""\n',
        }
    )


def _package_name(root: str) -> str:
    name = re.sub(r"\W+", "_", os.path.basename(root)).strip("_").lower()
    if not name.isidentifier():
        raise UserError(f"a package cannot be named after the folder {root}; give another one with --pack")
    return name


def _usual_family(inside: str) -> str:
    """The only family of the pack, if it has just one."""
    families = [
        entry.name
        for entry in os.scandir(inside)
        if entry.is_dir() and not entry.name.startswith("_") and os.path.exists(os.path.join(entry.path, "__init__.py"))
    ]
    return families[0] if len(families) == 1 else DEFAULT_FAMILY


def _free_code(wanted: str, package: str, family: str, taken: Iterable[tuple[str, str]]) -> str:
    """The code asked for, or the one after the last of the family."""
    families = dict(taken)
    if wanted:
        if wanted in families:
            raise UserError(f"the code {wanted} is taken; codes are never used twice")
        return wanted
    own = sorted(code for code, where in families.items() if where == family)
    letters = (own[-1] if own else _letters(package, families))[:2]
    others = [int(code[2:]) for code in families if code[:2] == letters]
    first = int(own[-1][2:]) + 1 if own else 100 * (max(others, default=0) // 100 + 1) + 1
    for number in range(first, 1000):
        if f"{letters}{number:03}" not in families:
            return f"{letters}{number:03}"
    raise UserError(f"there is no code left after {letters}{first - 1:03}; give one with --code")


def _letters(package: str, families: Iterable[str]) -> str:
    """The letters of the pack's codes; of its first rule, those of its name."""
    engine = {rule.code for rule in ENGINE_RULES}
    known = [code[:2] for code in families if code not in engine]
    letters = re.sub("[^A-Z]", "", package.upper())
    return known[0] if known else (letters + "XX")[:2] if letters[:2] != "RL" else "XX"


def _write(files: dict[str, str]) -> list[str]:
    written = []
    for path, text in files.items():
        if os.path.exists(path):
            if text:
                raise UserError("it is there already", path)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        written.append(path)
    return written
