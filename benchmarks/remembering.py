"""An embedder that encodes each question once, so that rows of settings do not pay for it again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Embedder, Vectors

__all__ = ["Remembering"]


_FEW = 8  # more texts than this are being written, not asked for


class Remembering:
    """Wraps an embedder; keeps the vectors of every small batch, and how long it took when it was new."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.milliseconds = 0.0
        """What the last batch took when it was new."""
        self._inner = inner
        self._known: dict[tuple[str, ...], tuple[Vectors, float]] = {}

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._inner.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; large batches pass through, small ones are remembered."""
        if len(texts) > _FEW:
            return self._inner.encode(texts)
        batch = tuple(texts)
        if batch not in self._known:
            start = time.perf_counter()
            vectors = self._inner.encode(texts)
            self._known[batch] = vectors, 1000 * (time.perf_counter() - start)
        vectors, self.milliseconds = self._known[batch]
        copied: Vectors = vectors.copy()
        return copied
