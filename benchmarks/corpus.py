"""The files that every tool reads: application code out of pinned source distributions."""

from __future__ import annotations

import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

# A framework, a web application and a system service; all pure Python, each with a source distribution.
DISTRIBUTIONS = ("django==5.2.8", "apache-superset==6.1.0", "salt==3008.5")
# Applications with hundreds of migrations each: the first two of Django, the third one of Alembic.
WITH_MIGRATIONS = ("edx-enterprise==8.18.0", "pretalx==2025.2.2", "apache-superset==6.1.0")

# Folders that some tool leaves out by default: with them the tools would not read the same files.
SKIPPED_FOLDERS = {
    *("CVS", "__pycache__", "__pypackages__", "_build", "buck-out"),
    *("build", "dist", "node_modules", "site-packages", "venv"),
}
# readlint's rules skip test code by default and the peers do not: the comparison would flatter readlint.
TEST_FILE = re.compile(r"(^|/)tests/|(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")

# A cache cannot trust the time stamps of files written a moment ago; an unchanged project has none of those.
SETTLED = 3.0

MIGRATION = re.compile(rb"^class Migration\(|^down_revision\b", re.MULTILINE)
FUNCTION = re.compile(rb"^def \w+\([^()\n]*\):\n(?=    \S)", re.MULTILINE)
SILENT_HANDLER = re.compile(rb"except Exception:\s*\n\s*pass\b")


Item = TypeVar("Item")


@dataclass(frozen=True)
class Tree:
    """A folder of Python files that all parse."""

    root: Path
    files: Sequence[str]
    lines: int


def applications(work: Path, distributions: Sequence[str]) -> Tree:
    """All distributions in one tree, a folder each, of the files that this Python parses."""
    return unpacked(work, "applications", distributions, lambda data: True)


def migrations(work: Path) -> Tree:
    """Files that are migrations, and nothing else."""
    return unpacked(work, "migrations", WITH_MIGRATIONS, lambda data: MIGRATION.search(data) is not None)


def unpacked(work: Path, kind: str, distributions: Sequence[str], is_wanted: Callable[[bytes], bool]) -> Tree:
    name = "-".join([kind, *distributions, "py{}.{}".format(*sys.version_info)])
    root = work / "trees" / name
    if not root.exists():
        partial = fresh(root.with_suffix(".partial"))
        for distribution in distributions:
            extract(download(work, distribution), partial, is_wanted)
        partial.rename(root)
    return tree(root)


def download(work: Path, distribution: str) -> Path:
    folder = work / "downloads" / distribution
    if not folder.exists():
        project = distribution.partition("==")[0]
        partial = fresh(folder.with_suffix(".partial"))
        # Nothing is installed or imported, so the Python that the distribution asks for does not matter.
        options = ["--quiet", "--no-deps", "--ignore-requires-python", "--no-binary", project, "--dest", str(partial)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, distribution], check=True)
        partial.rename(folder)
    return next(folder.glob("*.tar.gz"))


def extract(archive: Path, into: Path, is_wanted: Callable[[bytes], bool]) -> None:
    with tarfile.open(archive) as members:
        for member in members:
            if member.isfile() and wanted(member.name):
                content = members.extractfile(member)
                data = content.read() if content else b""
                if is_wanted(data) and parses(data):
                    write(into / member.name, data)


def wanted(name: str) -> bool:
    path = PurePosixPath(name)
    folders = path.parts[:-1]
    outside = any(folder in SKIPPED_FOLDERS or folder.startswith(".") for folder in folders)
    return path.suffix == ".py" and not path.is_absolute() and not outside and not TEST_FILE.search(name)


def parses(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def copies(source: Tree, files: Sequence[str], count: int) -> Tree:
    """`count` files: `files` again and again, in one folder a turn, on the disk once each."""
    selection = zlib.crc32("\n".join(files).encode())
    root = source.root.with_name(f"{source.root.name}-{count}-of-{selection:08x}")
    if not root.exists():
        partial = fresh(root.with_suffix(".partial"))
        for index in range(count):
            turn, which = divmod(index, len(files))
            path = partial / f"copy_{turn}" / files[which]
            if turn:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.link(partial / "copy_0" / files[which], path)
            else:
                write(path, (source.root / files[which]).read_bytes())
        partial.rename(root)
        time.sleep(SETTLED)
    return tree(root)


def evenly(files: Sequence[Item], count: int) -> list[Item]:
    """A sample over the whole sequence; fewer when there are not so many."""
    count = min(count, len(files))
    return [files[index * len(files) // count] for index in range(count)]


def averaging(source: Tree, lines: int, count: int) -> list[str]:
    """An even sample of files that have this many lines on average: those of the longest are left out that are over."""
    lengths = sorted((line_count(source.root / name), name) for name in source.files)
    total = sum(length for length, _ in lengths)
    while total > lines * len(lengths):
        total -= lengths.pop()[0]
    return sorted(name for _, name in evenly(lengths, count))


def repository(tree: Tree) -> None:
    """Commit a tree, and then change ten of its functions, each in another file of the first copy."""
    if (tree.root / ".git").exists():
        return
    partial = tree.root.with_name(f"{tree.root.name}.git")
    shutil.rmtree(partial, ignore_errors=True)
    git = ["git", f"--git-dir={partial}", f"--work-tree={tree.root}", "-c", "gc.auto=0"]
    git += ["-c", "user.name=readlint", "-c", "user.email=readlint@example.org"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *arguments], cwd=tree.root, check=True)
    files = [name for name in tree.files if name.startswith("copy_0/")]
    for name in evenly([name for name in files if FUNCTION.search((tree.root / name).read_bytes())], 10):
        path = tree.root / name
        changed = FUNCTION.sub(rb"\g<0>    changed = None\n", path.read_bytes(), count=1)
        path.unlink()  # or its copies would change with it
        path.write_bytes(changed)
    time.sleep(SETTLED)
    # With a link less the copies of the ten look changed too, until somebody's `git status` has looked at them.
    subprocess.run([*git, "update-index", "-q", "--refresh"], cwd=tree.root, check=False)  # 1: some have changed
    partial.rename(tree.root / ".git")


def with_lines(source: Tree, lines: int) -> Tree:
    """Whole files, drawn from everywhere, up to a number of lines (all of them when there are not so many)."""
    chosen: list[str] = []
    for name in random.Random(lines).sample(source.files, len(source.files)):
        if lines <= 0:
            break
        chosen.append(name)
        lines -= line_count(source.root / name)
    return copies(source, sorted(chosen), len(chosen))


def of_length(source: Tree, lines: int, *, silent_handler: bool) -> Path:
    """The file nearest to a length, with or without a handler that swallows its error."""

    def distance(name: str) -> int:
        return abs(line_count(source.root / name) - lines)

    def fits(name: str) -> bool:
        return bool(SILENT_HANDLER.search((source.root / name).read_bytes())) is silent_handler

    return source.root / min(filter(fits, source.files), key=distance)


def tree(root: Path) -> Tree:
    files = sorted(python_files(root))
    return Tree(root, files, sum(line_count(root / name) for name in files))


def line_count(file: Path) -> int:
    return file.read_bytes().count(b"\n")


def python_files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            yield (Path(folder) / name).relative_to(root).as_posix()


def fresh(folder: Path) -> Path:
    """A folder to fill and rename when it is complete: an interrupted run leaves no half tree behind."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
