"""Error-handling regions: which lines they are, and who owns a line within several."""

from __future__ import annotations

import ast
import textwrap

import pytest

from readlint.analysis.context import Context
from readlint.analysis.paths import Rank
from readlint.analysis.regions import ErrorRegion, RegionKind, error_regions, innermost
from readlint.files.source import Source
from readlint.settings.model import Settings


def parsed(text: str) -> Context:
    text = textwrap.dedent(text)
    return Context(Source("acme/app.py", text.encode()), ast.parse(text), Settings())


def regions_of(ctx: Context) -> list[ErrorRegion]:
    return error_regions(ctx, list(range(1, len(ctx.source.lines) + 1)))


def lines(text: str) -> list[tuple[str, int, int]]:
    found = [(region.kind.value, region.first, region.last) for region in regions_of(parsed(text))]
    return sorted(found, key=lambda region: region[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("try:\n  a()\nexcept E:\n  pass\nb()\n", [("handler", 3, 4)]),
        ("try: a()\nexcept E: pass\n", [("handler", 2, 2)]),
        ("try:\n  a()\nexcept E:\n  b(\n  )\n\n  # c\n# d\n", [("handler", 3, 7)]),
        ("try:\n  a()\nexcept E:\n  pass\n\n  # c\nelse:\n  # d\n  b()\n", [("handler", 3, 6)]),
        ("try:\n  a()\nexcept (KeyboardInterrupt, SystemExit):\n  pass\n", []),
        ("try:\n  a()\nexcept (KeyboardInterrupt, E):\n  pass\n", [("handler", 3, 4)]),
        ("import contextlib\nwith contextlib.suppress(E):\n  a()\n  # c\n", [("suppress", 2, 4)]),
        ("with open(p) as f:\n  a()\n", []),
        ("if not r.ok:\n  a()\n  # c\nelse:\n  b()\n", [("branch", 1, 3)]),
        ("if r.ok:\n  a()\n  # c\nelse:  # d\n  b()\n", [("branch", 4, 5)]),
        ("if r.ok:\n  a()\nelif x:\n  b()\n", []),
        ("if x:\n  a()\nelif err:\n  b()\n", [("branch", 3, 4)]),
        ("if r.ok:\n  a()\nelse:\n  if x:\n    b()\n", [("branch", 3, 5)]),
        ("if err is None:\n  a()\nelse:\n  b()\n", [("branch", 3, 4)]),
        ("if not err:\n  a()\n", []),
        ("if r.status_code >= 400:\n  a()\n", [("branch", 1, 2)]),
        ("if r.status_code < 400:\n  a()\n", []),
        ("if r.status_code == 404:\n  a()\n", []),
        ("if rc == 1:\n  a()\n", []),
        ("match r:\n  case Ok(v):\n    a()\n  case Err(e):\n    b()\n    # c\n", [("branch", 4, 6)]),
        ("def f(e):\n  a()\n  # c\n\nx.add_done_callback(f)\n", [("callback", 1, 3)]),
        ("def f(e):\n  a()\n\nx(f)\n", []),
        ("@app.errorhandler(500)\ndef f(e):\n  a()\n", [("callback", 2, 3)]),
        ("@task_success.connect\ndef f(e):\n  a()\n", []),
    ],
)
def test_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert lines(text) == expected


NESTED = """\
try:
    a()
except E:
    try:
        b()
    except F:
        c()
    if err:
        d()
    def g():
        e()
    # h
"""


@pytest.mark.parametrize(
    ("line", "first"),
    [(2, None), (3, 3), (5, 3), (6, 6), (7, 6), (8, 8), (9, 8), (10, None), (11, None), (12, 3), (13, None)],
)
def test_the_innermost_region_owns_a_line(line: int, first: int | None) -> None:
    ctx = parsed(NESTED)
    region = innermost(error_regions(ctx, [line]), line)
    assert (region.first if region else None) == first


@pytest.mark.parametrize(
    ("text", "kind", "rank"),
    [
        ("try: a()\nexcept E: raise\n", RegionKind.HANDLER, Rank.RAISE),
        ("from contextlib import suppress\nwith suppress(E):\n  a()\n", RegionKind.SUPPRESS, Rank.NOOP),
        ("def f(err):\n  if err:\n    return []\n", RegionKind.BRANCH, Rank.CONST),
        ("def f(err):\n  if err:\n    queue.put(err)\n", RegionKind.BRANCH, Rank.PROPAGATE),
        ("match r:\n  case Err(e):\n    raise e\n", RegionKind.BRANCH, Rank.RAISE),
        ("def on_failure(e):\n  print(e)\n", RegionKind.CALLBACK, Rank.STRONG),
    ],
)
def test_outcome(text: str, kind: RegionKind, rank: Rank) -> None:
    ctx = parsed(text)
    (region,) = regions_of(ctx)
    assert (region.kind, region.outcome(ctx).lowest) == (kind, rank)
