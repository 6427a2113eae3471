"""The files that did not change and may use what did, in diff mode.

What such a file comes to can differ only where it asked something that other files answer. So of all that mention what
has changed, only those with open questions are judged again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readlint import parallel
from readlint.files.blobs import path_of
from readlint.files.discovery import SUFFIXES
from readlint.files.kinds import PYTHON, kind_of
from readlint.files.source import Source, Unreadable, limit_of, read_bytes
from readlint.remembered import Remembered
from readlint.run import Job, Run, Work, crashed, screen_in_time
from readlint.signatures import signature_of
from readlint.suppress.changes import Origin, changed_names, lost, mention
from readlint.syntax.screen import Screened
from readlint.versions import Versions, on_disk

if TYPE_CHECKING:
    from readlint.cli.lint import Options

_SAMPLE = 200  # files
_MANY = 2_000  # files; git searches more than that faster than they are read here


def open_users(
    run: Run,
    versions: Versions,
    left_out: Callable[[str], bool],
    remembered: Remembered | None,
    options: Options,
) -> list[str]:
    """Those that other files can make come to something else: what has no open questions is what it was."""
    users = [path for path in _find_users(versions, remembered) if not left_out(path)]
    known = remembered.screened(frozenset(users) - versions.differing) if remembered else {}
    run.screened.update(known)
    here = [path for path in users if path in versions.contents and path not in known]
    run.screened.update({path: screen_version(run, path, versions.contents) for path in here})
    jobs = [Job(path, run.settings(path), "", None) for path in users if path not in run.screened]
    for index, outcome in parallel.each(jobs, Work(run.screen, False), crashed, options.workers()):
        path = jobs[index].path
        run.screened[path] = outcome.read(path)
    return [path for path in users if run.screened[path].is_open]


def screen_version(run: Run, path: str, contents: dict[str, bytes]) -> Screened:
    """A file as it is in one of the versions."""
    settings = run.settings(path)
    try:
        data = contents[path] if path in contents else read_bytes(path, limit_of(path))
        if len(data) > limit_of(path):
            return Screened(path)  # git has it; a run on the disk would not read it either
        return screen_in_time(run.screen, Source(path, data), settings)
    except Unreadable as problem:
        return run.screen.unreadable(path, problem, settings)


def _find_users(versions: Versions, remembered: Remembered | None) -> list[str]:
    """Of the files that may use what has changed those that may have open questions."""
    origins = _origins(versions)
    if not origins:
        return []
    found = _searched(versions, origins) if remembered is None else _recalled(versions, origins, remembered)

    def may_use(path: str) -> bool:
        if path in versions.changes.files:
            return False
        data = versions.contents[path] if path in versions.contents else dict(on_disk([path])).get(path, b"")
        return any(origin.may_be_used(path, data) for origin in found[path])

    return sorted(filter(may_use, found))


def _origins(versions: Versions) -> list[Origin]:
    """The files of which definitions have changed or are gone."""
    code = {path: (change, versions.after[path]) for path, change in versions.changes.files.items()}
    code |= {path: (lost(data), b"") for path, data in versions.changes.gone.items()}
    names = {path: changed_names(path, *one) for path, one in code.items() if kind_of(path) in ("", PYTHON)}
    return [Origin(path, own) for path, own in names.items() if own]


def _searched(versions: Versions, origins: list[Origin]) -> dict[str, list[Origin]]:
    """By path what a file may use."""
    sample = _sample(versions)
    words = sorted({word for origin in origins for word in _rarest(origin, sample)})
    found = versions.repository.mentioning(words, in_index=versions.in_index) if words else []
    return dict.fromkeys([*map(versions.place, found), *_untracked(versions)], origins)


def _sample(versions: Versions) -> list[bytes]:
    paths = list(map(path_of, versions.blobs[:: len(versions.blobs) // _SAMPLE + 1]))
    return [data for _, data in on_disk(paths)]


def _rarest(origin: Origin, sample: list[bytes]) -> list[str]:
    """A file that uses it has both a name and a module; it is enough to read those that have what fewer files have."""
    if origin.package:
        return origin.names  # of what is inside of it no module need be said
    return min((origin.names, origin.modules), key=lambda words: sum(map(mention(words), sample)))


def _recalled(versions: Versions, origins: list[Origin], remembered: Remembered) -> dict[str, list[Origin]]:
    unknown = set(remembered.unknown)
    if len(unknown) > _MANY:
        unknown.intersection_update(_searched(versions, origins))
    users: dict[str, list[Origin]] = {}
    for origin in origins:
        for path in remembered.mentioning(_signatures(origin), origin.package):
            users.setdefault(path, []).append(origin)
    differing = [path for path in versions.differing if path.endswith(SUFFIXES)]
    return {**users, **dict.fromkeys([*unknown, *differing, *_untracked(versions)], origins)}


def _signatures(origin: Origin) -> Iterator[int]:
    """What a file outside of its package that uses it has one of: the bits of a name and of a module."""
    modules = [signature_of(os.fsencode(module)) for module in origin.modules]
    for name in origin.names:
        yield from (signature_of(name.encode()) | module for module in modules)


def _untracked(versions: Versions) -> list[str]:
    return [] if versions.in_index else versions.named(SUFFIXES, tracked=False)
