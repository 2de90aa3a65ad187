"""Looking for damage in a tenant's graph, and mending it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphmem.store.base import Problem
from graphmem.store.networkx.sight import is_expired
from graphmem.store.networkx.write import remove_entities

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from graphmem.store.base import Fingerprint
    from graphmem.store.networkx.world import World

__all__ = ["check", "mend"]

_ADVICE = {
    "orphan_entity": ("entities that no memory names", "graphmem doctor --mend"),
    "missing_provenance": ("facts without a raw turn to rest on", "delete them, or add them again"),
    "vector_size": ("vectors of another size than the embedder's", "graphmem reembed"),
    "token_vectors": ("token vectors of no raw turn", "graphmem doctor --mend"),
    "expired": ("memories past their time, invisible already", "graphmem purge"),
}


def check(worlds: Sequence[World], stamp: Fingerprint | None, now: datetime) -> list[Problem]:
    """The problems of all tenants, one a kind."""
    counts = {
        "orphan_entity": sum(len(_orphans(world)) for world in worlds),
        "missing_provenance": sum(len(_rootless(world)) for world in worlds),
        "vector_size": sum(len(_odd(world, stamp)) for world in worlds),
        "token_vectors": sum(len(_strayed(world)) for world in worlds),
        "expired": sum(len(_expired(world, now)) for world in worlds),
    }
    return [_problem(kind, count) for kind, count in counts.items() if count]


def _problem(kind: str, count: int) -> Problem:
    detail, fix = _ADVICE[kind]
    return Problem(kind, count, f"{count} {detail}", fix, serious=kind != "expired")


def mend(worlds: Sequence[World]) -> int:
    """Remove orphaned entities and stray token vectors; how many."""
    return sum(remove_entities(world, set(_orphans(world))) + _drop_strayed(world) for world in worlds)


def _drop_strayed(world: World) -> int:
    strayed = _strayed(world)
    for memory_id in strayed:
        world.put_memory(replace(world.records[memory_id], tokens=None))
    return len(strayed)


def _orphans(world: World) -> list[str]:
    return [entity_id for entity_id in world.entities if world.is_orphan(entity_id)]


def _rootless(world: World) -> list[str]:
    items = [record.item for record in world.records.values() if record.item.layer != "conversation"]
    return [i.id for i in items if i.id not in i.sources and not world.linked(i.id, "DERIVED_FROM")[0]]


def _odd(world: World, stamp: Fingerprint | None) -> list[str]:
    return [i for i, r in world.records.items() if stamp and r.vector.shape != (stamp.dim,)]


def _strayed(world: World) -> list[str]:
    return [i for i, r in world.records.items() if r.tokens is not None and r.item.layer != "conversation"]


def _expired(world: World, now: datetime) -> list[str]:
    return [i for i, record in world.records.items() if is_expired(record.item, now)]
