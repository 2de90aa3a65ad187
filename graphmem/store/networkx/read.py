"""Reading without a question: what is known, lists, and parts of the graph."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from graphmem import filters
from graphmem.store.base import NEAREST, Known, SessionState
from graphmem.store.networkx.sight import is_current, is_expired, is_true_at
from graphmem.store.refusals import check_page
from graphmem.types import HOLDERS, LAYERS, Holder, Log, Page, Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from graphmem.store.base import Ask, Floats, Selection
    from graphmem.store.networkx.sight import Shelf
    from graphmem.store.networkx.world import World
    from graphmem.types import Entity, HolderKind, MemoryItem, Scope

__all__ = ["holders", "is_chosen", "known", "log", "recent", "select", "stats"]


# ---------------------------------------------------------------- known


def known(world: World, ask: Ask, shelf: Callable[[str], Shelf]) -> Known:
    """Answer an Ask."""
    relations = {
        relation.id: relation
        for owner, keys in ask.relations.items()
        for entity in _with_key(world, owner, keys)
        for relation in world.relations_from(entity.id)
        if relation.valid_to is None
    }
    named = _like if ask.alike else _with_key
    entities = {entity.id: entity for owner, keys in ask.keys.items() for entity in named(world, owner, keys)}
    return Known(
        basis={owner: world.versions.get(owner, 0) for owner in ask.owners},
        items={i: world.records[i].item for i in ask.ids if i in world.records},
        entities=[world.shown_entity(entities[i]) for i in sorted(entities)],
        relations=[world.shown_relation(relations[i]) for i in sorted(relations)],
        near=[_near(shelf(owner), vector, ask.now) for owner, vector in ask.near],
        sessions={session: _session(world, *session) for session in ask.sessions},
    )


def _with_key(world: World, owner: str, keys: Sequence[str]) -> list[Entity]:
    wanted = set(keys)
    mine = (entity for entity in world.entities.values() if entity.owner == owner)
    return [entity for entity in mine if not wanted.isdisjoint((entity.key, *entity.aliases))]


def _like(world: World, owner: str, keys: Sequence[str]) -> list[Entity]:
    """The entities with one of these keys, and those whose key starts with the first word of one."""
    firsts = {_first(key) for key in keys}
    mine = (entity for entity in world.entities.values() if entity.owner == owner)
    alike = [entity for entity in mine if entity.type != "CONCEPT" and _first(entity.key) in firsts]
    return _with_key(world, owner, keys) + alike


def _first(key: str) -> str:
    return key.partition(" ")[0]


def _near(shelf: Shelf, vector: Floats, now: datetime | None) -> list[tuple[MemoryItem, float]]:
    facts = [
        n
        for n, row in enumerate(shelf.rows)
        if row.item.layer != "conversation"
        and row.item.superseded_by is None
        and is_current(row.item, now)
        and not (now is not None and is_expired(row.item, now))
    ]
    cosine = shelf.matrix @ vector if facts else np.zeros(0, np.float32)
    best = sorted(facts, key=lambda n: (-round(float(cosine[n]), 6), n))[:NEAREST]
    return [(shelf.rows[n].item, float(cosine[n])) for n in best]


def _session(world: World, owner: str, session_id: str | None) -> SessionState:
    positions = [item.position for item in _turns(world, owner, session_id) if item.position is not None]
    activity = None if session_id is None else world.activity.get((owner, session_id))
    return SessionState(max(positions, default=-1), activity)


def _turns(world: World, owner: str, session_id: str | None) -> list[MemoryItem]:
    """The turns of a session in order."""
    items = (world.records[i].item for i in world.owned.get(owner, ()))
    turns = [item for item in items if item.position is not None and item.session_id == session_id]
    return sorted(turns, key=lambda item: (item.position, item.id))


# ---------------------------------------------------------------- lists


def recent(world: World, scope: Scope, n: int) -> list[MemoryItem]:
    """The last n turns of the scope's session, oldest first."""
    turns = _turns(world, scope.owner("conversation"), scope.session_id)
    return turns[-n:] if n > 0 else []


def select(world: World, selection: Selection, page: int, page_size: int | None) -> Page:
    """One page of the memories that are chosen, newest first."""
    check_page(page, page_size)
    items = [record.item for record in world.records.values() if is_chosen(world, record.item, selection)]
    items.sort(
        key=lambda item: (item.created_at, -1 if item.position is None else item.position, item.id),
        reverse=True,
    )
    size = page_size or max(len(items), 1)
    results = tuple(items[(page - 1) * size : page * size])
    return Page(results=results, count=len(items), page=page, page_size=size)


def log(world: World, page: int, page_size: int) -> Log:
    """One page of the tenant's events, the last written first."""
    check_page(page, page_size)
    start = len(world.events) - (page - 1) * page_size
    rows = world.events[max(start - page_size, 0) : max(start, 0)]
    return Log(results=tuple(reversed(rows)), count=len(world.events), page=page, page_size=page_size)


def is_chosen(world: World, item: MemoryItem, selection: Selection) -> bool:
    """Whether every condition of a selection holds."""
    return (
        item.layer in selection.layers
        and has_ids(item, selection.ids)
        and (selection.owners is None or world.owners[item.id] in selection.owners)
        and (selection.memory_ids is None or item.id in selection.memory_ids)
        and (selection.derived_from is None or _rests_on(world, item.id, selection.derived_from))
        and (selection.now is None or not is_expired(item, selection.now))
        and (selection.expired_by is None or is_expired(item, selection.expired_by))
        and (selection.superseded or item.layer == "conversation" or item.superseded_by is None)
        and (selection.as_of is None or is_true_at(item, selection.as_of))
        and (selection.where is None or filters.matches(selection.where, item))
    )


def has_ids(item: MemoryItem, ids: Mapping[str, str] | None) -> bool:
    """Whether it carries all of these scope ids."""
    return all(getattr(item, name) == value for name, value in (ids or {}).items())


def _rests_on(world: World, memory_id: str, turns: Sequence[str]) -> bool:
    return not world.linked(memory_id, "DERIVED_FROM")[0].isdisjoint(turns)


# ---------------------------------------------------------------- counts


def stats(world: World, now: datetime) -> Stats:
    """Counts of the tenant."""
    items = [record.item for record in world.records.values()]
    layers = {layer: sum(item.layer == layer for item in items) for layer in LAYERS}
    return Stats(
        memories=len(items),
        layers={layer: count for layer, count in layers.items() if count},
        entities=len(world.entities),
        relations=len(world.relations),
        mentions=sum(len(world.namers(entity_id)) for entity_id in world.entities),
        owners=len({world.owners[item.id] for item in items}),
        sessions=len({(world.owners[item.id], item.session_id) for item in items if item.session_id is not None}),
        superseded=sum(item.superseded_by is not None for item in items),
        expired=sum(is_expired(item, now) for item in items),
    )


def holders(world: World, now: datetime) -> list[Holder]:
    """Every id of a scope that a memory carries."""
    carried: defaultdict[tuple[HolderKind, str], list[MemoryItem]] = defaultdict(list)
    for record in world.records.values():
        for kind in HOLDERS:
            if (id := getattr(record.item, f"{kind}_id")) is not None:
                carried[kind, id].append(record.item)
    return [
        Holder(
            kind=kind,
            id=id,
            memories=sum(not is_expired(item, now) for item in items),
            created_at=min(item.created_at for item in items),
            updated_at=max(item.updated_at or item.created_at for item in items),
        )
        for (kind, id), items in carried.items()
    ]
