"""What a terminal can show: colours, links, glyphs, widths, and text that cannot take it over."""

from __future__ import annotations

import functools
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

WIDTH = 120  # where nobody says how wide the terminal is
NARROWEST = 40

COLOURS = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "strong": "1",
    "faint": "2",
    "removed": "31",
    "added": "32",
    "good": "32",
}

#: Terminals that show OSC 8 links, by what they put into TERM_PROGRAM, and the first version that does.
LINKING_PROGRAMS = {
    "iTerm.app": (3, 1),
    "WezTerm": (0,),
    "vscode": (1, 72),
    "ghostty": (0,),
    "Hyper": (2,),
    "mintty": (3, 1),
    "rio": (0,),
    "zed": (0,),
    "WarpTerminal": (0,),
    "tmux": (3, 4),
}
LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
LINKING_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "DOMTERM")


def colour_wanted(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Same order of precedence as CPython's own tracebacks."""
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return env["FORCE_COLOR"] != "0"
    return is_terminal(stream, env)


def hyperlinks_wanted(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Only where the terminal is known to have them: others may print the address, or stop at it."""
    if env.get("FORCE_HYPERLINK"):
        return env["FORCE_HYPERLINK"] != "0"
    if not is_terminal(stream, env) or env.get("CI"):
        return False
    program, term = env.get("TERM_PROGRAM", ""), env.get("TERM", "")
    if env.get("STY") or ((env.get("TMUX") or term.startswith(("screen", "tmux"))) and program != "tmux"):
        return False  # inside a multiplexer the other variables may tell of the terminal around it
    if program in LINKING_PROGRAMS:
        return _version(env.get("TERM_PROGRAM_VERSION", "")) >= LINKING_PROGRAMS[program]
    if _number(env.get("VTE_VERSION", "")) > 5000 or _number(env.get("KONSOLE_VERSION", "")) >= 201200:
        return True  # VTE 0.50.0 crashes on them
    return term in LINKING_TERMS or any(env.get(name) for name in LINKING_VARIABLES)


def is_terminal(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether the stream is a terminal that obeys escape sequences."""
    try:
        if not stream.isatty() or env.get("TERM") == "dumb":
            return False
    except ValueError:  # closed
        return False
    # The old Windows console prints escape sequences; the newer ones name themselves.
    return sys.platform != "win32" or any(env.get(name) for name in ("WT_SESSION", "TERM", "TERM_PROGRAM", "ANSICON"))


def unicode_wanted(stream: TextIO) -> bool:
    try:
        "│╭╰├⋮…━".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeError, LookupError):
        return False
    return True


def columns(stream: TextIO, env: Mapping[str, str]) -> int:
    wanted = _number(env.get("COLUMNS", ""))
    if not wanted:
        try:
            wanted = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            wanted = 0
    return max(wanted or WIDTH, NARROWEST)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", text)[:3])


class Style:
    """How to draw on one stream."""

    __slots__ = ("colour", "links", "unicode", "width", "wrap")

    def __init__(
        self, *, colour: bool = False, links: bool = False, unicode: bool = True, width: int = WIDTH, wrap: bool = False
    ) -> None:
        self.colour = colour
        self.links = links
        self.unicode = unicode
        self.width = width
        self.wrap = wrap  # break long messages between words; not in a pipe, where a line is a record

    @classmethod
    def of(cls, stream: TextIO, env: Mapping[str, str], colour: bool | None = None) -> Style:
        colour = colour_wanted(stream, env) if colour is None else colour
        terminal = is_terminal(stream, env)
        return cls(
            colour=colour,
            links=colour and hyperlinks_wanted(stream, env),
            unicode=unicode_wanted(stream),
            width=columns(stream, env) if terminal else WIDTH,
            wrap=terminal,
        )

    def paint(self, role: str, text: str) -> str:
        return f"\x1b[{COLOURS[role]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, url: str, text: str) -> str:
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\" if self.links and url else text

    def glyph(self, unicode: str, ascii: str) -> str:
        return unicode if self.unicode else ascii


def escape(text: str) -> str:
    """The text with everything visible that would move the cursor, reorder the line, hide, or not encode.

    Nor does it hold a command to the service whose log it may end up in.
    """
    if "##" in text:
        text = command_marks().sub(r"\\x23", text)
    if "::" in text and text.lstrip().startswith("::"):
        text = text.replace(":", r"\x3a", 1)
    if text.isprintable():
        return text
    return _unsafe().sub(_visible, text)


@functools.cache
def command_marks() -> re.Pattern[str]:
    """The second `#` of what makes a line of a log a command, wherever in the line: `##[`, `##vso[`, `##teamcity[`.

    GitHub takes a line that begins with `::` for one, too.
    """
    return re.compile(r"(?<=#)#(?=\[|vso\[|teamcity\[)", re.IGNORECASE)


@functools.cache
def _unsafe() -> re.Pattern[str]:
    """Controls, invisible format characters (not the two joiners, which scripts and emoji need), lone surrogates."""
    return re.compile(
        "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
        "\U0001d173-\U0001d17a\U000e0000-\U000e007f\ud800-\udfff]"
    )


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape").decode("ascii")


def width(text: str) -> int:
    """How many columns a terminal gives to escaped text."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


@functools.cache
def _character_width(character: str) -> int:
    import unicodedata  # only for a text that is not ASCII

    if unicodedata.category(character) in ("Mn", "Me", "Cf") or "\u1160" <= character <= "\u11ff":
        return 0  # marks, joiners, and the vowels and finals that Hangul composes
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, used: int, indent: int, limit: int) -> str:
    """Break between words so that lines stay below the limit; the first has `used` columns taken already."""
    lines, line, room = [], "", limit - used
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer) > room and (line or used > indent):
            lines.append(line)
            line, room, used = word, limit - indent, indent
        else:
            line = longer
    return ("\n" + " " * indent).join([*lines, line])


def emit(out: TextIO, text: str) -> None:
    """Write what the stream's encoding has, and escapes for what it has not."""
    try:
        out.write(text)
    except UnicodeEncodeError:
        encoding = out.encoding or "ascii"
        out.write(text.encode(encoding, "backslashreplace").decode(encoding))
