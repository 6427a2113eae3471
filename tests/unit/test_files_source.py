"""Reading a file: encodings, line ends, places, comments, and what is refused."""

from __future__ import annotations

import ast
import codecs
import os
import pickle
import socket
import sys
from pathlib import Path

import pytest

from readlint.files import source as module
from readlint.files.source import Source, Unreadable, digest, read_source
from readlint.findings import UNPLACED, Span


def source(text: str) -> Source:
    return Source("a.py", text.encode())


def statement(text: str) -> tuple[Source, ast.stmt]:
    """A source and its last statement."""
    read = source(text)
    return read, ast.parse(read.text).body[-1]


def refusal(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        Source("a.py", data)
    return caught.value


# Encodings


@pytest.mark.parametrize(
    ("cookie", "codec"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-unix", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("latin-1", "latin-1"),
        ("iso-latin-1-unix", "latin-1"),
        ("iso-8859-15", "iso8859-15"),
        ("windows-1252", "cp1252"),
        ("cp1252", "cp1252"),
        ("mac-roman", "mac-roman"),
        ("koi8-r", "koi8-r"),
        ("euc-jp", "euc-jp"),
        ("shift_jis", "shift_jis"),
    ],
)
def test_a_cookie_decides(cookie: str, codec: str) -> None:
    sample = {"koi8-r": "ж", "euc-jp": "日", "shift_jis": "日"}.get(codec, "é")
    data = f"# -*- coding: {cookie} -*-\nx = '{sample}'\n".encode(codec)
    read = Source("a.py", data)
    assert sample in read.text
    assert read.encode(read.text) == data


@pytest.mark.parametrize(
    "head",
    [b"# coding: latin-1\n", b"#!/usr/bin/python\n# vim: fileencoding=latin-1\n", b" \t\f\r# coding=latin-1\r"],
    ids=["first line", "second line", "after a blank line"],
)
def test_a_cookie_stands_in_the_first_two_lines(head: bytes) -> None:
    assert Source("a.py", head + b"'\xe9'").text.endswith("'é'")


@pytest.mark.parametrize(
    "head", [b"\n\n# coding: latin-1\n", b"x = 1\n# coding: latin-1\n", b"x = 1 # coding: latin-1\n"]
)
def test_elsewhere_it_is_a_comment(head: bytes) -> None:
    refusal(head + b"'\xe9'")


def test_the_first_of_two_cookies_counts() -> None:
    assert Source("a.py", b"# coding: latin-1\n# coding: utf-8\n'\xe9'").text.endswith("'é'")


def test_a_byte_order_mark_is_kept_apart() -> None:
    read = Source("a.py", b"\xef\xbb\xbfx = 1\n")
    assert read.text == "x = 1\n"
    assert read.bom == b"\xef\xbb\xbf"
    assert read.encode("y = 1\n") == b"\xef\xbb\xbfy = 1\n"


def test_encode_refuses_what_the_encoding_lacks() -> None:
    with pytest.raises(UnicodeEncodeError):
        Source("a.py", b"# coding: latin-1\n").encode("€")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_named(codec: str) -> None:
    assert "UTF-16 or UTF-32" in refusal("x = 1\n".encode(codec)).message


def test_a_null_byte_is_found() -> None:
    problem = refusal(b"x = 1\ny = '\0'\n")
    assert problem.message == "cannot be decoded: it contains a null byte"
    assert problem.line == 2


def test_a_bad_byte_is_found() -> None:
    problem = refusal(b"x = 1\r\ny = 2\rz = '\xff'\n")
    assert problem.message == "cannot be decoded: byte 0xff is not utf-8, and no other encoding is declared"
    assert problem.line == 3


def test_a_bad_byte_in_a_declared_encoding() -> None:
    problem = refusal(b"# coding: ascii\n'\xe9'")
    assert problem.message == "cannot be decoded: byte 0xe9 is not ascii, the encoding that it declares"
    assert problem.line == 2


def test_a_mark_and_another_encoding_contradict() -> None:
    assert (
        "begins with a UTF-8 byte-order mark but declares latin_1" in refusal(b"\xef\xbb\xbf# coding: latin-1").message
    )


@pytest.mark.parametrize(
    "cookie", ["rot13", "zip", "hex", "base64", "idna", "punycode", "utf-16", "os", "no-such", "this.evil", "aliases"]
)
def test_only_text_encodings_are_looked_up(cookie: str) -> None:
    assert refusal(b"# coding: " + cookie.encode() + b"\n").line == 1


def test_codecs_of_other_packages_are_never_asked() -> None:
    asked: list[str] = []
    codecs.register(asked.append)
    refusal(b"# coding: future_fstrings\n")
    refusal(b"# coding: antigravity\n")
    assert not asked
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize("cookie", ["cp037", "utf-7"])
def test_an_encoding_that_the_file_is_not_written_in(cookie: str) -> None:
    # EBCDIC would turn the cookie itself into noise; UTF-7 can write half a surrogate pair.
    problem = refusal(b"# coding: " + cookie.encode() + b"\nx = '+2AA-'\n")
    assert problem.message.endswith("but is not written in it")


def test_a_refusal_survives_the_way_from_a_worker() -> None:
    again = pickle.loads(pickle.dumps(Unreadable("cannot be read: gone", 7)))
    assert (again.message, again.line, str(again)) == ("cannot be read: gone", 7, "cannot be read: gone")


# Files


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\r\n")
    read = read_source(str(path), "shown.py")
    assert (read.path, read.data, read.text) == ("shown.py", b"x = 1\r\n", "x = 1\r\n")
    assert read.key == digest(b"x = 1\r\n")
    assert len(read.key) == 32


def test_an_empty_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").touch()
    read = read_source(str(tmp_path / "a.py"), "a.py")
    assert (read.text, read.lines, read.comments, read.position(0)) == ("", [], {}, (1, 0))


def cannot_read(path: str, limit: int = module.LIMIT) -> str:
    with pytest.raises(Unreadable) as caught:
        read_source(path, "a.py", limit)
    return caught.value.message


def test_a_missing_file(tmp_path: Path) -> None:
    assert cannot_read(str(tmp_path / "no.py")) == "cannot be read: No such file or directory"


def test_a_folder(tmp_path: Path) -> None:
    assert cannot_read(str(tmp_path)) == "cannot be read: it is a folder"


def test_a_name_that_no_file_has() -> None:
    assert cannot_read("a\0.py").startswith("cannot be read: its name")
    assert cannot_read("\ud800.py").startswith("cannot be read: its name")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert cannot_read(str(tmp_path / "a.py")) == "cannot be read: Permission denied"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file tree")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    assert "not a regular file" in cannot_read(str(tmp_path / "a.py"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's file tree")
def test_a_pipe_that_replaces_a_file_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, file = tmp_path / "a.py", tmp_path / "b.py"
    os.mkfifo(pipe)
    file.touch()
    before = os.stat(file)
    monkeypatch.setattr(os, "stat", lambda path: before)
    assert "not a regular file" in cannot_read(str(pipe))


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no sockets in this system's file tree")
def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.py")
        assert "not a regular file" in cannot_read("a.py")


def test_a_device() -> None:
    assert "not a regular file" in cannot_read(os.devnull)


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x" * 1001)
    assert cannot_read(str(tmp_path / "a.py"), 1000) == "cannot be read: it is larger than 1,000 bytes"
    assert read_source(str(tmp_path / "a.py"), "a.py", 1001).data == b"x" * 1001


def test_the_limit_holds_where_the_size_says_nothing(tmp_path: Path) -> None:
    """As in /proc, and for a file that grows while it is read."""
    (tmp_path / "a").write_bytes(b"x" * 200_000)
    descriptor = os.open(tmp_path / "a", os.O_RDONLY)
    try:
        assert len(module.read_all(descriptor, 0, 200_000)) == 200_000
        os.lseek(descriptor, 0, os.SEEK_SET)
        with pytest.raises(Unreadable, match="larger"):
            module.read_all(descriptor, 0, 199_999)
    finally:
        os.close(descriptor)


# Lines and places


def test_only_line_ends_end_lines() -> None:
    read = source("a\fb\vc\x1cd\x85e\u2028f\r\ng\rh\ni")
    assert read.lines == ["a\fb\vc\x1cd\x85e\u2028f\r\n", "g\r", "h\n", "i"]
    assert read.starts == [0, 13, 15, 17]


@pytest.mark.parametrize(
    ("text", "newline"),
    [("", "\n"), ("a", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\r\nc\r", "\r"), ("a\nb\r\nc\nd", "\n")],
)
def test_the_line_end_of_most_lines(text: str, newline: str) -> None:
    assert source(text).newline == newline


def test_columns_are_code_points() -> None:
    read = source('s = "héllo 😀"; y = eval(x)\nz = eval(x)\n')
    body = ast.parse(read.text).body
    assert read.span(body[1]) == Span(1, 15, 1, 26)
    assert read.span(body[2]) == Span(2, 0, 2, 11)


def test_a_place_behind_the_end_is_the_end() -> None:
    read = source("é\nb")
    assert read.offset(9, 9) == read.offset(2, 9) == 3
    assert read.position(3) == (2, 1)
    assert read.column(9, 4) == 4


def test_the_line_after_a_last_line_end_is_a_place() -> None:
    read = source("a\n")
    assert read.position(2) == (2, 0)
    assert read.offset(2, 0) == 2


def part(text: str, name: str) -> str:
    """The text of the first node of this class."""
    read = source(text)
    return next(read.slice(read.span(n)) for n in ast.walk(ast.parse(text)) if type(n).__name__ == name)


def test_nodes_without_a_place_reach_over_their_parts() -> None:
    assert part("def f(a, /, b: int = 1, *c, d=(2), **e): pass", "arguments") == "a, /, b: int = 1, *c, d=(2), **e"
    assert part("[x for x in y if z]", "comprehension") == "x in y if z"
    assert part("with a() as b: pass", "withitem") == "a() as b"
    assert part("match x:\n  case [1] if y:\n    z\n", "match_case") == "[1] if y:\n    z"
    assert part("\nx = 1\n", "Module") == "\nx = 1\n"


def test_a_node_without_parts_is_unplaced() -> None:
    read, node = statement("def f(): pass")
    assert isinstance(node, ast.FunctionDef)
    assert read.span(node.args) is UNPLACED
    assert read.span(ast.Load()) is UNPLACED


def test_a_node_that_only_begins_somewhere() -> None:
    assert source("ab").span(ast.Name("b", ast.Load(), lineno=1, col_offset=1)) == Span(1, 1, 1, 1)


# Headers


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("def f(a): pass", "def f"),
        ("@g\n@h(1)\ndef f(): pass", "def f"),
        ("async  def \\\n  größe(a): pass", "async  def \\\n  größe"),
        ("@g\nclass C: pass", "class C"),
        ("class C(B): pass", "class C"),
        ("if a: pass", "if a"),
        ("if (a  # why: because\n    ) : pass", "if (a  # why: because\n    )"),
        ("while (\n  a and b\n): pass", "while (\n  a and b\n)"),
        ("for x in 1, 2, : pass", "for x in 1, 2,"),
        ("async def f():\n  async for x in (y): pass", "async def f"),
        ("with a: pass", "with a"),
        ("with a as b, (c) as (d): pass", "with a as b, (c) as (d)"),
        ("with (a as b, c as d, ) : pass", "with (a as b, c as d, )"),
        ("with (a): # if this: that\n pass", "with (a)"),
        ("try: a\nfinally: b", "try"),
        ("match (a, # b: c\n b) :\n case 1: pass", "match (a, # b: c\n b)"),
        ("match a, b:\n case 1: pass", "match a, b"),
        ("x = 1", "x = 1"),
    ],
)
def test_header_of_a_statement(text: str, header: str) -> None:
    read, node = statement(text)
    assert read.slice(read.header(node)) == header


@pytest.mark.parametrize(
    "header",
    [
        "except",
        "except X",
        "except X as e",
        "except (X, Y) as e",
        "except (\n    X\n)",
        "except X \\\n  as \\\n e",
        "except X[a:b](lambda: 0) as größe",
        pytest.param(
            "except* X as e", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="syntax of Python 3.11")
        ),
        pytest.param(
            "except X, Y", marks=pytest.mark.skipif(sys.version_info < (3, 14), reason="syntax of Python 3.14")
        ),
    ],
)
@pytest.mark.parametrize("colon", [":", "  :", " \\\n  : # x: y"])
def test_header_of_a_handler(header: str, colon: str) -> None:
    read, node = statement(f"try:\n    pass\n{header}{colon}\n    pass\n")
    assert read.slice(read.header(node.handlers[0])) == header  # type: ignore[attr-defined]


def test_header_of_elif_and_of_inner_statements() -> None:
    read, node = statement("if a: pass\nelif b:\n    async def f(): pass\n")
    inner = node.orelse[0]  # type: ignore[attr-defined]
    assert read.slice(read.header(inner)) == "elif b"
    assert read.slice(read.header(inner.body[0])) == "async def f"


# Comments


def test_comments_by_line() -> None:
    read = source('x = "# no"  # yes é\n\n\f# form feed\ny = """\n# no\n"""  # last')
    assert {line: (found.column, found.text) for line, found in read.comments.items()} == {
        1: (12, "# yes é"),
        3: (1, "# form feed"),
        6: (5, "# last"),
    }
    assert repr(read.comments[3]) == "Comment(3:1 '# form feed')"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comments_under_any_line_end(end: str) -> None:
    read = source(end.join(["# one", "if x:", "    '😀' # two", "# three"]))
    assert [(c.line, c.column, c.text) for c in read.comments.values()] == [
        (1, 0, "# one"),
        (3, 8, "# two"),
        (4, 0, "# three"),
    ]


@pytest.mark.parametrize("rest", ["x = (", "'''", "  x\n y\n", "x = 'a", "$ ?"])
def test_comments_of_broken_code_are_those_before(rest: str) -> None:
    assert list(source(f"# one\nif x:\n    y # two\n{rest}").comments)[:1] == [1]


def test_code_without_a_number_sign_is_not_read_as_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "read_comments", None)
    assert source("x = 1\n").comments == {}


def test_what_a_source_calls_itself() -> None:
    assert repr(source("")) == "<Source a.py>"


# Mentions


def test_a_mention_is_a_whole_word() -> None:
    read = source("end_time, ends = end, send.end  # end")
    assert [*read.mentions("end")] == [17, 27, 34]
    assert [*read.mentions("")] == []
