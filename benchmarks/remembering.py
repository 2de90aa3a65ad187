"""An embedder that encodes each question once, so that comparing many settings costs one embedding each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphmem.embed.base import Embedder, Vectors

__all__ = ["Remembering"]


class Remembering:
    """Wraps an embedder; keeps the vector of every text that was encoded alone, and how long that took."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.milliseconds: dict[str, float] = {}
        self._inner = inner
        self._vectors: dict[str, Vectors] = {}

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._inner.dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts; batches pass through, single texts are remembered."""
        if len(texts) != 1:
            return self._inner.encode(texts)
        text = texts[0]
        if text not in self._vectors:
            start = time.perf_counter()
            self._vectors[text] = self._inner.encode(texts)
            self.milliseconds[text] = 1000 * (time.perf_counter() - start)
        return np.array(self._vectors[text])
