"""Which files a run looks at.

Paths are shown relative to the current directory when they are below it, absolute otherwise, always with `/`.
Patterns are matched on the system's own absolute paths, so it does not matter by which spelling a folder was given.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from readlint.errors import UserError
from readlint.files.ignore import DEFAULT_EXCLUDES, Patterns, exclude_file, ignored, read_patterns
from readlint.files.kinds import PYTHON, kind_of

SUFFIXES = (".py", ".pyi")
IGNORE_FILE = ".gitignore"
REPOSITORY = ".git"


class Discovery:
    """What was found, and what it depended on: paths that another run can compare with."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.folders: list[str] = []  # every folder listed
        self.ignore_files: list[str] = []  # every one looked for above the given folders, every one found in them
        self.warnings: list[str] = []


class Place(NamedTuple):
    """A folder or a file: as it is shown and opened, and where the system really has it. A folder ends in a slash."""

    shown: str
    real: str


class Names(NamedTuple):
    """What is in a folder, as far as it matters."""

    folders: list[str]
    files: list[str]
    links: list[str]
    special: list[str]


def discover(
    paths: Iterable[str],
    *,
    root: str = ".",
    excludes: Iterable[str] = DEFAULT_EXCLUDES,
    respect_gitignore: bool = True,
    force_exclude: bool = False,
    kinds: frozenset[str] = frozenset(),
) -> Discovery:
    """The Python files in these files and folders; `excludes` are patterns as in a `.gitignore` in `root`.

    `kinds` are other ones that somebody reads; see `readlint.files.kinds`. What is given by name is taken whether or
    not it is excluded, unless `force_exclude`, and as Python where its name says nothing.
    Links to folders are not followed; one to a file in these folders counts only if the file itself is not found.
    """
    walk = Walk(Patterns(os.path.realpath(root), excludes), respect_gitignore, kinds)
    for path in paths:
        walk.start(path, force_exclude)
    return walk.result()


class Walk:
    def __init__(self, excludes: Patterns, respect_gitignore: bool, kinds: frozenset[str] = frozenset()) -> None:
        self.excludes = excludes
        self.kinds = kinds
        self.respect_gitignore = respect_gitignore
        self.cwd = current_folder()
        self.found = Discovery()
        self.files: dict[str, str] = {}  # how a file is shown, by where it really is
        self.links: list[Place] = []  # given by name
        self.links_inside: list[Place] = []  # found in the folders that were given
        self.tops: list[str] = []
        self.listed: set[str] = set()
        self.chains: dict[str, tuple[Patterns, ...]] = {}
        self.unreached: dict[str, bool] = {}  # whether a walk would not have come to a folder

    def result(self) -> Discovery:
        for link in sorted([*self.links, *filter(self.stays_inside, self.links_inside)]):
            self.files.setdefault(link.real, link.shown)
        self.found.files = sorted(self.files.values())
        self.found.folders.sort()
        return self.found

    def stays_inside(self, link: Place) -> bool:
        """Code from strangers must not choose which other files of the user are read."""
        if link.real.startswith(tuple(self.tops)):
            return True
        self.found.warnings.append(f"{link.shown}: skipped, a link to a file outside of the folders that are linted")
        return False

    # What was given

    def start(self, path: str, force_exclude: bool) -> None:
        is_folder = stat.S_ISDIR(mode_of(path))
        place = locate(path, self.cwd)
        if force_exclude and self.is_excluded(place.real, is_folder):
            return
        real = slashed(os.path.realpath(path))
        if is_folder:
            self.walk(Place("" if place.shown == "." else place.shown.rstrip("/") + "/", real.rstrip("/") + "/"))
        elif kind_of(place.shown) not in ("", PYTHON, *self.kinds):
            self.found.warnings.append(not_read(place.shown))
        elif real == place.real:
            self.files.setdefault(real, place.shown)
        else:
            self.links.append(Place(place.shown, real))

    def is_excluded(self, real: str, is_folder: bool) -> bool:
        """Whether a walk from above would not have come to this path: it or a folder that it is in is excluded."""
        folder, name = _parted(real)
        if not name:
            return False
        if self.excludes.verdict(folder, name, is_folder) or self.is_out_of_reach(folder):
            return True
        return ignored(self.chain(folder), folder, name, is_folder)

    def is_out_of_reach(self, folder: str) -> bool:
        if folder not in self.unreached:
            for above, name in reversed(list(upwards(folder[:-1]))):
                inside = f"{above}{name}/"
                if inside not in self.unreached:
                    excluded = above.startswith(self.excludes.base) and self.excludes.verdict(above, name, True)
                    self.unreached[inside] = (
                        bool(excluded)
                        or self.unreached.get(above, False)
                        or ignored(self.chain(above), above, name, True)
                    )
        return self.unreached.get(folder, False)

    # Folders

    def walk(self, top: Place) -> None:
        self.tops.append(top.real)
        if os.path.lexists(top.real + REPOSITORY):
            chain: tuple[Patterns, ...] = ()
        else:
            chain = self.chain(os.path.dirname(top.real[:-1]).rstrip("/") + "/")
        pending = [(top, chain)]
        while pending:
            place, above = pending.pop()
            if place.real in self.listed:
                continue
            self.listed.add(place.real)
            names = self.names_in(place)
            if names is not None:
                chain = self.enter(place.real, place.shown, names.special, above) if names.special else above
                pending += [(inside, chain) for inside in self.take(place, names, chain)]

    def names_in(self, place: Place) -> Names | None:
        folder = place.shown[:-1] or ("/" if place.shown else ".")
        try:
            names = list_folder(folder, self.kinds)
        except (FileNotFoundError, NotADirectoryError):
            return None  # removed a moment ago
        except OSError as error:
            names = None
            self.found.warnings.append(f"{folder}: skipped, the folder cannot be read: {error.strerror or error}")
        self.found.folders.append(folder)
        return names

    def take(self, place: Place, names: Names, chain: tuple[Patterns, ...]) -> list[Place]:
        """Note the files that are not excluded; the folders to go on with."""
        shown, real = place
        judge = self.excludes.verdict
        for name in names.files:
            if not judge(real, name, False) and not ignored(chain, real, name, False):
                self.files.setdefault(real + name, shown + name)
        for name in names.links:
            if not judge(real, name, False) and not ignored(chain, real, name, False):
                self.take_link(shown + name)
        return [
            Place(f"{shown}{name}/", f"{real}{name}/")
            for name in names.folders
            if not judge(real, name, True) and not ignored(chain, real, name, True)
        ]

    def take_link(self, shown: str) -> None:
        try:
            if stat.S_ISREG(os.stat(shown).st_mode):
                self.links_inside.append(Place(shown, slashed(os.path.realpath(shown))))
        except OSError as error:
            # A link to nowhere is no file: some editors mark an open file with one.
            if error.errno == errno.ELOOP:
                self.found.warnings.append(f"{shown}: skipped, a loop of symbolic links")

    # Ignore files

    def chain(self, folder: str) -> tuple[Patterns, ...]:
        """The ignore files that count in a folder, its own included, nearest first."""
        if not self.respect_gitignore:
            return ()
        if folder not in self.chains:
            above, _ = _parted(folder[:-1])
            if above in self.chains and above.startswith(self.cwd) and not os.path.lexists(folder + REPOSITORY):
                self.chains[folder] = self.enter(folder, folder, [IGNORE_FILE], self.chains[above])
            else:
                self.chains[folder] = self.chain_from_top(folder)
        return self.chains[folder]

    def chain_from_top(self, folder: str) -> tuple[Patterns, ...]:
        chain: tuple[Patterns, ...] = ()
        for one in from_top(folder, self.cwd):
            if one not in self.chains:
                special = [IGNORE_FILE, *([REPOSITORY] if os.path.lexists(one + REPOSITORY) else [])]
                self.chains[one] = self.enter(one, one, special, chain)
            chain = self.chains[one]
        return chain

    def enter(self, real: str, shown: str, special: Iterable[str], above: tuple[Patterns, ...]) -> tuple[Patterns, ...]:
        """Add what a folder says for itself. A repository in another one hears nothing from outside."""
        if not self.respect_gitignore:
            return ()
        own = [(real + IGNORE_FILE, shown + IGNORE_FILE)] if IGNORE_FILE in special else []
        if REPOSITORY in special:
            above = ()
            path = exclude_file(real + REPOSITORY)
            own.append((path, path))
        self.found.ignore_files += [path for _, path in own if path not in self.found.ignore_files]
        patterns = [read_patterns(path, real) for path, _ in own]
        return (*(one for one in patterns if one is not None), *above)


def not_read(path: str) -> str:
    return f"{path}: skipped, no rule that is on reads {'notebooks' if path.endswith('.ipynb') else 'such files'}"


def list_folder(folder: str, kinds: frozenset[str]) -> Names:
    names = Names([], [], [], [])
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name in (REPOSITORY, IGNORE_FILE):
                names.special.append(name)
            elif entry.is_dir(follow_symlinks=False):
                names.folders.append(name)
            elif name.endswith(SUFFIXES) or (kinds and kind_of(name) in kinds):
                if entry.is_file(follow_symlinks=False):
                    names.files.append(name)
                elif entry.is_symlink():
                    names.links.append(name)
    return names


def from_top(folder: str, cwd: str) -> list[str]:
    """The folders whose ignore files count in `folder`: from its repository's top down, or from the current folder.

    Without a repository, ignore files still count (an exported tree has them), but none that `readlint .` here would
    not see.
    """
    above = [folder, *(outer for outer, _ in upwards(folder[:-1]))] if folder != "/" else ["/"]
    for number, one in enumerate(above):
        if os.path.lexists(one + REPOSITORY):
            return above[number::-1]
    return [one for one in reversed(above) if one.startswith(cwd)]


def _parted(path: str) -> tuple[str, str]:
    """The folder that a path is in, with a slash at its end, and the name in there."""
    folder, slash, name = path.rpartition("/")
    return folder + slash, name


def upwards(path: str) -> Iterator[tuple[str, str]]:
    """Every folder that a path is in, nearest first, with the name that leads down from it."""
    folder, name = _parted(path)
    while name:
        yield folder, name
        folder, name = _parted(folder[:-1])


def current_folder() -> str:
    try:
        return slashed(os.path.realpath(os.getcwd())).rstrip("/") + "/"
    except FileNotFoundError:
        raise UserError("the current folder does not exist any more") from None


def slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")


def mode_of(path: str) -> int:
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise UserError("no such file or folder", path) from None
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or error}", path) from None
    except ValueError:
        raise UserError("file names cannot hold such a character", path) from None


def locate(path: str, cwd: str) -> Place:
    """How a path is shown, and where it is: links on the way to it resolved, but not one at its end."""
    absolute = os.path.abspath(path)
    if os.pardir in slashed(path).split("/"):
        absolute = os.path.realpath(path)  # `link/..` is above the link's target
    parent, name = os.path.split(absolute)
    absolute = slashed(absolute)
    real = slashed(os.path.join(os.path.realpath(parent), name)) if name else absolute
    for candidate in (absolute, real):
        if f"{candidate}/".startswith(cwd):
            return Place(candidate[len(cwd) :] or ".", real)
    return Place(absolute, real)
