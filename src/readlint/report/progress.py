"""A progress bar on standard error, for runs long enough to want one."""

from __future__ import annotations

import os
from time import monotonic

from readlint.report.terminal import columns, is_terminal, unicode_wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

PATIENCE = 0.5  # seconds without a bar: most runs are over by then
PERIOD = 0.1  # seconds between two drawings
LONGEST = 40


class Progress:
    """Draws when `advance` is called, so it needs no thread; call `clear` before any other output."""

    __slots__ = ("_active", "_bar", "_done", "_next", "_shown", "_stream", "_total", "_width")

    def __init__(self, stream: TextIO, total: int, env: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._total = total
        self._done = 0
        self._shown = False
        self._active = total > 0 and is_terminal(stream, env) and not env.get("NO_COLOR") and not env.get("CI")
        if self._active:
            self._next = monotonic() + PATIENCE
            self._width = columns(stream, env)
            self._bar = "━─" if unicode_wanted(stream) else "#-"

    def advance(self, count: int = 1) -> None:
        self._done += count
        if self._active and monotonic() >= self._next:
            self._next = monotonic() + PERIOD
            self._write(f"\r{self._line()}\x1b[K")
            self._shown = True

    def clear(self) -> None:
        """Leave nothing behind. The bar comes back with the next `advance`."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = False

    def _line(self) -> str:
        done = min(self._done, self._total)
        numbers = f" {done:,}/{self._total:,} files"
        length = max(0, min(LONGEST, self._width - len(numbers) - len("Checking ") - 1))
        full = length * done // self._total
        return f"Checking {self._bar[0] * full}{self._bar[1] * (length - full)}{numbers}"[: self._width - 1]

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal is gone: no reason to stop
            self._active = False
