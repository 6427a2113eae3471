"""Trees that break tools: loops, pipes, closed folders, files that come and go, names that nobody would choose."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import FORMATS, Readlint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other names, links and pipes")

HANDLER = b"def g():\n    try:\n        f()\n    except Exception:\n        pass\n"
_DROP = 24  # PR_CAPBSET_DROP
_MAY_READ_ALL = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
NAMES = [
    *(
        b"new\nline.py",
        b"carriage\rreturn.py",
        b"tab\t.py",
        b"escape\x1b[31m.py",
        b"quotes\"'<&>%25.py",
        b"two  blanks.py",
    ),
    *(b"latin1-\xe9.py", b"broken-\xff\xfe.py", "emoji-😀.py".encode(), "right-to-left-\u202e.py".encode()),
    *(
        b"-dash.py",
        b"@at.py",
        b"#hash.py",
        b"colon:1:2.py",
        b"[brackets]*.py",
        b"back\\slash.py",
        b"~tilde.py",
        b"x" * 240 + b".py",
    ),
]


def write(folder: Path, *names: bytes, data: bytes = HANDLER) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(data)


def names_are_possible(folder: Path) -> bool:
    try:
        write(folder / "probe", b"\xff\xfe")
    except OSError:  # macOS
        return False
    return True


@pytest.fixture
def names(tmp_path: Path) -> Path:
    if not names_are_possible(tmp_path):
        pytest.skip("this file system has UTF-8 names only")
    folder = tmp_path / "names"
    write(folder, *NAMES)
    return folder


@pytest.mark.parametrize("output_format", FORMATS)
def test_names_in_every_format(readlint: Readlint, names: Path, output_format: str) -> None:
    arguments = ("names", "--output-format", output_format)
    cold = readlint(*arguments, "--no-cache", status=1)
    assert cold.err == ""
    assert "\x1b" not in cold.out
    assert "\u202e" not in cold.out
    assert "\r" not in cold.out
    cold.out.encode()  # no byte that is not UTF-8
    assert [readlint(*arguments, status=1) for _ in range(2)] == [cold, cold]
    readlint.env.update(PYTHONUTF8="0", LC_ALL="C", PYTHONCOERCECLOCALE="0")
    assert readlint(*arguments, "--no-cache", status=1).out.isascii()


def test_one_finding_a_name(readlint: Readlint, names: Path) -> None:
    report = json.loads(readlint("--output-format=json", "names", status=1).out)
    assert len({finding["path"] for finding in report["findings"]}) == len(NAMES)
    assert len(readlint("--output-format=concise", "names", status=1).codes) == len(NAMES)


def test_names_on_the_command_line(readlint: Readlint, names: Path) -> None:
    readlint.folder = names
    names = [b"./@at.py" if name == b"@at.py" else name for name in NAMES]
    ran = readlint("--output-format=concise", "--", *names, status=1)
    assert len(ran.codes) == len(NAMES)


def test_names_are_fixed(readlint: Readlint, names: Path) -> None:
    readlint("--fix-only", "--unsafe-fixes", "names", status=0)
    assert sorted(os.listdir(os.fsencode(names))) == sorted(NAMES)
    assert all(b"logger" in path.read_bytes() for path in names.iterdir())


def test_names_in_folders(readlint: Readlint, names: Path, tmp_path: Path) -> None:
    for number, name in enumerate(NAMES):
        folder = os.path.join(os.fsencode(tmp_path), b"folders", name[:-3])
        os.makedirs(folder)
        write(Path(os.fsdecode(folder)), b"a.py", data=HANDLER if number else b"from .b import c\n" + HANDLER)
    assert len(readlint("--output-format=concise", "folders", status=1).codes) == len(NAMES)


def test_loops_of_links(readlint: Readlint, tmp_path: Path) -> None:
    write(tmp_path / "a", b"a.py")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "self.py").symlink_to("self.py")
    (tmp_path / "a" / "nowhere.py").symlink_to("missing.py")
    (tmp_path / "a" / "again.py").symlink_to("a.py")
    ran = readlint("--output-format=concise", status=1)
    assert ran.out.splitlines()[0].startswith("a/a.py:4:5: RL101")
    assert len(ran.codes) == 1
    assert ran.err == "readlint: warning: a/self.py: skipped, a loop of symbolic links\n"


def test_pipes_sockets_and_devices(readlint: Readlint, tmp_path: Path) -> None:
    write(tmp_path, b"a.py")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("socket.py")
        assert len(readlint("--output-format=concise", status=1).codes) == 1
        for name in ("pipe.py", "zero.py", "socket.py"):
            for _ in range(2):
                ran = readlint("--output-format=concise", name, status=1)
                assert ran.codes == ["RL001"]
                assert "not a regular file" in ran.out


def test_a_folder_with_the_name_of_a_file(readlint: Readlint, tmp_path: Path) -> None:
    write(tmp_path / "package.py", b"a.py")
    assert readlint("--output-format=concise", status=1).out.startswith("package.py/a.py:4:5: RL101")


@pytest.fixture
def without_rights(readlint: Readlint, tmp_path: Path) -> Iterator[None]:
    """Root may read everything; without these capabilities it is a user like any other."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        readlint.options["preexec_fn"] = lambda: [libc.prctl(_DROP, right, 0, 0, 0) for right in _MAY_READ_ALL]
    (tmp_path / "probe").touch(mode=0)
    probe = [sys.executable, "-c", "open('probe')"]
    if subprocess.run(probe, cwd=tmp_path, stderr=subprocess.DEVNULL, **readlint.options).returncode == 0:
        pytest.skip("nothing is closed to this user")
    yield
    for path in (tmp_path / "closed", tmp_path / "closed.py"):
        if path.exists():
            path.chmod(0o755)


@pytest.mark.usefixtures("without_rights")
def test_a_closed_folder_and_a_closed_file(readlint: Readlint, tmp_path: Path) -> None:
    write(tmp_path, b"a.py", b"closed.py")
    write(tmp_path / "closed", b"b.py")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "closed.py").chmod(0)
    for _ in range(2):
        ran = readlint("--output-format=concise", status=1)
        assert ran.codes == ["RL101", "RL001"]
        assert "closed.py:1:1: RL001 This file cannot be read: Permission denied" in ran.out
        assert ran.err == "readlint: warning: closed: skipped, the folder cannot be read: Permission denied\n"
    # Opened again, it is linted: what was remembered does not hold any longer.
    (tmp_path / "closed").chmod(0o755)
    (tmp_path / "closed.py").chmod(0o644)
    assert readlint("--output-format=concise", status=1).codes == ["RL101"] * 3


@pytest.mark.usefixtures("without_rights")
def test_a_closed_settings_file(readlint: Readlint, tmp_path: Path) -> None:
    write(tmp_path, b"a.py")
    (tmp_path / "readlint.toml").touch()
    (tmp_path / "readlint.toml").chmod(0)
    ran = readlint(status=2)
    assert ran.err == "readlint: readlint.toml: cannot be read: Permission denied\n"


def test_files_that_vanish_and_change(readlint: Readlint, tmp_path: Path) -> None:
    """Somebody moves files about while readlint runs."""
    folder = tmp_path / "busy"
    write(folder, *(b"f%d.py" % number for number in range(40)))
    done = threading.Event()

    def disturb() -> None:
        number = 0
        while not done.is_set():
            number = (number + 1) % 40
            path = folder / f"f{number}.py"
            path.unlink(missing_ok=True)
            time.sleep(0.0005)
            path.write_bytes(HANDLER if number % 3 else b"x = (")

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for arguments in (["--jobs=1"], ["--fix-only", "--unsafe-fixes"], ["--output-format=json"]):
            ran = readlint("busy", *arguments)
            assert ran.status in (0, 1), ran
    finally:
        done.set()
        thread.join()


def test_a_file_that_vanishes_before_it_is_read(readlint: Readlint, tmp_path: Path, pack) -> None:
    # A rule that looks at `a.py` takes `b.py` away.
    pack.add("vandal", "@RULE.on(ast.Module)\ndef check(node, ctx):\n    os.remove('b.py')\n    return iter(())\n")
    write(tmp_path, b"a.py", b"b.py")
    ran = readlint("--output-format=concise", "--no-cache", "--jobs=1")
    assert ran.status == 1
    assert "b.py:1:1: RL001 This file cannot be read: No such file or directory" in ran.out
    assert ran.codes == ["RL101", "RL001"]


@pytest.mark.parametrize("output_format", FORMATS)
def test_pipes_and_devices_in_every_format(readlint: Readlint, tmp_path: Path, output_format: str) -> None:
    """A report that shows code must not wait for a pipe either, nor read a device to its end."""
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    limit = 2 << 30
    readlint.options["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    ran = readlint("pipe.py", "zero.py", "--output-format", output_format, status=1)
    assert ran.out.count("RL001") >= 2  # some formats list rules besides
    assert "pipe.py" in ran.out
    assert "zero.py" in ran.out
