"""How bad a mark of unfinished work is: by what happens to the error, and what the mark is about."""

from __future__ import annotations

import pytest

from readlint.files.source import Source
from readlint.testing.engine import Project, rule_set, settings_for

HEAD = "import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef f(client):\n    try:\n        client.send()\n"


def severity(clause: str, body: str, toml: str = "") -> str:
    rules = rule_set(())
    text = f"{HEAD}    {clause}\n        {body}\n"
    project = Project([Source("a.py", text.encode())], settings_for(rules, {"RL105"}, toml), rules)
    (finding,) = project.findings()["a.py"]
    return finding.severity.value


@pytest.mark.parametrize(
    ("clause", "body", "expected"),
    [
        ("except Exception:", "pass  # TODO: handle", "error"),
        ("except Exception:", "pass  # TODO: use the new and faster client", "note"),
        ("except OSError:", "return None  # TODO", "error"),
        ("except OSError:", "return None  # nothing is sent (TODO: report it)", "note"),
        ("except OSError:", "client.undo()  # TODO: report it", "note"),
        ("except OSError:", "client.result = None  # TODO: report it", "note"),
        ("except OSError:", "return []  # TODO: report it", "note"),
        ("except OSError:", "pass  # TODO: should this be logged?", "note"),
        ("except Exception:", "pass  # TODO: be specific", "note"),
        ("except Exception:", "pass  # TODO: catch a narrower class", "note"),
        ("except OrderError:", "return None  # TODO", "error"),
        ("except OrderError:", "return None  # TODO: use the new and faster client", "note"),
        ("except OrderError:", "logger.debug('x')  # TODO: warn", "note"),
        ("except OSError:", "logger.info('x')  # TODO: use the new and faster client", "note"),
        ("except Exception:", "logger.info('x')  # TODO: use the new and faster client", "note"),
        ("except KeyError:", "pass  # TODO: raise", "note"),
        ("except KeyError:", "pass  # TODO: use the new and faster client", "note"),
        ("except KeyError:", "pass  # ignored for now", "note"),
        ("except OSError:", "pass  # ignored for now", "note"),
        ("except Exception:", "logger.error('x')  # TODO: retry", "note"),
        ("except Exception:", "logger.exception('x')  # TODO: use the new and faster client", "note"),
        ("except Exception:", "logger.exception('x')  # TODO: improve this error message", "note"),
        ("except Exception as e:", "return e  # TODO: report it", "note"),
        ("except Exception:", "client.undo()  # TODO: handle", "note"),
        ("except OSError:", "raise NotImplementedError", "note"),
        ("except OSError:", "...", "note"),
    ],
)
def test_severity(clause: str, body: str, expected: str) -> None:
    assert severity(clause, body) == expected


@pytest.mark.parametrize(
    ("ticketed", "body", "expected"),
    [
        ("error", "pass  # TODO(ABC-1): handle", "error"),
        ("warning", "pass  # TODO(ABC-1): handle", "warning"),
        ("note", "pass  # TODO(ABC-1): handle", "note"),
        ("warning", "pass  # TODO: handle", "error"),
        ("warning", "client.undo()  # TODO(ABC-1): report it", "note"),
    ],
)
def test_a_ticket_softens_only_where_the_settings_say_so(ticketed: str, body: str, expected: str) -> None:
    assert severity("except OSError:", body, f'rules.todo-error-handler.ticketed = "{ticketed}"') == expected
