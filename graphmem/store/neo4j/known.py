"""What is already there before something is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from graphmem.store.base import NEAREST, Known, SessionState
from graphmem.store.neo4j.lucene import CLAUSES, lucene
from graphmem.store.neo4j.rows import (
    ENTITY,
    ITEM,
    RELATION,
    entity_of,
    item_of,
    listed,
    moment,
    owner_uid,
    relation_of,
    session_uid,
    uid,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphmem.store.base import Ask
    from graphmem.store.neo4j.database import Database
    from graphmem.types import MemoryItem

__all__ = ["known"]

Near = list[tuple["MemoryItem", float]]

SMALL = 2_000
"""Of an owner with no more memories than this, every fact is compared."""
WIDE = 100
"""How many facts the vector index names for an owner with more."""
_FACT = (
    "m.layer <> 'conversation' AND m.superseded_by IS NULL AND (m.valid_to IS NULL OR m.valid_to > $ask.now) "
    "AND ($ask.now IS NULL OR m.expires_at IS NULL OR m.expires_at > $ask.now)"
)
"""A memory `m` is an open fact."""


def known(database: Database, ask: Ask, small: int = SMALL) -> Known:
    """Answer an Ask: one trip, and one more for each owner of more than `small` memories whose facts are compared."""
    near = _vectors(ask)
    ((owners, items, entities, relations, sessions, found),) = database.read(
        "known", {"item": ITEM, "entity": ENTITY, "relation": RELATION, "fact": _FACT}, ask=_asked(ask, near, small)
    )
    versions = {owner: version for owner, version, _ in owners}
    large = {owner for owner, _, memories in owners if memories > small}
    best = {(owner, at): [(item_of(row), cosine) for row, cosine in rows] for owner, at, rows in found}
    for owner in large & near.keys():
        best |= _indexed(database, ask, owner, near[owner])
    entity = {row[0]: entity_of(row) for row in entities}
    relation = {row[0]: relation_of(row) for row in relations}
    item = {row[0]: item_of(row) for row in items}
    states = {key: SessionState(-1 if last is None else last, moment(activity)) for key, last, activity in sessions}
    return Known(
        basis={owner: versions.get(owner, 0) for owner in ask.owners},
        items={one: item[one] for one in ask.ids if one in item},
        entities=[entity[one] for one in sorted(entity)],
        relations=[relation[one] for one in sorted(relation)],
        near=_in_order(ask, best),
        sessions={one: states[session_uid(ask.tenant, *one)] for one in ask.sessions},
    )


def _asked(ask: Ask, near: Mapping[str, list[list[float]]], small: int) -> dict[str, Any]:
    """The parameter of the statement `known`."""
    tenant = ask.tenant
    return {
        "owners": [owner_uid(tenant, owner) for owner in {*ask.owners, *near}],
        "uids": [uid(tenant, one) for one in dict.fromkeys(ask.ids)],
        "named": _named(tenant, ask.keys, ask.alike),
        "subjects": _named(tenant, ask.relations, False),
        "sessions": [session_uid(tenant, *one) for one in dict.fromkeys(ask.sessions)],
        "near": [{"owner": owner_uid(tenant, owner), "vectors": vectors} for owner, vectors in near.items()],
        "small": small,
        "nearest": NEAREST,
        "now": ask.now,
    }


def _named(tenant: str, asked: Mapping[str, Sequence[str]], alike: bool) -> list[dict[str, Any]]:
    """What finds entities of owners by key, by alias, and, if `alike`, by the first word of a key."""
    return [
        {
            "owner": owner_uid(tenant, owner),
            "keys": list(keys),
            "firsts": sorted({key.partition(" ")[0] for key in keys}) if alike else [],
            "queries": list(_queries(owner_uid(tenant, owner), keys)),
        }
        for owner, keys in asked.items()
        if keys
    ]


def _queries(owner: str, keys: Sequence[str]) -> Iterable[str]:
    for at in range(0, len(keys), CLAUSES):
        yield lucene(owner_uid=[owner], aliases=keys[at : at + CLAUSES])


# ---------------------------------------------------------------- near facts


def _vectors(ask: Ask) -> dict[str, list[list[float]]]:
    """The vectors asked of each owner, in order."""
    vectors: defaultdict[str, list[list[float]]] = defaultdict(list)
    for owner, vector in ask.near:
        vectors[owner].append(listed(vector))
    return dict(vectors)


def _indexed(database: Database, ask: Ask, owner: str, vectors: list[list[float]]) -> dict[tuple[str, int], Near]:
    """The nearest facts of an owner of many memories: (uid of the owner, place of the vector) -> best first."""
    whose = owner_uid(ask.tenant, owner)
    best: defaultdict[tuple[str, int], Near] = defaultdict(list)
    rows = database.read(
        "near" if database.filtered else "near.plain",
        {"item": ITEM, "fact": _FACT},
        ask={"owner": whose, "vectors": vectors, "wide": WIDE, "nearest": NEAREST, "now": ask.now},
    )
    for at, cosine, *row in rows:
        best[whose, at].append((item_of(row), cosine))
    return dict(best)


def _in_order(ask: Ask, best: Mapping[tuple[str, int], Near]) -> list[Near]:
    """What was found for each vector, in the order in which they were asked."""
    asked: defaultdict[str, int] = defaultdict(int)
    answers = []
    for owner, _ in ask.near:
        answers.append(best.get((owner_uid(ask.tenant, owner), asked[owner]), []))
        asked[owner] += 1
    return answers
