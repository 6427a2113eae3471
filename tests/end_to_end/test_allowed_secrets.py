"""`readlint secrets allow`: the value is written nowhere, and what was allowed is no finding any more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import Readlint

SECRETS = {
    "token": "squ_7d93f0a1c25be84f6d0937ab12c8e45f9063bd1e",  # readlint: ignore[RL401] made up for this test
    "password": "vT9$kq2Lw8",
    "address": "zX4kq7Lm2p",
}
CODE = f"""\
TOKEN = "{SECRETS["token"]}"
PASSWORD = "{SECRETS["password"]}"
URL = "postgresql://app:{SECRETS["address"]}@db.acme.io/app"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.readlint]\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "client.py").write_text(CODE)
    return tmp_path


def test_one_after_the_other(readlint: Readlint, project: Path) -> None:
    for line, left in ((1, ["RL402", "RL403"]), (3, ["RL402"]), (2, [])):
        ran = readlint("secrets", "allow", f"src/client.py:{line}", '--reason=made for "tests"', status=0)
        file = (project / "readlint-secrets.toml").read_text()
        assert not any(secret in ran.out + ran.err + file for secret in SECRETS.values())
        # With a cache: a changed file of allowed secrets makes a remembered run worthless.
        assert readlint("--output-format=concise", "src").codes == left
        assert readlint("--output-format=concise", "src").codes == left


def test_all_of_a_folder_with_its_own_key(readlint: Readlint, project: Path) -> None:
    readlint("secrets", "allow", "src", "--reason=made for tests", status=0)
    assert readlint("src", status=0).codes == []
    first = (project / "readlint-secrets.toml").read_text()
    (project / "readlint-secrets.toml").unlink()
    assert readlint("--output-format=concise", "src").codes == ["RL401", "RL402", "RL403"]
    readlint("secrets", "allow", "src", "--reason=made for tests", status=0)
    second = (project / "readlint-secrets.toml").read_text()
    assert not set(re.findall("[0-9a-f]{32}", first)) & set(re.findall("[0-9a-f]{32}", second))


def test_another_secret_at_the_same_place_is_found(readlint: Readlint, project: Path) -> None:
    readlint("secrets", "allow", "src", "--reason=made for tests", status=0)
    (project / "src" / "client.py").write_text(CODE.replace("$", "%"))
    assert readlint("--output-format=concise", "src").codes == ["RL402"]


def test_mistakes(readlint: Readlint, project: Path) -> None:
    assert "no secret was found" in readlint("secrets", "allow", "src/client.py:9", "--reason=x", status=2).err
    assert "--reason" in readlint("secrets", "allow", "src/client.py:1", status=2).err
    (project / "readlint-secrets.toml").write_text("allowed = 3\n")
    assert "needs a `key`" in readlint("src", status=2).err
