"""Which words are in which files, in little space: a signature is a Bloom filter of the words of one file.

All bits of a name are in the signatures of all files that hold it. The table of many signatures has a row for each
bit, and in it a bit for each file: a question is about few words of very many files, so it reads few rows.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import reduce
from operator import and_

_BITS = 2048  # of a signature: a word of one file in fifty is found in it by mistake
_AT_ONCE = 1024  # signatures, in texts of a byte for each bit; a multiple of eight
_WORD = re.compile(rb"\w+")


def signature_of(data: bytes) -> int:
    signature = 0
    for word in set(_WORD.findall(data)):
        value = zlib.crc32(word)
        signature |= 1 << value % _BITS | 1 << (value >> 11) % _BITS | 1 << (value >> 21) % _BITS
    return signature


def table_of(signatures: list[int]) -> bytes:
    rows: list[list[bytes]] = [[] for _ in range(_BITS)]
    for start in range(0, len(signatures), _AT_ONCE):
        some = signatures[start : start + _AT_ONCE]
        digits = "".join(f"{signature:0{_BITS}b}" for signature in reversed(some))  # the highest bit of all comes first
        for bit, row in enumerate(rows):
            row.append(int(digits[_BITS - 1 - bit :: _BITS], 2).to_bytes((len(some) + 7) // 8, "little"))
    return b"".join(b"".join(row) for row in rows)


def having(table: bytes, count: int, wanted: int) -> int:
    """Which of so many signatures in a table have all bits of this one, a bit each."""
    size = len(table) // _BITS
    rows = (int.from_bytes(table[bit * size : (bit + 1) * size], "little") for bit in bits_of(wanted))
    return reduce(and_, rows, (1 << count) - 1)


def bits_of(number: int) -> Iterator[int]:
    """Which bits are set, the highest first."""
    while number:
        bit = number.bit_length() - 1
        yield bit
        number ^= 1 << bit
