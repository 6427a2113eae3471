"""Where reports go: what is refused before a run, and how files are written after it."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TextIO

import pytest
from reports import finding, report

from readlint.errors import UserError
from readlint.report import outputs
from readlint.report.model import Report
from readlint.report.outputs import parse, write_all

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other links, pipes and descriptors")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(*texts: str) -> str:
    """What standard output gets."""
    out = io.StringIO()
    write_all(parse(texts), report(finding()), out)
    return out.getvalue()


ONE = "a.py:2:5: RL101 Lost.\nFound 1 error in 0 files.\n"


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["jso=x"], "unknown output format `jso`; known are azure, .*; did you mean `json`?"),
        (["=x"], "unknown output format ``"),
        (["json="], "`json=` names no file; write `json=-` for standard output"),
        (["report.json"], "`report.json` names no format; write FORMAT=FILE, such as `json=report.json`"),
        (["json=a", "text=b", "concise=./a"], r"^\./a: the report cannot be written: two outputs go to this file$"),
        (["json=a", "text=link"], "link: .*two outputs"),
        (["json=none/a"], r"^none/a: the report cannot be written: there is no folder /.*/none$"),
        (["json=file/a"], "file/a: the report cannot be written: Not a directory"),
        (["json=folder"], "folder: the report cannot be written: it is a folder"),
        (["json=loop"], "loop: the report cannot be written: Too many levels of symbolic links"),
        (["json=" + "x" * 300], "the report cannot be written: File name too long"),
        (["json=nul\0"], "the report cannot be written: its name holds a character that file names cannot hold"),
        (["json=code.py"], "code.py: the report cannot be written: it is Python code, which would be lost"),
        (["json=/dev/fd/99"], "/dev/fd/99: the report cannot be written: Bad file descriptor"),
    ],
)
def test_what_is_refused(here: Path, texts: list[str], message: str) -> None:
    (here / "folder").mkdir()
    (here / "file").touch()
    (here / "code.py").touch()
    (here / "link").symlink_to("a")
    (here / "loop").symlink_to("loop")
    with pytest.raises(UserError, match=message.replace("?", r"\?")):
        parse(texts)
    assert sorted(os.listdir(here)) == ["code.py", "file", "folder", "link", "loop"]


def test_a_setting_that_is_to_blame_is_named() -> None:
    with pytest.raises(UserError, match=r"^none/a: the report cannot be written: .* \(in `output-format`\)$"):
        parse(["json=none/a"], "`output-format`")


def test_what_may_not_be_written_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "mine").touch()
    denied = {str(here), str(here / "mine")}
    monkeypatch.setattr(os, "access", lambda path, mode: path not in denied)
    with pytest.raises(UserError, match="mine: the report cannot be written: it is read-only"):
        parse(["json=mine"])
    with pytest.raises(UserError, match=f"new: the report cannot be written: its folder {here} is read-only"):
        parse(["json=new"])


def test_several_outputs(here: Path) -> None:
    assert put("concise", "json=a.json", "text=b.txt", "concise=-", "concise=/dev/stdout") == ONE * 3
    assert sorted(os.listdir(here)) == ["a.json", "b.txt"]


def test_a_file_is_replaced_and_keeps_its_mode(here: Path) -> None:
    target = here / "a.txt"
    target.write_text("old")
    target.chmod(0o640)
    number = target.stat().st_ino
    put("concise=a.txt")
    assert target.read_text() == ONE
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert target.stat().st_ino != number
    assert os.listdir(here) == ["a.txt"]


def test_a_new_file_has_the_usual_mode(here: Path) -> None:
    before = os.umask(0o027)
    try:
        put("concise=a.txt")
    finally:
        os.umask(before)
    assert stat.S_IMODE((here / "a.txt").stat().st_mode) == 0o640


def test_a_link_stays_a_link(here: Path) -> None:
    (here / "elsewhere").mkdir()
    (here / "a.txt").symlink_to("elsewhere/b.txt")
    for _ in range(2):
        put("concise=a.txt")
        assert (here / "a.txt").is_symlink()
        assert (here / "elsewhere" / "b.txt").read_text() == ONE


def test_a_file_in_a_folder_that_may_not_be_changed_is_written_in_place(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.txt").write_text("old" * 1000)
    number = (here / "a.txt").stat().st_ino
    monkeypatch.setattr(os, "access", lambda path, mode: path != str(here))
    put("concise=a.txt")
    assert (here / "a.txt").read_text() == ONE
    assert (here / "a.txt").stat().st_ino == number


def test_a_mounted_file_is_written_in_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "a.txt").write_text("old" * 1000)
    number = (here / "a.txt").stat().st_ino
    monkeypatch.setattr(os.path, "ismount", lambda path: True)
    put("concise=a.txt")
    assert ((here / "a.txt").read_text(), (here / "a.txt").stat().st_ino) == (ONE, number)


def broken(view: Report, out: TextIO) -> None:
    out.write("half")
    raise KeyError


def test_a_format_that_fails_leaves_the_old_file(here: Path) -> None:
    (here / "a.txt").write_text("old")
    with pytest.raises(KeyError):
        write_all(parse(["concise=a.txt"]), report(), io.StringIO(), lambda name: broken)
    assert (here / "a.txt").read_text() == "old"
    assert os.listdir(here) == ["a.txt"]


def test_the_other_outputs_are_written_when_one_cannot_be(here: Path) -> None:
    (here / "folder").mkdir()
    chosen = parse(["json=folder/a", "concise=b", "concise=-"])
    (here / "folder").rmdir()
    out = io.StringIO()
    with pytest.raises(UserError, match="folder/a: the report cannot be written: No such file"):
        write_all(chosen, report(finding()), out)
    assert (here / "b").read_text() == out.getvalue() == ONE


def test_files_are_written_before_standard_output_breaks(here: Path) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        write_all(parse(["concise=-", "concise=a"]), report(finding()), Closed())
    assert (here / "a").read_text() == ONE


def test_a_pipe(here: Path) -> None:
    os.mkfifo(here / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((here / "pipe").read_text()))
    reader.start()
    put("concise=pipe")
    reader.join()
    assert got == [ONE]
    assert stat.S_ISFIFO((here / "pipe").stat().st_mode)


def test_a_pipe_whose_reader_leaves_is_no_error(here: Path) -> None:
    os.mkfifo(here / "pipe")

    def leave() -> None:
        os.close(os.open(here / "pipe", os.O_RDONLY))

    def write_much(view: Report, out: TextIO) -> None:
        reader.join()
        out.write("x" * 100_000)

    reader = threading.Thread(target=leave)
    reader.start()
    write_all(parse(["concise=pipe", "concise=a"]), report(), io.StringIO(), lambda name: write_much)
    assert (here / "a").stat().st_size == 100_000


def test_devices_and_descriptors(here: Path) -> None:
    assert put("concise=/dev/null", "json=/dev/null") == ""
    with open(here / "log", "w+b") as log:
        log.write(b"before\n")
        log.flush()
        put(f"concise=/dev/fd/{log.fileno()}")
        log.seek(0)
        assert log.read().decode() == "before\n" + ONE  # it was neither replaced nor emptied


def test_standard_streams_that_lead_to_files_are_not_replaced(here: Path) -> None:
    (here / "bad.py").write_text("def f():\n    try:\n        g()\n    except Exception:\n        pass\n")
    command = [
        sys.executable,
        "-m",
        "readlint",
        "--no-cache",
        "-q",
        "-o",
        "concise=/dev/stdout",
        "-o",
        "concise=/dev/stderr",
    ]
    with open(here / "out", "wb") as out, open(here / "err", "wb") as err:
        out.write(b"before\n")
        out.flush()
        assert subprocess.run(command, stdout=out, stderr=err).returncode == 1
        out.write(b"after\n")
    line = (here / "err").read_text()
    assert line.startswith("bad.py:4:5: RL101 ")
    assert (here / "out").read_text() == f"before\n{line}after\n"


def test_text_that_utf_8_cannot_hold_does_not_end_the_run(here: Path) -> None:
    def careless(view: Report, out: TextIO) -> None:
        out.write("\ud800")

    write_all(parse(["concise=a"]), report(), io.StringIO(), lambda name: careless)
    assert (here / "a").read_text() == "\\ud800"


def test_a_kill_leaves_the_old_file_or_the_new_one(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call that changes the disk, cut short before and after."""
    whole = ONE

    class Killed(BaseException):
        pass

    for name in ("fsync", "chmod", "replace"):
        for late in (False, True):
            (here / "a").write_text("old")
            true = getattr(os, name)

            def cut(*arguments: object, true: object = true, late: bool = late) -> None:
                if late:
                    true(*arguments)  # type: ignore[operator]
                raise Killed

            with monkeypatch.context() as patched:
                patched.setattr(outputs.os, name, cut)
                with pytest.raises(Killed):
                    put("concise=a")
            assert (here / "a").read_text() == (whole if name == "replace" and late else "old")
            assert os.listdir(here) == ["a"]
