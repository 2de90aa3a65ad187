"""Writing: the same changes to every store in turn, and the bare rows of their memories to a server of its own.

The bare server has the same schema, so that each batch meets indexes of the same size on both. Each batch goes to
all of them before the next one, the first of one batch being the last of the next, so that noise hits all alike.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.stores import ratios
from benchmarks.stores.bare import rows_of
from benchmarks.stores.world import batches
from graphmem.transfer import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.common import Json
    from benchmarks.stores.bare import Bare
    from graphmem.store.base import Changes, Store

__all__ = ["BARE", "compare", "warm_up"]

BARE = "bare"
_WARM = "warm-up"


def warm_up(stores: Mapping[str, Store], bare: Bare | None, memories: int, size: int) -> None:
    """Write and remove some memories of another tenant, so that no code is new to the servers."""
    _write(stores, bare, batches(memories, max(memories // 20, 1), size, _WARM))
    for store in stores.values():
        store.reset(_WARM)
    if bare:
        bare.clear(_WARM)


def compare(stores: Mapping[str, Store], bare: Bare | None, work: Iterable[Changes]) -> Json:
    """How fast each store wrote it all, and the bare rows; the speed of Neo4j as a share of the latter's."""
    spent, rows = _write(stores, bare, work)
    memories = rows["memories"]
    found = {name: {"seconds": sum(parts), "per_second": memories / sum(parts)} for name, parts in spent.items()}
    shares = {"share_of_bare": ratios.of_sums(spent[BARE], spent["neo4j"])} if bare and "neo4j" in spent else {}
    return {"rows": rows, "batches": len(next(iter(spent.values()))), **found, **shares}


def _write(
    stores: Mapping[str, Store], bare: Bare | None, work: Iterable[Changes]
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Seconds of each batch by who wrote it, and how many rows of each kind there were."""
    spent: dict[str, list[float]] = defaultdict(list)
    rows: dict[str, int] = defaultdict(int)
    for number, changes in enumerate(work):
        for kind in FIELDS.values():
            rows[kind] += len(getattr(changes, kind))
        for name, write in _turned(_writers(stores, bare, changes), number):
            start = time.perf_counter()
            write()
            spent[name].append(time.perf_counter() - start)
    return spent, rows


def _writers(
    stores: Mapping[str, Store], bare: Bare | None, changes: Changes
) -> list[tuple[str, Callable[[], object]]]:
    def writer(store: Store) -> Callable[[], object]:
        return lambda: store.write(changes)

    found = [(name, writer(store)) for name, store in stores.items()]
    if bare is None:
        return found
    properties = rows_of(changes)
    return [*found, (BARE, lambda: bare.create(properties))]


def _turned(
    writers: Sequence[tuple[str, Callable[[], object]]], number: int
) -> Sequence[tuple[str, Callable[[], object]]]:
    first = number % len(writers)
    return [*writers[first:], *writers[:first]]
