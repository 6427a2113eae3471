"""What PostgreSQL 15.18 did to the file node of a table of 50 rows, when a column's type was changed."""

from __future__ import annotations

import pytest
from readlint_rules.migrations._type_changes import Change, change, is_plain_cast, is_refused

KEPT = """
varchar(10) varchar(20); varchar(10) text; text varchar; varchar varchar; character varying(5) text; cidr inet; xml text
numeric(8,2) numeric(10,2); numeric(8,2) numeric; numeric(9) numeric(12); decimal(5, 2) numeric(6,2); int4 integer
timestamp(3) timestamp(6); timestamp(3) timestamp; timestamptz(0) timestamp with time zone; time(0) time
interval(0) interval; varbit(3) varbit(9); bit varying(3) varbit
"""
REWRITTEN = """
varchar(10) varchar(9); text varchar(50); varchar varchar(9); char(5) char(9); char(5) varchar(9); inet cidr
int bigint; smallint int; integer varchar(20); real double precision; json jsonb; jsonb json; date timestamptz
numeric(8,2) numeric(10,4); numeric numeric(9,2); numeric(9,2) numeric(8,2); int numeric; text xml; varchar(36) uuid
timestamp(6) timestamp(3); interval interval(0)
"""


def pairs(text: str) -> list[str]:
    return [pair.strip() for pair in text.replace("\n", ";").split(";") if pair.strip()]


def split(pair: str) -> tuple[str, str]:
    for old in ("character varying(5)", "bit varying(3)", "decimal(5, 2)"):
        if pair.startswith(old):
            return old, pair[len(old) :].strip()
    old, _, new = pair.partition(" ")
    return old, new


@pytest.mark.parametrize("pair", pairs(KEPT))
def test_kept(pair: str) -> None:
    assert change(*split(pair)) is Change.NONE


@pytest.mark.parametrize("pair", pairs(REWRITTEN))
def test_rewritten(pair: str) -> None:
    assert change(*split(pair)) is Change.REWRITE


@pytest.mark.parametrize(("old", "new"), [("timestamp", "timestamptz"), ("timestamptz", "timestamp")])
def test_depends_on_the_time_zone(old: str, new: str) -> None:
    assert change(old, new) is Change.ZONE


@pytest.mark.parametrize(
    ("old", "new"), [("mood", "text"), ("text", "citext"), ("integer[]", "bigint[]"), ("", "text")]
)
def test_unknown(old: str, new: str) -> None:
    assert change(old, new) is Change.UNKNOWN


REFUSED = """
text json; varchar(9) enum; char(5) bytea; text xml; varchar(36) uuid; integer boolean; boolean integer; date time
integer date; real money; money integer; json xml; bytea uuid; timestamp timetz; interval date; inet uuid; bit integer
"""
ALLOWED = """
integer text; json varchar(9); enum text; uuid char(5); bigint smallint; real numeric(8,2); bigint money; money numeric
date timestamptz; time interval; interval time; timestamptz date; jsonb json; inet cidr; bit varbit; enum enum; text mood
"""


@pytest.mark.parametrize("pair", pairs(REFUSED))
def test_needs_using(pair: str) -> None:
    assert is_refused(*split(pair))


@pytest.mark.parametrize("pair", pairs(ALLOWED))
def test_needs_no_using(pair: str) -> None:
    assert not is_refused(*split(pair))


def test_casts_that_compute_nothing() -> None:
    plain = ("zip", "zip::text", '"zip" :: varchar(5)', "CAST(zip AS text)")
    assert all(is_plain_cast(using, "zip") for using in plain)
    computed = ("lower(zip)", "zip || ''", "other::text", "made AT TIME ZONE 'UTC'", "zip::text::uuid")
    assert not any(is_plain_cast(using, "zip") for using in computed)
