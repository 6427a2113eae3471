"""Clock provenance over values, and what RL201 makes of it."""

from __future__ import annotations

import ast
from types import SimpleNamespace
from typing import Any, cast

import pytest
from readlint_rules.clocks import _findings, wall_clock_deadline
from readlint_rules.clocks import wall_clock_duration as rule
from readlint_rules.clocks._clock_reads import wall

from readlint.analysis.context import Context
from readlint.files.source import Source
from readlint.findings import Finding, Question, Safety

PATCHED = Question("fact:patched-clock", "")


def context(code: str, path: str = "pkg/mod.py", options: object = None) -> Context:
    chosen = {} if options is None else {"wall-clock-duration": options}
    settings = cast(Any, SimpleNamespace(target_version=(3, 10), options=chosen))
    return Context(Source(path, code.encode()), ast.parse(code), settings)


def findings(ctx: Context) -> list[Finding]:
    return [f for n in ast.walk(ctx.tree) if isinstance(n, ast.Call) for f in rule.check(n, ctx)]


def only(code: str, **options: Any) -> Finding:
    (finding,) = findings(context(code, **options))
    return finding


SIMPLE = "import time\ndef f():\n    start = time.time()\n    return time.time() - start\n"
FAR = "from pkg.util import now\ndef f():\n    start = now()\n    return now() - start\n"


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("import time\ntime.time()", "seconds"),
        ("import time\ntime.time_ns()", "nanoseconds"),
        ("from datetime import datetime as d\nd.utcnow()", "datetime"),
        ("from datetime import datetime as d\nd.now().timestamp()", "seconds"),
        ("import time\nint(time.time() * 1000)", "seconds"),
        ("import time\ntime.mktime(time.localtime())", "seconds"),
        ("from datetime import date\ndate.today()", "date"),
    ],
)
def test_the_unit_follows_the_conversions(code: str, unit: str) -> None:
    ctx = context(code)
    clock = wall(cast(ast.Expr, ctx.tree.body[-1]).value, ctx)
    assert clock is not None
    assert clock.unit == unit


def test_the_flow_goes_from_the_start_over_where_it_is_kept_to_the_difference() -> None:
    code = (
        "import time\nclass A:\n    def go(self):\n        now = time.time()\n        self._start = now\n"
        "    def end(self):\n        return time.time() - self._start\n"
    )
    finding = only(code)
    assert [(cast(Any, place.where).lineno, place.message) for place in finding.flow] == [
        (4, "the start is read from `time.time`"),
        (4, "it is kept in `now`"),
        (5, "it is kept in `_start`"),
        (7, "the end is read"),
        (7, "the difference is taken"),
    ]
    assert [cast(Any, place.where).lineno for place in finding.related] == [4]


def test_the_message_shortens_long_code_and_names_the_clock_to_use() -> None:
    long = SIMPLE.replace("start", "the_point_in_time_at_which_all_of_this_work_was_begun_by_us")
    assert "..." in only(long).message
    assert "`time.perf_counter()`" in only(SIMPLE, options=rule.Options("perf_counter")).message


def test_the_fix_is_safe_only_if_no_test_stops_the_clock() -> None:
    assert only(SIMPLE).questions == (PATCHED,)
    for patched, safety in (
        ([], Safety.SAFE),
        (["freeze"], Safety.UNSAFE),
        (["pkg.mod.time.time"], Safety.UNSAFE),
        (["time.time"], Safety.UNSAFE),
        (["pkg.mod.time"], Safety.UNSAFE),
        (["other.mod.time"], Safety.SAFE),
        (["pkg.mod.connect"], Safety.SAFE),
        (None, Safety.UNSAFE),
    ):
        settled = _findings.settle(only(SIMPLE), {PATCHED: patched})
        assert settled is not None
        assert settled.fix is not None
        assert settled.fix.safety is safety, patched


def test_a_function_of_another_file_is_asked_about() -> None:
    finding = only(FAR)
    (question,) = finding.questions
    assert (question.kind, question.subject) == ("returns-wall-clock", "pkg.util.now")
    assert finding.fix is None
    assert _findings.settle(finding, {question: "datetime"}) is not None
    for answer in (None, "date", "tuple"):
        assert _findings.settle(finding, {question: answer}) is None


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("import time\ndef now():\n    return time.time()", "seconds"),
        ("import time\ndef now(tz=None):\n    if tz:\n        return time.time()\n    return 5", None),
        ("import time\ndef now():\n    return time.monotonic()", None),
        ("from datetime import date\ndef now():\n    return date.today()", None),
        ("from pkg.far import now as far\ndef now():\n    return far()", "nanoseconds"),
        ("import time\ndef now():\n    yield time.time()", None),
        ("import time\n@other\ndef now():\n    return time.time()", None),
        (
            "from functools import partial\nfrom datetime import UTC, datetime\nnow = partial(datetime.now, UTC)",
            "datetime",
        ),
        ("import time\nnow = time.time", "seconds"),
        ("import time\nnow = lambda: time.time()", "seconds"),
        ("now = 5", None),
    ],
)
def test_what_a_function_returns(code: str, answer: str | None) -> None:
    ctx = context(code, "pkg/util.py")
    assert rule.answer_returns(ctx.tree.body[-1], ctx, lambda question: "nanoseconds") == answer


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("from unittest.mock import patch\npatch('pkg.mod.time.time')", ["pkg.mod.time.time"]),
        ("import time\nmonkeypatch.setattr(time, 'time', lambda: 0)", ["time.time"]),
        ("monkeypatch.setattr('pkg.mod.time', fake)", ["pkg.mod.time"]),
        ("from freezegun import freeze_time\nfreeze_time('2020-01-01')", ["freeze"]),
        ("import time_machine\ntime_machine.travel(0)", ["freeze"]),
        ("mocker.patch(name)", []),
    ],
)
def test_what_tests_replace_is_collected(code: str, facts: list[str]) -> None:
    ctx = context(code, "tests/test_mod.py")
    call = cast(ast.Call, cast(ast.Expr, ctx.tree.body[-1]).value)
    assert list(rule.collect_patch(call, ctx)) == facts


def test_the_fix_of_a_deadline_is_the_fix_of_the_duration_that_shares_its_start() -> None:
    ctx = context(
        "import time\ndef f(limit):\n    start = time.time()\n    while time.time() - start < limit:\n        pass\n"
        "    return time.time() - start\n"
    )
    (duration,) = findings(ctx)
    call = next(node for node in ast.walk(ctx.tree) if isinstance(node, ast.Call))
    (deadline,) = wall_clock_deadline.check(call, ctx)
    assert deadline.fix is not None
    assert duration.fix is not None
    assert deadline.fix.nodes == duration.fix.nodes
    assert [cast(Any, node).lineno for node in deadline.fix.nodes] == [3, 4, 6]
    assert [(cast(Any, place.where).lineno, place.message) for place in deadline.flow] == [
        (3, "the start is read from `time.time`"),
        (3, "it is kept in `start`"),
        (4, "the difference is taken"),
    ]


def test_one_deadline_is_one_finding_that_names_its_other_places() -> None:
    ctx = context(
        "import time\ndef f(limit, wait):\n    end = time.time() + limit\n    while time.time() < end:\n"
        "        wait(end - time.time())\n"
    )
    call = next(node for node in ast.walk(ctx.tree) if isinstance(node, ast.Call))
    (deadline,) = wall_clock_deadline.check(call, ctx)
    assert [(cast(Any, place.where).lineno, place.message) for place in deadline.related] == [
        (3, "the deadline is read from `time.time`"),
        (5, "the same deadline is used here"),
    ]
    assert not list(wall_clock_deadline.check(call, ctx)), "the first read of a file got the findings"
