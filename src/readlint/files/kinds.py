"""What the files beside the Python code are, by their names, and which of them are worth no rule's while.

A rule says which kinds it reads (`Rule.on_text`). Files of other kinds are not even listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from readlint.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readlint.files.source import Source

PYTHON = "python"
#: What a package manager has written: nobody edits it, and its hashes look like secrets. No rule may ask for it.
LOCK = "lock"
#: Bytes; no file that people write and read is as large.
LARGEST = 5_000_000


class Kind(NamedTuple):
    """Names in small letters. `marks` are what a comment may begin with: none where the syntax has no comments."""

    endings: tuple[str, ...]
    names: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


KINDS = {
    PYTHON: Kind((".py", ".pyi"), marks=("#",)),
    "dockerfile": Kind(
        (".dockerfile", ".containerfile"), ("dockerfile", "containerfile"), ("dockerfile.", "containerfile."), ("#",)
    ),
    "env": Kind((".env",), (".envrc",), (".env.",), ("#",)),
    "ini": Kind(
        (".ini", ".cfg", ".conf", ".properties"),
        (".pypirc", ".npmrc", ".yarnrc", ".s3cfg", ".my.cnf"),
        marks=("#", ";"),
    ),
    "json": Kind((".json", ".tfstate")),
    "netrc": Kind((".netrc",), ("_netrc",), marks=("#",)),
    "notebook": Kind((".ipynb",)),
    "pem": Kind((".pem", ".key"), ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519")),
    "shell": Kind((".sh", ".bash", ".zsh"), (".bashrc", ".zshrc", ".profile", ".bash_profile"), marks=("#",)),
    "sql": Kind((".sql",), marks=("--",)),
    "terraform": Kind((".tf", ".tfvars", ".hcl"), marks=("#",)),
    "toml": Kind((".toml",), marks=("#",)),
    "yaml": Kind((".yaml", ".yml"), marks=("#",)),
}
_BY_ENDING = {ending: name for name, kind in KINDS.items() for ending in kind.endings}
_BY_NAME = {known: name for name, kind in KINDS.items() for known in kind.names}
_BY_BEGINNING = {beginning: name for name, kind in KINDS.items() for beginning in kind.beginnings}
_BEGINNINGS = tuple(_BY_BEGINNING)
_LOCK = regex(r"(?:.*[-._])?lock(?:file)?\.(?:json|ya?ml|toml|hcl)|npm-shrinkwrap\.json")


def kind_of(path: str) -> str:
    """A key of `KINDS`, `LOCK`, or nothing for a name that says nothing."""
    name = path.rpartition("/")[2]
    if name.endswith(".py"):  # most are
        return PYTHON
    name = name.lower()
    kind = _BY_ENDING.get(name[name.rfind(".") :] if "." in name else "") or _BY_NAME.get(name, "")
    if not kind and name.startswith(_BEGINNINGS):
        kind = next(_BY_BEGINNING[beginning] for beginning in _BEGINNINGS if name.startswith(beginning))
    return LOCK if kind and _LOCK.fullmatch(name) else kind


# Files that no rule gets to see, although their kind is asked for

_GENERATED = regex(
    r"@generated\b|\bauto(?:matically)?[- ]?generated\b|\bgenerated (?:by|from|with|using)\b|\bdo not edit\b",
    re.IGNORECASE,
)
_HEAD = 5  # lines in which a generator says so
_MINIFIED = 10_000  # characters; a shorter file may well be one line
_LONG = 500  # characters that a line of a minified file has on average


def is_passed_over(source: Source) -> bool:
    """Whether a file was written by a program for programs: minified, or generated as its first lines say."""
    return _is_minified(source) or _is_generated(source)


def _is_minified(source: Source) -> bool:
    """A notebook is not: the pictures in its outputs have long lines."""
    text = source.text
    return source.kind != "notebook" and len(text) > _MINIFIED and len(text) > _LONG * (text.count("\n") + 1)


def _is_generated(source: Source) -> bool:
    """Only comments say so: a value may be about anything."""
    marks = KINDS[source.kind].marks
    if not marks:
        return False
    head = [line.strip() for line in source.text[:4000].split("\n", _HEAD)[:_HEAD]]
    return any(line.startswith(marks) and _GENERATED.search(line) for line in head)


# Comments

_QUOTE_OR_MARK = regex(r"""(?:(?<=[\s=:,\[{(])|^)(?:"(?:[^"\\]|\\.)*"|'[^']*')|(?:^|(?<=\s))[#;]""")


def comments_of(kind: str, lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of those that stand alone or behind white space: what is glued to a value is part of it.

    Each text begins with `#`, as Python's do: what reads comments looks for that.
    """
    if kind == "sql":
        from readlint.files.sql import comments_of as comments_of_sql

        yield from comments_of_sql(lines)
        return
    marks = KINDS[kind].marks
    for number, line in enumerate(lines, 1):
        if any(mark in line for mark in marks):
            bare = line.rstrip("\r\n")
            found = (match for match in _QUOTE_OR_MARK.finditer(bare) if match[0] in marks)
            comment = next(found, None)
            if comment is not None:
                yield number, comment.start(), f"#{bare[comment.end() :]}"


#: In the others a comment has a line of its own, and behind a value it would be a part of it for some readers.
COMMENTS_BEHIND_VALUES = frozenset({PYTHON, "shell", "sql", "terraform", "toml", "yaml"})
_BLOCK = regex(r"[|>][-+0-9]*\s*(?:#.*)?$")


def may_hold_comment(source: Source, line: int) -> bool:
    """Whether a comment can be written at a line, which is so unless it may be inside of a text of several lines."""
    if not KINDS[source.kind].marks:
        return False
    above = source.lines[: line - 1]
    if source.kind == "sql":
        return True  # where it would be a part of a text, `Layout` says so
    if source.kind == "yaml":
        return not _is_in_block(source.lines[line - 1], above)
    if source.kind == "toml":
        return not any("".join(above).count(quotes) % 2 for quotes in ('"""', "'''"))
    return not any("<<" in one or (source.kind == "shell" and one.endswith("\\\n")) for one in above)


def _is_in_block(line: str, above: list[str]) -> bool:
    """Whether one of the lines that a line of YAML is indented below says that text follows."""
    depth = len(line) - len(line.lstrip())
    for outer in reversed(above):
        indent = len(outer) - len(outer.lstrip())
        if outer.strip() and indent < depth:
            depth = indent
            if _BLOCK.search(outer.rstrip()):
                return True
    return False
