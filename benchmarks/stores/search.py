"""Searching: everything that `search` does, beside the bare vector query on the same server, in one loop.

Users are drawn at random. Whichever of the two came first comes second the next time, so that noise hits both.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.retrieval import percentiles
from benchmarks.speed.grammar import queries
from benchmarks.stores import ratios
from benchmarks.stores.bare import TOP
from benchmarks.stores.world import DenseEmbedder, RelatingExtractor, user_name
from graphmem import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.common import Json
    from benchmarks.stores.bare import Bare
    from benchmarks.stores.places import Place

__all__ = ["measure"]


class _Spent(NamedTuple):
    """Milliseconds of one search without the question's embedding, of its parts, and of the bare query."""

    search: float
    recall: float
    rank: float
    bare: float


class _Searcher:
    """Searches one place, and asks the bare query of the same user with the same vector."""

    def __init__(self, memory: Memory, embedder: DenseEmbedder, bare: Bare | None) -> None:
        self._memory, self._embedder, self._bare = memory, embedder, bare

    def both(self, query: str, user: str, ours_first: bool) -> _Spent:
        vector = self._embedder.encode([query])[0].tolist()
        before = 0.0 if ours_first else self._nearest(user, vector)
        search, recall, rank = self._search(query, user)
        return _Spent(search, recall, rank, self._nearest(user, vector) if ours_first else before)

    def _search(self, query: str, user: str) -> tuple[float, float, float]:
        embedding, start = self._embedder.seconds, time.perf_counter()
        stages = self._memory.search(query, user_id=user, top_k=TOP).timings
        total = time.perf_counter() - start - (self._embedder.seconds - embedding)
        return 1000 * total, stages["recall"], stages["rank"]

    def _nearest(self, user: str, vector: Sequence[float]) -> float:
        if self._bare is None:
            return 0.0
        start = time.perf_counter()
        self._bare.nearest(user, vector)
        return 1000 * (time.perf_counter() - start)


def measure(place: Place, bare: Bare | None, users: int, searches: int) -> Json:
    """Search that often, after as many searches that do not count."""
    embedder = DenseEmbedder()
    with Memory(place.url, embedder=embedder, extractor=RelatingExtractor()) as memory:
        searcher = _Searcher(memory, embedder, bare)
        asked = zip(_users(users), queries(7, 2 * searches), strict=False)
        spent = [searcher.both(query, user, n % 2 == 0) for n, (user, query) in enumerate(asked)][searches:]
    return {"searches": searches, **_summary(spent, bare is not None)}


def _users(users: int) -> Iterator[str]:
    """Everybody once, in any order, then anybody."""
    rng = random.Random(5)
    order = list(range(users))
    rng.shuffle(order)
    yield from map(user_name, order)
    while True:
        yield user_name(rng.randrange(users))


def _summary(spent: Sequence[_Spent], with_bare: bool) -> Json:
    columns = {name: [getattr(one, name) for one in spent] for name in _Spent._fields}
    found: Json = {f"{name}_ms": percentiles(values) for name, values in columns.items() if name != "bare" or with_bare}
    if with_bare:
        found |= {
            f"{name}_over_bare": ratios.of_medians(columns[name], columns["bare"]) for name in ("search", "recall")
        }
    return found
