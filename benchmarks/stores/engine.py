"""The engine with its own embedder and extractor on each store, where the models take most of the time."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks.remembering import Remembering
from benchmarks.retrieval import percentiles
from benchmarks.speed.grammar import chat, queries
from benchmarks.stores.bare import TOP
from benchmarks.stores.world import user_name
from graphmem import Memory, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.common import Json
    from benchmarks.stores.places import Place
    from graphmem.embed.base import Embedder

__all__ = ["compare"]

_USERS = 10
_MEMORIES_A_TURN = 1.8  # that the default extractor finds in such chats, the turn included


def compare(places: Mapping[str, Place], memories: int, searches: int) -> Json:
    """Messages a second through `add`, and milliseconds a search, on each store."""
    embedder, turns = build.embedder(None), round(memories / _MEMORIES_A_TURN / _USERS)
    spent = _write(places, embedder, turns)
    result: Json = {"users": _USERS, "messages": turns * _USERS, "searches": searches}
    for name, place in places.items():
        with Memory(place.url, embedder=(remembering := Remembering(embedder))) as memory:
            result[name] = {
                "memories": memory.stats().memories,
                "messages_per_second": turns * _USERS / spent[name],
                **_search(memory, remembering, searches),
            }
    return result


def _write(places: Mapping[str, Place], embedder: Embedder, turns: int) -> dict[str, float]:
    """Seconds of each store; each session goes to all of them before the next one."""
    extractor, spent = build.extractor(None), dict.fromkeys(places, 0.0)
    with ExitStack() as stack:
        memories = {
            name: stack.enter_context(Memory(place.url, embedder=embedder, extractor=extractor))
            for name, place in places.items()
        }
        for memory in memories.values():
            memory.add("My name is Ada and I live in Turin.", user_id="warm-up")
        for user in range(_USERS):
            for number, session in enumerate(chat(user, turns)):
                for name, memory in memories.items():
                    start = time.perf_counter()
                    memory.add(list(session), user_id=user_name(user), session_id=f"{user}/{number}")
                    spent[name] += time.perf_counter() - start
    return spent


def _search(memory: Memory, embedder: Remembering, searches: int) -> Json:
    """Each question twice: the second time its vector is remembered, and what that took is added."""
    with_embedding, without = [], []
    for number, query in enumerate(queries(7, searches)):
        user = user_name(number % _USERS)
        memory.search(query, user_id=user, top_k=TOP)
        start = time.perf_counter()
        memory.search(query, user_id=user, top_k=TOP)
        without.append(1000 * (time.perf_counter() - start))
        with_embedding.append(without[-1] + embedder.milliseconds)
    return {"search_with_embedding_ms": percentiles(with_embedding), "search_ms": percentiles(without)}
