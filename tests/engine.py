"""What tests of the engine share: a clock that stands still, one loaded extractor, and a way to open a Memory."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from graphmem import Memory, Settings
from graphmem.embed.sentence_transformers import SentenceTransformerEmbedder
from graphmem.extract.spacy import SpacyExtractor
from tests import neo4j_stores

if TYPE_CHECKING:
    from pathlib import Path

    from graphmem import SearchResults
    from graphmem.types import Events, Layer

START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
SPACY = SpacyExtractor()
MINILM = SentenceTransformerEmbedder()
"""One of each for all tests: loading a model costs more than any of them."""


without_server = pytest.mark.parametrize("memory", ["networkx", "sqlite"], indirect=True)
"""For what is refused before any store is asked: servers need not be asked too."""


class Clock:
    """A wall clock that moves only when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Move on by `timedelta(**parts)`."""
        self.now += timedelta(**parts)


def open_memory(kind: str, folder: Path, clock: Clock | None = None, **options: Any) -> Memory:
    """An engine on an empty store of a kind, with the real extractor and the hashing embedder."""
    url = _url(kind, folder)
    settings = options.pop("settings", None) or Settings(clock=clock or Clock())
    given = {"embedder": "hashing", "extractor": SPACY, "settings": settings, **options}
    return Memory(url, **given)


def _url(kind: str, folder: Path) -> str:
    """Of an empty store."""
    if kind in neo4j_stores.KINDS:
        return neo4j_stores.empty(kind).whole
    return ":memory:" if kind == "networkx" else str(folder / "memory.db")


def texts(found: SearchResults, layer: Layer | None = None) -> list[str]:
    """The texts of hits, in order, of one layer or of all."""
    return [hit.memory for hit in found if layer in (None, hit.layer)]


def changes(events: Events) -> list[tuple[str, str]]:
    """(event, layer) of each event, in order."""
    return [(event.event, event.layer) for event in events]
