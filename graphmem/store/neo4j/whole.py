"""Whole tenants: every row out, everything away, every vector anew.

What is told is listed first, by uid, and then read a batch at a time, so that a tenant of any size passes through.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from graphmem.errors import Conflict
from graphmem.store.base import Link, Touch
from graphmem.store.neo4j.read import with_ids
from graphmem.store.neo4j.rows import (
    ENTITY,
    EVENT,
    ITEM,
    MENTION,
    RECORD,
    RELATION,
    entity_of,
    event_of,
    item_of,
    listed,
    mention_of,
    moment,
    record_of,
    relation_of,
    token_properties,
)
from graphmem.store.refusals import check_vectors
from graphmem.types import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphmem.store.base import Fingerprint, Revector
    from graphmem.store.neo4j.database import Database, Rows, Transaction
    from graphmem.types import MemoryItem

__all__ = ["all_texts", "dump", "reset", "revector", "tenants"]

T = TypeVar("T")

_BATCH = 256
_GONE = 10_000
"""How many memories one statement removes."""


def tenants(database: Database) -> list[str]:
    """Every tenant that holds anything, in order."""
    return sorted(row[0] for row in database.read("tenants"))


def all_texts(database: Database) -> Iterator[tuple[str, MemoryItem]]:
    """(tenant, memory) of every memory, in that order."""
    with database.snapshot() as transaction:
        listed = sorted(transaction.run("all_uids"))
        for batch in _batches([uid for _, _, uid in listed]):
            rows = transaction.run("all_texts", {"item": ITEM}, uids=batch)
            yield from sorted(((row[-1], item_of(row)) for row in rows), key=lambda one: (one[0], one[1].id))


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[at : at + _BATCH] for at in range(0, len(values), _BATCH))


# ---------------------------------------------------------------- dump


def dump(database: Database, tenant: str, ids: Mapping[str, str] | None) -> Iterator[tuple[str, Any]]:
    """Every row as (kind, value). Touches come first: they must not reach the notes that follow."""
    with database.snapshot() as transaction:
        yield from _Dump(transaction, tenant, ids).rows()


class _Dump:
    """The memories that are told, and what hangs on them."""

    def __init__(self, transaction: Transaction, tenant: str, ids: Mapping[str, str] | None) -> None:
        self.transaction = transaction
        self.tenant = tenant
        self.every = not ids
        condition, params = with_ids(ids)
        rows = sorted(transaction.run("dump_uids", {"condition": condition}, tenant=tenant, **params))
        self.uids = [uid for _, uid, _ in rows]
        self.sessions = {session for *_, session in rows}

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Each as (kind, value)."""
        there = set(self.uids)
        for owner, session_id, at, session in self._touches():
            if self.every or session in self.sessions:
                yield "touch", Touch(owner, session_id, moment(at))  # type: ignore[arg-type]  # it is never absent here
        yield from (("memory", record_of(row)) for row in self._of(self.uids, "dump_memories", record=RECORD))
        yield from (("entity", entity_of(row)) for row in self._of(self._named(), "dump_entities", entity=ENTITY))
        yield from (("mention", mention_of(row)) for row in self._of(self.uids, "dump_mentions", mention=MENTION))
        yield from (("relation", relation_of(row)) for row in self._of(self.uids, "dump_relations", relation=RELATION))
        for type_, source, target, uid in self._of(self.uids, "dump_links"):
            if uid in there:
                yield "link", Link(type_, source, target)
        yield from (("event", event_of(row)) for row in self._events())

    def _of(self, uids: Sequence[str], name: str, **slots: str) -> Iterator[tuple[Any, ...]]:
        """The answers of a statement to these uids; those to one batch by id."""
        for batch in _batches(uids):
            yield from sorted(self.transaction.run(name, slots, uids=batch), key=lambda row: row[:2])

    def _touches(self) -> Rows:
        return sorted(self.transaction.run("dump_touches", tenant=self.tenant))

    def _named(self) -> list[str]:
        """The entities to tell: all, or those that the memories name."""
        if self.every:
            return [uid for _, uid in sorted(self.transaction.run("dump_entity_uids", tenant=self.tenant))]
        return [uid for _, uid in sorted(set(self._of(self.uids, "dump_named")))]

    def _events(self) -> Iterator[tuple[Any, ...]]:
        if self.every:
            places = sorted(self.transaction.run("dump_all_changes", tenant=self.tenant))
        else:
            places = sorted(self._of(self.uids, "dump_changes"))
        for batch in _batches([node for _, node in places]):
            rows = self.transaction.run("dump_events", {"event": EVENT}, nodes=batch)
            events = {node: row for node, *row in rows}
            yield from (tuple(events[node]) for node in batch if node in events)


# ---------------------------------------------------------------- reset


def reset(database: Database, tenant: str) -> Receipt:
    """Remove everything of a tenant; the last one takes the embedder's stamp along."""
    return database.writing(lambda transaction: _reset(transaction, tenant))


def _reset(transaction: Transaction, tenant: str) -> Receipt:
    transaction.run("lock_tenant", tenant=tenant)
    gone = list(_memories_removed(transaction, tenant))
    ((entities, relations),) = transaction.run("reset_entities", tenant=tenant)
    ((history,),) = transaction.run("reset_changes", tenant=tenant)
    transaction.run("reset_sessions", tenant=tenant)
    transaction.run("reset_owners", tenant=tenant)
    transaction.run("drop_embedder")
    return Receipt(
        memories=len(gone),
        vectors=sum(vectors for _, vectors, _ in gone),
        entities=entities,
        relations=relations,
        mentions=sum(mentions for *_, mentions in gone),
        history=history,
        ids=tuple(sorted(id_ for id_, *_ in gone)),
    )


def _memories_removed(transaction: Transaction, tenant: str) -> Iterator[tuple[Any, ...]]:
    while rows := transaction.run("reset_memories", tenant=tenant, limit=_GONE):
        yield from rows


# ---------------------------------------------------------------- new vectors


def revector(database: Database, fingerprint: Fingerprint, vectors: Iterable[Revector]) -> int:
    """Replace every vector and the stamp; how many memories.

    Raises:
        Conflict: a memory got no new vector; it was added meanwhile.
        InvalidInput: a vector has another size than the fingerprint says.
    """
    new = list(vectors)
    for one in new:
        check_vectors(one, one.memory_id, fingerprint)
    return database.writing(lambda transaction: _revector(transaction, fingerprint, new))


def _revector(transaction: Transaction, fingerprint: Fingerprint, vectors: Sequence[Revector]) -> int:
    transaction.run("lock_everybody")
    uids: defaultdict[str, list[str]] = defaultdict(list)  # tenants may share an id
    for _, memory_id, uid in transaction.run("all_uids"):
        uids[memory_id].append(uid)
    done = 0
    for batch in _batches(vectors):
        rows = [_vectors(uid, one) for one in batch for uid in uids.pop(one.memory_id, ())]
        transaction.run("put_vectors", rows=rows)
        done += len(rows)
    if missing := sum(map(len, uids.values())):
        raise Conflict(f"{missing} memories got no new vector, they were added meanwhile: run it again")
    transaction.run("set_embedder", embedder=fingerprint.name, dim=fingerprint.dim)
    return done


def _vectors(uid: str, new: Revector) -> dict[str, Any]:
    vectors = {"vector": listed(new.vector), "trigger": listed(new.trigger_vector)}
    return {"uid": uid, **vectors, **token_properties(new.tokens)}
