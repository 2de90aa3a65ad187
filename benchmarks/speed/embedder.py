"""Feature-hashed vectors and token vectors of the default model's sizes, in no time: for stores that are only timed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from graphmem.embed.base import MOST_PIECES, TokenStates
from graphmem.embed.hashing import HashingEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Vectors

__all__ = ["TokenHashingEmbedder"]

_DIM = 384
_TOKEN_DIM = 128


class TokenHashingEmbedder(HashingEmbedder):
    """A text is its hashed words and pairs, and each of its words is hashed alike, wherever it stands."""

    token_dim = _TOKEN_DIM

    def __init__(self) -> None:
        super().__init__(_DIM)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        """The same vectors as `encode` and a state for every word."""
        return self.encode(texts), [_states(tuple(text.split())) for text in texts]


def _states(said: tuple[str, ...]) -> TokenStates | None:
    return TokenStates(said, np.stack([_state(word) for word in said])) if 0 < len(said) <= MOST_PIECES else None


@lru_cache(maxsize=100_000)
def _state(word: str) -> Vectors:
    state: Vectors = HashingEmbedder(_TOKEN_DIM).encode([word])[0]
    return state
