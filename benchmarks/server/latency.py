"""One caller: the same call to the engine in this process and to the server, by turns."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.retrieval import percentiles
from benchmarks.server.calls import asked, fresh, searched, told
from benchmarks.stores import ratios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

    from benchmarks.common import Json
    from graphmem import Memory

__all__ = ["measure"]

_TOP = 10


def measure(memory: Memory, client: httpx.Client, users: int, calls: int) -> Json:
    """Milliseconds of `search` and `add` in process and over HTTP, and how much the server adds to the median."""
    questions, sayings = asked(users), fresh("latency", users)

    def search_here(user: str, query: str) -> object:
        return memory.search(query, user_id=user, top_k=_TOP, threshold=0.1, order="score")

    def add_here(user: str, text: str) -> object:
        return memory.add([{"role": "user", "content": text}], user_id=user)

    return {
        "calls": calls,
        "search": _paired(questions, calls, search_here, lambda user, query: searched(client, user, query)),
        "add": _paired(sayings, calls, add_here, lambda user, text: told(client, user, text)),
    }


def _paired(
    work: Iterator[tuple[str, str]], calls: int, here: Callable[[str, str], object], there: Callable[[str, str], object]
) -> Json:
    """Each gets arguments of its own, so that no `add` repeats another; the first tenth does not count."""
    spent: dict[str, list[float]] = {"engine": [], "server": []}
    for number in range(calls + calls // 10):
        both: list[tuple[str, Callable[[str, str], object]]] = [("engine", here), ("server", there)]
        for name, call in both if number % 2 else reversed(both):
            user, text = next(work)
            start = time.perf_counter()
            call(user, text)
            spent[name].append(1000 * (time.perf_counter() - start))
    counted = {name: values[calls // 10 :] for name, values in spent.items()}
    found: dict[str, Any] = {f"{name}_ms": percentiles(values) for name, values in counted.items()}
    return found | {"added_ms": ratios.between_medians(counted["server"], counted["engine"])}
