"""Sentences and code without the secrets of a file."""

from __future__ import annotations

import pytest

from readlint.files.secrets import without


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("hunter2", "my_hunter2x", "my_*******x"),
        ("secret", "app.secret_key = 'secret'", "app.secret_key = '******'"),
        ("secret", "the secret: secrets", "the ******: secrets"),
        ("secret", "'a\\nsecret\\nb'", "'a\\n******\\nb'"),
        ("correcthorsebattery", "is_correcthorsebattery", "is_*******************"),
        ("a.b", "axb a.b", "axb ***"),
    ],
)
def test_a_word_is_hidden_where_it_stands_alone(secret: str, text: str, shown: str) -> None:
    assert without([secret], text) == shown
