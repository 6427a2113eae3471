"""The file with the sizes of tables: what it says, and what is wrong with one that is none."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.settings.sizes import BadRow, TableSize, sizes_of

HEADER = "schema,table,rows,bytes\n"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("shop_order", TableSize(200_000_000, 48_000_000_000)),
        ("SHOP_order", TableSize(200_000_000, 48_000_000_000)),
        ("public.shop_order", TableSize(200_000_000, 48_000_000_000)),
        ("sales.shop_order", None),
        ("other", None),
        ("", None),
        ("odd, name", TableSize(0, 0)),
        ("item", TableSize(70, 900)),  # the largest of two
        ("two.item", TableSize(7, 900)),
        ("fresh", TableSize(None, 8192)),
        ("half", TableSize(None, 8192)),  # one of two is unknown
    ],
)
def test_a_table_is_found_by_its_name(table: str, expected: TableSize | None) -> None:
    text = 'public,shop_order,200000000,48000000000\nsales,"Odd, name",0,0\none,item,70,80\ntwo,item,7,900\n\n'
    text += "public,fresh,,8192\none,half,5,8192\ntwo,half,,2\n"
    assert sizes_of(HEADER + text).of(table) == expected
    assert sizes_of((HEADER + text).replace("\n", "\r\n")).of(table) == expected


@pytest.mark.parametrize(
    ("size", "small"),
    [
        (TableSize(200, 50_000), True),
        (TableSize(200, None), True),
        (TableSize(10_000, 10_000_000), True),
        (TableSize(10_001, 50_000), False),
        (TableSize(200, 10_000_001), False),
        (TableSize(None, 8192), False),
        (TableSize(None, None), False),
    ],
)
def test_small_is_what_is_known_to_be(size: TableSize, small: bool) -> None:
    assert size.is_small == small


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (TableSize(200_000_000, 48_000_000_000), "200 million rows, 48 GB"),
        (TableSize(1_234_567, 1_500_000_000_000), "1.2 million rows, 1.5 TB"),
        (TableSize(9_960_000, 999_999_999), "10 million rows, 1 GB"),
        (TableSize(999, 12), "999 rows, 12 bytes"),
        (TableSize(4_100_000_000, None), "4.1 billion rows"),
        (TableSize(None, 8192), "8.2 kB"),
        (TableSize(None, None), ""),
        (TableSize(0, 0), "0 rows, 0 bytes"),
    ],
)
def test_how_a_size_is_said(size: TableSize, text: str) -> None:
    assert size.text == text


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "must begin with `schema,table,rows,bytes`; `readlint migrations sizes` has the query for it"),
        ("public,a,1,2\n", 1, "must begin with"),
        (
            HEADER + "public,a,1,2\npublic,b,many,2\n",
            3,
            "`rows` must be a whole number, or nothing where it is unknown",
        ),
        (HEADER + "public,a,1,-2\n", 2, "`bytes` must be a whole number"),
        (HEADER + "public,a,1e9,2\n", 2, "`rows` must be a whole number"),
        (HEADER + f"public,a,{'9' * 5000},2\n", 2, "`rows` must be a whole number"),
        (HEADER + "public,a,٣,2\n", 2, "`rows` must be a whole number"),
        (HEADER + "public,a,1\n", 2, "needs 4 fields, `schema,table,rows,bytes`, not 3"),
        (HEADER + "public,,1,2\n", 2, "needs the name of a table in its second field"),
        (HEADER + "public,a,1,2\n\nPUBLIC,A,1,2\n", 4, "has `A` of `PUBLIC` twice"),
        (HEADER + 'public,"a,1,2\n', 2, "is not valid CSV: unexpected end of data"),
        (HEADER + f"public,{'a' * 200_000},1,2\n", 2, "is not valid CSV: field larger than field limit (131072)"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(BadRow) as error:
        sizes_of(text)
    assert error.value.line == line
    assert error.value.message.startswith(message)


@given(st.text(max_size=200))
def test_any_text_is_sizes_or_a_bad_row(text: str) -> None:
    for whole in (text, HEADER + text):
        with contextlib.suppress(BadRow):
            assert all(name == name.lower() for name in sizes_of(whole).tables)


NUMBERS = st.none() | st.integers(0, 10**18 - 1)


@given(st.lists(st.tuples(st.text("aB,\" '\n", min_size=1), NUMBERS, NUMBERS), unique_by=lambda row: row[0].lower()))
def test_what_is_written_is_read(rows: list[tuple[str, int | None, int | None]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([("schema", "table", "rows", "bytes"), *(("s", *row) for row in rows)])
    found = sizes_of(stream.getvalue())
    assert all(found.of(name) == TableSize(*numbers) for name, *numbers in rows)
