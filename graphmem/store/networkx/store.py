"""`NetworkXStore`: the whole contract over graphs in RAM, one a tenant."""

from __future__ import annotations

from functools import wraps
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from graphmem.errors import Closed
from graphmem.store.networkx import health, parts, read, write
from graphmem.store.networkx.recall import recall
from graphmem.store.networkx.sight import stock
from graphmem.store.networkx.world import World
from graphmem.store.refusals import embedder_after
from graphmem.types import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import (
        Ask,
        Changes,
        Fingerprint,
        Known,
        Probe,
        Problem,
        Recall,
        Revector,
        Selection,
        Subgraph,
        Written,
    )  # fmt: skip
    from graphmem.store.networkx.sight import Shelf
    from graphmem.types import Event, Holder, Log, MemoryItem, Page, Scope, Stats

__all__ = ["NetworkXStore"]

P = ParamSpec("P")
R = TypeVar("R")


def _alone(
    method: Callable[Concatenate[NetworkXStore, P], R],
) -> Callable[Concatenate[NetworkXStore, P], R]:
    """One call at a time, and none after close()."""

    @wraps(method)
    def locked(self: NetworkXStore, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            if self._closed:
                raise Closed("this store was closed: make a new one")
            return method(self, *args, **kwargs)

    return locked


class NetworkXStore:
    """A store in RAM: nothing is kept when the process ends."""

    label = "networkx"

    def __init__(self) -> None:
        self._lock = RLock()
        self._closed = False
        self._worlds: dict[str, World] = {}
        self._stamp: Fingerprint | None = None
        self._tick = count(1)
        self._shelves: dict[tuple[str, str], Shelf] = {}

    def _world(self, tenant: str) -> World:
        """The tenant's graph, empty for one that has none; only `write` keeps a new one."""
        return self._worlds.get(tenant) or World()

    def _shelf(self, tenant: str, owner: str) -> Shelf:
        if (tenant, owner) not in self._shelves:
            self._shelves[tenant, owner] = stock(self._world(tenant), owner)
        return self._shelves[tenant, owner]

    @property
    def patient(self) -> NetworkXStore:
        """Itself: nobody waits for what is in RAM."""
        return self

    @_alone
    def fingerprint(self) -> Fingerprint | None:
        """The embedder that made the vectors; None while nothing is stored."""
        return self._stamp

    @_alone
    def write(self, changes: Changes) -> Written:
        """Apply all of it or nothing, history included.

        Raises:
            Conflict: an owner moved on since `changes.basis`.
            EmbedderMismatch: the vectors come from another embedder than the store's.
            InvalidInput: an edge without an end, or a vector of a wrong size.
        """
        world = self._world(changes.tenant)
        stamp = embedder_after(changes, self._stamp)
        write.validate(world, changes)
        written, owners = write.apply(world, changes)
        self._worlds[changes.tenant], self._stamp = world, stamp
        self._moved(changes.tenant, owners)
        return written

    def _moved(self, tenant: str, owners: Iterable[str]) -> None:
        for owner in owners:
            self._worlds[tenant].versions[owner] = next(self._tick)
            self._shelves.pop((tenant, owner), None)

    @_alone
    def known(self, ask: Ask) -> Known:
        """What is already there, from one snapshot."""
        return read.known(self._world(ask.tenant), ask, lambda owner: self._shelf(ask.tenant, owner))

    @_alone
    def recall(self, probes: Sequence[Probe]) -> list[Recall]:
        """For each probe, candidates within the caller's sight and the edges among them."""
        return [recall(self._world(p.scope.tenant), self._sight(p.scope), p) for p in probes]

    def _sight(self, scope: Scope) -> list[Shelf]:
        return [self._shelf(scope.tenant, owner) for owner in scope.owners()]

    @_alone
    def get(self, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
        """Memories by id, in that order; expired and superseded ones too; missing ones are left out."""
        records = self._world(tenant).records
        return [records[i].item for i in ids if i in records]

    @_alone
    def select(self, selection: Selection, page: int = 1, page_size: int | None = 100) -> Page:
        """One page, newest first (created_at, then position, then id, all descending); None: all of it."""
        return read.select(self._world(selection.tenant), selection, page, page_size)

    @_alone
    def recent(self, scope: Scope, n: int) -> list[MemoryItem]:
        """The last n raw turns of the scope's session, oldest first."""
        return read.recent(self._world(scope.tenant), scope, n)

    @_alone
    def history(self, tenant: str, memory_id: str) -> list[Event]:
        """Everything that happened to a memory, oldest first."""
        return [event for event in self._world(tenant).events if event.id == memory_id]

    @_alone
    def log(self, tenant: str, page: int = 1, page_size: int = 100) -> Log:
        """One page of a tenant's events, the last written first."""
        return read.log(self._world(tenant), page, page_size)

    @_alone
    def subgraph(
        self, tenant: str, owners: Sequence[str], *, seeds: Sequence[str] | None = None, hops: int = 1,
        session_id: str | None = None, now: datetime | None = None, memories: bool = True,
    ) -> Subgraph:  # fmt: skip
        """The graph of these owners: all of it, or what lies within `hops` of the seed entities."""
        sight = {"seeds": seeds, "hops": hops, "session_id": session_id, "now": now, "memories": memories}
        return parts.subgraph(self._world(tenant), owners, **sight)  # type: ignore[arg-type]  # passed on as they came

    @_alone
    def stats(self, tenant: str, now: datetime) -> Stats:
        """Counts of one tenant."""
        counts = read.stats(self._world(tenant), now)
        name = self._stamp.name if self._stamp else None
        return counts.model_copy(update={"embedder": name, "store": self.label})

    @_alone
    def holders(self, tenant: str, now: datetime) -> list[Holder]:
        """Every id of a scope that a memory carries."""
        return read.holders(self._world(tenant), now)

    @_alone
    def check(self, now: datetime) -> list[Problem]:
        """Look for damage: orphans, missing provenance, vectors of a wrong size or place; and for what has expired."""
        return health.check(list(self._worlds.values()), self._stamp, now)

    @_alone
    def mend(self) -> int:
        """Remove what `check` calls orphaned or stray; how many rows."""
        self._shelves.clear()
        return health.mend(list(self._worlds.values()))

    @_alone
    def reset(self, tenant: str) -> Receipt:
        """Remove everything of a tenant; the last one takes the embedder's stamp along."""
        world = self._world(tenant)
        written, _ = write.apply(world, write.everything(world, tenant))
        entities = write.remove_entities(world, set(world.entities))
        self._worlds.pop(tenant, None)
        self._shelves = {key: shelf for key, shelf in self._shelves.items() if key[0] != tenant}
        if not any(other.records for other in self._worlds.values()):
            self._stamp = None
        receipt = written.receipt or Receipt()
        return receipt.model_copy(update={"entities": receipt.entities + entities})

    @_alone
    def tenants(self) -> list[str]:
        """Every tenant that holds anything, in order."""
        return sorted(tenant for tenant, world in self._worlds.items() if not world.is_empty)

    @_alone
    def dump(self, tenant: str, ids: Mapping[str, str] | None = None) -> Iterator[tuple[str, Any]]:
        """Every row of a tenant, losslessly, as (kind, value); see the contract."""
        return iter(list(parts.dump(self._world(tenant), ids)))

    @_alone
    def revector(self, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
        """Replace every vector of every tenant, and the stamp, in one transaction; how many memories.

        Raises:
            Conflict: a memory got no new vector; it was added since `all_texts`.
        """
        new = {vector.memory_id: vector for vector in vectors}
        fresh = [
            (world, write.revectored(record, new, fingerprint))
            for world in self._worlds.values()
            for record in world.records.values()
        ]
        for world, record in fresh:
            world.put_memory(record)
        self._stamp = fingerprint
        for tenant, world in self._worlds.items():
            self._moved(tenant, [owner for owner, ids in world.owned.items() if ids])
        return len(fresh)

    @_alone
    def all_texts(self) -> Iterator[tuple[str, MemoryItem]]:
        """(tenant, memory) of every memory of every tenant, for re-embedding."""
        rows = [(tenant, r.item) for tenant, world in self._worlds.items() for r in world.records.values()]
        return iter(sorted(rows, key=lambda row: (row[0], row[1].id)))

    def close(self) -> None:
        """Forget everything. Closing twice is fine."""
        with self._lock:
            self._closed = True
            self._worlds.clear()
            self._shelves.clear()
