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


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, but later."""
    return _Regex(pattern, flags)  # type: ignore[return-value]  # it has all its methods
