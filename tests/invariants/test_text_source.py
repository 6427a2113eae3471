"""Places in a text, whatever its encoding, its line ends and its characters."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.files.source import Source, Unreadable, decode
from readlint.findings import Span

REPOSITORY = Path(__file__).parents[2]
PIECES = [
    *("x = 1", "é = 'ü'", "s = '😀𝒳'", "f(a, 'ñ')[0]", "# çà", "x = '''a\n\tb\n é'''", "\f", "  ", "pass; y = '😀'; z"),
    *("if a:\n    b = 'é'\n", "def f(ä=1, *, 𝒷=2):\n    return ä", "with a as é, b('😀'): c", "[é for é in '𝒳' if é]"),
    *(
        "try:\n    a\nexcept é as ü:  # x\n    b\n",
        "x = (1 +\\\n 2)",
        "s = 'a\x0bb\x1cc\x85d\u2028e'",
        "lambda é: '😀'",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("\n".join)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "cp1252", "shift_jis", "gb18030"])


def in_encoding(text: str, encoding: str) -> bytes:
    cookie = "" if encoding.startswith("utf-8") else f"# coding: {encoding}\n"
    return (cookie + text).encode(encoding, "ignore")


def check_every_node(source: Source) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source.text)
    nodes = [node for node in ast.walk(tree) if hasattr(node, "end_lineno")]
    for node in nodes:
        span = source.span(node)
        assert source.slice(span) == expected(source.text, node)
        assert source.position(source.offset(span.line, span.column)) == (span.line, span.column)
        head = source.header(node)
        assert (head.line, head.column) == (span.line, span.column)
        assert source.slice(span).startswith(source.slice(head))


def expected(text: str, node: ast.AST) -> str | None:
    # Slow, but somebody else's.
    return ast.get_source_segment(text, node)


@given(TEXTS, ENDS, ENCODINGS)
def test_the_text_of_every_node(text: str, end: str, encoding: str) -> None:
    data = in_encoding(text.replace("\n", end), encoding)
    source = Source("a.py", data)
    assert source.encode(source.text) == data
    try:
        check_every_node(source)
    except SyntaxError:
        return  # a character that the encoding lacks was a whole name


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("path", sorted((REPOSITORY / "src" / "readlint" / "files").glob("*.py")), ids=lambda p: p.stem)
def test_the_text_of_every_node_of_real_code(path: Path, end: str) -> None:
    text = path.read_text(encoding="utf-8").replace("\n", end)
    source = Source("a.py", text.encode())
    statements = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    assert [source.slice(source.span(node)) for node in statements] == [expected(text, node) for node in statements]


@given(st.text(st.sampled_from("aé😀\f\v\r\n\x1c\x85\u2028#'")))
def test_places_and_indices_go_both_ways(text: str) -> None:
    source = Source("a.py", text.encode())
    assert "".join(source.lines) == text
    assert all(line.rstrip("\r\n").find("\n") < 0 and "\r" not in line.rstrip("\r\n") for line in source.lines)
    places = [source.position(offset) for offset in range(len(text) + 1)]
    assert [source.offset(*place) for place in places] == list(range(len(text) + 1))
    assert places == sorted(places)
    for (line, column), (end_line, end_column) in pairwise(places):
        assert len(source.slice(Span(line, column, end_line, end_column))) == 1


@given(st.text(st.sampled_from("aé😀\f\v\n")))
def test_columns_count_code_points(text: str) -> None:
    source = Source("a.py", text.encode())
    for number, line in enumerate(source.lines, 1):
        for column in range(len(line) + 1):
            assert source.column(number, len(line[:column].encode())) == column


@given(TEXTS, ENDS)
def test_comments_are_those_of_the_tokenizer(text: str, end: str) -> None:
    comments = Source("a.py", text.replace("\n", end).encode()).comments
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    wanted = {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}
    assert {line: comment.text for line, comment in comments.items()} == wanted
    lines = Source("a.py", text.encode()).lines
    for comment in comments.values():
        assert lines[comment.line - 1].rstrip("\n")[comment.column :] == comment.text


COOKIES = ["", "# coding: utf-8\n", "# coding: latin-1\n", "# coding: utf-7\n", "# coding: hz\n", "# coding: rot13\n"]


@given(st.sampled_from(COOKIES), st.binary(max_size=60), st.sampled_from([b"", b"\xef\xbb\xbf"]))
def test_any_bytes_are_text_or_a_reason(cookie: str, rest: bytes, bom: bytes) -> None:
    try:
        source = Source("a.py", bom + cookie.encode() + rest)
    except Unreadable as refused:
        problem: Unreadable | None = refused
    else:
        problem = None
    if problem is not None:
        assert problem.message.startswith("cannot be decoded: ")
        assert 1 <= problem.line <= 62
        return
    source.text.encode()
    assert "\0" not in source.text
    assert decode(source.data[len(source.bom) :], bool(source.bom)) == (source.encoding, source.text)
