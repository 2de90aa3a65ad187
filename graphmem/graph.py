"""The graph as people and NetworkX see it: views of a subgraph, shortest walks, names to entities. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphmem.errors import NotFound
from graphmem.ids import content_id
from graphmem.types import Relation
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from graphmem.store.base import Subgraph
    from graphmem.types import Entity, MemoryItem

__all__ = ["find", "holds", "in_time", "namesakes", "shortest_path", "to_networkx"]

_BESIDE = 4.0


def find(entities: Sequence[Entity], name: str) -> list[Entity]:
    """The entities that a name, alias or id means, best known first.

    Raises:
        NotFound: none; the message offers near names.
    """
    wanted = key(name)
    hits = [e for e in entities if name == e.id or wanted == e.key or wanted in e.aliases]
    if hits:
        return sorted(hits, key=lambda e: (-e.mentions, e.id))
    near = [e.name for e in entities if wanted and (wanted in e.key or e.key in wanted)][:5]
    hint = f"; did you mean {', '.join(near)}?" if near else "; `entities()` lists what is known"
    raise NotFound(f"no entity named {name!r} in this scope{hint}")


def namesakes(entities: Sequence[Entity], some: Sequence[Entity]) -> list[str]:
    """The ids of all entities whose key one of `some` has, whoever owns them."""
    keys = {entity.key for entity in some}
    return [entity.id for entity in entities if entity.key in keys]


def holds(relation: Relation, as_of: datetime | None) -> bool:
    """Whether a relation is true at a moment (None: it has not been closed)."""
    if as_of is None:
        return relation.valid_to is None
    started = relation.valid_from is None or relation.valid_from <= as_of
    return started and (relation.valid_to is None or relation.valid_to > as_of)


def in_time(items: Iterable[MemoryItem]) -> list[MemoryItem]:
    """Memories by the moment from which they were true; by when they were learned, if that is the same."""
    return sorted(items, key=lambda item: (item.valid_from, item.created_at, item.id))


def to_networkx(graph: Subgraph) -> Any:
    """A `networkx.MultiDiGraph`: entity and memory nodes (attribute `kind`), edges keyed by their type."""
    import networkx as nx

    view: Any = nx.MultiDiGraph()
    for entity in graph.entities:
        view.add_node(entity.id, kind="entity", label=entity.name, **entity.model_dump(exclude={"id"}))
    for item in graph.memories:
        view.add_node(item.id, kind="memory", label=item.memory, **item.model_dump(exclude={"id"}))
    for relation in graph.relations:
        data = relation.model_dump(exclude={"id", "subject", "object"})
        view.add_edge(relation.subject, relation.object, key=f"{relation.type}:{relation.id}", **data)
    for mention in graph.mentions:
        if view.has_node(mention.memory_id):
            view.add_edge(mention.memory_id, mention.entity_id, key="MENTIONS", type="MENTIONS", weight=mention.weight)
    for link in graph.links:
        view.add_edge(link.source, link.target, key=link.type, type=link.type)
    for before, after in _next_edges(graph):
        view.add_edge(before, after, key="NEXT", type="NEXT")
    return view


def _next_edges(graph: Subgraph) -> list[tuple[str, str]]:
    turns = [item for item in graph.memories if item.position is not None]
    turns.sort(key=lambda item: (item.owner, item.session_id or "", item.position or 0))
    return [
        (one.id, two.id) for one, two in pairwise(turns) if (one.owner, one.session_id) == (two.owner, two.session_id)
    ]


def shortest_path(graph: Subgraph, start: Sequence[Entity], end: Sequence[Entity]) -> list[Relation]:
    """The shortest walk between two entities over relations, and over memories that name both ends.

    A step through a memory alone has the type MENTIONED_WITH and counts as four, since whoever speaks is named
    with all that he speaks of; so a short walk of stated relations wins, and among these a confident one. Entities
    of equal key in several owners are one.

    Raises:
        NotFound: they are not connected.
    """
    import networkx as nx

    view: Any = nx.Graph()
    keys = {entity.id: entity.key for entity in graph.entities}
    view.add_nodes_from(keys.values())
    for relation in _steps(graph):
        ends = keys[relation.subject], keys[relation.object]
        cost = _BESIDE if relation.type == "MENTIONED_WITH" else 1.0 + (1 - relation.confidence) / 10
        if not view.has_edge(*ends) or view.edges[ends]["cost"] > cost:
            view.add_edge(*ends, cost=cost, relation=relation)
    try:
        walk = nx.shortest_path(view, start[0].key, end[0].key, weight="cost")
    except nx.NetworkXNoPath:
        raise NotFound(f"no path between {start[0].name!r} and {end[0].name!r} in this scope") from None
    return [view.edges[ends]["relation"] for ends in pairwise(walk)]


def _steps(graph: Subgraph) -> list[Relation]:
    names = {entity.id: entity for entity in graph.entities if entity.type != "CONCEPT"}
    mentioned: dict[str, list[str]] = {}
    for mention in graph.mentions:
        if mention.entity_id in names:
            mentioned.setdefault(mention.memory_id, []).append(mention.entity_id)
    together = [
        Relation(
            id=content_id("together", memory, one, two), subject=one, subject_name=names[one].name,
            object=two, object_name=names[two].name, type="MENTIONED_WITH", memory_id=memory, confidence=0.0,
        )
        for memory, ids in mentioned.items()
        for i, one in enumerate(sorted(ids))
        for two in sorted(ids)[i + 1 :]
    ]  # fmt: skip
    return [*graph.relations, *together]
