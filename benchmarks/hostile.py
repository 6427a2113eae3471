"""Is any pattern of the rules about secrets slow? Each is run over a megabyte of what it likes best.

hostile.py     # the slowest patterns; the exit status is 1 when one takes more than ten times the median's CPU time
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from readlint_rules.secrets import _addresses, _formats, _gravity, _mentions, _values, insecure_secret_fallback
from readlint_rules.secrets._folding import fold
from readlint_rules.secrets._formats import Format, secrets_in

MEGABYTE = 1_000_000
LIMIT = 10  # times the median
RUN = "a7Zq3Kx9Lw2Tv8Rp5"  # letters and digits as a generator gives them


class Search(NamedTuple):
    """A pattern, and the texts that could make it slow."""

    name: str
    run: Callable[[str], object]
    texts: tuple[str, ...]


def megabyte(unit: str) -> str:
    return unit * max(MEGABYTE // len(unit), 1)


def searches() -> Iterator[Search]:
    for row in _formats.FORMATS:
        yield Search(f"{row.issuer} {row.kind}", _all_secrets, tuple(map(megabyte, _units_of(row))))
    for module, units in _UNITS.items():
        for name, pattern in _patterns(module):
            short = module is _values or name.rpartition(".")[2] in _OF_SHORT_TEXTS
            run = _each_of(pattern) if short else _all_of(pattern)
            yield Search(name, run, tuple(map(megabyte, units)))


def _all_secrets(text: str) -> list[object]:
    return list(secrets_in(text))


def _all_of(pattern: re.Pattern[Any]) -> Callable[[str], object]:
    folded = isinstance(pattern.pattern, bytes)
    return lambda text: sum(1 for _ in pattern.finditer(fold(text) if folded else text))


# What is asked of one value, which has at most this many characters.
_LONGEST_VALUE = 400
_OF_SHORT_TEXTS = ("_LOCAL", "_NOBODYS_HOSTS", "_WORDS_FOR_PASSWORDS", "_SERVICE", "_NEIGHBOURS")


def _each_of(pattern: re.Pattern[str]) -> Callable[[str], object]:
    def run(text: str) -> int:
        values = [text[at : at + _LONGEST_VALUE] for at in range(0, len(text), _LONGEST_VALUE)]
        return sum(1 for value in values if pattern.match(value))

    return run


def _units_of(row: Format) -> Iterator[str]:
    """Nothing but beginnings; one without an end; and many that end too early or too late."""
    begin = row.prefix or "M"
    yield begin + "0" if row.prefix[-1:].isalpha() else begin
    yield begin + RUN * (MEGABYTE // len(RUN))
    yield begin + RUN + " "
    yield begin + RUN * 20 + "\n"
    yield begin + (RUN + ".") * 3 + ":" + begin


# fmt: off
_UNITS: dict[object, tuple[str, ...]] = {
    _formats: (RUN, "0a", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n" + RUN,
        "hf_" + "a" * 40, "a/B+" * 9),
    _mentions: ("token", "token ", "passwordpwd", "password=a", 'api_key")', 'token="', "token(", "secret\n",
        "secret: str = Field(", "password or ", "_key[a, b] = "),
    _addresses: ("://", "://a:", "://a:b@", "a://b:c", "password=", "password=a1b2c3d4 ", ";pwd=a1",
        "AccountKey=aB3", "host=a ", "a@", "=", "password", "//"),
    insecure_secret_fallback: ("getenv(", 'getenv("', "environ.get( ", 'os.getenv("SECRET_KEY")\n'),
    _values: ("a7", "aB", "a_7", "a.", "X-Api2-", "a7_b7.", "change", "to do", "{", "<", "[^a", "$2b$", "urn:", "a@b."),
    _gravity: ("app.config", "INSTALLED_APPS ", "    ", "Flask"),
}
# fmt: on


def _patterns(module: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    place = getattr(module, "__name__", "").rpartition(".")[2]
    for name in dir(module):
        if hasattr(getattr(module, name), "groupindex"):  # compiled, or about to be
            yield f"{place}.{name}", getattr(module, name)
    for name, value in getattr(module, "_PATTERNS", ()):
        yield f"{place}: {name}", value


def seconds(search: Search) -> float:
    """Of its worst text."""
    return max(_cpu(search.run, text) for text in search.texts)


def _cpu(run: Callable[[str], object], text: str) -> float:
    begin = time.process_time()
    run(text)
    return time.process_time() - begin


def main() -> int:
    taken = {search.name: seconds(search) for search in searches()}
    median = statistics.median(taken.values())
    print(f"{len(taken)} searches, median {median * 1000:.1f} ms a megabyte; the slowest:")
    for name in sorted(taken, key=lambda name: -taken[name])[:10]:
        print(f"{taken[name] * 1000:8.1f} ms  {taken[name] / median:4.1f} times the median  {name}")
    return int(max(taken.values()) > LIMIT * median)


if __name__ == "__main__":
    sys.exit(main())
