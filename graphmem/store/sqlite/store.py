"""`SqliteStore`: the whole contract on one file."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmem.errors import InvalidInput
from graphmem.store.sqlite import graph, health, read, whole
from graphmem.store.sqlite.database import Database
from graphmem.store.sqlite.errors import translated
from graphmem.store.sqlite.recall import recall
from graphmem.store.sqlite.shelf import Shelf
from graphmem.store.sqlite.write import Writer, fingerprint_of

if TYPE_CHECKING:
    import os
    import sqlite3
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
        Tokens,
        Written,
    )  # fmt: skip
    from graphmem.types import Event, Holder, Log, MemoryItem, Page, Receipt, Scope, Stats

__all__ = ["SqliteStore"]


class SqliteStore:
    """One SQLite file: safe among threads and processes, durable once a write returns.

    Args:
        path: The file; it and its folder are made if they are not there.
        cache: Bytes that the columns of recently asked owners may take in memory.
        patience: Seconds that a write waits for other writers.

    Raises:
        StoreUnavailable: the file cannot be opened, written or locked.
        StoreCorrupt: it is not a graphmem store, or is damaged.
        StoreTooNew: a newer graphmem wrote it.
    """

    def __init__(self, path: str | os.PathLike[str], *, cache: int = 240 * 2**20, patience: float = 30.0) -> None:
        if str(path) in ("", ":memory:"):
            raise InvalidInput(f"{str(path)!r} names no file; use NetworkXStore to keep everything in memory")
        self._database = Database(Path(path).expanduser(), patience)
        self._shelf = Shelf(cache)

    @property
    def patient(self) -> SqliteStore:
        """Itself: readers of a file do not wait."""
        return self

    @property
    def label(self) -> str:
        """`sqlite:` and the path."""
        return f"sqlite:{self._database.path}"

    def fingerprint(self) -> Fingerprint | None:
        """The embedder that made the vectors; None while nothing is stored."""
        with self._database.reading() as connection:
            return fingerprint_of(connection)

    def write(self, changes: Changes) -> Written:
        """Apply all of it or nothing, history included; it is on disk when this returns.

        Raises:
            Conflict: an owner moved on since `changes.basis`.
            EmbedderMismatch: the vectors come from another embedder than the store's.
            InvalidInput: an edge without an end, or a vector of a wrong size.
            StoreUnavailable: locked for too long, or no space left.
        """
        with self._database.writing() as connection:
            written = Writer(connection, changes).run()
            if changes.delete or changes.clear:
                self._database.scrub()
        return written

    def known(self, ask: Ask) -> Known:
        """What is already there, from one snapshot."""
        with self._database.reading() as connection:
            return read.known(connection, ask, lambda owners: self._shelf.parts(connection, ask.tenant, owners))

    def recall(self, probes: Sequence[Probe]) -> list[Recall]:
        """For each probe, candidates within the caller's sight and the edges among them."""
        snapshot = _Snapshot(self._database)
        with translated(self._database.path):
            return [self._answer(snapshot, probe) for probe in probes]

    def _answer(self, snapshot: _Snapshot, probe: Probe) -> Recall:
        tenant = probe.scope.tenant
        parts = self._shelf.parts(snapshot.connection, tenant, probe.scope.owners())
        return recall(snapshot.connection, parts, probe, snapshot.fetcher(tenant), snapshot.token_reader(tenant))

    def get(self, tenant: str, ids: Sequence[str]) -> list[MemoryItem]:
        """Memories by id, in that order; expired and superseded ones too; missing ones are left out."""
        with self._database.reading() as connection:
            return read.get(connection, tenant, ids)

    def select(self, selection: Selection, page: int = 1, page_size: int | None = 100) -> Page:
        """One page, newest first (created_at, then position, then id, all descending); None: all of it."""
        with self._database.reading() as connection:
            return read.select(connection, selection, page, page_size)

    def recent(self, scope: Scope, n: int) -> list[MemoryItem]:
        """The last n raw turns of the scope's session, oldest first."""
        with self._database.reading() as connection:
            return read.recent(connection, scope, n)

    def history(self, tenant: str, memory_id: str) -> list[Event]:
        """Everything that happened to a memory, oldest first."""
        with self._database.reading() as connection:
            return read.history(connection, tenant, memory_id)

    def log(self, tenant: str, page: int = 1, page_size: int = 100) -> Log:
        """One page of a tenant's events, the last written first."""
        with self._database.reading() as connection:
            return read.log(connection, tenant, page, page_size)

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
        with self._database.reading() as connection:
            return graph.subgraph(connection, tenant, owners, **sight)

    def stats(self, tenant: str, now: datetime) -> Stats:
        """Counts of one tenant; the bytes are of the whole file and its log."""
        with self._database.reading() as connection:
            counts, stamp = read.stats(connection, tenant, now), fingerprint_of(connection)
        own = {"embedder": stamp.name if stamp else None, "store": self.label, "bytes": self._database.bytes()}
        return counts.model_copy(update=own)

    def holders(self, tenant: str, now: datetime) -> list[Holder]:
        """Every id of a scope that a memory carries."""
        with self._database.reading() as connection:
            return read.holders(connection, tenant, now)

    def check(self, now: datetime) -> list[Problem]:
        """Look for damage: orphans, dangling edges, missing provenance, vectors of a wrong size, index state."""
        with self._database.reading() as connection:
            return health.check(connection, now)

    def mend(self) -> int:
        """Remove what `check` calls orphaned or dangling and count words again; how many rows."""
        with self._database.writing() as connection:
            self._database.scrub()
            mended = health.mend(connection)
        self._shelf.clear()
        return mended

    def reset(self, tenant: str) -> Receipt:
        """Remove everything of a tenant."""
        with self._database.writing() as connection:
            self._database.scrub()
            return whole.reset(connection, tenant)

    def tenants(self) -> list[str]:
        """Every tenant that holds anything, in order."""
        with self._database.reading() as connection:
            return whole.tenants(connection)

    def dump(self, tenant: str, ids: Mapping[str, str] | None = None) -> Iterator[tuple[str, Any]]:
        """Every row of a tenant, losslessly, as (kind, value), all from one snapshot."""
        with self._database.reading() as connection:
            yield from whole.dump(connection, tenant, ids)

    def revector(self, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
        """Replace every vector of every tenant, and the stamp, in one transaction; how many memories.

        Raises:
            Conflict: a memory got no new vector; it was added since `all_texts`.
        """
        with self._database.writing() as connection:
            self._database.scrub()
            return whole.revector(connection, fingerprint, vectors)

    def all_texts(self) -> Iterator[tuple[str, MemoryItem]]:
        """(tenant, memory) of every memory of every tenant, for re-embedding."""
        with self._database.reading() as connection:
            yield from whole.all_texts(connection)

    def close(self) -> None:
        """Release the file. Closing twice is fine."""
        self._shelf.clear()
        self._database.close()


class _Snapshot:
    """A leased connection that goes back when the last Recall that may still fetch from it is gone."""

    def __init__(self, database: Database) -> None:
        self.path = database.path
        self.connection: sqlite3.Connection = database.lease()
        weakref.finalize(self, database.release, self.connection).atexit = False

    def fetcher(self, tenant: str) -> Callable[[Sequence[str]], list[MemoryItem]]:
        """Reads full items in this snapshot."""

        def fetch(ids: Sequence[str]) -> list[MemoryItem]:
            with translated(self.path):
                return read.get(self.connection, tenant, ids)

        return fetch

    def token_reader(self, tenant: str) -> Callable[[Sequence[str]], dict[str, Tokens]]:
        """Reads token vectors in this snapshot."""

        def tokens(ids: Sequence[str]) -> dict[str, Tokens]:
            with translated(self.path):
                return read.tokens(self.connection, tenant, ids)

        return tokens
