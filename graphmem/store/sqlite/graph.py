"""The part of the graph that a caller sees."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from graphmem.store.base import Link, Mention, Subgraph
from graphmem.store.sqlite.database import run
from graphmem.store.sqlite.read import get
from graphmem.store.sqlite.rows import entity_of, listed, micros, relation_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from graphmem.types import Entity, Relation

__all__ = ["subgraph"]


def subgraph(
    connection: sqlite3.Connection,
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
    caller = {"tenant": tenant, "owners": listed(owners), "session_id": session_id, "now": micros(now)}
    mentions = [Mention(*row) for row in run(connection, "seen_mentions", **caller)]
    relations = [relation_of(row) for row in run(connection, "seen_relations", **caller)]
    near = {m.entity_id for m in mentions} | {end for r in relations for end in (r.subject, r.object)}
    if seeds is not None:
        near = _within(near & set(seeds), hops, mentions, relations)
    kept = _around(connection, caller, near, mentions, every=seeds is None) if memories else []
    there = set(kept)
    return Subgraph(
        memories=get(connection, tenant, kept),
        entities=_entities(connection, tenant, near, mentions),
        relations=[r for r in relations if r.subject in near and r.object in near],
        mentions=[m for m in mentions if m.memory_id in there and m.entity_id in near],
        links=[Link(*row) for row in run(connection, "links_among", tenant=tenant, ids=listed(kept))],
    )


def _within(near: set[str], hops: int, mentions: Sequence[Mention], relations: Iterable[Relation]) -> set[str]:
    """The entities that so many relations or shared memories away."""
    ends = [(r.subject, r.object) for r in relations]
    for _ in range(hops):
        shared = {m.memory_id for m in mentions if m.entity_id in near}
        found = {m.entity_id for m in mentions if m.memory_id in shared}
        found |= {b for a, b in ends if a in near} | {a for a, b in ends if b in near}
        if found <= near:
            break
        near = near | found
    return near


def _around(
    connection: sqlite3.Connection, caller: dict[str, Any], near: set[str], mentions: Iterable[Mention], every: bool
) -> list[str]:
    if every:
        return [row[0] for row in run(connection, "seen_memories", **caller)]
    return sorted({m.memory_id for m in mentions if m.entity_id in near})


def _entities(connection: sqlite3.Connection, tenant: str, ids: set[str], mentions: Iterable[Mention]) -> list[Entity]:
    """Entities with the number of visible memories that name them."""
    seen = Counter(m.entity_id for m in mentions)
    rows = run(connection, "entities_by_id", tenant=tenant, ids=listed(ids))
    return [entity_of((*row[:6], seen[row[0]])) for row in rows]
