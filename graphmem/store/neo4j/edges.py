"""The edges of a write: mentions, relations and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphmem.store.neo4j.lucene import CLAUSES, lucene
from graphmem.store.neo4j.rows import relation_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.store.base import Mention
    from graphmem.store.neo4j.write import Writer
    from graphmem.types import Relation

__all__ = ["Said", "close_relations", "find_relations", "new_relations", "put_links", "put_mentions", "put_relations"]


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


def new_relations(writer: Writer, said: Iterable[Said]) -> list[Relation]:
    """The relations of a write that are not stored; what its deletions took is not stored any more."""
    gone = {*writer.changes.delete, *writer.changes.clear}
    stored = {one.id for one in said if one.memory_id not in gone}
    new = {relation.id: relation for relation in reversed(writer.changes.relations) if relation.id not in stored}
    return list(reversed(new.values()))


def put_mentions(writer: Writer) -> None:
    """Memories name entities."""
    heaviest: dict[tuple[str, str], Mention] = {}
    for mention in writer.changes.mentions:
        pair = mention.memory_id, mention.entity_id
        if pair not in heaviest or mention.weight > heaviest[pair].weight:
            heaviest[pair] = mention
    stored = writer.memories.stored
    new = [mention for mention in heaviest.values() if mention.memory_id not in stored]
    again = [mention for mention in heaviest.values() if mention.memory_id in stored]
    writer.each("create_mentions", _mention_rows(writer, new))
    writer.each("put_mentions", _mention_rows(writer, again))


def _mention_rows(writer: Writer, mentions: Sequence[Mention]) -> list[dict[str, Any]]:
    return [
        {
            "memory": writer.uid(mention.memory_id),
            "entity": writer.uid(mention.entity_id),
            "weight": float(mention.weight),
            "surface": mention.surface,
        }
        for mention in mentions
    ]


def put_relations(writer: Writer, relations: Sequence[Relation]) -> None:
    """Entities stand in relations."""
    rows = [
        {
            "subject": writer.uid(relation.subject),
            "object": writer.uid(relation.object),
            "type": relation.type,
            "properties": _open_until(writer, relation),
        }
        for relation in relations
    ]
    writer.each("create_relations", rows)


def _open_until(writer: Writer, relation: Relation) -> dict[str, Any]:
    """The properties of a relation, which the same changes may close."""
    ends: Mapping[str, Any] = writer.changes.close_relations
    properties = relation_properties(writer.tenant, relation)
    return properties | {"valid_to": ends.get(relation.id, relation.valid_to)}


def put_links(writer: Writer) -> None:
    """Memories rest on turns, and supersede others."""
    links = dict.fromkeys((link.type, link.source, link.target) for link in writer.changes.links)
    rows = [{"type": type_, "source": writer.uid(a), "target": writer.uid(b)} for type_, a, b in links]
    writer.each("put_links", rows)


def close_relations(writer: Writer, closing: Iterable[Said]) -> None:
    """Relations hold no longer."""
    ends = writer.changes.close_relations
    rows = [{"subject": one.subject_uid, "uid": one.uid, "valid_to": ends[one.id]} for one in closing]
    writer.owners.touched |= {one.owner for one in closing}
    writer.each("close_relations", rows)
