"""Where other files read a point in time that an object keeps: left on the wall clock there, it would be held against
another clock. Only what other files can see is looked for, and only where moving it to the monotonic clock is offered.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from readlint.api import AllFiles, Cell, Context, Question, last_name, regex, walk

KEPT = "kept-clock-read"
READ_ELSEWHERE = Question("kept-clock-read-elsewhere", "")


class Use(NamedTuple):
    path: str
    owner: str  # the class that uses it of itself; nothing where it is that of another object
    bases: tuple[str, ...]


Uses = dict[str, set[Use]]


def kept_attributes(call: ast.Call, ctx: Context) -> Iterator[str]:
    """`self.started = time.time()`, also by way of a variable."""
    statement = ctx.statement(call)
    for target in _targets(statement):
        if isinstance(target, ast.Attribute):
            yield from _public(target)
        elif isinstance(target, ast.Name) and (function := ctx.function(call)):
            for later in walk(function):
                if isinstance(later, ast.Assign) and last_name(later.value) == target.id:
                    yield from (name for other in later.targets for name in _public(other))


def _targets(statement: ast.AST) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []


def _public(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Attribute) and not target.attr.startswith("_"):
        yield target.attr


def search(ask: Callable[[Question], Any], files: AllFiles) -> Uses:
    """By name. A look at the texts is enough: what only a comment mentions costs a fix, and nothing else."""
    names = frozenset(ask(Question(f"fact:{KEPT}", "")) or ())
    # Not `thread.start()`: a call takes no point in time.
    pattern = re.compile(rf"\.({'|'.join(map(re.escape, sorted(names)))})\b(?!\()")
    found: Uses = {}
    for path, text in files.texts() if names else ():
        classes: list[re.Match[str]] | None = None
        for match in pattern.finditer(text):
            owner, at = "", match.start()
            bases: tuple[str, ...] = ()
            if _OWN.search(text, max(0, at - len("_self")), at):
                classes = [*_CLASS.finditer(text)] if classes is None else classes
                owner, bases = _class_around(at, text, classes)
            found.setdefault(match[1], set()).add(Use(path, owner, bases))
    return found


def _class_around(at: int, text: str, classes: list[re.Match[str]]) -> tuple[str, tuple[str, ...]]:
    """The class that a place is in, by the lines above that begin one, and what that is derived from."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    indent = len(line) - len(line.lstrip())
    for one in reversed(classes[: bisect_left(classes, at, key=re.Match.start)]):
        if len(one[1]) < indent:
            return one[2], tuple(_BASE.findall(one[3] or ""))
    return "", ()


_OWN = regex(r"\b(?:self|cls)\Z")
_CLASS = regex(r"^([ \t]*)class (\w+)(?:\(([^()]*)\))?", re.MULTILINE)
_BASE = regex(r"(\w+)\s*(?:,|$)")


def bases_of(owner: ast.ClassDef) -> list[str]:
    return [name for base in owner.bases if (name := last_name(base))]


def shown(cell: Cell) -> list[str]:
    """The name of an attribute that others can see, with its class and what that is derived from."""
    if not isinstance(cell.owner, ast.ClassDef) or cell.name.startswith("_"):
        return []
    return [cell.name, cell.owner.name, *bases_of(cell.owner)]


def is_used(kept: list[list[str]], path: str, uses: Uses) -> bool:
    """Whether another file uses one of these: of any object, or in a class that inherits it or is inherited."""
    return any(
        use.path != path and (not use.owner or use.owner in bases or owner in use.bases)
        for name, owner, *bases in kept
        for use in uses.get(name, ())
    )
