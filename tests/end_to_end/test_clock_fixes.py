"""Mended clocks measure what the old ones did, and go on doing so when the wall clock is set back meanwhile."""

from __future__ import annotations

import datetime
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from harness import Readlint

PROGRAMS = Path(__file__).parents[1] / "programs"
OPTIONS = {"clocks_safe.py": ["--fix"], "clocks_unsafe.py": ["--fix", "--unsafe-fixes"]}
BEGIN = 1_700_000_000.0
BACK = 3_605.25  # seconds that the wall clock is set back by


class Clocks:
    """A machine's clocks. The wall clock is set back in the middle of the first wait, if at all."""

    def __init__(self, back: float) -> None:
        self.wall = BEGIN
        self.mono = 5.0  # the machine has just been started
        self.back = back

    def tick(self, seconds: float) -> None:
        self.mono += seconds
        self.wall += seconds - self.back
        self.back = 0

    def modules(self) -> dict[str, ModuleType]:
        """`time` and `datetime` as a program sees them."""
        times = ModuleType("time")
        readings: dict[str, Callable[[], float]] = {
            "time": lambda: self.wall,
            "monotonic": lambda: self.mono,
            "perf_counter": lambda: self.mono,
        }
        for name, read in readings.items():
            setattr(times, name, read)
            setattr(times, f"{name}_ns", lambda read=read: round(read() * 1e9))
        dates = ModuleType("datetime")
        dates.__dict__.update(vars(datetime))
        dates.__dict__["datetime"] = type("datetime", (datetime.datetime,), self.dates())
        return {"time": times, "datetime": dates}

    def dates(self) -> dict[str, Any]:
        def now(tz: datetime.tzinfo | None = None) -> datetime.datetime:
            moment = datetime.datetime.fromtimestamp(self.wall, datetime.timezone.utc)
            return moment if tz else moment.replace(tzinfo=None)

        return {"now": staticmethod(now), "utcnow": staticmethod(now)}


def load(code: str, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A module of programs that was imported while these clocks were the machine's."""
    module = ModuleType("programs")
    monkeypatch.setitem(sys.modules, "programs", module)
    for name, fake in clocks.modules().items():
        monkeypatch.setitem(sys.modules, name, fake)
    exec(compile(code, "programs", "exec"), vars(module))
    monkeypatch.undo()
    return vars(module)


def programs(code: str) -> list[str]:
    """Their names: the functions that take a `tick`."""
    found: dict[str, Any] = {}
    exec(compile(code, "programs", "exec"), found)
    functions = [(name, value) for name, value in found.items() if isinstance(value, FunctionType)]
    return [name for name, value in functions if "tick" in inspect.signature(value).parameters]


TEXTS = {name: (PROGRAMS / name).read_text(encoding="utf-8") for name in OPTIONS}
CASES = [(name, program) for name, code in TEXTS.items() for program in programs(code)]


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The programs after the command line has fixed them, outside of a folder of tests."""
    folder = tmp_path_factory.mktemp("service")
    readlint = Readlint(folder)
    texts = {}
    for name, options in OPTIONS.items():
        (folder / name).write_text(TEXTS[name], encoding="utf-8")
        ran = readlint("--isolated", "--no-cache", "--select", "RL201,RL202", *options, name)
        assert ran.status == 0, f"{name} has findings that were not mended: {ran.out}"
        texts[name] = (folder / name).read_text(encoding="utf-8")
    return texts


def measured(code: str, program: str, back: float, monkeypatch: pytest.MonkeyPatch) -> Any:
    clocks = Clocks(back)
    return load(code, clocks, monkeypatch)[program](clocks.tick)


def test_there_are_enough_programs() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize(("name", "program"), CASES)
def test_a_mended_program(name: str, program: str, mended: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(code: str, back: float) -> Any:
        value = measured(code, program, back, monkeypatch)
        return value.total_seconds() if isinstance(value, datetime.timedelta) else value

    right = run(TEXTS[name], 0)
    assert run(mended[name], 0) == pytest.approx(right, rel=1e-6, abs=1e-6), "under a steady clock"
    assert run(TEXTS[name], BACK) != pytest.approx(right, rel=1e-3), "the program shows no defect"
    assert run(mended[name], BACK) == pytest.approx(right, rel=1e-6, abs=1e-6), "when the clock is set back"
