"""Errors that end in one clear sentence, never in a traceback."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: an option, a setting, a path. Ends the run with status 2."""

    def __init__(self, message: str, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        return where + self.message


class InternalError:
    """A rule that failed on a file, or with an empty `rule` a file that no rule could look at.

    It names the place in the rule's code, never the text it was reading.
    """

    __slots__ = ("kind", "path", "rule", "where")

    def __init__(self, rule: str, path: str, kind: str, where: str = "") -> None:
        self.rule = rule
        self.path = path
        self.kind = kind  # the exception's class
        self.where = where  # such as "swallowed_exception.py:42"

    def __str__(self) -> str:
        where = f" at {self.where}" if self.where else ""
        what = f"rule {self.rule} failed on {self.path}" if self.rule else f"{self.path} was not checked"
        return f"{what}: {self.kind}{where}"
