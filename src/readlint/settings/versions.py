"""As much of PEP 440 as settings need: plain release numbers and the usual operators."""

from __future__ import annotations

from readlint.regex import regex

_CLAUSE = regex(r"\s*(===|==|!=|>=|<=|~=|>|<)?\s*v?(\d+(?:\.\d+)*)(\.\*)?\s*")
_RELEASE = regex(r"\d+(?:\.\d+)*")

Release = tuple[int, ...]
Clause = tuple[str, Release, bool]


def clauses(specifier: str) -> list[Clause] | None:
    """The parts of `>=1.2,<2`: operator, release, whether it ends in `.*`. None if it cannot be read."""
    matches = [_CLAUSE.fullmatch(part) for part in specifier.split(",") if part.strip()]
    found = [(match[1] or "==", release(match[2]), bool(match[3])) for match in matches if match]
    readable = len(found) == len(matches) and all(_sound(*clause) for clause in found)
    return found if found and readable else None


def _sound(operator: str, wanted: Release, any_end: bool) -> bool:
    return not (any_end and operator not in ("==", "!=")) and not (operator == "~=" and len(wanted) < 2)


def release(version: str) -> Release:
    """The numbers a version starts with: (0, 2) of 0.2.dev1."""
    match = _RELEASE.match(version)
    return tuple(map(int, match[0].split("."))) if match else (0,)


def allows(specifier: str, version: str) -> bool:
    return all(_allows(clause, release(version)) for clause in clauses(specifier) or ())


def _allows(clause: Clause, have: Release) -> bool:
    operator, wanted, any_end = clause
    width = len(wanted) if any_end else max(len(wanted), len(have))
    left, right = _padded(have, width), _padded(wanted, width)
    if operator == "~=":
        return left >= right and _padded(have, len(wanted) - 1) == wanted[:-1]
    return {
        "==": left == right,
        "===": left == right,
        "!=": left != right,
        ">=": left >= right,
        "<=": left <= right,
        ">": left > right,
        "<": left < right,
    }[operator]


def _padded(numbers: Release, width: int) -> Release:
    return (numbers + (0,) * width)[:width]


def lower_bound(specifier: str) -> tuple[int, int] | None:
    """The oldest Python that `requires-python` lets in, if it names one."""
    bounds = [wanted for operator, wanted, _ in clauses(specifier) or () if operator in (">=", ">", "~=", "==", "===")]
    if not bounds:
        return None
    major, minor = _padded(max(bounds), 2)
    return (major, minor)
