"""What a run leaves for diff mode: which files have open questions, by the blobs that git makes of files.

git says of every file which blob it is, so nothing has to be read to know what is still true. Of a file without open
questions that is all that diff mode needs; of the others it also needs which words are in it and what was found. All of
it is laid out so that little has to be read and nothing be built to answer what a few changed files ask.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.cache import Cache, Records, Seal, as_line, seal_holds
from readlint.files.blobs import path_of
from readlint.files.discovery import SUFFIXES, current_folder, slashed
from readlint.packs import pack_files
from readlint.project.modules import Folders
from readlint.settings.allowed import NAME as ALLOWED_SECRETS
from readlint.settings.load import NAMES
from readlint.signatures import bits_of, having, signature_of, table_of
from readlint.syntax.screen import Screened

try:
    from _sha1 import sha1  # type: ignore[import-not-found,unused-ignore]  # see `readlint.digest`
except ImportError:
    from hashlib import sha1

if TYPE_CHECKING:
    from readlint.cli.lint import Options
    from readlint.findings import Json
    from readlint.run import Run
    from readlint.settings.load import SettingsLoader
    from readlint.settings.model import Settings
    from readlint.versions import Versions

SETTINGS_FILES = (*NAMES, ALLOWED_SECRETS)
_PARTS = 3  # the records before those of files: all files, those with open questions or facts, the words of those
_NAMES_IN_BUCKET = 64
#: Options that say how findings are reported, and not what is found.
_OF_REPORTS = {"fail-on", "max-findings", "output-format"}


class Remembered:
    """What is still true of it. `BLOB 0<tab>PATH` stands for a file that was screened."""

    def __init__(self, head: _Head, records: Records, blobs: list[str], parts: list[bytes]) -> None:
        """`blobs` are the files of now, `parts` the first records."""
        self.head = head
        self.collected = frozenset(head.collected)  # the facts that all files were asked for
        self._records = records
        self._now = frozenset(blobs)
        self._blobs, self._heads, self._words = parts[0], _lines(parts[1]), parts[2]
        #: The files of which nothing is remembered.
        self.unknown = [path_of(line) for line in self._now.difference(_lines(self._blobs))]

    def is_settled(self, loader: SettingsLoader, settings_files: list[str]) -> bool:
        """Whether no settings file, of those there are, may say something else of these files by now."""
        others = {*map(os.path.abspath, settings_files), *loader.files_read} - set(self.head.seal["paths"])
        return not any(_governs(path, self._blobs) for path in others)

    def mentioning(self, wanted: Iterable[int], folder: str) -> Iterator[str]:
        """The files with open questions that hold all words of one of these signatures, or are in the folder."""
        found = 0
        for signature in wanted:
            found |= having(self._words, self.head.open, signature)
        lines = self._heads[: self.head.open]
        inside = {line for line in lines if path_of(line).startswith(folder)} if folder else ()
        for line in {*inside, *(lines[index] for index in bits_of(found))} & self._now:
            yield path_of(line)

    def screened(self, paths: frozenset[str]) -> dict[str, Screened]:
        """What is still known of files, by their blobs now."""
        found = {}
        for index, line in enumerate(self._heads):
            if path_of(line) in paths and line in self._now:
                record = self._record(index)
                if record is not None:
                    found[path_of(line)] = Screened.from_json(path_of(line), record)
        return found

    def holders(self, fact: str) -> dict[str, list[str]] | None:
        """The values of a fact by file. None where the cache does not have them any more."""
        found = {}
        for index in self.head.facts.get(fact, ()):
            line = self._heads[index]
            if line in self._now:
                record = self._record(index)
                if record is None:
                    return None
                found[path_of(line)] = record[1][fact]
        return found

    def folders(self, name: str) -> list[str] | None:
        """In which folders a top-level module of this name was. None where the cache does not have it any more."""
        bucket = zlib.crc32(os.fsencode(name)) % self.head.buckets
        found = self._record(len(self._heads) + bucket)
        return None if found is None else found.get(name, [])

    def _record(self, index: int) -> Json:
        record = self._records.read(_PARTS + index)
        return None if record is None else json.loads(record)


class _Head(NamedTuple):
    """What the rest is understood by."""

    seal: Json
    collected: list[str]
    facts: dict[str, list[int]]  # which of the records have them
    open: int  # so many of the records have open questions; they come first
    buckets: int  # so many records after them say where modules are


def _lines(data: bytes) -> list[str]:
    return os.fsdecode(data).split("\0") if data else []


def blob_of(data: bytes) -> str:
    """The name of a blob as git gives it; where git changes line ends no file has the one that git says."""
    digest: str = sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return digest


def trace_of(data: bytes, screened: Json) -> list[str]:
    """What the cache keeps of a file for diff mode: the blob, and with open questions the signature."""
    is_open = bool(screened) and any(finding[10] for finding in screened[0])
    return [blob_of(data), f"{signature_of(data):x}" if is_open else ""]


def remember(cache: Cache, seal: Seal, run: Run, loader: SettingsLoader, options: Options, files: Json) -> None:
    """`files` are the entries of the cache, also those of earlier runs on other files."""
    blobs, kept = [], []
    used: dict[str, Settings] = {}
    for path, (_, _, key, screened, (blob, words)) in files.items():
        settings = run.settings(path)
        if not path.endswith(SUFFIXES) or settings.key != key:
            continue
        used[key] = settings
        blobs.append(f"{blob} 0\t{path}")
        if words or (screened and screened[1]):
            kept.append((not words, blobs[-1], words, screened))
    kept.sort(key=lambda one: one[:2])
    facts: dict[str, list[int]] = {}
    for index, (_, _, _, screened) in enumerate(kept):
        for fact in screened[1]:
            facts.setdefault(fact, []).append(index)
    every = {fact for rule in run.rules.rules for fact in rule.fact_hints}
    collected = [fact for fact in every if all(run.screen.collects(fact, settings) for settings in used.values())]
    signatures = [int(words, 16) for _, _, words, _ in kept if words]
    buckets = _buckets(map(path_of, blobs))
    parts = [_joined(blobs), _joined(line for _, line, _, _ in kept), table_of(signatures)]
    seal.add([*pack_files(), *loader.files_read])
    if not seal.disturbed:
        head = _Head(seal.to_json(), collected, facts, len(signatures), len(buckets))
        records = [as_line(one) for one in (*(screened for _, _, _, screened in kept), *buckets)]
        cache.save_records(_key(options), head, [*parts, *records])


def is_remembered(cache: Cache, options: Options) -> bool:
    """Whether what an earlier run left still holds."""
    found = cache.load_records(_key(options))
    return found is not None and seal_holds(_Head(*found[0]).seal)


def _joined(lines: Iterable[str]) -> bytes:
    return os.fsencode("\0".join(lines))


def _buckets(paths: Iterable[str]) -> list[dict[str, list[str]]]:
    """In which folders modules and packages are, by their names, in parts of which a question needs one."""
    by_name = Folders(list(paths)).by_name
    buckets: list[dict[str, list[str]]] = [{} for _ in range(len(by_name) // _NAMES_IN_BUCKET + 1)]
    for name, folders in by_name.items():
        buckets[zlib.crc32(os.fsencode(name)) % len(buckets)][name] = sorted(folders)
    return buckets


def recall(cache: Cache, options: Options, versions: Versions) -> Remembered | None:
    """What was remembered, if the rules are what they were; whether the settings are as well is asked later."""
    found = cache.load_records(_key(options))
    if found is None:
        return None
    head, records = _Head(*found[0]), found[1]
    parts = [part for part in map(records.read, range(_PARTS)) if part is not None]
    if len(parts) < _PARTS or not seal_holds(head.seal):
        return None
    return Remembered(head, records, versions.blobs, parts)


def _governs(settings_file: str, blobs: bytes) -> bool:
    """Whether a settings file may say something of a file that is remembered."""
    folder, cwd = slashed(os.path.dirname(settings_file)).rstrip("/") + "/", current_folder()
    return cwd.startswith(folder) or os.fsencode(f"\t{folder.removeprefix(cwd)}") in blobs


def _key(options: Options) -> Json:
    overrides = sorted((key, str(value)) for key, value in options.overrides.items() if key not in _OF_REPORTS)
    return [options.place(), overrides, options.config, options.isolated]
