"""Which of the rows that a search looks at are candidates, and what brought each: the contract's rule, in columns.

An adapter lays out what it found as a `Field`, the names in it as `Named`, and the raw signals as `Signals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphmem.store.base import AHEAD, K1, MOST_PINNED, SMALL_HUB, TITLE, WALKED_FROM, WINDOW, B, Channel

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphmem.store.base import Floats, Ints, Probe

__all__ = [
    "Array",
    "Field",
    "Named",
    "Signals",
    "Spread",
    "bm25",
    "by_id",
    "candidates",
    "idf",
    "neighbours",
    "numbered",
    "padded",
    "top",
    "weigh",
    "windows",
]

Array: TypeAlias = NDArray[Any]

_STRIDE, _MARGIN = 16, 4
"""A sample of every 16th row is cut where about four times the wanted rows are left."""


@dataclass(frozen=True, slots=True)
class Field:
    """The rows that a search looks at. What is out of sight has a row too, and is masked."""

    ids: Array
    """(size,) UTF-8 bytes."""
    visible: Array
    count: int
    """How many memories the caller sees."""
    turn: Array
    """(size,) whether NEXT joins it."""
    pin: Array
    linked: Callable[[Array], Array]
    """The visible rows at the other ends of DERIVED_FROM of some rows."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where each number stands in a column of numbers, so that few are found without looking at all."""

    order: Array
    """Places in the column: those of number n are order[starts[n]:starts[n + 1]]."""
    starts: Array

    @classmethod
    def of(cls, column: Array, size: int) -> Spread:
        """The places of the numbers 0 to size - 1."""
        starts = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(column, minlength=size), out=starts[1:])
        low, high = column.astype(np.uint16), (column >> 16).astype(np.uint16)
        return cls(np.lexsort((low, high)).astype(np.int32), starts)  # halves are sorted by counting, wholes are not

    def places(self, numbers: Array) -> Array:
        """Where any of these numbers (each once) stands."""
        first = self.starts[numbers]
        count = self.starts[numbers + 1] - first
        before = np.cumsum(count) - count
        places: Array = self.order[np.arange(count.sum()) + np.repeat(first - before, count)]
        return places


class Named(Protocol):
    """The names (entities of equal key) that visible rows name, and the mentions as three columns."""

    @property
    def size(self) -> int:
        """How many names there are."""
        ...

    @property
    def row(self) -> Array:
        """(m,) of each mention."""
        ...

    @property
    def name(self) -> Array:
        """(m,)"""
        ...

    @property
    def weight(self) -> Array:
        """(m,)"""
        ...

    @property
    def by_row(self) -> Spread:
        """The mentions of each row."""
        ...

    @property
    def by_name(self) -> Spread:
        """The mentions of each name."""
        ...

    @property
    def degree(self) -> Array:
        """(size,) how many visible memories name it."""
        ...

    @property
    def is_named(self) -> Array:
        """(size,) the question names it."""
        ...

    @property
    def is_concept(self) -> Array:
        """(size,)"""
        ...

    @property
    def is_phrase(self) -> Array:
        """(size,) of several words."""
        ...


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
    """The visible turns, by session and place."""
    place: Array
    """(size,) where each row stands in that line; -1: nowhere."""
    session: Array
    """(size,) equal numbers for turns of one session."""


# ---------------------------------------------------------------- words


def idf(count: int, frequency: Floats) -> Floats:
    """How rare something is that `frequency` of `count` memories hold: ln(1 + (N-df+.5)/(df+.5))."""
    rarity: Floats = np.log1p((count - frequency + np.float32(0.5)) / (frequency + np.float32(0.5)))
    return rarity


def bm25(times: Floats, length: Floats, mean: float) -> Floats:
    """What a term counts in Robertson's BM25, without its idf."""
    damped = times + np.float32(K1) * (1 - B + np.float32(B / mean if mean else B) * length)
    score: Floats = times * np.float32(K1 + 1) / damped
    return score


# ---------------------------------------------------------------- the best


def by_id(ids: Array) -> Array:
    """The order of ids. Their first eight bytes mostly decide, and compare as one number."""
    prefix = ids.astype("S8").view(">u8").astype(np.uint64)
    order = np.argsort(prefix, kind="stable")
    return order if np.diff(prefix[order]).all() else np.argsort(ids, kind="stable")


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


# ---------------------------------------------------------------- candidates


def candidates(field: Field, names: Named | None, found: Signals, probe: Probe, stated: Array) -> tuple[Array, Array]:
    """Rows by id, and the Channel bits of each; `stated` are the visible rows that state what the question asks for."""
    channels = np.zeros(len(field.ids), np.int32)
    seen = np.flatnonzero(field.visible)
    vector = top(found.cosine, probe.k, seen if probe.vector is not None else seen[:0], field.ids)
    words = top(found.words, probe.k, np.flatnonzero(found.words > 0), field.ids)
    pinned = np.flatnonzero((field.pin > 0) & field.visible)
    channels[vector] |= Channel.VECTOR
    channels[words] |= Channel.WORDS
    channels[top(found.trigger, MOST_PINNED, pinned, field.ids)] |= Channel.PINNED
    if names and names.is_named.any():
        scores = weigh(names, names.is_named & (~names.is_concept | names.is_phrase), field)
        channels[top(scores, probe.k, np.flatnonzero(scores > 0), field.ids)] |= Channel.ENTITY
    channels[top(found.cosine, probe.k, stated, field.ids)] |= Channel.RELATION
    seeds = np.flatnonzero(channels)
    channels[field.linked(seeds)] |= Channel.SOURCE
    channels[_next(found, seeds, probe.widen)] |= Channel.NEXT
    if names and probe.reach > 0:
        channels[_shared(field, names, probe, vector, words, channels)] |= Channel.GRAPH
    rows = np.flatnonzero(channels)
    rows = rows[by_id(field.ids[rows])]
    return rows, channels[rows]


def weigh(names: Named, chosen: Array, field: Field) -> Floats:
    """For every row, the sum of idf times weight over those of these names (a mask) that it names."""
    at = names.by_name.places(np.flatnonzero(chosen))
    name = names.name[at]
    worth = idf(field.count, names.degree[name].astype(np.float32)) * names.weight[at]
    return np.bincount(names.row[at], weights=worth, minlength=len(field.ids)).astype(np.float32)


def _next(found: Signals, seeds: Array, widen: int) -> Array:
    turns = seeds[found.place[seeds] >= 0]
    around = neighbours(found, turns, widen)
    around[:, widen] = -1
    return np.unique(around[around >= 0])


def _shared(field: Field, names: Named, probe: Probe, vector: Array, words: Array, channels: Array) -> Array:
    """Rows that share a rare enough entity with a document among the best seeds, or with one that is about what
    the question names: those go ahead."""
    seeds = np.unique(np.concatenate([rows[~field.turn[rows]][:WALKED_FROM] for rows in (vector, words)]))
    at = names.by_name.places(np.flatnonzero(names.is_named))
    asked = np.unique(names.row[at[names.weight[at] > TITLE]])
    asked = asked[~field.turn[asked] & field.visible[asked]]
    rare = ~names.is_concept & (names.degree <= max(SMALL_HUB, probe.hub * field.count))
    scores = np.zeros(len(field.ids), np.float32)
    for rows, factor in ((seeds, 1), (asked, AHEAD)):
        walked = np.zeros(names.size, np.bool_)
        walked[names.name[names.by_row.places(rows)]] = True
        scores += factor * weigh(names, walked & rare, field)
    scores[channels > 0] = 0
    return top(scores, probe.reach, np.flatnonzero(scores > 0), field.ids)


# ---------------------------------------------------------------- turns


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


def windows(found: Signals, rows: Array) -> tuple[Array, Array]:
    """The rows of each candidate's window, and of the turns before and after it; -1 where there is none."""
    near = np.full((len(rows), 2 * WINDOW + 1), -1, np.int64)
    turns = found.place[rows] >= 0
    near[turns] = neighbours(found, rows[turns], WINDOW)
    near[:, WINDOW] = rows
    return near, near[:, [WINDOW - 1, WINDOW + 1]]


def padded(values: Floats) -> Floats:
    """With a zero at the end, where -1 points."""
    return np.concatenate((values, np.zeros((*values.shape[:-1], 1), values.dtype)), axis=-1)


def numbered(codes: Array) -> Ints:
    """Small numbers in order of appearance; -1 stays."""
    numbers: dict[int, int] = {-1: -1}
    return np.array([numbers.setdefault(code, len(numbers) - 1) for code in codes.tolist()], np.int32)
