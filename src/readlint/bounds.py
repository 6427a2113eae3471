"""How far what stands in a project may reach: its settings, links and reports. On the warm path; see `findings.py`.

Code from strangers comes with settings and links from strangers. Neither leads to the rest of the user's files.
"""

from __future__ import annotations

import os

from readlint.cache import MARKERS

_REPOSITORIES = (".git", ".hg")


def project_of(folder: str) -> str:
    """The real path of the repository around a folder.

    Without one it is the topmost folder around that is marked as a project's, or else the folder itself.
    """
    found = folder = os.path.realpath(folder)
    while True:
        if any(os.path.lexists(os.path.join(folder, name)) for name in _REPOSITORIES):
            return folder
        if any(os.path.lexists(os.path.join(folder, name)) for name in MARKERS):
            found = folder
        above = os.path.dirname(folder)
        if above == folder:
            return found
        folder = above


def leaves(path: str, folder: str) -> bool:
    """Whether a path, all links followed, is outside of a folder that is a real path."""
    real = os.path.realpath(path)
    return real != folder and not real.startswith(folder.rstrip(os.sep) + os.sep)


def is_link_out(path: str) -> bool:
    """Whether a path ends in a link to something neither in the project around it nor below the current folder."""
    if not os.path.islink(path):
        return False
    return leaves(path, project_of(os.path.dirname(os.path.abspath(path)))) and leaves(path, os.path.realpath("."))


def in_repository_data(path: str) -> bool:
    """Whether a path is in the version control's own folder, where hooks and configuration are programs."""
    return not set(_REPOSITORIES).isdisjoint(os.path.realpath(path).split(os.sep))
