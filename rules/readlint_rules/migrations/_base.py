"""What the migrations and the mappings of the project were at the commit that a run compares with.

Whatever was there then counts as deployed. `None` says that the run compares with nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from readlint.api import Answers, Question
from readlint_rules.migrations._facts import once_a_run
from readlint_rules.migrations._files import MAPPINGS, MIGRATIONS
from readlint_rules.migrations._history import History
from readlint_rules.migrations._mappings import Mapping

_MIGRATIONS, _MAPPINGS = Question(f"base:{MIGRATIONS}", ""), Question(f"base:{MAPPINGS}", "")
ASKED = (_MIGRATIONS, _MAPPINGS)


def history(answers: Answers) -> History | None:
    facts = answers[_MIGRATIONS]
    return None if facts is None else _history(facts)


def mappings(answers: Answers) -> list[Mapping]:
    return _mappings(answers[_MAPPINGS])


# Memories of their own: the rules ask for what is there now in turn with what was there then.


@once_a_run
def _history(facts: Sequence[str]) -> History:
    return History([json.loads(fact) for fact in facts])


@once_a_run
def _mappings(facts: Sequence[str]) -> list[Mapping]:
    return [Mapping(*json.loads(fact)) for fact in facts]
