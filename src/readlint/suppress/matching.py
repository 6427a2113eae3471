"""Knowing findings again after the code around them has changed: what a baseline and diff mode compare by."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from readlint.digest import blake2b
from readlint.findings import Finding


class Entry(NamedTuple):
    """A finding without its text: nothing but digests, its rule and its file."""

    path: str  # from the project's root, with `/`
    rule: str
    fingerprint: str
    statement: str  # of its statement in its definition, without what a handler guards
    shape: str  # of its statement with what a handler guards, wherever it stands


Key = Callable[[Entry], Hashable]

#: What says in one file that two are the same, the surest first. What a later one matches was not edited itself: the
#: function around it got another name, or the first statement of its `try` was changed.
_WITHIN: tuple[Key, ...] = (
    lambda one: (one.path, one.rule, one.fingerprint),
    lambda one: (one.path, one.rule, one.shape),
    lambda one: (one.path, one.rule, one.statement),
)
_ANYWHERE: Key = lambda one: (one.rule, one.fingerprint)  # noqa: E731
#: A statement that stands in more files than this, such as the guard of an optional import, says nothing of renames.
_COMMON = 50


def entry_of(finding: Finding, path: str) -> Entry:
    statement = finding.shape.partition(":")[0]
    return Entry(
        path,
        finding.rule,
        finding.fingerprint,
        _short(finding.rule, finding.definition, statement),
        _short(finding.rule, finding.shape),
    )


def _short(*parts: str) -> str:
    """Compared within a file and its successor only, so half of a fingerprint's length is enough."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def match(
    known: Sequence[Entry], found: Sequence[Entry], is_gone: Callable[[str], bool], linted: frozenset[str]
) -> list[Entry | None]:
    """For each of `found` the one of `known` that it is, each of them once at most.

    First within each file, then in the files that took the place of those that are gone, then anywhere: a function may
    have moved to another file. An entry whose file is there but was not linted stands for what is still in that file.
    """
    pairs = _Pairs(known, found)
    for key in _WITHIN:
        pairs.join(key)
    if pairs.is_done:
        return pairs.partners
    pairs.waiting = {index: one for index, one in pairs.waiting.items() if one.path in linted or is_gone(one.path)}
    names = _successors(
        _by_path(one for one in pairs.waiting.values() if is_gone(one.path)),
        _by_path(found[index] for index in pairs.open if found[index].path not in pairs.paths),
    )
    for key in _WITHIN if names else ():
        pairs.join(key, lambda one: one._replace(path=names.get(one.path, one.path)))
    pairs.join(_ANYWHERE)
    return pairs.partners


class _Pairs:
    def __init__(self, known: Sequence[Entry], found: Sequence[Entry]) -> None:
        self.known = known
        self.found = found
        self.paths = {one.path for one in known}
        self.partners: list[Entry | None] = [None] * len(found)
        self.waiting = dict(enumerate(known))
        self.open = list(range(len(found)))

    @property
    def is_done(self) -> bool:
        return not self.open or not self.waiting

    def join(self, key: Key, renamed: Callable[[Entry], Entry] = lambda one: one) -> None:
        """Pair off what is equal by a key, in order."""
        if self.is_done:
            return
        queues: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for index, one in self.waiting.items():
            queues[key(renamed(one))].append(index)
        left = []
        for index in self.open:
            queue = queues.get(key(self.found[index]))
            if queue:
                self.partners[index] = self.waiting.pop(queue.popleft())
            else:
                left.append(index)
        self.open = left


def _by_path(entries: Iterable[Entry]) -> dict[str, Counter[tuple[str, str]]]:
    """What is in each file, by what does not depend on names."""
    files: defaultdict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for one in entries:
        files[one.path][one.rule, one.shape] += 1
    return files


def _successors(
    gone: Mapping[str, Counter[tuple[str, str]]], new: Mapping[str, Counter[tuple[str, str]]]
) -> dict[str, str]:
    """Which new file each file that is gone has become, as far as their findings say.

    They must have half of the larger one's findings in common, or the same name in another folder.
    """
    holders: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for path, findings in new.items():
        for one in findings:
            holders[one].append(path)
    candidates = []
    for old, findings in gone.items():
        others = {path for one in findings for path in holders.get(one, ()) if len(holders[one]) <= _COMMON}
        for path in others:
            shared = (findings & new[path]).total()
            alike = shared * 2 >= max(findings.total(), new[path].total())
            namesakes = _common_end(old, path)
            if alike or namesakes:
                candidates.append((-shared, -namesakes, old, path))
    names: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, old, path in sorted(candidates):
        if old not in names and path not in taken:
            names[old] = path
            taken.add(path)
    return names


def _common_end(one: str, other: str) -> int:
    """How many names two paths have in common, from the last one upwards."""
    pairs = zip(reversed(one.split(posixpath.sep)), reversed(other.split(posixpath.sep)), strict=False)
    count = 0
    for mine, theirs in pairs:
        if mine != theirs:
            break
        count += 1
    return count


def still_unseen(findings: Sequence[Finding], unseen: Sequence[Finding]) -> list[bool]:
    """Which findings of a text that has changed are among those of the text before that were not to be seen."""
    known = [entry_of(finding, "") for finding in unseen]
    found = [entry_of(finding, "") for finding in findings]
    return [partner is not None for partner in match(known, found, lambda _: False, frozenset())]
