"""What git knows of a working tree, asked of its plumbing.

No question here makes git run a hook, an external diff, a text converter or a file system monitor, write to the
repository or reach for the network: a repository's own configuration decides nothing but where its files are.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from readlint.errors import UserError

_SETTINGS = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never", "-c", "core.hooksPath=/dev/null")
_ENV = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "0",
    "LC_ALL": "C",
}
_CODE = ("*.py", "*.pyi")
FILES = (b"100644", b"100755")  # modes
LINK, SUBMODULE = "120000", "160000"
_NO_FILE = re.compile(rb"\0(?:%s|%s) [^\0]*" % (LINK.encode(), SUBMODULE.encode()))
_UNSHALLOW = "the clone is shallow; fetch the rest with `git fetch --unshallow` (in GitHub Actions: `fetch-depth: 0`)"
_PARTIAL = "this is a partial clone, without the old files; fetch them with `git fetch --refetch --no-filter`"


class Entry(NamedTuple):
    """A file that is not what it was. What is empty is not there, or not known: `new` of a file in the working tree."""

    path: str  # from the top of the repository
    old: str
    new: str


class Index(NamedTuple):
    """See `readlint.files.blobs` for the lines."""

    files: list[str]
    others: list[str]  # links and repositories in this one

    @property
    def has_submodules(self) -> bool:
        return any(line.startswith(f"{SUBMODULE} ") for line in self.others)


class Repository:
    """The repository around the current folder; `UserError` where there is none."""

    def __init__(self) -> None:
        self.top = os.getcwd()
        self._asked: list[subprocess.Popen[bytes]] = []
        try:
            self.top = os.fsdecode(self._ask("rev-parse", "--show-toplevel")).removesuffix("\n")
        except GitError as error:
            if "not a git repository" in error.said:
                raise UserError("this is not a git repository, so there is nothing to compare with") from None
            raise

    # Commits

    def commit(self, revision: str) -> str:
        try:
            return (
                self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
                .decode()
                .strip()
            )
        except GitError:
            raise UserError(f"git knows no commit `{revision}` here; {self._how_to_get(revision)}") from None

    def merge_base(self, revision: str) -> str:
        commit, head = self.commit(revision), self.commit("HEAD")
        try:
            return self._ask("merge-base", commit, head).decode().split()[0]
        except GitError:
            why = _UNSHALLOW if self.is_shallow else "they have no history in common"
            raise UserError(f"git finds no commit that `{revision}` and HEAD both come from: {why}") from None

    def staged_on(self) -> str:
        """What a commit now would be compared with: HEAD, or before the first commit nothing."""
        try:
            return self.commit("HEAD")
        except UserError:
            return self._ask("hash-object", "-t", "tree", "--stdin").decode().strip()

    @property
    def is_shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository").strip() == b"true"

    def _how_to_get(self, revision: str) -> str:
        if self.is_shallow:
            return _UNSHALLOW
        remote, _, branch = revision.partition("/")
        if branch and not revision.startswith("-"):
            return f"fetch it with `git fetch {remote} {branch}`"
        return "fetch it with `git fetch origin`, or name a commit, a branch or a tag that is here"

    # Files. Of large repositories the first three take long: git is at it while the caller does something else.

    def changed_since(self, tree: str, *, in_index: bool) -> Callable[[], list[Entry]]:
        """Files that differ from a tree, as far as git can tell without reading them."""
        where = ["--cached"] if in_index else []
        answer = self._start(
            *("diff-index", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", "--ignore-submodules=all"),
            *(*where, tree, "--"),
        )
        return lambda: [entry for entry in _raw(answer()) if entry is not None]

    def unstaged(self) -> Callable[[], list[str]]:
        """Files that may differ between the index and the working tree."""
        answer = self._start("diff-files", "-z", "--name-only", "--no-ext-diff", "--ignore-submodules=all", "--")
        return lambda: sorted(set(_names(answer())))

    def untracked(self) -> Callable[[], list[str]]:
        """Files that git does not know and does not ignore; of a repository in this one the folder, with a slash."""
        answer = self._start("ls-files", "-z", "--others", "--exclude-standard", "--")
        return lambda: _names(answer())

    def tracked(self) -> Callable[[], Index]:
        """All that is in the index."""
        answer = self._start("ls-files", "-z", "--stage", "--")
        return lambda: _index(answer())

    def staged_blobs(self, paths: list[str]) -> dict[str, str]:
        """What the index has for each path."""
        blobs = {}
        for line in self.tracked()().files if paths else ():
            facts, _, path = line.partition("\t")
            blob, _, stage = facts.partition(" ")
            if stage == "0":
                blobs[path] = blob
        return {path: blobs[path] for path in paths if path in blobs}

    def mentioning(self, words: list[str], *, in_index: bool) -> list[str]:
        """Python files that git knows and that hold one of these words."""
        where = ["--cached"] if in_index else []
        patterns = [part for word in words for part in ("-e", word)]
        try:
            answer = self._ask(
                "grep", "-l", "-z", "-F", "-w", "-I", "--no-color", "--no-textconv", *where, *patterns, "--", *_CODE
            )
        except GitError as error:
            if error.status == 1:  # none
                return []
            raise
        return _names(answer)

    def contents(self, blobs: list[str]) -> dict[str, bytes]:
        """The bytes of blobs. A clone that has not got all of them says so."""
        if not blobs:
            return {}
        try:
            answer = self._ask("cat-file", "--batch", given="".join(f"{blob}\n" for blob in blobs).encode())
        except GitError as error:
            raise (UserError(_PARTIAL) if "promisor" in error.said else error) from None
        found: dict[str, bytes] = {}
        at = 0
        for blob in blobs:
            end = answer.index(b"\n", at)
            facts = answer[at:end].split(b" ")
            if len(facts) != 3:
                raise UserError(_PARTIAL)
            size = int(facts[2])
            found[blob] = answer[end + 1 : end + 1 + size]
            at = end + 2 + size
        return found

    def stop(self) -> None:
        """End what is still at work: nobody wants its answer."""
        for asked in self._asked:
            with asked:
                asked.kill()

    def _ask(self, *arguments: str, given: bytes = b"") -> bytes:
        return self._start(*arguments, given=given)()

    def _start(self, *arguments: str, given: bytes = b"") -> Callable[[], bytes]:
        """Ask git, and wait for the answer only when it is asked for."""
        try:
            asked = subprocess.Popen(
                ["git", *_SETTINGS, *arguments],
                cwd=self.top,
                env={**os.environ, **_ENV},
                stdin=subprocess.PIPE if given else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise UserError("git is not installed, which is asked what has changed") from None
        except ValueError:
            raise UserError("a revision cannot hold such a character") from None

        self._asked.append(asked)

        def answer() -> bytes:
            said, complaint = asked.communicate(given or None)
            if asked.returncode:
                raise GitError(arguments[0], asked.returncode, complaint.decode("utf-8", "replace").strip())
            return said

        return answer


class GitError(UserError):
    """git could not answer."""

    def __init__(self, command: str, status: int, said: str) -> None:
        super().__init__(f"git {command} failed: {said or f'status {status}'}")
        self.status = status
        self.said = said


def _names(answer: bytes) -> list[str]:
    return [name for name in os.fsdecode(answer).split("\0") if name]


def _index(answer: bytes) -> Index:
    """All lines at once: one by one, a hundred thousand would take ten times as long."""
    text = b"\0" + answer
    for mode in FILES:
        text = text.replace(b"\0%s " % mode, b"\0")
    others = os.fsdecode(b"".join(_NO_FILE.findall(text))).split("\0")[1:]
    if others:
        text = _NO_FILE.sub(b"", text)
    return Index(os.fsdecode(text).split("\0")[1:-1], others)


def _raw(answer: bytes) -> list[Entry | None]:
    """Raw differences: `:100644 100644 OLD NEW M`, then the path."""
    parts = _names(answer)
    return [_entry(facts, path) for facts, path in zip(parts[::2], parts[1::2], strict=True)]


def _entry(facts: str, path: str) -> Entry | None:
    """None for what is no file now: links lead elsewhere, submodules are projects of their own."""
    old_mode, new_mode, old, new, status = facts.removeprefix(":").split(" ")
    if new_mode in (LINK, SUBMODULE):
        return None
    is_file = old_mode not in (LINK, SUBMODULE) and old.strip("0")
    return Entry(path, old if is_file else "", "deleted" if status == "D" else new if new.strip("0") else "")
