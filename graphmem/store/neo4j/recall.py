"""Answers a probe: one statement, one trip; candidates as columns, and the edges among them."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem import statements
from graphmem.store.base import AHEAD, PINS, ROLES, TITLE, EntitySignal, Recall
from graphmem.store.candidates import candidates, numbered, padded, windows
from graphmem.store.neo4j.database import cypher
from graphmem.store.neo4j.lucene import lucene
from graphmem.store.neo4j.pool import Columns, Names, Pool
from graphmem.store.neo4j.rows import ITEM, item_of, listed, moment, owner_uid, tokens_of, uid
from graphmem.store.neo4j.where import compile_where
from graphmem.store.neo4j.write import fingerprint_of
from graphmem.types import LAYERS, MemoryItem
from graphmem.words import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from graphmem.statements import Statements
    from graphmem.store.base import Fingerprint, Floats, Probe, Tokens
    from graphmem.store.candidates import Array
    from graphmem.store.neo4j.database import Database

__all__ = ["SMALL", "Recaller", "slots"]

SMALL = 1_000
"""See `Recaller`: comparing so many costs about as much as asking the indexes."""
_MOST = 5
"""How many times more are compared, once, for a caller of whom it is not known that they own so many."""
_WIDE = 4
"""How many times more the indexes are asked for than wanted: some of it is out of sight."""

_LAYERS = {name: n for n, name in enumerate(LAYERS)}
_HASH = list(MemoryItem.model_fields).index("hash")


class Recaller:
    """Answers probes; remembers which callers own so many memories that the indexes are asked.

    Who owns no more than `small` memories has all of them compared.
    """

    def __init__(self, database: Database, small: int) -> None:
        self._database = database
        self._small, self._most = small, _MOST * small
        self._filtered = database.filtered
        self._large: set[object] = {uid for (uid,) in database.read("large_owners", small=small)}
        """Owners, and sets of owners that are large together."""

    def __call__(self, probe: Probe) -> tuple[Recall, Fingerprint | None]:
        """Answer one, and tell which embedder made the store's vectors: one statement, one trip."""
        owners = [owner_uid(probe.scope.tenant, owner) for owner in probe.scope.owners()]
        names = {*owners, frozenset(owners)}
        if self._large.isdisjoint(names):
            size, answer, stamp = self._ask("recall", probe, owners)
            if size > self._small:
                self._large.add(frozenset(owners))
            if size <= self._most:
                return answer, stamp
        size, answer, stamp = self._ask("recall_near", probe, owners)
        if size <= self._small:
            self._large -= names
        return answer, stamp

    def _ask(self, name: str, probe: Probe, owners: list[str]) -> tuple[int, Recall, Fingerprint | None]:
        near = name == "recall_near"
        condition, values = compile_where(probe.where, params="$ask.where.")
        ((size, stamps, holders, length, memories, entities, relations),) = self._database.read(
            name,
            slots(self._filtered, near, condition),
            ask={**_asked(probe, owners), "most": self._most, "where": values},
            wide=max(_WIDE * probe.k, 1),
        )
        pool = Pool(memories, len(probe.terms), (size, holders, length or 0.0) if near else None)
        answer = _answer(pool, Names.of(entities, len(pool.ids)), relations, probe)
        answer.tokens = partial(_tokens, self._database, probe.scope.tenant, {one[0]: one for one in memories})
        return size, answer, fingerprint_of(stamps)


# ---------------------------------------------------------------- the question


@lru_cache(maxsize=1)
def _parts() -> Statements:
    return statements.read(cypher() / "engine" / "parts")


def slots(filtered: bool, near: bool, condition: str = "true") -> dict[str, str]:
    """What fills a statement: for a server whose vector index filters or not, and for a filter's condition."""
    parts = _parts()
    many = "COUNT { (e)<-[:MENTIONS]-() }" if near else "0"
    holds = parts["holds"].text
    same = {
        "visible": parts["visible"].fill(where=condition),
        "addressed": parts["addressed"].text,
        "answer": parts["answer"].fill(item=ITEM, many=many, holds=holds),
    }
    if not near:
        return same
    nearest = parts["nearest" if filtered else "nearest.plain"].text
    named = parts["named"].text
    stating = parts["stating"].fill(holds=holds, named=named)
    seeds = {"nearest": nearest, "named": named, "stating": stating}
    return {**same, **seeds, "dialect": "CYPHER 25" if filtered else ""}


def _asked(probe: Probe, owners: list[str]) -> dict[str, Any]:
    # One map, because Neo4j makes another plan for every type and length of a parameter.
    scope = probe.scope
    return {
        "owners": owners,
        "me": [key(scope.user_id)] if scope.user_id else [],
        "addressed": [
            {"name": name, "short": name.replace(" ", ""), "vector": listed(vector)}
            for name, vector in probe.addressed.items()
        ],
        "vector": listed(probe.vector),
        "spaced": [f" {term} " for term in probe.terms],
        "words": lucene(owner_uid=owners, words=probe.terms or ("",)),
        "counted": [lucene(owner_uid=owners, words=[term]) for term in probe.terms],
        "names": sorted(probe.names),
        "asked": sorted(probe.asked),
        "through": sorted(probe.through),
        "own": probe.own,
        "aliases": lucene(owner_uid=owners, aliases=sorted(probe.names) or ("",)),
        "now": probe.now,
        "as_of": probe.as_of,
        "show_expired": probe.show_expired,
        "superseded": probe.superseded,
        "layers": sorted(probe.layers),
        "session_id": scope.session_id,
        "k": probe.k,
        "reach": probe.reach,
        "hub": probe.hub,
        "title": TITLE,
        "ahead": AHEAD,
    }


# ---------------------------------------------------------------- the answer


def _answer(pool: Pool, names: Names, relations: Sequence[Sequence[Any]], probe: Probe) -> Recall:
    found = pool.signals()
    rows, channels = candidates(pool.field(), names, found, probe, _stating(pool, names, relations, probe))
    near, before_after = windows(found, rows)
    chosen = Columns([pool.memories[row] for row in rows.tolist()])
    ids = chosen.column("id")
    signals, number, edges = _mentions(names, rows, len(pool.ids))
    return Recall(
        ids=ids,
        cosine=found.cosine[rows],
        trigger_cosine=found.trigger[rows],
        pin=chosen.coded("pin", PINS),
        tf=np.ascontiguousarray(found.tf[:, rows].T),
        length=found.length[rows],
        next_cosine=(padded(found.cosine)[before_after].sum(axis=1) / 2).astype(np.float32),
        window_tf=np.ascontiguousarray(padded(found.tf)[:, near].sum(axis=2).T),
        window_length=padded(found.length)[near].sum(axis=1),
        session=numbered(found.session[rows]),
        layer=chosen.coded("layer", _LAYERS),
        role=chosen.coded("role", ROLES),
        speaker=[name or "" for name in chosen.column("speaker")],
        question=np.array(chosen.column("question"), np.bool_),
        labels=np.array(chosen.column("labels"), np.int32),
        event_from=_seconds(chosen.column("event_from")),
        event_to=_seconds(chosen.column("event_to")),
        superseded=np.array([other is not None for other in chosen.column("superseded_by")], np.bool_),
        successor=[other or "" for other in chosen.column("superseded_by")],
        channels=channels,
        sources=[tuple(sources or ()) for sources in chosen.column("sources")],
        document_count=pool.count,
        document_frequency=found.frequency,
        mean_length=found.mean_length,
        entities=signals,
        mention_rows=edges[0].astype(np.int32),
        mention_entities=edges[1].astype(np.int32),
        mention_weights=edges[2].astype(np.float32),
        relations=_relations(relations, names, number, set(ids)),
        fetch=partial(_fetch, {one[0]: one for one in pool.memories}),
    )


def _seconds(times: Iterable[str | None]) -> NDArray[np.float64]:
    return np.array([_second(time) for time in times], np.float64)


def _second(time: str | None) -> float:
    when = moment(time)
    return np.nan if when is None else when.timestamp()


def _mentions(names: Names, rows: Array, size: int) -> tuple[list[EntitySignal], Array, tuple[Array, Array, Floats]]:
    """The names that candidates name, the number of each name among them (-1: none), and the mentions."""
    place = np.full(size, -1, np.int64)
    place[rows] = np.arange(len(rows))
    at = place[names.row]
    telling = (names.degree > 1) | names.is_named
    here = np.flatnonzero((at >= 0) & (telling[names.name] | (names.weight > 1)))
    used = np.unique(names.name[here])
    number = np.full(names.size, -1, np.int64)
    number[used] = np.arange(len(used))
    row, name = at[here], number[names.name[here]]
    order = np.lexsort((name, row))
    signals = [_signal(names, n) for n in used.tolist()]
    return signals, number, (row[order], name[order], names.weight[here][order])


def _signal(names: Names, n: int) -> EntitySignal:
    id_, key_, name, *_ = names.heads[n]
    return EntitySignal(id_, key_, name, int(names.degree[n]), bool(names.is_named[n]), bool(names.is_concept[n]))


def _relations(
    relations: Sequence[Sequence[Any]], names: Names, number: Array, candidates: set[str]
) -> list[tuple[int, str, int, str]]:
    """What candidates state of each other's entities."""
    at = {entity: int(number[name]) for entity, name in names.at.items()}
    found = ((at.get(start, -1), type_, at.get(end, -1), by) for start, type_, end, by in relations)
    return sorted(one for one in found if one[0] >= 0 and one[2] >= 0 and one[3] in candidates)


def _stating(pool: Pool, names: Names, relations: Sequence[Sequence[Any]], probe: Probe) -> Array:
    """The rows that state a relation which the question asks for, of the one whom it is about."""
    selves = probe.selves({name for name, turn in zip(pool.column("speaker"), pool.turn, strict=True) if name and turn})
    meant = {n for n, head in enumerate(names.heads) if names.is_named[n] or head[1] in selves}
    said = [(names.at.get(start), type_, names.at.get(end), by) for start, type_, end, by in relations]
    if probe.through:
        meant = {end for start, type_, end, _ in said if start in meant and type_ in probe.through and end is not None}
    by = {by for start, type_, _, by in said if start in meant and type_ in probe.asked}
    return np.array([row for row, one in enumerate(pool.memories) if one[0] in by], np.int64)


def _fetch(memories: dict[str, list[Any]], ids: Sequence[str]) -> list[MemoryItem]:
    return [item_of(memories[one]) for one in ids if one in memories]


def _tokens(database: Database, tenant: str, memories: dict[str, list[Any]], ids: Sequence[str]) -> list[Tokens | None]:
    """One more question, so what was rewritten or deleted since the first one has none."""
    seen = {uid(tenant, one) for one in ids if one in memories}
    rows = database.read("token_vectors", uids=sorted(seen)) if seen else []
    found = {id_: tokens_of(dim, states) for id_, hash_, dim, states in rows if memories[id_][_HASH] == hash_}
    return [found.get(one) for one in ids]
