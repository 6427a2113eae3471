"""`--ask`: show each fix and ask whether to apply it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TextIO

from readlint.errors import UserError
from readlint.findings import Finding
from readlint.fixes.verify import identity

_QUESTION = "apply this fix? [y]es [n]o [a]ll [r]ule (all of {rule}) [s]kip rule [q]uit: "
_ANSWERS = ("yes", "no", "all", "rule", "skip", "quit")
_HELP = """\
y  apply this fix
n  leave this finding
a  apply this fix and all that follow
r  apply this fix and all that follow of {rule}
s  leave all findings of {rule} from here on
q  leave this finding and all that follow; what was accepted is applied
"""


class Chosen:
    """The fixes that the user wants."""

    def __init__(self) -> None:
        self.accepted: set[tuple[str, tuple[str, ...]]] = set()

    def __contains__(self, finding: Finding) -> bool:
        return (finding.path, identity(finding)) in self.accepted

    def add(self, finding: Finding) -> None:
        self.accepted.add((finding.path, identity(finding)))


def ask(findings: Iterable[Finding], show: Callable[[Finding], str], stdin: TextIO, stdout: TextIO) -> Chosen:
    """Ask about each finding, all of which have a fix. `show` draws one: its frame and what its fix changes.

    The end of the input means quit.
    """
    if not stdin.isatty():
        raise UserError("--ask needs a terminal to ask on; use --fix to apply fixes without asking")
    chosen = Chosen()
    answered: dict[str, bool] = {}  # by rule, and by "" for all of them
    for finding in findings:
        known = answered.get(finding.rule, answered.get(""))
        if known is None:
            stdout.write(show(finding))
            answer = _answer(finding.rule, stdin, stdout)
            if answer == "q":
                break
            known = answer in ("y", "a", "r")
            if answer in ("a", "r", "s"):
                answered["" if answer == "a" else finding.rule] = known
        if known:
            chosen.add(finding)
    return chosen


def _answer(rule: str, stdin: TextIO, stdout: TextIO) -> str:
    """The first letter of a valid answer."""
    while True:
        stdout.write(_QUESTION.format(rule=rule))
        stdout.flush()
        line = stdin.readline()
        if not line:
            stdout.write("\n")
            return "q"
        answer = line.strip().lower()
        for word in _ANSWERS:
            if answer and word.startswith(answer):
                return word[0]
        stdout.write(_HELP.format(rule=rule))
