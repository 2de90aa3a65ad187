"""Which visible rows are candidates, and what brought each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphmem.store.base import K1, MOST_PINNED, SMALL_HUB, WALKED_FROM, B, Channel
from graphmem.store.sqlite.partition import by_id
from graphmem.store.sqlite.sight import idf

if TYPE_CHECKING:
    from graphmem.store.base import Floats
    from graphmem.store.sqlite.names import Names
    from graphmem.store.sqlite.partition import Array
    from graphmem.store.sqlite.sight import Sight

__all__ = ["Signals", "candidates", "signals", "top"]

_STRIDE, _MARGIN = 16, 4
"""A sample of every 16th row is cut where about four times the wanted rows are left."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The raw signals of every row; what is not visible has some too."""

    cosine: Floats
    trigger: Floats
    tf: Floats
    """(t, size)"""
    length: Floats
    frequency: Floats
    """(t,) how many visible rows hold each term."""
    mean_length: float
    words: Floats
    """(size,) BM25; 0 for what is not visible."""
    line: Array
    place: Array
    session: Array


def signals(sight: Sight, terms: list[int | None]) -> Signals:
    """Compare every row with the question."""
    length = sight.column("length")
    mean = float(length[sight.visible].mean()) if sight.count else 0.0
    held = [sight.holders(term) for term in terms]
    tf = np.zeros((len(terms), sight.size), np.float32)
    for counts, (rows, times) in zip(tf, held, strict=True):
        counts[rows] = times
    frequency = np.array([len(rows) for rows, _ in held], np.float32)
    words = np.zeros(sight.size, np.float32)
    for (rows, times), rare in zip(held, idf(sight.count, frequency).tolist(), strict=True):
        words[rows] += np.float32(rare) * _bm25(times, length[rows], mean)
    line, place = sight.line()
    return Signals(sight.cosine(), sight.trigger(), tf, length, frequency, mean, words, line, place, sight.session())


def _bm25(times: Floats, length: Floats, mean: float) -> Floats:
    """What a term counts in Robertson's BM25, without its idf."""
    damped = times + np.float32(K1) * (1 - B + np.float32(B / mean if mean else B) * length)
    score: Floats = times * np.float32(K1 + 1) / damped
    return score


def top(scores: Floats, k: int, rows: Array, ids: Array) -> Array:
    """The k best of these rows, ties by id. Scores are rounded: summing in another order is no difference."""
    if k <= 0 or not len(rows):
        return rows[:0]
    rows = _promising(scores, k, rows)
    chosen = scores[rows]
    if len(rows) > k:
        edge = np.partition(chosen, len(rows) - k)[len(rows) - k]
        rows = rows[chosen >= edge - 2e-6]
    rounded = np.round(scores[rows].astype(np.float64), 6)
    return rows[np.lexsort((ids[rows], -rounded))][:k]


def _promising(scores: Floats, k: int, rows: Array) -> Array:
    """Rows among which the k best (and their ties) surely are: a sample tells where to cut, a count whether to."""
    share = k * _MARGIN // _STRIDE
    if len(rows) < k * _MARGIN * 4 or not share:
        return rows
    chosen = scores[rows]
    edge = np.partition(chosen[::_STRIDE], -share)[-share]
    kept = rows[chosen >= edge - 2e-6]
    return kept if len(kept) >= k else rows


def candidates(sight: Sight, names: Names | None, found: Signals) -> tuple[Array, Array]:
    """Rows by id, and the Channel bits of each."""
    ids, probe = sight.column("ids"), sight.probe
    channels = np.zeros(sight.size, np.int32)
    seen = np.flatnonzero(sight.visible)
    vector = top(found.cosine, probe.k, seen if sight.vector is not None else seen[:0], ids)
    words = top(found.words, probe.k, np.flatnonzero(found.words > 0), ids)
    pinned = np.flatnonzero((sight.column("pin") > 0) & sight.visible)
    channels[vector] |= Channel.VECTOR
    channels[words] |= Channel.WORDS
    channels[top(found.trigger, MOST_PINNED, pinned, ids)] |= Channel.PINNED
    if names and names.is_named.any():
        scores = names.weigh(names.is_named & (~names.is_concept | names.is_phrase))
        channels[top(scores, probe.k, np.flatnonzero(scores > 0), ids)] |= Channel.ENTITY
    seeds = np.flatnonzero(channels)
    channels[_sources(sight, seeds)] |= Channel.SOURCE
    channels[_next(found, seeds, probe.widen)] |= Channel.NEXT
    if names and probe.reach > 0:
        channels[_shared(sight, names, vector, words, channels)] |= Channel.GRAPH
    rows = np.flatnonzero(channels)
    rows = rows[by_id(ids[rows])]
    return rows, channels[rows]


def _sources(sight: Sight, seeds: Array) -> Array:
    """The visible rows at the other ends of DERIVED_FROM."""
    links = sight.flat(lambda part: part.links)
    if not len(links):
        return seeds[:0]
    numbers = sight.column("no")
    mine = numbers[seeds]
    ends = np.concatenate((links[np.isin(links[:, 0], mine), 1], links[np.isin(links[:, 1], mine), 0]))
    return np.flatnonzero(np.isin(numbers, ends) & sight.visible) if len(ends) else seeds[:0]


def _next(found: Signals, seeds: Array, widen: int) -> Array:
    turns = seeds[found.place[seeds] >= 0]
    around = neighbours(found, turns, widen)
    around[:, widen] = -1
    return np.unique(around[around >= 0])


def neighbours(found: Signals, turns: Array, steps: int) -> Array:
    """(n, 2 steps + 1) the rows from `steps` turns before to `steps` after each turn; -1 beyond its session."""
    line, place = found.line, found.place[turns]
    if not len(line):
        return np.full((len(turns), 2 * steps + 1), -1, np.int64)
    at = place[:, None] + np.arange(-steps, steps + 1)
    rows = line[np.clip(at, 0, len(line) - 1)].astype(np.int64)
    outside = (at < 0) | (at >= len(line)) | (found.session[rows] != found.session[turns][:, None])
    rows[outside] = -1
    return rows


def _shared(sight: Sight, names: Names, vector: Array, words: Array, channels: Array) -> Array:
    """Rows that share a rare enough entity with a document among the best seeds."""
    best = [rows[found] for rows in (vector, words) for found in [~sight.column("turn")[rows]]]
    seeds = np.zeros(sight.size, np.bool_)
    for rows in best:
        seeds[rows[:WALKED_FROM]] = True
    if not seeds.any():
        return vector[:0]
    walked = np.zeros(names.size, np.bool_)
    walked[names.name[seeds[names.row]]] = True
    walked &= ~names.is_concept & (names.degree <= max(SMALL_HUB, sight.probe.hub * sight.count))
    scores = names.weigh(walked)
    scores[channels > 0] = 0
    return top(scores, sight.probe.reach, np.flatnonzero(scores > 0), sight.column("ids"))
