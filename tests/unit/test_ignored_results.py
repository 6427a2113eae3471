"""How loud the rules about results that nobody looks at are: fixtures say where they fire, not how."""

from __future__ import annotations

import pytest

from readlint.files.source import Source
from readlint.findings import Severity
from readlint.packs import load_rules
from readlint.testing.engine import Project, settings_for

HEAD = "import smtplib\nimport subprocess\nfrom subprocess import DEVNULL, PIPE\n\n\ndef work(path, s3):\n    "


def severity(code: str, body: str) -> Severity:
    rules = load_rules()
    source = Source("service.py", (HEAD + body.replace("\n", "\n    ") + "\n").encode())
    (finding,) = Project([source], settings_for(rules, [code]), rules).findings()["service.py"]
    return finding.severity


@pytest.mark.parametrize(
    "body",
    [
        "subprocess.run([path])",
        "subprocess.run([path], stdout=DEVNULL)",
        "subprocess.run([path], stderr=DEVNULL)",
        "subprocess.call([path])",
        "subprocess.Popen([path]).wait()",
        "subprocess.run(['service', 'start'])",
    ],
)
def test_a_status_that_is_dropped_is_a_warning(body: str) -> None:
    assert severity("RL110", body) is Severity.WARNING


@pytest.mark.parametrize(
    "body",
    [
        "return subprocess.run([path], stdout=PIPE).stdout",
        "return subprocess.Popen([path], stdout=PIPE).stdout.read()",
        "return subprocess.Popen([path], stdout=PIPE).communicate()[0]",
        "subprocess.run([path], capture_output=True)",
        "subprocess.call([path], stdout=DEVNULL, stderr=DEVNULL)",
        "subprocess.run([path], check=False)",
        "subprocess.run(['service', 'stop'])",
        "try:\n    path()\nfinally:\n    subprocess.run([path])",
    ],
)
def test_where_a_failure_may_show_elsewhere_or_be_no_news_it_is_a_note(body: str) -> None:
    assert severity("RL110", body) is Severity.NOTE


def test_lost_records_are_an_error_and_a_lost_letter_a_warning() -> None:
    assert severity("RL112", "s3.delete_objects(Bucket=path, Delete={})") is Severity.ERROR
    assert severity("RL112", "smtplib.SMTP().sendmail('a', ['b', 'c'], path)") is Severity.WARNING
