"""Batteries: code in which a reviewer has judged every place of a kind. Each folder's `__init__.py` says of which."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BATTERIES = Path(__file__).with_name("battery")
MARK = re.compile(r" *# verdict: (?P<verdict>defect|fine)(?P<known> \((?:missed|flagged)\))? - (?P<why>[^|]+)$")
#: What follows is a file of its own: a migration is one, and a folder of them tells a story.
FILE = re.compile(r"^# file: (?P<path>\S+)$", re.MULTILINE)
DISAGREEING = {"defect": " (missed)", "fine": " (flagged)"}


@dataclass(frozen=True)
class Place:
    file: str
    line: int
    lines: frozenset[int]  # the lines whose reports are about this place
    function: str
    defect: bool
    known: bool  # that readlint disagrees with the verdict
    why: str


def places(battery: str) -> list[Place]:
    return [place for path in sorted((BATTERIES / battery).glob("*.py")) for place in judged(path)]


def judged(path: Path) -> Iterator[Place]:
    text = path.read_text(encoding="utf-8")
    nodes = starting(ast.parse(text))
    for number, line in enumerate(text.splitlines(), 1):
        if mark := MARK.search(line):
            if mark["known"] not in (None, DISAGREEING[mark["verdict"]]):
                raise ValueError(f"{path.name}:{number}: a {mark['verdict']} cannot be{mark['known']}")
            lines, function = nodes.get(number, (frozenset({number}), ""))
            if inside := part_of(text, number):
                lines, function = inside
            defect, known = mark["verdict"] == "defect", bool(mark["known"])
            yield Place(path.name, number, lines, function, defect, known, mark["why"])


def part_of(text: str, line: int) -> tuple[frozenset[int], str] | None:
    """The lines and the name of the file in one of the battery that this line is in: one verdict is about all of it."""
    begun = [(text.count("\n", 0, found.start()) + 1, Path(found["path"]).stem) for found in FILE.finditer(text)]
    for (start, name), (end, _) in itertools.pairwise([*begun, (text.count("\n") + 1, "")]):
        if start <= line < end:
            return frozenset(range(start, end)), name
    return None


def origin(all_places: list[Place], path: str) -> str:
    """The file of the battery that a tool has read, or read a part of."""
    files = {place.file for place in all_places}
    names = (part.removesuffix(".py") + ".py" for part in reversed(Path(path).parts))
    return next((name for name in names if name in files), "")


def starting(tree: ast.AST, function: str = "") -> dict[int, tuple[frozenset[int], str]]:
    """For each line on which a handler or statement begins: the lines of the outermost one, the function around it."""
    found: dict[int, tuple[frozenset[int], str]] = {}
    for node in ast.iter_child_nodes(tree):
        inside = function
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{function}.{node.name}".lstrip(".")
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            lines = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            if isinstance(node, ast.ExceptHandler) and isinstance(tree, ast.Try) and len(tree.handlers) == 1:
                lines.add(tree.lineno)  # SIM105 speaks of the handler there
            found[node.lineno] = (frozenset(lines), inside)
        found = {**starting(node, inside), **found}
    return found


def concerned(all_places: list[Place], file: str, line: int) -> Place | None:
    """The innermost judged place that a report on this line is about."""
    around = [place for place in all_places if place.file == file and line in place.lines]
    return min(around, key=lambda place: len(place.lines), default=None)


def write_unmarked(battery: str, folder: Path) -> None:
    """A battery without its verdicts: they are comments in handlers, and such comments count for some tools."""
    target = folder / battery
    target.mkdir(parents=True, exist_ok=True)
    for path in (BATTERIES / battery).glob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        unmarked = "".join(MARK.sub("", line) + "\n" for line in lines)
        for name, text in files(unmarked, path):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_text(text, encoding="utf-8")


def files(text: str, path: Path) -> Iterator[tuple[str, str]]:
    """The files that one of the battery stands for: each has what is above the first, and its lines where they were."""
    starts = [found.start() for found in FILE.finditer(text)]
    if not starts:
        yield path.name, text
    for start, end in itertools.pairwise([*starts, len(text)]):
        head, part = text[: starts[0]], text[start:end]
        skipped = "\n" * text.count("\n", len(head), start)
        yield f"{path.stem}/{FILE.match(part)['path']}", head + skipped + part
