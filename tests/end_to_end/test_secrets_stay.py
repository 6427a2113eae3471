"""What is known to be a secret appears in nothing that readlint writes, but in the files that it fixes.

The fixtures of all rules get secrets of many formats for their strings, so that findings, fixes, related places and
flows are full of them. A rule of the test says where they are, as a rule about secrets does.
"""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from random import Random

import pytest
from harness import FORMATS, Pack, Readlint
from made_secrets import BEFORE, some

from readlint.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures"
MARK = "Qz7"  # in every secret several times, so that a part of one is found too
FILLER = f"{MARK}x{MARK}0{MARK}"
SECRETS = {
    "a key of a cloud": f'"AKIA{FILLER}"',
    "a token of a code host": f"'ghp_{FILLER}'",
    "a key of a payment service": f'"sk_live_{FILLER}"',
    "a web token": f'"eyJhbGciOiJub25lIn0.{FILLER}.{FILLER}"',
    "an address with a password": f'"postgresql://app:{FILLER}@db/app"',
    "a password": f'"correct horse {FILLER} staple"',
    "characters beyond ASCII": f'"pässwörd😀{FILLER}"',
    "what markup and shells escape": f'"<&%]\\\\n{FILLER}\\"\\\'|`;$"',
    "a private key": f'"""-----BEGIN PRIVATE KEY-----\n{FILLER}\n{FILLER}\n-----END PRIVATE KEY-----\n"""',
}
RULE = f"""
@RULE.on(ast.Constant)
def check(node, ctx):
    if {MARK!r} in str(node.value):
        text, span = ctx.text(node), ctx.span(node)
        quotes = 3 if text.endswith('"' * 3) else 1
        start = span.column + quotes + text.startswith("b")
        yield RULE.finding(node, data={{"secret": [[span.line, start, span.end_line, span.end_column - quotes]]}})
"""


def planted(text: str, secrets: Iterator[str], phase: int) -> str:
    """Every second string is a secret: all of them would leave the rules too little to know the code by."""
    lines = text.encode().splitlines(keepends=True)
    for number, node in enumerate(strings(ast.parse(text))):
        if number % 2 == phase and node.lineno == node.end_lineno:
            line = lines[node.lineno - 1]
            secret = next(secrets)
            if isinstance(node.value, bytes):
                secret = "b" + secret.encode("ascii", "ignore").decode()
            lines[node.lineno - 1] = line[: node.col_offset] + secret.encode() + line[node.end_col_offset :]
    return b"".join(lines).decode()


def strings(tree: ast.Module) -> list[ast.Constant]:
    """From the end to the start, without documentation and the parts of formatted strings."""
    nodes = list(ast.walk(tree))
    formatted = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    passed_over = formatted | {node.value for node in nodes if isinstance(node, ast.Expr)}
    found = [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str | bytes)]
    kept = [node for node in found if node not in passed_over]
    return sorted(kept, key=lambda node: (node.lineno, node.col_offset), reverse=True)


@pytest.fixture
def tree(pack: Pack, tmp_path: Path) -> Path:
    pack.add("marked", RULE)
    secrets, numbers = cycle(SECRETS.values()), count()
    for file in sorted(FIXTURES.glob("*/*.py")):
        if not file.name.endswith("fixed.py"):
            number = next(numbers)
            try:
                text = planted(file.read_bytes().decode(), secrets, number % 2)
            except (SyntaxError, UnicodeDecodeError):  # of a newer Python, or no text
                continue
            (tmp_path / f"{file.parent.name}_{number}.py".replace("-", "_")).write_bytes(text.encode())
    assert all(secret.encode() in b"".join(texts(tmp_path)) for secret in SECRETS.values())
    return tmp_path


def texts(tree: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(tree.glob("*.py"))]


def test_in_reports_and_in_the_cache(readlint: Readlint, tree: Path) -> None:
    outputs = [f"--output={name}=reports/{name}" for name in FORMATS]
    (tree / "reports").mkdir()
    for _ in range(2):  # the second time from the cache
        ran = readlint("--preview", "--unsafe-fixes", "--show-fixes", "--sarif-suppressed", *outputs)
        assert MARK not in ran.out + ran.err
        written = {
            path: path.read_bytes() for folder in ("reports", ".readlint_cache") for path in files(tree / folder)
        }
        assert len(written) > len(FORMATS)
        assert [path for path, data in written.items() if MARK.encode() in data] == []
    found = json.loads((tree / "reports" / "json").read_bytes())["findings"]
    assert len({finding["code"] for finding in found}) >= 12
    assert any("***" in finding["message"] for finding in found)


def test_nothing_written_tells_which_it_is(readlint: Readlint, tree: Path) -> None:
    """Nor a digest: whoever has the code without the secret could try short ones until the digest is the same."""
    (tree / "reports").mkdir()
    outputs = [f"--output={name}=reports/{name}" for name in FORMATS]
    written = []
    for filler in (FILLER, FILLER.replace("x", "y").replace("0", "1")):
        for file in tree.glob("*.py"):
            file.write_bytes(file.read_bytes().replace(FILLER.encode(), filler.encode()))
        readlint("--preview", "--unsafe-fixes", "--no-baseline", "--no-cache", *outputs)
        readlint("baseline", "write", "--baseline=reports/baseline", status=0)
        written.append({path.name: path.read_bytes().splitlines() for path in files(tree / "reports")})
    assert any(b"RL301" in row for row in written[0]["baseline"])
    assert written[0] == written[1]


def test_in_differences(readlint: Readlint, tree: Path) -> None:
    for arguments in (["--diff", "--unsafe-fixes"], ["--diff", "--add-ignore=the job runs on without it"]):
        ran = readlint(*arguments, "--no-cache")
        assert "***" in ran.out
        assert MARK not in ran.out + ran.err


def test_fixes_keep_it(readlint: Readlint, tree: Path) -> None:
    before = texts(tree)
    # But for those whose fixes take strings out of the source.
    ran = readlint("--fix", "--unsafe-fixes", "--show-fixes", "--no-cache", "--unfixable=secrets,sql")
    assert MARK not in ran.out + ran.err
    after = texts(tree)
    assert before != after
    assert [text.count(MARK.encode()) for text in before] == [text.count(MARK.encode()) for text in after]


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


# The same with what the rules about secrets find by themselves


LEAKY = """
import asyncio
import hmac
import os
import time


def send_{number}(client, body, signature):
    started = time.time()
    try:
        client.post(body, token="{secret}")
    except Exception:
        pass
    took = time.time() - started, "{secret}"  # it was {secret}
    expected = hmac.new(signature, "{secret}".encode(), "sha256").hexdigest()
    return expected == signature, took


async def receive_{number}(queue, client):
    try:
        await queue.get()
    except asyncio.CancelledError:
        pass
    await client.answer("{secret}", "the last message that was received")


API_TOKEN_{number} = os.environ.get("API_TOKEN", "{secret}")
old_token_{number} = "{secret}"  # readlint: ignore[RL401] it was revoked in the spring of last year
"""
CRASH = """
@RULE.on(ast.Call)
def check(node, ctx):
    raise ValueError(ctx.source.text)
    yield
"""


@pytest.fixture
def leaky(tmp_path: Path) -> list[str]:
    """A file for each format; what each holds."""
    secrets = some(Random(20251))
    for number, (row, secret) in enumerate(secrets):
        text = LEAKY.format(number=number, secret=BEFORE.get(row.issuer, "") + secret)
        (tmp_path / f"client_{number}.py").write_text(text)
    return [secret for _, secret in secrets]


def leaked(secrets: list[str], *written: str | bytes) -> list[str]:
    """The secrets of which the last quarter, or sixteen characters at the end or in the middle, were written."""
    everything = b"\n".join(text if isinstance(text, bytes) else text.encode() for text in written).decode("latin-1")
    return [secret for secret in secrets if any(part in everything for part in parts(secret))]


def parts(secret: str) -> tuple[str, ...]:
    middle = max(len(secret) // 2 - 8, 0)
    return secret[-max(len(secret) // 4, 16) :], secret[middle : middle + 16]


def test_found_secrets_in_reports_and_in_the_cache(readlint: Readlint, leaky: list[str], tmp_path: Path) -> None:
    outputs = [f"--output={name}=reports/{name}" for name in FORMATS]
    (tmp_path / "reports").mkdir()
    for change in (False, False, True):  # cold, warm, and with one file changed
        if change:
            (tmp_path / "client_0.py").write_text((tmp_path / "client_0.py").read_text() + "\n")
        ran = readlint("--preview", "--unsafe-fixes", "--show-fixes", "--sarif-suppressed", *outputs)
        written = [path.read_bytes() for name in ("reports", ".readlint_cache") for path in files(tmp_path / name)]
        assert leaked(leaky, ran.out, ran.err, *written) == []
    found = json.loads((tmp_path / "reports" / "json").read_bytes())["findings"]
    assert [finding["code"] for finding in found].count("RL401") >= 5 * len(leaky)
    assert {"RL101", "RL806"} <= {finding["code"] for finding in found}


def test_found_secrets_in_differences(readlint: Readlint, leaky: list[str]) -> None:
    for arguments in (["--diff", "--unsafe-fixes"], ["--diff", "--add-ignore=the job runs on without it"]):
        ran = readlint(*arguments, "--no-cache")
        assert "***" in ran.out
        assert leaked(leaky, ran.out, ran.err) == []


def test_found_secrets_where_files_were_changed(readlint: Readlint, leaky: list[str]) -> None:
    """The imports that fixes add, and lines that suppress, move the secrets that are left."""
    for arguments in (["--fix", "--unsafe-fixes"], ["--add-ignore=the job runs on without it", "--select=RL101,RL401"]):
        ran = readlint(*arguments, "--show-fixes", "--no-cache", "--output-format=text")
        assert ("Suppressed" if "--select=RL101,RL401" in arguments else "Fixed") in ran.out
        assert leaked(leaky, ran.out, ran.err) == []


def test_found_secrets_beside_an_internal_error(readlint: Readlint, pack: Pack, leaky: list[str]) -> None:
    pack.add("crashing", CRASH)
    ran = readlint("--no-cache", status=2)
    assert "ValueError" in ran.out + ran.err
    assert leaked(leaky, ran.out, ran.err) == []


def test_found_secrets_where_fixes_are_asked_for(
    leaky: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", Terminal("n\n" * 2000))
    monkeypatch.setattr("sys.stdout", out)
    main(["check", "--no-cache", "--fix", "--ask", "--unsafe-fixes", "client_0.py", "client_50.py", "client_100.py"])
    assert out.getvalue().count("apply this fix?") >= 9
    assert leaked(leaky, out.getvalue()) == []
