"""What the rules about handlers learn from other files of the project, and that one handler has one finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import Readlint

WARNS = """\
from acme.log import logger


def refresh(client):
    try:
        client.reload()
    except Exception:
        logger.warning("no news")
"""


def project(folder: Path, **files: str) -> Path:
    (folder / "acme").mkdir()
    for name, text in {"__init__": "", **files}.items():
        (folder / "acme" / f"{name}.py").write_text(text)
    return folder / "acme"


@pytest.mark.parametrize(
    ("log", "fixed"),
    [
        ("import logging\nlogger = logging.getLogger('acme')\n", 'logger.warning("no news", exc_info=True)'),
        ("import structlog\nlogger = structlog.get_logger()\n", 'logger.warning("no news", exc_info=True)'),
        ("from loguru import logger\n", 'logger.warning("no news")'),
        ("logger = make()\n", 'logger.warning("no news")'),
    ],
)
def test_the_fix_follows_an_imported_logger(readlint: Readlint, tmp_path: Path, log: str, fixed: str) -> None:
    acme = project(tmp_path, log=log, app=WARNS)
    readlint("--select", "RL103", "--fix", str(acme))
    assert fixed in (acme / "app.py").read_text().splitlines()[-1]


def test_a_logger_that_is_a_module(readlint: Readlint, tmp_path: Path) -> None:
    app = WARNS.replace("from acme.log import", "from acme import")
    acme = project(tmp_path, logger="def warning(text): ...\n", app=app)
    assert readlint("--select", "RL103", "--output-format", "concise", str(acme)).err == ""


def test_a_helper_of_another_file_that_only_debugs(readlint: Readlint, tmp_path: Path) -> None:
    obs = "import logging\nlog = logging.getLogger()\n\ndef quiet():\n    log.debug('no')\n\ndef loud():\n    log.error('no')\n"
    app = "import requests\nfrom acme.obs import quiet, loud\n" + "".join(
        f"\n\ndef {name}(url):\n    try:\n        return requests.get(url)\n    except requests.RequestException:\n        {call}\n"
        for name, call in (("a", "quiet()"), ("b", "loud()"), ("c", "pass"))
    )
    acme = project(tmp_path, obs=obs, app=app)
    ran = readlint("--select", "RL102", "--output-format", "concise", str(acme))
    assert ran.codes == ["RL102"]
    assert "app.py:22:" in ran.out


CLAUSES = ("", "BaseException", "Exception", "OSError", "requests.RequestException", "acme.StorageError", "KeyError")
DEEDS = (
    "pass",
    "return None",
    "log.debug('no')",
    "log.error('no')",
    "log.error(str(e))",
    "log.exception('no')",
    "raise",
)


def test_one_handler_has_one_finding(readlint: Readlint, tmp_path: Path) -> None:
    text = "import acme\nimport logging\nimport requests\n\nlog = logging.getLogger(__name__)\n"
    for clause in CLAUSES:
        for deed in DEEDS:
            head = f"except {clause} as e:" if clause else "except:"
            text += f"\n\ndef f(store, e):\n    try:\n        store.save(1)\n    {head}\n        {deed}\n"
    ran = readlint("--select", "RL101,RL102,RL103", "--output-format", "concise", str(project(tmp_path, app=text)))
    places = [line.partition(": RL")[0] for line in ran.out.splitlines() if ": RL" in line]
    assert len(places) == len(set(places)) > 14
