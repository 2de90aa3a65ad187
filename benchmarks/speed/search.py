"""What searching costs without the question's embedding, how exact it is, and how much memory it takes.

The stores are invented chats (`grammar`) with feature-hashed vectors and token vectors of the default model's
lengths, so that a hundred thousand memories are there in minutes; the sizes of everything are those of real
ones. Measuring happens in a fresh process, so that nothing of the building is counted.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rich.progress import track

from benchmarks.common import Json, resident
from benchmarks.retrieval import percentiles
from benchmarks.speed.embedder import TokenHashingEmbedder
from benchmarks.speed.grammar import GrammarExtractor, chat, queries
from graphmem import Memory
from graphmem.store.base import Channel, Probe, Record
from graphmem.store.sqlite import SqliteStore
from graphmem.types import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from graphmem.store.base import Floats

__all__ = ["build", "exactness", "measure", "run"]

TOP = 10
_EXACT = 200  # questions that are also answered by brute force


class _Spent(NamedTuple):
    """Milliseconds of one search, the question's embedding taken off."""

    total: float
    recall: float
    rank: float


def run(folder: Path, memories: int, users: int, searches: int) -> Json:
    """Build a store of that many memories over that many users, and measure it."""
    path = folder / f"{memories}-{users}.db"
    built = build(path, memories, users)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        measured = fresh.submit(measure, path, users, searches).result()
        exact = fresh.submit(exactness, path, users, searches).result()
    return {"users": users, **built, **measured, "vector_top_10_exact": exact}


def build(path: Path, memories: int, users: int) -> Json:
    """Fill a store through `add` until it holds that many memories, evenly over the users."""
    start, turns = time.perf_counter(), 0
    with _open(path) as memory:
        for number in track(range(users), description=f"build {memories:,} over {users:,}", transient=True):
            turns += _fill(memory, number, memories // users)
        stats = memory.stats()
    return {
        "memories": stats.memories,
        "layers": dict(stats.layers),
        "entities": stats.entities,
        "build_seconds": time.perf_counter() - start,
        "turns": turns,
        "file_bytes": sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")),
    }


def measure(path: Path, users: int, searches: int) -> Json:
    """Search users at random: first searches (which load) and later ones apart, and the memory taken."""
    _warm_up()
    before = resident()
    order = list(range(users)) * -(-searches // users)
    random.Random(5).shuffle(order)
    first: dict[int, _Spent] = {}
    later: list[_Spent] = []
    with _open(path) as memory:
        for user, query in zip(order, queries(7, len(order)), strict=True):
            spent = _search(memory, query, user)
            if first.setdefault(user, spent) is not spent:
                later.append(spent)
        grown = resident() - before
    return {
        "searches": len(order),
        "first_search_ms": percentiles(spent.total for spent in first.values()),
        "search_ms": percentiles(spent.total for spent in later),
        "recall_ms": percentiles(spent.recall for spent in later),
        "rank_ms": percentiles(spent.rank for spent in later),
        "resident_bytes": grown,
    }


def exactness(path: Path, users: int, searches: int) -> float:
    """The share of the ten nearest turns by brute force that the store's vector channel returns."""
    store, embedder = SqliteStore(path), TokenHashingEmbedder()
    vectors = embedder.encode(queries(11, min(searches, _EXACT)))
    shares = []
    for user in range(min(users, len(vectors))):
        scope = Scope(user_id=_name(user))
        turns = np.stack([row.vector for row in _turns(store, scope)])
        shares += [_agreement(store, scope, turns, vector) for vector in vectors[user::users]]
    store.close()
    return float(np.mean(shares))


def _agreement(store: SqliteStore, scope: Scope, turns: Floats, vector: Floats) -> float:
    nearest = np.sort(turns @ vector)[::-1][:TOP]
    now = datetime.now(timezone.utc)
    probe = Probe(scope, now, vector, layers=frozenset({"conversation"}), k=TOP, widen=0, reach=0)
    found = store.recall([probe])[0]
    returned = np.sort(found.cosine[(found.channels & Channel.VECTOR) > 0])[::-1][:TOP]
    # Equal cosines may be cut either way, so the values are compared and not the ids.
    return float(np.isclose(returned, nearest, atol=1e-5).mean()) if len(returned) == len(nearest) else 0.0


def _turns(store: SqliteStore, scope: Scope) -> Iterator[Record]:
    rows = store.dump(scope.tenant, scope.ids())
    return (row for kind, row in rows if kind == "memory" and row.item.layer == "conversation")


def _fill(memory: Memory, user: int, memories: int) -> int:
    count = turns = 0
    for number, session in enumerate(chat(user, memories)):
        events = memory.add(session[: memories - count], user_id=_name(user), session_id=f"{user}/{number}")
        turns += sum(event.layer == "conversation" for event in events)
        count += sum(event.event == "ADD" for event in events)
        if count >= memories:
            break
    return turns


def _search(memory: Memory, query: str, user: int) -> _Spent:
    start = time.perf_counter()
    stages = memory.search(query, user_id=_name(user), top_k=TOP).timings
    total = 1000 * (time.perf_counter() - start)
    return _Spent(total - stages["embed"], stages["recall"], stages["rank"])


def _name(user: int) -> str:
    return f"user-{user}"


def _open(path: Path | str) -> Memory:
    return Memory(str(path), embedder=TokenHashingEmbedder(), extractor=GrammarExtractor())


def _warm_up() -> None:
    """Everything that a first search imports, so that code is not counted as data."""
    with _open(":memory:") as memory:
        memory.add("I live in Turin.", user_id="warm-up")
        memory.search("Where do I live?", user_id="warm-up")


def sizes(text: str) -> Sequence[tuple[int, int]]:
    """`10000x1,100000x1000` as (memories, users) pairs."""
    return [(int(memories), int(users)) for memories, users in (part.split("x") for part in text.split(","))]
