"""Word n-grams hashed into a vector: no model, no file, the same everywhere. For tests and offline use."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from graphmem import words
from graphmem.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Vectors

__all__ = ["HashingEmbedder"]


class HashingEmbedder:
    """Feature hashing (Weinberger et al., 2009) of stemmed words and pairs: texts that share words are near.

    Args:
        dim: The length of a vector.
    """

    def __init__(self, dim: int = 256) -> None:
        if dim < 1:
            raise InvalidInput(f"dim is {dim}: a vector needs at least one number")
        self.dim = dim
        self.name = f"hashing-{dim}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts to an array (n, dim) of float32 whose rows have length 1."""
        import numpy as np

        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature, times in _features(text).items():
                at, sign = _place(feature, self.dim)
                row[at] += sign * times**0.5
            if not row.any():  # two features may cancel out
                row[_place(text, self.dim)[0]] = 1.0
            row /= np.linalg.norm(row)
        return rows


def _features(text: str) -> Counter[str]:
    terms = words.terms(text) or [text]
    return Counter([*terms, *(f"{a} {b}" for a, b in pairwise(terms))])


def _place(feature: str, dim: int) -> tuple[int, int]:
    """Where a feature counts, and with which sign."""
    number = int.from_bytes(hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    return (number >> 1) % dim, 1 if number & 1 else -1
