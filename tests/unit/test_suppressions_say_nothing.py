"""A suppression is no explanation: a rule that fell silent at one would make it useless."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from harness import Ran

from readlint.analysis.context import Context
from readlint.analysis.guards import comments_at
from readlint.files.source import Source
from readlint.settings.model import Settings

CODE = "import requests\n\n\ndef f(url):\n    answer = requests.get(url, timeout=5)\n    return answer.json()\n"


@pytest.mark.parametrize(
    ("comments", "said"),
    [
        ("# readlint: ignore[RL111] best effort", []),
        ("# may fail", ["# may fail"]),
        ("# may fail  # readlint: ignore[RL111] best effort", ["# may fail"]),
    ],
)
def test_comments_without_suppressions(comments: str, said: list[str]) -> None:
    source = Source("a.py", f"f()  {comments}\n".encode())
    ctx = Context(source, ast.parse(source.text), Settings())
    assert comments_at(ctx.tree.body[0], ctx) == said
    assert len(ctx.comments_in(ctx.tree.body[0])) == len(said)


def test_the_suppression_of_an_ignored_status(lint: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(CODE)
    assert lint("--output-format=concise").codes == ["RL111"]
    assert lint("--add-ignore=the probe is best effort", "--output-format=concise").codes == []
    assert "# readlint: ignore[RL111] the probe is best effort\n" in (tmp_path / "a.py").read_text()
