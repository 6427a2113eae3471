"""The git repository around a folder, read from its files.

git itself is not run: it takes as long as a warm run, need not be installed, and obeys whatever the repository's
configuration says.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_SECTION = re.compile(r'\s*\[\s*([^\s"\]]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_URL = re.compile(r'\s*url\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^#;\r\n]*))', re.IGNORECASE)
_SCP = re.compile(r"(?:[^@/:\s]+@)?([^@/:\s]{2,}):(?!/)([^@\s]+)")
_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LINK = "gitdir: "
_TRUSTED_SIZE = 10_000_000  # bytes; larger files are not what they seem


class Repository(NamedTuple):
    """What is empty is not known."""

    root: str
    remote: str
    revision: str
    branch: str


def repository_of(folder: str) -> Repository | None:
    """The repository that an absolute folder is in."""
    while True:
        git = _git_folder(folder)
        if git:
            head = _read(os.path.join(git, "HEAD")).strip()
            common = os.path.join(git, _read(os.path.join(git, "commondir")).strip())  # of all worktrees
            config = _read(os.path.join(common, "config"))
            return Repository(folder, web_address(remote_url(config)), _revision(head, git, common), _branch(head))
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _git_folder(folder: str) -> str:
    """`.git`, or the folder that a file of this name leads to (in worktrees and submodules); empty if there is none."""
    git = os.path.join(folder, ".git")
    text = _read(git)
    if text.startswith(_LINK):
        git = os.path.join(folder, text[len(_LINK) :].strip())
    return git if os.path.isfile(os.path.join(git, "HEAD")) else ""


def _read(path: str) -> str:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _TRUSTED_SIZE:
            return ""
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except (OSError, ValueError):  # a log without its origin is still a log
        return ""


def _branch(head: str) -> str:
    """Empty for a detached head, and where git keeps its references in one file and this one is a stand-in."""
    match = re.fullmatch(r"ref: refs/heads/([^.].*)", head)
    return match[1] if match else ""


def _revision(head: str, git: str, common: str) -> str:
    name = head.removeprefix("ref: ")
    if name == head:
        return head if _REVISION.fullmatch(head) else ""
    for folder in (git, common):
        revision = _read(os.path.join(folder, name)).strip()
        if _REVISION.fullmatch(revision):
            return revision
    for line in _read(os.path.join(common, "packed-refs")).splitlines():
        revision, _, packed = line.partition(" ")
        if packed == name and _REVISION.fullmatch(revision):
            return revision
    return ""


def remote_url(config: str) -> str:
    """The address of `origin`, else of the first remote; empty if there is none."""
    urls: dict[str, str] = {}
    remote = ""
    for line in config.splitlines():
        section = _SECTION.match(line)
        if section:
            remote = (section[2] or "") if section[1].lower() == "remote" else ""
            line = line[section.end() :]
        match = _URL.match(line)
        if remote and match:
            urls.setdefault(remote, match[1] or (match[2] or "").strip())
    return urls.get("origin") or next(iter(urls.values()), "")


def web_address(url: str) -> str:
    """The remote as an https address without user, password, query or anything that might be one; empty if unsure."""
    scp = _SCP.fullmatch(url)
    if scp:
        return f"https://{scp[1].lower()}/{quote(scp[2])}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("https", "http", "ssh", "git", "git+ssh") or not host or "@" in parts.path:
        return ""
    web = parts.scheme in ("https", "http")
    place = f"{host}:{port}" if web and port else host
    return f"{parts.scheme if web else 'https'}://{place}{quote(parts.path, safe='/%')}"
