"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from readlint.fixes import write
from readlint.fixes.write import WriteError, remove_leftovers, write_file

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX modes")


def test_the_new_bytes_are_there_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old\r\n")
    write_file(str(file), b"new\r\n", b"old\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert os.listdir(tmp_path) == ["a.py"]


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"theirs")
    with pytest.raises(WriteError, match="changed while readlint was running"):
        write_file(str(file), b"new", b"old")
    assert file.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["a.py"]


@posix
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o4755])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(mode)
    write_file(str(file), b"new", b"old")
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
def test_the_owner_is_kept_where_that_is_permitted(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    if os.geteuid() == 0:
        os.chown(file, 12345, 23456)
    owner = (file.stat().st_uid, file.stat().st_gid)
    write_file(str(file), b"new", b"old")
    assert (file.stat().st_uid, file.stat().st_gid) == owner


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "a.py"
    file.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to("real/a.py")
    write_file(str(link), b"new", b"old")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="removed"):
        write_file(str(tmp_path / "a.py"), b"new", b"old")


@posix
def test_what_is_read_only_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(file))  # root may write everything
    with pytest.raises(WriteError, match="the file is read-only"):
        write_file(str(file), b"new", b"old")

    def deny(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "access", lambda path, mode: path == str(file))
    monkeypatch.setattr(write, "_write_temporary", deny)
    with pytest.raises(WriteError, match=r"folder .* is read-only"):
        write_file(str(file), b"new", b"old")
    assert file.read_bytes() == b"old"


def test_a_full_disk_leaves_the_file_and_no_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteError, match="No space left"):
        write_file(str(file), b"new", b"old")
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]


@posix
def test_leftovers_of_dead_runs_are_removed(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    dead, living = process.pid, os.getpid()
    old = tmp_path / f".readlint-{dead}-0123456789ab.tmp"
    young = tmp_path / f".readlint-{dead}-0123456789ac.tmp"
    ours = tmp_path / f".readlint-{living}-0123456789ab.tmp"
    ancient = tmp_path / f".readlint-{living}-0123456789ac.tmp"
    other = tmp_path / ".readlint-notes.tmp"
    for file, age in ((old, 100), (young, 0), (ours, 100), (ancient, 100_000), (other, 100_000)):
        file.write_bytes(b"")
        then = file.stat().st_mtime - age
        os.utime(file, (then, then))
    assert sorted(remove_leftovers(str(tmp_path))) == sorted([str(old), str(young), str(ancient)])
    assert sorted(os.listdir(tmp_path)) == sorted([ours.name, other.name])


def test_a_folder_that_is_gone_has_no_leftovers(tmp_path: Path) -> None:
    assert remove_leftovers(str(tmp_path / "gone")) == []
