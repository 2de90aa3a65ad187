"""An embedder with token vectors and without a model, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.embed.base import MOST_PIECES, TokenStates
from graphmem.embed.hashing import HashingEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Vectors


class Words(HashingEmbedder):
    """Somebody else's embedder: a text is its words, and each of them stands for itself."""

    def __init__(self, dim: int = 32, name: str | None = None) -> None:
        super().__init__(dim)
        self.name = name or f"words-{dim}"
        self.passes = 0

    @property
    def token_dim(self) -> int:
        return self.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.passes += 1
        return super().encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        states = [(tuple(text.split()), HashingEmbedder.encode(self, text.split())) for text in texts]
        return self.encode(texts), [TokenStates(*one) if len(one[0]) <= MOST_PIECES else None for one in states]
