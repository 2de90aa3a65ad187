"""How long the parts of an `add` take: the models and what is read from them, each timed where the engine asks it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graphmem.embed.sentence_transformers import SentenceTransformerEmbedder
from graphmem.extract.spacy import SpacyExtractor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphmem.embed.base import TokenStates, Vectors
    from graphmem.extract.base import Context, Drafts
    from graphmem.types import Message

__all__ = ["Clock", "TimedEmbedder", "TimedExtractor"]


class Clock:
    """Adds up seconds by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is done within counts for this part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def shares(self, total: float) -> dict[str, float]:
        """The share of each part in so many seconds; reading is what extraction takes besides parsing."""
        embedding, parsing = self.seconds["embedding"], self.seconds["parsing"]
        reading = self.seconds["extraction"] - parsing
        parts = {"embedding": embedding, "parsing": parsing, "reading the parses": reading}
        parts["entities, facts and storage"] = total - sum(parts.values())
        return {name: seconds / total for name, seconds in parts.items()}


class TimedEmbedder:
    """The default embedder, timed."""

    def __init__(self, inner: SentenceTransformerEmbedder, clock: Clock) -> None:
        self._inner, self._clock = inner, clock
        self.name, self.dim, self.token_dim = inner.name, inner.dim, inner.token_dim

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the default embedder does."""
        with self._clock.part("embedding"):
            return self._inner.encode(texts)

    def encode_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenStates | None]]:
        """As the default embedder does."""
        with self._clock.part("embedding"):
            return self._inner.encode_tokens(texts)


class TimedExtractor:
    """The default extractor over a given parser, timed, and within it the parser."""

    def __init__(self, parser: Any, clock: Clock) -> None:
        self._clock = clock
        self._inner = SpacyExtractor(_TimedParser(parser, clock))

    def extract(self, messages: Sequence[Message], context: Context) -> Drafts:
        """As the default extractor does."""
        with self._clock.part("extraction"):
            return self._inner.extract(messages, context)


class _TimedParser:
    def __init__(self, inner: Any, clock: Clock) -> None:
        self._inner, self._clock = inner, clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def pipe(self, *given: Any, **options: Any) -> list[Any]:
        """As the parser does, but all at once."""
        with self._clock.part("parsing"):
            return list(self._inner.pipe(*given, **options))
