"""The edges of a write: mentions, relations and links."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.store.neo4j.lucene import CLAUSES, lucene
from graphmem.store.neo4j.rows import relation_properties, timeless

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.store.base import Mention
    from graphmem.store.neo4j.write import Writer
    from graphmem.types import Relation

__all__ = [
    "Said",
    "close_relations",
    "find_relations",
    "mentions_by_memory",
    "new_relations",
    "put_links",
    "put_relations",
]


class Said(NamedTuple):
    """A relation that is stored."""

    id: str
    uid: str
    subject_uid: str
    memory_id: str
    owner: str
    """Of the memory that says so."""


def find_relations(writer: Writer, ids: Iterable[str]) -> list[Said]:
    """Those of these relations that are stored."""
    uids = writer.uids(ids)
    found: list[Said] = []
    for start in range(0, len(uids), CLAUSES):
        some = uids[start : start + CLAUSES]
        found += (
            Said(*row) for row in writer.transaction.run("relations_named", query=lucene(says=some), relations=some)
        )
    return found


def new_relations(writer: Writer) -> list[Relation]:
    """The relations of a write that their memories do not say already; what its deletions took is not said."""
    stored = writer.memories.stored
    said = {uid for memory in stored.values() for uid in memory.says or ()}
    new = {one.id: one for one in reversed(writer.changes.relations) if writer.uid(one.id) not in said}
    return list(reversed(new.values()))


def mentions_by_memory(writer: Writer) -> dict[str, list[dict[str, Any]]]:
    """Memory id -> the entities that it names, each once and with the heaviest weight."""
    heaviest: dict[tuple[str, str], Mention] = {}
    for mention in writer.changes.mentions:
        pair = mention.memory_id, mention.entity_id
        if pair not in heaviest or mention.weight > heaviest[pair].weight:
            heaviest[pair] = mention
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for mention in heaviest.values():
        entity, weight = writer.uid(mention.entity_id), float(mention.weight)
        found[mention.memory_id].append({"entity": entity, "weight": weight, "surface": mention.surface})
    return found


def put_relations(writer: Writer, relations: Sequence[Relation]) -> None:
    """Entities stand in relations."""
    rows = [
        {
            "subject": writer.uid(relation.subject),
            "object": writer.uid(relation.object),
            "type": relation.type,
            **timeless(_open_until(writer, relation)),
        }
        for relation in relations
    ]
    writer.send("create_relations", rows)


def _open_until(writer: Writer, relation: Relation) -> dict[str, Any]:
    """The properties of a relation, which the same changes may close."""
    ends: Mapping[str, Any] = writer.changes.close_relations
    properties = relation_properties(writer.tenant, relation)
    return properties | {"valid_to": ends.get(relation.id, relation.valid_to)}


def put_links(writer: Writer) -> None:
    """Memories rest on turns, and supersede others."""
    links = dict.fromkeys((link.type, link.source, link.target) for link in writer.changes.links)
    stored = writer.memories.stored
    for name, again in (("create_links", False), ("put_links", True)):
        some = [link for link in links if (link[1] in stored) == again]
        rows = [{"type": type_, "source": writer.uid(a), "target": writer.uid(b)} for type_, a, b in some]
        writer.send(name, rows)


def close_relations(writer: Writer, closing: Iterable[Said]) -> None:
    """Relations hold no longer."""
    ends = writer.changes.close_relations
    rows = [{"subject": one.subject_uid, "uid": one.uid, "valid_to": ends[one.id]} for one in closing]
    writer.owners.touched |= {one.owner for one in closing}
    writer.send("close_relations", rows)
