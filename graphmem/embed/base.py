"""The embedding port: `name`, `dim`, `encode(texts) -> float32 (n, dim)` with rows of length 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

__all__ = ["Embedder"]


@runtime_checkable
class Embedder(Protocol):
    """Anything with these three fits; no base class is needed."""

    @property
    def name(self) -> str:
        """Identifies the model: vectors of two names are never compared."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode texts to an array (n, dim) of float32 whose rows have length 1."""
        ...
