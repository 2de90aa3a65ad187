"""Answers a probe: candidates as columns, and the edges among them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import EntitySignal, Recall
from graphmem.store.candidates import by_id, candidates, numbered, padded, windows
from graphmem.store.sqlite.database import run, text_of
from graphmem.store.sqlite.names import Names
from graphmem.store.sqlite.partition import texts_of
from graphmem.store.sqlite.relations import among, stating
from graphmem.store.sqlite.rows import listed
from graphmem.store.sqlite.seeds import field, signals
from graphmem.store.sqlite.sight import Sight
from graphmem.store.sqlite.where import compile_where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphmem.store.base import Floats, Ints, Probe, Tokens
    from graphmem.store.candidates import Array
    from graphmem.store.sqlite.partition import Partition
    from graphmem.types import MemoryItem

__all__ = ["recall"]


def recall(
    connection: sqlite3.Connection,
    parts: Sequence[Partition],
    probe: Probe,
    fetch: Callable[[Sequence[str]], list[MemoryItem]],
    tokens: Callable[[Sequence[str]], Mapping[str, Tokens]],
) -> Recall:
    """Answer one probe over the partitions of its scope, all of one snapshot."""
    sight = Sight(parts, probe, _filter(connection, probe))
    found = signals(sight, _terms(connection, probe))
    names = sight.seen.names and sight.seen.names.asked(sight)
    rows, channels = candidates(field(sight), names, found, probe, stating(sight, names))
    near, before_after = windows(found, rows)
    edges, ids = _mentions(sight, names, rows), texts_of(sight.column("ids")[rows])
    return Recall(
        ids=ids,
        cosine=found.cosine[rows],
        trigger_cosine=found.trigger[rows],
        pin=sight.column("pin")[rows].astype(np.int32),
        tf=np.ascontiguousarray(found.tf[:, rows].T),
        length=found.length[rows],
        next_cosine=(padded(found.cosine)[before_after].sum(axis=1) / 2).astype(np.float32),
        window_tf=np.ascontiguousarray(padded(found.tf)[:, near].sum(axis=2).T),
        window_length=padded(found.length)[near].sum(axis=1),
        session=numbered(np.where(sight.column("turn")[rows], found.session[rows], -1)),
        layer=sight.column("layer")[rows].astype(np.int32),
        role=sight.column("role")[rows].astype(np.int32),
        speaker=_speakers(sight, rows),
        question=sight.column("question")[rows].astype(np.bool_),
        labels=sight.column("labels")[rows].astype(np.int32),
        event_from=sight.column("event_from")[rows],
        event_to=sight.column("event_to")[rows],
        superseded=sight.column("superseded")[rows].astype(np.bool_),
        successor=[other or "" for other in sight.column("successor")[rows].tolist()],
        channels=channels,
        sources=_sources(sight, rows, ids),
        document_count=sight.seen.count,
        document_frequency=found.frequency,
        mean_length=found.mean_length,
        entities=edges.signals,
        mention_rows=edges.rows,
        mention_entities=edges.names,
        mention_weights=edges.weights,
        relations=among(sight, rows, edges.entities, edges.of) if names else [],
        fetch=lambda wanted: fetch(_seen(sight, ids, wanted)),
        tokens=lambda wanted: _tokens(tokens, _seen(sight, ids, wanted), wanted),
    )


def _filter(connection: sqlite3.Connection, probe: Probe) -> Callable[[Partition], Array] | None:
    """Which rows of a partition the probe's filter lets pass; None if it has none."""
    if probe.where is None:
        return None
    condition, params = compile_where(probe.where)

    def allowed(part: Partition) -> Array:
        cursor = connection.execute(text_of("matching", condition=condition), {"owner": part.owner_no, **params})
        return np.isin(part.columns["no"], np.array([row[0] for row in cursor], np.int64))

    return allowed


def _terms(connection: sqlite3.Connection, probe: Probe) -> list[int | None]:
    numbers = dict(run(connection, "terms_numbered", texts=listed(probe.terms)).fetchall()) if probe.terms else {}
    return [numbers.get(term) for term in probe.terms]


def _seen(sight: Sight, candidates: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Those of the wanted memories that the caller sees; candidates are known to be."""
    near = set(candidates)
    far = np.array([key.encode() for key in wanted if key not in near], "S")
    seen = set(far[np.isin(far, sight.column("ids")[sight.visible])].tolist()) if len(far) and sight.size else set()
    return [key for key in wanted if key in near or key.encode() in seen]


def _tokens(
    tokens: Callable[[Sequence[str]], Mapping[str, Tokens]], seen: Sequence[str], wanted: Sequence[str]
) -> list[Tokens | None]:
    found = tokens(seen)
    return [found.get(one) for one in wanted]


# ---------------------------------------------------------------- columns


def _speakers(sight: Sight, rows: Array) -> list[str]:
    names = sight.speakers()
    return [names[code] for code in sight.speaker()[rows].tolist()]


def _sources(sight: Sight, rows: Array, ids: list[str]) -> list[tuple[str, ...]]:
    found = sight.column("sources")[rows].tolist()
    return [(key,) if one is None else one for key, one in zip(ids, found, strict=True)]


# ---------------------------------------------------------------- edges


@dataclass(slots=True)
class _Edges:
    """The names that candidates name, by id, and who names them."""

    signals: list[EntitySignal]
    rows: Ints
    names: Ints
    weights: Floats
    entities: Array
    """Every entity of these names, and in `of` which of them it is."""
    of: Ints


def _mentions(sight: Sight, names: Names | None, rows: Array) -> _Edges:
    """Names and mentions of the candidates."""
    none = np.zeros(0, np.int32)
    if names is None:
        return _Edges([], none, none, np.zeros(0, np.float32), none, none)
    place = np.zeros(sight.size, np.int32)
    place[rows] = np.arange(len(rows))
    here = names.by_row.places(rows)
    telling = (names.degree > 1) | names.is_named
    here = here[telling[names.name[here]] | (names.weight[here] > 1)]
    row, name = place[names.row[here]], names.name[here]
    used = np.zeros(names.size, np.bool_)
    used[name] = True
    entities, ids = _by_id(sight, names.members(used))
    group = names.group[entities]
    first = np.full(names.size, len(entities))
    np.minimum.at(first, group, np.arange(len(entities)))
    heads = np.sort(first[used])
    number = np.searchsorted(heads, first).astype(np.int32)
    edges = np.argsort(row.astype(np.int64) * len(used) + number[name])
    return _Edges(
        _signals(sight, names, entities[heads], texts_of(ids[heads])),
        row[edges],
        number[name][edges],
        names.weight[here][edges].astype(np.float32),
        entities,
        number[group],
    )


def _by_id(sight: Sight, entities: Array) -> tuple[Array, Array]:
    """These entities and their ids, ordered by id."""
    ids = sight.entities("ids")[entities]
    order = by_id(ids)
    return entities[order], ids[order]


def _signals(sight: Sight, names: Names, heads: Array, ids: list[str]) -> list[EntitySignal]:
    """The signals of names, each by the entity that stands for it."""
    texts = b"".join(sight.entities("texts")[heads].tolist()).decode().split("\0")
    group = names.group[heads]
    degree, named, concept = (column[group].tolist() for column in (names.degree, names.is_named, names.is_concept))
    # Made as bare tuples are, without a Python call for each: there are hundreds.
    make = partial(tuple.__new__, EntitySignal)
    return list(map(make, zip(ids, texts[0::2], texts[1::2], degree, named, concept, strict=False)))
