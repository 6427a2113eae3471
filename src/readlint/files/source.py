"""One file's text, and where things are in it.

Lines count from 1. Columns are code points and count from 0; `ast` counts UTF-8 bytes, so everything that comes
from a node goes through `Source.column`.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from readlint.digest import blake2b
from readlint.files.kinds import KINDS, LARGEST, PYTHON, comments_of, kind_of
from readlint.findings import UNPLACED, Span
from readlint.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from typing import Any

LIMIT = 100_000_000

# PEP 263: the first line, or the second one where the first is blank or a comment. CPython cuts lines at a lone
# carriage return too.
COOKIE = re.compile(rb"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-.\w]+)")
UTF8_BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")  # UTF-16 and UTF-32; the fourth begins like the first
WIDE_ZEROS = ((0, 2), (1, 3), (0, 1, 2), (1, 2, 3))  # where ASCII in these encodings has null bytes

# Codecs of the standard library that do not decode source code: bytes to bytes, text to text, or host names
# (`idna` and `punycode` also need quadratic time).
NOT_FOR_SOURCE = frozenset(
    {
        "base64_codec",
        "bz2_codec",
        "charmap",
        "hex_codec",
        "idna",
        "mbcs",
        "oem",
        "punycode",
        "quopri_codec",
        "rot_13",
        "undefined",
        "uu_codec",
        "zlib_codec",
        "utf_16",
        "utf_16_be",
        "utf_16_le",
        "utf_32",
        "utf_32_be",
        "utf_32_le",
    }
)

REMARK = regex(r"#.*")
BLANK = regex(r"(?:[\s\\]|#[^\r\n]*)*")
WORD = regex(r"[^\s\\#:]+")
DEFINITION = regex(r"(?:async[\s\\]+)?(?:def|class)[\s\\]+[^\s\\:(\[]+")
#: Comments, and the strings in which a `#` is none. Ten times as fast as the tokens of Python's tokenizer, which
#: half of the files with a handler would need.
COMMENT_OR_STRING = regex(
    r"""#[^\r\n]*|\"{3}[^"\\]*(?:(?:\\(?:\r\n|.)|"(?!""))[^"\\]*)*\"{3}|'{3}[^'\\]*(?:(?:\\(?:\r\n|.)|'(?!''))[^'\\]*)*'{3}"""
    r"""|"(?:\\(?:\r\n|.)|[^"\\\r\n])*"|'(?:\\(?:\r\n|.)|[^'\\\r\n])*'""",
    re.DOTALL,
)
#: From Python 3.12 on these may hold strings and comments of their own.
TEMPLATE = regex(r"""\b(?:[fFtT][rR]?|[rR][fFtT])["']""")
# The part of a compound statement that comes last before the colon.
LAST_PART = {
    "AsyncFor": "iter",
    "AsyncWith": "items",
    "ExceptHandler": "type",
    "For": "iter",
    "If": "test",
    "Match": "subject",
    "While": "test",
    "With": "items",
}


class Unreadable(Exception):
    """A file that is not source text. The message says why, without a subject and without a full stop."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class NotText(Unreadable):
    """One that could be read, but holds something else than text, or too much of it."""


#: What of a comment is there to silence readlint.
SUPPRESSION = regex(r"#\s*readlint\s*:.*", re.DOTALL)


class Comment:
    """A comment from its `#` to the end of its line."""

    __slots__ = ("column", "line", "text")

    def __init__(self, line: int, column: int, text: str) -> None:
        self.line = line
        self.column = column
        self.text = text

    def __repr__(self) -> str:
        return f"Comment({self.line}:{self.column} {self.text!r})"


class Source:
    """One decoded file. Raises `Unreadable` where `data` is not source text."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.bom = UTF8_BOM if data.startswith(UTF8_BOM) else b""
        self.encoding, self.text = decode(data[len(self.bom) :], bool(self.bom))
        self._ascii = self.text.isascii()

    def __repr__(self) -> str:
        return f"<Source {self.path}>"

    @cached_property
    def kind(self) -> str:
        """A key of `readlint.files.kinds.KINDS`. What has an unknown name was given by name, and is Python then."""
        kind = kind_of(self.path)
        return kind if kind in KINDS else PYTHON

    @cached_property
    def key(self) -> str:
        """Digest of the bytes."""
        return digest(self.data)

    @cached_property
    def lines(self) -> list[str]:
        """With their ends. `str.splitlines` also cuts at form feeds and U+2028, where `ast` does not."""
        return list(io.StringIO(self.text, newline=""))

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins in the text, and the empty line after a final line end."""
        starts = [0, *accumulate(map(len, self.lines))]
        if len(starts) > 1 and not self.text.endswith(("\n", "\r")):
            starts.pop()
        return starts

    @cached_property
    def newline(self) -> str:
        """The line end that most lines have."""
        both = self.text.count("\r\n")
        counts = {
            "\n": self.text.count("\n") - both,
            "\r\n": both,
            "\r": self.text.count("\r") - both,
        }
        return max(counts, key=counts.__getitem__)

    @cached_property
    def remarks(self) -> str:
        """Where all comments are to be found, for a quick look: what stands behind the first `#` of each line.

        Ten words are found in it, or not, in the time that one takes in the whole text.
        """
        return "\n".join(REMARK.findall(self.text)) if self.kind == PYTHON else self.text

    @cached_property
    def comments(self) -> dict[int, Comment]:
        """By line. Where the text cannot be read as tokens to its end, those before that place."""
        if self.kind != PYTHON:
            return {place[0]: Comment(*place) for place in comments_of(self.kind, self.lines)}
        if "#" not in self.text:
            return {}
        if self._has_templates:
            return {comment.line: comment for comment in read_comments(self.lines)}
        return self._comments_between(0, len(self.text))

    @cached_property
    def _has_templates(self) -> bool:
        return sys.version_info >= (3, 12) and TEMPLATE.search(self.text) is not None

    def comments_between(self, first: int, last: int) -> dict[int, Comment]:
        """By line those between two places of the text that are in no string. To read all takes as long as parsing."""
        if "comments" in self.__dict__ or self._has_templates:
            return self.comments
        return self._comments_between(first, last)

    def _comments_between(self, first: int, last: int) -> dict[int, Comment]:
        found = (match for match in COMMENT_OR_STRING.finditer(self.text, first, last) if match[0][0] == "#")
        return {
            line: Comment(line, column, match[0]) for match in found for line, column in [self.position(match.start())]
        }

    def mentions(self, word: str) -> Iterator[int]:
        """The offsets at which a word stands in the text, not as a part of a longer one."""
        text, length = self.text, len(word)
        at = text.find(word) if word else -1
        while at >= 0:
            before, after = text[at - 1 : at], text[at + length : at + length + 1]
            if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
                yield at
            at = text.find(word, at + length)

    def column(self, line: int, utf8: int) -> int:
        """Code points before the UTF-8 offset that `ast` gives."""
        # Before 3.12, nodes inside f-strings may claim lines and offsets that do not exist.
        if self._ascii or line > len(self.lines):
            return utf8
        text = self.lines[line - 1]
        return utf8 if text.isascii() else len(text.encode()[:utf8].decode(errors="ignore"))

    def offset(self, line: int, column: int) -> int:
        """Index into the text; a place behind the end is the end."""
        if line > len(self.starts):
            return len(self.text)
        return min(self.starts[line - 1] + column, len(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an index into the text."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1]

    def span(self, node: ast.AST) -> Span:
        """The whole extent of a node.

        Nodes without a place of their own (arguments, a comprehension, a with item, a match case) reach from their
        first part to their last; one without parts, such as an operator, is `UNPLACED`.
        """
        line: int | None = getattr(node, "lineno", None)
        column: int | None = getattr(node, "col_offset", None)
        if line is None or column is None:
            return self._span_of_parts(node)
        end_line: int = getattr(node, "end_lineno", None) or line
        end_column: int | None = getattr(node, "end_col_offset", None)
        if end_column is None:
            end_column = column
        if self._ascii:
            return Span(line, column, end_line, end_column)
        return Span(line, self.column(line, column), end_line, self.column(end_line, end_column))

    def header(self, node: ast.AST) -> Span:
        """What to point at when the finding is about the statement: `except X as e`, `if test`, `async def name`.

        Neither the body nor the colon belongs to it. For all but these statements it is the whole extent.
        """
        kind = type(node).__name__
        whole = self.span(node)
        if kind in ("AsyncFunctionDef", "ClassDef", "FunctionDef"):
            match = DEFINITION.match(self.text, self.offset(whole.line, whole.column))
            return self._until(whole, match.end()) if match else whole
        if kind in ("Try", "TryStar"):
            return self._until(whole, self.offset(whole.line, whole.column) + len("try"))
        if kind not in LAST_PART:
            return whole
        part = getattr(node, LAST_PART[kind])
        if isinstance(part, list):
            part = part[-1]
        if part is None:  # `except:`
            return self._until(whole, self._before_colon(self.offset(whole.line, whole.column)))
        last = self.span(part)
        return self._until(whole, self._before_colon(self.offset(last.end_line, last.end_column)))

    def slice(self, span: Span) -> str:
        return self.text[self.offset(span.line, span.column) : self.offset(span.end_line, span.end_column)]

    def encode(self, text: str) -> bytes:
        """The bytes of a new text for this file. Raises `UnicodeEncodeError` where its encoding lacks a character."""
        return self.bom + text.encode(self.encoding)

    def _before_colon(self, offset: int) -> int:
        """The end of the last word before the colon: closing parentheses and ` as name` still follow an expression."""
        end = offset
        while match := WORD.match(self.text, skip_blank(self.text, offset)):
            end = offset = match.end()
        return end

    def _until(self, whole: Span, end: int) -> Span:
        return Span(whole.line, whole.column, *self.position(end))

    def _span_of_parts(self, node: ast.AST) -> Span:
        if type(node).__name__ in ("Expression", "Interactive", "Module"):
            return Span(1, 0, *self.position(len(self.text)))
        parts = [part for part in map(self.span, children(node)) if part is not UNPLACED]
        if not parts:
            return UNPLACED
        line, column = min((part.line, part.column) for part in parts)
        end_line, end_column = max((part.end_line, part.end_column) for part in parts)
        return Span(line, column, end_line, end_column)


def limit_of(path: str) -> int:
    """The most bytes that a file is read with."""
    return LIMIT if kind_of(path) in ("", PYTHON) else LARGEST


def children(node: ast.AST) -> Iterator[ast.AST]:
    for field in node._fields:
        value: Any = getattr(node, field, None)
        for item in value if isinstance(value, list) else (value,):
            if hasattr(item, "_fields"):
                yield item


def skip_blank(text: str, offset: int) -> int:
    """Behind white space, comments and continued line ends."""
    match = BLANK.match(text, offset)
    return match.end() if match else offset


def places_of(part: str, text: str) -> Iterator[int]:
    """The offsets at which a part stands in a text, in longer words too."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


def read_comments(lines: list[str]) -> Iterator[Comment]:
    import tokenize

    # The pure Python tokenizer (before 3.12) does not know a lone carriage return as a line end. A comment reaches
    # to the end of its line, so its column needs no trust in either tokenizer's counting.
    bare = [line.rstrip("\r\n") for line in lines]
    feed = (line + "\n" for line in bare)
    try:
        for token in tokenize.generate_tokens(lambda: next(feed, "")):
            if token.type == tokenize.COMMENT:
                line = token.start[0]
                yield Comment(line, len(bare[line - 1]) - len(token.string), token.string)
    except (SyntaxError, tokenize.TokenError):
        return


def decode(data: bytes, has_bom: bool = False) -> tuple[str, str]:
    """The encoding's name and the text; `data` comes without its UTF-8 byte-order mark."""
    refuse_wide(data)
    head = data[: data.find(b"\n", data.find(b"\n") + 1)]  # two lines; most files say nothing of their encoding
    cookie = COOKIE.match(data) if b"coding" in head else None
    encoding = source_encoding(cookie[1].decode()) if cookie else "utf-8"
    line = count_lines(data[: cookie.start(1)]) if cookie else 1
    if has_bom and encoding != "utf-8":
        raise NotText(f"cannot be decoded: it begins with a UTF-8 byte-order mark but declares {encoding}", line)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise undecodable(data, error, bool(cookie)) from None
    except (UnicodeError, LookupError):  # some codecs give no place; some modules beside the codecs are none
        raise NotText(f"cannot be decoded: it is not {encoding}, the encoding that it declares", line) from None
    if cookie and encoding != "utf-8":
        check_decoded(text, cookie[1].decode(), encoding, line)
    return encoding, text


def refuse_wide(data: bytes) -> None:
    zero = data.find(b"\0")
    zeros = tuple(at for at in range(4) if data[at : at + 1] == b"\0") if 0 <= zero <= 1 else ()
    if data.startswith(WIDE_BOMS) or zeros in WIDE_ZEROS:
        raise NotText("cannot be decoded: it looks like UTF-16 or UTF-32; save it as UTF-8")
    if zero >= 0:
        raise NotText("cannot be decoded: it contains a null byte", count_lines(data[:zero]))


def source_encoding(cookie: str) -> str:
    """The codec for a PEP 263 cookie, found without importing anything that is not one of Python's text codecs."""
    name = re.sub(r"[^0-9A-Za-z.]+", "_", cookie).strip("_").lower()
    if name == "utf_8" or name.startswith("utf_8_"):
        return "utf-8"
    if name.startswith(("latin_1_", "iso_8859_1_", "iso_latin_1_")):  # such as latin-1-unix
        return "latin-1"
    from encodings.aliases import aliases
    from importlib.util import find_spec

    codec = aliases.get(name) or aliases.get(name.replace(".", "_"), name)
    if codec == "utf_8":
        return "utf-8"
    if codec in NOT_FOR_SOURCE or not codec.isidentifier() or find_spec(f"encodings.{codec}") is None:
        raise NotText(f"cannot be decoded: it declares {cookie!r}, which is no encoding for source code")
    return codec


def undecodable(data: bytes, error: UnicodeDecodeError, declared: bool) -> NotText:
    reason = "the encoding that it declares" if declared else "and no other encoding is declared"
    message = f"cannot be decoded: byte 0x{data[error.start]:02x} is not {error.encoding}, {reason}"
    return NotText(message, count_lines(data[: error.start]))


def check_decoded(text: str, cookie: str, encoding: str, line: int) -> None:
    """Refuse what no compiler takes: EBCDIC and the like behind an ASCII cookie, half surrogates, null characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        sound = False
    else:
        sound = cookie in text and "\0" not in text
    if not sound:
        raise NotText(f"cannot be decoded: it declares {encoding} but is not written in it", line)


def count_lines(before: bytes) -> int:
    """The line that follows these bytes."""
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")


def read_source(path: str, display: str, limit: int = LIMIT) -> Source:
    """The file at `path`, shown to the user as `display`."""
    return Source(display, read_bytes(path, limit))


def read_bytes(path: str, limit: int = LIMIT) -> bytes:
    """Never blocks: a pipe without a writer, a terminal or a socket is refused."""
    try:
        # Before it is opened: opening alone may rewind a tape.
        require_regular(os.stat(path), limit)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        try:
            status = os.fstat(descriptor)
            require_regular(status, limit)
            return read_all(descriptor, status.st_size, limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise Unreadable("cannot be read: its name holds a character that file names cannot hold") from None


def require_regular(status: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable("cannot be read: it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("cannot be read: it is a pipe, a socket or a device, not a regular file")
    if status.st_size > limit:
        raise too_large(limit)


def read_all(descriptor: int, size: int, limit: int) -> bytes:
    # One byte more than the size shows the end of the file at once; files in /proc give their size as 0.
    chunks = [os.read(descriptor, size + 1)]
    total = len(chunks[0])
    while chunks[-1] and (total != size or not size):
        chunks.append(os.read(descriptor, 65536))
        total += len(chunks[-1])
        if total > limit:
            raise too_large(limit)
    return b"".join(chunks)


def too_large(limit: int) -> NotText:
    return NotText(f"cannot be read: it is larger than {limit:,} bytes")
