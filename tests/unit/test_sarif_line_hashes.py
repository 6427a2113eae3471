"""`primaryLocationLineHash` is the one that GitHub computes."""

from __future__ import annotations

import argparse
import io
import struct
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlint.report.model import split_lines
from readlint.report.sarif.line_hashes import line_hashes

SPACE, TAB, LF, CR = b" \t\n\r"


def reference(data: bytes) -> list[str]:
    """Unit by unit, as the algorithm is described."""
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", "replace", newline="").read()
    encoded = text.encode("utf-16-le")
    kept: list[int] = []
    starts = []
    at_start, previous = True, -1
    for unit in (*struct.unpack(f"<{len(encoded) // 2}H", encoded), 65535):
        dropped = unit in (SPACE, TAB) or (unit == LF and previous == CR)
        previous = unit
        if dropped:
            continue
        if at_start:
            starts.append(len(kept))
        kept.append(LF if unit == CR else unit)
        at_start = kept[-1] == LF
    seen: Counter[int] = Counter()
    hashes = []
    for start in starts:
        value = 0
        for unit in (kept + [0] * 100)[start : start + 100]:
            value = (value * 37 + unit) & 0xFFFF_FFFF_FFFF_FFFF
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return hashes


def hashes(data: bytes) -> list[str]:
    return [*line_hashes(data, range(1, data.count(b"\n") + data.count(b"\r") + 2)).values()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "c129715d7a2bc9a3:1"),
        (b" a\nb\n  \t\tc\n d", "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1"),
        (b"alpha\nbeta\nalpha\n", "8d07ce75f7b3af45:1 ca140c3f893ffa65:1 26f09ff008857193:1 c129715d7a2bc9a3:1"),
    ],
)
def test_known_values(data: bytes, expected: str) -> None:
    """What GitHub's own implementation gives for these."""
    assert hashes(data) == reference(data) == expected.split()
    assert hashes(data.replace(b"\n", b"\r\n")) == hashes(data.replace(b"\n", b"\r")) == expected.split()


PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b"\r \n", b"\n\n\n", b" ", b"\t", b"    ", b"\0", b"\x0c"),
        *(b"return None", b"x = 1\n" * 40, b"y" * 150, b"ab", b"b=", b"Pq", b"QL"),  # the last four collide in pairs
        *("é".encode(), "日本".encode(), "😀".encode(), "\uffff".encode(), "\u2028".encode(), b"\xef\xbb\xbf"),
        *(b"\xff", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\x80"),  # not UTF-8
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=40).map(b"".join))
def test_any_text(data: bytes) -> None:
    expected = reference(data)
    assert hashes(data) == expected
    last = len(expected)
    assert line_hashes(data, {last, last + 1}) == {last: expected[-1]}


def test_a_long_text() -> None:
    """Thousands of lines of code, and others among them."""
    lines = Path(argparse.__file__).read_bytes().splitlines(keepends=True)
    for number, line in enumerate(
        ("é = '😀'\r\n".encode(), b"\xff\xfe\r", b"\xef\xbb\xbf\n", b"z" * 300 + b"\n", lines[9])
    ):
        for place in range(number, len(lines), 97):
            lines.insert(place, line)
    data = b"\xef\xbb\xbf" + b"".join(lines)
    expected = reference(data)
    assert len(expected) > 2_000
    assert hashes(data) == expected
    assert line_hashes(data, {7, 1_999, 2_000}) == {line: expected[line - 1] for line in (7, 1_999, 2_000)}


def test_collisions_are_counted_as_github_counts_them() -> None:
    """Two lines that differ and still have one hash: 37 * `A` + `b` is 37 * `B` + `=`."""
    tail = "z" * 100
    first, second = hashes(f"Ab{tail}\nB={tail}\n".encode())[:2]
    assert (first.partition(":")[0], first[-2:], second[-2:]) == (second.partition(":")[0], ":1", ":2")


@given(st.text(alphabet="a \t\r\n\x0c\x0b\u2028é😀", max_size=60))
def test_lines_are_counted_as_in_findings(text: str) -> None:
    lines = split_lines(text)
    count = len(lines) + (not lines or lines[-1].endswith(("\r", "\n")))
    assert len(hashes(text.encode())) == count
