"""What a run leaves for diff mode: which files have open questions, by the blobs that git makes of files.

git says of every file which blob it is, so nothing has to be read to know what is still true. Of a file without open
questions that is all that diff mode needs; of the others it also needs which words are in it and what was found.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from readlint.cache import Cache, Records, Seal, seal_holds
from readlint.files.blobs import path_of
from readlint.files.discovery import SUFFIXES, current_folder, slashed
from readlint.packs import pack_files
from readlint.settings.allowed import NAME as ALLOWED_SECRETS
from readlint.settings.load import NAMES
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

SETTINGS_FILES = (*NAMES, ALLOWED_SECRETS)
_BITS = 2048  # of a signature: a word of one file in fifty is found in it by mistake
_WORD = re.compile(rb"\w+")
#: Options that say how findings are reported, and not what is found.
_OF_REPORTS = {"fail-on", "max-findings", "output-format"}


class Remembered(NamedTuple):
    """`BLOB 0<tab>PATH` stands for a file that was screened."""

    blobs: frozenset[str]
    collected: frozenset[str]  # the facts that all of them were asked for
    heads: list[tuple[str, str, list[str]]]  # of files with open questions or facts: the signature and the facts' names
    records: Records  # what these gave, in the same order

    def mentioning(self, wanted: Iterable[int], inside: tuple[str, ...]) -> Iterator[str]:
        """The files with open questions that hold all words of one of these signatures, or are in these folders."""
        for line, signature, _ in self.heads:
            if signature:
                words = int(signature, 16)
                if any(words & bits == bits for bits in wanted) or (inside and path_of(line).startswith(inside)):
                    yield line

    def screened(self, blobs: frozenset[str], paths: frozenset[str]) -> dict[str, Screened]:
        """What is still known of files, by their blobs now."""
        found = {}
        for index, (line, _, _) in enumerate(self.heads):
            if path_of(line) in paths and line in blobs:
                record = self.records.read(index)
                if record is not None:
                    found[path_of(line)] = Screened.from_json(path_of(line), record)
        return found

    def holders(self, fact: str, blobs: frozenset[str]) -> dict[str, list[str]] | None:
        """The values of a fact by file. None where the cache does not have them any more."""
        found = {}
        for index, (line, _, facts) in enumerate(self.heads):
            if fact in facts and line in blobs:
                record = self.records.read(index)
                if record is None:
                    return None
                found[path_of(line)] = record[1][fact]
        return found


def blob_of(data: bytes) -> str:
    """The name of a blob as git gives it; where git changes line ends no file has the one that git says."""
    digest: str = sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
    return digest


def signature_of(data: bytes) -> int:
    """The bits of a Bloom filter: all bits of a name are in the signatures of all files that hold it."""
    signature = 0
    for word in set(_WORD.findall(data)):
        value = zlib.crc32(word)
        signature |= 1 << value % _BITS | 1 << (value >> 11) % _BITS | 1 << (value >> 21) % _BITS
    return signature


def trace_of(data: bytes, screened: Json) -> list[str]:
    """What the cache keeps of a file for diff mode: the blob, and with open questions the signature."""
    is_open = bool(screened) and any(finding[10] for finding in screened[0])
    return [blob_of(data), f"{signature_of(data):x}" if is_open else ""]


def remember(cache: Cache, seal: Seal, run: Run, loader: SettingsLoader, options: Options, files: Json) -> None:
    """`files` are the entries of the cache, also those of earlier runs on other files."""
    blobs, heads, records = [], [], []
    used: dict[str, Settings] = {}
    for path, (_, _, key, screened, (blob, words)) in files.items():
        settings = run.settings(path)
        if not path.endswith(SUFFIXES) or settings.key != key:
            continue
        used[key] = settings
        blobs.append(f"{blob} 0\t{path}")
        if words or (screened and screened[1]):
            heads.append([blobs[-1], words, list(screened[1])])
            records.append(screened)
    facts = {fact for rule in run.rules.rules for fact in rule.fact_hints}
    collected = [fact for fact in facts if all(run.screen.collects(fact, settings) for settings in used.values())]
    seal.add([*pack_files(), *loader.files_read])
    if not seal.disturbed:
        cache.save_records(_key(options), [seal.to_json(), "\n".join(blobs), collected, heads], records)


def recall(cache: Cache, loader: SettingsLoader, options: Options, settings_files: list[str]) -> Remembered | None:
    """What was remembered, if the rules and the settings are what they were; `settings_files` are those there are."""
    found = cache.load_records(_key(options))
    if found is None:
        return None
    (seal, blobs, collected, heads), records = found
    others = {*map(os.path.abspath, settings_files), *loader.files_read} - set(seal["paths"])
    if not seal_holds(seal) or any(_governs(path, blobs) for path in others):
        return None
    return Remembered(frozenset(blobs.split("\n")), frozenset(collected), heads, records)


def _governs(settings_file: str, blobs: str) -> bool:
    """Whether a settings file may say something of a file that is remembered."""
    folder, cwd = slashed(os.path.dirname(settings_file)).rstrip("/") + "/", current_folder()
    return cwd.startswith(folder) or f"\t{folder.removeprefix(cwd)}" in blobs


def _key(options: Options) -> Json:
    overrides = sorted((key, str(value)) for key, value in options.overrides.items() if key not in _OF_REPORTS)
    return [options.place(), overrides, options.config, options.isolated]
