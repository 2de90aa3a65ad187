"""Writing: everything that can be refused is refused first, then nothing can fail half way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from graphmem.errors import Conflict
from graphmem.store.base import Changes, Written
from graphmem.store.networkx.sight import is_expired
from graphmem.store.refusals import check_basis, check_ends, check_vectors, entity_ends, memory_ends
from graphmem.types import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphmem.store.base import Close, Fingerprint, Link, Mention, Record, Revector, Touch
    from graphmem.store.networkx.world import World
    from graphmem.types import Entity

__all__ = ["apply", "everything", "remove_entities", "revectored", "validate"]


def validate(world: World, changes: Changes) -> None:
    """Refuse what cannot be applied whole.

    Raises:
        Conflict: an owner moved on since `changes.basis`.
        InvalidInput: an edge names an end that would not be there.
    """
    check_basis(changes, world.versions)
    memories = (world.records.keys() - set(changes.delete)) | {record.item.id for record in changes.memories}
    entities = world.entities.keys() | {entity.id for entity in changes.entities}
    check_ends("memory", memory_ends(changes), memories)
    check_ends("entity", entity_ends(changes), entities)


def apply(world: World, changes: Changes) -> tuple[Written, set[str]]:
    """Apply validated changes; what was written, and the owners that were touched."""
    touched = _touched_now(world, changes)
    named = {
        m.entity_id for i in {*changes.delete, *changes.clear} & world.records.keys() for m in world.mentions_of(i)
    }
    named |= _ends_resting_on(world, {*changes.delete, *changes.clear})
    receipt = _delete(world, changes.delete)
    _clear(world, changes.clear)
    for record in changes.memories:
        world.put_memory(record)
        _keep_sources(world, record.item.id)
    for entity in changes.entities:
        _put_entity(world, entity)
    for mention in changes.mentions:
        _put_mention(world, mention)
    new = [relation for relation in changes.relations if relation.id not in world.relations]
    for relation in new:
        world.put_relation(relation)
    for link in changes.links:
        _put_link(world, link)
    for close in changes.close:
        _close(world, close)
    for relation_id, moment in changes.close_relations.items():
        if open_ := world.relations.get(relation_id):
            world.put_relation(open_.model_copy(update={"valid_to": moment}))
    for touch in changes.touch:
        _touch(world, touch)
    world.events.extend(changes.events)
    orphans = remove_entities(world, {e for e in named if world.is_orphan(e)})
    written = Written(
        memories=len(changes.memories),
        entities=len(changes.entities),
        relations=len(new),
        mentions=len(changes.mentions),
        receipt=receipt.model_copy(update={"entities": orphans}) if changes.delete else None,
    )
    return written, touched | _touched_now(world, changes)


def everything(world: World, tenant: str) -> Changes:
    """The changes that delete every memory."""
    return Changes(tenant, delete=tuple(world.records))


def revectored(record: Record, vectors: Mapping[str, Revector], stamp: Fingerprint) -> Record:
    """A memory with its new vectors.

    Raises:
        Conflict: there is none for it.
        InvalidInput: it has a wrong size.
    """
    new = vectors.get(record.item.id)
    if new is None:
        raise Conflict(f"memory {record.item.id} got no new vector, it was added meanwhile: repeat the call")
    fresh = replace(record, vector=new.vector, trigger_vector=new.trigger_vector, tokens=new.tokens)
    check_vectors(fresh, record.item.id, stamp)
    return fresh


def remove_entities(world: World, entity_ids: set[str]) -> int:
    """Remove entities; how many."""
    for entity_id in entity_ids:
        world.drop_entity(entity_id)
    return len(entity_ids)


def _touched_now(world: World, changes: Changes) -> set[str]:
    """The owners of everything that the changes name, and of the facts whose sources go."""
    ids = {*changes.delete, *changes.clear, *memory_ends(changes), *(event.id for event in changes.events)}
    ids |= {record.item.id for record in changes.memories} | {close.memory_id for close in changes.close}
    ids &= world.records.keys()
    facts = {fact for i in ids & set(changes.delete) for fact in world.linked(i, "DERIVED_FROM")[1]}
    relations = {world.relations[i].memory_id for i in changes.close_relations if i in world.relations}
    owners = {world.owners[i] for i in ids | facts | (relations & world.records.keys())}
    return owners | {entity.owner for entity in changes.entities} | {touch.owner for touch in changes.touch}


def _ends_resting_on(world: World, memory_ids: set[str]) -> set[str]:
    resting = [relation for memory_id in memory_ids for relation in world.relations_of(memory_id)]
    return {end for relation in resting for end in (relation.subject, relation.object)}


def _delete(world: World, memory_ids: Iterable[str]) -> Receipt:
    gone = sorted(set(memory_ids) & world.records.keys())
    records = [world.records[i] for i in gone]
    relations, mentions = _clear(world, gone)
    sources = {target for i in gone for target in world.linked(i, "DERIVED_FROM")[0]} - set(gone)
    for memory_id in gone:
        _forget_source(world, memory_id)
        world.drop_memory(memory_id)
    return Receipt(
        memories=len(gone),
        vectors=len(gone) + sum(record.trigger_vector is not None for record in records),
        relations=relations,
        mentions=mentions,
        history=_blank(world, set(gone)),
        ids=tuple(gone),
        sources=tuple(sorted(sources)),
    )


def _clear(world: World, memory_ids: Iterable[str]) -> tuple[int, int]:
    """Remove the relations and mentions that rest on these memories; how many of each."""
    there = set(memory_ids) & world.records.keys()
    relations = [relation for memory_id in there for relation in world.relations_of(memory_id)]
    mentions = [
        (mention.memory_id, (mention.entity_id,), "MENTIONS") for i in there for mention in world.mentions_of(i)
    ]
    for relation in relations:
        world.drop_relation(relation)
    world.graph.remove_edges_from(mentions)
    return len(relations), len(mentions)


def _forget_source(world: World, turn_id: str) -> None:
    for fact in world.linked(turn_id, "DERIVED_FROM")[1]:
        item = world.records[fact].item
        world.put_item(item.model_copy(update={"sources": tuple(s for s in item.sources if s != turn_id)}))


def _blank(world: World, memory_ids: set[str]) -> int:
    """Take the words out of the history of deleted memories; how many events lost theirs."""
    lost = 0
    for at, event in enumerate(world.events):
        if event.id in memory_ids and (event.memory is not None or event.previous is not None):
            world.events[at] = event.model_copy(update={"memory": None, "previous": None})
            lost += 1
    return lost


def _put_entity(world: World, entity: Entity) -> None:
    old = world.entities.get(entity.id)
    aliases = {*entity.aliases, *(old.aliases if old else ())}
    world.put_entity(entity.model_copy(update={"aliases": tuple(sorted(aliases)), "mentions": 0}))


def _put_mention(world: World, mention: Mention) -> None:
    edge = world.graph.get_edge_data(mention.memory_id, (mention.entity_id,), key="MENTIONS")
    if edge is None or mention.weight > edge["value"].weight:
        world.put_mention(mention)


def _keep_sources(world: World, memory_id: str) -> None:
    """A memory that is replaced still rests on the turns that its links lead to."""
    item = world.records[memory_id].item
    linked = world.linked(memory_id, "DERIVED_FROM")[0] - set(item.sources)
    if linked:
        world.put_item(item.model_copy(update={"sources": (*item.sources, *sorted(linked))}))


def _put_link(world: World, link: Link) -> None:
    if world.graph.has_edge(link.source, link.target, key=link.type):
        return
    world.put_link(link)
    item = world.records[link.source].item
    if link.type == "DERIVED_FROM" and link.target not in item.sources:
        world.put_item(item.model_copy(update={"sources": (*item.sources, link.target)}))


def _close(world: World, close: Close) -> None:
    if close.memory_id not in world.records:  # what is gone needs no closing
        return
    given = {"expired_at": close.expired_at, "valid_to": close.valid_to}
    update = {name: value for name, value in given.items() if value is not None}
    item = world.records[close.memory_id].item
    world.put_item(item.model_copy(update={"superseded_by": close.superseded_by, **update}))


def _touch(world: World, touch: Touch) -> None:
    world.activity[touch.owner, touch.session_id] = touch.at
    for memory_id in tuple(world.owned[touch.owner]):
        item = world.records[memory_id].item
        if item.layer != "session" or item.session_id != touch.session_id or item.ttl is None:
            continue
        if not is_expired(item, touch.at):
            expires_at = touch.at + timedelta(seconds=item.ttl)
            world.put_item(item.model_copy(update={"expires_at": expires_at}))
