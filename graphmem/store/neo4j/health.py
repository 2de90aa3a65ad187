"""Looking for damage, and mending what can be mended without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.store.base import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from graphmem.store.neo4j.database import Database, Transaction

__all__ = ["check", "mend"]

_FIX = "graphmem doctor --mend"
_INDEXES = {"memory_embedding", "memory_words", "memory_says", "entity_aliases"}
"""Those that statements name; the planner finds the others."""
_MENDED = ("mend_relations", "mend_orphans", "mend_owners", "mend_turns", "mend_token_vectors")


def check(database: Database, now: datetime) -> list[Problem]:
    """The problems of all tenants, one a kind."""
    ((expired, rootless, odd, strayed),) = database.read("check_memories", now=now)
    missing = sorted(_INDEXES - {name for (name,) in database.read("check_indexes")})
    found = [
        ("damaged", len(missing), f"indexes missing or not in use: {', '.join(missing)}",
         "drop what stands in their place, and run the statements of cypher/schema again"),
        ("dangling_edge", _count(database, "check_relations"), "relations whose memory is not there", _FIX),
        ("orphan_entity", _count(database, "check_orphans"), "entities that no memory names", _FIX),
        ("missing_provenance", rootless, "facts without a raw turn to rest on", "delete or add them again"),
        ("vector_size", odd, "vectors of a wrong size", "graphmem reembed"),
        ("token_vectors", strayed, "token vectors of no raw turn, or of a wrong size", _FIX),
        ("index", _count(database, "check_owners") + _count(database, "check_turns"),
         "miscounted owners and turns that are not joined in their order", _FIX),
        ("expired", expired, "memories past their time, invisible already", "graphmem purge"),
    ]  # fmt: skip
    return [
        Problem(kind, count, f"{count} {detail}", fix, serious=kind != "expired")
        for kind, count, detail, fix in found
        if count
    ]


def mend(database: Database) -> int:
    """Remove dangling relations and orphans, count and join again; how many rows."""

    def work(transaction: Transaction) -> int:
        transaction.run("lock_everybody")
        return sum(transaction.run(name)[0][0] for name in _MENDED)

    return database.writing(work)


def _count(database: Database, name: str) -> int:
    ((count,),) = database.read(name)
    return int(count)
