"""Encoding: texts become checked vectors, and token vectors where the embedder has them, each in one pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from graphmem import texts
from graphmem.errors import EmbedderMismatch, InvalidInput
from graphmem.store.base import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.embed.base import Embedder, TokenEmbedder, TokenStates, Vectors
    from graphmem.reconcile import Reconciled
    from graphmem.store.base import Store, Tokens
    from graphmem.types import MemoryItem

__all__ = ["Encoded", "Encoder"]

_UNIT = 0.01
"""How far from 1 the length of a vector may be: models of half precision are that rough."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """Texts as vectors, and some of them as token vectors too."""

    vectors: Mapping[str, Vectors]
    tokens: Mapping[str, Tokens]

    def tokens_of(self, item: MemoryItem) -> Tokens | None:
        """The token vectors of a raw turn; nothing else has any, a fact is found by those of its turn."""
        return self.tokens.get(texts.embedded(item)) if item.layer == "conversation" else None

    def completed(self, done: Reconciled) -> Reconciled:
        """The same with the token vectors of the raw turns that are written."""
        memories = [replace(record, tokens=self.tokens_of(record.item)) for record in done.changes.memories]
        return replace(done, changes=replace(done.changes, memories=memories))


class Encoder:
    """Makes the vectors of one store's texts with one embedder.

    Args:
        embedder: Of any kind; one that is a `TokenEmbedder` tells token vectors too.
        store: Whose vectors must come from that embedder.
        token_vectors: False: no token vectors are made, whatever the embedder can do.
    """

    def __init__(self, embedder: Embedder, store: Store, *, token_vectors: bool) -> None:
        self.embedder = embedder
        self._store = store
        # Not isinstance: it would ask for `dim`, for which a model may have to be loaded.
        able = token_vectors and hasattr(embedder, "encode_tokens")
        self._tokens = cast("TokenEmbedder", embedder) if able else None

    # ---------------------------------------------------------------- of texts

    def encode(self, wanted: Iterable[str]) -> dict[str, Vectors]:
        """Text -> unit vector, each distinct text encoded once.

        Raises:
            EmbedderMismatch: the store's vectors come from another embedder.
        """
        self.check()
        distinct = list(dict.fromkeys(wanted))
        return dict(zip(distinct, self.embed(distinct), strict=True)) if distinct else {}

    def encode_turns(self, wanted: Iterable[str], *, tokens: bool = True) -> Encoded:
        """The same with the token vectors of each text, as they are stored, if `tokens`.

        Raises:
            EmbedderMismatch: the store's vectors come from another embedder.
        """
        if not tokens:
            return Encoded(self.encode(wanted), {})
        self.check()
        return self.embed_turns(wanted)

    def encode_question(self, wanted: Iterable[str]) -> tuple[dict[str, Vectors], dict[str, TokenStates] | None]:
        """Text -> unit vector, and text -> token states, for comparing with what is stored.

        None in place of the states if there can be none; a text that is too long for them is not among them.

        Raises:
            EmbedderMismatch: the store's vectors come from another embedder.
        """
        self.check()
        distinct = list(dict.fromkeys(wanted))
        vectors, states = self._passed(distinct)
        return dict(zip(distinct, vectors, strict=True)), None if self._tokens is None else _found(distinct, states)

    # ---------------------------------------------------------------- whatever the store holds

    def embed(self, wanted: Sequence[str]) -> Vectors:
        """The embedder's vectors `(n, dim)`, checked; whatever the store holds.

        Raises:
            InvalidInput: the embedder does not keep its contract.
        """
        return self._checked(self.embedder.encode(wanted), len(wanted))

    def embed_turns(self, wanted: Iterable[str]) -> Encoded:
        """Like `encode_turns`, whatever the store holds."""
        distinct = list(dict.fromkeys(wanted))
        vectors, states = self._passed(distinct)
        tokens = {text: one.quantised() for text, one in _found(distinct, states).items()}
        return Encoded(dict(zip(distinct, vectors, strict=True)), tokens)

    def _passed(self, wanted: Sequence[str]) -> tuple[Vectors, Sequence[TokenStates | None]]:
        if not wanted or self._tokens is None:
            vectors = self.embed(wanted) if wanted else np.zeros((0, self.embedder.dim), np.float32)
            return vectors, [None] * len(wanted)
        made, states = self._tokens.encode_tokens(wanted)
        return self._checked(made, len(wanted)), states

    def _checked(self, made: object, count: int) -> Vectors:
        try:
            vectors = np.asarray(made, dtype=np.float32)
            shape = str(vectors.shape)
        except (TypeError, ValueError):  # rows of different lengths, or no numbers at all
            vectors, shape = np.zeros(0, np.float32), "no shape at all"
        right = vectors.shape == (count, self.embedder.dim)
        if not right or not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=_UNIT):
            raise InvalidInput(
                f"the embedder {self.embedder.name!r} returned an array of shape {shape} for {count} texts: it "
                f"must return float32 of shape ({count}, {self.embedder.dim}) with rows of length 1"
            )
        return vectors

    # ---------------------------------------------------------------- whose vectors they are

    @property
    def fingerprint(self) -> Fingerprint:
        """Of the embedder in use."""
        return Fingerprint(self.embedder.name, self.embedder.dim)

    def check(self) -> None:
        """Refuse to mix vectors.

        Raises:
            EmbedderMismatch: the store's vectors come from another embedder.
        """
        stamp, mine = self._store.fingerprint(), self.fingerprint
        if stamp is not None and stamp != mine:
            raise EmbedderMismatch(
                f"this store was embedded with {stamp.name!r} ({stamp.dim} numbers a vector), but the embedder in use "
                f"is {mine.name!r} ({mine.dim}): open it with embedder={stamp.name!r}, or embed it anew with "
                "`graphmem reembed`"
            )


def _found(wanted: Sequence[str], states: Sequence[TokenStates | None]) -> dict[str, TokenStates]:
    return {text: one for text, one in zip(wanted, states, strict=True) if one is not None}
