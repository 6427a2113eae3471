"""How bad a broad clause is, which marks in fixtures do not say."""

from __future__ import annotations

import pytest

from readlint.files.source import Source
from readlint.testing.engine import Project, rule_set, settings_for

LOG = "import logging, traceback\nlogger = logging.getLogger(__name__)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n  try: a()\n  except: logger.error('x')\n", ("RL104", "note")),
        ("def f():\n  try: a()\n  except: return traceback.format_exc()\n", ("RL104", "note")),
        ("def f():\n  try: a()\n  except BaseException as e: return str(e)\n", ("RL104", "note")),
        ("def f():\n  try: a()\n  except BaseException: logger.error('x')\n", ("RL104", "note")),
        ("def f(c):\n  for d in c:\n    try: d()\n    except BaseException: logger.error('x')\n", ("RL104", "note")),
        ("def f():\n  try: a()\n  except KeyboardInterrupt: raise\n  except: logger.error('x')\n", ("RL104", "note")),
        ("def f(s):\n  try: s.execute()\n  except Exception: raise Http404\n", ("RL104", "note")),
        ("def verify_key(s):\n  try: s.execute()\n  except Exception: return False\n", ("RL104", "note")),
        (
            "def verify_key(s):\n  try: s.execute()\n  except Exception:\n    logger.error('x')\n    return False\n",
            ("RL104", "note"),
        ),
        ("def f():\n  try: a()\n  except: pass\n", ("RL101", "note")),
        ("def f(a):\n  try: a.save()\n  except: pass\n", ("RL101", "note")),
        ("def f(a):\n  try: a.save()\n  except BaseException: pass\n", ("RL101", "note")),
    ],
)
def test_severity(text: str, expected: tuple[str, str]) -> None:
    rules = rule_set(())
    project = Project([Source("a.py", (LOG + text).encode())], settings_for(rules, {"RL101", "RL104"}), rules)
    assert [(f.rule, f.severity.value) for f in project.findings()["a.py"]] == [expected]
