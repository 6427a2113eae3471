"""Where reports go: `FORMAT`, `FORMAT=-` and `FORMAT=FILE`, checked before a run and written after it.

A file is replaced whole: a kill at any moment leaves the old report or the new one. On the warm path; see
`findings.py`.
"""

from __future__ import annotations

import os
import re
import stat
import sys

from readlint.errors import UserError
from readlint.report import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO, TypeAlias

    from readlint.report.model import Report

    Write: TypeAlias = Callable[[Report, TextIO], None]

#: Names of open descriptors. Where one leads to a file, that file is the shell's: it must not be replaced.
_DESCRIPTOR = re.compile(r"/dev/(?:(stdout)|(stderr)|fd/([0-9]{1,9}))|/proc/self/fd/([0-9]{1,9})")
_CODE = (".py", ".pyi")
#: What asks for outputs where the command line does not.
SETTING = "`output-format`"


class Output:
    """A format and where it goes: a path, or the number of a descriptor."""

    __slots__ = ("descriptor", "format", "path")

    def __init__(self, text: str) -> None:
        self.format, equals, self.path = text.partition("=")
        if equals and not self.path:
            raise UserError(f"`{text}` names no file; write `{text}-` for standard output")
        if not equals and ("." in text or "/" in text):
            raise UserError(f"`{text}` names no format; write FORMAT=FILE, such as `json={text}`")
        self.descriptor = _descriptor(self.path)


def _descriptor(path: str) -> int | None:
    if path in ("", "-"):
        return 1
    match = _DESCRIPTOR.fullmatch(path)
    if not match:
        return None
    return 1 if match[1] else 2 if match[2] else int(match[3] or match[4])


def parse(texts: Iterable[str], setting: str = "") -> list[Output]:
    """The outputs, once it is certain that all of them can be written. `setting` asks for them, or the command line.

    The command line is the user's; settings may come with code from strangers, and reach no further than the project.
    """
    outputs: list[Output] = []
    taken: set[str] = set()
    try:
        for text in texts:
            outputs.append(Output(text))
            _check(outputs[-1], taken)
            if setting:
                _check_bounds(outputs[-1])
    except UserError as error:
        raise UserError(f"{error.message} (in {setting})", error.path) if setting else error from None
    return outputs


def files(texts: Iterable[str]) -> list[str]:
    """The real paths of the files that are written."""
    return [os.path.realpath(output.path) for output in map(Output, texts) if output.descriptor is None]


def _check(output: Output, taken: set[str]) -> None:
    writer(output.format)
    problem = _problem(output, taken)
    if problem:
        raise UserError(f"the report cannot be written: {problem}", output.path)


def _check_bounds(output: Output) -> None:
    from readlint.bounds import in_repository_data, leaves, project_of

    path = output.path
    inside = not leaves(path, project_of(".")) and not in_repository_data(path)
    regular = os.path.isfile(path) or not os.path.exists(path)
    if output.descriptor not in (1, 2) and not (inside and regular and output.descriptor is None):
        raise UserError("a report that settings ask for must be a file in the project; name others with -o", path)


def _problem(output: Output, taken: set[str]) -> str:
    """Why nothing can be written there; empty if it can."""
    try:
        if output.descriptor is not None:
            os.fstat(output.descriptor)
            return ""
        target = os.path.realpath(output.path)
        status = _status(target)
    except OSError as error:
        return error.strerror or str(error)
    except ValueError:
        return "its name holds a character that file names cannot hold"
    if status and not stat.S_ISREG(status.st_mode):
        return "it is a folder" if stat.S_ISDIR(status.st_mode) else ""
    if target in taken:
        return "two outputs go to this file"
    taken.add(target)
    return _problem_of_file(target, exists=status is not None)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _problem_of_file(target: str, *, exists: bool) -> str:
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        return f"there is no folder {folder}"
    if exists and target.endswith(_CODE):
        return "it is Python code, which would be lost"
    if exists:
        return "" if os.access(target, os.W_OK) else "it is read-only"
    return "" if _may_add_to(folder) else f"its folder {folder} is read-only"


def _may_add_to(folder: str) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def write_all(
    outputs: Iterable[Output], report: Report, stdout: TextIO, choose: Callable[[str], Write] = writer
) -> None:
    """Write all reports, also after one that fails: standard output last, as its reader may leave early."""
    failures: list[UserError] = []
    for output in sorted(outputs, key=lambda output: output.descriptor == 1):
        if output.descriptor == 1:
            choose(output.format)(report, stdout)
            continue
        try:
            _write(output, choose(output.format), report)
        except BrokenPipeError:
            pass  # the reader has what it wants
        except OSError as error:
            failures.append(UserError(f"the report cannot be written: {error.strerror or error}", output.path))
    if failures:
        raise failures[0]


def _write(output: Output, write: Write, report: Report) -> None:
    target = os.path.realpath(output.path)
    if output.descriptor is not None:
        sys.stderr.flush()
        _fill(os.dup(output.descriptor), write, report)
    elif os.path.exists(target) and not _replaceable(target):
        _fill(os.open(target, os.O_WRONLY | os.O_TRUNC), write, report)
    else:
        _replace(target, write, report)


def _replaceable(target: str) -> bool:
    """Not a pipe, not a device, not a single file mounted into a container, and in a folder that may be changed."""
    return os.path.isfile(target) and not os.path.ismount(target) and _may_add_to(os.path.dirname(target))


def _replace(target: str, write: Write, report: Report) -> None:
    # Named like the temporary files of fixes, so that what a kill leaves behind is cleared away with theirs.
    name = f".readlint-{os.getpid()}-{os.urandom(6).hex()}.tmp"
    temporary = os.path.join(os.path.dirname(target), name)
    try:
        _fill(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), write, report, durable=True)
        _take_over(temporary, target)
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _take_over(temporary: str, target: str) -> None:
    """Owner and mode of the file that is about to be replaced."""
    status = _status(target)
    if not status:
        return
    own = os.stat(temporary)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(temporary, status.st_uid, status.st_gid)
        except PermissionError:
            pass  # only root may give files away
    os.chmod(temporary, stat.S_IMODE(status.st_mode))


def _fill(descriptor: int, write: Write, report: Report, *, durable: bool = False) -> None:
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        write(report, file)
        if durable:
            file.flush()
            os.fsync(descriptor)
