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
    """Notes when each part was at work; the models work side by side."""

    def __init__(self) -> None:
        self._spans: list[tuple[float, float, str]] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is done within counts for this part."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._spans.append((start, time.perf_counter(), name))

    def shares(self, total: float) -> dict[str, float]:
        """Of so many seconds: how much of them each part was at work, and how much none was."""
        embedding, parsing, extraction = (self._seconds(name) for name in ("embedding", "parsing", "extraction"))
        parts = {"embedding": embedding, "parsing": parsing, "reading the parses": extraction - parsing}
        parts["neither: entities, facts, storage"] = total - self._busy()
        return {name: seconds / total for name, seconds in parts.items()}

    def _seconds(self, name: str) -> float:
        return sum(end - start for start, end, part in self._spans if part == name)

    def _busy(self) -> float:
        """Seconds in which any part was at work."""
        seconds = until = 0.0
        for start, end, _ in sorted(self._spans):
            seconds += max(0.0, end - max(start, until))
            until = max(until, end)
        return seconds


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
