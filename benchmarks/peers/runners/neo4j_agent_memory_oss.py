"""neo4j-agent-memory without a language model: messages with their role and time, found by `search_messages`.

Its search takes a session and does not look only there (0.8.0), so one haystack is in the database at a time:
no other's messages are in the way. Entities are not extracted, since that search does not read them.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from benchmarks.peers.runners import model as model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.peers.exchange import Asked, Unit, Work

URL = "PEERS_NEO4J"
"""The variable with the server's url, its login in it."""


def rank(work: Work) -> Iterator[tuple[str, list[str]]]:
    """Every question's ranking."""
    for scope, units in work.scopes().items():
        asked = [one for one in work.questions if one.scope == scope]
        yield from asyncio.run(_haystack(scope, units, asked, work.depth))


async def _haystack(
    scope: str, units: Sequence[Unit], asked: Sequence[Asked], depth: int
) -> list[tuple[str, list[str]]]:
    from neo4j_agent_memory import MemoryClient

    async with MemoryClient(_settings()) as client:
        await client.short_term.add_messages_batch(scope, [_message(unit) for unit in units])
        found = [
            (one, await client.short_term.search_messages(one.text, session_id=scope, limit=depth)) for one in asked
        ]
        await client.short_term.clear_session(scope)
    return [(one.qid, [str(message.metadata["unit"]) for message in messages]) for one, messages in found]


def _message(unit: Unit) -> dict[str, Any]:
    timed = {"timestamp": unit.date} if unit.date else {}
    return {"role": unit.role, "content": unit.said(), "metadata": {"unit": unit.id}, **timed}


class Embedder:
    """What neo4j-agent-memory asks of one."""

    model = "all-MiniLM-L6-v2"
    dimensions = model_of.DIMENSIONS

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of texts."""
        return [vector.tolist() for vector in model_of.encode(texts)] if texts else []

    async def embed_one(self, text: str) -> list[float]:
        """The vector of a text."""
        return (await self.embed([text]))[0]


def _settings() -> Any:
    from neo4j_agent_memory import MemorySettings

    url = urlsplit(os.environ[URL])
    return MemorySettings(
        neo4j={
            "uri": f"{url.scheme}://{url.hostname}:{url.port}",
            "username": unquote(url.username or "neo4j"),
            "password": unquote(url.password or ""),
        },
        embedding=Embedder(),
        llm=None,
        extraction={"extractor_type": "none"},
    )
