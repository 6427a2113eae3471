"""Regular expressions that are compiled when they are first used.

The rules have hundreds, most of which one file never needs; to compile them took a quarter of the time that loading the
rules takes, which every editor waits for.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, AnyStr


class _Regex:
    def __init__(self, pattern: Any, flags: int) -> None:
        self._given = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        """Called for what is no attribute yet; from then on the compiled pattern's method is one."""
        value = getattr(re.compile(*self._given), name)  # which remembers what it has compiled
        setattr(self, name, value)
        return value


class _Hinted(_Regex):
    def __init__(self, pattern: Any, flags: int, hints: tuple[str, ...]) -> None:
        super().__init__(pattern, flags)
        self.hints = hints

    def search(self, text: str) -> re.Match[str] | None:
        lowered = text.lower()
        for hint in self.hints:
            if hint in lowered:
                return re.compile(*self._given).search(text)
        return None


def regex(pattern: AnyStr, flags: int = 0, hints: tuple[str, ...] = ()) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, but later.

    In a text without any of the hints, in lower case, the pattern finds nothing. To look for them first takes a tenth
    of the time where a pattern may begin at any character.
    """
    return _Hinted(pattern, flags, hints) if hints else _Regex(pattern, flags)  # type: ignore[return-value]
