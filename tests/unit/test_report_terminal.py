"""When to colour, when to link, what to escape, and a progress bar that leaves nothing behind."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlint.report import progress
from readlint.report.model import InternalError, Report
from readlint.report.progress import Progress
from readlint.report.summary import write_notices
from readlint.report.terminal import (
    Style,
    colour_wanted,
    columns,
    emit,
    escape,
    hyperlinks_wanted,
    unicode_wanted,
    width,
    wrap,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("env", "terminal", "pipe"),
    [
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1"}, True, True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"TERM": "xterm", "FORCE_COLOR": "0"}, False, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_colour(env: dict[str, str], terminal: bool, pipe: bool) -> None:
    assert colour_wanted(Terminal(), env) is terminal
    assert colour_wanted(io.StringIO(), env) is pipe


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7006"}, True),
        ({"TERM": "xterm-256color", "VTE_VERSION": "5000"}, False),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "220401"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, True),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, True),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "3.4.19"}, True),
        ({"TERM_PROGRAM": "iTerm.app", "TERM_PROGRAM_VERSION": "2.9"}, False),
        ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.95.0"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM_PROGRAM_VERSION": "455"}, False),
        ({"TERM": "xterm-kitty", "CI": "true"}, False),
        ({"TERM": "dumb", "VTE_VERSION": "7006"}, False),
        ({"TERM": "screen-256color", "VTE_VERSION": "7006"}, False),
        ({"TERM": "screen", "STY": "1.pts", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "tmux-256color", "TMUX": "x", "KITTY_WINDOW_ID": "1"}, False),
        ({"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"}, False),
        ({"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"}, True),
        ({"TERM": "xterm", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_hyperlinks(env: dict[str, str], wanted: bool) -> None:
    assert hyperlinks_wanted(Terminal(), env) is wanted


def test_no_hyperlinks_in_a_pipe_or_without_colour() -> None:
    env = {"TERM": "xterm-kitty"}
    assert not hyperlinks_wanted(io.StringIO(), env)
    assert Style.of(Terminal(), env).links
    assert not Style.of(Terminal(), {**env, "NO_COLOR": "1"}).links


def test_a_closed_stream_is_no_terminal() -> None:
    stream = io.StringIO()
    stream.close()
    assert not colour_wanted(stream, {})


def test_the_user_has_the_last_word_on_colour() -> None:
    assert Style.of(io.StringIO(), {}, True).colour
    assert not Style.of(Terminal(), {"TERM": "xterm"}, False).colour


def test_only_a_terminal_breaks_messages() -> None:
    assert Style.of(Terminal(), {}).wrap
    assert not Style.of(io.StringIO(), {}).wrap


@pytest.mark.parametrize(
    ("env", "wanted"), [({"COLUMNS": "97"}, 97), ({"COLUMNS": "3"}, 40), ({"COLUMNS": "wide"}, 120), ({}, 120)]
)
def test_columns(env: dict[str, str], wanted: int) -> None:
    assert columns(io.StringIO(), env) == wanted


@pytest.mark.parametrize(("encoding", "wanted"), [("utf-8", True), ("ascii", False), ("cp1252", False)])
def test_glyphs_need_an_encoding_that_has_them(encoding: str, wanted: bool) -> None:
    assert unicode_wanted(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is wanted


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain é 订 😀", "plain é 订 😀"),
        ("a\x1b[31mb\x07", "a\\x1b[31mb\\x07"),
        ("\r\n\t\x00\x7f\x9b", "\\r\\n\\t\\x00\\x7f\\x9b"),
        ("\u202e\u2066\u200f\u2028", "\\u202e\\u2066\\u200f\\u2028"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("👩\u200d💻 \u3000\xa0", "👩\u200d💻 \u3000\xa0"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(st.text(st.characters(codec=None)))
def test_nothing_escaped_can_command_a_terminal(text: str) -> None:
    escaped = escape(text)
    assert escape(escaped) == escaped
    assert not {unicodedata.category(character) for character in escaped} & {"Cc", "Cs", "Zl", "Zp"}
    assert not {unicodedata.bidirectional(character) for character in escaped} & {
        *("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"),
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("abc", 3), ("é", 1), ("e\u0301", 1), ("订单", 4), ("😀", 2), ("ｗ", 2), ("\u200d", 0), ("α", 1)],
)
def test_width(text: str, wanted: int) -> None:
    assert width(text) == wanted


def test_wrap_breaks_between_words_and_counts_what_stands_before() -> None:
    assert wrap("aa bb cc", 4, 2, 9) == "aa bb\n  cc"
    assert wrap("aaaaaaaaaaaa bb", 8, 2, 9) == "\n  aaaaaaaaaaaa\n  bb"
    assert wrap("", 4, 2, 9) == ""


@given(st.text("ab 订", max_size=60), st.integers(0, 60), st.integers(0, 8))
def test_wrap_loses_no_word(text: str, used: int, indent: int) -> None:
    wrapped = wrap(text, used + indent, indent, 40)
    assert wrapped.split() == text.split()
    assert all(width(line) <= 40 for line in wrapped.splitlines()[1:] if " " in line.strip())


def test_emit_escapes_what_the_stream_has_not() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", newline="")
    emit(out, "é │ 订\n")
    out.flush()
    assert out.buffer.getvalue() == b"\xe9 \\u2502 \\u8ba2\n"


def test_notices_go_out_escaped() -> None:
    out = io.StringIO()
    errors = [InternalError("RL101", "a\x1b.py", "KeyError", "swallowed_exception.py:42")]
    write_notices(Report([], warnings=["cannot read b\x07"], errors=errors), out, Style())
    assert out.getvalue().splitlines() == [
        "readlint: warning: cannot read b\\x07",
        "readlint: internal error: rule RL101 failed on a\\x1b.py: KeyError at swallowed_exception.py:42",
    ]


# Progress.


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(progress, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


ENV = {"TERM": "xterm", "COLUMNS": "80"}


def test_short_runs_have_no_bar(clock: Clock) -> None:
    stream = Terminal()
    bar = Progress(stream, 10, ENV)
    clock.now += 0.4
    bar.advance(9)
    bar.clear()
    assert stream.getvalue() == ""


def test_long_runs_have_one_and_it_goes_away(clock: Clock) -> None:
    stream = Terminal()
    bar = Progress(stream, 4338, ENV)
    clock.now += 0.6
    bar.advance(2169)
    assert stream.getvalue() == "\rChecking " + "━" * 20 + "─" * 20 + " 2,169/4,338 files\x1b[K"
    bar.clear()
    bar.clear()
    assert stream.getvalue().endswith("files\x1b[K\r\x1b[K")
    assert stream.getvalue().count("\r") == 2


def test_it_draws_ten_times_a_second_at_most(clock: Clock) -> None:
    stream = Terminal()
    bar = Progress(stream, 1000, ENV)
    clock.now += 0.6
    for _ in range(1000):
        clock.now += 0.001
        bar.advance()
    assert 9 <= stream.getvalue().count("\r") <= 11


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"CI": "true"}])
def test_no_bar_where_it_would_be_noise(clock: Clock, env: dict[str, str]) -> None:
    stream = Terminal()
    pipe = io.StringIO()
    for bar in (Progress(stream, 10, {**ENV, **env}), Progress(pipe, 10, ENV)):
        clock.now += 1
        bar.advance()
        bar.clear()
    assert stream.getvalue() == pipe.getvalue() == ""


def test_the_bar_fits_narrow_and_ascii_terminals(clock: Clock) -> None:
    class Ascii(Terminal):
        encoding = "ascii"

    stream = Ascii()
    bar = Progress(stream, 1_000_000, {"COLUMNS": "40"})
    clock.now += 1
    bar.advance(2_000_000)
    drawn = stream.getvalue().strip("\r").removesuffix("\x1b[K")
    assert drawn.isascii()
    assert drawn == "Checking #### 1,000,000/1,000,000 files"
    assert len(drawn) < 40


def test_a_lost_terminal_does_not_end_the_run(clock: Clock) -> None:
    class Lost(Terminal):
        def write(self, text: str) -> int:
            raise OSError

    bar = Progress(Lost(), 10, ENV)
    clock.now += 1
    bar.advance()
    bar.clear()
