"""`Neo4jStore`: the whole contract on a Neo4j server."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphmem.errors import EmbedderMismatch
from graphmem.store.neo4j import graph, health, read, whole
from graphmem.store.neo4j.database import Database
from graphmem.store.neo4j.known import known
from graphmem.store.neo4j.recall import SMALL, Recaller
from graphmem.store.neo4j.write import fingerprint_of, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    from graphmem.types import Event, Holder, Log, MemoryItem, Page, Receipt, Scope, Stats

__all__ = ["Neo4jStore"]


@dataclass(slots=True)
class _Seen:
    """What a store and its patient twin remember together."""

    stamp: Fingerprint | None


class Neo4jStore:
    """A Neo4j database, 5.26 or newer: shared by any number of threads, processes and machines.

    Args:
        url: `bolt://host:port`, or `neo4j://host` for a cluster; `+s` and `+ssc` for TLS.
        user: None where the server asks for no login.
        password: Of that user.
        database: The name of the database on that server; None for the user's home database.
        patience: Seconds that a write is tried again while the server is away or busy.
        search_patience: The same for searching and other reading that no write waits for.
        small: Who owns no more memories than this has all of them compared with a question; for others the indexes
            find where to look.

    Raises:
        InvalidInput: the url is none of Neo4j's.
        StoreUnavailable: no server answers there.
        StoreError: it refuses the login or the rights, has no such database, or is older than 5.26.
        StoreTooNew: a newer graphmem wrote it.
    """

    def __init__(
        self, url: str, *, user: str | None = None, password: str | None = None, database: str | None = None,
        patience: float = 60.0, search_patience: float = 3.0, small: int = SMALL,
    ) -> None:  # fmt: skip
        self._database = Database(
            url, user=user, password=password, database=database, patience=patience, search_patience=search_patience
        )
        self._seen = _Seen(self._stored())
        self._recall = Recaller(self._database, small)

    @property
    def patient(self) -> Neo4jStore:
        """The same store, whose readers wait as long as its writers."""
        twin = copy.copy(self)
        twin._database = self._database.patient
        return twin

    @property
    def _stamp(self) -> Fingerprint | None:
        return self._seen.stamp

    @_stamp.setter
    def _stamp(self, stamp: Fingerprint | None) -> None:
        self._seen.stamp = stamp

    @property
    def label(self) -> str:
        """The url of the server."""
        return self._database.url

    def fingerprint(self) -> Fingerprint | None:
        """The embedder that made the vectors; None while nothing is stored.

        It is remembered, because every question asks for it; `recall` and `write` see when it is another one.
        """
        if self._stamp is None:
            self._stamp = self._stored()
        return self._stamp

    def _stored(self) -> Fingerprint | None:
        return fingerprint_of(self._database.read("stamp"))

    def write(self, changes: Changes) -> Written:
        """Apply all of it or nothing, history included; it is durable when this returns.

        Raises:
            Conflict: an owner moved on since `changes.basis`.
            EmbedderMismatch: the vectors come from another embedder than the store's.
            InvalidInput: an edge without an end, a vector of a wrong size, or a value that Neo4j cannot hold.
            StoreUnavailable: the server stayed away or busy for too long.
        """
        try:
            written = write(self._database, changes)
        except EmbedderMismatch:
            self._stamp = None
            raise
        if changes.memories:
            self._stamp = self._stamp or changes.embedder
        return written

    def known(self, ask: Ask) -> Known:
        """What is already there, from one snapshot."""
        return known(self._database.patient, ask)

    def recall(self, probes: Sequence[Probe]) -> list[Recall]:
        """For each probe, candidates within the caller's sight and the edges among them.

        Raises:
            EmbedderMismatch: somebody embedded the store anew since it was opened.
        """
        return [self._answer(probe) for probe in probes]

    def _answer(self, probe: Probe) -> Recall:
        answer, stamp = self._recall(probe)
        before, self._stamp = self._stamp, stamp
        if before and stamp and before != stamp:
            raise EmbedderMismatch(
                f"somebody embedded {self.label} anew, with {stamp.name} ({stamp.dim}) instead of {before.name} "
                f"({before.dim}): open it with that embedder"
            )
        return answer

    def get(self, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
        """Memories by id, in that order; expired and superseded ones too; missing ones are left out."""
        return read.get(self._database, tenant, ids)

    def select(self, selection: Selection, page: int = 1, page_size: int | None = 100) -> Page:
        """One page, newest first (created_at, then position, then id, all descending); None: all of it."""
        return read.select(self._database, selection, page, page_size)

    def recent(self, scope: Scope, n: int) -> list[MemoryItem]:
        """The last n raw turns of the scope's session, oldest first."""
        return read.recent(self._database.patient, scope, n)

    def history(self, tenant: str, memory_id: str) -> list[Event]:
        """Everything that happened to a memory, oldest first."""
        return read.history(self._database, tenant, memory_id)

    def log(self, tenant: str, page: int = 1, page_size: int = 100) -> Log:
        """One page of a tenant's events, the last written first."""
        return read.log(self._database, tenant, page, page_size)

    def subgraph(
        self, tenant: str, owners: Sequence[str], *, seeds: Sequence[str] | None = None, hops: int = 1,
        session_id: str | None = None, now: datetime | None = None, memories: bool = True,
    ) -> Subgraph:  # fmt: skip
        """The graph of these owners: all of it, or what lies within `hops` of the seed entities."""
        sight: dict[str, Any] = {
            "seeds": seeds,
            "hops": hops,
            "session_id": session_id,
            "now": now,
            "memories": memories,
        }
        return graph.subgraph(self._database, tenant, owners, **sight)

    def stats(self, tenant: str, now: datetime) -> Stats:
        """Counts of one tenant."""
        stamp = self._stored()
        own = {"embedder": stamp.name if stamp else None, "store": self.label}
        return read.stats(self._database, tenant, now).model_copy(update=own)

    def holders(self, tenant: str, now: datetime) -> list[Holder]:
        """Every id of a scope that a memory carries."""
        return read.holders(self._database, tenant, now)

    def check(self, now: datetime) -> list[Problem]:
        """Look for damage: orphans, dangling edges, missing provenance, vectors of a wrong size, index state."""
        return health.check(self._database, now)

    def mend(self) -> int:
        """Remove what `check` calls orphaned or dangling and rebuild what is derived; how many rows."""
        return health.mend(self._database)

    def reset(self, tenant: str) -> Receipt:
        """Remove everything of a tenant."""
        self._stamp = None
        return whole.reset(self._database, tenant)

    def tenants(self) -> list[str]:
        """Every tenant that holds anything, in order."""
        return whole.tenants(self._database)

    def dump(self, tenant: str, ids: Mapping[str, str] | None = None) -> Iterator[tuple[str, Any]]:
        """Every row of a tenant, losslessly, as (kind, value); see the contract."""
        return whole.dump(self._database, tenant, ids)

    def revector(self, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
        """Replace every vector of every tenant, and the stamp, in one transaction; how many memories.

        Raises:
            Conflict: a memory got no new vector; it was added since `all_texts`.
        """
        count = whole.revector(self._database, fingerprint, vectors)
        self._stamp = fingerprint
        return count

    def all_texts(self) -> Iterator[tuple[str, MemoryItem]]:
        """(tenant, memory) of every memory of every tenant, for re-embedding."""
        return whole.all_texts(self._database)

    def close(self) -> None:
        """Release connections. Closing twice is fine."""
        self._database.close()
