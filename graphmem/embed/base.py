"""The embedding ports: `name`, `dim`, `encode(texts) -> float32 (n, dim)` with rows of length 1; and, for models that
have them, `encode_tokens`: in the same pass also a vector for every piece of a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

__all__ = ["MOST_PIECES", "SCALE", "Embedder", "TokenEmbedder", "TokenStates"]

MOST_PIECES = 128
"""A text of more pieces than this has no token vectors: they would take more room than they are worth."""
SCALE = 127
"""What a number of a token vector is multiplied with before it is kept in one byte."""


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


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What a model makes of each piece of a text where it stands; special tokens are left out."""

    words: tuple[str, ...]
    """(t) the word of the text that each piece belongs to; a word of several pieces comes several times."""
    vectors: Vectors
    """(t, d) rows of length 1."""

    def quantised(self) -> NDArray[np.int8]:
        """The vectors in a byte a number, times SCALE: a cosine of two moves by 0.003 or so."""
        return np.rint(self.vectors * SCALE).astype(np.int8)


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An embedder that can also tell the states of tokens, for late interaction (ColBERT; Khattab and Zaharia, 2020).

    Who has no `encode_tokens` is used without.
    """

    @property
    def token_dim(self) -> int:
        """The length of a token vector; 0 if this model has none after all."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        """The vectors that `encode` makes of these texts, and the states of each; None for a text without any piece
        or with more than MOST_PIECES, and for all if the model has none."""
        ...
