"""What is offered for a migration that others follow: it has run, and nothing comes behind it but these."""

from __future__ import annotations

import json
from pathlib import Path

from harness import Readlint

REVISION = """\
from alembic import op

revision = "{0}"
down_revision = "{1}"


def upgrade():
    {2}
"""
KEY = 'op.create_foreign_key("orders_user", "orders", "users", ["user_id"], ["id"])'


def test_no_constraint_is_left_unvalidated(readlint: Readlint, tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "b2.py").write_text(REVISION.format("b2", "a1", KEY))
    for is_followed in (False, True):
        if is_followed:
            (versions / "c3.py").write_text(REVISION.format("c3", "b2", "pass"))
        found = json.loads(readlint("--select=RL505", "--output-format=json").out)["findings"]
        assert [(one["code"], one.get("fix") is None) for one in found] == [("RL505", is_followed)]
