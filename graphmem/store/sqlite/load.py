"""Reads an owner's changed rows from the database and makes the next partition of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from graphmem import words
from graphmem.store.base import PINS, ROLES
from graphmem.store.sqlite.database import run
from graphmem.store.sqlite.partition import (
    FOREVER,
    Entities,
    Matrix,
    Partition,
    Postings,
    Relations,
    grouped,
    hash_key,
    locate,
    merged,
    ordered_turns,
)
from graphmem.store.sqlite.rows import listed
from graphmem.types import LAYERS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from graphmem.store.base import Floats
    from graphmem.store.candidates import Array

__all__ = ["caught_up", "loaded"]

_LAYERS = {name: n for n, name in enumerate(LAYERS)}
_BATCH = 1000


class _Fresh:
    """Rows of memories as they come from the database, as columns."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        owner: int,
        since: int,
        sessions: Sequence[str | None],
        speakers: Sequence[str],
    ) -> None:
        self.sessions = {name: n for n, name in enumerate(sessions)}
        self.speakers = {name: n for n, name in enumerate(speakers)}
        (count,) = run(connection, "partition_count", owner=owner, since=since).fetchone()
        cursor = run(connection, "partition_rows", owner=owner, since=since)
        self.vectors: Floats = np.zeros((0, 0), np.float32)
        self.triggers: list[tuple[int, bytes]] = []
        batches: list[dict[str, Array]] = []
        terms: list[tuple[Array, Array, Array]] = []
        done = 0
        while rows := cursor.fetchmany(_BATCH):
            fields = list(zip(*rows, strict=True))
            vectors = np.frombuffer(b"".join(fields[18]), "<f4").reshape(len(rows), -1)
            if not done:
                self.vectors = np.empty((count, vectors.shape[1]), np.float32)
            self.vectors[done : done + len(rows)] = vectors
            terms.append(_terms(fields[17], done))
            batches.append(self._columns(fields, terms[-1], done, len(rows)))
            self.triggers += [(done + n, data) for n, data in enumerate(fields[19]) if data is not None]
            done += len(rows)
        self.columns = _joined(batches or [self._columns([()] * 20, _terms((), 0), 0, 0)])
        self.terms = tuple(np.concatenate(column) for column in zip(*(terms or [_terms((), 0)]), strict=True))

    def _columns(
        self, fields: Sequence[Sequence[Any]], terms: tuple[Array, Array, Array], start: int, n: int
    ) -> dict[str, Array]:
        (no, ids, session, position, layer, role, pin, name, question, labels, expires, valid_from, valid_to,
         event_from, event_to, successor, sources, *_) = fields  # fmt: skip
        return {
            "no": np.array(no, np.int64),
            "ids": np.array([key.encode() for key in ids], "S"),
            "sources": _sources(ids, sources),
            "session": _coded(session, self.sessions),
            "turn": np.array([p is not None for p in position], np.bool_),
            "position": np.array([p or 0 for p in position], np.int64),
            "layer": np.array([_LAYERS[one] for one in layer], np.int8),
            "role": np.array([ROLES[one] for one in role], np.int8),
            "pin": np.array([PINS[one] for one in pin], np.int8),
            "speaker": _coded([words.key(one or "") for one in name], self.speakers),
            "question": np.array(question, np.bool_),
            "labels": np.array(labels, np.int32),
            "length": np.bincount(terms[1] - start, weights=terms[2], minlength=n).astype(np.float32),
            "expires": _times(expires),
            "valid_from": np.array(valid_from, np.int64),
            "valid_to": _times(valid_to),
            "event_from": _seconds(event_from),
            "event_to": _seconds(event_to),
            "superseded": np.array([one is not None for one in successor], np.bool_),
            "successor": np.array(successor, object),
        }


def _coded(values: Iterable[Any], codes: dict[Any, int]) -> Array:
    return np.array([codes.setdefault(value, len(codes)) for value in values], np.int32)


def _times(values: Iterable[int | None]) -> Array:
    return np.array([FOREVER if value is None else value for value in values], np.int64)


def _seconds(values: Iterable[int | None]) -> Array:
    return np.array([np.nan if value is None else value / 1e6 for value in values], np.float64)


def _sources(ids: Sequence[str], sources: Sequence[str]) -> Array:
    """Sources as tuples; None for what rests on itself alone, which is most."""
    column = np.empty(len(ids), object)
    for n, (key, text) in enumerate(zip(ids, sources, strict=True)):
        found = tuple(json.loads(text))
        column[n] = None if found == (key,) else found
    return column


def _terms(blobs: Sequence[bytes], start: int) -> tuple[Array, Array, Array]:
    """(term, row, count) of every term of every row."""
    pairs = np.frombuffer(b"".join(blobs), "<i4").reshape(-1, 2)
    rows = np.repeat(np.arange(start, start + len(blobs)), [len(data) // 8 for data in blobs])
    return pairs[:, 0], rows, pairs[:, 1]


def _joined(batches: Sequence[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


# ---------------------------------------------------------------- partitions


def loaded(connection: sqlite3.Connection, owner: int, stamp: int) -> Partition:
    """Everything of an owner."""
    fresh = _Fresh(connection, owner, -1, (), ())
    n = len(fresh.vectors)
    alive = np.ones(n, np.bool_)
    rows, triggers = _triggers(fresh, 0)
    mentions = _table(run(connection, "partition_mentions", owner=owner, since=-1), (np.int64, np.int64, np.float32))
    entities = _entities(connection, np.unique(mentions[1]))
    return Partition(
        owner_no=owner,
        stamp=stamp,
        columns=fresh.columns,
        matrix=Matrix(fresh.vectors, n),
        alive=alive,
        sessions=tuple(fresh.sessions),
        speakers=tuple(fresh.speakers),
        turns=ordered_turns(fresh.columns, alive),
        postings=(Postings.of(*fresh.terms),),
        trigger_rows=rows,
        triggers=triggers,
        mention_row=locate(fresh.columns["no"], mentions[0]).astype(np.int32),
        mention_entity=locate(entities.no, mentions[1]).astype(np.int32),
        mention_weight=mentions[2],
        entities=entities,
        relations=_relations(connection, owner, -1, fresh.columns["no"], 0),
        links=_links(connection, owner, -1),
    )


def caught_up(connection: sqlite3.Connection, old: Partition, stamp: int, removed: int) -> Partition | None:
    """The partition after what changed since `old`; None if so much changed that loading is better."""
    owner, since, start = old.owner_no, old.stamp, len(old)
    (changed,) = run(connection, "partition_count", owner=owner, since=since).fetchone()
    if changed + (~old.alive).sum() > 64 + start // 4:
        return None
    fresh = _Fresh(connection, owner, since, old.sessions, old.speakers)
    if changed and fresh.vectors.shape[1] != old.vectors.shape[1]:
        return None
    columns = _joined([old.columns, fresh.columns]) if changed else old.columns
    alive = _alive(connection, old, fresh.columns["no"], removed)
    rows, triggers = _triggers(fresh, start)
    mentions = _table(run(connection, "partition_mentions", owner=owner, since=since), (np.int64, np.int64, np.float32))
    entities = _entities_since(connection, old.entities, mentions[1], since)
    return Partition(
        owner_no=owner,
        stamp=stamp,
        columns=columns,
        matrix=old.matrix.extend(start, fresh.vectors) if changed else old.matrix,
        alive=alive,
        sessions=tuple(fresh.sessions),
        speakers=tuple(fresh.speakers),
        turns=ordered_turns(columns, alive),
        postings=merged((*old.postings, _shifted(fresh, start))) if changed else old.postings,
        trigger_rows=np.concatenate((old.trigger_rows, rows)),
        triggers=_stacked(old.triggers, triggers),
        mention_row=np.concatenate((old.mention_row, _row_of(fresh, mentions[0], start))),
        mention_entity=np.concatenate((old.mention_entity, locate(entities.no, mentions[1]).astype(np.int32))),
        mention_weight=np.concatenate((old.mention_weight, mentions[2])),
        entities=entities,
        relations=_relations(connection, owner, since, fresh.columns["no"], start).after(old.relations),
        links=_links_since(connection, old, fresh.columns["no"], _gone(columns["no"], alive)),
    )


def _gone(numbers: Array, alive: Array) -> Array:
    """Numbers of dead rows that no living row has: what was replaced lives on in another row."""
    dead = numbers[~alive]
    return dead[~np.isin(dead, numbers[alive])]


def _shifted(fresh: _Fresh, start: int) -> Postings:
    terms, rows, counts = fresh.terms
    return Postings.of(terms, rows + start, counts)


def _row_of(fresh: _Fresh, numbers: Array, start: int) -> Array:
    return (locate(fresh.columns["no"], numbers) + start).astype(np.int32)


def _alive(connection: sqlite3.Connection, old: Partition, changed: Array, removed: int) -> Array:
    """Old rows that were neither replaced nor removed, and the new ones."""
    numbers = old.columns["no"]
    alive = old.alive & ~np.isin(numbers, changed)
    if removed > old.stamp:
        rows = run(connection, "partition_numbers", owner=old.owner_no).fetchall()
        alive &= np.isin(numbers, np.array([row[0] for row in rows], np.int64))
    return np.concatenate((alive, np.ones(len(changed), np.bool_)))


def _triggers(fresh: _Fresh, start: int) -> tuple[Array, Floats]:
    rows = np.array([row + start for row, _ in fresh.triggers], np.int32)
    data = np.frombuffer(b"".join(data for _, data in fresh.triggers), "<f4").astype(np.float32)
    return rows, data.reshape(len(rows), -1) if len(rows) else np.zeros((0, fresh.vectors.shape[1]), np.float32)


def _stacked(old: Floats, new: Floats) -> Floats:
    return np.concatenate((old, new)) if len(old) and len(new) else (old if len(old) else new)


def _table(rows: Iterable[Sequence[Any]], dtypes: Sequence[Any]) -> list[Array]:
    columns = list(zip(*rows, strict=True)) or [()] * len(dtypes)
    return [np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True)]


def _relations(connection: sqlite3.Connection, owner: int, since: int, numbers: Array, start: int) -> Relations:
    rows = run(connection, "partition_relations", owner=owner, since=since).fetchall()
    memory, subject, object_, type_, begin, end = list(zip(*rows, strict=True)) or [()] * 6
    return Relations(
        row=(locate(numbers, np.array(memory, np.int64)) + start).astype(np.int32),
        subject=np.array(subject, np.int64),
        object=np.array(object_, np.int64),
        type=np.array(type_, object),
        valid_from=np.array([-FOREVER if one is None else one for one in begin], np.int64),
        valid_to=_times(end),
    )


def _links(connection: sqlite3.Connection, owner: int, since: int) -> Array:
    rows = run(connection, "partition_links", owner=owner, since=since).fetchall()
    return np.array(rows, np.int64).reshape(-1, 2)


def _links_since(connection: sqlite3.Connection, old: Partition, changed: Array, dead: Array) -> Array:
    gone = np.concatenate((changed, dead))
    kept = old.links[~(np.isin(old.links[:, 0], gone) | np.isin(old.links[:, 1], gone))]
    return np.concatenate((kept, _links(connection, old.owner_no, old.stamp)))


# ---------------------------------------------------------------- entities


def _entities(connection: sqlite3.Connection, numbers: Array, known: Entities | None = None) -> Entities:
    """These entities, behind those that are known already and are not among them."""
    rows = run(connection, "partition_entities", numbers=listed(numbers.tolist())).fetchall()
    no, ids, owner, key, name, type_, aliases = list(zip(*rows, strict=True)) or [()] * 7
    pairs = [
        (hash_key(one), n)
        for n, (mine, others) in enumerate(zip(key, aliases, strict=True))
        for one in {mine, *json.loads(others)}
    ]
    texts = np.empty(len(rows), object)
    texts[:] = [f"{k}\0{n.replace(chr(0), ' ')}\0".encode() for k, n in zip(key, name, strict=True)]
    fresh = Entities(
        no=np.array(no, np.int64),
        ids=np.array([one.encode() for one in ids], "S"),
        owner=np.array([hash_key(one) for one in owner], np.uint64),
        key=np.array([hash_key(one) for one in key], np.uint64),
        owners=frozenset(),
        group=np.zeros(0, np.int64),
        groups=0,
        concept=np.array([one == "CONCEPT" for one in type_], np.bool_),
        phrase=np.array([" " in one for one in key], np.bool_),
        texts=texts,
        texts_bytes=sum(map(len, texts)),
        alias=np.array([code for code, _ in pairs], np.uint64),
        alias_of=np.array([n for _, n in pairs], np.int64),
    )
    return _indexed(fresh if known is None else _replaced(known, fresh))


def _entities_since(connection: sqlite3.Connection, old: Entities, named: Array, since: int) -> Entities:
    changed = np.array([row[0] for row in run(connection, "entities_changed", since=since)], np.int64)
    numbers = np.concatenate((named[~np.isin(named, old.no)], changed[np.isin(changed, old.no)]))
    return _entities(connection, numbers, old) if len(numbers) else old


def _replaced(old: Entities, new: Entities) -> Entities:
    """Old entities with newer ones in their places, and those that are quite new behind them."""
    at = locate(old.no, new.no)
    place = np.where(at >= 0, at, len(old.no) + np.cumsum(at < 0) - 1)
    size = len(old.no) + int((at < 0).sum())
    kept = ~np.isin(old.alias_of, place)
    columns = {
        name: _placed(getattr(old, name), getattr(new, name), place, size)
        for name in ("no", "ids", "owner", "key", "concept", "phrase", "texts")
    }
    return Entities(
        **columns,
        owners=frozenset(),
        group=np.zeros(0, np.int64),
        groups=0,
        texts_bytes=old.texts_bytes + new.texts_bytes,
        alias=np.concatenate((old.alias[kept], new.alias)),
        alias_of=np.concatenate((old.alias_of[kept], place[new.alias_of])),
    )


def _placed(old: Array, new: Array, place: Array, size: int) -> Array:
    column = np.empty(size, np.promote_types(old.dtype, new.dtype))
    column[: len(old)] = old
    column[place] = new
    return column


def _indexed(entities: Entities) -> Entities:
    """With what is looked up in them: aliases in order, groups of equal key."""
    order = np.argsort(entities.alias, kind="stable")
    group, groups = grouped(entities.key)
    return replace(
        entities,
        alias=entities.alias[order],
        alias_of=entities.alias_of[order],
        group=group,
        groups=groups,
        owners=frozenset(np.unique(entities.owner).tolist()),
    )
