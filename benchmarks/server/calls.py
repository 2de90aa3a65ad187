"""What the callers ask and tell, and how."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from benchmarks.speed.grammar import queries
from benchmarks.stores.world import user_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

__all__ = ["asked", "fresh", "question", "searched", "told"]

_SOME, _MANY = 1000, 1_000_000


def asked(users: int, seed: int = 11) -> Iterator[tuple[str, str]]:
    """Whom to search for, and what."""
    rng = random.Random(seed)
    for query in itertools.cycle(queries(seed, _SOME)):
        yield user_name(rng.randrange(users)), query


def fresh(series: str, users: int, seed: int = 13) -> Iterator[tuple[str, str]]:
    """Who says what, and never the same twice; each series is another's no more."""
    rng = random.Random(seed)
    for number in range(_MANY):
        yield user_name(rng.randrange(users)), f"I went to Oslo. That was trip {number} of the {series}."


def question(user: str, query: str) -> dict[str, Any]:
    """The body of a search."""
    return {"query": query, "filters": {"user_id": user}, "top_k": 10}


def searched(client: httpx.Client, user: str, query: str) -> None:
    """Search over HTTP, with the answer read."""
    client.post("/v3/memories/search/", json=question(user, query)).raise_for_status().json()


def told(client: httpx.Client, user: str, text: str) -> None:
    """Add over HTTP, with the answer read."""
    body = {"messages": [{"role": "user", "content": text}], "user_id": user}
    client.post("/v3/memories/add/", json=body).raise_for_status().json()
