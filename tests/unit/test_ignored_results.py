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
    "call",
    ["subprocess.run([path])", "subprocess.call([path])", "subprocess.Popen([path]).wait()"],
)
def test_a_dropped_status_is_a_note_unless_a_handler_waits_for_the_failure(call: str) -> None:
    assert severity("RL110", call) is Severity.NOTE
    for caught in ("subprocess.CalledProcessError", "(OSError, subprocess.SubprocessError)"):
        assert severity("RL110", f"try:\n    {call}\nexcept {caught} as error:\n    path(error)") is Severity.WARNING
    assert severity("RL110", f"try:\n    {call}\nexcept OSError as error:\n    path(error)") is Severity.NOTE


TRY = "try:\n    s3(path)\n"
RETURN = "finally:\n    return {value}"
CAUGHT = "except Exception as error:\n    {then}\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (TRY + RETURN.format(value="path"), Severity.ERROR),
        (TRY + RETURN.format(value="s3.run(path)"), Severity.NOTE),
        (TRY + CAUGHT.format(then="print(error)") + RETURN.format(value="path"), Severity.NOTE),
        (TRY + CAUGHT.format(then="raise") + RETURN.format(value="path"), Severity.ERROR),
        ("try:\n    return s3\n" + CAUGHT.format(then="print(error)") + RETURN.format(value="path"), Severity.ERROR),
        (TRY + CAUGHT.format(then="print(error)") + "else:\n    s3()\n" + RETURN.format(value="path"), Severity.ERROR),
        (f"{TRY}except OSError as error:\n    print(error)\n" + RETURN.format(value="path"), Severity.ERROR),
    ],
)
def test_a_jump_that_has_hardly_anything_to_discard_is_a_note(body: str, expected: Severity) -> None:
    assert severity("RL106", body) is expected


def test_lost_records_are_an_error_and_a_lost_letter_a_warning() -> None:
    assert severity("RL112", "s3.delete_objects(Bucket=path, Delete={})") is Severity.ERROR
    assert severity("RL112", "return s3.invoke(FunctionName=path)['Payload']") is Severity.ERROR
    assert severity("RL112", "s3.invoke(FunctionName=path)") is Severity.NOTE
    assert severity("RL112", "smtplib.SMTP().sendmail('a', ['b', 'c'], path)") is Severity.WARNING
