"""Removing: what hangs on a memory goes with it, and the receipt counts what the database really removed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from graphmem.types import Receipt

if TYPE_CHECKING:
    from graphmem.store.neo4j.write import Writer

__all__ = ["drop_orphans", "remove"]


def remove(writer: Writer) -> Receipt | None:
    """Do `changes.delete` and `changes.clear`; a receipt if anything was to be deleted. Entities are counted later."""
    changes = writer.changes
    receipt = _delete(writer, writer.uids(changes.delete)) if changes.delete else None
    clearing = writer.uids(set(changes.clear) - set(changes.delete))
    if clearing:
        _strip(writer, clearing)
        writer.send("drop_says", clearing, "memories")
    return receipt


def drop_orphans(writer: Writer) -> int:
    """Remove those entities that this write left without any memory; how many."""
    return sum(row[0] for row in writer.each("drop_orphans", sorted(writer.loose), "entities"))


def _delete(writer: Writer, memories: list[str]) -> Receipt:
    sources = _unlink(writer, memories)
    relations, mentions = _strip(writer, memories)
    rows = writer.each("drop_memories", memories, "memories")
    for _, owner, session_id, position, _ in rows:
        writer.owners.touched.add(owner)
        writer.memories.leave(owner, session_id, position)
    ids = sorted(row[0] for row in rows)
    history = sum(row[0] for row in writer.each("blank_changes", writer.uids(ids), "memories"))
    return Receipt(
        memories=len(rows),
        vectors=sum(row[4] for row in rows),
        relations=relations,
        mentions=mentions,
        history=history,
        ids=tuple(ids),
        sources=tuple(sorted(sources)),
    )


def _strip(writer: Writer, memories: list[str]) -> tuple[int, int]:
    """Remove relations and mentions of memories; how many of each."""
    relations = writer.each("drop_relations", memories, "memories")
    mentions = writer.each("drop_mentions", memories, "memories")
    writer.loose |= {end for row in (*relations, *mentions) for end in row}
    return len(relations), len(mentions)


def _unlink(writer: Writer, memories: list[str]) -> set[str]:
    """Take what goes out of the sources of facts that stay; the turns that stay and that something rested on."""
    sources: set[str] = set()
    gone: defaultdict[str, list[str]] = defaultdict(list)
    for rests, memory_id, other_id, other_owner in writer.transaction.run("links_from", memories=memories):
        if rests:
            sources.add(other_id)
        else:
            gone[writer.uid(other_id)].append(memory_id)
            writer.owners.touched.add(other_owner)
    writer.send("forget_sources", [{"uid": fact, "gone": turns} for fact, turns in gone.items()])
    return sources
