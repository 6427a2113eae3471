"""Every format: what its issuer hands out is found, what only looks like it is not."""

from __future__ import annotations

import hashlib
import re
import string
from random import Random

import pytest
from made_secrets import BEFORE, made, shaped
from readlint_rules.secrets import _proofs, known_secret_format, secret_in_artifact
from readlint_rules.secrets._formats import FORMATS, SOURCES, Format, secrets_in
from readlint_rules.secrets._proofs import any_value, base62_checksum

from readlint.analysis.context import Context
from readlint.api import Severity
from readlint.files.source import Source
from readlint.settings.model import Settings
from readlint.syntax.parse import parse

PLACES = (
    'key = "{}"\n',
    "key = '{}'  # of the service\n",
    'headers = {{"Authorization": "Bearer {}"}}\n',
    "# the old one: {}\n",
    'text = """\n{}\n"""\n',
    'line = "first\\n{}\\n"\n',
    "url = 'https://api.acme.io/?key={}&page=2'\n",
)


def named(row: Format) -> str:
    return f"{row.issuer} {row.kind}"


formats = pytest.mark.parametrize("row", FORMATS, ids=map(named, FORMATS))


def found_in(text: str) -> list[tuple[str, str]]:
    return [(secret.issuer, text[secret.start : secret.end]) for secret in secrets_in(text)]


def test_there_are_many_issuers_and_each_has_a_source() -> None:
    assert len(SOURCES) >= 60
    assert SOURCES.keys() == {row.issuer for row in FORMATS}


@formats
def test_what_the_issuer_hands_out_is_found(row: Format) -> None:
    random = Random(named(row))
    for place in PLACES:
        secret = made(row, random)
        before = BEFORE.get(row.issuer, "")
        assert found_in(place.format(before + secret)) == [(row.issuer, secret)]


@formats
def test_masked_and_made_up_ones_are_not(row: Format) -> None:
    random = Random(named(row))
    for _ in range(5):
        secret, before = made(row, random), BEFORE.get(row.issuer, "")
        half = len(row.prefix) + (len(secret) - len(row.prefix)) // 2
        for mask in ("*" * 8, "x" * 8, "...", "EXAMPLE0"):
            changed = secret[:half] + mask + secret[half + len(mask) :]
            assert found_in(f'key = "{before}{changed}"\n') == []
        assert found_in(f'key = "{before}{row.prefix}{"0123456789abcdef" * 12}"\n') == []


@formats
def test_the_pattern_itself_is_not(row: Format) -> None:
    assert found_in(f'PATTERN = r"{BEFORE.get(row.issuer, "")}{re.escape(row.prefix)}{row.rest}"\n') == []


@pytest.mark.parametrize("row", [row for row in FORMATS if row.proof is base62_checksum], ids=named)
def test_a_wrong_checksum_is_none(row: Format) -> None:
    random = Random(named(row))
    for _ in range(20):
        secret = made(row, random)
        wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
        assert found_in(f'key = "{wrong}"\n') == []


@pytest.mark.parametrize("row", [row for row in FORMATS if row.proof is not any_value], ids=named)
def test_a_proof_refuses_what_only_has_the_shape(row: Format) -> None:
    assert not row.proof("A" * 16 if row.issuer != "AWS" else "7" * 16)


@pytest.mark.parametrize("row", [row for row in FORMATS if row.proof is not any_value], ids=named)
def test_what_only_has_the_shape_is_none(row: Format) -> None:
    random = Random(named(row))
    without = (text for text in iter(lambda: shaped(row, random), "") if not row.proof(text[len(row.prefix) :]))
    for _ in range(20):
        assert found_in(f'key = "{next(without)}"\n') == []


def test_the_secret_key_of_aws_beside_its_id() -> None:
    secret = "q8/Zk3LwT9vX1pRs7Yb2mNc4KdJf6Hg0AeUiOlTx"
    key = "AKIA" + "Q3T7LFZJ4WXN2V5R"
    text = f'aws_access_key_id = "{key}"\nother = 1\naws_secret = "{secret}"\n'
    assert found_in(text) == [("AWS", key), ("AWS", secret)]
    assert found_in(f'digest = "{secret}"\n') == []


def test_webhooks() -> None:
    slack = "k2Lw8xQz71mBvT9pRs7Yb2mN"
    assert found_in(f'"https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{slack}"') == [("Slack", slack)]
    assert found_in(f'"https://hooks.slack.com/services/T00000000/B00000000/{"X" * 24}"') == []


def test_secrets_of_documentation() -> None:
    for known in (
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
        "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
        "ghp_" + "x" * 36,
    ):
        assert found_in(f'key = "{known}"\n') == []


@pytest.mark.parametrize(
    ("kind", "before", "severity"),
    [
        ("API key", "", Severity.NOTE),
        ("API key", "import google.generativeai\n", Severity.ERROR),
        ("API key", "from google import genai\n", Severity.ERROR),
        ("OAuth client secret", "", Severity.NOTE),
        ("OAuth client secret", "app = FastAPI()\n", Severity.ERROR),
    ],
)
def test_a_key_that_pages_show_is_a_note(kind: str, before: str, severity: Severity) -> None:
    row = next(row for row in FORMATS if (row.issuer, row.kind) == ("Google", kind))
    assert severities_in(f'{before}key = "{made(row, Random(kind))}"\n') == [severity]


@pytest.mark.parametrize(("model", "severity"), [("maps", Severity.NOTE), ("genai", Severity.ERROR)])
def test_a_key_in_the_file_of_an_application_is_a_note(model: str, severity: Severity) -> None:
    row = next(row for row in FORMATS if (row.issuer, row.kind) == ("Google", "API key"))
    text = f'{{"for": "{model}", "current_key": "{made(row, Random(model))}"}}'
    source = Source("google-services.json", text.encode())
    context = Context(source, parse(source), Settings())
    assert [finding.severity for finding in secret_in_artifact.check("json", context)] == [severity]


@pytest.mark.parametrize(
    ("kind", "length", "severity"),
    [
        ("RSA ", 810, Severity.NOTE),
        ("RSA ", 1590, Severity.ERROR),
        ("DSA ", 1590, Severity.NOTE),
        ("", 810, Severity.ERROR),
    ],
)
def test_a_private_key_that_no_server_takes_is_a_note(kind: str, length: int, severity: Severity) -> None:
    assert severities_in(f'key = """{private_key(kind, length)}"""\n') == [severity]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("certs/localhost.key", Severity.NOTE),
        ("keys/insecure.pem", Severity.NOTE),
        ("certs/shop.key", Severity.WARNING),
    ],
)
def test_a_private_key_for_this_machine_is_a_note(path: str, severity: Severity) -> None:
    source = Source(path, private_key("", 1590).encode())
    context = Context(source, parse(source), Settings())
    assert [finding.severity for finding in secret_in_artifact.check("pem", context)] == [severity]


def test_a_private_key_that_everybody_is_given_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    key = private_key("RSA ", 1590)
    assert len(list(secrets_in(key))) == 1
    body = "".join(key.split("\n")[1:-1])
    monkeypatch.setattr(_proofs, "_PUBLISHED", frozenset({hashlib.sha256(body.encode()).hexdigest()}))
    assert list(secrets_in(key)) == []


def severities_in(text: str) -> list[Severity | None]:
    source = Source("app.py", text.encode())
    context = Context(source, parse(source), Settings())
    return [finding.severity for finding in known_secret_format.check(context.tree, context)]


def private_key(kind: str, length: int) -> str:
    random = Random(length)
    body = "".join(random.choices(string.ascii_letters + string.digits + "+/", k=length))
    lines = [body[at : at + 64] for at in range(0, length, 64)]
    return "\n".join((f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"))
