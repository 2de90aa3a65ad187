"""Parts of the graph: the subgraph that a caller sees, and the rows of a dump."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphmem.store.base import Subgraph, Touch
from graphmem.store.networkx.read import has_ids
from graphmem.store.networkx.sight import is_expired

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import Mention
    from graphmem.store.networkx.world import World
    from graphmem.types import Event, Relation

__all__ = ["dump", "subgraph"]


# ---------------------------------------------------------------- subgraph


def subgraph(
    world: World,
    owners: Sequence[str],
    *,
    seeds: Sequence[str] | None,
    hops: int,
    session_id: str | None,
    now: datetime | None,
    memories: bool,
) -> Subgraph:
    """What these owners see of the graph: all, or what lies within `hops` of the seeds."""
    seen = {i for owner in owners for i in world.owned.get(owner, ()) if _is_seen(world, i, session_id, now)}
    mine = {i for i, entity in world.entities.items() if entity.owner in owners}
    mentions = [m for i in sorted(seen) for m in world.mentions_of(i) if m.entity_id in mine]
    relations = [r for r in _stated(world, seen) if r.subject in mine and r.object in mine]
    named = {m.entity_id for m in mentions} | {end for r in relations for end in (r.subject, r.object)}
    if seeds is None:
        return _part(world, seen, seen, named, mentions, relations, memories)
    near = named & set(seeds)
    for _ in range(hops):
        near |= _one_hop(near, mentions, relations)
    around = {m.memory_id for m in mentions if m.entity_id in near}
    return _part(world, seen, around, near, mentions, relations, memories)


def _is_seen(world: World, memory_id: str, session_id: str | None, now: datetime | None) -> bool:
    item = world.records[memory_id].item
    if item.layer == "session" and item.session_id != session_id:
        return False
    return now is None or not is_expired(item, now)


def _stated(world: World, memory_ids: Iterable[str]) -> list[Relation]:
    """The relations that these memories state, by id."""
    return sorted((r for memory_id in memory_ids for r in world.relations_of(memory_id)), key=lambda r: r.id)


def _one_hop(near: set[str], mentions: Iterable[Mention], relations: Iterable[Relation]) -> set[str]:
    """The entities that a relation or a shared memory joins to these."""
    shared = {m.memory_id for m in mentions if m.entity_id in near}
    ends = [(r.subject, r.object) for r in relations]
    found = {m.entity_id for m in mentions if m.memory_id in shared}
    return found | {b for a, b in ends if a in near} | {a for a, b in ends if b in near}


def _part(
    world: World,
    seen: set[str],
    around: set[str],
    near: set[str],
    mentions: Sequence[Mention],
    relations: Sequence[Relation],
    memories: bool,
) -> Subgraph:
    kept = around if memories else set()
    links = [link for link in world.links(kept) if link.target in kept]
    return Subgraph(
        memories=[world.records[i].item for i in sorted(kept)],
        entities=[world.shown_entity(world.entities[i], seen) for i in sorted(near)],
        relations=[world.shown_relation(r) for r in relations if {r.subject, r.object} <= near],
        mentions=[m for m in mentions if m.memory_id in kept and m.entity_id in near],
        links=sorted(links, key=lambda link: (link.source, link.target, link.type)),
    )


# ---------------------------------------------------------------- dump


def dump(world: World, ids: Mapping[str, str] | None) -> Iterator[tuple[str, Any]]:
    """Every row, or the memories with these ids and what hangs on them. Sessions come first: their touch
    must not reach the notes that follow."""
    kept = {i for i, record in world.records.items() if has_ids(record.item, ids)}
    mentions = [m for i in sorted(kept) for m in world.mentions_of(i)]
    relations = _stated(world, kept)
    yield from (("touch", touch) for touch in _touches(world, kept if ids else None))
    yield from (("memory", world.records[i]) for i in sorted(kept))
    yield from (("entity", world.shown_entity(world.entities[i])) for i in _named(world, mentions, relations, ids))
    yield from (("mention", mention) for mention in mentions)
    yield from (("relation", world.shown_relation(relation)) for relation in relations)
    yield from (("link", link) for link in world.links(kept) if link.target in kept)
    yield from (("event", event) for event in _events(world, kept if ids else None))


def _named(
    world: World, mentions: Iterable[Mention], relations: Iterable[Relation], ids: Mapping[str, str] | None
) -> list[str]:
    if not ids:
        return sorted(world.entities)
    return sorted({m.entity_id for m in mentions} | {end for r in relations for end in (r.subject, r.object)})


def _events(world: World, kept: set[str] | None) -> list[Event]:
    return [event for event in world.events if kept is None or event.id in kept]


def _touches(world: World, kept: set[str] | None) -> list[Touch]:
    sessions = sorted(world.activity.items())
    if kept is not None:
        theirs = {(world.owners[i], world.records[i].item.session_id) for i in kept}
        sessions = [(session, at) for session, at in sessions if session in theirs]
    return [Touch(owner, session_id, at) for (owner, session_id), at in sessions]
