"""Seeds and their neighbourhood: which visible memories are candidates, and what brought each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import AHEAD, K1, MOST_PINNED, SMALL_HUB, TITLE, WALKED_FROM, B, Channel
from graphmem.store.networkx.sight import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from graphmem.store.base import Floats, Probe
    from graphmem.store.networkx.sight import Name, Sight
    from graphmem.types import Relation

__all__ = ["Signals", "candidates", "idf", "signals"]


@dataclass(frozen=True, slots=True)
class Signals:
    """The raw signals of every visible memory."""

    cosine: Floats
    trigger: Floats
    tf: Floats
    length: Floats
    frequency: Floats
    """(t,) how many visible memories hold each term."""
    mean_length: float
    words: Floats
    """(n,) BM25."""


def idf(count: int, frequency: Floats) -> Floats:
    """How rare something is that `frequency` of `count` memories hold: ln(1 + (N-df+.5)/(df+.5))."""
    rare: Floats = np.log1p((count - frequency + 0.5) / (frequency + 0.5))
    return rare


def signals(sight: Sight, probe: Probe) -> Signals:
    """Compare every visible memory with the question."""
    n = len(sight.rows)
    tf = np.array([[row.record.terms.get(t, 0) for t in probe.terms] for row in sight.rows], np.float32)
    tf = tf.reshape(n, len(probe.terms))
    length = np.array([row.length for row in sight.rows], np.float32)
    frequency = (tf > 0).sum(axis=0).astype(np.float32)
    mean = float(length.mean()) if n else 0.0
    vector = probe.facing(sight.heard())
    cosine = np.zeros(n, np.float32) if vector is None or not n else np.vecdot(sight.matrix, vector)
    return Signals(cosine, _trigger(sight, vector), tf, length, frequency, mean, _bm25(tf, length, frequency, mean))


def _trigger(sight: Sight, vector: Floats | None) -> Floats:
    triggers = [row.record.trigger_vector for row in sight.rows]
    return np.array([0.0 if t is None or vector is None else t @ vector for t in triggers], np.float32)


def _bm25(tf: Floats, length: Floats, frequency: Floats, mean: float) -> Floats:
    relative = length / mean if mean else length
    damped = tf + K1 * (1 - B + B * relative)[:, None]
    parts = np.divide(tf * (K1 + 1), damped, out=np.zeros_like(tf), where=damped > 0)
    scores: Floats = parts @ idf(len(tf), frequency)
    return scores


def candidates(
    sight: Sight, probe: Probe, found: Signals, linked: Callable[[str], Iterable[str]]
) -> dict[int, Channel]:
    """Row -> what brought it. `linked` gives the memories at the other ends of DERIVED_FROM."""
    lists = {
        Channel.VECTOR: [] if probe.vector is None else _top(found.cosine, probe.k, range(len(sight.rows))),
        Channel.WORDS: _top(found.words, probe.k, np.flatnonzero(found.words > 0)),
        Channel.ENTITY: _named(sight, probe),
        Channel.RELATION: _top(found.cosine, probe.k, _stated(sight, probe)),
        Channel.PINNED: _pinned(sight, found),
    }
    channels: defaultdict[int, Channel] = defaultdict(lambda: Channel(0))
    for channel, rows in lists.items():
        for row in rows:
            channels[row] |= channel
    seeds = tuple(channels)
    for row in _sources(sight, seeds, linked):
        channels[row] |= Channel.SOURCE
    for row in _next(sight, seeds, probe.widen):
        channels[row] |= Channel.NEXT
    for row in _shared(sight, probe, lists, channels):
        channels[row] |= Channel.GRAPH
    return dict(sorted(channels.items()))


def _top(scores: Floats, k: int, rows: Iterable[int]) -> list[int]:
    """The k best rows, ties by row, which is by id; scores are rounded, so that noise is no difference."""
    return sorted((int(row) for row in rows), key=lambda row: (-round(float(scores[row]), 6), row))[:k]


def _named(sight: Sight, probe: Probe) -> list[int]:
    """The rows that name what the question names, best first."""
    named = [name for name in sight.names if name.is_in(probe.names) and (not name.is_concept or " " in name.key)]
    scores = _weigh(sight, named)
    return _top(scores, probe.k, np.flatnonzero(scores > 0))


def _stated(sight: Sight, probe: Probe) -> set[int]:
    """The rows that state a relation which the question asks for, of the one whom it is about."""
    if not probe.asked:
        return set()
    selves = probe.selves(sight.heard())
    meant = _ids(name for name in sight.names if name.is_in(probe.names) or name.key in selves)
    if probe.through:
        led = {relation.object for _, relation in _relations(sight, probe, meant, probe.through)}
        meant = _ids(name for name in sight.names if led & name.entities.keys())
    return {row for row, _ in _relations(sight, probe, meant, probe.asked)}


def _ids(names: Iterable[Name]) -> set[str]:
    return {entity_id for name in names for entity_id in name.entities}


def _relations(sight: Sight, probe: Probe, subjects: set[str], types: frozenset[str]) -> list[tuple[int, Relation]]:
    """What visible rows say of these entities, as far as it holds, and which row says it."""
    said = ((n, relation) for n, row in enumerate(sight.rows) for relation in row.relations)
    return [(n, one) for n, one in said if one.subject in subjects and one.type in types and holds(one, probe)]


def _weigh(sight: Sight, names: Sequence[Name]) -> Floats:
    """For every row, the sum of idf times weight over those of the entities that it names."""
    scores = np.zeros(len(sight.rows), np.float32)
    for name in names:
        rare = float(idf(len(sight.rows), np.float32(len(name.weights))))
        for row, weight in name.weights.items():
            scores[row] += rare * weight
    return scores


def _pinned(sight: Sight, found: Signals) -> list[int]:
    pinned = [n for n, row in enumerate(sight.rows) if row.item.pin]
    return _top(found.trigger, MOST_PINNED, pinned)


def _sources(sight: Sight, seeds: Sequence[int], linked: Callable[[str], Iterable[str]]) -> list[int]:
    ends = {end for row in seeds for end in linked(sight.rows[row].item.id)}
    return [sight.at[end] for end in ends if end in sight.at]


def _next(sight: Sight, seeds: Sequence[int], widen: int) -> set[int]:
    turns = [row for row in seeds if sight.rows[row].session]
    return {other for row in turns for other in sight.around(row, widen) if other not in (None, row)}


def _shared(sight: Sight, probe: Probe, lists: dict[Channel, list[int]], taken: Iterable[int]) -> list[int]:
    """The documents and facts that share a rare enough entity with a document among the best seeds, or with one
    that is about what the question names: those go ahead."""
    best = [
        [row for row in lists[c] if not sight.rows[row].session][:WALKED_FROM] for c in (Channel.VECTOR, Channel.WORDS)
    ]
    seeds = {row for rows in best for row in rows}
    most = max(SMALL_HUB, probe.hub * len(sight.rows))
    rare = [name for name in sight.names if not name.is_concept and len(name.weights) <= most]
    scores = _weigh(sight, [name for name in rare if seeds & name.weights.keys()])
    asked = _asked(sight, probe)
    scores += AHEAD * _weigh(sight, [name for name in rare if asked & name.weights.keys()])
    scores[list(taken)] = 0
    return _top(scores, probe.reach, np.flatnonzero(scores > 0))


def _asked(sight: Sight, probe: Probe) -> set[int]:
    """Documents about what the question names."""
    named = (name for name in sight.names if name.is_in(probe.names))
    about = {row for name in named for row, weight in name.weights.items() if weight > TITLE}
    return {row for row in about if not sight.rows[row].session}
