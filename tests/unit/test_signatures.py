"""Signatures tell which files may hold a word, one by one and in a table of many."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from readlint.signatures import bits_of, having, signature_of, table_of

TEXTS = st.lists(st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"])).map(" ".join), max_size=40)


def test_a_signature_has_all_words_and_few_others() -> None:
    words = [f"name_{number}" for number in range(200)]
    held = signature_of(" ".join(words).encode())
    assert all(signature_of(word.encode()) & held == signature_of(word.encode()) for word in words)
    others = [signature_of(f"other_{number}".encode()) for number in range(1000)]
    assert sum(bits & held == bits for bits in others) < 100


@given(TEXTS, st.sampled_from(["alpha", "alpha beta", "gamma", "epsilon", ""]))
def test_a_table_says_what_each_signature_says(texts: list[str], words: str) -> None:
    signatures = [signature_of(text.encode()) for text in texts]
    wanted = signature_of(words.encode())
    with patch("readlint.signatures._AT_ONCE", 8):
        table = table_of(signatures)
    expected = {index for index, signature in enumerate(signatures) if signature & wanted == wanted}
    assert set(bits_of(having(table, len(signatures), wanted))) == expected
