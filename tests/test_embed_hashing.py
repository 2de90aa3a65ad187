"""The hashing embedder: unit rows, the same everywhere, near when words are shared."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.embed.base import Embedder
from graphmem.embed.hashing import HashingEmbedder
from graphmem.errors import InvalidInput

EMBEDDER = HashingEmbedder()
EXPECTED = {34: 0.5774, 72: -0.5774, 116: -0.5774}
"""Where "green", "tea" and "green tea" count, and with which sign."""


def test_it_is_an_embedder() -> None:
    assert isinstance(EMBEDDER, Embedder)
    assert (EMBEDDER.name, EMBEDDER.dim) == ("hashing-256", 256)
    assert EMBEDDER.encode([]).shape == (0, 256)


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(1, 64))
def test_rows_have_length_one_whatever_the_text(texts: list[str], dim: int) -> None:
    rows = HashingEmbedder(dim).encode(texts)
    assert rows.shape == (len(texts), dim)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_text_has_one_vector_on_every_machine() -> None:
    row = EMBEDDER.encode(["Green tea"])[0]
    assert {int(at): round(float(row[at]), 4) for at in np.flatnonzero(row)} == EXPECTED
    np.testing.assert_array_equal(row, EMBEDDER.encode(["x", "green TEAS"])[1])


def test_shared_words_make_texts_near() -> None:
    tea, more, other = EMBEDDER.encode(["I like green tea", "Green tea is what I like", "The train to Oslo was late"])
    assert float(tea @ more) > 0.5 > abs(float(tea @ other))


def test_the_order_of_words_counts() -> None:
    a, b = EMBEDDER.encode(["dog bites man", "man bites dog"])
    assert 0.3 < float(a @ b) < 0.9


def test_a_vector_needs_a_dimension() -> None:
    with pytest.raises(InvalidInput, match="dim"):
        HashingEmbedder(0)
