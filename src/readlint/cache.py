"""What readlint remembers between runs, in a folder beside the project.

Three kinds of file, all under a line of digest, all written to a temporary file and renamed:

`run-*.json`    one whole run: a seal over everything it looked at, and what it reported. While the seal holds,
                nothing is read, parsed or imported: the report is printed again.
`files-*.json`  what each file gave, by its bytes and settings, for runs in which something changed.
`open-*.json`   for diff mode: which files have open questions and what they gave, in parts that are read one by one.

None holds source text beyond what messages hold. A file that is damaged, foreign or unreadable is no cache, and
neither is one that came with the code: files in the project are signed with a key that only the user has.
This module is on the warm path; see `findings.py`.
"""

from __future__ import annotations

import json
import os
import sys
import time

from readlint import __version__
from readlint.digest import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from readlint.findings import Json

FOLDER = ".readlint_cache"
_FORMAT = 6
_RUNS_KEPT = 24
_KEY_SIZE = 32  # bytes
_PLACE = 64  # bytes: where a record starts, its size and its digest
_LARGEST = 64 * 1024 * 1024  # bytes of one file; what would be larger is not written
#: A file that changed this recently may change again without its time stamp showing it: its content is compared.
_RACY = 2_000_000_000
#: Time stamps of files are that much coarser than the clock.
_TICK = 20_000_000
MARKERS = (".git", ".hg", "pyproject.toml", "readlint.toml", ".readlint.toml", "setup.cfg", "setup.py")


def own_key() -> bytes:
    """Of the user; it is drawn when it is first needed. Empty where none can be kept."""
    base = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_CACHE_HOME")
    folder = os.path.join(base or os.path.join(os.path.expanduser("~"), ".cache"), "readlint")
    path = os.path.join(folder, "key")
    try:
        if not os.path.isfile(path):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            _write_new(f"{path}.{os.getpid()}.tmp", os.urandom(_KEY_SIZE), 0o600)
            os.replace(f"{path}.{os.getpid()}.tmp", path)
        with open(path, "rb") as file:
            key = file.read(_KEY_SIZE)
    except OSError:
        return b""
    return key if len(key) == _KEY_SIZE else b""


def default_folder(start: str) -> str:
    """`.readlint_cache` in the root of the project around `start`, else in `start`."""
    return os.path.join(marked_folder(start) or start, FOLDER)


def marked_folder(start: str) -> str:
    """The nearest folder, going up, that looks like a project's root; empty if there is none."""
    folder = start
    while True:
        if any(os.path.exists(os.path.join(folder, marker)) for marker in MARKERS):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return ""
        folder = above


class Cache:
    """The cache folder. Every method works, and remembers nothing, where the folder cannot be used."""

    def __init__(self, folder: str, key: bytes = b"") -> None:
        """`key` signs the files of a folder that others can fill; one that the user names is theirs to trust."""
        self.folder = folder
        self.key = key

    def load_run(self, key: Json) -> Json:
        """The report of the same run before, if nothing that it looked at has changed."""
        memory = self._read(_name("run", key))
        if memory is None or not seal_holds(memory["seal"]):
            return None
        if memory["seal"]["racy"] and memory["seal"]["settled"] < time.time_ns():
            # Long enough unchanged: from now on the stamps alone tell, and nothing has to be read.
            memory["seal"]["racy"] = []
            self._write(_name("run", key), memory)
        return memory["report"]

    def save_run(self, key: Json, seal: Json, report: Json) -> None:
        self._write(_name("run", key), {"seal": seal, "report": report})

    def load_files(self, key: Json) -> dict[str, Json]:
        return self._read(_name("files", key)) or {}

    def save_files(self, key: Json, files: dict[str, Json]) -> None:
        self._write(_name("files", key), files)

    def save_records(self, key: Json, head: Json, records: list[bytes]) -> None:
        """Records can be read one by one later: behind the head is a table with the place and a digest of each."""
        name = _name("open", key)
        table, start = bytearray(), 0
        for record in records:
            table += b"%016x%016x%s" % (start, len(record), _digest(name, record, self.key))
            start += len(record)
        first = as_line(head)
        digest = _digest(name, first + table, self.key)
        self._write_lines(name, [b"%s %d %d" % (digest, len(first), len(table)), b"".join([first, table, *records])])

    def load_records(self, key: Json) -> tuple[Json, Records] | None:
        """The head, and what reads the records."""
        name = _name("open", key)
        path = os.path.join(self.folder, name)
        try:
            with open(path, "rb") as file:
                digest, size, table_size = file.readline(100).split(b" ")
                content = file.read(min(int(size) + int(table_size), _LARGEST))
                start = file.tell()
            if digest != _digest(name, content, self.key):
                return None
            return json.loads(content[: int(size)]), Records(self, name, start, content[int(size) :])
        except (OSError, ValueError, RecursionError):
            return None

    def prepare(self) -> bool:
        """Make the folder, marked so that version control and backups pass it by. False if it cannot be made."""
        try:
            os.makedirs(self.folder, exist_ok=True)
            for name, text in _MARKS.items():
                path = os.path.join(self.folder, name)
                if not os.path.lexists(path):
                    _write_new(path, text.encode("ascii"))
        except OSError:
            return False
        return os.access(self.folder, os.W_OK)

    def _read(self, name: str) -> Json:
        path = os.path.join(self.folder, name)
        if not os.path.isfile(path):
            return None
        try:
            with open(path, "rb") as file:
                digest, _, payload = file.read(_LARGEST + 100).partition(b"\n")
            return json.loads(payload) if digest == _digest(name, payload, self.key) else None
        except (OSError, ValueError, RecursionError):
            return None

    def _write(self, name: str, content: Json) -> None:
        payload = as_line(content)
        self._write_lines(name, [_digest(name, payload, self.key), payload])

    def _write_lines(self, name: str, lines: list[bytes]) -> None:
        content = b"\n".join(lines)
        if len(content) > _LARGEST:
            return
        path = os.path.join(self.folder, name)
        temporary = f"{path}.{os.getpid()}.tmp"
        try:
            _write_new(temporary, content)
            os.replace(temporary, path)
        except OSError:
            # A cache that cannot be written costs time, not results.
            _remove(temporary)
        else:
            self._prune()

    def _prune(self) -> None:
        """Drop the oldest runs and what killed runs left behind."""
        try:
            with os.scandir(self.folder) as entries:
                dated = sorted(((entry.stat().st_mtime, entry.path) for entry in entries), reverse=True)
        except OSError:
            return  # another run is at it
        for prefix in _KINDS:
            ours = [path for _, path in dated if os.path.basename(path).startswith(prefix) and path.endswith(".json")]
            for path in ours[_RUNS_KEPT:]:
                _remove(path)
        hour_ago = time.time() - 3600
        for changed, path in dated:
            if path.endswith(".tmp") and changed < hour_ago:
                _remove(path)


class Records:
    """Parts of one file of the cache."""

    def __init__(self, cache: Cache, name: str, start: int, table: bytes) -> None:
        self.cache = cache
        self.name = name
        self.start = start
        self.table = table

    def read(self, index: int) -> bytes | None:
        """None where the file is damaged, or another one by now."""
        place = self.table[index * _PLACE : (index + 1) * _PLACE]
        start, size, digest = int(place[:16], 16), int(place[16:32], 16), place[32:]
        try:
            with open(os.path.join(self.cache.folder, self.name), "rb") as file:
                file.seek(self.start + start)
                record = file.read(size)
        except OSError:
            return None
        return record if _digest(self.name, record, self.cache.key) == digest else None


_KINDS = ("run-", "files-", "open-")
_MARKS = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# readlint's cache; it can be deleted at any time.\n",
}


def _write_new(path: str, data: bytes, mode: int = 0o666) -> None:
    """A file that is not there yet, and no link either: what others put there leads nowhere."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, mode), "wb") as file:
        file.write(data)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass  # gone already, or not ours to remove: nothing depends on it


def as_line(content: Json) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii")


def _name(kind: str, key: Json) -> str:
    """A file name for everything that the content depends on: readlint, Python and the caller's key."""
    parts = [_FORMAT, __version__, sys.version, key]
    return f"{kind}-{blake2b(json.dumps(parts).encode('ascii'), digest_size=12).hexdigest()}.json"


def _digest(name: str, payload: bytes, key: bytes) -> bytes:
    """Of a file's content and of its name, which says what the content is about."""
    digest = blake2b(name.encode("ascii"), digest_size=16, key=key)
    digest.update(payload)
    return digest.hexdigest().encode("ascii")


# Seals


def stamp(path: str) -> str:
    """Everything that the operating system says about a file's version; `-` if it is not there."""
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return "-"
    return f"{stat.st_mtime_ns}.{stat.st_ctime_ns}.{stat.st_size}.{stat.st_ino}"


def _inode(version: str) -> str:
    return version.rpartition(".")[2]


def is_racy(version: str, now: int) -> bool:
    """Whether a file may change after `now` without its stamp changing."""
    return _changed(version) > now - _RACY


def _changed(version: str) -> int:
    """When the file was last changed, in nanoseconds; 0 if it is not there."""
    return 0 if version == "-" else max(map(int, version.split(".")[:2]))


class Seal:
    """The versions of files and folders as they were before anybody read them."""

    def __init__(self) -> None:
        self.now = time.time_ns()
        self.stamps: dict[str, str] = {}
        self.racy: list[list[str]] = []
        self.listed: list[list[str]] = []
        self._own: set[str] = set()

    def expect(self, folders: Iterable[str]) -> None:
        """Folders that the run will write reports into: a new report must not make the next run a cold one.

        Such a folder is known by what is in it, and not by its time stamp.
        """
        self._own.update(_inode(stamp(folder)) for folder in folders)

    def add(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path not in self.stamps:
                self.stamps[path] = stamp(path)
                if _inode(self.stamps[path]) in self._own:
                    self.listed.append([path, content_digest(path)])
                elif is_racy(self.stamps[path], self.now):
                    self.racy.append([path, content_digest(path)])

    @property
    def disturbed(self) -> bool:
        """Whether something changed during the run: a folder may then have been listed before its stamp was taken."""
        return any(_changed(version) > self.now - _TICK for version in self.stamps.values())

    def to_json(self) -> Json:
        listed = {path for path, _ in self.listed}
        stamps = {path: version for path, version in self.stamps.items() if path not in listed}
        # After `settled` a file that changes gets a stamp unlike any that was seen here.
        settled = max(map(_changed, stamps.values()), default=0) + 2 * _RACY
        return {
            "paths": list(stamps),
            "stamps": _digest_of(stamps.values()),
            "racy": self.racy,
            "listed": self.listed,
            "settled": settled,
        }


def seal_holds(seal: Json) -> bool:
    if _digest_of(map(stamp, seal["paths"])) != seal["stamps"]:
        return False
    return all(content_digest(path) == digest for path, digest in [*seal["racy"], *seal["listed"]])


def _digest_of(stamps: Iterable[str]) -> str:
    return blake2b("\n".join(stamps).encode("ascii"), digest_size=16).hexdigest()


def content_digest(path: str) -> str:
    """A digest of a file's bytes or of what is in a folder."""
    try:
        if not os.path.isfile(path) and not os.path.isdir(path):
            return "-"  # reading a pipe or a device might never end
        if os.path.isdir(path):
            with os.scandir(path) as entries:
                names = sorted(entry.name + "/" * entry.is_dir() for entry in entries)
            data = "\0".join(names).encode("utf-8", "surrogateescape")
        else:
            with open(path, "rb") as file:
                data = file.read()
    except OSError:
        return "-"
    return blake2b(data, digest_size=16).hexdigest()


def clean(folder: str) -> bool:
    """Remove a cache folder; whether there was one. Only files that a cache consists of are touched."""
    if not os.path.isdir(folder):
        return False
    for name in os.listdir(folder):
        if name in _MARKS or name.startswith(_KINDS):
            _remove(os.path.join(folder, name))
    try:
        os.rmdir(folder)
    except OSError:
        pass  # something in it is not ours
    return True
