"""Which paths git ignores, and which ones the user excludes with patterns of the same kind.

The rules are those of `dir.c` and `wildmatch.c` in git, byte for byte, which is why a path is matched as bytes
wherever a pattern has a wildcard. The libraries were measured: rignore only walks and cannot judge one path;
pathspec takes 33 ms to import and seven times as long to match, and of 1,000 random ignore files without rare
wildcards it read 197 otherwise than git, this module none.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Sequence
from functools import cached_property

DEFAULT_EXCLUDES = (
    ".eggs/",
    ".git/",
    ".hg/",
    ".ipynb_checkpoints/",
    ".mypy_cache/",
    ".nox/",
    ".pytest_cache/",
    ".readlint_cache/",
    ".ruff_cache/",
    ".svn/",
    ".tox/",
    ".venv/",
    "*.egg-info/",
    "__pycache__/",
    "__pypackages__/",
    "build/",
    "dist/",
    "node_modules/",
    "site-packages/",
    "venv/",
)

LARGEST = 10_000_000  # bytes of an ignore file; git stops at 100 MB

CLASSES = {
    b"alnum": rb"[0-9A-Za-z]",
    b"alpha": rb"[A-Za-z]",
    b"blank": rb"[ \t]",
    b"cntrl": rb"[\x00-\x1f\x7f]",
    b"digit": rb"[0-9]",
    b"graph": rb"[!-~]",
    b"lower": rb"[a-z]",
    b"print": rb"[ -~]",
    b"punct": rb"[!-/:-@\[-`{-~]",
    b"space": rb"[ \t\n\v\f\r]",
    b"upper": rb"[A-Z]",
    b"xdigit": rb"[0-9A-Fa-f]",
}


class NoMatch(Exception):
    """A pattern that git accepts but that fits nothing, such as one with an open bracket."""


class Pattern:
    """One line of an ignore file."""

    def __init__(self, line: bytes) -> None:
        self.negated = line.startswith(b"!")
        text = line[1:] if self.negated else line
        self.folders_only = text.endswith(b"/")
        text = text[:-1] if self.folders_only else text
        self.by_name = b"/" not in text
        self.text = text.removeprefix(b"/")

    @property
    def literal(self) -> bool:
        return not re.search(rb"[*?\[\\]", self.text)

    @property
    def suffix(self) -> str:
        """`*.egg-info`: what a name must end in, empty for any other pattern."""
        tail = self.text[1:]
        simple = self.by_name and self.text[:1] == b"*" and tail.isascii() and not re.search(rb"[*?\[\\]", tail)
        return tail.decode() if simple else ""

    @cached_property
    def regex(self) -> re.Pattern[bytes] | None:
        try:
            return re.compile(translate(self.text, self.by_name), re.DOTALL)
        except NoMatch:
            return None

    def fits(self, name: str, path: str, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        subject = os.fsencode(name if self.by_name else path)
        if self.literal:
            return subject == self.text
        return self.regex is not None and self.regex.fullmatch(subject) is not None


class Patterns:
    """The patterns of one ignore file or one setting, relative to the folder `base` (absolute, as the system has it).

    Most names fit no pattern, and most patterns are a name or a suffix: those are looked up, and only where one of
    them or one of the few others fits does the order of the patterns count.
    """

    def __init__(self, base: str, lines: Iterable[bytes | str]) -> None:
        self.base = base.replace(os.sep, "/").rstrip("/") + "/"
        self.patterns = [Pattern(line) for line in map(clean, lines) if line]
        self.patterns.reverse()
        plain = [one for one in self.patterns if one.by_name and one.literal]
        self._names = frozenset(os.fsdecode(one.text) for one in plain)
        self._suffixes = tuple({one.suffix for one in self.patterns if one.suffix})
        others = [one for one in self.patterns if one not in plain and not one.suffix]
        self._any_name = any_of([one for one in others if one.by_name])
        self._paths = frozenset(os.fsdecode(one.text) for one in others if one.literal)
        self._any_path = any_of([one for one in others if not one.by_name and not one.literal])

    def verdict(self, folder: str, name: str, is_folder: bool) -> bool | None:
        """Whether the last pattern that fits ignores (True) or keeps (False); None where none fits.

        `folder` is where the name is: absolute, with a slash at its end.
        """
        if self._may_fit(folder, name):
            path = (folder + name)[len(self.base) :] if folder.startswith(self.base) else ""
            for pattern in self.patterns:
                if (path or pattern.by_name) and pattern.fits(name, path, is_folder):
                    return not pattern.negated
        return None

    def _may_fit(self, folder: str, name: str) -> bool:
        if name in self._names or name.endswith(self._suffixes):
            return True
        if self._any_name is not None and self._any_name.fullmatch(os.fsencode(name)):
            return True
        if (not self._paths and self._any_path is None) or not folder.startswith(self.base):
            return False
        path = (folder + name)[len(self.base) :]
        if path in self._paths:
            return True
        return self._any_path is not None and self._any_path.fullmatch(os.fsencode(path)) is not None


def ignored(chain: Sequence[Patterns], folder: str, name: str, is_folder: bool) -> bool:
    """Whether the nearest file that has something to say about a path ignores it; `chain` has the nearest first."""
    for patterns in chain:
        verdict = patterns.verdict(folder, name, is_folder)
        if verdict is not None:
            return verdict
    return False


def any_of(patterns: list[Pattern]) -> re.Pattern[bytes] | None:
    """One expression that fits whatever one of the patterns fits."""
    alternatives = []
    for number, pattern in enumerate(patterns):
        try:
            alternatives.append(translate(pattern.text, pattern.by_name, b"_%d" % number))
        except NoMatch:
            continue
    return re.compile(b"|".join(alternatives), re.DOTALL) if alternatives else None


def read_patterns(path: str, base: str) -> Patterns | None:
    """The patterns of an ignore file; None if there is none. Git does not follow a link here, and neither do we."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as file:
            data = file.read(LARGEST)
    except OSError:  # git ignores nothing either where it cannot read such a file
        return None
    return Patterns(base, split_lines(data))


def exclude_file(git: str) -> str:
    """`info/exclude` of the repository whose `.git` this is: a folder, or a file that names one."""
    text = first_line(git)
    folder = os.path.join(os.path.dirname(git), text.removeprefix("gitdir:").strip()) if text else git
    common = first_line(os.path.join(folder, "commondir"))  # a linked worktree shares it with the others
    return os.path.normpath(os.path.join(folder, common, "info", "exclude")) if common else f"{folder}/info/exclude"


def first_line(path: str) -> str:
    """Empty where there is no such file."""
    if not os.path.isfile(path):
        return ""
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.readline(5000)).strip()
    except OSError:  # as if it were not there
        return ""


def split_lines(data: bytes) -> list[bytes]:
    """Only a line feed ends a line, and one carriage return before it belongs to it."""
    return [line.removesuffix(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]


def clean(line: bytes | str) -> bytes:
    """Empty for a comment; without the spaces at the end, but for the first where a backslash protects it."""
    text = os.fsencode(line) if isinstance(line, str) else line
    if text.startswith(b"#"):
        return b""
    kept = text.rstrip(b" ")
    backslashes = len(kept) - len(kept.rstrip(b"\\"))
    return text[: len(kept) + 1] if backslashes % 2 else kept


# Patterns as regular expressions


def translate(pattern: bytes, by_name: bool, suffix: bytes = b"") -> bytes:
    """An expression for `fullmatch`. `suffix` makes its group names unique.

    A `*` before another one of the same name never needs to be tried again once the text between them was found
    (`fnmatch` of the standard library uses the same trick), nor does `**/` before another `**/`. Without it a
    pattern such as `*a*a*a*a*b` takes exponential time.
    """
    groups = Groups(suffix)
    result, *rest = [groups.segments(chunk) for chunk in split_chunks(tokens(pattern, by_name))]
    for chunk in rest[:-1]:
        result += groups.once(rb"(?:.*?/)??" + chunk)
    return result + rb"(?:.*/)?" + rest[-1] if rest else result


STAR = b"*"
DEEP = b"**/"


def tokens(pattern: bytes, by_name: bool) -> list[bytes]:
    """Expressions for one byte each, `STAR` (any text within a name), `DEEP` (any folders) and anything."""
    found: list[bytes] = []
    at = 0
    while at < len(pattern):
        byte = pattern[at : at + 1]
        if byte == b"*":
            token, at = star(pattern, at, by_name)
            if token != STAR or found[-1:] != [STAR]:
                found.append(token)
        elif byte == b"[":
            token, at = bracket(pattern, at)
            found.append(token)
        elif byte == b"?":
            found.append(b"[^/]")
            at += 1
        elif byte == b"\\":
            if at + 1 == len(pattern):
                raise NoMatch
            found.append(re.escape(pattern[at + 1 : at + 2]))
            at += 2
        else:
            found.append(re.escape(byte))
            at += 1
    return found


def star(pattern: bytes, at: int, by_name: bool) -> tuple[bytes, int]:
    """One asterisk or more: two or more are special only where they are a whole part of a path.

    So says git's manual, and so does git since 2.52: before, the first `**` in a pattern such as `a**/b` was special.
    """
    end = at
    while pattern[end : end + 1] == b"*":
        end += 1
    alone = at == 0 or pattern[at - 1 : at] == b"/"
    if end - at == 1 or by_name or not alone:
        return STAR, end
    if end == len(pattern):
        return b".*", end
    if pattern[end : end + 1] == b"/":
        return DEEP, end + 1
    if pattern[end : end + 2] == rb"\/":
        return b".*?", end
    return STAR, end


def bracket(pattern: bytes, at: int) -> tuple[bytes, int]:
    """`[a-z]`, with git's own reading of it: the first `]` is a member, a reversed range is empty."""
    at += 1
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    low: int | None = None  # the member before, if a range can begin with it
    first = True
    while first or pattern[at : at + 1] != b"]":
        first = False
        if pattern[at : at + 2] == b"[:" and (end := pattern.find(b"]", at + 2)) != at + 2:
            if end < 0:
                raise NoMatch
            if pattern[end - 1 : end] == b":" and end - 1 >= at + 2:
                members |= class_members(pattern[at + 2 : end - 1])
                low, at = None, end + 1
                continue
        is_range = pattern[at : at + 1] == b"-" and low is not None and pattern[at + 1 : at + 2] not in (b"", b"]")
        value, at = member(pattern, at + is_range)
        if is_range and low is not None:
            members |= set(range(low, value + 1))
            low = None
        else:
            members.add(value)
            low = value
    allowed = (set(range(256)) - members if negated else members) - {ord("/")}
    if not allowed:
        raise NoMatch
    return b"[" + b"".join(b"\\x%02x" % value for value in sorted(allowed)) + b"]", at + 1


def member(pattern: bytes, at: int) -> tuple[int, int]:
    at += pattern[at : at + 1] == b"\\"
    if at >= len(pattern):
        raise NoMatch
    return pattern[at], at + 1


def class_members(name: bytes) -> set[int]:
    if name not in CLASSES:
        raise NoMatch
    return {value for value in range(128) if re.fullmatch(CLASSES[name], bytes([value]))}


def split_chunks(items: list[bytes]) -> list[list[bytes]]:
    """What stands between one `DEEP` and the next; nothing between two of them adds nothing."""
    chunks: list[list[bytes]] = [[]]
    for item in items:
        if item == DEEP and len(chunks) > 1 and not chunks[-1]:
            continue
        if item == DEEP:
            chunks.append([])
        else:
            chunks[-1].append(item)
    return chunks


class Groups:
    """Numbers the groups that hold what a wildcard took, so that the engine does not try anything else."""

    def __init__(self, suffix: bytes) -> None:
        self.suffix = suffix
        self.count = 0

    def once(self, expression: bytes) -> bytes:
        self.count += 1
        name = b"g%d%b" % (self.count, self.suffix)
        return b"(?=(?P<%b>%b))(?P=%b)" % (name, expression, name)

    def segments(self, items: list[bytes]) -> bytes:
        """Tokens without `DEEP`: within each name of the path, all asterisks but the last are settled at once."""
        result = b""
        pending: bytes | None = None  # what follows an asterisk, as far as it was read
        for item in items:
            if item == STAR and pending is not None:
                result += self.once(rb"[^/]*?" + pending)
                pending = b""
            elif item == STAR:
                pending = b""
            elif pending is None:
                result += item
            elif item == b"/":
                result += rb"[^/]*" + pending + item
                pending = None
            else:
                pending += item
        return result if pending is None else result + rb"[^/]*" + pending
