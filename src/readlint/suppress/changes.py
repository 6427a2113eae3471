"""What has changed between two versions of a project: lines, and the names of definitions that hold them."""

from __future__ import annotations

import ast
import difflib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readlint.files.source import Source, Unreadable
from readlint.findings import Finding, Span
from readlint.syntax.parse import parse

_CELLS = 50_000_000  # old times new lines, to be compared by their places
_PAIRS = 2500  # of files that are new and files that are gone, to be compared with each other


class Change(NamedTuple):
    """A file that is not what it was."""

    before: bytes | None  # None: there was none
    lines: frozenset[int]  # of the file as it is now
    lines_before: frozenset[int]


class Changes(NamedTuple):
    """By path, as reports show it."""

    files: dict[str, Change]
    gone: dict[str, bytes]

    def touches(self, finding: Finding) -> bool:
        """Whether a line of the finding has changed, or one of a place that it points to."""
        places = [(finding.path, finding.span)]
        places += [(place.path or finding.path, place.span) for place in (*finding.related, *finding.flow)]
        return any(self._changed(path, span) for path, span in places)

    def _changed(self, path: str, span: Span) -> bool:
        change = self.files.get(path)
        lines = range(max(span.line, 1), max(span.end_line, span.line, 1) + 1)
        return change is not None and not change.lines.isdisjoint(lines)


def changes_between(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Changes:
    """Files by path, those on either side that may differ; one that has another name now is known by its lines."""
    gone = {path: data for path, data in before.items() if path not in after}
    origins = _renamed(gone, {path: data for path, data in after.items() if path not in before})
    files = {}
    for path, data in after.items():
        old = before.get(origins.get(path, path))
        change = _change(old, data)
        if change.lines or change.lines_before:
            files[path] = change
    return Changes(files, {path: data for path, data in gone.items() if path not in origins.values()})


def _change(before: bytes | None, after: bytes) -> Change:
    """Line ends do not count: git may have written other ones."""
    new = after.splitlines()
    if before is None:
        return Change(None, frozenset(range(1, max(len(new), 1) + 1)), frozenset())
    old = before.splitlines()
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    differ = _differing if (len(old) - start - end) * (len(new) - start - end) <= _CELLS else _missing
    lines_before, lines = differ(old[start : len(old) - end], new[start : len(new) - end])
    return Change(before, frozenset(start + 1 + at for at in lines), frozenset(start + 1 + at for at in lines_before))


def _differing(old: list[bytes], new: list[bytes]) -> tuple[set[int], set[int]]:
    """The indices of the lines of each that do not stand at the same place in the other."""
    mine: set[int] = set()
    theirs: set[int] = set()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new).get_opcodes():
        if tag != "equal":
            mine.update(range(a, b))
            theirs.update(range(c, d))
    return mine, theirs


def _missing(old: list[bytes], new: list[bytes]) -> tuple[set[int], set[int]]:
    """The indices of the lines of each that the other does not have: where they stand would take minutes to find."""
    mine, theirs = _not_among(old, Counter(new)), _not_among(new, Counter(old))
    return (mine, theirs) if mine or theirs else (set(range(len(old))), set(range(len(new))))  # only moved about


def _not_among(lines: list[bytes], others: Counter[bytes]) -> set[int]:
    left = set()
    for index, line in enumerate(lines):
        if others[line] > 0:
            others[line] -= 1
        else:
            left.add(index)
    return left


def lost(before: bytes) -> Change:
    """What became of a file that is gone."""
    return Change(before, frozenset(), frozenset(range(1, len(before.splitlines()) + 1)))


def _same(one: list[bytes], other: list[bytes]) -> int:
    """How many lines are the same from the start."""
    pairs = zip(one, other, strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _renamed(gone: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, str]:
    """Which of the files that are gone each new one was: half of the lines are the same, as git has it."""
    many = len(gone) * len(new) > _PAIRS
    lines = {path: Counter(data.splitlines()) for path, data in (*gone.items(), *new.items())}
    found = []
    for old in gone:
        for path in new:
            if many and os.path.basename(old) != os.path.basename(path) and gone[old] != new[path]:
                continue
            size = max(lines[old].total(), lines[path].total())
            shared = (lines[old] & lines[path]).total()
            if shared * 2 >= size > 0:
                found.append((-shared / size, os.path.basename(old) != os.path.basename(path), path, old))
    origins: dict[str, str] = {}
    for _, _, path, old in sorted(found):
        if path not in origins and old not in origins.values():
            origins[path] = old
    return origins


def changed_names(path: str, change: Change, after: bytes) -> set[str]:
    """The names of definitions in a file of which a line has changed: files that use them may have other findings."""
    versions = [(after, change.lines), (change.before or b"", change.lines_before)]
    return {name for data, lines in versions for name in _names_on(path, data, lines)}


def _names_on(path: str, data: bytes, lines: frozenset[int]) -> Iterator[str]:
    try:
        tree = parse(Source(path, data))
    except Unreadable:
        return
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        node = pending.pop()
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if lines.isdisjoint(range(first, (node.end_lineno or first) + 1)):
            continue
        yield from (name for name in _bound(node) if name != "*" and not name.startswith("__"))
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            pending += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]


def _bound(node: ast.stmt) -> Iterable[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


class Origin:
    """A file of which definitions may be used elsewhere."""

    def __init__(self, path: str, names: Iterable[str] = ()) -> None:
        folder, _, name = path.rpartition("/")
        stem = name.partition(".")[0]
        #: A file that imports from it says its name, or that of its package, or is in that package.
        self.modules = sorted({stem, folder.rpartition("/")[2]} - {"", "__init__"})
        self.package = f"{folder}/" if stem == "__init__" else ""
        self.names = sorted(names)
        self._mentions_module, self._mentions_name = mention(self.modules), mention(self.names)

    def may_be_used(self, path: str, data: bytes) -> bool:
        return self.may_be_known_to(path, data) and self._mentions_name(data)  # most are let go by the first

    def may_be_known_to(self, path: str, data: bytes) -> bool:
        inside = bool(self.package) and path.startswith(self.package)
        return inside or self._mentions_module(data)


def mention(words: Sequence[str]) -> Callable[[bytes], bool]:
    """What tells whether one of these words is in a text."""
    encoded = [word.encode("utf-8", "surrogateescape") for word in words]
    return lambda data: any(_stands_in(data, word) for word in encoded)


def _stands_in(data: bytes, word: bytes) -> bool:
    """Whether it is there, and not only as a part of a longer word; a pattern would be a hundred times as slow."""
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_of_words(data[at - 1 : at]) or _is_of_words(data[end : end + 1])):
            return True
        at = data.find(word, at + 1)
    return False


def _is_of_words(char: bytes) -> bool:
    return char.isalnum() or char == b"_"
