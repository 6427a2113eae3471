"""GitHub's hash of a line, by which it knows an alert again: `primaryLocationLineHash`.

It is taken over the 100 UTF-16 units that start at the line's first one, blanks not counted, as a polynomial in 37
modulo 2^64, and followed by how often the same hash came up so far. GitHub computes it where a log has none, so that
ours must be the same, or alerts would be closed and opened again when the way of uploading changes.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Collection
from itertools import accumulate
from operator import mul

_WINDOW = 100
_MODULUS = 1 << 64
_POWERS = [pow(37, _WINDOW - 1 - index, _MODULUS) for index in range(_WINDOW)]
_END = "\uffff" + "\0" * _WINDOW


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """The hashes of these lines of a file, which count from 1; lines that it does not have are left out."""
    last = max(lines, default=0)
    found: dict[int, str] = {}
    seen: Counter[int] = Counter()
    units, starts = _units(data)
    for line, start in enumerate(starts[:last], 1):
        value = sum(map(mul, units[start : start + _WINDOW], _POWERS)) % _MODULUS
        seen[value] += 1
        if line in lines:
            found[line] = f"{value:x}:{seen[value]}"
    return found


def _units(data: bytes) -> tuple[array[int], list[int]]:
    """The UTF-16 units that count, and the index of each line's first one. The byte-order mark counts too."""
    text = re.sub("\r\n?", "\n", data.decode("utf-8", "replace"))
    text = text.translate({ord(" "): None, ord("\t"): None}) + _END
    wide = array("H", text.encode("utf-16"))[1:]  # in the machine's order, behind a byte-order mark
    if len(wide) == len(text):
        lengths = [len(line) + 1 for line in text.split("\n")]
    else:
        lengths = [len(line.encode("utf-16-le")) // 2 + 1 for line in text.split("\n")]
    return wide, [0, *accumulate(lengths[:-1])]
