"""Writing a fixed file whole or not at all: a kill at any moment leaves the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import time

from readlint.bounds import is_link_out
from readlint.errors import UserError

_LEFTOVER = re.compile(r"\.readlint-(\d+)-[0-9a-f]{12}\.tmp")
_OLD = 86_400.0  # seconds: the number has been given to another process since


class WriteError(UserError):
    """A file that was left as it was. One clear sentence; other files go on."""


def write_file(path: str, data: bytes, linted: bytes) -> None:
    """Replace the file's bytes, which must still be those that were linted. A symbolic link stays a link.

    Mode and, where permitted, owner are kept. Other hard links to the file keep the old bytes: that is the price of
    replacing it at once.
    """
    if is_link_out(path):
        raise WriteError("not fixed: it is a link to a file outside of the project", path)
    target = os.path.realpath(path)
    try:
        status = os.stat(target)
        if not stat.S_ISREG(status.st_mode):
            raise WriteError("not fixed: it is no regular file any more", path)
        if not os.access(target, os.W_OK):
            raise WriteError("not fixed: the file is read-only", path)
        _replace(target, data, linted, status, path)
    except FileNotFoundError:
        raise WriteError("not fixed: the file was removed while readlint was running", path) from None
    except OSError as error:
        folder = os.path.dirname(target)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WriteError(f"not fixed: its folder {folder} is read-only", path) from None
        raise WriteError(f"not fixed: {error.strerror or error}", path) from None


def _replace(target: str, data: bytes, linted: bytes, status: os.stat_result, path: str) -> None:
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".readlint-{os.getpid()}-{secrets.token_hex(6)}.tmp")
    try:
        _write_temporary(temporary, data, status)
        with open(target, "rb") as file:
            if file.read() != linted:
                raise WriteError("not fixed: the file was changed while readlint was running", path)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _write_temporary(temporary: str, data: bytes, status: os.stat_result) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(temporary, flags, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        own = os.fstat(descriptor)
        if hasattr(os, "fchown") and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
            with contextlib.suppress(OSError):  # only root may give files away
                os.fchown(descriptor, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))  # after the owner: a change of owner drops set-uid bits
        os.fsync(descriptor)


def _sync_folder(folder: str) -> None:
    """Make the new name survive a loss of power, where folders can be synchronised."""
    with contextlib.suppress(OSError):  # not every file system can, and the file itself is safe
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder: str) -> list[str]:
    """Remove the temporary files of runs that were killed; returns their paths."""
    removed: list[str] = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _LEFTOVER.fullmatch(entry.name)
            if match and _is_stale(entry, int(match[1])):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)
                    removed.append(entry.path)
    return removed


def _is_stale(entry: os.DirEntry[str], process: int) -> bool:
    try:
        age = time.time() - entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return False
    return age > _OLD or not _is_alive(process)


def _is_alive(process: int) -> bool:
    if os.name == "nt":
        return True  # signal 0 would end the process there; age alone decides
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
