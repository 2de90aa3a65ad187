"""Writing: one transaction that locks the owners, checks, and applies the changes in the order of the contract.

What a memory will be after everything is worked out first, so that each node is written once.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphmem.store.base import Fingerprint, Written
from graphmem.store.neo4j import edges, remove
from graphmem.store.neo4j.memories import Memories
from graphmem.store.neo4j.owners import Owners
from graphmem.store.neo4j.rows import entity_labels, entity_properties, event_properties, uid
from graphmem.store.refusals import check_basis, check_ends, embedder_after, entity_ends, entity_ids, memory_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphmem.store.base import Changes
    from graphmem.store.neo4j.database import Database, Rows, Transaction
    from graphmem.types import Entity

__all__ = ["Writer", "fingerprint_of", "write"]

BATCH = 1000
"""The most rows that one statement takes."""


def write(database: Database, changes: Changes) -> Written:
    """Apply all of it or nothing.

    Raises:
        Conflict: an owner moved on since `changes.basis`.
        EmbedderMismatch: the vectors come from another embedder than the store's.
        InvalidInput: an edge without an end, a vector of a wrong size, or a value that Neo4j cannot hold.
        StoreUnavailable: the server stayed away or busy for too long.
    """
    token = uuid.uuid4().hex
    locked: list[str] = []

    def work(transaction: Transaction) -> Written:
        writer = Writer(transaction, changes, token)
        written = writer.run()
        locked[:] = writer.owners.locked
        return written

    def is_done(transaction: Transaction) -> bool:
        return bool(transaction.run("written_by", owners=locked, token=token)[0][0])

    return database.writing(work, is_done)


def fingerprint_of(rows: Rows) -> Fingerprint | None:
    """The embedder in the answer of the statements `stamp` and `set_stamp`."""
    name, dim = rows[0] if rows else (None, None)
    return None if name is None else Fingerprint(name, dim)


class Writer:
    """Applies one `Changes` within an open write transaction."""

    def __init__(self, transaction: Transaction, changes: Changes, token: str) -> None:
        self.transaction = transaction
        self.changes = changes
        self.tenant = changes.tenant
        self.owners = Owners(self, token)
        self.memories = Memories(self)
        self._uids: dict[str, str] = {}
        self.loose: set[str] = set()
        """Uids of entities that lost a mention or relation."""

    def run(self) -> Written:
        """Check, apply, count.

        Raises:
            Conflict, EmbedderMismatch, InvalidInput: nothing is written.
        """
        closing = edges.find_relations(self, self.changes.close_relations)
        self.owners.lock(closing)
        check_basis(self.changes, self.owners.versions)
        self._check_embedder()
        receipt = remove.remove(self)
        self._look_up()
        new = edges.new_relations(self)
        self._put_entities()
        self.memories.put(new)
        edges.put_relations(self, new)
        edges.put_links(self)
        edges.close_relations(self, closing)
        self.memories.touch()
        self.memories.join()
        self._add_events()
        orphans = remove.drop_orphans(self)
        self.owners.move()
        written = Written(len(self.changes.memories), len(self.changes.entities), len(new), len(self.changes.mentions))
        return replace(written, receipt=receipt and receipt.model_copy(update={"entities": orphans}))

    # ---------------------------------------------------------------- statements

    def each(self, name: str, rows: Sequence[Any], key: str = "rows", /, **more: Any) -> Rows:
        """The answers of a statement to these rows, a batch at a time; none is sent for no rows."""
        return [row for batch in _batches(rows, key, more) for row in self.transaction.run(name, **batch)]

    def send(self, name: str, rows: Sequence[Any], key: str = "rows", /, **more: Any) -> None:
        """The same for a statement that answers nothing: the server is at it while the next rows are made."""
        for batch in _batches(rows, key, more):
            self.transaction.send(name, **batch)

    def uid(self, id_: str) -> str:
        """Of a memory, an entity or a relation of this tenant."""
        if (known := self._uids.get(id_)) is None:
            known = self._uids[id_] = uid(self.tenant, id_)
        return known

    def uids(self, ids: Iterable[str]) -> list[str]:
        """Of each, in order and each once."""
        return [self.uid(id_) for id_ in sorted(set(ids))]

    # ---------------------------------------------------------------- checks

    def _check_embedder(self) -> None:
        if not self.changes.memories:
            return
        given = self.changes.embedder
        stamp = fingerprint_of(self.transaction.run("stamp"))
        if stamp is None and given is not None:
            stamp = fingerprint_of(self.transaction.run("set_stamp", embedder=given.name, dim=given.dim))
        embedder_after(self.changes, stamp)

    def _look_up(self) -> None:
        """Read what is named and stored, after the deletions; refuse edges that would have no end."""
        self.memories.look_up()
        rows = self.each("entities_named", self.uids(entity_ids(self.changes)), "entities")
        self.stored_entities = {row[0]: row for row in rows}
        entities = self.stored_entities.keys() | {entity.id for entity in self.changes.entities}
        check_ends("memory", memory_ends(self.changes), self.memories.there)
        check_ends("entity", entity_ends(self.changes), entities)

    # ---------------------------------------------------------------- entities and history

    def _put_entities(self) -> None:
        stored = self.stored_entities
        rows: dict[str, dict[str, Any]] = {}
        for entity in self.changes.entities:
            self.owners.touched.add(entity.owner)
            if properties := self._entity_properties(entity, rows.get(entity.id)):
                rows[entity.id] = {"properties": properties, "labels": entity_labels(entity.type)}
        self.send("create_entities", [row for id_, row in rows.items() if id_ not in stored])
        self.send("replace_entities", [row for id_, row in rows.items() if id_ in stored])

    def _entity_properties(self, entity: Entity, earlier: dict[str, Any] | None) -> dict[str, Any] | None:
        """The properties of an entity with all of its aliases; None if it stands like that already."""
        before = self.stored_entities.get(entity.id)
        known = earlier["properties"]["aliases"] if earlier else before[5] if before else None
        aliases = sorted({*entity.aliases, *(known or ())})
        same = (entity.id, entity.owner, entity.name, entity.key, entity.type, aliases or None)
        return None if before == same and not earlier else entity_properties(self.tenant, entity, aliases)

    def _add_events(self) -> None:
        tick = self.owners.reserve(time.time_ns() // 1000, len(self.changes.events))
        rows = [event_properties(self.tenant, event, tick + n) for n, event in enumerate(self.changes.events)]
        self.send("add_changes", rows)


def _batches(rows: Sequence[Any], key: str, more: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(rows), BATCH):
        yield {key: rows[start : start + BATCH], **more}
