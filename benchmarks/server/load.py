"""Many callers: how many calls a second, and what becomes of a thousand connections at once."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import httpx

from benchmarks.retrieval import percentiles
from benchmarks.server.calls import asked, fresh, question, searched, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.common import Json
    from benchmarks.server.serving import Served
    from graphmem import Memory

__all__ = ["crowd", "throughput"]


def throughput(served: Served, memory: Memory, users: int, callers: int, seconds: float) -> Json:
    """Calls a second by so many callers at once, over HTTP and as threads on the engine in this process."""
    clients = [served.client() for _ in range(callers)]
    try:
        return {
            "callers": callers,
            "search": {
                "server": _run([_with(searched, one) for one in clients], asked(users, 17), seconds),
                "engine": _run(
                    [lambda user, query: memory.search(query, user_id=user, top_k=10)] * callers,
                    asked(users, 19),
                    seconds,
                ),
            },
            "add": {
                "server": _run([_with(told, one) for one in clients], fresh("server", users, 23), seconds),
                "engine": _run(
                    [lambda user, text: memory.add(text, user_id=user)] * callers,
                    fresh("engine", users, 29),
                    seconds,
                ),
            },
        }
    finally:
        for client in clients:
            client.close()


def _with(call: Callable[[httpx.Client, str, str], None], client: httpx.Client) -> Callable[[str, str], object]:
    return lambda user, text: call(client, user, text)


def _run(callers: list[Callable[[str, str], object]], work: Iterator[tuple[str, str]], seconds: float) -> Json:
    """All callers take from the same work until the time is up."""
    spent: list[float] = []
    lock, end = threading.Lock(), time.monotonic() + seconds

    def repeat(call: Callable[[str, str], object]) -> None:
        while time.monotonic() < end:
            with lock:
                user, text = next(work)
            start = time.perf_counter()
            call(user, text)
            spent.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=repeat, args=(call,)) for call in callers]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"per_second": len(spent) / (time.perf_counter() - start), "ms": percentiles(spent)}


def crowd(served: Served, users: int, connections: int, each: int = 3) -> Json:
    """What so many connections, all open at once, are answered: status -> how often; and what failed otherwise."""
    return asyncio.run(_crowd(served, users, connections, each))


async def _crowd(served: Served, users: int, connections: int, each: int) -> Json:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    found: Counter[str] = Counter()
    spent: list[float] = []
    questions = list(itertools.islice(asked(users, 31), connections * each))

    async def ask(mine: list[tuple[str, str]]) -> None:
        for user, query in mine:
            start = time.perf_counter()
            try:
                answer = await client.post("/v3/memories/search/", json=question(user, query))
                found[str(answer.status_code)] += 1
            except httpx.HTTPError as error:
                found[type(error).__name__] += 1
            spent.append(1000 * (time.perf_counter() - start))

    async with httpx.AsyncClient(
        base_url=served.url, headers=served.headers, timeout=300, limits=limits, trust_env=False
    ) as client:
        await asyncio.gather(*(ask(questions[n::connections]) for n in range(connections)))
    return {"connections": connections, "answers": dict(sorted(found.items())), "ms": percentiles(spent)}
