"""One tenant's graph: memories and entities are nodes of a `networkx.MultiDiGraph`, everything else is edges.

NEXT is no edge here: it follows from (owner, session, position).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from graphmem.store.base import Link, Mention, Record
    from graphmem.types import Entity, Event, MemoryItem, Relation

__all__ = ["World"]


class World:
    """The nodes and edges of one tenant, and what is kept beside them.

    A memory's node is its id, an entity's is `(id,)`, so that the two can never be mistaken.
    """

    def __init__(self) -> None:
        import networkx

        self.graph: Any = networkx.MultiDiGraph()
        self.records: dict[str, Record] = {}
        self.entities: dict[str, Entity] = {}
        self.relations: dict[str, Relation] = {}
        self.owned: defaultdict[str, set[str]] = defaultdict(set)
        """Owner -> its memories."""
        self.owners: dict[str, str] = {}
        """Memory -> its owner."""
        self.stated: defaultdict[str, set[str]] = defaultdict(set)
        """Memory -> the relations that it states."""
        self.events: list[Event] = []
        self.activity: dict[tuple[str, str], datetime] = {}
        """(owner, session) -> when it was last active."""
        self.versions: dict[str, int] = {}

    @property
    def is_empty(self) -> bool:
        """Whether `dump` has nothing to tell."""
        return not any((self.records, self.entities, self.events, self.activity))

    # ---------------------------------------------------------------- nodes

    def put_memory(self, record: Record) -> None:
        """Add a memory, or replace the one with that id; its edges stay."""
        memory_id, owner = record.item.id, record.item.owner
        if old := self.owners.get(memory_id):
            self.owned[old].discard(memory_id)
        self.records[memory_id] = record
        self.owners[memory_id] = owner
        self.owned[owner].add(memory_id)
        self.graph.add_node(memory_id, kind="Memory", layer=record.item.layer, text=record.item.memory)

    def put_item(self, item: MemoryItem) -> None:
        """Replace a memory's fields, leaving its vector and terms."""
        self.put_memory(replace(self.records[item.id], item=item))

    def drop_memory(self, memory_id: str) -> None:
        """Remove a memory and every edge at it."""
        self.owned[self.owners.pop(memory_id)].discard(memory_id)
        del self.records[memory_id]
        self.graph.remove_node(memory_id)

    def put_entity(self, entity: Entity) -> None:
        """Add an entity, or replace the one with that id; its edges stay."""
        self.entities[entity.id] = entity
        self.graph.add_node((entity.id,), kind="Entity", name=entity.name, type=entity.type)

    def drop_entity(self, entity_id: str) -> None:
        """Remove an entity, its mentions and its relations."""
        for relation in self.relations_at(entity_id):
            self.drop_relation(relation)
        del self.entities[entity_id]
        self.graph.remove_node((entity_id,))

    # ---------------------------------------------------------------- edges

    def put_mention(self, mention: Mention) -> None:
        """Add memory -MENTIONS-> entity, or replace it."""
        self.graph.add_edge(mention.memory_id, (mention.entity_id,), key="MENTIONS", value=mention)

    def put_link(self, link: Link) -> None:
        """Add memory -> memory, or replace it."""
        self.graph.add_edge(link.source, link.target, key=link.type, value=link)

    def put_relation(self, relation: Relation) -> None:
        """Add entity -> entity, or replace it."""
        self.relations[relation.id] = relation
        self.stated[relation.memory_id].add(relation.id)
        ends = (relation.subject,), (relation.object,)
        self.graph.add_edge(*ends, key=relation.id, type=relation.type, value=relation)

    def drop_relation(self, relation: Relation) -> None:
        """Remove a relation."""
        del self.relations[relation.id]
        self.stated[relation.memory_id].discard(relation.id)
        self.graph.remove_edge((relation.subject,), (relation.object,), key=relation.id)

    def mentions_of(self, memory_id: str) -> list[Mention]:
        """Which entities a memory names, by entity id."""
        edges = self.graph.out_edges(memory_id, keys=True, data="value")
        return sorted((m for *_, key, m in edges if key == "MENTIONS"), key=lambda m: m.entity_id)

    def namers(self, entity_id: str) -> set[str]:
        """The memories that name an entity."""
        return {memory for memory, _, key in self.graph.in_edges((entity_id,), keys=True) if key == "MENTIONS"}

    def relations_of(self, memory_id: str) -> list[Relation]:
        """The relations that a memory states, by id."""
        return [self.relations[relation_id] for relation_id in sorted(self.stated.get(memory_id, ()))]

    def relations_from(self, entity_id: str) -> list[Relation]:
        """The relations whose subject is an entity."""
        return [value for *_, value in self.graph.out_edges((entity_id,), data="value")]

    def relations_at(self, entity_id: str) -> list[Relation]:
        """The relations that start or end at an entity, each once."""
        node = (entity_id,)
        edges = [*self.graph.out_edges(node, data="value"), *self.graph.in_edges(node, data="value")]
        found = {value.id: value for source, _, value in edges if isinstance(source, tuple)}
        return [found[relation_id] for relation_id in sorted(found)]

    def links(self, memory_ids: Iterable[str] | None = None) -> Iterator[Link]:
        """The links that start at these memories, or all."""
        for memory_id in sorted(self.records if memory_ids is None else memory_ids):
            for *_, key, value in self.graph.out_edges(memory_id, keys=True, data="value"):
                if key in ("DERIVED_FROM", "SUPERSEDES"):
                    yield value

    def linked(self, memory_id: str, type_: str) -> tuple[set[str], set[str]]:
        """The memories that a memory's links of one type lead to, and those whose links lead to it."""
        to = {end for _, end, key in self.graph.out_edges(memory_id, keys=True) if key == type_}
        back = {start for start, _, key in self.graph.in_edges(memory_id, keys=True) if key == type_}
        return to, back

    # ---------------------------------------------------------------- as they are shown

    def shown_entity(self, entity: Entity, namers: set[str] | None = None) -> Entity:
        """An entity with its number of mentions (by these memories; by all)."""
        by = self.namers(entity.id)
        return entity.model_copy(update={"mentions": len(by if namers is None else by & namers)})

    def shown_relation(self, relation: Relation) -> Relation:
        """A relation with the present names of its ends."""
        names = {
            "subject_name": self.entities[relation.subject].name,
            "object_name": self.entities[relation.object].name,
        }
        return relation.model_copy(update=names)

    def is_orphan(self, entity_id: str) -> bool:
        """Whether no memory names it and no relation touches it."""
        return not self.namers(entity_id) and not self.relations_at(entity_id)
