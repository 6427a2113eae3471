"""The names of the files of a plan: those after the one that is planned, in the way that it is counted."""

from __future__ import annotations

import datetime
import os
import re
from typing import NamedTuple

from readlint.api import regex

#: What stands before the number that counts: of yoyo's own names the day, of Flyway's a letter and the major version.
_BEFORE = regex(r"\d{8}_(?=\d\d_)|V(?:\d+[._])*(?=\d+__)|[A-Za-z]?")
_NUMBER = regex(r"\d+")
#: Numbers that are times, by their length.
_TIMES = {
    14: ("%Y%m%d%H%M%S", datetime.timedelta(seconds=1)),
    12: ("%Y%m%d%H%M", datetime.timedelta(minutes=1)),
    8: ("%Y%m%d", datetime.timedelta(days=1)),
}
#: Prisma and Diesel give each migration a folder, and count these.
_FIXED = ("migration.sql", "up.sql")


class Name(NamedTuple):
    folder: str
    start: str  # what the number stands behind
    number: str
    rest: str
    ending: str

    def after(self, number: str, part: str) -> str:
        """The path of a later part."""
        is_plain = number != self.number and not self.rest
        return os.path.join(self.folder, f"{self.start}{number}{self.rest}{'' if is_plain else part}{self.ending}")


def name_of(path: str) -> Name:
    folder, file = os.path.split(path)
    if file in _FIXED and folder:
        folder, name = os.path.split(folder)
        ending = f"{os.sep}{file}"
    else:
        name, ending = os.path.splitext(file)
        if name.endswith(".up"):
            name, ending = name[:-3], f".up{ending}"
    before = _BEFORE.match(name)
    number = _NUMBER.match(name, before.end() if before else 0)
    if number is None:
        return Name(folder, name, "", "", ending)
    return Name(folder, name[: number.start()], number[0], name[number.end() :], ending)


def paths(path: str, count: int, *, one_a_number: bool) -> list[str]:
    """The paths of a plan of so many parts, the first the one that is planned.

    Where the next numbers are taken already, the parts share that of the first, so that they are run before what was
    made later. `one_a_number`: the runner does not allow that.
    """
    name = name_of(path)
    listed = os.listdir(name.folder or ".")
    numbers: list[str] = []
    number = name.number
    while number and len(numbers) < count - 1:
        number = _next(number)
        is_taken = any(re.match(rf"{re.escape(name.start + number)}(?!\d)", other) for other in listed)
        if is_taken and not one_a_number:
            break
        numbers += [] if is_taken else [number]
    if len(numbers) < count - 1:
        numbers = [name.number] * (count - 1)
    width = len(str(count))  # names are sorted
    return [path, *(name.after(number, f"_part{part:0{width}}") for part, number in enumerate(numbers, 2))]


def _next(number: str) -> str:
    shape, step = _TIMES.get(len(number), ("", datetime.timedelta()))
    try:
        return (datetime.datetime.strptime(number, shape) + step).strftime(shape)
    except ValueError:  # no time
        return str(int(number) + 1).zfill(len(number))
