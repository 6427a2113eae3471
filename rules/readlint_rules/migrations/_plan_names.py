"""The names of the files of a plan: those after the one that is planned, in the way that it is counted."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Collection, Iterator

from readlint.api import regex

#: What stands before the number that counts: of yoyo's own names the day, of Flyway's a letter and the major version.
_BEFORE = regex(r"\d{8}_(?=\d\d_)|V(?:\d+[._])*(?=\d+__)|[A-Za-z]?")
_NUMBER = regex(r"\d+")
#: Numbers that are times, by their length.
_TIMES = {14: ("%Y%m%d%H%M%S", "seconds"), 12: ("%Y%m%d%H%M", "minutes"), 8: ("%Y%m%d", "days")}


def following(path: str, taken: Collection[str]) -> Iterator[str]:
    """The paths of a plan, the first the one that is planned. `taken`: the names of the files beside it."""
    yield path
    folder, file = os.path.split(path)
    name, ending = _parted(file)
    before = _BEFORE.match(name)
    number = _NUMBER.match(name, before.end() if before else 0)
    used = {one for one in taken if one != file}
    part, counted = 2, number[0] if number else ""
    while True:
        if number is None:
            made = f"{name}_part{part}"
        else:
            counted = _next(counted)
            start, rest = f"{name[: number.start()]}{counted}", name[number.end() :]
            if any(re.match(rf"{re.escape(start)}(?!\d)", one) for one in used):
                continue
            made = f"{start}{rest}_part{part}" if rest else start
        yield os.path.join(folder, made + ending)
        part += 1


def _parted(file: str) -> tuple[str, str]:
    name, ending = os.path.splitext(file)
    return (name.removesuffix(".up"), f".up{ending}") if name.endswith(".up") else (name, ending)


def _next(number: str) -> str:
    shape, unit = _TIMES.get(len(number), ("", ""))
    try:
        then = datetime.datetime.strptime(number, shape) + datetime.timedelta(**{unit: 1})
    except (ValueError, TypeError):  # no time, but a number
        return str(int(number) + 1).zfill(len(number))
    return then.strftime(shape)
