"""Removing: what hangs on a memory goes with it, and the receipt counts what the database really removed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.sqlite.database import run
from graphmem.store.sqlite.rows import listed
from graphmem.types import Receipt

if TYPE_CHECKING:
    from graphmem.store.sqlite.write import Writer

__all__ = ["clear", "remove", "remove_orphans"]


def remove(writer: Writer) -> Receipt:
    """Remove `changes.delete` with everything that hangs on it; entities are counted later."""
    rows = [writer.stored[key] for key in sorted(set(writer.changes.delete) & writer.stored.keys())]
    numbers = [row[1] for row in rows]
    connection, these = writer.connection, listed(numbers)
    sources = _unlink(writer, numbers)
    (vectors,) = run(connection, "count_vectors", numbers=these).fetchone()
    relations, mentions = _strip(writer, numbers)
    run(connection, "drop_embeddings", numbers=these)
    run(connection, "drop_token_vectors", numbers=these)
    memories = run(connection, "drop_memories", numbers=these).rowcount
    ids = [row[0] for row in rows]
    history = run(connection, "blank_history", tenant=writer.tenant, ids=listed(ids)).rowcount
    held = np.concatenate([np.frombuffer(row[3], "<i4").reshape(-1, 2)[:, 0] for row in rows] or [np.zeros(0, "<i4")])
    writer.change_holders(Counter({int(n): -int(c) for n, c in zip(*np.unique(held, return_counts=True), strict=True)}))
    writer.thinned |= {row[2] for row in rows}
    return Receipt(
        memories=memories,
        vectors=vectors,
        relations=relations,
        mentions=mentions,
        history=history,
        ids=tuple(ids),
        sources=tuple(sorted(sources)),
    )


def clear(writer: Writer) -> None:
    """Remove the mentions and relations of `changes.clear`."""
    there = set(writer.changes.clear) & writer.stored.keys() - set(writer.changes.delete)
    numbers = [writer.stored[key][1] for key in sorted(there)]
    _strip(writer, numbers)
    writer.stale |= set(numbers)


def remove_orphans(writer: Writer) -> int:
    """Remove those entities that this write left without any memory; how many."""
    rows = run(writer.connection, "orphans", numbers=listed(writer.loose)).fetchall()
    numbers = listed(row[0] for row in rows)
    run(writer.connection, "drop_aliases", numbers=numbers)
    return run(writer.connection, "drop_entities", numbers=numbers).rowcount


def _strip(writer: Writer, numbers: list[int]) -> tuple[int, int]:
    """Remove relations and mentions of memories; how many of each."""
    if not numbers:
        return 0, 0
    these = listed(numbers)
    writer.loose |= {row[0] for row in run(writer.connection, "ends_of", numbers=these)}
    relations = run(writer.connection, "drop_relations", numbers=these).rowcount
    return relations, run(writer.connection, "drop_mentions", numbers=these).rowcount


def _unlink(writer: Writer, numbers: list[int]) -> set[str]:
    """Remove every link at these memories; the turns that they rested on and that stay."""
    gone, sources = set(numbers), set()
    for type_, fact, _, fact_owner, turn, turn_id, turn_owner in run(
        writer.connection, "links_at", numbers=listed(numbers)
    ).fetchall():
        writer.stale |= {fact, turn} - gone
        writer.touched |= {fact_owner, turn_owner}
        if type_ == "DERIVED_FROM" and turn not in gone:
            sources.add(turn_id)
        if type_ == "DERIVED_FROM" and turn in gone and fact not in gone:
            run(writer.connection, "drop_source", no=fact, source=turn_id, tick=writer.tick)
    run(writer.connection, "drop_links", numbers=listed(numbers))
    return sources
