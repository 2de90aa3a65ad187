"""What tests of the LLM extractor share."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from graphmem.extract.base import Context
from graphmem.extract.llm import LLMExtractor
from graphmem.types import Message
from tests.engine import SPACY

if TYPE_CHECKING:
    from graphmem import Memory
    from graphmem.extract.base import Drafts
    from graphmem.types import Layer
    from tests.extract_llm.server import Server

NOW = datetime(2026, 3, 18, 10, tzinfo=timezone.utc)
KIM = Context(now=NOW, user="Kim")


def asking(server: Server, **options: Any) -> LLMExtractor:
    """An extractor that asks a server, without long pauses."""
    given: dict[str, Any] = {"fallback": SPACY, "backoff": 0.01, "timeout": 5.0, "rest": 0.001}
    return LLMExtractor(server.url, "stub", **{**given, **options})


def drafts(extractor: LLMExtractor, *said: str | Message, context: Context = KIM) -> Drafts:
    """What it makes of some messages."""
    return extractor.extract([m if isinstance(m, Message) else Message(content=m) for m in said], context)


def ties(found: Drafts, turn: int | None = None) -> set[tuple[str, str, str]]:
    """The relations as triples."""
    return {(r.subject, r.type, r.object) for r in found.relations if turn in (None, r.turn)}


def stored(memory: Memory, user_id: str, layer: Layer) -> list[str]:
    """The texts that a layer holds."""
    return [item.memory for item in memory.get_all(user_id=user_id, filters={"layer": layer}, page_size=100)]
