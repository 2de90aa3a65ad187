"""The part of the graph that a caller sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmem.store.base import Link, Subgraph
from graphmem.store.neo4j.rows import (
    ENTITY,
    ITEM,
    MENTION,
    RELATION,
    WIDTH,
    entity_of,
    item_of,
    mention_of,
    owner_uid,
    relation_of,
    uid,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from graphmem.store.neo4j.database import Database, Transaction

__all__ = ["subgraph"]

_SEEN = (
    "m.owner_uid IN $owners AND (m.layer <> 'session' OR m.session_id = $session_id "
    "OR m.session_id IS NULL AND $session_id IS NULL) "
    "AND ($now IS NULL OR m.expires_at IS NULL OR m.expires_at > $now)"
)
"""The caller sees a memory `m`."""
_NONE: dict[str, Any] = {"memories": [], "mentions": [], "links": []}


def subgraph(
    database: Database,
    tenant: str,
    owners: Sequence[str],
    *,
    seeds: Sequence[str] | None,
    hops: int,
    session_id: str | None,
    now: datetime | None,
    memories: bool,
) -> Subgraph:
    """All of it, or what lies within `hops` of the seeds."""
    caller = {"owners": [owner_uid(tenant, owner) for owner in owners], "session_id": session_id, "now": now}
    starts = None if seeds is None else [uid(tenant, seed) for seed in seeds]
    return database.reading(lambda transaction: _Caller(transaction, caller).part(starts, hops, memories))


class _Caller:
    """Asks for what one caller sees."""

    def __init__(self, transaction: Transaction, caller: dict[str, Any]) -> None:
        self.transaction = transaction
        self.caller = caller

    def part(self, seeds: list[str] | None, hops: int, memories: bool) -> Subgraph:
        """What lies within `hops` of the seeds, everything for None."""
        near = self.entities(seeds)
        if seeds is not None:
            near = self.within(near, hops)
        uids = [row[-1] for row in near]
        return Subgraph(
            entities=[entity_of(row[:-1]) for row in sorted(near)],
            relations=[
                relation_of(row) for row in sorted(self.run("seen_relations", entities=uids, relation=RELATION))
            ],
            **(self.memories(uids, every=seeds is None) if memories else _NONE),
        )

    def run(self, name: str, *, entities: Sequence[str] = (), **slots: str) -> list[tuple[Any, ...]]:
        """The rows of a statement about what the caller sees."""
        return self.transaction.run(name, {"seen": _SEEN, **slots}, entities=entities, **self.caller)

    def entities(self, among: Sequence[str] | None) -> list[tuple[Any, ...]]:
        """Those that are named in sight: of these, or all."""
        condition = "e.key IS NOT NULL" if among is None else "e.uid IN $entities"
        return self.run("seen_entities", entities=among or (), among=condition, entity=ENTITY)

    def within(self, near: list[tuple[Any, ...]], hops: int) -> list[tuple[Any, ...]]:
        """The entities that so many relations or shared memories lead to."""
        start = reached = {row[-1] for row in near}
        for _ in range(hops):
            found = {row[0] for row in self.run("one_hop", entities=sorted(reached))}
            if found <= reached:
                break
            reached = reached | found
        return near if reached == start else self.entities(sorted(reached))

    def memories(self, entities: Sequence[str], *, every: bool) -> dict[str, Any]:
        """The memories that name these entities, or all in sight, and their edges."""
        mentions = sorted(self.run("seen_mentions", entities=entities, mention=MENTION))
        if every:
            items = self.run("seen_memories", item=ITEM)
        else:
            around = sorted({row[-1] for row in mentions})
            items = self.transaction.run("get", {"item": f"{ITEM}, m.uid"}, uids=around)
        links = self.transaction.run("links_among", uids=[row[WIDTH] for row in items])
        return {
            "memories": sorted(map(item_of, items), key=lambda item: item.id),
            "mentions": [mention_of(row[:-1]) for row in mentions],
            "links": sorted((Link(*row) for row in links), key=lambda link: (link.source, link.target, link.type)),
        }
