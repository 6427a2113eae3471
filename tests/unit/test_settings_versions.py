from __future__ import annotations

import pytest

from readlint.settings.versions import allows, clauses, lower_bound, release


@pytest.mark.parametrize(
    ("specifier", "version", "expected"),
    [
        ("0.1.0", "0.1.0", True),
        ("==0.1", "0.1.0", True),
        ("==0.1.1", "0.1.0", False),
        ("==0.1.*", "0.1.7", True),
        ("==0.1.*", "0.2", False),
        ("!=0.1.*", "0.1.7", False),
        (">=0.1", "0.1.0", True),
        (">=0.1,<0.2", "0.1.9", True),
        (">=0.1, <0.2", "0.2.0", False),
        (">0.1", "0.1.0", False),
        ("<=0.10", "0.9", True),
        ("~=1.4", "1.9", True),
        ("~=1.4", "2.0", False),
        ("~=1.4", "1.3", False),
        ("~=1.4.2", "1.5", False),
        ("~=1.4.2", "1.4.5", True),
    ],
)
def test_allows(specifier: str, version: str, expected: bool) -> None:
    assert allows(specifier, version) is expected


@pytest.mark.parametrize("specifier", ["", ",", "latest", "=>1", ">=1.*", "~=1", ">=1;<2"])
def test_unreadable(specifier: str) -> None:
    assert clauses(specifier) is None


def test_release() -> None:
    assert release("0.2.dev1") == (0, 2)
    assert release("dev") == (0,)


@pytest.mark.parametrize(
    ("specifier", "expected"),
    [
        (">=3.10", (3, 10)),
        (">=3.9,<4", (3, 9)),
        ("<4,>=3.9,>=3.11", (3, 11)),
        ("~=3.12", (3, 12)),
        ("==3.13.*", (3, 13)),
        (">=3", (3, 0)),
        (">=3.10.2", (3, 10)),
        ("<4", None),
        ("anything", None),
    ],
)
def test_lower_bound(specifier: str, expected: tuple[int, int] | None) -> None:
    assert lower_bound(specifier) == expected
