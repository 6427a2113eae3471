"""How large the tables of the database are, read from a file that `readlint migrations sizes` has the query for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from readlint.regex import regex

HEADER = ("schema", "table", "rows", "bytes")
#: Measured on PostgreSQL 15: to write a table of this size anew, with its index, takes less than a tenth of a second.
_FEW_ROWS, _FEW_BYTES = 10_000, 10_000_000
_NUMBER = regex("[0-9]{1,18}")


class BadRow(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class TableSize(NamedTuple):
    """What the database estimates; None is what it does not know."""

    rows: int | None
    bytes: int | None

    @property
    def is_small(self) -> bool:
        """Whether reading, indexing or writing all of it is done before anybody waits."""
        return self.rows is not None and self.rows <= _FEW_ROWS and (self.bytes or 0) <= _FEW_BYTES

    @property
    def text(self) -> str:
        """`200 million rows, 48 GB`."""
        rows = [] if self.rows is None else [f"{_rounded(self.rows, _ROWS)} rows"]
        return ", ".join([*rows, *([] if self.bytes is None else [_rounded(self.bytes, _BYTES)])])


class TableSizes(NamedTuple):
    """By name in lower case, without and with its schema: several schemas may have a table of one name."""

    tables: Mapping[str, Mapping[str, TableSize]] = {}

    def of(self, table: str) -> TableSize | None:
        """The size of a table as SQL names it; without a schema it is the largest one of that name."""
        if not self.tables:
            return None
        schema, _, name = table.lower().rpartition(".")
        known = self.tables.get(name, {})
        found = [known[schema]] if schema in known else [] if schema else [*known.values()]
        return (
            TableSize(_largest([one.rows for one in found]), _largest([one.bytes for one in found])) if found else None
        )

    def is_small(self, table: str) -> bool:
        size = self.of(table)
        return size is not None and size.is_small


NO_SIZES = TableSizes()


def sizes_of(text: str) -> TableSizes:
    """What the text of such a file says; `BadRow` where it is none."""
    import csv
    import io

    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    tables: dict[str, dict[str, TableSize]] = {}
    try:
        if tuple(next(rows, ())) != HEADER:
            raise BadRow(f"must begin with `{','.join(HEADER)}`; `readlint migrations sizes` has the query for it", 1)
        for row in rows:
            if row:
                schema, name, size = _read(row, rows.line_num)
                if schema in tables.setdefault(name, {}):
                    raise BadRow(f"has `{row[1]}` of `{row[0]}` twice", rows.line_num)
                tables[name][schema] = size
    except csv.Error as error:
        raise BadRow(f"is not valid CSV: {error}", rows.line_num) from None
    return TableSizes(tables)


def _read(row: list[str], line: int) -> tuple[str, str, TableSize]:
    if len(row) != len(HEADER):
        raise BadRow(f"needs {len(HEADER)} fields, `{','.join(HEADER)}`, not {len(row)}", line)
    if not row[1]:
        raise BadRow("needs the name of a table in its second field", line)
    for what, field in zip(HEADER[2:], row[2:], strict=True):
        if field and not _NUMBER.fullmatch(field):
            raise BadRow(f"`{what}` must be a whole number, or nothing where it is unknown", line)
    rows, size = (int(field) if field else None for field in row[2:])
    return row[0].lower(), row[1].lower(), TableSize(rows, size)


def _largest(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return max(known) if len(known) == len(numbers) else None


_ROWS = ((10**9, " billion"), (10**6, " million"), (10**3, " thousand"), (1, ""))
_BYTES = ((10**12, " TB"), (10**9, " GB"), (10**6, " MB"), (10**3, " kB"), (1, " bytes"))


def _rounded(number: int, units: tuple[tuple[int, str], ...]) -> str:
    """A number in two digits: 1.2 million, 48 million, 350 million."""
    unit, name = next((one for one in units if number >= one[0] * 0.9995), units[-1])
    count = number / unit
    return f"{count:.1f}".removesuffix(".0") + name if count < 10 and unit > 1 else f"{count:.0f}{name}"
