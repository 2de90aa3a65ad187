"""An embedder that encodes each question once, so that rows of settings do not pay for it again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from graphmem.embed.base import TokenEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Embedder, TokenStates, Vectors

__all__ = ["Remembering"]


_FEW = 8  # more texts than this are being written, not asked for


class Remembering:
    """Wraps an embedder; keeps what it made of every small batch, and how long that took when it was new.

    It has token states if the wrapped embedder has.
    """

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.milliseconds = 0.0
        """What the last batch took when it was new."""
        self._inner = inner
        self._known: dict[tuple[str, ...], tuple[Vectors, list[TokenStates | None], float]] = {}

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._inner.dim

    @property
    def token_dim(self) -> int:
        """The length of a token vector; 0 without any."""
        return self._inner.token_dim if isinstance(self._inner, TokenEmbedder) else 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; large batches pass through, small ones are remembered."""
        return self.encode_tokens(texts)[0] if len(texts) <= _FEW else self._inner.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        """Encode texts with their token states; large batches pass through, small ones are remembered."""
        if len(texts) > _FEW:
            return self._pass(texts)
        batch = tuple(texts)
        if batch not in self._known:
            start = time.perf_counter()
            vectors, states = self._pass(texts)
            self._known[batch] = vectors, states, 1000 * (time.perf_counter() - start)
        vectors, states, self.milliseconds = self._known[batch]
        copied: Vectors = vectors.copy()
        return copied, list(states)

    def _pass(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        if isinstance(self._inner, TokenEmbedder):
            return self._inner.encode_tokens(texts)
        return self._inner.encode(texts), [None] * len(texts)
