"""A finding about a query is silenced where the query runs, or where its text is put together."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Readlint

IGNORE = "# readlint: ignore[RL301] names come from our own table"
PROGRAM = """\
import sqlite3

conn = sqlite3.connect("a")


def find(name, city):
    query = "SELECT * FROM users"{first}
    query += f" WHERE name = '{{name}}'"{second}
    print(name){third}
    return conn.execute(query){last}


def build(name):
    return f"SELECT * FROM users WHERE name = '{{name}}'"{elsewhere}


def run(name):
    return conn.execute(build(name))  # readlint: ignore[RL301] names come from our own table
"""
PLACES = ("first", "second", "third", "last", "elsewhere")


def codes(readlint: Readlint, folder: Path, place: str) -> list[str]:
    comments = {one: f"  {IGNORE}" if one == place else "" for one in PLACES}
    (folder / "app.py").write_text(PROGRAM.format(**comments))
    return sorted(readlint("--output-format", "concise", "app.py").codes)


@pytest.mark.parametrize("place", ["first", "second", "last"])
def test_at_either_end(readlint: Readlint, tmp_path: Path, place: str) -> None:
    assert codes(readlint, tmp_path, place) == []


@pytest.mark.parametrize("place", ["third", "elsewhere"])
def test_nowhere_else(readlint: Readlint, tmp_path: Path, place: str) -> None:
    assert codes(readlint, tmp_path, place) == ["RL002", "RL301"]


def test_from_the_cache(readlint: Readlint, tmp_path: Path) -> None:
    assert codes(readlint, tmp_path, "") == ["RL301"]
    assert codes(readlint, tmp_path, "second") == []
    assert codes(readlint, tmp_path, "second") == []
